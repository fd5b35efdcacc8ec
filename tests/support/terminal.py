"""The command line as people and programs meet it: arguments in, exit code, stdout and stderr out."""

import io
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import NamedTuple

from api.cli.commands import run

PROGRAM = [sys.executable, "-c", "from api.cli import main; main()"]
"""``shuniu`` as a process of its own, installed or not."""
PROJECT = Path(__file__).resolve().parents[2]


class Said(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


def shuniu(*arguments: object) -> Said:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(a) for a in arguments])
    return Said(code, out.getvalue(), err.getvalue())


@contextmanager
def process(*arguments: object, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a command in a process of its own, killed at the end if it still runs."""
    running = subprocess.Popen(
        [*PROGRAM, *(str(a) for a in arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
    )  # fmt: skip
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def apart(*arguments: object, **environment: str) -> Said:
    """Run a command in a process of its own, to its end."""
    with process(*arguments, **environment) as running:
        out, err = running.communicate(timeout=120)
    return Said(running.returncode, out, err)


class Terminal:
    """A command in a terminal of its own: what it shows is read, keys are pressed."""

    def __init__(self, *arguments: object, **environment: str) -> None:
        self._master, slave = pty.openpty()
        self._running = subprocess.Popen(
            [*PROGRAM, *(str(a) for a in arguments)], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "TERM": "xterm", "COLUMNS": "120", **environment},
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._running.kill()
        self._running.wait()
        os.close(self._master)

    def until(self, words: str, seconds: float = 60.0) -> str:
        """Wait until ``words`` are shown, and return what was shown since the last time, without colours."""
        end = time.monotonic() + seconds
        raw = b""
        while words not in (shown := _plain(raw)):
            if not select.select([self._master], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError(f"{words!r} not in {shown!r}")
            try:
                raw += os.read(self._master, 65536)
            except OSError as error:  # the command has ended
                raise EOFError(f"{words!r} not in {shown!r}") from error
        return shown

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """Wait for the command's end and return its exit code."""
        with suppress(OSError):
            while os.read(self._master, 65536):
                pass
        return self._running.wait(60)


def _plain(raw: bytes) -> str:
    text = raw.decode("utf-8", "ignore").replace("\r\n", "\n")
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)
