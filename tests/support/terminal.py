"""The command line as people and programs meet it: arguments in, exit code, stdout and stderr out."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
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
