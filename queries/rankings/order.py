"""Gaps in an order: by size, depth, emptiness or severity, and how much of everything the first ones are.

size      Σ unmet of the group, most first
depth     share of demand met, least first; groups with less demand than ``floor`` are left out
empty     Σ D over the group's cells that no resource reaches, most first; groups without are left out
severity  unmet × (1 + share of 专精特新 among the enterprises listed there), most first

Ties by code. Where the whole province is ranked by the usual groups, at most two of a prefecture are listed: the
largest would fill the list otherwise.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text, listed
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.coverage import Coverage, CoverageQuestion, cells_of, coverage_meta, cube_of
from queries.cube import Cube
from queries.ordering import comparable
from queries.rankings.answer import SORTS, Gap, GapQuestion, Sort
from queries.rankings.remedies import GapCells, remedies_of

ORDERS: dict[Sort, tuple[list[str], list[bool]]] = {
    "size": (["unmet"], [False]),
    "depth": (["ratio", "unmet"], [True, False]),
    "empty": (["empty_demand"], [False]),
    "severity": (["severity"], [False]),
}
"""Columns that an order sorts by, and whether ascending."""


@dataclass(frozen=True)
class Ranked:
    """Gaps in order, [rows] with the columns of Gap but for remedies; ``total`` of them and ``amount`` in the scope."""

    rows: pd.DataFrame
    total: int
    amount: float


def gaps(store: Store, question: GapQuestion | None = None) -> Coverage:
    """Return the groups with unmet demand in the order asked for; the first ``remedies`` with what would fill them.

    Raises:
        BadParameter: an unknown order, grouping or state, or a number that cannot be.
    """
    question = question or GapQuestion()
    check(question)
    version, cube = cube_of(store, question)
    ranked = rank(cube, question).rows
    first = GapCells.of(cube, question, ranked.head(question.remedies))
    filled = remedies_of(store, cube, question, first)
    plain = [[remedy.model_dump() for remedy in one] for one in filled]
    ranked["remedies"] = pd.Series([*plain, *([] for _ in range(len(ranked) - len(plain)))], dtype=object)
    asked = question.model_copy(update={"group_by": question.groups, "per_place": question.most_of_a_place})
    return Coverage(ranked, coverage_meta(version, cube, asked), row=Gap)


def check(question: GapQuestion) -> None:
    """Refuse what cannot be asked.

    Raises:
        BadParameter: naming the parameter and what it should be.
    """
    if question.sort not in SORTS:
        raise BadParameter(name="sort", value=question.sort, reason=listed(SORTS))
    for name in ("per_place", "floor", "remedies"):
        value = getattr(question, name)
        if value is not None and not 0 <= value < np.inf:
            raise BadParameter(name=name, value=value, reason=Text("应不小于 0", "it should be 0 or more"))


def rank(cube: Cube, question: GapQuestion) -> Ranked:
    """Return the gaps of a cube in the order asked for."""
    asked = CoverageQuestion.model_validate(
        {name: getattr(question, name) for name in CoverageQuestion.model_fields} | {"group_by": question.groups}
    )
    cells = cells_of(cube, asked, ranked=True)
    cells["severity"] = cells["unmet"] * (1.0 + cells.pop("special"))
    found = cells[
        (cells["unmet"] > 0) & cells["state"].isin([question.state] if question.state else ["empty", "partial"])
    ]
    of = "empty_demand" if question.sort == "empty" else "unmet"
    amount, total = float(found[of].sum()), len(found)
    kept = found[found["demand"] >= question.floor] if question.sort == "depth" else found[found[of] > 0]
    columns, ascending = ORDERS[question.sort]
    rows = kept.sort_values(columns, ascending=ascending, kind="stable", key=comparable)
    if most := question.most_of_a_place:
        rows = rows[rows.groupby(rows["region"].map(_place), dropna=False).cumcount() < most]
    rows = rows.reset_index(drop=True)
    rows.insert(0, "rank", np.arange(1, len(rows) + 1))
    rows["share"] = rows[of] / amount if amount else 0.0
    rows["cumulative"] = rows["share"].cumsum()
    return Ranked(rows, total, amount)


def _place(region: str) -> str:
    return region if region in vocabulary("economic_zones") else prefecture_of(region)
