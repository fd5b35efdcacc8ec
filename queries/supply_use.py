"""What supply is used for, and what would use the rest (method, section 2).

Of the supply Σ A·D of a group, Σ min(1, A)·D is effective; the rest lies in cells that have more than they ask for.
It is told apart by what in the same group lacks it, in this order, each unit counted once:

    other chains   Σ over regions and types of min(Σ rest, Σ unmet) over the chains of the group
    other types    Σ over regions of min(what is left of both) over chains and types
    other places   min(what is left of both) over the whole group
    nobody         what is left then: more than the group lacks
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Floats
from graph.vocabulary import vocabulary
from queries.cube import Cube
from queries.rollup import Groups
from queries.unmet import unmet_demand

USES = tuple(vocabulary("supply_uses").ids)


def supply_use(cube: Cube, regions: Groups, columns: Groups) -> NDArray[Any]:
    """Return of each group, [regions, columns], its supply by use: a mapping of USES, services a year, that sums to it.

    None where nothing is known of the group.
    """
    demand = np.nan_to_num(cube.demand)
    rest = demand * np.maximum(0.0, cube.access - 1.0)
    unmet = unmet_demand(demand, cube.access)
    met = demand - unmet
    types, groups = len(cube.grid.types), len(columns.codes)
    rows, cols = regions.indicator(), columns.indicator()
    by_type = _by_type(columns, types, demand.shape[1])
    rest, unmet = (v @ by_type for v in (rest, unmet))  # [R, K·T]
    found = {"effective": rows @ met @ cols.T}
    for name, reach in (("other_chains", None), ("other_types", (groups, types)), ("other_places", None)):
        if reach:
            rest, unmet = (v.reshape(len(v), *reach).sum(axis=2) for v in (rest, unmet))
        if name == "other_places":
            rest, unmet = rows @ rest, rows @ unmet
        moved = np.minimum(rest, unmet)
        rest, unmet = rest - moved, unmet - moved
        summed = moved.reshape(len(moved), groups, moved.shape[1] // max(groups, 1)).sum(axis=2)
        found[name] = summed if name == "other_places" else rows @ summed
    found["nobody"] = rest
    known = rows @ (~np.isnan(cube.demand)).astype(np.float64) @ cols.T > 0
    return _mappings(found, known)


def _by_type(columns: Groups, types: int, wide: int) -> Floats:
    """Return [N, K·T]: 1 where a column is of a group of columns and a type."""
    kept = np.flatnonzero(columns.of >= 0)
    made = np.zeros((wide, len(columns.codes) * types))
    made[kept, columns.of[kept] * types + kept % types] = 1.0
    return made


def _mappings(found: dict[str, Floats], known: NDArray[np.bool_]) -> NDArray[Any]:
    made = np.full(known.shape, None, dtype=object)
    values = np.stack([found[name] for name in USES], axis=-1).reshape(-1, len(USES)).tolist()
    uses = [dict(zip(USES, row, strict=True)) if k else None for row, k in zip(values, known.ravel(), strict=True)]
    made.reshape(-1)[:] = uses
    return made
