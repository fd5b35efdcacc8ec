"""Where answers and messages go: streams that were closed before the program began, and a disk that is full."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STOPPED = 128
"""Exit codes above it are of what a signal ended: it and the signal's number."""
NAMES = ("stdin", "stdout", "stderr")


class StreamError(OSError):
    """An answer cannot be written to where it was sent."""


def open_streams() -> None:
    """Open what whoever began this program had closed (``>&-``): a store must never be opened in a stream's place."""
    while (number := os.open(os.devnull, os.O_RDWR)) < len(NAMES):
        os.set_inheritable(number, True)
    os.close(number)
    for number, name in enumerate(NAMES):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


@contextmanager
def told_apart() -> Iterator[None]:
    """Let what goes wrong with a stream be known from what goes wrong with any other file.

    Raises:
        BrokenPipeError: the reader has seen enough.
        StreamError: anything else, a disk that is full for instance.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StreamError(*error.args) from error


def for_programs_too() -> None:
    """Let a terminal show what it can; programs get UTF-8, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace", encoding=None if stream.isatty() else "utf-8")  # type: ignore[union-attr]


def drop_the_rest() -> None:
    """Have nothing left to write at the very end: the reader has seen enough, or the disk is full."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
