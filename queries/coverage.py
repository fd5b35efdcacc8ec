"""Where is service missing?

Coverage of any grouping of regions, industries and service types, and the gaps ranked by severity. Roll-up
(method, section 3): ratio = Σ ratio·D / ΣD; demand, supply and unmet are summed; providers are distinct over the
group; a group is covered or empty where all its cells with demand are, otherwise partial.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.projection import cached_by_version
from graph.stores.base import ReadSession, Store
from graph.vocabulary import vocabulary
from queries.answers import ListAnswer, Meta, Result, meta, today
from queries.cube import REASONS, STATES, Cube, build_cube, count_providers, read_facts
from queries.supply import Floats


class CoverageCell(Result):
    """One cell, or one group of cells, of demand against supply; numbers are null where unknown."""

    region: str | None = Field(
        description="地区代码（GB/T 2260 或经济区）/ region code or economic zone; null: whole province"
    )
    region_name: str | None
    industry: str | None = Field(description="产业链、产业或体系 / chain_id, pillar or system; null: all")
    industry_name: str | None
    service_type: str | None = Field(description="服务类型 / category_id; null: all")
    service_type_name: str | None
    demand: float | None = Field(description="年服务需求（次）/ services a year asked for")
    supply: float | None = Field(description="可及供给 = A·D / reachable capacity, services a year")
    ratio: float | None = Field(description="覆盖率 min(1, A) / share of demand met, 0 to 1")
    ratio_local: float | None = Field(description="本地覆盖率 / the part met from the same prefecture")
    unmet: float | None = Field(description="未满足需求（次/年）/ services a year not met")
    providers: int = Field(description="提供机构数 / distinct providers")
    state: str = Field(description="covered | partial | empty | unknown | not_applicable")
    reasons: list[str]
    cells_by_state: dict[str, int] | None = Field(
        default=None, description="各状态单元数 / cells by state; null for a single cell"
    )


class Gap(CoverageCell):
    """A coverage cell that is not covered, with its rank."""

    rank: int
    severity: float = Field(description="严重度 = 未满足需求 ×（1 + 专精特新占比）/ unmet × (1 + share of 专精特新)")


class CoverageQuestion(Result):
    """What is asked: grouping, filters (codes), day and standard."""

    group_by: tuple[str, ...] = ("county", "chain", "service_type")
    region: str | None = None
    industry: str | None = None
    service_type: str | None = None
    state: str | None = None
    as_of: date = Field(default_factory=today)
    standard: float = 1.0
    freshness_days: int = 400
    rates: dict[str, float] | None = None


@dataclass(frozen=True)
class Coverage:
    """The answer: ``cells`` is a frame with the columns of CoverageCell (or Gap), in stable order."""

    cells: pd.DataFrame
    meta: Meta
    row: type[CoverageCell] = CoverageCell

    def rows(self, start: int = 0, stop: int | None = None) -> list[CoverageCell]:
        """Return some of the cells as result models."""
        return [self.row(**record) for record in self.records(start, stop)]

    def records(self, start: int = 0, stop: int | None = None) -> list[dict[str, Any]]:
        """Return some of the cells as plain dictionaries, null where unknown."""
        part = self.cells.iloc[start:stop]
        columns = {c: _plain(part[c]) for c in part.columns}
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    def page(self, limit: int, start: int = 0) -> ListAnswer[CoverageCell]:
        """Return ``limit`` cells from position ``start``; ``next`` is the following position, if any."""
        end = start + limit
        following = str(end) if end < len(self.cells) else None
        return ListAnswer(data=self.rows(start, end), meta=self.meta, total=len(self.cells), next=following)


def _plain(column: pd.Series) -> list[Any]:
    values = column.tolist()
    if column.dtype.kind == "f":
        return [None if math.isnan(v) else v for v in values]
    return values


AXES: dict[str, tuple[str, ...]] = {
    "region": ("county", "prefecture", "zone"),
    "industry": ("chain", "pillar", "system"),
    "service_type": ("service_type",),
}
"""Groupings of each axis, finest first."""
GROUPINGS = tuple(g for groupings in AXES.values() for g in groupings)


@dataclass(frozen=True)
class _Groups:
    """One axis cut into groups: ``of`` gives each position its group, −1 where it is filtered out."""

    of: NDArray[np.int64]
    codes: list[str | None]
    names: list[str | None]

    def indicator(self) -> Floats:
        """Return [groups, positions], 1 where a position is in a group."""
        made = np.zeros((len(self.codes), len(self.of)))
        kept = self.of >= 0
        made[self.of[kept], np.flatnonzero(kept)] = 1.0
        return made


def _groups(codes: pd.Series, name: Callable[[str], str], keep: NDArray[np.bool_], grouped: bool) -> _Groups:
    if not grouped:
        return _Groups(np.where(keep, 0, -1), [None], [None])
    kept = codes.where(keep)
    of, distinct = pd.factorize(kept, sort=True)
    return _Groups(of, list(distinct), [name(c) for c in distinct])


def _grouping(question: CoverageQuestion, axis: str) -> str | None:
    unknown = [g for g in question.group_by if g not in GROUPINGS]
    if unknown:
        raise BadParameter(name="group_by", value=",".join(unknown), reason="、".join(GROUPINGS))
    return next((g for g in AXES[axis] if g in question.group_by), None)


def _region_groups(cube: Cube, question: CoverageQuestion) -> _Groups:
    regions = cube.grid.regions
    keep = np.ones(len(regions), dtype=bool)
    asked = question.region
    if asked and not asked.endswith("0000"):
        zones = vocabulary("economic_zones")
        inside = regions["zone"] if asked in zones else regions["key"].map(prefecture_of)
        keep = ((regions["key"] == asked) | (inside == asked)).to_numpy()
    grouping = _grouping(question, "region") or "county"
    codes = {
        "county": regions["key"],
        "prefecture": regions["key"].map(prefecture_of),
        "zone": regions["zone"],
    }
    names = _region_names(cube)
    return _groups(codes[grouping], lambda c: names[c], keep, _grouping(question, "region") is not None)


def _region_names(cube: Cube) -> dict[str, str]:
    """Return names of everything that regions are grouped by; counties carry their prefecture's name."""
    places = cube.facts.demand.regions.set_index("key")["name"]
    names = {e.id: e.label.zh for e in vocabulary("economic_zones")}
    for code, name in places.items():
        parent = prefecture_of(str(code))
        names[str(code)] = name if parent == code else f"{places[parent]}{name}"
    return names


def _column_groups(cube: Cube, question: CoverageQuestion) -> tuple[_Groups, list[tuple[Any, ...]]]:
    """Return the groups of the N columns and, for each, (industry, name, service type, name)."""
    chains, types = cube.grid.chains, cube.grid.types
    grouping = _grouping(question, "industry")
    by = {"chain": "key", "pillar": "pillar", "system": "system"}
    asked = question.industry
    keep_chain = (
        (chains[["key", "pillar", "system"]] == asked).any(axis=1).to_numpy() if asked else np.ones(len(chains), bool)
    )
    names = {**dict(zip(chains["key"], chains["name"], strict=True)),
             **{e.id: e.label.zh for v in ("industry_pillars", "industry_systems") for e in vocabulary(v)}}  # fmt: skip
    industry = _groups(chains[by[grouping or "chain"]], lambda c: names[c], keep_chain, grouping is not None)
    keep_type = np.array([question.service_type in (None, t) for t in types])
    service = _groups(
        pd.Series(types), vocabulary("service_types").text, keep_type, _grouping(question, "service_type") is not None
    )
    pairs = industry.of[:, None] * len(service.codes) + service.of[None, :]
    of = np.where((industry.of[:, None] >= 0) & (service.of[None, :] >= 0), pairs, -1).ravel()
    rows = [(ic, iname, sc, sname) for ic, iname in zip(industry.codes, industry.names, strict=True)
            for sc, sname in zip(service.codes, service.names, strict=True)]  # fmt: skip
    return _Groups(of, [None] * len(rows), [None] * len(rows)), rows


def coverage(store: Store, question: CoverageQuestion | None = None) -> Coverage:
    """Return coverage of every group asked for, ordered by region, industry and service type.

    Raises:
        BadParameter: an unknown grouping or state, or a standard or freshness limit that is not positive.
    """
    question = question or CoverageQuestion()
    version, cube = _cube(store, question)
    cells = _cells(cube, question)
    if question.state:
        cells = cells[cells["state"] == question.state].reset_index(drop=True)
    return Coverage(cells, _meta(version, cube, question))


def gaps(store: Store, question: CoverageQuestion | None = None) -> Coverage:
    """Return the groups with unmet demand, worst first.

    Severity = unmet × (1 + share of 专精特新 among the enterprises listed there); ties by code (method, section 3).
    """
    question = question or CoverageQuestion()
    version, cube = _cube(store, question)
    cells = _cells(cube, question, special=True)
    share = cells.pop("special")
    cells["severity"] = cells["unmet"] * (1.0 + share)
    missing = cells[
        (cells["unmet"] > 0) & cells["state"].isin([question.state] if question.state else ["empty", "partial"])
    ]
    ranked = missing.sort_values("severity", ascending=False, kind="stable").reset_index(drop=True)
    ranked.insert(0, "rank", np.arange(1, len(ranked) + 1))
    return Coverage(ranked, _meta(version, cube, question), row=Gap)


def _check(question: CoverageQuestion) -> None:
    for name in ("standard", "freshness_days"):
        value = getattr(question, name)
        if not 0 < value < np.inf:
            raise BadParameter(name=name, value=value, reason="> 0")
    if question.state and question.state not in STATES:
        raise BadParameter(name="state", value=question.state, reason="、".join(STATES))


def _cube(store: Store, question: CoverageQuestion) -> tuple[int, Cube]:
    """Return the graph version and the cube, read once a version and computed once for each set of parameters."""
    _check(question)
    rates = tuple(sorted((question.rates or {}).items()))
    key = ("cube", question.as_of, question.standard, question.freshness_days, rates)
    with store.read() as session:
        _, facts = cached_by_version(store, session, "cube facts", read_facts)

        def build(_: ReadSession) -> Cube:
            return build_cube(
                facts, as_of=question.as_of, standard=question.standard,
                freshness_days=question.freshness_days, rates=question.rates,
            )  # fmt: skip

        return cached_by_version(store, session, key, build)


def _meta(version: int, cube: Cube, question: CoverageQuestion) -> Meta:
    parameters = question.model_dump(mode="json", exclude_none=True)
    return meta(version, parameters, cube.facts.data_class())


def _cells(cube: Cube, question: CoverageQuestion, *, special: bool = False) -> pd.DataFrame:
    regions = _region_groups(cube, question)
    columns, column_codes = _column_groups(cube, question)
    single = all(_grouping(question, axis) == AXES[axis][0] for axis in AXES)
    numbers = _single(cube, regions, columns) if single else _rolled_up(cube, regions, columns)
    shape = (len(regions.codes), len(column_codes))
    made: dict[str, Any] = {
        "region": np.repeat(np.array(regions.codes, dtype=object), shape[1]),
        "region_name": np.repeat(np.array(regions.names, dtype=object), shape[1]),
    }
    for at, name in enumerate(("industry", "industry_name", "service_type", "service_type_name")):
        made[name] = np.tile(np.array([c[at] for c in column_codes], dtype=object), shape[0])
    made |= {name: values.reshape(-1) for name, values in numbers.items()}
    if special:
        made["special"] = _special(cube, regions, columns, single).reshape(-1)
    return pd.DataFrame(made)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _single(cube: Cube, regions: _Groups, columns: _Groups) -> dict[str, NDArray[Any]]:
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
    }


def _rolled_up(cube: Cube, regions: _Groups, columns: _Groups) -> dict[str, NDArray[Any]]:
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
    has = np.stack([total(r) > 0 for r in cube.reasons])
    blank = np.where(known, 0.0, np.nan)
    return {
        "demand": demand + blank,
        "supply": total(cube.access * cube.demand) + blank,
        "ratio": _ratio(met, demand),
        "ratio_local": _ratio(total(np.minimum(1.0, cube.local) * cube.demand), demand),
        "unmet": demand - met + blank,
        "providers": providers,
        "state": np.select(conditions, [np.asarray(s, dtype=object) for s in states], default="partial"),
        "reasons": _reason_lists(has),
        "cells_by_state": _state_counts(by_state),
    }


def _group_providers(cube: Cube, regions: _Groups, columns: _Groups) -> NDArray[np.int64]:
    reaches = (cube.reaches.astype(np.float64) @ regions.indicator().T) > 0
    offers = cube.offers.assign(column=columns.of[cube.offers["column"].to_numpy()])
    return count_providers(offers[offers["column"] >= 0], reaches, len(columns.codes))


def _reason_lists(applies: NDArray[np.bool_]) -> NDArray[Any]:
    """Return [groups, groups] lists of reasons from [reasons, groups, groups]; equal sets share one list."""
    weights = 1 << np.arange(len(REASONS), dtype=np.int64)
    bits = np.tensordot(weights, applies.astype(np.int64), axes=1)
    distinct, inverse = np.unique(bits, return_inverse=True)
    lists = np.empty(len(distinct), dtype=object)
    for at, value in enumerate(distinct):
        lists[at] = [r for i, r in enumerate(REASONS) if value >> i & 1]
    return lists[inverse].reshape(bits.shape)


def _state_counts(by_state: Floats) -> NDArray[Any]:
    shape = by_state.shape[1:]
    made = np.empty(shape, dtype=object)
    counts = by_state.astype(int)
    for at in np.ndindex(*shape):
        made[at] = {s: int(counts[(i, *at)]) for i, s in enumerate(STATES)}
    return made


def _special(cube: Cube, regions: _Groups, columns: _Groups, single: bool) -> Floats:
    """Return the share of 专精特新 among listed enterprises of each group; 0 where none is listed."""
    types = len(cube.grid.types)
    special, listed = (np.repeat(a, types, axis=1) for a in (cube.grid.special, cube.grid.listed))
    rows, cols = regions.indicator(), columns.indicator()
    if single:
        r, n = (np.argsort(g.of, kind="stable")[np.sum(g.of < 0) :] for g in (regions, columns))
        special, listed = special[np.ix_(r, n)], listed[np.ix_(r, n)]
    else:
        special, listed = rows @ special @ cols.T, rows @ listed @ cols.T
    return np.nan_to_num(_ratio(special, listed))
