"""What every benchmark needs: a sample to measure on, a clock, and a plain account of the machine."""

import contextlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from loaders.sample import write_sample
from loaders.write.report import LoadReport

PACKAGES = ("ladybug", "neo4j", "duckdb", "numpy", "scipy", "pandas", "pyarrow")


def machine() -> str:
    """Return what the figures were taken on."""
    packages = " ".join(f"{p} {version(p)}" for p in PACKAGES)
    busy = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    note = ", busy with other work: expect better figures when it is quiet" if busy > cores else ""
    return (
        f"{cores} cores, {platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}\n{packages}\nload average {busy:.1f}{note}"
    )


@dataclass
class Clock:
    """Seconds that passed, and those of them that this process computed."""

    wall: float = 0.0
    cpu: float = 0.0

    @contextlib.contextmanager
    def running(self) -> Iterator["Clock"]:
        """Add the time of a block."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield self
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


def peak_mib() -> float:
    """Return the most memory that this process ever held, MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Yield a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="shuniu-bench-") as folder:
        yield Path(folder)


def sample(folder: Path, scale: float) -> Path:
    """Write the sample province's tables."""
    say(f"writing the sample at scale {scale:g} …")
    return write_sample(folder / "sample", scale=scale).folder


def fill(store: Store, tables: Path) -> LoadReport:
    """Load the reference data and the sample."""
    say("loading it …")
    ensure_reference(store)
    return load(store, [tables])


def say(what: str) -> None:
    """Tell what is being done, on stderr."""
    print(what, file=sys.stderr, flush=True)


def show(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, figures to the right."""
    widths = [max(len(line[at]) for line in [head, *rows]) for at in range(len(head))]
    for line in [head, ["-" * w for w in widths], *rows]:
        cells = [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        print("  ".join(cells).rstrip())
