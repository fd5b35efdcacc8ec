"""Ctrl-C, whatever a library makes of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer


@contextmanager
def interrupts() -> Iterator[None]:
    """Let an interrupt end what is inside as ``KeyboardInterrupt``, whichever exception it became on its way.

    Where the signal falls into Python that a compiled library calls (an import in a binding, a progress call of a
    solver), the library may hand it on as its own error, such as "RuntimeError: KeyboardInterrupt".
    """
    came = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    except Exception as error:
        if came and not isinstance(error, typer.Exit):
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
