"""What lies around a node: as far as a plain search goes, whether the store finds it or the whole graph."""

from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

from graph.errors import BadParameter, NotFound
from graph.stores.base import Store
from queries.paths.graph import LABELS, PathLimits, path_graph
from queries.paths.surroundings import Neighbour, neighbours
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world

PARTNERSHIPS = "甲方,乙方,合作维度,起,止\n{0},{1},供应链,2020-01-01,\n{1},{2},创新链,2020-01-01,2021-01-01\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("around")
    world = random_world(3)
    made = world.write(folder / "tables")
    names = list(dict.fromkeys(row["provider"] for row in world.tables["resources"]))
    (made / "合作关系.csv").write_text(PARTNERSHIPS.format(*names), encoding="utf-8")
    with loaded_store(made, folder / "store") as loaded:
        yield loaded


@pytest.fixture(scope="module")
def plain(store: Store) -> tuple["nx.Graph[int]", list[tuple[str, str]]]:
    """The graph that paths walk, for networkx, and label and key of each of its nodes."""
    with store.read() as session:
        _, graph = path_graph(store, session, AS_OF)
    arcs = graph.arcs(PathLimits())
    made: nx.Graph[int] = nx.Graph()
    made.add_nodes_from(range(len(graph.nodes)))
    for tail in range(len(arcs.starts) - 1):
        made.add_edges_from((tail, int(head)) for head in arcs.heads[arcs.starts[tail] : arcs.starts[tail + 1]])
    return made, list(zip(graph.nodes["label"], graph.nodes["key"], strict=True))


def around(store: Store, label: str, key: str, hops: int) -> list[Neighbour]:
    return neighbours(store, label, key, as_of=AS_OF, hops=hops).page(100_000).data


def some(nodes: list[tuple[str, str]]) -> list[int]:
    """Return the first and the last node of each label that paths lead over."""
    of: dict[str, list[int]] = {label: [] for label in LABELS}
    for number, (label, _) in enumerate(nodes):
        if label in of:
            of[label].append(number)
    return [at for numbers in of.values() if numbers for at in {numbers[0], numbers[-1]}]


def test_as_far_as_a_plain_search_goes(store: Store, plain: tuple["nx.Graph[int]", list[tuple[str, str]]]) -> None:
    graph, nodes = plain
    most = 0
    for number in some(nodes):
        label, key = nodes[number]
        far = nx.single_source_shortest_path_length(graph, number, cutoff=3)
        for hops in (1, 2, 3):
            expected = [(d, *nodes[n]) for d, n in sorted((d, n) for n, d in far.items()) if 0 < d <= hops]
            found = [(row.hops, row.label, row.key) for row in around(store, label.lower(), key, hops)]
            assert found == expected, (label, key, hops)
        most = max(most, len(expected))
    assert most > 100


def test_pages_follow_each_other(store: Store) -> None:
    whole = neighbours(store, "Region", "510700", as_of=AS_OF, hops=2)
    every = whole.page(100_000)
    assert (every.total, every.next) == (len(every.data), None)
    first = whole.page(3)
    assert (first.data, first.total, first.next) == (every.data[:3], every.total, "3")
    assert whole.page(every.total, 3).data == every.data[3:]
    assert whole.page(every.total - 3, 3).next is None
    counted: dict[str, int] = {}
    for row in every.data:
        counted[str(row.data_class)] = counted.get(str(row.data_class), 0) + 1
    assert {c: n for c, n in whole.meta.data_class.items() if n} == counted
    assert whole.meta.parameters == {"kind": "Region", "key": "510700", "hops": 2, "as_of": AS_OF.isoformat()}


@pytest.mark.parametrize("hops", [0, 5])
def test_too_far_or_nowhere_is_refused(store: Store, hops: int) -> None:
    with pytest.raises(BadParameter):
        neighbours(store, "Region", "510700", as_of=AS_OF, hops=hops)


@pytest.mark.parametrize(("label", "key"), [("Region", "nothing"), ("Nothing", "510700")])
@pytest.mark.parametrize("hops", [1, 2])
def test_who_is_not_there_is_told(store: Store, label: str, key: str, hops: int) -> None:
    with pytest.raises(NotFound):
        neighbours(store, label, key, as_of=AS_OF, hops=hops)
