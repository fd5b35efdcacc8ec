"""Ctrl-C, a terminal that is closed, a command that is told to end, whatever a library makes of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from api.cli.streams import STOPPED

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask a command to end; what it has half done it then takes away."""


@contextmanager
def interrupts() -> Iterator[None]:
    """Let a signal that asks for the end come as ``KeyboardInterrupt`` to what is inside, and end it with its code.

    Where the signal falls into Python that a compiled library calls (an import in a binding, a progress call of a
    solver), the library may hand it on as its own error, such as "RuntimeError: KeyboardInterrupt". A signal that
    whoever began this program had it ignore (``nohup``) stays ignored.

    Raises:
        Exit: such a signal came; with 128 and its number.
    """
    came = 0

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = number
        signal.default_int_handler(number, frame)

    before = {s: signal.getsignal(s) for s in ENDING}
    for number in (s for s, how in before.items() if how is not signal.SIG_IGN):
        signal.signal(number, note)
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if came and not isinstance(error, typer.Exit):
            raise typer.Exit(STOPPED + came) from error
        raise
    finally:
        for number, how in before.items():
            signal.signal(number, how)
