"""Why does a cell have the figures it has, and what would close its gap? (method, sections 2 and 3)

A cell opens to its rows: demand is the sum of its parts, A the sum of its contributors', exactly. A group opens to
its cells, whose unmet demand adds up to its own.
"""

from collections import Counter
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy import sparse

from graph.errors import BadParameter, StoreMoved
from graph.projection import ATTEMPTS
from graph.stores.base import Store
from queries.answers import DATA_CLASSES, Answer, meta
from queries.coverage import OF_DAY, CoverageCell, CoverageQuestion, cells_of, cube_of
from queries.cube import Cube
from queries.demand import rates_in_use
from queries.explanation.cell_rows import (
    CellPosition,
    RegionRows,
    as_rows,
    read_region_rows,
    read_resource_names,
    resource_frame,
)
from queries.explanation.closing import closing
from queries.explanation.demand import demand_rows, explain_demand
from queries.explanation.group import FINEST, as_cell, explain_group, is_group
from queries.explanation.parts import (
    AccessPart,
    Basis,
    CellRef,
    Contributor,
    Explanation,
    GroupExplanation,
    Near,
)
from queries.explanation.reasons import CellEvidence, explain_reasons
from queries.ordering import comparable
from queries.sharing import spare_of

ROWS = 20
"""Rows listed of each kind where nothing else is asked; totals count all."""
NEAREST = 10
EXPIRING_DAYS = 90


def explain(
    store: Store, cell: CellRef, question: CoverageQuestion | None = None, *, rows: int = ROWS, whole: bool = False
) -> Answer[Explanation] | Answer[GroupExplanation]:
    """Return what a cell, or a group of cells, is made of.

    Args:
        store: Where the graph is.
        cell: Codes; all three name a cell, fewer a group.
        question: Day, standard, freshness and rates; its grouping and filters do not count.
        rows: How many rows of each kind are listed at most; contributors of a cell are listed all.
        whole: Take a prefecture that has figures of its own (市本级) with its counties, as a group.

    Raises:
        BadParameter: a code that is none, or ``rows`` that is not positive.
        StoreMoved: loads came in between, several times.
    """
    question = question or CoverageQuestion()
    if rows < 1:
        raise BadParameter(name="rows", value=rows, reason="≥ 1")
    for _ in range(ATTEMPTS):
        version, cube = cube_of(store, question)
        group = is_group(cube, cell, whole=whole)
        with store.read() as session:
            names = read_resource_names(store, session)
            stored = read_region_rows(session, cell.region or "") if not group else None
            if session.version() != version:
                continue
        parameters = {**_parameters(question), "cell": cell.id, "rows": rows, "whole": whole}
        if stored is None:
            made = explain_group(cube, names, cell, question, rows)
            return Answer(data=made, meta=meta(version, parameters, cube.facts.data_class()))
        spares, spare = spare_of(store, question)
        if spares != version:
            continue
        explained = explain_cell(cube, names, stored, cell, question, rows, spare.left)
        return Answer(data=explained, meta=meta(version, parameters, explained.basis.data_class))
    raise StoreMoved


def _parameters(question: CoverageQuestion) -> dict[str, object]:
    return question.model_dump(mode="json", exclude_none=True, include=OF_DAY)


def explain_cell(
    cube: Cube,
    names: pd.DataFrame,
    stored: RegionRows,
    cell: CellRef,
    question: CoverageQuestion,
    rows: int,
    left: sparse.csr_array,
) -> Explanation:
    """Return what one cell of the cube is made of.

    Args:
        cube: All cells.
        names: Of :func:`read_resource_names`.
        stored: Demand rows of the cell's region.
        cell: Its codes, all three.
        question: The one that the cube answers.
        rows: How many rows of each kind are listed at most.
        left: What each resource has to spare, of :class:`queries.sharing.Spare`.
    """
    at = _at(cube, cell)
    offering = resource_frame(at, names, at.of_type())
    matching = offering.loc[at.matching()]
    covering = matching[matching["active"] & (matching["weight"] > 0)]
    demanded = demand_rows(at, stored, rates_in_use(question.rates)[at.service_type])
    contributors = _contributors(covering)
    others = int(offering["active"].sum()) - int(matching["active"].sum())
    evidence = CellEvidence(at, stored, matching, contributors, others, question, rows)
    return Explanation(
        id=cell.id,
        cell=_figures(cube, cell, question),
        access=at.access,
        standard=question.standard,
        access_part=_parts(contributors),
        demand=explain_demand(at, stored, demanded, question, rows),
        contributors=as_rows(contributors, Contributor),
        reasons=explain_reasons(evidence),
        closing=closing(at, covering, question.standard, rows),
        near=_near(at, offering, matching, left),
        basis=_basis(demanded, contributors, question),
    )


def _figures(cube: Cube, cell: CellRef, question: CoverageQuestion) -> CoverageCell:
    one = question.model_copy(update={"group_by": FINEST, "state": None, **cell.model_dump()})
    found = cells_of(cube, one)
    return as_cell(found[found["region"] == cell.region])


def _at(cube: Cube, cell: CellRef) -> CellPosition:
    grid = cube.grid
    r = int(np.flatnonzero(grid.regions["key"] == cell.region)[0])
    c = int(np.flatnonzero(grid.chains["key"] == cell.industry)[0])
    return CellPosition(cube, r, c * len(grid.types) + grid.types.index(str(cell.service_type)))


def _contributors(covering: pd.DataFrame) -> pd.DataFrame:
    contribution = covering["capacity_per_demand"] * covering["given_weight"]
    total = contribution.sum()
    frame = covering.assign(contribution=contribution, share=contribution / total if total > 0 else np.nan)
    return frame.sort_values(["contribution", "key"], ascending=[False, True], key=comparable)


def _parts(contributors: pd.DataFrame) -> AccessPart:
    local = float(contributors.loc[contributors["local"].astype(bool), "contribution"].sum())
    online = float(contributors.loc[contributors["mode"] == "online", "contribution"].sum())
    total = float(contributors["contribution"].sum())
    return AccessPart(local=local, other=max(0.0, total - local), online=online, offline=max(0.0, total - online))


def _near(at: CellPosition, offering: pd.DataFrame, matching: pd.DataFrame, left: sparse.csr_array) -> list[Near]:
    """Return the nearest resource of each provider of the type, nearest first; of two as near the same chain's."""
    frame = offering[offering["active"]]
    frame = frame.assign(same_chain=frame.index.isin(matching.index))
    rows = frame.index.to_numpy(dtype=np.int64)
    of_type = np.arange(left.shape[1]) % len(at.cube.grid.types) == at.n % len(at.cube.grid.types)
    frame["spare"] = left[rows] @ of_type.astype(np.float64)
    order = frame.sort_values(["distance_km", "same_chain", "key"], ascending=[True, False, True], kind="stable")
    return as_rows(order.drop_duplicates("provider").head(NEAREST), Near)


def _basis(demanded: pd.DataFrame, contributors: pd.DataFrame, question: CoverageQuestion) -> Basis:
    classes = Counter([*demanded["data_class"], *contributors["data_class"]])
    days = pd.to_datetime(demanded["as_of"])
    oldest = demanded.iloc[int(days.argmin())] if days.notna().any() else None
    until = pd.to_datetime(contributors["until"])
    soon = pd.Timestamp(question.as_of + timedelta(days=EXPIRING_DAYS))
    return Basis(
        data_class={c: classes.get(c, 0) for c in DATA_CLASSES},
        oldest_key=None if oldest is None else oldest["key"],
        oldest=None if oldest is None else days.min().date(),
        undated=int(days.isna().sum()),
        expiring=int((until <= soon).sum()),
    )
