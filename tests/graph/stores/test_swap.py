"""A store is put in the place of another with its folder: both, or neither, whenever somebody is stopped."""

from pathlib import Path

import pytest

from graph.errors import FileUnwritable, HomeDamaged
from graph.stores.swap import announce, cleared, complete, home_of, place_for_new


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def everything(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An old store with a log, and a new one ready to take its place."""
    old = tmp_path / "a.lbug"
    for name in ("a.lbug", "a.lbug.wal", "a.lbug.d/key"):
        write(tmp_path / name, "old")
    new = cleared(place_for_new(old))
    write(new, "new")
    write(home_of(new) / "key", "new")
    return old


def test_places(tmp_path: Path) -> None:
    assert home_of(tmp_path / "a.lbug") == tmp_path / "a.lbug.d"
    assert place_for_new(tmp_path / "a.lbug") == tmp_path / "a.lbug.new" / "a.lbug"


def test_what_is_announced_is_done(path: Path) -> None:
    announce(path)
    aside = complete(path)
    mark = aside[0].name.rpartition("-")[2]
    assert [p.name for p in aside] == [f"a.lbug.aside-{mark}", f"a.lbug.d.aside-{mark}", f"a.lbug.wal.aside-{mark}"]
    assert everything(path.parent) == {
        "a.lbug": "new", "a.lbug.d/key": "new", f"a.lbug.aside-{mark}": "old", f"a.lbug.wal.aside-{mark}": "old",
        f"a.lbug.d.aside-{mark}/key": "old",
    }  # fmt: skip
    assert not (path.parent / "a.lbug.new").exists()
    assert complete(path) == []


def test_what_is_not_announced_is_left(path: Path) -> None:
    before = everything(path.parent)
    assert complete(path) == []
    assert everything(path.parent) == before


def test_whoever_was_stopped_half_way_is_gone_on_for(path: Path) -> None:
    """The file is in its place, its folder is not; the log is the new one's, which nobody puts aside."""
    announce(path)
    place_for_new(path).replace(path)
    complete(path)
    found = everything(path.parent)
    assert (found["a.lbug"], found["a.lbug.d/key"], found["a.lbug.wal"]) == ("new", "new", "old")
    assert not (path.parent / "a.lbug.new").exists() and not path.with_name("a.lbug.swap").exists()


def test_a_new_store_begins_with_nothing(path: Path) -> None:
    place = cleared(place_for_new(path))
    assert (place.parent.is_dir(), list(place.parent.iterdir())) == (True, [])
    (path.parent / "file").touch()
    with pytest.raises(FileUnwritable):
        cleared(path.parent / "file" / "new" / "a.lbug")


@pytest.mark.parametrize("content", ["{", "{}"])
def test_a_damaged_note_changes_nothing(path: Path, content: str) -> None:
    path.with_name("a.lbug.swap").write_text(content)
    before = everything(path.parent)
    with pytest.raises(HomeDamaged):
        complete(path)
    assert everything(path.parent) == before
