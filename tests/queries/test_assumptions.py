"""What nobody stated and still counts, in words."""

from queries.assumptions import Assumption, assumptions
from tests.support.province import RATES, small_cube

CAPACITY = Assumption(
    what="capacity",
    count=1,
    text_zh="假设：1 项资源没有写年服务能力，按 100 次计",
    text_en="Assumed: 1 resource without a stated capacity, counted with 100 a year",
)
"""Of one resource of the province; that of one no longer offered would not be told."""


def test_what_was_given_is_no_assumption() -> None:
    assert assumptions(small_cube(), RATES) == (CAPACITY,)


def test_everything_that_nobody_stated_is_told() -> None:
    assert assumptions(small_cube(), None, use=2_000, costs=3) == (
        Assumption(
            what="rates",
            count=None,
            text_zh="假设：需求率用内置的占位值，不是调查结果（可换成自己的）",
            text_en="Assumed: demand rates are built-in placeholders, not surveyed (your own can stand for them)",
        ),
        CAPACITY,
        Assumption(
            what="use",
            count=2_000,
            text_zh="假设：2,000 项余量来自没有填已用能力的资源，只按供需模型计",
            text_en="Assumed: 2,000 parts of spare capacity from resources that state no use, the model's alone",
        ),
        Assumption(
            what="cost",
            count=3,
            text_zh="假设：3 项行动的费用、能力或份额是默认值（可换成自己的）",
            text_en="Assumed: default costs, capacities or parts of 3 actions (your own can stand for them)",
        ),
    )
