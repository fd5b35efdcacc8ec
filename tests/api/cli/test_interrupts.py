"""Ctrl-C, and other signals that ask a command to end."""

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


@pytest.mark.parametrize(("came", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_what_is_half_done_is_taken_away_before_a_signal_ends_a_command(came: signal.Signals, code: int) -> None:
    before, taken_away = signal.getsignal(came), []
    with pytest.raises(typer.Exit) as caught, interrupts():
        try:
            signal.raise_signal(came)
        finally:
            taken_away.append(came)
    assert (caught.value.exit_code, taken_away) == (code, [came])
    assert signal.getsignal(came) is before


@pytest.mark.parametrize("came", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_was_to_be_ignored_stays_ignored(came: signal.Signals) -> None:
    """As by ``nohup``, and in what a script starts beside itself."""
    before = signal.signal(came, signal.SIG_IGN)
    try:
        with interrupts():
            signal.raise_signal(came)
        assert signal.getsignal(came) is signal.SIG_IGN
    finally:
        signal.signal(came, before)


def test_an_interrupt_that_a_library_turned_into_its_own_error_is_still_one() -> None:
    with pytest.raises(typer.Exit) as caught, interrupts():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise RuntimeError(f"KeyboardInterrupt: {error}") from None
    assert caught.value.exit_code == 130
    assert repr(caught.value.__cause__) == "RuntimeError('KeyboardInterrupt: ')"


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
