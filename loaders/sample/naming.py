"""Names and social credit codes that nobody can take for real ones.

Names follow ``示例-<prefecture>-<chain or kind>-<number>``; codes are formally valid (GB 32100-2015,
GB 11714) but carry the region code 519999, which is not assigned.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.arrays import Ints
from loaders.sample.cells import joined, labels, numbered, pick
from loaders.sample.draws import running_number

PREFIX = "示例-"
REGION_CODE = "519999"

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LETTERS = np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)
_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_BODY_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_BODY_DIGITS = 8


def synthetic_names(
    prefectures: Ints, places: Sequence[str], topics: Ints, words: Sequence[str], width: int
) -> pa.Array:
    """Return ``示例-place-word-number``, numbered within each place and word in order of appearance."""
    numbers = running_number(prefectures * len(words) + topics)
    heads = labels([f"{PREFIX}{place}-" for place in places])
    return joined(pick(heads, prefectures), pick(labels(words), topics), "-", numbered(numbers, width))


def synthetic_ids(letter: str, first: int, rows: int) -> pa.Array:
    """Return ``示例-letter-number`` for ``rows`` consecutive numbers."""
    return joined(f"{PREFIX}{letter}-", numbered(np.arange(first, first + rows), 8))


def social_credit_codes(authorities: Sequence[str], chosen: Ints, first: int) -> pa.Array:
    """Return valid codes with consecutive serial numbers from ``first``.

    ``authorities`` are pairs of leading characters (registration authority, kind of body); ``chosen`` picks.
    """
    rows = len(chosen)
    serials = np.arange(first, first + rows)
    powers = 10 ** np.arange(_BODY_DIGITS - 1, -1, -1)
    values = np.zeros((rows, 18), dtype=np.int64)
    values[:, :2] = np.array([[int(c) for c in a] for a in authorities])[chosen]
    values[:, 2:8] = [int(c) for c in REGION_CODE]
    body = serials[:, None] // powers % 10
    values[:, 8:16] = body
    values[:, 16] = _organisation_check(body)
    values[:, 17] = (31 - values[:, :17] @ _WEIGHTS % 31) % 31
    texts: NDArray[np.bytes_] = np.ascontiguousarray(_LETTERS[values]).view("S18").ravel()
    return pa.array(texts).cast(pa.string())


def _organisation_check(body: Ints) -> Ints:
    """Return the check character of the organisation code (GB 11714-1997) as a value of the alphabet."""
    check = 11 - body @ _BODY_WEIGHTS % 11
    return np.select([check == 10, check == 11], [_ALPHABET.index("X"), 0], check)
