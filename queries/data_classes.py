"""Of what classes the facts are that a row rests on; it stands in the row, which is cut out, sorted and passed on.

Classes are kept as bits of a number, so that those of a sum are the bits of its parts.
"""

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
import pandas as pd

from graph.arrays import Ints
from queries.answers import DATA_CLASSES

BITS = {name: 1 << at for at, name in enumerate(DATA_CLASSES)}
BEHIND = "这一行所依据事实的数据性质 / data classes of the facts behind this row"
"""What the field of a row says."""


def bits_of(classes: "pd.Series[str]") -> Ints:
    """Return the bit of each class, 0 where none is stated, or none of a fact (a plan's)."""
    return np.asarray(classes.map(BITS).fillna(0), dtype=np.int64)


def joined(of: Ints, count: int, bits: Ints) -> Ints:
    """Return [count]: the bits of all that belong to each (``of``: to which, −1 to none)."""
    made, kept = np.zeros(count, dtype=np.int64), of >= 0
    np.bitwise_or.at(made, of[kept], bits[kept])
    return made


def named(bits: Iterable[int]) -> list[list[str]]:
    """Return the classes of each number, in their order."""
    lists = [[name for name, bit in BITS.items() if number & bit] for number in range(1 << len(BITS))]
    return [lists[number] for number in bits]


def among(classes: Iterable[str | None]) -> list[str]:
    """Return which classes are among some, in their order."""
    found = set(classes)
    return [name for name in DATA_CLASSES if name in found]


def counted(facts: Mapping[str, int]) -> list[str]:
    """Return which classes have facts, in their order, of counts by class as they stand in ``meta``."""
    return among(name for name, count in facts.items() if count)


def among_lists(lists: Iterable[Iterable[str]]) -> list[str]:
    """Return which classes are among those of several rows, in their order."""
    return among(name for classes in lists for name in classes)


def by_group(keys: str | list[str], *frames: pd.DataFrame) -> dict[Hashable, list[str]]:
    """Return the classes of the facts of each group: by the value of a column, or by a tuple of those of several.

    Args:
        keys: The columns that make the groups; a row that lacks one belongs to none.
        frames: Facts, a row each, with these columns and ``data_class``.
    """
    columns = [*([keys] if isinstance(keys, str) else keys), "data_class"]
    rows = pd.concat([frame[columns].astype(object) for frame in frames]).drop_duplicates()
    return {group: among(classes) for group, classes in rows.groupby(keys)["data_class"]}
