"""The journal: each load once, in order, with its last state; what is damaged is set aside."""

import hashlib
from pathlib import Path

from graph.home import Home
from graph.manifest import JOURNAL
from loaders.keep.journal import ASIDE, Journal, digest

TORN = "The journal's last line was never finished and was dropped; it was acknowledged to nobody."
DAMAGED = (
    "Line 1、3 of the journal was damaged and is now in journal.damaged; what it told is told again from the folder of "
    "its load."
)


def test_a_load_has_its_last_state_and_the_time_when_it_began(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.loads() == []
    for load, state in (("load-000001", "begun"), ("load-000002.1", "read"), ("load-000001", "done"),
                        ("load-000002", "begun"), ("load-000010", "begun"), ("load-000002.10", "read"),
                        ("load-000002.2", "read"), ("load-000002", "failed")):  # fmt: skip
        journal.write(load, state, rejected=1)  # type: ignore[arg-type]
    journal.write("load-000010", "done", recovered=True)
    loads = journal.loads()
    assert [(e["load"], e["state"]) for e in loads] == [
        ("load-000001", "done"), ("load-000002.1", "read"), ("load-000002.2", "read"), ("load-000002.10", "read"),
        ("load-000002", "failed"), ("load-000010", "done"),
    ]  # fmt: skip
    events = journal.events()
    assert (loads[0]["begun"], loads[-1]["begun"]) == (events[0]["at"], events[4]["at"])
    assert [e.get("recovered") for e in loads] == [None] * 5 + [True]


def test_a_load_begun_anew_forgets_what_came_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write("load-000001", "begun", rejected=1)
    journal.write("load-000001", "failed")
    journal.write("load-000001", "begun", doubtful=2)
    (load,) = journal.loads()
    assert (load["state"], load.get("rejected"), load["doubtful"]) == ("begun", None, 2)


def test_what_is_damaged_is_set_aside_and_what_is_torn_goes(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.tidy() == []
    journal.write("load-000001", "begun")
    assert journal.tidy() == []
    whole = journal.path.read_bytes()
    journal.path.write_bytes(b"{bad\n" + whole + b"{worse\n" + b'{"torn')
    assert [text.en for text in journal.tidy()] == [TORN, DAMAGED]
    assert journal.path.read_bytes() == whole
    assert (tmp_path / ASIDE).read_bytes() == b"{bad\n{worse\n"
    assert Home(tmp_path).listing().files[JOURNAL].size == len(whole)
    journal.path.write_bytes(whole + b'{"torn')
    assert ([text.en for text in journal.tidy()], journal.path.read_bytes()) == ([TORN], whole)


def test_a_digest_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert digest(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()
