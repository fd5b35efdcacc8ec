"""Files of other formats: read from their first bytes, copied before they are rewritten."""

from pathlib import Path

import pytest

from graph.errors import StoreNewer
from graph.stores.file_format import OURS, OlderCopy, format_of


def written(path: Path, version: int, rest: bytes = b"pages") -> Path:
    path.write_bytes(b"LBUG" + version.to_bytes(8, "little") + rest)
    return path


def test_the_format_is_read_from_the_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "g.lbug"
    assert format_of(path) is None
    for content in (b"", b"LBUG\x01", b"KUZU" + (5).to_bytes(8, "little"), b"LBUG" + bytes(7)):
        path.write_bytes(content)
        assert format_of(path) is None
    assert format_of(written(path, 259, b"")) == 259
    assert OlderCopy(path).path == path


def test_a_file_of_ours_is_not_copied_and_a_newer_one_is_refused(tmp_path: Path) -> None:
    copy = OlderCopy(tmp_path / "g.lbug")
    assert (copy.keep(), copy.waits()) == ([], False)
    written(copy.path, OURS)
    assert (copy.keep(), copy.waits()) == ([], False)
    written(copy.path, OURS + 1)
    with pytest.raises(StoreNewer):
        copy.keep()
    assert [p.name for p in tmp_path.iterdir()] == ["g.lbug"]


def test_an_older_file_is_kept_with_its_log_until_the_new_one_is_written(tmp_path: Path) -> None:
    copy = OlderCopy(written(tmp_path / "g[1].lbug", OURS - 1, b"old"))
    (tmp_path / "g[1].lbug.wal").write_bytes(b"log")
    (said,) = copy.keep()
    kept = tmp_path / f"g[1].lbug.format{OURS - 1}"
    assert said.en.startswith(f"The store file is of an older format ({OURS - 1})")
    assert said.en.endswith(str(kept))
    assert said.zh.endswith(str(kept))
    assert {p.name: p.read_bytes()[-3:] for p in tmp_path.iterdir()} == {
        "g[1].lbug": b"old", "g[1].lbug.wal": b"log", kept.name: b"old", f"{kept.name}.wal": b"log",
    }  # fmt: skip
    written(copy.path, OURS - 1, b"now")
    copy.keep()
    assert kept.read_bytes().endswith(b"old"), "the first copy stays"
    assert copy.waits()
    copy.drop()
    assert copy.waits(), "the file is of the older format still"
    written(copy.path, OURS)
    copy.drop()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g[1].lbug", "g[1].lbug.wal"]
