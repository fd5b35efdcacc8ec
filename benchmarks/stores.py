"""What Neo4j costs beside the embedded store: a load of the sample, and what eight commands read.

- Seconds of CPU of the same load into both, of Neo4j the loader's and the server's (over JMX).
- For eight commands, each by a program that has read nothing yet: how many texts it puts, how many rows move, and how
  many hits the database has for them (PROFILE).

    python -m benchmarks.stores --neo4j bolt://neo4j:PASSWORD@127.0.0.1:7687 [--scale 0.1]

The server must be empty; it is emptied afterwards.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import neo4j
import pyarrow as pa

from benchmarks._setting import Clock, fill, machine, sample, say, scratch, show
from benchmarks.files import empty, refuse_what_holds_data, server_seconds
from graph import schema
from graph.stores.base import Store
from graph.stores.neo4j_session import Neo4jSession
from graph.stores.opening import open_store
from queries.alerts.findings import findings
from queries.alerts.rules import read_rules
from queries.coverage import CoverageQuestion, coverage
from queries.explanation.cell import explain
from queries.explanation.parts import CellRef
from queries.kpi import kpi
from queries.network.report import network
from queries.partners import PartnerQuestion, partners
from queries.paths.surroundings import neighbours
from queries.search.entity import entity

DAY = date(2026, 7, 1)
REGION = "510700"
QUESTION = CoverageQuestion(as_of=DAY)


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


def writing(url: str, tables: Path, folder: Path) -> None:
    """Print what the same load costs on both stores."""
    here, there = Clock(), Clock()
    with open_store(f"ladybug://{folder / 'graph.lbug'}") as store, here.running():
        fill(store, tables)
    before = server_seconds(url)
    with open_store(url) as store, there.running():
        fill(store, tables)
    server = server_seconds(url) - before
    show(
        ["load, seconds of CPU", "loader", "server", "ratio"],
        [
            ["embedded", f"{here.cpu:.1f}", "–", "1.0"],
            ["Neo4j", f"{there.cpu:.1f}", f"{server:.1f}", f"{(there.cpu + server) / here.cpu:.1f}"],
        ],
    )


def reading(url: str) -> None:
    """Print what each command reads."""
    with open_store(url) as store:
        provider = _provider(store)
    lines = []
    for name, ask in COMMANDS.items():
        say(f"{name} …")
        with counted() as read, open_store(url) as store:
            ask(store, provider)
        lines.append([name, f"{read.texts:,}", f"{read.rows:,}", f"{read.hits:,}"])
    show(["command", "texts", "rows", "hits"], lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="URL", help="an empty Neo4j to write to")
    parser.add_argument("--scale", type=float, default=0.1, help="of the sample")
    arguments = parser.parse_args()
    if not arguments.neo4j:
        say("nothing to compare without --neo4j URL")
        return
    refuse_what_holds_data(arguments.neo4j)
    with scratch() as folder, patch.dict(os.environ, XDG_DATA_HOME=str(folder / "home")):
        tables = sample(folder, arguments.scale)
        print(f"{machine()}\n\nsample at scale {arguments.scale:g}\n")
        try:
            writing(arguments.neo4j, tables, folder)
            print()
            reading(arguments.neo4j)
        finally:
            empty(arguments.neo4j)


if __name__ == "__main__":
    main()
