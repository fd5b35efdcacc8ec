"""A sender's delivery against his last: much less is refused, much more is said, and few rows say nothing."""

from pathlib import Path

import pytest

from graph.errors import DeliveryShrunk
from loaders.keep.journal import Journal
from loaders.merge.volume import check_volume

HERE = ("甲局", "organizations")
WARNED = "甲局 delivers {} rows of Organisations, last time {}: is anything doubled?"


def journal(home: Path, *rows: int) -> Journal:
    """Return a journal in which a sender delivered so many rows, time after time."""
    made = Journal(home)
    for number, count in enumerate(rows, 1):
        made.write(f"load-{number:06d}", "done", listed=False, delivered=[(*HERE, count), ("乙局", "needs", 500)])
    return made


def said(home: Path, rows: int, *before: int, shrink: bool = False, sender: str = "甲局") -> list[str]:
    now = {(sender, "organizations"): rows}
    return [text.en for text in check_volume(now, journal(home, *before), shrink=shrink)]


@pytest.mark.parametrize(
    ("before", "rows", "warned"), [(20, 10, False), (20, 40, False), (20, 41, True), (19, 1, False), (19, 999, False)]
)
def test_much_more_than_last_time_is_said(tmp_path: Path, before: int, rows: int, *, warned: bool) -> None:
    assert said(tmp_path, rows, 5, before) == [WARNED.format(rows, before)] * warned


def test_much_less_than_last_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryShrunk) as raised:
        said(tmp_path, 9, 5, 20)
    told = raised.value.details
    assert (told["table"].en, told["place"], told["stored"], told["delivered"]) == ("Organisations", "甲局", 20, 9)


def test_much_less_passes_where_it_is_said_to_be_right(tmp_path: Path) -> None:
    assert said(tmp_path, 9, 20, shrink=True) == []


@pytest.mark.parametrize("sender", ["", "丙局", "乙局"])
def test_other_senders_and_nameless_ones_are_not_compared(tmp_path: Path, sender: str) -> None:
    Journal(tmp_path).write("load-000009", "done", listed=False, delivered=[("", "organizations", 500)])
    assert said(tmp_path, 1, 500, sender=sender) == []


def test_what_failed_was_not_delivered_and_what_was_read_was(tmp_path: Path) -> None:
    made = journal(tmp_path, 20)
    made.write("load-000002", "failed", listed=False, delivered=[(*HERE, 500)])
    assert check_volume({HERE: 41}, made, shrink=False)
    made.write("load-000003.1", "read", listed=False, delivered=[(*HERE, 41)])
    assert check_volume({HERE: 41}, made, shrink=False) == []


def test_one_sender_of_two_does_not_hide_the_other(tmp_path: Path) -> None:
    made = journal(tmp_path, 20)
    now = {("", "needs"): 1, HERE: 50, ("乙局", "needs"): 1500}
    assert [text.en.partition(" ")[0] for text in check_volume(now, made, shrink=False)] == ["甲局", "乙局"]
