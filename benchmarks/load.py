"""The whole load of the sample province against a bare ``COPY`` of the graph that it makes.

The load reads more than a million rows of text, checks every cell, finds every name, aggregates the service records,
compares all of it with the store and writes what is new, in one transaction. The peer starts where that ends: it has
the very nodes and relationships in memory, in the order and types of the tables, and copies them into an empty
embedded file by Ladybug's own ``COPY``, in one transaction, too. Nothing can be faster in this store; the ratio says
what everything before the writing costs.

    python -m benchmarks.load [--scale 1] [--sample FOLDER]
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import ladybug
import pyarrow as pa

from benchmarks._setting import Clock, machine, peak_mib, sample, say, scratch, show
from graph import schema
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores import cypher
from graph.stores.embedded import BUFFER_BYTES
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference

STEPS = {"delta": "compare with ledger and graph", "write": "write the graph"}
Content = dict[NodeSpec | RelationshipSpec, pa.Table]


# --- the load, in a process of its own, so that its memory is its own -----------------------------------


class Phases:
    """Progress of a load as seconds and rows of its phases."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.rows: dict[str, int] = {}
        self._since = time.perf_counter()
        self._step = ""

    def __call__(self, what: str, rows: int) -> None:
        # A table is reported after a part of it, a step when it begins.
        self._end(self._step or what)
        self._step = what if what in STEPS else ""
        self.rows[what] = self.rows.get(what, 0) + rows

    def _end(self, phase: str) -> None:
        now = time.perf_counter()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self._since
        self._since = now

    def finish(self) -> None:
        """End the last step."""
        self._end(self._step)


@dataclass(frozen=True)
class Run:
    """Figures of one load: seconds, memory in MiB, and the phases in their order."""

    seconds: float
    cpu: float
    phases: dict[str, float]
    rows: dict[str, int]
    written: int
    before: float
    peak: float


def load_here(url: str, tables: Path) -> Run:
    """Load in this process."""
    with open_store(url) as store:
        ensure_reference(store)
        before, phases, clock = peak_mib(), Phases(), Clock()
        with clock.running():
            report = load(store, [tables], progress=phases)
        phases.finish()
        written = report.created + report.changed
        return Run(clock.wall, clock.cpu, phases.seconds, phases.rows, written, before, peak_mib())


def load_apart(url: str, tables: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.load", "--here", url, "--sample", str(tables)]
    return Run(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


# --- the peer -----------------------------------------------------------------------------------------


def content(url: str) -> Content:
    """Return everything in a store."""
    with open_store(url, read_only=True) as store, store.read() as session:
        nodes: Content = {spec: session.nodes(spec) for spec in schema.nodes().values()}
        links: Content = {spec: session.relationships(spec) for spec in schema.relationships().values()}
    return {spec: rows.combine_chunks() for spec, rows in {**nodes, **links}.items() if len(rows)}


def copy(path: Path, tables: Content) -> Clock:
    """Copy tables into a new file and return the time it took, the making of the schema not counted."""
    with ladybug.Database(str(path), buffer_pool_size=BUFFER_BYTES) as database, ladybug.Connection(database) as to:
        for statement in cypher.ladybug_schema():
            to.execute(statement)
        with Clock().running() as clock:
            to.execute("BEGIN TRANSACTION")
            for spec, rows in tables.items():
                to.execute(cypher.ladybug_copy(spec), {"rows": rows})
            to.execute("COMMIT")
        return clock


# --- the run ------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="of the sample (1 is about 5,300 resources)")
    parser.add_argument("--sample", type=Path, metavar="FOLDER", help="a sample that exists already")
    parser.add_argument("--repeats", type=int, default=3, help="of load and copy; the medians count")
    parser.add_argument("--here", metavar="URL", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(asdict(load_here(arguments.here, arguments.sample))))
        return
    with scratch() as folder:
        tables = arguments.sample or sample(folder, arguments.scale)
        urls = [f"ladybug://{folder / f'load{n}.lbug'}" for n in range(arguments.repeats)]
        say(f"{arguments.repeats} × load …")
        loads = [load_apart(url, tables) for url in urls]
        say(f"{arguments.repeats} × copy …")
        graph = content(urls[0])
        copies = [copy(folder / f"copy{n}.lbug", graph) for n in range(arguments.repeats)]
    report(loads, copies, sum(len(rows) for rows in graph.values()))


def report(loads: list[Run], copies: list[Clock], graph: int) -> None:
    """Print the figures; those of the load are of its median run."""
    run = sorted(loads, key=lambda one: one.seconds)[len(loads) // 2]
    bare = median(c.wall for c in copies)
    read = sum(rows for phase, rows in run.rows.items() if phase not in STEPS)
    counts = {**run.rows, **dict.fromkeys(STEPS, run.written)}

    def line(what: str, n: int, took: float) -> list[str]:
        return [what, f"{n:,}", f"{took:.2f}", f"{n / took:,.0f}", f"× {took / bare:.1f}"]

    print(f"\n{machine()}\n")
    show(
        ["what", "rows", "seconds", "rows/s", "of a bare copy"],
        [
            *(line(STEPS.get(phase, f"read and check {phase}"), counts[phase], s) for phase, s in run.phases.items()),
            line("whole load", read, run.seconds),
            line("bare COPY of the same graph", graph, bare),
        ],
    )
    print(f"\nPeak memory of the load: {run.peak:,.0f} MiB; before it, with the reference data in: "
          f"{run.before:,.0f} MiB. Medians of {len(loads)} runs.")  # fmt: skip
    print(f"CPU seconds of all threads: load {run.cpu:.1f}, copy {median(c.cpu for c in copies):.1f}.")
    print("The copy also holds the reference data and starts from finished columns in memory.")


if __name__ == "__main__":
    main()
