"""Columns of cells as Arrow arrays: labels picked by index, dates, blanks."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Bools, Floats, Ints

SEPARATOR = "；"


def labels(texts: Sequence[str]) -> pa.Array:
    """Return a pool of labels to pick from."""
    return pa.array(list(texts), type=pa.string())


def pick(pool: pa.Array, indices: Ints) -> pa.Array:
    """Return the label at each index; blank where the index is negative."""
    return pool.take(pa.array(indices, mask=indices < 0))


def pick_many(pool: pa.Array, indices: Ints) -> pa.Array:
    """Return the labels of each row of ``indices`` joined by ``；``; negative ones are left out."""
    led = pc.binary_join_element_wise(SEPARATOR, pool, "")
    columns = [pick(led, indices[:, i]) for i in range(indices.shape[1])]
    texts = pc.binary_join_element_wise(*columns, "", null_handling="replace", null_replacement="")
    return pc.utf8_ltrim(texts, characters=SEPARATOR)


def blank_unless(values: Ints | Floats, filled: Bools) -> pa.Array:
    """Return ``values`` where ``filled``, else blanks."""
    return pa.array(values, mask=~filled)


def either(condition: Bools, yes: str, no: str) -> pa.Array:
    """Return one of two texts by condition."""
    return pick(labels([no, yes]), condition.astype(np.int64))


def dates(days: Ints, filled: Bools | None = None) -> pa.Array:
    """Return days since 1970-01-01 as dates; blank where not ``filled``."""
    return pa.array(days.astype(np.int32), mask=None if filled is None else ~filled).cast(pa.date32())


def repeated(text: str, rows: int) -> pa.Array:
    """Return the same text ``rows`` times."""
    return pa.repeat(pa.scalar(text), rows)


def joined(*parts: pa.Array | str) -> pa.Array:
    """Concatenate arrays and fixed texts, row by row."""
    return pc.binary_join_element_wise(*parts, "")


def numbered(numbers: Ints, width: int) -> pa.Array:
    """Return whole numbers with leading zeros."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
