"""Which texts are values as they stand: told of a whole column at once, as most cells of a long list are."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.identity import USCC_ALPHABET, USCC_WEIGHTS
from loaders.parse.marks import beginnings

Standing = Callable[[pa.Array], NDArray[np.bool_]]
LONGEST = 200
"""Characters of a name that needs no look of its own."""
_PLAIN = r"^[\x{4e00}-\x{9fff}][^\x{fffd}\pZ\pC]*[\pL\pN)）]$"
_REACHES = r"(?:\pN[^\pN]{0,2}){7}|[@＠﹫]"
"""What a number or address by which somebody is reached has, as in :mod:`loaders.keep.privacy`."""
_CODE = f"^[{USCC_ALPHABET}]{{18}}$"
_VALUES = np.zeros(128, dtype=np.int64)
_VALUES[np.frombuffer(USCC_ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(USCC_ALPHABET))


def plain_names(texts: pa.Array) -> NDArray[np.bool_]:
    """Tell which texts are nothing but a name: in Chinese, without white space or a long number, and no mark."""
    plain = pc.and_(pc.match_substring_regex(texts, _PLAIN), pc.less_equal(pc.utf8_length(texts), LONGEST))
    marked = pc.match_substring_regex(texts, f"^[{beginnings()}]|{_REACHES}")
    return _bools(pc.and_not(plain, marked))


def valid_codes(texts: pa.Array) -> NDArray[np.bool_]:
    """Tell which texts are social credit codes with the right check character (GB 32100-2015)."""
    found = _bools(pc.match_substring_regex(texts, _CODE))
    letters = np.frombuffer("".join(texts.filter(pa.array(found)).to_pylist()).encode(), dtype=np.uint8)
    values = _VALUES[letters.reshape(-1, 18)]
    found[found] = (31 - values[:, :17] @ np.array(USCC_WEIGHTS) % 31) % 31 == values[:, 17]
    return found


def _bools(mask: pa.Array) -> NDArray[np.bool_]:
    return np.array(mask.to_numpy(zero_copy_only=False), dtype=bool)
