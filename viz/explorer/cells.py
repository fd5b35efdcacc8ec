"""All coverage cells as one compact document: columns of little-endian numbers, decoded by ``page/cells.js``.

The page filters, sums and sorts 95,160 cells itself, so that every view answers at once and a file from a disk can do
what the service does. A group's figures follow from these columns by the rules of :mod:`queries.rollup`; only the
number of distinct providers of a group does not, which the detail asks for.
"""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from queries.answers import Meta
from queries.cube import REASONS, STATES, Cube
from queries.rollup import region_names

COLUMNS = {
    "demand": "<f4", "access": "<f4", "local": "<f4", "providers": "<u2", "state": "<u1", "reasons": "<u2",
}  # fmt: skip
"""Columns of the document with their types; cells stand region by region, then chain by chain, then type by type."""


def cells_document(cube: Cube, meta: Meta) -> dict[str, Any]:
    """Return the cells as plain data for JSON.

    Returns:
        ``regions``, ``chains`` and ``types``: the axes. ``columns``: for each of :data:`COLUMNS` base64 of R·C·T
        numbers; demand is NaN where unknown, ``state`` a position in ``states``, ``reasons`` has bit i for
        ``reason_ids[i]``.
        ``meta``: of the answer.
    """
    grid, names = cube.grid, region_names(cube)
    bits = np.tensordot(1 << np.arange(len(REASONS)), cube.reasons.astype(np.int64), axes=1)
    arrays: dict[str, NDArray[Any]] = {
        "demand": cube.demand, "access": cube.access, "local": cube.local,
        "providers": cube.providers, "state": cube.state, "reasons": bits,
    }  # fmt: skip
    newest = {str(c): str(day)[:10] for c, day in cube.facts.demand.counts.groupby("region")["as_of"].max().items()}
    chains = grid.chains[["key", "name", "pillar", "system"]].rename(columns={"key": "code"})
    return {
        "regions": [{"code": c, "name": names[c], "as_of": newest.get(c)} for c in grid.regions["key"]],
        "chains": chains.to_dict("records"),
        "types": list(grid.types),
        "states": list(STATES),
        "reason_ids": list(REASONS),
        "columns": {name: _packed(arrays[name], type_) for name, type_ in COLUMNS.items()},
        "meta": meta.model_dump(mode="json"),
    }  # fmt: skip


def _packed(values: NDArray[Any], type_: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=type_).tobytes()).decode("ascii")
