"""Link scores equal networkx on random graphs."""

from collections.abc import Callable, Iterable
from random import Random

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from graph.errors import BadParameter
from queries.solvers.links import LOCAL_PATH_WEIGHT, METHODS, Method, link_scores

Peer = Callable[[nx.Graph, Iterable[tuple[int, int]]], Iterable[tuple[int, int, float]]]
PEERS: dict[Method, Peer] = {
    "jaccard": nx.jaccard_coefficient,
    "adamic_adar": nx.adamic_adar_index,
    "resource_allocation": nx.resource_allocation_index,
    "preferential_attachment": nx.preferential_attachment,
}


def random_graph(seed: int) -> tuple[nx.Graph, sparse.csr_array, list[tuple[int, int]]]:
    """Return a graph with hubs and lonely nodes, its matrix, and all its unlinked pairs."""
    rng = Random(seed)
    graph = nx.gnp_random_graph(rng.randint(2, 30), rng.choice([0.0, 0.1, 0.3, 0.9]), seed=seed)
    matrix = sparse.csr_array(nx.to_scipy_sparse_array(graph, nodelist=sorted(graph)))
    return graph, matrix, list(nx.non_edges(graph))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("method", PEERS)
def test_scores_equal_networkx(method: Method, seed: int) -> None:
    graph, matrix, pairs = random_graph(seed)
    expected = [score for _, _, score in PEERS[method](graph, pairs)]
    assert link_scores(matrix, np.array(pairs).reshape(-1, 2), method) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(10))
def test_counts_equal_those_of_paths_walked_by_hand(seed: int) -> None:
    graph, matrix, pairs = random_graph(seed)
    common = [len(list(nx.common_neighbors(graph, a, b))) for a, b in pairs]
    ends = np.array(pairs).reshape(-1, 2)
    assert link_scores(matrix, ends, "common_neighbours") == pytest.approx(common)
    walks = [sum(v in graph[u] for u in graph[a] for v in graph[b]) for a, b in pairs]
    expected = [two + LOCAL_PATH_WEIGHT * three for two, three in zip(common, walks, strict=True)]
    assert link_scores(matrix, ends, "local_path") == pytest.approx(expected)


@pytest.mark.parametrize("method", METHODS)
def test_no_pair_and_no_direction(method: Method) -> None:
    _, matrix, pairs = random_graph(3)
    ends = np.array(pairs)
    assert len(link_scores(matrix, np.empty((0, 2), int), method)) == 0
    assert link_scores(matrix, ends, method) == pytest.approx(link_scores(matrix, ends[:, ::-1], method))
    loops = matrix + sparse.eye_array(matrix.shape[0])
    assert link_scores(loops, ends, method) == pytest.approx(link_scores(matrix, ends, method))


def test_nonsense_is_refused() -> None:
    whole = sparse.csr_array(np.array([[0, 1], [1, 0]]))
    for wrong, pairs in (
        (sparse.csr_array(np.ones((2, 3))), [[0, 1]]),
        (sparse.csr_array(np.array([[0, 1], [0, 0]])), [[0, 1]]),
        (whole, [[0, 2]]),
        (whole, [[-1, 0]]),
        (whole, [0, 1, 1]),
    ):
        with pytest.raises(BadParameter):
            link_scores(wrong, pairs, "jaccard")
    with pytest.raises(BadParameter, match="每对应为 0 到 1 的两个节点号"):
        link_scores(whole, [[0, 2]], "jaccard")
    with pytest.raises(BadParameter, match="adamic_adar"):
        link_scores(whole, [[0, 1]], "guess")  # type: ignore[arg-type]
