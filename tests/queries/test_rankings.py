"""Gaps by size, depth and emptiness; what would fill them, against the plan that is forced to do so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.stores.base import Store
from queries.coverage import CoverageQuestion, coverage
from queries.expansion import ExpansionQuestion, expand
from queries.expansion import candidates as candidates_module
from queries.expansion import offered as offered_module
from queries.expansion.actions import Candidates
from queries.rankings import Gap, GapQuestion, GapRankings, gap_rankings, gaps
from queries.rankings.answer import SORTS, Sort
from queries.rankings.order import check
from queries.sharing import spare_of
from tests.support.stores import loaded_store, new_store
from tests.worlds import AS_OF, random_world

BY = ("prefecture", "service_type")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("world")
    with loaded_store(random_world(1).write(folder / "tables"), folder / "store") as store:
        yield store


@pytest.fixture(scope="module")
def three(world: Store) -> GapRankings:
    return gap_rankings(world, GapQuestion(as_of=AS_OF, floor=1.0), first=20).data


def ranked(store: Store, sort: Sort, **asked: object) -> list[Gap]:
    question = GapQuestion.model_validate({"as_of": AS_OF, "sort": sort, **asked})
    return [gap for gap in gaps(store, question).rows() if isinstance(gap, Gap)]


def test_each_order_is_that_of_its_own_figure(world: Store) -> None:
    cells = coverage(world, CoverageQuestion(as_of=AS_OF, group_by=BY)).rows()
    lacking = [c for c in cells if c.unmet and c.state in ("empty", "partial")]
    size = sorted(lacking, key=lambda c: -(c.unmet or 0))
    assert [(g.region, g.service_type) for g in ranked(world, "size", per_place=0)] == [
        (c.region, c.service_type) for c in size
    ]
    deep = sorted((c for c in lacking if (c.demand or 0) >= 2.0), key=lambda c: (c.ratio, -(c.unmet or 0)))
    assert [(g.region, g.service_type) for g in ranked(world, "depth", per_place=0, floor=2.0)] == [
        (c.region, c.service_type) for c in deep
    ]


def test_emptiness_counts_the_demand_of_cells_that_nothing_reaches(world: Store) -> None:
    unreached: dict[tuple[str | None, str | None], float] = {}
    for cell in coverage(world, CoverageQuestion(as_of=AS_OF, state="empty")).rows():
        key = (cell.region, cell.service_type)
        unreached[key] = unreached.get(key, 0.0) + (cell.demand or 0.0)
    listed = ranked(world, "empty", per_place=0)
    assert {(g.region, g.service_type): g.empty_demand for g in listed} == pytest.approx(unreached)
    figures = [g.empty_demand for g in listed]
    assert figures == sorted(figures, reverse=True)
    assert listed[-1].cumulative == pytest.approx(1.0)


@pytest.mark.parametrize("sort", SORTS)
def test_shares_are_of_everything_though_few_of_a_place_are_listed(world: Store, sort: Sort) -> None:
    few, every = ranked(world, sort, per_place=1, floor=0.0), ranked(world, sort, per_place=0, floor=0.0)
    places = [prefecture_of(g.region or "") for g in few]
    assert len(places) == len(set(places)) == len({prefecture_of(g.region or "") for g in every})
    first = {prefecture_of(g.region or ""): g for g in reversed(every)}
    assert {(g.region, g.industry, g.service_type, g.share) for g in few} == {
        (g.region, g.industry, g.service_type, g.share) for g in first.values()
    }
    assert every[-1].cumulative == pytest.approx(1.0)
    assert [g.rank for g in few] == list(range(1, len(few) + 1))


def test_the_three_lists_are_those_orders_with_two_of_a_place(world: Store, three: GapRankings) -> None:
    for sort in ("size", "depth", "empty"):
        ranking = getattr(three, sort)
        alone = ranked(world, sort, floor=1.0, remedies=20)
        assert ranking.gaps == alone[:20]
        assert ranking.per_place == 2
        assert f"{ranking.gaps[-1].cumulative:.1%}" in ranking.text_zh
    assert three.size.total == len(ranked(world, "size", per_place=0))


def test_where_no_demand_is_reported_nobody_says_that_nothing_is_lacking(tmp_path: Path) -> None:
    with new_store(tmp_path / "r.lbug") as store:
        for region in (None, "513200", "513201"):
            found = gap_rankings(store, GapQuestion(region=region)).data
            told = {(r.text_zh, r.text_en) for r in (found.size, found.depth, found.empty)}
            assert told == {
                (
                    "所问地区没有报送需求，单元都不明，不能说没有缺口。",
                    "The region asked about has reported no demand: its cells are unknown, "
                    "which is not to say that it lacks nothing.",
                )
            }


def test_what_fills_a_gap_is_what_the_plan_forced_to_it_fills(world: Store, three: GapRankings) -> None:
    tried = 0
    for gap in three.size.gaps[:3]:
        for remedy in (r for r in gap.remedies if r.kind != "partner"):
            here = ExpansionQuestion(as_of=AS_OF, region=gap.region, service_type=gap.service_type, fixed=(remedy.key,),
                                     budget=remedy.cost, gap=0.0)  # fmt: skip
            plan = expand(world, here).data
            assert remedy.relief == pytest.approx(plan.unmet_before - (plan.unmet_after or 0.0))
            [action] = expand(
                world, ExpansionQuestion(as_of=AS_OF, fixed=(remedy.key,), budget=remedy.cost)
            ).data.actions
            assert remedy.net == pytest.approx(action.alone)
            assert remedy.cost == action.cost
            tried += 1
    assert tried >= 3


def test_a_partner_is_elsewhere_and_what_is_assumed_is_said(three: GapRankings) -> None:
    remedies = [(gap, r) for gap in three.size.gaps for r in gap.remedies]
    assert {r.kind for _, r in remedies} >= {"partner", "build"}
    for gap, remedy in remedies:
        assert 0 < remedy.relief <= (gap.unmet or 0) * (1 + 1e-9)
        assert remedy.share == pytest.approx(remedy.relief / (gap.unmet or 0))
        assert "rate" in remedy.assumptions
        if remedy.kind == "partner":
            assert prefecture_of(remedy.region or "") != gap.region
            assert remedy.cost is None
        else:
            assert "cost" in remedy.assumptions


def test_a_partner_fills_most_as_counted_resource_by_resource(world: Store, three: GapRankings) -> None:
    """Chain by chain what a provider elsewhere has to spare, at most what the gap's places lack together."""
    _, spare = spare_of(world, GapQuestion(as_of=AS_OF))
    left, types = spare.left.toarray(), list(spare.cube.grid.types)
    places, resources = spare.cube.grid.regions["key"].tolist(), spare.resources
    offers = list(zip(resources["provider"].tolist(), resources["home"].map(prefecture_of).tolist(), left, strict=True))
    told = 0
    for gap in (*three.size.gaps, *three.depth.gaps, *three.empty.gaps):
        here, of_type = gap.region or "", types.index(gap.service_type or "")
        within = [at for at, place in enumerate(places) if here in (place, prefecture_of(place))]
        lacks = np.nansum(spare.unmet[within], axis=0)
        has: dict[str, dict[int, float]] = {}
        for provider, home, amounts in offers:
            if home != prefecture_of(here):
                for n in (n for n in range(of_type, len(lacks), len(types)) if lacks[n]):
                    has.setdefault(provider, {}).setdefault(n, 0.0)
                    has[provider][n] += amounts[n]
        fills = {who: sum(min(spared, lacks[n]) for n, spared in by.items()) for who, by in has.items()}
        found = [(r.key, r.relief, r.quantity) for r in gap.remedies if r.kind == "partner"]
        best = max(fills.values(), default=0.0)
        assert len(found) == (best > 1e-6)
        for key, relief, quantity in found:
            assert (relief, fills[key], quantity) == pytest.approx((best, best, sum(has[key].values())))
            told += 1
    assert told >= 10


def test_nothing_may_be_asked_for() -> None:
    check(GapQuestion(per_place=0, floor=0.0, remedies=0))


@pytest.mark.parametrize(("name", "value"), [("per_place", -1), ("floor", -1.0), ("remedies", -1)])
def test_numbers_below_nothing_are_refused(world: Store, name: str, value: float) -> None:
    with pytest.raises(BadParameter, match=name):
        gaps(world, GapQuestion.model_validate({"as_of": AS_OF, name: value}))


def test_a_plan_and_remedies_of_one_place_look_for_its_actions_once(
    world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a report asks: the plan first, then what fills its gaps; another place is looked at anew."""
    place = next(g.region for g in ranked(world, "size", per_place=0) if g.region)
    asked, looked = GapQuestion(as_of=AS_OF, region=place, floor=1.0), []
    build = candidates_module._all

    def counted(*parts: Any) -> Candidates:
        looked.append(parts[3].tobytes())
        return build(*parts)

    monkeypatch.setattr(candidates_module, "_all", counted)
    plan = expand(world, ExpansionQuestion(as_of=AS_OF, region=place, budget=200.0)).data
    found = gap_rankings(world, asked).data
    assert len(looked) == 1
    monkeypatch.setattr(offered_module, "KEPT", 0)
    expand(world, ExpansionQuestion(as_of=AS_OF, budget=200.0))
    assert len(looked) == 2
    with_none_kept = gap_rankings(world, asked, first=11).data
    assert len(looked) == 3
    assert with_none_kept.size.gaps[:10] == found.size.gaps[:10]
    assert plan.actions
