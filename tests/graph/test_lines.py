"""Lines that know whether they are whole."""

from pathlib import Path

import pytest

from graph.errors import HomeDamaged
from graph.lines import Lines, checked_line, read_line, read_lines


def test_a_line_holds_its_checksum_and_is_read_without_it() -> None:
    line = checked_line({"名": "值", "n": 1})
    assert line.startswith('{"名": "值", "n": 1, "sum": "')
    assert (line[-3:], len(line)) == ('"}\n', len('{"名": "值", "n": 1, "sum": "') + 8 + 3)
    assert read_line(line[:-1].encode()) == {"名": "值", "n": 1}
    assert read_line(line[:-1].replace("1", "2", 1).encode()) is None


@pytest.mark.parametrize("line", [b"", b"{", b"[1]", b"\xff", b'{"n": 1, "sum": "00000000"}'])
def test_what_is_no_line_is_none(line: bytes) -> None:
    assert read_line(line) is None


def test_an_old_line_holds_no_checksum() -> None:
    assert read_line(b'{"n": 1}') == {"n": 1}


def test_a_growing_file_is_read_to_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    assert read_lines(path) == Lines([], {}, b"")
    path.write_bytes(checked_line({"n": 1}).encode() + b"\n" + b"[2]\n" + checked_line({"n": 3}).encode() + b'{"n"')
    assert read_lines(path) == Lines([{"n": 1}, {"n": 3}], {3: b"[2]"}, b'{"n"')
    with pytest.raises(HomeDamaged):
        read_lines(tmp_path)
