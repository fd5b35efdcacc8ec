"""A load is put together, sealed and published whole; what cannot be written or read is named."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import FileUnwritable, HomeDamaged
from graph.manifest import JOURNAL, FileEntry, entry_of
from loaders.keep.history import (
    NOTE,
    History,
    LoadNote,
    beside,
    list_anew,
    read_note,
    read_rows,
    rows_in,
    staged_token,
    write_note,
)
from loaders.keep.journal import Journal

LOAD = "load-000002"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "h.d")


def test_a_load_appears_whole_with_its_note_and_is_listed(history: History) -> None:
    home = history.home.folder
    history.begin_list()
    event = {"kind": "load", "files": {"a.csv": "00", "b.csv": "00"}, "rejects": "load-000002.xlsx"}
    with history.stage(LOAD) as folder:
        History.write(folder, "d.json", {"a": "甲"})
        assert json.loads((folder / "d.json").read_bytes()) == {"a": "甲"}
        assert "甲" in (folder / "d.json").read_text(encoding="utf-8")
        assert staged_token(folder) == ""
        history.seal(folder, "token", event)  # type: ignore[arg-type]
        assert (history.folders(), history.staged()) == ([], [folder])
    history.publish(LOAD)
    for name in ("sources/00", "rejects/load-000002.sealed"):
        (home / name).parent.mkdir()
        (home / name).write_text("x")
    Journal(home).write(LOAD, "done")
    history.enter(LOAD)
    entry = entry_of(history.loads / LOAD / "d.json")
    note = LoadNote(LOAD, "token", event, {"d.json": (entry.size, entry.sha256)})  # type: ignore[arg-type]
    assert read_note(history.loads / LOAD) == note
    listing = history.home.listing()
    assert listing.files == {
        f"loads/{LOAD}/d.json": entry, f"loads/{LOAD}/{NOTE}": entry_of(history.loads / LOAD / NOTE),
        "sources/00": entry_of(home / "sources" / "00"), JOURNAL: FileEntry((home / JOURNAL).stat().st_size, ""),
        "rejects/load-000002.sealed": entry_of(home / "rejects" / "load-000002.sealed"),
    }  # fmt: skip
    assert (listing.loads, history.last(), history.tokens()) == ({LOAD: "token"}, LOAD, {LOAD: "token"})
    assert history.files("d.json") == [str(history.loads / LOAD / "d.json")]
    assert history.files("none") == []


def test_what_is_staged_anew_begins_empty_and_can_be_dropped(history: History) -> None:
    with history.stage(LOAD) as folder:
        (folder / "old").touch()
    with history.stage(LOAD) as folder:
        assert [*folder.iterdir()] == []
    history.drop(LOAD)
    assert history.staged() == []
    history.drop(LOAD)


def test_what_lies_beside_a_load_is_named_once() -> None:
    files = {"a": "00", "b": "11", "c": "00"}
    assert beside({"files": files}) == ["sources/00", "sources/11"]
    assert beside({"rejects": "l.xlsx"}) == ["rejects/l.xlsx", "rejects/l.sealed"]
    assert beside({"rejects": None}) == []


def test_an_old_note_tells_of_its_token_and_the_files_that_lie_there(tmp_path: Path) -> None:
    folder = tmp_path / LOAD
    folder.mkdir()
    (folder / "a").write_text("a")
    (folder / NOTE).write_text('{"token": "t"}\n')
    entry = entry_of(folder / "a")
    assert read_note(folder) == LoadNote(LOAD, "t", {}, {"a": (entry.size, entry.sha256)})
    assert History(tmp_path.parent).keeps_list() is False


@pytest.mark.parametrize("content", ["", "{}", '{"token": "t", "sum": "0"}', "[]"])
def test_a_note_that_is_not_whole_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / NOTE).write_text(content)
    with pytest.raises(HomeDamaged) as raised:
        read_note(tmp_path)
    assert (raised.value.details["path"], raised.value.details["reason"].en) == (tmp_path / NOTE, "it is not whole")
    assert staged_token(tmp_path) == ""


def test_a_note_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(HomeDamaged) as raised:
        read_note(tmp_path)
    assert raised.value.details == {"path": tmp_path / NOTE, "reason": "No such file or directory"}


def test_where_nothing_can_be_written_the_place_is_named(history: History) -> None:
    history.home.folder.mkdir()
    for folder in (history.staging, history.loads):
        folder.write_text("no folder")
    with pytest.raises(FileUnwritable) as raised, history.stage(LOAD):
        pass
    assert raised.value.details["path"] == history.staging / LOAD
    with pytest.raises(FileUnwritable) as raised:
        history.publish(LOAD)
    assert raised.value.details["path"] == history.loads / LOAD
    with pytest.raises(FileUnwritable) as raised:
        history.seal(history.staging / LOAD, "t", {})
    assert raised.value.details["path"] == history.staging / LOAD


def test_rows_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"no\n  Parquet")
    for name in ("x.parquet", "none.parquet"):
        with pytest.raises(HomeDamaged) as raised:
            read_rows(tmp_path / name)
        assert raised.value.details["path"] == tmp_path / name
        assert "\n" not in raised.value.details["reason"]


def test_rows_of_several_loads_know_theirs_and_lack_what_was_not_yet(tmp_path: Path) -> None:
    files = []
    for load, row in (("load-000001", {"key": "a"}), ("load-000002", {"key": "b", "name": "乙", "more": 1})):
        folder = tmp_path / "it's" / load
        folder.mkdir(parents=True)
        files.append(str(folder / "x.parquet"))
        pq.write_table(pa.Table.from_pylist([row]), files[-1])
    shape = pa.schema([("key", pa.string()), ("name", pa.string()), ("new", pa.int64())])
    with duckdb.connect() as db:
        text = f"SELECT key, name, new, _load FROM {rows_in(files, shape, db)} ORDER BY key"  # noqa: S608
        assert db.sql(text).fetchall() == [("a", None, None, "load-000001"), ("b", "乙", None, "load-000002")]


def test_all_that_lies_there_is_listed_anew(history: History) -> None:
    home = history.home.folder
    folder = history.loads / LOAD
    folder.mkdir(parents=True)
    write_note(folder, LoadNote(LOAD, "t", {"kind": "load"}, {}))
    (home / "cases").mkdir()
    (home / "cases" / "c").write_text("c")
    Journal(home).write(LOAD, "done", listed=False)
    list_anew(home)
    listing = history.home.listing()
    assert listing.files == {
        f"loads/{LOAD}/{NOTE}": entry_of(folder / NOTE), "cases/c": entry_of(home / "cases" / "c"),
        JOURNAL: FileEntry((home / JOURNAL).stat().st_size, ""),
    }  # fmt: skip
    assert (listing.coming, listing.loads) == ({}, {LOAD: "t"})
