"""Ctrl-C."""

import signal

import pytest
import typer

from api.cli.interrupts import interrupts


def test_an_interrupt_that_a_library_turned_into_its_own_error_is_still_one() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) as caught, interrupts():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise RuntimeError(f"KeyboardInterrupt: {error}") from None
    assert repr(caught.value.__cause__) == "RuntimeError('KeyboardInterrupt: ')"
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_without_an_interrupt_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match=r"^of its own$"), interrupts():
        raise RuntimeError("of its own")


def test_an_interrupt_that_was_meant_does_not_change_how_a_command_ends() -> None:
    """The walk through reviews takes Ctrl-C as its key for leaving."""
    with pytest.raises(typer.Exit) as caught, interrupts():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise typer.Exit(1) from None
    assert caught.value.exit_code == 1
