"""Ctrl-C."""

import signal
import subprocess
import sys

import pytest
import typer

from api.cli.interrupts import interrupts
from tests.support.terminal import PROJECT

EARLY = """
import os, signal, sys
from api.cli import main

def interrupt(event, args):
    if event == "import" and args[0] == sys.argv[-1]:
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(interrupt)
main()
"""
"""Interrupts itself where a module is about to be loaded; its name is the last argument."""


@pytest.mark.parametrize("module", ["api.cli.kept", "api.cli.commands", "pandas"])
def test_an_interrupt_before_any_command_works_is_a_word_and_no_traceback(module: str) -> None:
    command = [sys.executable, "-c", EARLY, "load", module]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "✗ 已中断。Interrupted.\n")


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
