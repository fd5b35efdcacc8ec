"""The three orders side by side, each with its first gaps, what would fill them, and how concentrated they are."""

from collections.abc import Mapping
from typing import Any

from graph.language import Text
from graph.places.divisions import PROVINCE
from graph.projection import cached_by_version
from graph.stores.base import ReadSession, Store
from queries.answers import Answer
from queries.coverage import coverage_meta, cube_of
from queries.cube import Cube
from queries.explanation.cell_rows import records
from queries.rankings.answer import Gap, GapQuestion, GapRankings, Ranking, Sort
from queries.rankings.order import check, rank
from queries.rankings.remedies import GapCells, remedies_of
from queries.rollup import demand_reported

THREE: tuple[Sort, ...] = ("size", "depth", "empty")
FIRST = 10
"""Gaps of each order, where nothing else is asked."""


def gap_rankings(store: Store, question: GapQuestion | None = None, *, first: int = FIRST) -> Answer[GapRankings]:
    """Return the first gaps by size, by depth and by emptiness, each with its remedies.

    Args:
        store: Where the graph is.
        question: Filters, day, standard, freshness, rates, floor; its order and number of remedies do not count.
        first: How many gaps of each.

    Raises:
        BadParameter: see :func:`queries.rankings.order.gaps`.
    """
    question = question or GapQuestion()
    check(question)
    version, cube = cube_of(store, question)
    key = ("gap rankings", question.model_dump_json(exclude={"sort", "remedies"}), first)

    def build(_: ReadSession) -> GapRankings:
        return _rankings(store, cube, question, first)

    with store.read() as session:
        made = cached_by_version(store, session, key, build)[1]
    return Answer(data=made, meta=coverage_meta(version, cube, question))


def _rankings(store: Store, cube: Cube, question: GapQuestion, first: int) -> GapRankings:
    asked = [question.model_copy(update={"sort": sort}) for sort in THREE]
    ranked = [rank(cube, one) for one in asked]
    heads = [r.rows.head(first) for r in ranked]
    cells = GapCells.joined([GapCells.of(cube, one, head) for one, head in zip(asked, heads, strict=True)])
    filled = iter(remedies_of(store, cube, question, cells))
    made = {}
    for one, all_, head in zip(asked, ranked, heads, strict=True):
        rows = [Gap(**row, remedies=next(filled)) for row in records(head)]
        listed = rows[-1].cumulative if rows else 0.0
        filtered, most = has_filter(one.model_dump()), one.most_of_a_place
        known = demand_reported(cube, one.region)
        text = concentration(len(rows), listed, one.sort, filtered=filtered, per_place=most) if rows else (
            nothing_ranked(one.sort, one.floor) if known else UNREPORTED
        )  # fmt: skip
        made[one.sort] = Ranking(
            sort=one.sort, group_by=list(one.groups), per_place=most,
            floor=one.floor if one.sort == "depth" else None, total=all_.total, amount=all_.amount, gaps=rows,
            text_zh=text.zh, text_en=text.en,
        )  # fmt: skip
    return GapRankings(**made)


UNREPORTED = Text(
    "所问地区没有报送需求，单元都不明，不能说没有缺口。",
    "The region asked about has reported no demand: its cells are unknown, which is not to say that it lacks nothing.",
)
"""In place of a concentration where there is nothing to rank."""


def nothing_ranked(sort: str, floor: float) -> Text:
    """Say that there is no gap in an order; by depth there is none only among those with demand enough."""
    if sort != "depth" or not floor:
        return Text("已知的需求中没有这样的缺口。", "There is no such gap in what demand is known.")
    return Text(
        f"需求不少于 {floor:,.10g} 次/年的没有缺口；更少的不按深度排（--floor，接口 floor）。",
        f"No gap where {floor:,.10g} services a year or more are asked for; less is not ranked by depth (--floor; "
        "API: floor).",
    )


FILTERS = ("region", "industry", "service_type", "state")


def has_filter(parameters: Mapping[str, Any]) -> bool:
    """Tell whether what was asked (fields of GapQuestion) is less than the whole province."""
    return any(parameters.get(name) not in (None, PROVINCE) for name in FILTERS)


def concentration(listed: int, part: float, sort: str, *, filtered: bool = False, per_place: int = 0) -> Text:
    """Say how much of everything the first rows of a ranking are: ``part``, the share up to the last of them.

    ``filtered``: everything is what filters left. ``per_place``: gaps of one prefecture at most, so that a larger one
    of it may not be listed; 0: any number.
    """
    what = {"empty": Text("无人可及的需求", "demand that nothing reaches")}.get(
        sort, Text("未满足需求", "unmet demand")
    )
    of = Text(f"所问范围{what.zh}", f"{what.en} in what was asked about") if filtered else (
        Text(f"全部{what.zh}", f"all {what.en}")
    )  # fmt: skip
    these = "This one is" if listed == 1 else f"These {listed} are"
    most = Text("", "") if not per_place else Text(
        f"同一市（州）至多列 {per_place} 个。", f" At most {per_place} of a prefecture are listed."
    )  # fmt: skip
    return Text(f"所列 {listed} 个占{of.zh}的 {part:.1%}。{most.zh}", f"{these} {part:.1%} of {of.en}.{most.en}")
