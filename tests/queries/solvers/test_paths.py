"""The k best loopless paths equal those of networkx, in the stated order, on random graphs of every kind."""

import math
from itertools import islice, permutations
from random import Random

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import BadParameter
from queries.solvers import paths as paths_module
from queries.solvers.paths import k_best_paths

SEEDS = range(200)
Edge = tuple[int, int, float]


def frame(edges: list[Edge]) -> pd.DataFrame:
    return pd.DataFrame(edges, columns=["source", "target", "weight"]).astype(
        {"source": int, "target": int, "weight": float}
    )


def random_edges(seed: int) -> list[Edge]:
    """Return edges with loops, parallels, zero weights and, in two of three graphs, many ties; some disconnected."""
    random = Random(seed)
    nodes = random.randint(2, 9)
    weights = [[1.0], [0.0, 1.0, 2.0], [random.random() for _ in range(50)]][seed % 3]
    edges = [
        (random.randrange(nodes), random.randrange(nodes), random.choice(weights))
        for _ in range(random.randint(1, 2 * nodes))
    ]
    return [*edges, (0, 0, 1.0), (nodes - 1, nodes - 1, 1.0)]


def cheapest(edges: list[Edge], *, directed: bool) -> "nx.DiGraph[int]":
    graph: nx.DiGraph[int] = nx.DiGraph()
    for source, target, weight in edges:
        for a, b in ((source, target), (target, source))[: 1 if directed else 2]:
            graph.add_node(a)
            if a != b and weight < graph.get_edge_data(a, b, {"weight": math.inf})["weight"]:
                graph.add_edge(a, b, weight=weight)
    return graph


def every_path(graph: "nx.DiGraph[int]", source: int, target: int) -> list[tuple[float, list[int]]]:
    """Return all loopless paths as networkx finds them, in the stated order."""
    try:
        found = list(nx.shortest_simple_paths(graph, source, target, weight="weight"))
    except nx.NetworkXNoPath:
        return []
    return sorted((round(nx.path_weight(graph, path, "weight"), 9), path) for path in found)


def rounded(found: list[tuple[list[object], float]]) -> list[tuple[float, list[object]]]:
    return [(round(cost, 9), nodes) for nodes, cost in found]


@pytest.mark.parametrize("directed", [False, True], ids=["both ways", "directed"])
@pytest.mark.parametrize("seed", SEEDS)
def test_paths_equal_networkx(seed: int, directed: bool) -> None:
    edges = random_edges(seed)
    target = max(max(a, b) for a, b, _ in edges)
    expected = every_path(cheapest(edges, directed=directed), 0, target)
    for k in (1, 3, 10, 1000):
        assert rounded(k_best_paths(frame(edges), 0, target, k, directed)) == expected[:k]


@pytest.mark.parametrize("seed", range(0, 200, 5))
def test_a_limit_of_hops_leaves_the_best_of_the_shorter_ones(seed: int) -> None:
    edges = random_edges(seed)
    target = max(max(a, b) for a, b, _ in edges)
    expected = every_path(cheapest(edges, directed=False), 0, target)
    for hops in (1, 2, 3, 4, 100):
        short = [(cost, path) for cost, path in expected if len(path) <= hops + 1]
        assert rounded(k_best_paths(frame(edges), 0, target, 5, max_hops=hops)) == short[:5]


@pytest.mark.parametrize("seed", range(0, 200, 5))
@pytest.mark.parametrize("hops", [None, 3])
def test_a_search_in_a_maze_ends_with_the_same(seed: int, hops: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    edges = random_edges(seed)
    target = max(max(a, b) for a, b, _ in edges)
    easy = k_best_paths(frame(edges), 0, target, 20, max_hops=hops)
    monkeypatch.setattr(paths_module, "PATIENCE", 0)
    assert k_best_paths(frame(edges), 0, target, 20, max_hops=hops) == easy


@pytest.mark.parametrize("seed", range(0, 200, 5))
def test_inner_nodes_cost_what_the_penalty_says(seed: int) -> None:
    edges = random_edges(seed)
    target = max(max(a, b) for a, b, _ in edges)
    penalty = {node: node % 3 / 2 for node in range(1, target + 1)}
    graph = cheapest(edges, directed=False)
    told = sorted(
        (round(cost + sum(penalty[v] for v in path[1:-1]), 9), path) for cost, path in every_path(graph, 0, target)
    )
    assert rounded(k_best_paths(frame(edges), 0, target, 7, node_penalty=penalty)) == told[:7]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_graph_too_large_to_list(seed: int) -> None:
    random = Random(seed)
    edges = [(random.randrange(2000), random.randrange(2000), random.random()) for _ in range(8000)]
    graph = cheapest(edges, directed=False)
    source, target = random.sample(sorted(graph), 2)
    theirs = [
        (pytest.approx(nx.path_weight(graph, path, "weight")), path)
        for path in islice(nx.shortest_simple_paths(graph, source, target, weight="weight"), 20)
    ]
    assert [(cost, path) for path, cost in k_best_paths(frame(edges), source, target, 20)] == theirs


WEIGHTS = st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0]) | st.floats(0, 1e6)
EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), WEIGHTS), min_size=1, max_size=15)


@given(EDGES, st.randoms())
@settings(max_examples=60, deadline=None)
def test_properties(edges: list[Edge], random: Random) -> None:
    edges = [*edges, (0, 1, 5.0)]
    found = k_best_paths(frame(edges), 0, 6 if any(6 in e[:2] for e in edges) else 1, 1000)
    assert len({tuple(path) for path, _ in found}) == len(found)
    assert all(len(set(path)) == len(path) for path, _ in found)
    costs = [cost for _, cost in found]
    assert costs == pytest.approx(sorted(costs))
    mixed = [(b, a, w) if random.random() < 0.5 else (a, b, w) for a, b, w in edges]
    random.shuffle(mixed)
    again = k_best_paths(frame(mixed), 0, 6 if any(6 in e[:2] for e in edges) else 1, 1000)
    assert [path for path, _ in again] == [path for path, _ in found]
    assert [cost for _, cost in again] == pytest.approx(costs)


def test_ties_stand_in_the_order_of_their_keys_though_sums_are_rounded() -> None:
    """0.1 + 0.2 is more than 0.3 to a computer; here they are the same."""
    edges = frame([(0, 1, 0.1), (1, 9, 0.2), (0, 2, 0.15), (2, 9, 0.15), (0, 9, 0.3), (0, 3, 0.0), (3, 9, 0.3)])
    assert [path for path, _ in k_best_paths(edges, 0, 9, 9)] == [[0, 1, 9], [0, 2, 9], [0, 3, 9], [0, 9]]


def test_all_orders_of_a_complete_graph() -> None:
    nodes = range(5)
    edges = frame([(a, b, 0.0) for a in nodes for b in nodes if a < b])
    expected = sorted([0, *inner, 4] for size in range(4) for inner in permutations([1, 2, 3], size))
    assert [path for path, _ in k_best_paths(edges, 0, 4, 100)] == expected


def test_from_a_node_to_itself() -> None:
    assert k_best_paths(frame([(0, 1, 1.0)]), 0, 0, 5) == [([0], 0.0)]


def test_keys_may_be_names() -> None:
    edges = pd.DataFrame({"source": ["绵阳", "成都"], "target": ["成都", "德阳"], "weight": [1.0, 2.0]})
    assert k_best_paths(edges, "绵阳", "德阳", 3) == [(["绵阳", "成都", "德阳"], 3.0)]


def test_one_narrow_entrance_takes_no_search_of_everything() -> None:
    random = Random(1)
    edges = [(random.randrange(3000), random.randrange(3000), 1.0) for _ in range(9000)]
    edges += [(a, a + 1, 1.0) for a in range(3001)]
    found = k_best_paths(frame(edges), 0, 3001, 5)
    assert len(found) == 5
    assert all(path[-2] == 3000 for path, _ in found)


ONE = frame([(0, 1, 1.0)])


@pytest.mark.parametrize(
    ("edges", "options", "names"),
    [
        (ONE, {"k": 0}, "k"),
        (ONE, {"k": 1, "max_hops": 0}, "max_hops"),
        (ONE, {"k": 1, "source": 7}, "source"),
        (ONE, {"k": 1, "target": 7}, "target"),
        (ONE, {"k": 1, "node_penalty": {1: -1.0}}, "node_penalty"),
        (ONE.assign(weight=-1.0), {"k": 1}, "weight"),
        (ONE.assign(weight=np.nan), {"k": 1}, "weight"),
        (ONE.assign(weight=np.inf), {"k": 1}, "weight"),
        (ONE.drop(columns="weight"), {"k": 1}, "edges"),
        (pd.DataFrame({"source": [["a"]], "target": ["b"], "weight": [1.0]}), {"k": 1}, "edges"),
        (pd.DataFrame({"source": ["a"], "target": [None], "weight": [1.0]}), {"k": 1}, "edges"),
    ],
)
def test_what_cannot_be_is_told(edges: pd.DataFrame, options: dict[str, object], names: str) -> None:
    with pytest.raises(BadParameter) as told:
        k_best_paths(edges, **{"source": 0, "target": 1, **options})  # type: ignore[arg-type]
    assert told.value.details["name"] == names
