"""The folder beside a store: whole files, a list that knows them, and what somebody who was stopped left."""

import hashlib
import stat
from pathlib import Path

import pytest

from graph.errors import FileUnwritable, HomeDamaged
from graph.home import Home, bring, fresh_name, locked, write_durably
from graph.lines import read_lines
from graph.manifest import JOURNAL, MANIFEST, FileEntry, Listing, entry_of
from tests.support.disk import short_files

ENTRY = FileEntry(2, hashlib.sha256(b"ab").hexdigest())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "store.d")


def test_what_is_kept_is_there_and_listed(home: Home) -> None:
    home.keep({"cases/a.json": b"ab", "key": b"k"})
    assert (home.folder / "cases/a.json").read_bytes() == b"ab"
    assert home.listing() == Listing(files={"cases/a.json": ENTRY, "key": entry_of(home.folder / "key")})
    assert stat.S_IMODE((home.folder / "key").stat().st_mode) == 0o600
    assert home.present() == ["cases/a.json", "key"]
    assert sorted(p.name for p in home.folder.rglob("*.part")) == []
    home.keep({"key": b"new"})
    assert (home.folder / "key").read_bytes() == b"new"
    assert home.fault("key", home.listing().files["key"], thorough=True) is None


def test_nothing_is_kept_where_one_of_them_cannot_be(home: Home) -> None:
    home.keep({"cases": b"a file"})
    before = home.listing()
    with pytest.raises(FileUnwritable):
        home.keep({"key": b"k", "cases/a.json": b"ab"})
    assert (home.listing(), home.present()) == (before, ["cases"])
    assert not (home.folder / "key.part").exists()


def test_what_was_coming_is_finished_where_it_is_whole(home: Home) -> None:
    home.keep({"scenarios/old": b"old"})
    write_durably(home.folder / "scenarios/a.part", b"ab")
    write_durably(home.folder / "scenarios/b.part", b"a")
    write_durably(home.folder / "scenarios/c", b"ab")
    home.update(lambda listing: listing.coming.update({f"scenarios/{n}": ENTRY for n in "abcd"}))
    home.settle()
    assert home.listing().coming == {}
    assert sorted(home.listing().files) == ["scenarios/a", "scenarios/c", "scenarios/old"]
    assert (home.folder / "scenarios/a").read_bytes() == b"ab"
    assert home.present() == ["scenarios/a", "scenarios/c", "scenarios/old"]


def test_nothing_coming_leaves_the_list_alone(home: Home) -> None:
    home.settle()
    assert not home.folder.exists()


@pytest.mark.parametrize("cut", [lambda raw: raw[:-1], lambda raw: raw.replace(b'"form": 1', b'"form": 2'),
                                 lambda _: b"{}\n", lambda _: b""])  # fmt: skip
def test_a_list_that_is_not_what_was_written_is_damaged(home: Home, cut: object) -> None:
    home.keep({"key": b"k"})
    path = home.folder / MANIFEST
    path.write_bytes(cut(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(HomeDamaged):
        home.listing()
    home.start_anew(Listing(loads={"load-000001": "t"}))
    assert home.listing() == Listing(loads={"load-000001": "t"})


def test_files_are_entered_and_struck(home: Home) -> None:
    home.keep({"key": b"k"})
    write_durably(home.folder / "key.next", b"ab")
    home.enter("key.next")
    assert home.listing().files["key.next"] == ENTRY
    home.strike(["key.next", "rejects/none"])
    assert (list(home.listing().files), (home.folder / "key.next").exists()) == (["key"], False)


def test_lines_are_added_after_what_was_left_open(home: Home) -> None:
    home.append(JOURNAL, {"n": 1}, listed=False)
    assert home.listing() == Listing()
    path = home.folder / JOURNAL
    with path.open("ab") as file:
        file.write(b'{"n": 2')
    home.append(JOURNAL, {"n": 3})
    found = read_lines(path)
    assert (found.events, found.damaged, found.torn) == ([{"n": 1}, {"n": 3}], {2: b'{"n": 2'}, b"")
    assert home.listing().files == {JOURNAL: FileEntry(path.stat().st_size, "")}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_for_which_there_is_no_room_is_refused_and_leaves_nothing(home: Home) -> None:
    home.append(JOURNAL, {"n": 1}, listed=False)
    before = (home.folder / JOURNAL).read_bytes()
    with short_files(len(before) + 10), pytest.raises(FileUnwritable):
        home.append(JOURNAL, {"n": 2}, listed=False)
    assert (home.folder / JOURNAL).read_bytes() == before


def test_the_first_line_makes_the_folders_above_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "not" / "yet.d")
    home.append(JOURNAL, {"n": 1}, listed=False)
    home.append(JOURNAL, {"n": 2}, listed=False)
    assert read_lines(home.folder / JOURNAL).events == [{"n": 1}, {"n": 2}]


def test_what_is_wrong_with_a_file(home: Home) -> None:
    home.keep({"key": b"ab"})
    size = (home.folder / "key").stat().st_size
    assert home.fault("key", FileEntry(size, "other")) is None
    assert home.fault("key", FileEntry(size, "other"), thorough=True) == "content"
    assert [home.fault("key", FileEntry(size + more, "")) for more in (-1, 1)] == ["size", "size"]
    assert home.fault("none", ENTRY) == "missing"
    home.append(JOURNAL, {})
    grown = (home.folder / JOURNAL).stat().st_size
    assert [home.fault(JOURNAL, FileEntry(grown + more, "")) for more in (-1, 0, 1)] == [None, None, "size"]


def test_a_lock_keeps_others_out_until_it_is_given_back(home: Home) -> None:
    with home.lock() as mine, home.lock(wait=False) as other:
        assert (mine, other) == (True, False)
    with home.lock(wait=False) as again:
        assert again is True
    with locked(home.folder / "far" / "below") as deep:
        assert deep is True
    blocked = home.folder / "file"
    blocked.touch()
    with pytest.raises(FileUnwritable), locked(blocked / "below"):
        pass


def test_a_folder_is_brought_but_over_nothing(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for name in ("in/a", "in/b", "in/c.part"):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_text("old")
    (new / "in").mkdir(parents=True)
    (new / "in/a").write_text("new")
    bring(old, new)
    found = {p.relative_to(new).as_posix(): p.read_text() for p in new.rglob("*") if p.is_file()}
    assert found == {"in/a": "new", "in/b": "old"}
    bring(old / "in/a", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "old"
    bring(tmp_path / "none", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "old"


def test_a_fresh_name_is_one_that_nothing_has(tmp_path: Path) -> None:
    fresh = fresh_name(tmp_path / "a")
    assert (fresh.parent, fresh.name[:2], len(fresh.name), fresh.exists()) == (tmp_path, "a.", 10, False)


def test_what_stands_in_the_way_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "snapshots").touch()
    with pytest.raises(FileUnwritable) as caught:
        Home(tmp_path).keep({"key": b"k", "snapshots/a.json": b"{}"})
    assert caught.value.details == {"path": tmp_path / "snapshots" / "a.json", "reason": "File exists"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loads", "snapshots"]
