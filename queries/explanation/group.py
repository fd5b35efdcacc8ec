"""What a group of cells is made of: its cells by unmet demand, its supply by resource."""

import numpy as np
import pandas as pd

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text
from graph.vocabulary import vocabulary
from queries.coverage import CoverageCell, CoverageQuestion, cells_of
from queries.cube import Cube
from queries.explanation.cell_rows import reached, records
from queries.explanation.parts import CellRef, GroupCell, GroupContributor, GroupExplanation
from queries.ordering import comparable
from queries.rollup import column_groups, region_groups, region_names

FINEST = ("county", "chain", "service_type")


def is_group(cube: Cube, cell: CellRef, *, whole: bool) -> bool:
    """Tell whether codes name several cells.

    Raises:
        BadParameter: a code is none of its axis.
    """
    single = [
        _region_level(cube, cell.region, whole=whole) == "county",
        _industry_level(cube, cell.industry) == "chain",
    ]
    if cell.service_type is not None and cell.service_type not in cube.grid.types:
        raise _unknown(cell.service_type, "服务类型", "service type")
    return not (all(single) and cell.service_type)


def _unknown(code: str, zh: str, en: str) -> BadParameter:
    return BadParameter(name="cell", value=code, reason=Text(f"没有这个{zh}", f"there is no such {en}"))


def _region_level(cube: Cube, code: str | None, *, whole: bool) -> str | None:
    """Return the grouping that a region is one group of; the province is all, None."""
    places = cube.facts.demand.regions["key"]
    if code is None or code == "510000":
        return None
    if code in vocabulary("economic_zones"):
        return "zone"
    if code not in set(places):
        raise _unknown(code, "地区", "region")
    own = code in set(cube.grid.regions["key"])
    return "county" if own and not (whole and prefecture_of(code) == code) else "prefecture"


def _industry_level(cube: Cube, code: str | None) -> str | None:
    if code is None:
        return None
    for level, column in (("chain", "key"), ("pillar", "pillar"), ("system", "system")):
        if code in set(cube.grid.chains[column]):
            return level
    raise _unknown(code, "产业链、产业或体系", "chain, pillar or system")


def group_question(cube: Cube, cell: CellRef, question: CoverageQuestion) -> CoverageQuestion:
    """Return the question whose one answer is the group."""
    region = _region_level(cube, cell.region, whole=True)
    levels = (region, _industry_level(cube, cell.industry), "service_type" if cell.service_type else None)
    group_by = tuple(level for level in levels if level)
    return question.model_copy(update={"group_by": group_by, "state": None, **cell.model_dump()})


def explain_group(
    cube: Cube, names: pd.DataFrame, cell: CellRef, question: CoverageQuestion, rows: int
) -> GroupExplanation:
    """Return a group's own figures, its cells with most unmet demand, its resources with most supply."""
    asked = group_question(cube, cell, question)
    group = as_cell(cells_of(cube, asked))
    cells = cells_of(cube, asked.model_copy(update={"group_by": FINEST}))
    cells = cells.sort_values("unmet", ascending=False, kind="stable", na_position="last", key=comparable)
    listed = [CoverageCell(**row) for row in records(cells.head(rows))]
    made = _contributors(cube, cell)
    return GroupExplanation(
        id=cell.id,
        group=group,
        cells=[_member(c, group) for c in listed],
        cells_total=len(cells),
        rest_unmet=None if group.unmet is None else float(cells["unmet"].iloc[rows:].sum()),
        contributors=_listed(made.head(rows), names, cube),
        contributors_total=len(made),
        rest_supply=float(made["supply"].iloc[rows:].sum()),
    )


def as_cell(cells: pd.DataFrame) -> CoverageCell:
    """Return the first row of :func:`queries.coverage.cells_of` as a result model, null where unknown."""
    return CoverageCell(**records(cells.head(1))[0])


def _member(cell: CoverageCell, group: CoverageCell) -> GroupCell:
    ref = CellRef(region=cell.region, industry=cell.industry, service_type=cell.service_type)
    share = cell.unmet / group.unmet if group.unmet and cell.unmet is not None else None
    return GroupCell(id=ref.id, cell=cell, share=share)


def _contributors(cube: Cube, cell: CellRef) -> pd.DataFrame:
    """Return the resources that supply the group, largest first; ``supply`` sums to Σ A·D of its cells."""
    r = region_groups(cube, (), cell.region).of >= 0
    n = column_groups(cube, (), cell.industry, cell.service_type)[0].of >= 0
    demand = np.where(r[:, None] & n[None, :], np.nan_to_num(cube.demand), 0.0)
    offered = cube.offered
    rows = np.flatnonzero(cube.share > 0)
    made = offered.resources.iloc[rows].assign(
        supply=cube.share[rows] * reached(cube, rows, demand, offered.given_weight), capacity=offered.capacity[rows]
    )
    made = made[made["supply"] > 0].sort_values(["supply", "resource"], ascending=[False, True], key=comparable)
    return made.assign(share=made["supply"] / made["supply"].sum())


def _listed(made: pd.DataFrame, names: pd.DataFrame, cube: Cube) -> list[GroupContributor]:
    """Return resources with their names and places."""
    columns = {"resource": "key", "home": "home", "provider": "provider", "capacity": "capacity",
               "supply": "supply", "share": "share", "data_class": "data_class"}  # fmt: skip
    frame = made[list(columns)].rename(columns=columns).reset_index(drop=True)
    named = names.reindex(pd.MultiIndex.from_frame(made[["resource", "provider"]])).reset_index(drop=True)
    frame = frame.assign(name=named["name"], provider_name=named["provider_name"])
    frame["home_name"] = frame["home"].map(region_names(cube))
    return [GroupContributor(**row) for row in records(frame)]
