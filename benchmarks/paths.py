"""The ten best loopless paths, and what is around a node, on a typed graph of 100,000 nodes and 500,000 edges.

The peer is networkx, ``shortest_simple_paths`` (Yen with a bidirectional Dijkstra), which answers the same question on
the same graph in the same run; every answer is compared. Ours is timed twice: with the graph as arrays at hand, as the
platform keeps it for a version of the store, and from a frame of edges, sorting and all.

    python -m benchmarks.paths [--nodes 100000] [--edges 500000] [--pairs 9]
"""

import argparse
import random
import time
from collections.abc import Callable
from itertools import islice
from statistics import median
from typing import TypeVar

import networkx as nx
import numpy as np
import pandas as pd

from benchmarks._setting import machine, say, show
from queries.paths.surroundings import within
from queries.solvers.arcs import Arcs, to_arcs
from queries.solvers.paths import best_paths, k_best_paths

T = TypeVar("T")
BEST = 10
TARGET_RATIO, TARGET_MS = 25.0, 5.0
STRENGTHS = np.array([0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
"""One an edge type, but for its age: what a typed graph's weights look like."""
SEED = 2020


def typed_graph(nodes: int, edges: int) -> pd.DataFrame:
    """Return edges whose ends are drawn unevenly, so that there are hubs; weights are −log of their strength."""
    draw = np.random.default_rng(SEED)
    source = draw.integers(0, nodes, edges)
    target = (nodes * draw.random(edges) ** 1.5).astype(np.int64)
    strength = STRENGTHS[draw.integers(0, len(STRENGTHS), edges)] * draw.uniform(0.5, 1.0, edges)
    return pd.DataFrame({"source": source, "target": target, "weight": -np.log(strength)})


def graph_of(edges: pd.DataFrame) -> "nx.Graph[int]":
    """Return the same for networkx: the cheapest of parallel edges, no loops."""
    plain = edges[edges["source"] != edges["target"]]
    low, high = np.minimum(plain["source"], plain["target"]), np.maximum(plain["source"], plain["target"])
    least = plain.assign(source=low, target=high).sort_values("weight").drop_duplicates(["source", "target"])
    graph: nx.Graph[int] = nx.Graph()
    graph.add_weighted_edges_from(least.itertuples(index=False, name=None))
    return graph


def timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def surroundings(arcs: Arcs, repeats: int) -> list[float]:
    """Return the milliseconds of two hops around nodes drawn at random."""
    draw = random.Random(SEED)
    return [1000 * timed(lambda: within(arcs, np.array([draw.randrange(arcs.nodes)]), 2))[0] for _ in range(repeats)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--pairs", type=int, default=9, help="of nodes; the median counts")
    asked = parser.parse_args()
    edges = typed_graph(asked.nodes, asked.edges)
    say("graphs …")
    graph = graph_of(edges)
    ends = edges[["source", "target"]].to_numpy()
    arcs = to_arcs(ends[:, 0], ends[:, 1], edges["weight"].to_numpy(), np.zeros(asked.nodes))
    pairs = [random.Random(SEED + i).sample(sorted(graph), 2) for i in range(asked.pairs)]
    ours, whole, hops, theirs = [], [], [], []
    for source, target in pairs:
        say(f"{source} → {target} …")
        targets = np.arange(asked.nodes) == target
        seconds, paths = timed(lambda s=source, t=targets: list(best_paths(arcs, s, t, BEST)))
        ours.append(seconds)
        hops.append(timed(lambda s=source, t=targets: list(best_paths(arcs, s, t, BEST, 6)))[0])
        whole.append(timed(lambda s=source, t=target: k_best_paths(edges, s, t, BEST))[0])
        every = nx.shortest_simple_paths(graph, source, target, weight="weight")
        seconds, peers = timed(lambda e=every: list(islice(e, BEST)))
        theirs.append(seconds)
        costs = [[nx.path_weight(graph, path, "weight") for path in found] for found in (paths, peers)]
        assert np.allclose(*costs), "the answers differ"
    report(ours, whole, hops, theirs, surroundings(arcs, 300))


def report(
    ours: list[float], whole: list[float], hops: list[float], theirs: list[float], around: list[float]
) -> None:  # fmt: skip
    """Print the figures."""
    print(f"\n{machine()}\n")

    def line(what: str, seconds: list[float]) -> list[str]:
        ratio = median(theirs) / median(seconds)
        verdict = "" if seconds is theirs else f"≥ {TARGET_RATIO:g}: {'yes' if ratio >= TARGET_RATIO else 'NO'}"
        figures = [f"{median(seconds):.3f}", f"{max(seconds):.3f}"]
        return [what, *figures, f"× {ratio:,.0f}" if verdict else "", verdict]

    show(
        ["the 10 best loopless paths", "median s", "worst s", "faster", "target"],
        [
            line("ours, the graph at hand", ours),
            line("ours, at most 6 hops", hops),
            line("ours, from a frame of edges", whole),
            line("networkx, the graph at hand", theirs),
        ],
    )
    slowest = max(around)
    met = "yes" if median(around) <= TARGET_MS else "NO"
    print(
        f"\ntwo hops around a node: median {median(around):.2f} ms, worst {slowest:.2f} ms; ≤ {TARGET_MS:g} ms: {met}"
    )


if __name__ == "__main__":
    main()
