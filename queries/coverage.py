"""Where is service missing? Coverage of any grouping of regions, industries and service types."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from graph.clock import today
from graph.errors import BadParameter
from graph.language import listed
from graph.projection import cached_by_version
from graph.stores.base import ReadSession, Store
from queries.answers import ListAnswer, Meta, Result, meta
from queries.cube import STATES, Cube, build_cube, read_cube_facts
from queries.data_classes import BEHIND
from queries.equity import equity
from queries.methods import DEFAULT, Method
from queries.rollup import (
    AXES,
    column_groups,
    empty_demand,
    grouping_of,
    region_groups,
    rolled_up,
    single_cells,
    special_share,
)
from queries.supply_use import supply_use


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
    supply_use: dict[str, float] | None = Field(
        default=None,
        description="供给的去向：effective 有效；其余本组内谁用得上：other_chains 别的产业链、other_types 别的类型、"
        "other_places 别处、nobody 无人 / supply by use: effective, or what in the group lacks it; null for a cell",
    )
    equity: dict[str, float | None] | None = Field(
        default=None,
        description="A 在企业间的均衡：gini, theil（theil_between 经济区之间, theil_within 之内）, palma"
        " / how evenly A is spread over enterprises; null for a single cell",
    )
    cells_by_reason: dict[str, int] | None = Field(
        default=None, description="各原因单元数，一个单元可有多个原因 / cells by reason; null for a single cell"
    )
    data_class: list[str] = Field(description=BEHIND)


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
    method: Method = DEFAULT


OF_DAY = {"as_of", "standard", "freshness_days", "rates", "method"}
"""What of a question the cube rests on."""


@dataclass(frozen=True)
class Coverage:
    """The answer: ``cells`` is a frame with the columns of ``row``, in stable order."""

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


def coverage(store: Store, question: CoverageQuestion | None = None) -> Coverage:
    """Return coverage of every group asked for, ordered by region, industry and service type.

    Raises:
        BadParameter: an unknown grouping or state, or a standard or freshness limit that is not positive.
    """
    question = question or CoverageQuestion()
    version, cube = cube_of(store, question)
    cells = cells_of(cube, question)
    if question.state:
        cells = cells[cells["state"] == question.state].reset_index(drop=True)
    return Coverage(cells, coverage_meta(version, cube, question))


def _check(question: CoverageQuestion) -> None:
    for name in ("standard", "freshness_days"):
        value = getattr(question, name)
        if not 0 < value < np.inf:
            raise BadParameter(name=name, value=value, reason="> 0")
    if question.state and question.state not in STATES:
        raise BadParameter(name="state", value=question.state, reason=listed(STATES))


def cube_of(store: Store, question: CoverageQuestion) -> tuple[int, Cube]:
    """Return the graph version and all cells, read once a version and computed once for each set of parameters.

    Only day, standard, freshness, rates and method of the question count. The cube is shared, and not to be changed.

    Raises:
        BadParameter: a standard or freshness limit that is not positive.
    """
    _check(question)
    rates = tuple(sorted((question.rates or {}).items()))
    key = ("cube", question.as_of, question.standard, question.freshness_days, rates, question.method)
    with store.read() as session:
        _, facts = cached_by_version(store, session, "cube facts", read_cube_facts)

        def build(_: ReadSession) -> Cube:
            return build_cube(
                facts, as_of=question.as_of, standard=question.standard,
                freshness_days=question.freshness_days, rates=question.rates, method=question.method,
            )  # fmt: skip

        return cached_by_version(store, session, key, build)


def coverage_meta(version: int, cube: Cube, question: CoverageQuestion) -> Meta:
    """Return the meta of an answer that rests on all cells."""
    parameters = question.model_dump(mode="json", exclude_none=True)
    return meta(version, parameters, cube.facts.data_class())


def cells_of(cube: Cube, question: CoverageQuestion, *, ranked: bool = False) -> pd.DataFrame:
    """Return every group asked for with the columns of CoverageCell.

    ``ranked`` adds ``special``, the share of 专精特新, ``undated``, how many of these no date is known of, and
    ``empty_demand``, demand of cells that nothing reaches.
    """
    regions = region_groups(cube, question.group_by, question.region)
    columns, column_codes = column_groups(cube, question.group_by, question.industry, question.service_type)
    single = all(grouping_of(question.group_by, axis) == AXES[axis][0] for axis in AXES)
    numbers = single_cells(cube, regions, columns) if single else rolled_up(cube, regions, columns)
    shape = (len(regions.codes), len(column_codes))
    made: dict[str, Any] = {
        "region": np.repeat(np.array(regions.codes, dtype=object), shape[1]),
        "region_name": np.repeat(np.array(regions.names, dtype=object), shape[1]),
    }
    for at, name in enumerate(("industry", "industry_name", "service_type", "service_type_name")):
        made[name] = np.tile(np.array([c[at] for c in column_codes], dtype=object), shape[0])
    if not single:
        numbers |= {"supply_use": supply_use(cube, regions, columns), "equity": equity(cube, regions, columns)}
    made |= {name: values.reshape(-1) for name, values in numbers.items()}
    if ranked:
        share, undated = special_share(cube, regions, columns, single)
        made |= {"special": share.reshape(-1), "undated": undated.reshape(-1)}
        made["empty_demand"] = empty_demand(cube, regions, columns).reshape(-1)
    return pd.DataFrame(made)
