"""Kill a process at a chosen moment of its work: when it is about to touch a certain file, or so long after that.

What is done to files is the same every time. So the steps of an undisturbed run are written down, and a few kills, each
at a step of another kind, find what many at random times would.

What a SIGKILL leaves is what the files hold at that moment: nothing in the memory of a process counts any more. So one
run that is stopped at many moments, and let go on each time, leaves an image of its folder for each kill.
"""

import errno
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import psutil

APART = get_context("forkserver")
"""Processes that have our modules already: to start one costs nothing, to kill it is as hard as ever."""
# One server starts them for all tests of this process: whoever names its modules last decides for everybody.
APART.set_forkserver_preload([f"tests.faults.test_{part}" for part in ("at_once", "damaged", "killed", "stopped")])

WRITES = {"open", "os.rename", "os.remove", "shutil.rmtree"}
NAMED = re.compile(r"[0-9a-f]{12,}|\d+|[A-Z]\w+")
"""What differs between files of one kind: digests, numbers, labels."""
AT_WORK = re.compile(r"open .*(redo\.arrows|journal\.jsonl)$")
"""Steps after which a store writes a transaction: a file does once it is in the redo log, a server once it is begun."""


@dataclass(frozen=True)
class Step:
    """What a process was about to do to which kind of file, and for how many seconds nothing else followed."""

    kind: str
    seconds: float


@dataclass(frozen=True, order=True)
class Moment:
    """When a process is killed: so many seconds after it came to the step of that number; 0: before it does it."""

    step: int
    after: float


def _at_each_step(folder: Path, do: Callable[[str], object]) -> None:
    """Call ``do`` before whatever this process does to a file below ``folder``, until it ends."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        written = event in WRITES and (event != "open" or args[2] & (os.O_WRONLY | os.O_RDWR))
        if written and str(args[0]).startswith(f"{folder}/"):
            do(f"{event} {str(args[0]).removeprefix(f'{folder}/')}")

    sys.addaudithook(hook)


def record(folder: Path, to: Path, work: Callable[[], object]) -> None:
    """Write down the steps of some work, in a process that ends with it."""
    with to.open("w", encoding="utf-8", buffering=1) as lines:
        _at_each_step(folder, lambda step: lines.closed or lines.write(f"{time.monotonic()} {step}\n"))
        work()
        lines.write(f"{time.monotonic()} end\n")


def recorded(path: Path) -> list[Step]:
    """Return the steps that were written down."""
    lines = [line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Step(NAMED.sub("#", step), float(later) - float(at)) for (at, step), (later, _) in pairwise(lines)]


def die(folder: Path, moment: Moment, work: Callable[[], object]) -> None:
    """Do some work in a process that is killed on its way, whatever it does then, in Python or below."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends it as SIGKILL does, and no lock of Python's is in its way
    passed = 0

    def step(_: str) -> None:
        nonlocal passed
        if passed == moment.step:
            signal.setitimer(signal.ITIMER_REAL, moment.after) if moment.after else os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    _at_each_step(folder, step)
    work()


def tell(folder: Path, said: "Connection[int, None]", work: Callable[[], object]) -> None:
    """Do some work; before each step say its number, and wait until it may be done."""
    passed = 0

    def step(_: str) -> None:
        nonlocal passed
        said.send(passed)
        said.recv()
        passed += 1

    _at_each_step(folder, step)
    work()


def fill_disk(folder: Path, at: int, work: Callable[[], object]) -> None:
    """Do some work for which there is no room any more for any file, from the step of that number on."""
    passed = 0

    def step(what: str) -> None:
        nonlocal passed
        passed += 1
        if passed > at and what.startswith("open "):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    _at_each_step(folder, step)
    work()


def take_images(
    pid: int, said: "Connection[None, int]", chosen: list[Moment], take: Callable[[Moment], object]
) -> None:
    """Call ``take`` at each of the chosen moments of a process that does ``tell``, while it stands still.

    It runs to its end, and each moment is taken, be it after that.
    """
    waiting = sorted(chosen)
    with suppress(EOFError):
        while True:
            step = said.recv()
            while waiting and waiting[0] == Moment(step, 0.0):
                take(waiting.pop(0))
            said.send(None)
            begun = time.monotonic()
            while waiting and waiting[0].step == step:
                time.sleep(max(0.0, begun + waiting[0].after - time.monotonic()))
                with standing_still(pid) as seconds:
                    take(waiting.pop(0))
                begun += seconds()
    for moment in waiting:
        take(moment)


@contextmanager
def standing_still(pid: int) -> Iterator[Callable[[], float]]:
    """Stop a process and its children for a while, if it is still there; yield what tells for how long."""
    begun = time.monotonic()
    stopped = list[psutil.Process]()
    with suppress(psutil.NoSuchProcess):
        stopped.append(psutil.Process(pid))
        stopped[0].suspend()
        stopped += stopped[0].children(recursive=True)
    for process in stopped[1:]:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    while not all(_stands_still(process.pid) for process in stopped):
        time.sleep(0.0005)
    yield lambda: time.monotonic() - begun
    for process in reversed(stopped):
        with suppress(psutil.NoSuchProcess):
            process.resume()


def _stands_still(pid: int) -> bool:
    """Tell whether no thread of a process runs, or it is gone."""
    try:
        tasks = [*Path(f"/proc/{pid}/task").iterdir()]
        states = {(task / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] for task in tasks}
    except OSError:  # a thread has just ended, or all of it
        return not Path(f"/proc/{pid}").exists()
    return states <= {"T", "t", "Z", "X"}


def moments(steps: list[Step], rng: Random, *, at_steps: int, between: int) -> list[Moment]:
    """Choose moments: at steps of different kinds, from begin to end, and within a step, longer ones rather.

    Half of the latter are while the store writes, where it does. Where there are too few steps, more are within one.
    """
    first = {step.kind: number for number, step in reversed([*enumerate(steps)])}
    kinds = sorted(first.values()) if len(first) >= at_steps else [*range(len(steps))]
    parts = [kinds[len(kinds) * n // at_steps : len(kinds) * (n + 1) // at_steps] for n in range(at_steps)]
    chosen = [Moment(rng.choice(part), 0.0) for part in parts if part]
    working = [number for number, step in enumerate(steps) if AT_WORK.match(step.kind)]
    for n in range(at_steps + between - len(chosen)):
        among = working if working and n % 2 == 0 else range(1, len(steps))
        (number,) = rng.choices(among, [steps[m].seconds for m in among])
        chosen.append(Moment(number, rng.uniform(0.0005, 1.0) * steps[number].seconds))
    return chosen
