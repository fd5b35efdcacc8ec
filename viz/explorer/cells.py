"""All coverage cells as one compact document: columns of little-endian numbers, decoded by ``page/cells.js``.

The page filters, sums and sorts 95,160 cells itself, so that every view answers at once and a file from a disk can do
what the service does. A group's figures follow from these columns by the rules of :mod:`queries.rollup`; only the
number of distinct providers of a group does not, which the detail asks for.
"""

import base64
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.identity import prefecture_of
from graph.places.divisions import PROVINCE
from graph.stores.base import Store
from queries.answers import Meta, meta
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import REASONS, STATES, Cube, CubeFacts
from queries.rollup import region_names
from queries.snapshots.keeping import CELL, find, read_cells
from queries.what_if.changes import Scenario
from queries.what_if.effects import built
from queries.what_if.impact import impact_of
from queries.what_if.incremental import set_aside

COLUMNS = {
    "demand": "<f4", "access": "<f4", "local": "<f4", "providers": "<u2", "state": "<u1", "reasons": "<u2",
}  # fmt: skip
"""Columns of the document with their types; cells stand region by region, then chain by chain, then type by type."""


SYNTHETIC = "SYNTHETIC"


def cells_document(cube: Cube, meta: Meta, region: str | None = None) -> dict[str, Any]:
    """Return the cells as plain data for JSON; of a ``region`` and its parts alone, where one is given, by code.

    Returns:
        ``regions``, ``chains`` and ``types``: the axes. ``columns``: for each of :data:`COLUMNS` base64 of R·C·T
        numbers; demand is NaN where unknown, ``state`` a position in ``states``, ``reasons`` has bit i for
        ``reason_ids[i]``.
        ``meta``: of the answer.
    """
    bits = np.tensordot(1 << np.arange(len(REASONS)), cube.reasons.astype(np.int64), axes=1)
    arrays: dict[str, NDArray[Any]] = {
        "demand": cube.demand, "access": cube.access, "local": cube.local,
        "providers": cube.providers, "state": cube.state, "reasons": bits,
    }  # fmt: skip
    counts = cube.facts.demand.counts.dropna(subset=["as_of"])
    newest = {str(c): str(day)[:10] for c, day in counts.groupby("region")["as_of"].max().items()}
    return _document(cube, newest, arrays, meta, region)


def day_document(store: Store, question: CoverageQuestion, only: "Only", region: str | None) -> dict[str, Any]:
    """Return the cells of a day, of some facts alone where :class:`Only` says so, of a region alone where one is given.

    Raises:
        BadParameter: a standard or freshness limit that is not positive.
    """
    version, cube = cube_of(store, question)
    part = only.of(cube.facts)
    return _cells_of(version, cube if part is cube.facts else built(part, question), question, region)


def plan_document(store: Store, plan: Scenario, question: CoverageQuestion) -> dict[str, Any]:
    """Return the cells as they would be after a plan.

    Raises:
        BadParameter: a change names what does not exist; tells which change and which field.
    """
    impact = impact_of(store, plan, question, where="changes")
    return _cells_of(impact.version, impact.after, question)


def _cells_of(version: int, cube: Cube, question: CoverageQuestion, region: str | None = None) -> dict[str, Any]:
    parameters = question.model_dump(mode="json", include={"as_of", "standard", "freshness_days"})
    return cells_document(cube, meta(version, parameters, cube.facts.data_class()), region=region)


@dataclass(frozen=True)
class Only:
    """Which facts count: all, or those that are not invented; which resources: all, or those of a mode or level."""

    real: bool = False
    mode: str | None = None
    level: str | None = None

    def of(self, facts: CubeFacts) -> CubeFacts:
        """Return the facts that count; the same where all do."""
        if self == Only():
            return facts
        resources = facts.supply.resources
        keep = pd.Series(data=True, index=resources.index)
        if self.real:
            keep &= resources["data_class"] != SYNTHETIC
        if self.mode:
            keep &= resources[self.mode].eq(other=True)
        if self.level:
            keep &= resources["level"] == self.level
        supply, _ = set_aside(facts.supply, resources.loc[~keep, "resource"])
        if not self.real:
            return replace(facts, supply=supply)
        frames = {name: getattr(facts.demand, name) for name in ("counts", "enterprises", "needs")}
        real = {name: frame[frame["data_class"] != SYNTHETIC] for name, frame in frames.items()}
        return CubeFacts(replace(facts.demand, **real), supply)


def snapshot_document(store: Store, id_: str, region: str | None = None) -> dict[str, Any]:
    """Return the cells of a snapshot in the same form, on today's axes.

    A snapshot keeps no local coverage: ``local`` is NaN. A cell that it lacks is unknown; one that the axes lack, as a
    chain or county that is no more, does not appear.

    Raises:
        NotFound: there is no such snapshot.
        SealBroken: its file is not what was written.
    """
    snapshot = find(store, id_)
    _, cube = cube_of(store, CoverageQuestion())
    axes = [list(cube.grid.regions["key"]), list(cube.grid.chains["key"]), list(cube.grid.types)]
    everywhere = pd.MultiIndex.from_product(axes, names=CELL)
    cells = read_cells(store, snapshot).set_index(CELL).reindex(everywhere)
    demand = cells["demand"].to_numpy(dtype=float)
    needed = demand > 0
    supply = cells["supply"].to_numpy(dtype=float)
    arrays: dict[str, NDArray[Any]] = {
        "demand": demand, "access": np.divide(supply, demand, out=np.zeros(len(demand)), where=needed),
        "local": np.full(len(demand), np.nan), "providers": cells["providers"].fillna(0).to_numpy(),
        "state": cells["state"].fillna("unknown").map({s: i for i, s in enumerate(STATES)}).to_numpy(),
        "reasons": cells["reasons"].map(_bits, na_action="ignore").fillna(0).to_numpy(),
    }  # fmt: skip
    return _document(cube, {}, arrays, meta(snapshot.graph_version, snapshot.parameters, snapshot.data_class), region)


def _bits(reasons: Any) -> int:
    return sum(1 << REASONS.index(r) for r in reasons)


def _document(
    cube: Cube, newest: dict[str, str], arrays: dict[str, NDArray[Any]], meta: Meta, region: str | None
) -> dict[str, Any]:
    grid, names = cube.grid, region_names(cube)
    here = np.array([region in (None, PROVINCE, code, prefecture_of(code)) for code in grid.regions["key"]], dtype=bool)
    chains = grid.chains[["key", "name", "pillar", "system"]].rename(columns={"key": "code"})
    shape = (len(here), len(chains) * len(grid.types))
    return {
        "regions": [{"code": c, "name": names[c], "as_of": newest.get(c)} for c in grid.regions["key"][here]],
        "chains": chains.to_dict("records"),
        "types": list(grid.types),
        "states": list(STATES),
        "reason_ids": list(REASONS),
        "columns": {name: _packed(arrays[name].reshape(shape)[here], type_) for name, type_ in COLUMNS.items()},
        "meta": meta.model_dump(mode="json"),
    }


def _packed(values: NDArray[Any], type_: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=type_).tobytes()).decode("ascii")
