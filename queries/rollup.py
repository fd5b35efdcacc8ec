"""Cells cut into groups and rolled up (method, section 3).

ratio = Σ ratio·D / ΣD; demand, supply and unmet are summed; providers are distinct over the group; a group is
covered or empty where all its cells with demand are, otherwise partial; it is unknown where nothing is known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import listed
from graph.places.divisions import named_in_full
from graph.vocabulary import vocabulary
from queries.cube import REASONS, STATES, Cube, count_providers
from queries.data_classes import BITS, named

AXES: dict[str, tuple[str, ...]] = {
    "region": ("county", "prefecture", "zone"),
    "industry": ("chain", "pillar", "system"),
    "service_type": ("service_type",),
}
"""Groupings of each axis, finest first."""
GROUPINGS = tuple(g for groupings in AXES.values() for g in groupings)


@dataclass(frozen=True)
class Groups:
    """One axis cut into groups: ``of`` gives each position its group, −1 where it is filtered out."""

    of: Ints
    codes: list[str | None]
    names: list[str | None]

    def indicator(self) -> Floats:
        """Return [groups, positions], 1 where a position is in a group."""
        made = np.zeros((len(self.codes), len(self.of)))
        kept = self.of >= 0
        made[self.of[kept], np.flatnonzero(kept)] = 1.0
        return made


def _groups(
    codes: pd.Series, name: Callable[[str], str], keep: Bools, grouped: bool, asked: str | None = None
) -> Groups:
    """Cut an axis into groups; one of which ``asked`` is a part alone bears the name of what is asked, not its own."""
    if not grouped:
        return Groups(np.where(keep, 0, -1), [None], [None])
    cut = asked is not None and codes[~keep].isin(codes[keep]).any()
    kept = (pd.Series(asked, index=codes.index) if cut else codes).where(keep)
    of, distinct = pd.factorize(kept, sort=True)
    return Groups(of, list(distinct), [name(c) for c in distinct])


def grouping_of(group_by: tuple[str, ...], axis: str) -> str | None:
    """Return the grouping of an axis that is asked for, the finest if there are several.

    Raises:
        BadParameter: a grouping that no axis has.
    """
    unknown = [g for g in group_by if g not in GROUPINGS]
    if unknown:
        raise BadParameter(name="group_by", value=",".join(unknown), reason=listed(GROUPINGS))
    return next((g for g in AXES[axis] if g in group_by), None)


def region_groups(cube: Cube, group_by: tuple[str, ...], asked: str | None) -> Groups:
    """Return the groups of the R regions; ``asked`` (a division or economic zone) leaves out what lies elsewhere."""
    regions = cube.grid.regions
    keep = np.ones(len(regions), dtype=bool)
    if asked and not asked.endswith("0000"):
        zones = vocabulary("economic_zones")
        inside = regions["zone"] if asked in zones else regions["key"].map(prefecture_of)
        keep = ((regions["key"] == asked) | (inside == asked)).to_numpy()
    grouping = grouping_of(group_by, "region")
    codes = {
        "county": regions["key"],
        "prefecture": regions["key"].map(prefecture_of),
        "zone": regions["zone"],
    }
    names = region_names(cube)
    return _groups(codes[grouping or "county"], names.__getitem__, keep, grouping is not None, asked)


def demand_reported(cube: Cube, asked: str | None) -> bool:
    """Tell whether demand is known anywhere in a division or zone; without, nothing can be said of its gaps."""
    return not bool(np.isnan(cube.demand[region_groups(cube, (), asked).of >= 0]).all())


def region_names(cube: Cube) -> dict[str, str]:
    """Return names of everything that regions are grouped by; counties carry their prefecture's name."""
    regions = cube.facts.demand.regions
    zones = {e.id: e.label.zh for e in vocabulary("economic_zones")}
    return zones | named_in_full(dict(zip(regions["key"].tolist(), regions["name"].tolist(), strict=True)))


def column_groups(
    cube: Cube, group_by: tuple[str, ...], asked: str | None, type_asked: str | None
) -> tuple[Groups, list[tuple[Any, ...]]]:
    """Return the groups of the N columns and, for each, (industry, name, service type, name).

    ``asked`` is a chain, pillar or system, ``type_asked`` a service type; others are left out.
    """
    chains, types = cube.grid.chains, cube.grid.types
    grouping = grouping_of(group_by, "industry")
    by = {"chain": "key", "pillar": "pillar", "system": "system"}
    keep_chain = (
        (chains[["key", "pillar", "system"]] == asked).any(axis=1).to_numpy() if asked else np.ones(len(chains), bool)
    )
    names = {**dict(zip(chains["key"], chains["name"], strict=True)),
             **{e.id: e.label.zh for v in ("industry_pillars", "industry_systems") for e in vocabulary(v)}}  # fmt: skip
    industry = _groups(chains[by[grouping or "chain"]], names.__getitem__, keep_chain, grouping is not None, asked)
    keep_type = np.array([type_asked in (None, t) for t in types])
    service = _groups(
        pd.Series(types), vocabulary("service_types").text, keep_type, grouping_of(group_by, "service_type") is not None
    )
    pairs = industry.of[:, None] * len(service.codes) + service.of[None, :]
    of = np.where((industry.of[:, None] >= 0) & (service.of[None, :] >= 0), pairs, -1).ravel()
    rows = [(ic, iname, sc, sname) for ic, iname in zip(industry.codes, industry.names, strict=True)
            for sc, sname in zip(service.codes, service.names, strict=True)]  # fmt: skip
    return Groups(of, [None] * len(rows), [None] * len(rows)), rows


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def single_cells(cube: Cube, regions: Groups, columns: Groups) -> dict[str, NDArray[Any]]:
    """Return the numbers of single cells, [regions, columns] in the order of the groups."""
    r = np.argsort(regions.of, kind="stable")[np.sum(regions.of < 0) :]
    n = np.argsort(columns.of, kind="stable")[np.sum(columns.of < 0) :]
    at = np.ix_(r, n)
    demand, unknown = cube.demand[at], np.isnan(cube.demand[at])
    ratio = np.where(unknown, np.nan, np.minimum(1.0, cube.access[at]))
    return {
        "demand": demand,
        "supply": cube.access[at] * demand,
        "ratio": ratio,
        "ratio_local": np.where(unknown, np.nan, np.minimum(1.0, cube.local[at])),
        "unmet": demand * (1.0 - ratio),
        "providers": cube.providers[at],
        "state": np.array(STATES, dtype=object)[cube.state[at]],
        "reasons": _reason_lists(cube.reasons[:, r][:, :, n]),
        "cells_by_state": np.full(demand.shape, None, dtype=object),
        "cells_by_reason": np.full(demand.shape, None, dtype=object),
        "supply_use": np.full(demand.shape, None, dtype=object),
        "equity": np.full(demand.shape, None, dtype=object),
        "data_class": _class_lists(cube.classes[at]),
    }


def rolled_up(cube: Cube, regions: Groups, columns: Groups) -> dict[str, NDArray[Any]]:
    """Return the numbers of groups of cells, [regions, columns]."""
    rows, cols = regions.indicator(), columns.indicator()

    def total(values: NDArray[Any]) -> Floats:
        summed: Floats = rows @ np.nan_to_num(values) @ cols.T
        return summed

    by_state = np.stack([total(cube.state == s) for s in range(len(STATES))])
    count = dict(zip(STATES, by_state, strict=True))
    needed = count["covered"] + count["partial"] + count["empty"]
    known = needed + count["not_applicable"] > 0
    demand = total(cube.demand)
    met = total(np.minimum(1.0, cube.access) * cube.demand)
    conditions = [needed == 0, count["covered"] == needed, count["empty"] == needed]
    states = [np.where(count["unknown"] > 0, "unknown", "not_applicable"), "covered", "empty"]
    providers = _group_providers(cube, regions, columns)
    by_reason = np.stack([total(r) for r in cube.reasons])
    blank = np.where(known, 0.0, np.nan)
    return {
        "demand": demand + blank,
        "supply": total(cube.access * cube.demand) + blank,
        "ratio": _ratio(met, demand),
        "ratio_local": _ratio(total(np.minimum(1.0, cube.local) * cube.demand), demand),
        "unmet": demand - met + blank,
        "providers": providers,
        "state": np.select(conditions, [np.asarray(s, dtype=object) for s in states], default="partial"),
        "reasons": _reason_lists(by_reason > 0),
        "cells_by_state": _counts(STATES, by_state),
        "cells_by_reason": _counts(REASONS, by_reason),
        "data_class": _class_lists(
            np.sum([np.where(total(cube.classes & bit) > 0, bit, 0) for bit in BITS.values()], axis=0)
        ),
    }


def _group_providers(cube: Cube, regions: Groups, columns: Groups) -> Ints:
    reaches = (cube.reaches.astype(np.float64) @ regions.indicator().T) > 0
    offers = cube.offers.assign(column=columns.of[cube.offers["column"].to_numpy()])
    return count_providers(offers[offers["column"] >= 0], reaches, len(columns.codes))


def _reason_lists(applies: Bools) -> NDArray[Any]:
    """Return [groups, groups] lists of reasons from [reasons, groups, groups]; equal sets share one list."""
    weights = 1 << np.arange(len(REASONS), dtype=np.int64)
    bits = np.tensordot(weights, applies.astype(np.int64), axes=1)
    distinct, inverse = np.unique(bits, return_inverse=True)
    lists = np.empty(len(distinct), dtype=object)
    for at, value in enumerate(distinct):
        lists[at] = [r for i, r in enumerate(REASONS) if value >> i & 1]
    return lists[inverse].reshape(bits.shape)


def _class_lists(bits: Ints) -> NDArray[Any]:
    """Return lists of data classes from bits, in their shape."""
    made = np.empty(bits.size, dtype=object)
    made[:] = named(bits.ravel().tolist())
    return made.reshape(bits.shape)


def _counts(ids: tuple[str, ...], by_id: Floats) -> NDArray[Any]:
    """Return [groups, groups] mappings of each id to its number of cells from [ids, groups, groups]."""
    shape = by_id.shape[1:]
    made = np.empty(shape, dtype=object)
    rows = by_id.astype(int).reshape(len(ids), -1).T.tolist()
    made.reshape(-1)[:] = [dict(zip(ids, row, strict=True)) for row in rows]
    return made


def special_share(cube: Cube, regions: Groups, columns: Groups, single: bool) -> tuple[Floats, Floats]:
    """Return the share of 专精特新 among the firms of each group, [regions, columns], and how many have no date.

    Where none is listed, the share is 0.
    """
    types = len(cube.grid.types)
    found = [np.repeat(a, types, axis=1) for a in (cube.grid.special, cube.grid.listed, cube.grid.undated)]
    rows, cols = regions.indicator(), columns.indicator()
    if single:
        r, n = (np.argsort(g.of, kind="stable")[np.sum(g.of < 0) :] for g in (regions, columns))
        special, listed, undated = (a[np.ix_(r, n)] for a in found)
    else:
        special, listed, undated = (rows @ a @ cols.T for a in found)
        # A firm counts once, of however many types of service the group is.
        of = [len({at % types for at in np.flatnonzero(columns.of == group)}) for group in range(len(columns.codes))]
        undated = undated / np.maximum(of, 1)
    return np.nan_to_num(_ratio(special, listed)), undated.round(6)


def empty_demand(cube: Cube, regions: Groups, columns: Groups) -> Floats:
    """Return the demand of each group's cells that no resource reaches, services a year, [regions, columns]."""
    unreached = np.where(cube.state == STATES.index("empty"), np.nan_to_num(cube.demand), 0.0)
    return regions.indicator() @ unreached @ columns.indicator().T
