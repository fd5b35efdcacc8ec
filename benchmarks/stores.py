"""What Neo4j costs beside the embedded store: filled from nothing with the sample, and what commands read of it.

- Seconds of the reference data and the sample into both, each by a process of its own: on the clock, of CPU (of Neo4j
  the loader's, and the server's over JMX), and the power of the growth of the graph by which the CPU grew.
- For each command, by a program that has read nothing yet: how many texts it puts, how many rows move, and how many
  hits the database has for them (PROFILE).

    python -m benchmarks.stores 0.3 1 3 --neo4j bolt://neo4j:PASSWORD@127.0.0.1:7687

The server must be empty; it is emptied after each scale. At the first one it is cold: its compiler is at work, too.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import neo4j
import pyarrow as pa

from benchmarks._setting import Clock, fill, machine, peak_mib, sample, say, scratch, show
from benchmarks.files import empty, refuse_what_holds_data, server_seconds
from benchmarks.growth import growth
from graph import schema
from graph.stores.address import is_embedded
from graph.stores.base import Store
from graph.stores.neo4j_session import Neo4jSession
from graph.stores.opening import open_store
from loaders.keep.tracing import trace
from queries.alerts.findings import findings
from queries.alerts.rules import read_rules
from queries.coverage import CoverageQuestion, coverage
from queries.explanation.cell import explain
from queries.explanation.parts import CellRef
from queries.kpi import kpi
from queries.network.report import network
from queries.partners import PartnerQuestion, partners
from queries.paths.surroundings import neighbours
from queries.regions import region_counts
from queries.search.entity import entity
from queries.search.find import SearchQuestion, search

DAY = date(2026, 7, 1)
REGION = "510700"
QUESTION = CoverageQuestion(as_of=DAY)
ENDING = tuple(rule for rule in read_rules() if rule.kind == "ending_next_month")


def _provider(store: Store) -> str:
    """Return the organisation that provides most."""
    with store.read() as session:
        owners = session.relationships(schema.relationships()["PROVIDES", "Organization", "Resource"]).to_pandas()
    return str(owners["from_key"].value_counts().idxmax())


COMMANDS: dict[str, Callable[[Store, str], object]] = {
    "gaps": lambda store, _: coverage(store, QUESTION),
    "gaps why": lambda store, _: explain(
        store, CellRef(region="510704", industry="CH01", service_type="SC01"), QUESTION
    ),
    "kpi": lambda store, _: kpi(store, as_of=DAY),
    "network": lambda store, _: network(store, as_of=DAY),
    "partners": lambda store, _: partners(store, PartnerQuestion(requester=REGION, as_of=DAY)),
    "neighbours": lambda store, provider: neighbours(store, "Organization", provider, as_of=DAY),
    "entity": lambda store, provider: entity(store, "Organization", provider),
    "trace": trace,
    "search": lambda store, _: search(store, SearchQuestion(text="绵阳 孵化器")),
    "figures of a region": lambda store, _: region_counts(store, REGION),
    "what ends next month": lambda store, _: findings(store, ENDING, as_of=DAY),
    "alerts": lambda store, _: findings(store, read_rules(), as_of=DAY),
}


@dataclass
class Read:
    """What a command put to the database."""

    texts: int = 0
    rows: int = 0
    hits: int = 0


@contextmanager
def counted() -> Iterator[Read]:
    """Count what is read from Neo4j in a block."""
    read = Read()

    def run(self: Any, text: str, parameters: dict[str, Any], wanted: pa.Schema) -> pa.Table:
        table = original(self, text, parameters, wanted)
        result = self._session.run(neo4j.Query(f"PROFILE {text}"), parameters)  # type: ignore[arg-type]
        result.fetch(len(table) + 1)
        plans = [result.consume().profile]
        read.texts, read.rows = read.texts + 1, read.rows + len(table)
        while plans:
            plan = plans.pop()
            read.hits += plan.get("dbHits", 0)
            plans += plan.get("children", [])
        return table

    original = Neo4jSession.run
    with patch.object(Neo4jSession, "run", run):
        yield read


@dataclass(frozen=True)
class Filled:
    """What filling a store cost: seconds on the clock, of the loader's CPU and of the server's; MiB; rows written."""

    wall: float
    cpu: float
    server: float
    mib: float
    rows: int

    @property
    def all_cpu(self) -> float:
        """CPU of loader and server."""
        return self.cpu + self.server


def _server(url: str) -> float:
    return 0.0 if is_embedded(url) else server_seconds(url)


def filled(url: str, tables: Path) -> Filled:
    """Load the reference data and the sample into an empty store."""
    before, clock = _server(url), Clock()
    with open_store(url) as store, clock.running():
        report = fill(store, tables)
    return Filled(clock.wall, clock.cpu, _server(url) - before, peak_mib(), report.created + report.changed)


def filled_apart(url: str, tables: Path) -> Filled:
    """Return :func:`filled` of a process of its own, so that its CPU and memory are its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(filled, url, tables).result()


def reading(url: str) -> dict[str, Read]:
    """Return what each command reads."""
    with open_store(url) as store:
        provider = _provider(store)
    found = {}
    for name, ask in COMMANDS.items():
        say(f"{name} …")
        with counted() as found[name], open_store(url) as store:
            ask(store, provider)
    return found


def measured(url: str, scale: float) -> tuple[dict[str, Filled], dict[str, Read]]:
    """Return what filling both stores costs at a scale, and what commands read; the server is emptied."""
    with scratch() as folder, patch.dict(os.environ, XDG_DATA_HOME=str(folder / "home")):
        tables = sample(folder, scale)
        try:
            stores = {"embedded": f"ladybug://{folder / 'graph.lbug'}", "Neo4j": url}
            cost = {name: filled_apart(at, tables) for name, at in stores.items()}
            say(f"scale {scale:g}: {cost}")
            return cost, reading(url)
        finally:
            empty(url)


def of_filling(found: dict[float, dict[str, Filled]]) -> Iterator[list[str]]:
    """Yield a line a store and scale; ratios are to the embedded store, growth is since the scale before."""
    before: dict[str, Filled] = {}
    for scale, stores in found.items():
        for name, cost in stores.items():
            last = before.get(name, cost)
            yield [
                name, f"{scale:g}", f"{cost.rows:,}", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.server:.1f}",
                f"× {cost.all_cpu / stores['embedded'].all_cpu:.2f}",
                growth(cost.all_cpu, last.all_cpu, cost.rows / last.rows), f"{cost.mib:,.0f}",
            ]  # fmt: skip
            before[name] = cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scales", nargs="*", type=float, default=[0.1], help="of the sample")
    parser.add_argument("--neo4j", metavar="URL", help="an empty Neo4j to write to")
    arguments = parser.parse_args()
    if not arguments.neo4j:
        say("nothing to compare without --neo4j URL")
        return
    refuse_what_holds_data(arguments.neo4j)
    found = {scale: measured(arguments.neo4j, scale) for scale in sorted(arguments.scales)}
    print(f"{machine()}\n")
    head = ["filled", "scale", "rows written", "wall s", "CPU s", "of the server", "CPU", "grows", "MiB"]
    show(head, list(of_filling({scale: stores for scale, (stores, _) in found.items()})))
    print()
    show(
        ["command", "scale", "texts", "rows", "hits"],
        [
            [name, f"{scale:g}", f"{read.texts:,}", f"{read.rows:,}", f"{read.hits:,}"]
            for name in COMMANDS
            for scale, read in ((scale, reads[name]) for scale, (_, reads) in found.items())
        ],
    )


if __name__ == "__main__":
    main()
