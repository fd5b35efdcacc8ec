"""What a stopped process left beside the graph: whether there is any, and what becomes of it.

One load stands behind all of it, read once; each leftover is put into a copy of its folder.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.clock import as_then
from graph.errors import HistoryApart, HomeDamaged, StoreBehind
from graph.home import Home
from graph.manifest import JOURNAL, MANIFEST, FileEntry, Listing, entry_of
from graph.stores.base import ReadSession, Store
from graph.stores.opening import open_store
from graph.stores.redo import FILE as REDO
from loaders.keep.history import NOTE, History, LoadNote, committed, read_note, write_note
from loaders.keep.journal import Journal
from loaders.keep.recovery import check_chain, recover, settle, stopped
from loaders.pipeline import load
from tests.support.stores import NAME, copy_store, new_store

FIRST, SECOND, THIRD = "load-000001", "load-000002", "load-000003"
THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TORN = "The journal's last line was never finished and was dropped; it was acknowledged to nobody."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "机构.csv").write_text("名称,所在地区\n示例-甲,绵阳市\n", encoding="utf-8")
    with new_store(folder / NAME) as store, as_then(THEN):
        load(store, [folder / "机构.csv"])
    return folder / NAME


@pytest.fixture(scope="module")
def session(made: Path) -> Iterator[ReadSession]:
    with open_store(f"ladybug://{made}") as store, store.read() as reading:
        yield reading


@pytest.fixture
def history(made: Path, tmp_path: Path) -> History:
    return History(shutil.copytree(made.with_name(f"{NAME}.d"), tmp_path / "h.d"))


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{copy_store(made, tmp_path)}") as own:
        yield own


def journal(history: History) -> Journal:
    return Journal(history.home.folder)


def states(history: History) -> list[tuple[str, str, bool | None]]:
    return [(e["load"], e["state"], e.get("recovered")) for e in journal(history).loads()]


def staged(history: History, load: str, token: str) -> None:
    (history.staging / load).mkdir(parents=True)
    write_note(history.staging / load, LoadNote(load, token, {"kind": "load"}, {}))


def forgotten(listing: Listing) -> None:
    """Take the second load off the list."""
    listing.files = {name: entry for name, entry in listing.files.items() if SECOND not in name}
    del listing.loads[SECOND]


def cut(history: History, lines: int) -> None:
    path = journal(history).path
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]))


# --- whether anybody was stopped ----------------------------------------------------------------------


def torn(home: Path) -> None:
    with (home / JOURNAL).open("ab") as file:
        file.write(b'{"load"')


def coming(listing: Listing) -> None:
    listing.coming["cases/c"] = FileEntry(1, "00")


LEFT: dict[str, Callable[[Path], object]] = {
    "a staged load": lambda home: (home / "staging" / THIRD).mkdir(parents=True),
    "a file on its way": lambda home: Home(home).update(coming),
    "an unfinished line": torn,
    "a damaged line": lambda home: (home / JOURNAL).write_bytes((home / JOURNAL).read_bytes()[:-20] + b"?\n"),
    "a load that never ended": lambda home: Journal(home).write(THIRD, "begun"),
}


@pytest.mark.parametrize("left", LEFT)
def test_whatever_is_left_is_seen_and_settled(store: Store, left: str) -> None:
    assert not stopped(store)
    LEFT[left](store.home)
    assert stopped(store)
    settle(store)
    assert not stopped(store)


def test_statements_that_wait_for_a_server_are_seen(store: Store) -> None:
    (store.home / REDO).touch()
    assert stopped(store)


def test_who_is_at_work_is_left_alone(store: Store) -> None:
    torn(store.home)
    before = (store.home / JOURNAL).read_bytes()
    with Home(store.home).lock():
        settle(store)
    assert (store.home / JOURNAL).read_bytes() == before
    settle(store)
    assert [text.en for text in store.notices] == [TORN]


def test_where_nothing_is_nothing_is_settled(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / NAME}") as empty:
        shutil.rmtree(empty.home, ignore_errors=True)
        settle(empty)
        assert not empty.home.exists()
        assert not stopped(empty)


# --- completed or dropped -----------------------------------------------------------------------------


def test_what_is_whole_stays_as_it_is(history: History, session: ReadSession) -> None:
    before = {p: p.read_bytes() for p in history.home.folder.rglob("*") if p.is_file()}
    assert recover(history, journal(history), session) == []
    assert {p: p.read_bytes() for p in history.home.folder.rglob("*") if p.is_file()} == before


def test_what_the_graph_holds_is_completed_and_else_dropped(history: History, session: ReadSession) -> None:
    token = read_note(history.loads / SECOND).token
    history.staging.mkdir(exist_ok=True)
    (history.loads / SECOND).rename(history.staging / SECOND)
    staged(history, THIRD, "other")
    cut(history, 3)
    journal(history).write(THIRD, "begun", kind="load")
    torn(history.home.folder)
    assert [text.en for text in recover(history, journal(history), session)] == [TORN]
    assert history.staged() == []
    assert history.tokens() == {FIRST: read_note(history.loads / FIRST).token, SECOND: token}
    assert states(history) == [(FIRST, "done", None), (SECOND, "done", True), (THIRD, "failed", True)]


@pytest.mark.parametrize(("lines", "told"), [(2, ["begun", "done"]), (3, ["done"]), (4, [])])
def test_a_load_that_the_list_lacks_is_listed_and_told(
    history: History, session: ReadSession, lines: int, told: list[str]
) -> None:
    whole, events = history.home.listing(), journal(history).loads()
    cut(history, lines)
    history.home.update(forgotten)
    recover(history, journal(history), session)
    listing = history.home.listing()
    size = journal(history).path.stat().st_size
    assert listing == Listing({**whole.files, JOURNAL: FileEntry(size, "")}, {}, whole.loads)
    assert [e["state"] for e in journal(history).events()[lines:]] == told
    again = journal(history).loads()
    assert events == [{k: v for k, v in e.items() if k != "recovered"} for e in again]


def test_a_load_told_without_what_it_was_is_told_from_its_note(history: History, session: ReadSession) -> None:
    cut(history, 2)
    journal(history).write(SECOND, "done")
    recover(history, journal(history), session)
    (_, event) = journal(history).loads()
    assert (event["state"], event["kind"], event.get("recovered")) == ("done", "load", True)
    assert event["at"] == THEN.isoformat()


def test_of_a_load_whose_note_tells_of_no_event_nothing_is_told(history: History, session: ReadSession) -> None:
    note = read_note(history.loads / SECOND)
    write_note(history.loads / SECOND, LoadNote(SECOND, note.token, {}, note.files))
    history.home.enter(f"loads/{SECOND}/{NOTE}")
    cut(history, 2)
    recover(history, journal(history), session)
    assert states(history) == [(FIRST, "done", None)]


def test_of_a_load_whose_folder_is_gone_nothing_is_told(history: History, session: ReadSession) -> None:
    shutil.rmtree(history.loads / SECOND)
    cut(history, 2)
    recover(history, journal(history), session)
    assert states(history) == [(FIRST, "done", None)]


def test_files_beside_a_load_are_listed_with_it(history: History, session: ReadSession) -> None:
    home = history.home.folder
    (home / "cases").mkdir()
    (home / "cases" / "c").write_text("c")
    recover(history, journal(history), session)
    assert "cases/c" not in history.home.listing().files
    history.home.update(forgotten)
    recover(history, journal(history), session)
    assert history.home.listing().files["cases/c"] == entry_of(home / "cases" / "c")


def test_a_lost_list_is_not_made_up(history: History, session: ReadSession) -> None:
    (history.home.folder / MANIFEST).unlink()
    with pytest.raises(HomeDamaged) as raised:
        recover(history, journal(history), session)
    told = raised.value.details
    assert (told["path"], told["reason"].en) == (history.home.folder / MANIFEST, "it is missing")


def test_the_list_of_another_store_is_refused(history: History, session: ReadSession) -> None:
    listing = history.home.listing()
    history.home.start_anew(Listing(listing.files, {}, dict.fromkeys(listing.loads, "another")))
    with pytest.raises(HomeDamaged) as raised:
        recover(history, journal(history), session)
    told = raised.value.details
    assert (told["path"], told["reason"].en) == (history.home.folder / MANIFEST, "it is the list of another store")


def test_a_folder_from_before_there_were_lists_gets_its_first(history: History, session: ReadSession) -> None:
    home = history.home.folder
    for folder in history.folders():
        (folder / NOTE).write_text(f'{{"token": "{read_note(folder).token}"}}\n')
    (home / MANIFEST).unlink()
    recover(history, journal(history), session)
    assert history.home.listing().loads == committed(session)
    assert {*history.home.listing().files} == {*history.home.present()}


# --- whether a history is the graph's own -------------------------------------------------------------


def test_the_graphs_own_history_passes(history: History, session: ReadSession) -> None:
    check_chain(history, session)


def test_a_history_that_tells_of_more_is_refused(history: History, session: ReadSession) -> None:
    shutil.copytree(history.loads / SECOND, history.loads / THIRD)
    with pytest.raises(StoreBehind) as raised:
        check_chain(history, session)
    assert raised.value.details == {"version": 2, "home": history.home.folder, "last": THIRD}


@pytest.mark.parametrize("load", [FIRST, SECOND])
def test_a_history_that_lacks_a_load_is_refused(history: History, session: ReadSession, load: str) -> None:
    shutil.rmtree(history.loads / load)
    with pytest.raises(HistoryApart) as raised:
        check_chain(history, session)
    assert raised.value.details == {"home": history.home.folder, "load": load}


@pytest.mark.parametrize("load", [FIRST, SECOND])
def test_a_history_with_another_load_in_its_place_is_refused(history: History, session: ReadSession, load: str) -> None:
    history.home.update(lambda listing: listing.loads.update({load: "another"}))
    with pytest.raises(HistoryApart) as raised:
        check_chain(history, session)
    assert raised.value.details["load"] == load


def test_loads_that_the_graph_never_had_are_refused(history: History, session: ReadSession) -> None:
    for name in ("load-000000a", "load-000000b"):
        shutil.copytree(history.loads / SECOND, history.loads / name)
    with pytest.raises(HistoryApart) as raised:
        check_chain(history, session)
    assert raised.value.details["load"] == "load-000000a"
