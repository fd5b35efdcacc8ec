"""An allocation small enough to be solved by hand: two homes, three counties, one type with spare and one without."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from scipy import sparse

from graph.errors import BadParameter
from queries.allocation.allocate import (
    _between,
    _check,
    _flows,
    _limits,
    _remainder,
    _rolled,
    _solve,
    _unstated,
    _unstated_count,
)
from queries.allocation.flows import AllocationQuestion
from queries.allocation.limited import LimitedSearch, in_turn
from queries.allocation.problem import AllocationProblem, _inside
from queries.sharing import Spare
from tests.support.soak import trials

YOUXIAN, CUIPING, NANXI = "510704", "511502", "511503"
ZONES: dict[str, str | None] = {YOUXIAN: "chengdu_plain", CUIPING: "south_sichuan", NANXI: "south_sichuan"}
PLACES = (YOUXIAN, CUIPING, NANXI, "510700", "511500", "chengdu_plain", "south_sichuan")


def problem(**asked: Any) -> AllocationProblem:
    """Spare 10 and 4, unmet 3, 6 and 9 in the first group; in the second nobody has any."""
    homes, regions = [YOUXIAN, CUIPING], [YOUXIAN, CUIPING, NANXI]
    question = AllocationQuestion(**{"level": "county", **asked})
    return AllocationProblem(
        question=question,
        homes=homes,
        regions=regions,
        names={code: f"地{code}" for code in PLACES},
        zones=ZONES,
        km=np.array([[0.0, 10, 20], [10, 0, 5]]),
        inside=_inside(homes, regions, ZONES, question.within),
        spare=np.array([[10.0, 0], [4, 0]]),
        unmet=np.array([[3.0, 2], [6, 0], [9, 0]]),
        classes=(np.array([[1, 0], [0, 0]]), np.array([[0, 4], [4, 0], [4, 0]])),
        groups=[("CH01", "链", "SC01"), (None, None, "SC02")],
    )


def flows(setting: AllocationProblem) -> list[tuple[Any, ...]]:
    return [
        (f.from_, f.to, f.service_type, f.industry, round(f.quantity, 6), round(f.distance_km, 6))
        for f in _flows(setting, _solve(setting))
    ]


def remainder(setting: AllocationProblem) -> list[tuple[Any, ...]]:
    return [
        (r.region, r.service_type, round(r.unmet, 6), round(r.met, 6), round(r.left, 6), r.reason)
        for r in _remainder(setting, _solve(setting))
    ]


def test_most_is_met_and_then_least_is_driven() -> None:
    solved = _solve(problem())
    assert (solved.met, solved.km) == pytest.approx((14, 100))
    assert (solved.met_bound, solved.km_bound) == pytest.approx((14, 100))
    assert flows(problem()) == [
        (YOUXIAN, CUIPING, "SC01", "CH01", 6, 10), (CUIPING, NANXI, "SC01", "CH01", 4, 5),
        (YOUXIAN, YOUXIAN, "SC01", "CH01", 3, 0), (YOUXIAN, NANXI, "SC01", "CH01", 1, 20),
    ]  # fmt: skip
    assert remainder(problem()) == [(NANXI, "SC01", 9, 5, 4, "exhausted"), (YOUXIAN, "SC02", 2, 0, 2, "no_spare")]
    assert _limits(problem(), solved) == []


def test_less_than_one_service_a_year_is_spare_and_unmet_too() -> None:
    little = replace(problem(), spare=np.array([[0.5, 0.0], [0.25, 0]]), unmet=np.array([[0.0, 0], [0.75, 0], [0, 0]]))
    assert flows(little) == [
        (YOUXIAN, CUIPING, "SC01", "CH01", 0.5, 10), (CUIPING, CUIPING, "SC01", "CH01", 0.25, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "one", "other"), [("prefecture", "510700", "511500"), ("zone", "chengdu_plain", "south_sichuan")]
)
def test_flows_and_remainders_of_a_level_are_summed(level: str, one: str, other: str) -> None:
    assert flows(problem(level=level)) == [
        (one, other, "SC01", "CH01", 7, round(80 / 7, 6)), (other, other, "SC01", "CH01", 4, 5),
        (one, one, "SC01", "CH01", 3, 0),
    ]  # fmt: skip
    assert remainder(problem(level=level)) == [
        (other, "SC01", 15, 11, 4, "exhausted"),
        (one, "SC02", 2, 0, 2, "no_spare"),
    ]
    between = _between(problem(level=level), _solve(problem(level=level)))
    assert (between["quantity"].sum(), between["km"].sum()) == pytest.approx((7, 80))


@pytest.mark.parametrize(
    ("limit", "met", "km", "reasons"),
    [
        ({"limit_km": 15.0}, 13, 80, ["limited"]),
        ({"within": "prefecture"}, 7, 0, ["limited"] * 2),
        ({"within": "zone"}, 7, 0, ["limited"] * 2),
        ({"max_partners": 1}, 14, 140, ["exhausted"] * 2),
    ],
)
def test_what_a_limit_costs_is_told_beside_it(limit: dict[str, Any], met: float, km: float, reasons: list[str]) -> None:
    setting = problem(**limit)
    solved = _solve(setting)
    assert (solved.met, solved.km) == pytest.approx((met, km))
    (found,) = _limits(setting, solved)
    assert {found.limit: found.value} == limit
    assert (found.met_without, found.met_lost) == pytest.approx((14, 14 - met))
    assert (found.service_km_without, found.service_km_saved) == pytest.approx((100, 100 - km))
    assert [row[-1] for row in remainder(setting) if row[1] == "SC01"] == reasons


def test_what_is_the_provinces_own_may_go_anywhere() -> None:
    homes, zones = [YOUXIAN, "510000"], {**ZONES, "510703": "chengdu_plain", "510000": None}
    regions = [YOUXIAN, "510703", CUIPING]
    for within, own in (("province", [1, 1, 1]), ("zone", [1, 1, 0]), ("prefecture", [1, 1, 0])):
        found = _inside(homes, regions, zones, within)  # type: ignore[arg-type]
        np.testing.assert_array_equal(found, [own, [1, 1, 1]])
    far = _inside(
        [CUIPING], ["511521", "510502"], {**ZONES, "511521": "south_sichuan", "510502": "south_sichuan"}, "zone"
    )
    np.testing.assert_array_equal(far, [[1, 1]])


def test_what_lies_above_a_level_stays_itself() -> None:
    setting = replace(problem(level="zone"), zones={**ZONES, "510000": None})
    assert _rolled(setting, [YOUXIAN, "510000", "999999"]).tolist() == ["chengdu_plain", "510000", "999999"]


@pytest.mark.parametrize("wrong", [
    {"limit_km": -0.1}, {"limit_km": float("inf")}, {"max_partners": 0}, {"seconds": 0.0}, {"seconds": 600.1},
])  # fmt: skip
def test_limits_have_their_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        _check(AllocationQuestion(**wrong))


@pytest.mark.parametrize("right", [{"limit_km": 0.0}, {"max_partners": 1}, {"seconds": 600.0}, {"seconds": 0.1}])
def test_the_bounds_themselves_are_allowed(right: dict[str, Any]) -> None:
    _check(AllocationQuestion(**right))


@pytest.mark.parametrize(("shareable", "count", "left"), [(True, 1, 4.0), (False, 2, 11.0)])
def test_spare_of_unstated_use_is_counted_where_it_takes_part(shareable: bool, count: int, left: float) -> None:
    """Resources: shareable, not shareable, stated, without anything left."""
    spare = SimpleNamespace(
        left=sparse.csr_array(np.array([[1.0, 3], [7, 0], [9, 0], [0, 0]])),
        used_stated=np.array([False, False, True, False]),
        shareable=np.array([True, False, True, True]),
    )
    question = AllocationQuestion(shareable=shareable)
    assert _unstated_count(cast(Spare, spare), question) == count
    assert _unstated(cast(Spare, spare), question) == left


@pytest.mark.parametrize("seed", range(trials(2, 4)))
def test_a_longer_search_goes_on_where_a_shorter_one_stops(seed: int) -> None:
    """Steps are the same whatever the limit: what is met never falls, nor its cost rises, nor a bound loosens."""
    random = np.random.default_rng(seed)
    problems = [(random.integers(1, 40, 14) * 1.0, random.integers(1, 60, 9) * 1.0,
                 np.round(random.uniform(1, 200, (14, 9)))) for _ in range(3)]  # fmt: skip

    def after(seconds: float) -> list[tuple[float, float, float, float]]:
        searches = [LimitedSearch(*problem, None, 2) for problem in problems]
        in_turn(searches, seconds)
        return [(f.met, -f.cost, -f.met_bound, f.cost_bound) for f in (s.found for s in searches)]

    by_work = [after(seconds) for seconds in (1e-6, 0.02, 0.1, 0.4, trials(1, 3))]
    for less, more in pairwise(by_work):
        for one, other in zip(less, more, strict=True):
            assert (round(other[0], 6), other[1]) >= (round(one[0], 6), one[1] - 1e-6)
            assert other[2] >= one[2] - 1e-9
    assert after(0.1) == by_work[2]
