"""Do the tests bite? Sow small bugs one at a time, run the tests that mirror the module, count who is caught.

    python -m tests.support.mutation [--package queries] [--under queries/paths] [--seed 1] [--minutes 14] [--most 500]
    python -m tests.support.mutation --named

A mutant is written into a copy of the tree, and a process forked with the libraries in memory runs the fast tests that
mirror its module, until one fails. Whom none of them catches the tests meet that lead to the module by fewest imports,
and those of the mirror that take long: who is caught there is counted apart. Mutants are drawn at random, the packages
in turn, until time is up: what still runs then is ended and counts for nothing; as survivors take longest, so many more
may have survived (``--most`` with time enough leaves none over). Then the tests that failed are run once without any
mutant: those that fail all the same have killed nobody. Survivors are printed as they are found, and those that only
ran for ever, so that nobody takes a busy machine for a test that bites; the score of every package at the end.
``--named`` sows those alone that once went unseen.
"""
# ruff: noqa: T201 it prints what it found

import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.machine import private_neo4j
from tests.support.mutants import EQUIVALENT, NAMED, Mutant, mutants, named
from tests.support.nearest import distances
from tests.support.stores import WORLDS

ROOT = Path(__file__).parents[2]
PACKAGES = ("queries", "loaders", "graph")
LIBRARIES = (
    "numpy", "pandas", "scipy.sparse", "scipy.optimize", "pyarrow.compute", "pyarrow.parquet", "duckdb", "ladybug",
    "networkx", "rustworkx", "highspy", "sklearn.ensemble", "pydantic", "pydantic_settings", "hypothesis", "rapidfuzz",
    "xlsxwriter", "openpyxl", "neo4j", "opencc", "fastapi", "typer", "rich", "cryptography.fernet", "yaml",
    "python_calamine", "jinja2", "psutil", "access", "spopt",
)  # fmt: skip
LOADED = "ignore::pytest.PytestAssertRewriteWarning"
SERVED = "(seconds or not slow) and not browser"
FAST = f"{SERVED} and not neo4j"
LONG = "slow and not seconds and not browser and not neo4j"
ON_SERVER = "neo4j and not browser"
FAILED = "failed"
PASSED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
PAUSE = 0.05
"""Seconds between two looks at who has ended."""
LIMIT, WAITS = 300, 600
"""A mutant runs for ever that takes so many seconds of CPU time, and waits for ever that has not ended after so many by
the clock."""
FURTHER, AT_MOST = 16, 120
"""So many test files beyond the mirror meet a survivor, and so many seconds of CPU time; who is there then survives."""
STORES, SERVER = "graph/stores/", "graph/stores/neo4j"
KINDS = (SERVER, f"{STORES}embedded")
"""A kind of store, and what both stand on, must do what is tested of every kind; Neo4j is tried against a server."""


def mirrors(module: str, root: Path = ROOT) -> tuple[str, ...]:
    """Return the test files of a module: those named after it, else those of its room and those that import it."""
    package, *rest = Path(module).with_suffix("").parts
    room: list[Path] = []
    for depth in range(len(rest), 0, -1):
        at = root / "tests" / package / Path(*rest[:depth])
        room = [*at.rglob("test_*.py"), *at.parent.glob(f"test_{at.name}.py"), *at.parent.glob(f"test_{at.name}_*.py")]
        if room:
            break
    own = bool(room) and depth == len(rest)
    if not own:
        home, name = re.escape(".".join([package, *rest[:-1]])), rest[-1]
        said = re.compile(rf"^from {home}(?:\.{name} import| import .*\b{name}\b)", re.MULTILINE)
        room += [f for where in (package, "conformance") for f in (root / "tests" / where).rglob("test_*.py")
                 if said.search(f.read_text(encoding="utf-8"))]  # fmt: skip
    if module.startswith(KINDS) or (module.startswith(STORES) and not own):
        room += (root / "tests" / "conformance").glob("test_*.py")
    whole = room or (root / "tests" / package).rglob("test_*.py")
    return _nearest({str(f.relative_to(root)) for f in whole}, module, root, at_first=f"tests/{package}/")


def _nearest(files: Iterable[str], module: str, root: Path, at_first: str) -> tuple[str, ...]:
    """Return test files in order: first those of a folder and near to the module, who catch it likelier and sooner."""
    near = distances(module, root)
    return tuple(sorted(files, key=lambda f: (at_first not in f, near.get(f, len(near)), f)))


def arguments(module: str, root: Path = ROOT) -> tuple[str, ...]:
    """Return what pytest is called with to test a module."""
    return ("-m", SERVED if module.startswith(SERVER) else FAST, *mirrors(module, root))


def further(module: str, root: Path = ROOT) -> tuple[tuple[str, ...], ...]:
    """Return what pytest is called with, one after the other, where those have caught nobody."""
    known, near = mirrors(module, root), distances(module, root)
    beyond = sorted(near.keys() - {*known}, key=lambda f: (near[f], f"tests/{module.partition('/')[0]}/" not in f, f))
    long = [f for f in known if "slow" in (root / f).read_text(encoding="utf-8")]
    server = [f for f in beyond if "mark.neo4j" in (root / f).read_text(encoding="utf-8")]
    tried = ((FAST, beyond[:FURTHER]), (LONG, long), (ON_SERVER, server if module.startswith(SERVER) else []))
    return tuple(("-m", marks, *files) for marks, files in tried if files)


@dataclass
class Slot:
    """A copy of the tree in which one mutant at a time is tried."""

    home: Path
    writes: int = 0
    mutant: Mutant | None = None
    tests: tuple[str, ...] = ()
    left: tuple[tuple[str, ...], ...] = ()
    beyond: bool = False
    began: float = 0.0
    server: str | None = None

    @property
    def tree(self) -> Path:
        """The copy."""
        return self.home / "tree"

    @property
    def scratch(self) -> Path:
        """What a run may write to."""
        return self.home / "tmp"

    def put(self, file: str, source: bytes) -> None:
        """Write a file; a second of its own, by which Python tells compiled files from stale ones."""
        self.writes += 1
        path = self.tree / file
        path.write_bytes(source)
        os.utime(path, (1e9 + self.writes, 1e9 + self.writes))

    def mend(self) -> None:
        """Take the mutant out, if there is one."""
        if self.mutant:
            self.put(self.mutant.file, self.mutant.source)

    def failed(self) -> tuple[str, ...]:
        """Return the tests that failed."""
        return tuple((self.scratch / FAILED).read_text(encoding="utf-8").splitlines())


class Outcome(NamedTuple):
    """What came out for a mutant: ``killed`` by some tests, by some ``beyond`` its mirror, ``endless`` or ``survived``;
    and how the tests were chosen."""

    mutant: Mutant
    how: str
    by: tuple[str, ...]
    marks: str


@dataclass
class Run:
    """A run over a sample: what came out for whom."""

    slots: list[Slot]
    worlds: Path
    servers: ExitStack
    busy: dict[int, Slot] = field(default_factory=dict)
    outcome: list[Outcome] = field(default_factory=list)
    end: float = float("inf")

    def start(self, slot: Slot, tests: tuple[str, ...], mutant: Mutant | None = None) -> None:
        """Run tests in a slot, with a mutant until one fails, or all of them without."""
        slot.mutant, slot.tests, slot.began, slot.beyond = mutant, tests, time.monotonic(), False
        if mutant:
            slot.put(mutant.file, mutant.text)
            slot.left = further(mutant.file, slot.tree)
        self._begin(slot)

    def _begin(self, slot: Slot) -> None:
        """Run a slot's tests as it stands."""
        mutant, tests = slot.mutant, slot.tests
        if not slot.beyond:  # what the same mutant loaded can stay
            shutil.rmtree(slot.scratch, ignore_errors=True)
        slot.scratch.mkdir(exist_ok=True)
        (slot.scratch / FAILED).touch()
        # Only what queries read may have been loaded before: a mutant of the loaders must load for itself.
        known = self.worlds if not mutant or mutant.file.startswith("queries/") else slot.scratch / "worlds"
        environment = {"TMPDIR": str(slot.scratch), WORLDS: str(known)}
        if {SERVED, ON_SERVER} & {*tests}:
            slot.server = slot.server or self.servers.enter_context(private_neo4j(slot.home / "neo4j")).url
            environment |= {"SHUNIU_TEST_NEO4J": slot.server}
        if not (pid := os.fork()):
            _child(slot, ("-x", *tests) if mutant else tests, environment, AT_MOST if slot.beyond else LIMIT)
        with suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)  # whoever of the two is first
        self.busy[pid] = slot

    def wait(self) -> None:
        """Wait for one to end and note what came out; when time is up, end them all."""
        pid = 0
        while not pid:
            if time.monotonic() >= self.end:
                self.stop()
                return
            for waiting, slot in self.busy.items():
                if time.monotonic() > slot.began + WAITS:
                    with suppress(ProcessLookupError):
                        os.killpg(waiting, signal.SIGKILL)
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                time.sleep(PAUSE)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # what its tests left behind
        slot, code = self.busy.pop(pid), os.waitstatus_to_exitcode(status)
        if slot.mutant:
            self._note(slot, slot.mutant, code)

    def _note(self, slot: Slot, mutant: Mutant, code: int) -> None:
        """Note what came out for a mutant, or let it meet further tests."""
        how = "endless" if code < 0 else "survived" if code in PASSED else "killed"
        if slot.beyond and how != "survived":
            how = "beyond" if how == "killed" else "survived"
        if how == "survived" and slot.left:
            slot.tests, slot.left, slot.beyond, slot.began = slot.left[0], slot.left[1:], True, time.monotonic()
            self._begin(slot)
            return
        slot.mend()
        self.outcome.append(Outcome(mutant, how, slot.failed(), slot.tests[1]))
        if how != "killed":
            print(f"{how} {mutant}\n    {' '.join(slot.failed() or mirrors(mutant.file, slot.tree))}", flush=True)

    def stop(self) -> None:
        """End what runs, with everything that it started; no bug is left behind."""
        for pid, slot in self.busy.items():
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            if slot.mutant:
                met = "its mirror had not caught" if slot.beyond else "its mirror was still trying"
                print(f"not counted, as time was up: {met} {slot.mutant}", flush=True)
            slot.mend()
        self.busy.clear()

    def free(self) -> Slot:
        """Return a slot where nothing runs."""
        while len(self.busy) == len(self.slots):
            self.wait()
        return next(s for s in self.slots if s not in self.busy.values())

    def check_killers(self) -> None:
        """Run the tests that failed without any mutant, and take out whom only those killed that fail all the same."""
        self.end, false = float("inf"), set()
        for marks in sorted({one.marks for one in self.outcome}):
            if tests := sorted({test for one in self.outcome if one.marks == marks for test in one.by}):
                slot = self.slots[0]
                self.start(slot, ("-m", marks, *tests))
                self.wait()
                false |= {*slot.failed()}
        for one in [one for one in self.outcome if one.by and false.issuperset(one.by)]:
            print(f"not counted {one.mutant}\n    {' '.join(one.by)} fails by itself", flush=True)
            self.outcome.remove(one)


class Failures:
    """Notes which tests fail, for who reads them from without."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """See pytest."""
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """See pytest: a file that cannot be imported fails as a whole."""
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(report.nodeid + "\n")


def _child(slot: Slot, tests: Sequence[str], environment: dict[str, str], limit: int) -> None:
    """Run tests in a copy of the tree, in a forked process that ends with pytest's exit code."""
    os.setpgid(0, 0)
    # A report asked for is none of a mutant's; what is made beside the tree lacks there, and fails where CI is set.
    for name in ("PYTEST_ADDOPTS", "CI"):
        os.environ.pop(name, None)
    os.environ.update(environment, PYTHONPATH=str(slot.tree))
    tempfile.tempdir = None
    os.chdir(slot.tree)
    for name in [n for n in sys.modules if n.partition(".")[0] in (*PACKAGES, "tests", "api", "viz")]:
        del sys.modules[name]
    sys.path[:] = [str(slot.tree), *(p for p in sys.path if p and Path(p).resolve() != ROOT)]
    # The soft limit alone: what reads workbooks sets one of its own, and may not lift a hard one.
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    output = os.open(slot.scratch / "output", os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code, noted = 1, Failures(slot.scratch / FAILED)  # where pytest itself fails
    try:
        code = int(pytest.main(["-q", "-p", "no:cacheprovider", "-W", LOADED, *tests], plugins=[noted]))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        os._exit(code)


def sample(packages: Sequence[str], under: str, seed: int) -> Iterator[Mutant]:
    """Yield mutants in random order, the packages in turn; without Java none of what needs a server."""
    drawn, left_out = [], () if shutil.which("java") else (SERVER,)
    for package in packages:
        modules = sorted(f.relative_to(ROOT).as_posix() for f in (ROOT / package).rglob("*.py"))
        files = [f for f in modules if f.startswith(under) and not f.startswith(left_out)]
        every = [m for f in files for m in mutants(f, (ROOT / f).read_bytes())
                 if (m.file, m.lines[1]) not in EQUIVALENT]  # fmt: skip
        random.Random(seed).shuffle(every)
        drawn.append(every)
        print(f"{package}: {len(every):,} mutants")
    return (m for m in chain.from_iterable(zip_longest(*drawn)) if m is not None)


def _copy(to: Path) -> Slot:
    slot = Slot(to)
    asked = ["git", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (slot.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, slot.tree / name)
    return slot


def run(chosen: Iterator[Mutant], minutes: float, most: int, slots: Sequence[Slot], worlds: Path) -> Run:
    """Try mutants until the time is up, then those who killed them."""
    with ExitStack() as servers:
        made = Run(list(slots), worlds, servers, end=time.monotonic() + 60 * minutes)
        for mutant in islice(chosen, most):
            slot = made.free()
            if time.monotonic() >= made.end:
                break
            made.start(slot, arguments(mutant.file, slot.tree), mutant)
        while made.busy:
            made.wait()
        made.check_killers()
    return made


def main() -> int:
    """Print the survivors and the score of every package; fail where it is below what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", choices=PACKAGES, action="append")
    parser.add_argument("--under", default="", help="only files whose path begins so")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=14.0)
    parser.add_argument("--most", type=int, default=10_000)
    parser.add_argument("--at-least", type=float, default=0.0, help="score below which the run fails, percent")
    parser.add_argument("--named", action="store_true", help="only the bugs that once went unseen")
    asked = parser.parse_args()
    for name in LIBRARIES:
        with suppress(ImportError):
            import_module(name)
    with tempfile.TemporaryDirectory(prefix="shuniu-mutants-") as home:
        slots = [_copy(Path(home) / str(n)) for n in range(os.cpu_count() or 1)]
        once = (named(file, (ROOT / file).read_bytes(), was, now) for file, was, now in NAMED)
        chosen = once if asked.named else sample(asked.package or PACKAGES, asked.under, asked.seed)
        worlds = Path(os.environ.get(WORLDS) or Path(home) / "worlds")
        made = run(chosen, asked.minutes, asked.most, slots, worlds)
    counts = Counter((one.mutant.file.partition("/")[0], one.how) for one in made.outcome)
    low = False
    for package in sorted({p for p, _ in counts}):
        count = {how: counts[package, how] for how in ("killed", "beyond", "endless", "survived")}
        score = 100 * (1 - count["survived"] / sum(count.values()))
        low = low or score < asked.at_least
        print(f"{package:10} {'  '.join(f'{how} {n:4}' for how, n in count.items())}  score {score:5.1f} %")
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
