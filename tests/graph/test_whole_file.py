"""A file of an answer is whole, or as it was."""

import errno
import os
import stat
from pathlib import Path

import pytest

from graph.errors import DiskFull, FileUnwritable
from graph.whole_file import whole_file


def test_what_is_stopped_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.csv"
    for before in (None, "old"):
        if before:
            path.write_text(before)
        with pytest.raises(KeyboardInterrupt), whole_file(path) as place:
            place.write_text("ha")
            raise KeyboardInterrupt
        assert {p.name: p.read_text() for p in path.parent.iterdir()} == ({"a.csv": before} if before else {})


def test_what_is_whole_takes_the_place_and_the_mode_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o640)
    with whole_file(path) as place:
        place.write_text("whole")
        assert path.read_text() == "old"
    assert [(p.name, p.read_text(), stat.S_IMODE(p.stat().st_mode)) for p in tmp_path.iterdir()] == [
        ("a.csv", "whole", 0o640)
    ]


def test_a_link_stays_one_and_a_folder_is_none(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    with whole_file(link) as place:
        place.write_text("whole")
    assert (link.is_symlink(), target.read_text()) == (True, "whole")
    with pytest.raises(FileUnwritable) as caught, whole_file(tmp_path) as place:
        place.write_text("whole")
    assert caught.value.details == {"path": tmp_path, "reason": "Is a directory"}


def test_what_a_disk_has_no_room_for_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(DiskFull) as caught, whole_file(path) as place:
        place.write_text("ha")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.details == {"path": path}
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.csv": "old"}
