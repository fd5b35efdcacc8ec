"""How a request went, as the journal tells of it; when it lapses, and when it is looked at what came of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import BadParameter
from graph.vocabulary import vocabulary
from loaders.keep.journal import Journal
from loaders.write.follow_up import Course, check_agreed, check_open, courses, months_after, stated_terms

DAYS = st.dates(date(1999, 1, 1), date(2060, 12, 31))
JULY = [date(2026, 7, day) for day in range(1, 32)]


@given(day=DAYS, months=st.integers(0, 60))
def test_some_months_later_is_the_same_day_or_the_last(day: date, months: int) -> None:
    assert months_after(day, months) == (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def write(home: Path, *steps: dict[str, Any], kind: str = "request", state: str = "done") -> None:
    journal = Journal(home)
    for step in steps:
        name = f"load-{len(journal.loads()) + 1:06d}"
        journal.write(name, state, listed=False, kind=kind, request=step)  # type: ignore[arg-type]


def step(what: str, day: int, **rest: Any) -> dict[str, Any]:
    return {"step": what, "day": JULY[day - 1].isoformat(), **rest}


def test_a_course_is_what_was_said_step_by_step(tmp_path: Path) -> None:
    one = "request-000001"
    write(
        tmp_path,
        step("ask", 1, a="甲", b="乙", terms={"owner": "张三", "due": "2026-08-01"}), step("ask", 2, a="丙", b="丁"),
        step("advance", 3, key=one, state="met"),
        step("terms", 4, key=one, terms={"owner": "李四", "expires": "2026-09-01"}),
        step("interest", 5, key=one, party="戊"), step("interest", 6, key=one, party="己"),
        step("interest", 7, key=one, party="戊"),
        step("terms", 8, key="request-000002", terms={"review": "2026-08-09"}),
        step("advance", 9, key=one, state="agreed"), step("outcome", 10, key=one, outcome="kept"),
    )  # fmt: skip
    write(tmp_path, step("advance", 11, key=one, state="closed"), state="failed")
    write(tmp_path, step("advance", 12, key=one, state="closed"), kind="load")
    assert courses(tmp_path) == {
        one: Course(
            reached={"asked": JULY[0], "met": JULY[2], "agreed": JULY[8]}, owner="李四", due=date(2026, 8, 1),
            expires=date(2026, 9, 1), interested=["己", "戊"], outcome="kept", outcome_day=JULY[9],
        ),
        "request-000002": Course(reached={"asked": JULY[1]}, review=date(2026, 8, 9)),
    }  # fmt: skip


def test_without_requests_there_is_no_course(tmp_path: Path) -> None:
    assert courses(tmp_path) == {}


def test_an_outcome_is_looked_for_half_a_year_after_an_agreement() -> None:
    assert Course(reached={"agreed": date(2026, 8, 31)}).outcome_due == date(2027, 2, 28)
    assert Course(reached={"asked": JULY[0], "met": JULY[1]}).outcome_due is None


STATES = {"asked": True, "met": True, "agreed": False, "delivered": False, "closed": False, "declined": False}


@pytest.mark.parametrize(("state", "may"), STATES.items())
def test_what_nobody_took_up_lapses_when_its_last_day_is_over(state: str, *, may: bool) -> None:
    course = Course(expires=JULY[9])
    assert [course.lapsed(state, day) for day in JULY[8:11]] == [False, False, may]
    assert not Course().lapsed(state, JULY[0])


def test_every_state_is_asked_about() -> None:
    assert [*vocabulary("request_states").ids] == [*STATES]


def test_a_lapsed_request_takes_no_step() -> None:
    course = Course(expires=JULY[9])
    check_open(course, "asked", JULY[9])
    check_open(course, "agreed", JULY[10])
    with pytest.raises(BadParameter) as raised:
        check_open(course, "asked", JULY[10])
    told = raised.value.details
    assert (told["name"], told["value"], told["reason"].en) == (
        "expires", JULY[9], "it has lapsed; state another `expires` first",
    )  # fmt: skip


@pytest.mark.parametrize("state", ["agreed", "delivered", "closed"])
def test_of_what_was_agreed_an_outcome_can_be_said(state: str) -> None:
    check_agreed(state)


@pytest.mark.parametrize("state", ["asked", "met", "declined"])
def test_of_what_was_not_agreed_none_can(state: str) -> None:
    with pytest.raises(BadParameter) as raised:
        check_agreed(state)
    told, word = raised.value.details, vocabulary("request_states").text
    assert (told["name"], told["value"]) == ("outcome", word(state, "zh"))
    assert told["reason"].en == f"it stands at “{word(state, 'en')}”: nothing is agreed on"


def test_terms_are_kept_as_they_are_stated() -> None:
    assert stated_terms() == {}
    assert stated_terms("", due=None) == {}
    assert stated_terms("张三", due=JULY[0], review=None, expires=JULY[2]) == {
        "owner": "张三", "due": "2026-07-01", "expires": "2026-07-03",
    }  # fmt: skip
