"""The full coverage cube, 183 counties × 40 chains × 13 service types, against the plain way on the same store.

Cold is a fresh process: it opens the store, reads what coverage rests on, computes every cell and returns them all.
(The file may still be in the machine's page cache.) Warm is the same in a process that has the facts already, each
time for another day of analysis, so that every cell is computed anew.

The plain way is what one writes by hand: one Cypher query for each prefecture, chain and service type, which finds the
enterprises there, and the active resources of that prefecture that offer the type and suit the chain. It answers
less: 21 prefectures instead of 183 counties, no distance, no share of one capacity among several places, no reasons.

    python -m benchmarks.coverage_cube [--store ladybug:///path | --neo4j bolt://user:password@host]
"""

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from statistics import median

from api.settings import PREFIX, read_settings
from benchmarks._setting import Clock, fill, machine, sample, say, scratch, show
from graph.clock import today
from graph.stores.base import Query, Store
from graph.vocabulary import vocabulary
from queries.coverage import Coverage, CoverageQuestion, coverage

COLD_TARGET, WARM_TARGET = 5.0, 2.0
STORE = f"{PREFIX}STORE"
PATIENCE = 120.0
"""Seconds that all plain queries may take; beyond, some are drawn at random and the time is scaled up."""
DRAWN = 1000
SEED = 2020

PLAIN = Query(
    "MATCH (:Chain {key: $chain})<-[:BELONGS_TO]-(n:EnterpriseCount)-[:LOCATED_IN]->(r:Region) "
    "WHERE r.prefecture = $prefecture WITH sum(n.count) AS enterprises "
    "OPTIONAL MATCH (:ServiceType {key: $service_type})<-[:OFFERS]-(s:Resource)"
    "<-[:PROVIDES]-(o:Organization)-[:LOCATED_IN]->(h:Region) "
    "WHERE h.prefecture = $prefecture "
    "AND (s.since IS NULL OR s.since <= $day) AND (s.until IS NULL OR s.until >= $day) "
    "AND (EXISTS { MATCH (s)-[:SUITS]->(:Chain {key: $chain}) } OR NOT EXISTS { MATCH (s)-[:SUITS]->(:Chain) }) "
    "RETURN enterprises, sum(coalesce(s.capacity, 100.0)) AS capacity, count(DISTINCT o.key) AS providers",
    {"enterprises": float, "capacity": float, "providers": int},
)
PREFECTURES = Query("MATCH (r:Region) WHERE r.level = 'prefecture' RETURN r.key AS key ORDER BY key", {"key": str})
CHAINS = Query("MATCH (c:Chain) RETURN c.key AS key ORDER BY key", {"key": str})


# --- the cube -----------------------------------------------------------------------------------------


def cold_here() -> dict[str, float]:
    """Open the store of the environment and answer, in this fresh process."""
    opening, answering = Clock(), Clock()
    with opening.running():
        store = read_settings().open_store(read_only=True)
    with store, answering.running():
        cells = len(coverage(store, CoverageQuestion()).cells)
    return {"open": opening.wall, "answer": answering.wall, "cpu": opening.cpu + answering.cpu, "cells": cells}


def cold(url: str) -> dict[str, float]:
    """Do so in a process of its own; ``process`` is its whole life, with the interpreter's start and imports."""
    command = [sys.executable, "-m", "benchmarks.coverage_cube", "--cold"]
    started = time.perf_counter()
    # In the environment, as every user of the machine can read arguments and a URL may hold a password.
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, STORE: url})
    figures: dict[str, float] = json.loads(run.stdout)
    return {**figures, "process": time.perf_counter() - started, "total": figures["open"] + figures["answer"]}


def warm(store: Store, repeats: int) -> tuple[list[Clock], Coverage]:
    """Answer for one day after another; the first answer reads the facts and is not counted."""
    answer = coverage(store, CoverageQuestion())
    clocks = []
    for back in range(1, repeats + 1):
        clock = Clock()
        with clock.running():
            coverage(store, CoverageQuestion(as_of=today() - timedelta(days=back)))
        clocks.append(clock)
    return clocks, answer


# --- the plain way ------------------------------------------------------------------------------------


def plain(store: Store, all_: bool) -> tuple[float, int, int]:
    """Ask one query a cell; return seconds for all of them, how many were run, and how many there are."""
    with store.read() as session:
        prefectures, chains = (session.frame(q)["key"].tolist() for q in (PREFECTURES, CHAINS))
        cells = list(product(prefectures, chains, vocabulary("service_types").ids))
        random.Random(SEED).shuffle(cells)

        def ask(some: list[tuple[str, str, str]]) -> float:
            started = time.perf_counter()
            for prefecture, chain, type_ in some:
                session.table(PLAIN, prefecture=prefecture, chain=chain, service_type=type_, day=today())
            return time.perf_counter() - started

        ask(cells[:20])  # so that neither caches nor plans are cold
        seconds, done = ask(cells[:DRAWN]), min(DRAWN, len(cells))
        if all_ or seconds / done * len(cells) < PATIENCE:
            seconds, done = seconds + ask(cells[done:]), len(cells)
    return seconds / done * len(cells), done, len(cells)


# --- the run ------------------------------------------------------------------------------------------


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", metavar="URL", help="a filled store to measure on; else a sample in a temporary one")
    parser.add_argument("--neo4j", metavar="URL", help="a Neo4j; if it is empty, the sample is loaded into it first")
    parser.add_argument("--scale", type=float, default=1.0, help="of the sample (1 is about 5,300 resources)")
    parser.add_argument("--repeats", type=int, default=5, help="of the cube, cold and warm; the median counts")
    parser.add_argument("--all", action="store_true", help="run every plain query, however long it takes")
    parser.add_argument("--cold", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


@contextlib.contextmanager
def prepared(arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the URL of a filled store."""
    if arguments.store:
        yield arguments.store
        return
    with scratch() as folder:
        url = arguments.neo4j or f"ladybug://{folder / 'bench.lbug'}"
        with read_settings().open_store(url) as store:
            with store.read() as session:
                empty = session.version() == 0
            if empty:
                fill(store, sample(folder, arguments.scale))
        yield url


def verdict(seconds: float, target: float) -> str:
    return f"< {target:g} s: {'yes' if seconds < target else 'NO'}"


def main() -> None:
    arguments = read_arguments()
    if arguments.cold:
        print(json.dumps(cold_here()))
        return
    with prepared(arguments) as url:
        say(f"{arguments.repeats} × cold …")
        colds = [cold(url) for _ in range(arguments.repeats)]
        with read_settings().open_store(url, read_only=True) as store:
            say(f"{arguments.repeats} × warm …")
            warms, answer = warm(store, arguments.repeats)
            say("the plain way …")
            by_hand, done, asked = plain(store, arguments.all)
            report(store.url, arguments.repeats, colds, warms, answer, by_hand, done, asked)


def report(  # noqa: PLR0913 the figures of one table
    url: str, repeats: int, colds: list[dict[str, float]], warms: list[Clock], answer: Coverage,
    by_hand: float, done: int, asked: int,
) -> None:  # fmt: skip
    """Print the figures."""

    def middle(name: str) -> float:
        return median(run[name] for run in colds)

    wall = median(c.wall for c in warms)
    facts = sum(answer.meta.data_class.values())
    print(f"\n{machine()}\n{url.partition(':')[0]}: {len(answer.cells):,} cells from {facts:,} facts\n")
    whole = "all run" if done == asked else f"{done:,} of them drawn at random, scaled up"
    show(
        ["what", "seconds", "CPU s", "runs", "target", "plain way takes"],
        [
            ["cube, warm: computed again for another day", f"{wall:.2f}", f"{median(c.cpu for c in warms):.2f}",
             f"{repeats}", verdict(wall, WARM_TARGET), f"× {by_hand / wall:,.0f}"],
            ["cube, cold: store opened, facts read, computed", f"{middle('total'):.2f}", f"{middle('cpu'):.2f}",
             f"{repeats}", verdict(middle("total"), COLD_TARGET), f"× {by_hand / middle('total'):,.0f}"],
            ["  the same with Python's start and imports", f"{middle('process'):.2f}", "", f"{repeats}", "",
             f"× {by_hand / middle('process'):,.0f}"],
            [f"plain way: {asked:,} queries ({whole})", f"{by_hand:.1f}", "", "1", "", ""],
        ],
    )  # fmt: skip
    print("\nThe plain way answers less: prefectures, not counties; no distance, no sharing of capacity, no reasons.")


if __name__ == "__main__":
    main()
