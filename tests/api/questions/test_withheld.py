"""The public is told no figure of fewer than five, and nothing from which one could be computed."""

from hypothesis import given
from hypothesis import strategies as st

from api.questions.catalogue import QUESTIONS
from api.questions.withheld import COUNTS, SHARES, rounded_figures
from queries.monitoring.figures import MonthFigures

COUNT = st.none() | st.integers(0, 12) | st.integers(0, 10**6)
SHARE = st.none() | st.floats(0, 1)
NUMBERS = {name: COUNT if name in COUNTS else SHARE for name in {*COUNTS, *SHARES, "mean_rating", "days_to_close"}}
FIGURES = st.builds(
    MonthFigures, group=st.none(), name=st.none(), month=st.just("2026-05"), few_ratings=st.none(),
    suppressed=st.none(), **NUMBERS,
)  # fmt: skip


@given(FIGURES)
def test_no_count_of_one_to_four_is_told_nor_what_follows_from_it(figures: MonthFigures) -> None:
    told, was = rounded_figures(figures).model_dump(), figures.model_dump()
    for count, follows in COUNTS.items():
        if was[count] is not None and 0 < was[count] < 5:
            assert [told[name] for name in (count, *follows)] == [None] * (1 + len(follows))
            assert count in told["suppressed"]
        elif told[count] is not None:
            assert told[count] % 5 == 0
            assert abs(told[count] - was[count]) <= 2
    assert {name for name in was if was[name] is not None and told[name] is None} == set(told["suppressed"] or ())
    assert all(told[name] is None or told[name] == round(told[name], 2) for name in SHARES)


def test_what_the_public_is_not_told_of_is_said_with_the_question() -> None:
    cut = {question.name for question in QUESTIONS if question.access and question.access.public}
    assert cut == {"monitoring", "entity", "search"}
