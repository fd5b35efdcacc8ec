"""Streams that are closed, full, or read no more: one message at most, the right exit code, never a traceback."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from api.cli.kept import Recorder
from api.cli.output import Format, Screen, form_of
from api.cli.streams import StreamError
from graph.errors import FileUnwritable
from tests.support.terminal import PROGRAM, PROJECT

FULL = Path("/dev/full")
ON_LINUX = pytest.mark.skipif(not FULL.exists(), reason="a device that is always full is known to Linux alone")
WORDS = "✗ 磁盘空间不足，没有写成：标准输出\n  原有数据没有变化。请腾出空间后重新运行同一命令。\n"
ENGLISH = (
    "✗ No space left on the disk; not written: standard output\n"
    "  The stored data did not change. Free some space and run the same command again.\n"
)


def through_a_shell(arguments: str, streams: str) -> tuple[int, bytes, bytes]:
    said = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -c "$1" {arguments} {streams}', PROGRAM[0], PROGRAM[2]],
        capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    return said.returncode, said.stdout, said.stderr


@pytest.mark.parametrize("streams", [">&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(streams: str) -> None:
    assert through_a_shell("--version", streams) == (0, b"", b"")


@ON_LINUX
@pytest.mark.parametrize(
    ("arguments", "streams", "said"),
    [
        ("--version", ">/dev/full", WORDS),
        ("completion bash --lang en", ">/dev/full", ENGLISH),
        ("completion zsh", ">/dev/full 2>&1", ""),
    ],
)
def test_a_full_disk_is_told_where_it_can_be(arguments: str, streams: str, said: str) -> None:
    assert through_a_shell(arguments, streams) == (3, b"", said.encode())


@ON_LINUX
def test_what_fails_of_a_stream_is_known_from_what_fails_of_other_files() -> None:
    number = os.open(FULL, os.O_WRONLY)
    with suppress(OSError), os.fdopen(number, "w", encoding="utf-8") as file:
        recorder = Recorder(file)
        assert recorder.write("x") == 1
        with pytest.raises(StreamError, match="No space left"):
            recorder.flush()
        with pytest.raises(StreamError, match="No space left"):
            recorder.write("x" * 100_000)


def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with pytest.raises(BrokenPipeError), os.fdopen(writes, "w", encoding="utf-8") as file:
        Recorder(file).write("x" * 100_000)


@ON_LINUX
def test_a_message_that_cannot_be_told_does_not_undo_what_is_done() -> None:
    number = os.open(FULL, os.O_WRONLY)
    with suppress(OSError), os.fdopen(number, "w", encoding="utf-8", buffering=1) as file:
        Screen(stderr=True, file=file).print("told")
        with pytest.raises(OSError, match="No space left"):
            Screen(file=file).print("an answer")


def test_a_file_whose_name_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable) as caught:
        form_of(Format.table, tmp_path / f"{'x' * 300}.csv")
    assert caught.value.details["reason"] == "File name too long"


def test_a_question_that_nobody_can_answer_is_told(tmp_path: Path) -> None:
    """Without a terminal, as in a timed job."""
    (tmp_path / "a.csv").write_text("名称\n甲\n", encoding="utf-8")
    said = subprocess.run(
        [*PROGRAM, "load", tmp_path, "--password", "--lang", "en"], cwd=PROJECT, check=False, capture_output=True,
        text=True, stdin=subprocess.DEVNULL, start_new_session=True, env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
    )  # fmt: skip
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.splitlines() == ["Password: ", "✗ There is no input to answer from."]
