"""How fast is resilience? All single failures of the sample, against computing the cube again for each; and a network's
articulation points and bridges against networkx.

    python -m benchmarks.resilience [--store URL] [--nodes 100000]

Without a store the sample is made and loaded first. The plain way deletes an organisation's resources from the facts
and builds the cube again; a few are done and scaled up. The answers must be equal.
"""

import argparse
import contextlib
import dataclasses
import random
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import networkx as nx
import numpy as np

from api.settings import read_settings
from benchmarks._setting import Clock, fill, machine, sample, say, scratch, show
from graph.clock import today
from graph.stores.base import Store
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import Cube, build_cube
from queries.resilience.impact import Loss, ResilienceQuestion
from queries.resilience.losses import resilience
from queries.resilience.structure import hinges, undirected

TARGET_SECONDS = 3.0
TRIED = 5
SEED = 2020


@contextlib.contextmanager
def prepared(url: str | None, scale: float) -> Iterator[Store]:
    """Open a filled store."""
    if url:
        with read_settings().open_store(url, read_only=True) as store:
            yield store
        return
    with scratch() as folder, read_settings().open_store(f"ladybug://{folder / 'bench.lbug'}") as store:
        fill(store, sample(folder, scale))
        yield store


def unmet(cube: Cube) -> float:
    return float(np.nansum(cube.demand * np.maximum(0.0, 1.0 - cube.access)))


def again(cube: Cube, loss: Loss) -> float:
    """Return unmet demand added, from a cube that is built without the organisation's resources."""
    resources = cube.facts.supply.resources
    supply = dataclasses.replace(cube.facts.supply, resources=resources[resources["provider"] != loss.key])
    facts = dataclasses.replace(cube.facts, supply=supply)
    rest = build_cube(facts, as_of=today(), standard=1.0, freshness_days=400)
    return unmet(rest) - unmet(cube)


def losses(store: Store, repeats: int) -> list[list[str]]:
    """Measure all single failures with the cube at hand."""
    _, cube = cube_of(store, CoverageQuestion())
    question = ResilienceQuestion(limit=1_000_000)
    clocks = []
    for _ in range(repeats + 1):  # the first one reads who owns what, and is counted apart
        clock = Clock()
        with clock.running():
            found = resilience(store, question).data
        clocks.append(clock)
    of = [loss for loss in found.losses if loss.kind == "organization"]
    say("the plain way …")
    started = time.perf_counter()
    tried = random.Random(SEED).sample(of, TRIED)
    for loss in tried:
        np.testing.assert_allclose(again(cube, loss), loss.unmet_added, atol=1e-6)
    plain = (time.perf_counter() - started) / TRIED * len(found.losses)
    ours, first = median(c.wall for c in clocks[1:]), clocks[0].wall
    cpu = median(c.cpu for c in clocks[1:])
    every = f"all {len(found.losses):,} single failures, network included"
    return [
        [every, f"{ours:.2f}", f"{cpu:.2f}", target(ours), ratio(plain, ours)],
        ["  the first time: owners and contributions read", f"{first:.2f}", f"{clocks[0].cpu:.2f}", target(first),
         ratio(plain, first)],
        [f"plain way: a cube for each ({TRIED} done, scaled up)", f"{plain:,.0f}", "", "", ""],
    ]  # fmt: skip


def network(nodes: int) -> list[list[str]]:
    """Measure articulation points and bridges on a random sparse graph."""
    rng = random.Random(SEED)
    edges = [(n, rng.randrange(n)) for n in range(1, nodes)] + [
        (rng.randrange(nodes), rng.randrange(nodes)) for _ in range(nodes // 2)
    ]
    graph, theirs = undirected(nodes, edges), nx.Graph([e for e in edges if e[0] != e[1]])
    started = time.perf_counter()
    found = hinges(graph)
    ours = time.perf_counter() - started
    say("networkx …")
    started = time.perf_counter()
    points, lines = list(nx.articulation_points(theirs)), list(nx.bridges(theirs))
    other = time.perf_counter() - started
    assert found.points == sorted(points)
    assert len(found.bridges) == len(lines)
    named = f"articulation points and bridges, {nodes:,} nodes"
    return [[named, f"{ours:.2f}", "", "", ratio(other, ours)], ["networkx", f"{other:.1f}", "", "", ""]]


def target(seconds: float) -> str:
    return f"≤ {TARGET_SECONDS:g} s: {'yes' if seconds <= TARGET_SECONDS else 'NO'}"


def ratio(theirs: float, ours: float) -> str:
    return f"× {theirs / ours:,.0f}"


def read_arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", metavar="URL", help="a filled store to measure on; else a sample in a temporary one")
    parser.add_argument("--scale", type=float, default=1.0, help="of the sample (1 is about 5,300 resources)")
    parser.add_argument("--nodes", type=int, default=100_000, help="of the random network")
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


def main() -> None:
    arguments = read_arguments()
    rows = network(arguments.nodes)
    with prepared(arguments.store, arguments.scale) as store:
        rows = [*losses(store, arguments.repeats), *rows]
    print(f"\n{machine()}\n")
    show(["what", "seconds", "CPU s", "target", "other way takes"], rows)


if __name__ == "__main__":
    main()
