"""A hand-made province with paths that one can count, and a sample of the synthetic one."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations, pairwise, permutations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from graph.errors import AmbiguousNode, BadParameter, UnknownCode, UnknownNode, UnknownRegion
from graph.projection import plain_rows, project
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.sample import write_sample
from queries.paths.explanation import Path as FoundPath
from queries.paths.find import MOST_PAIRS, PathAnswer, paths, paths_batch
from queries.paths.graph import LABELS, PathGraph, PathLimits, path_graph
from queries.paths.missing import missing_links
from queries.paths.question import MOST_HOPS, MOST_PATHS, MOST_PENALTY, MOST_VIA, PathQuestion, check
from queries.paths.scoring import hub_costs, new_partnership, strength_of, strengths
from queries.paths.search import different
from queries.paths.surroundings import Neighbour, neighbours, within
from tests.support.handmade import link, write
from tests.support.stores import new_store

DAY = date(2026, 6, 30)
Row = dict[str, Any]

REGIONS = [
    {"key": "510000", "name": "四川省", "level": "province"},
    {"key": "510100", "name": "甲市", "level": "prefecture"},
    {"key": "510200", "name": "乙市", "level": "prefecture"},
    {"key": "510300", "name": "丙市", "level": "prefecture"},
]
WINDOWS = [
    {"key": "W0", "name": "枢纽", "kind": "hub", "data_class": "REAL", "source": "公告", "verification": "secondary"},
    *({"key": f"W{n}", "name": f"窗口{n}", "kind": "prefecture_window", "data_class": "REAL"} for n in (1, 2)),
    {"key": "W3", "name": "旧窗口", "kind": "prefecture_window", "until": DAY - timedelta(days=1)},
]
ORGANIZATIONS = [{"key": f"o{n}", "name": f"机构{n}", "data_class": "SYNTHETIC"} for n in range(1, 6)]
ORGANIZATIONS += [{"key": "same1", "name": "重名"}, {"key": "same2", "name": "重名"}]
RESOURCES = [
    {"key": "r1", "name": "资源1"},
    {"key": "r2", "name": "资源2"},
    {"key": "r3", "name": "资源3", "until": DAY - timedelta(days=1)},
]
HOMES = {"W0": "510000", "W1": "510100", "W2": "510200", "W3": "510300"}
ORGANIZATION_HOMES = {"o1": "510100", "o2": "510200", "o3": "510200", "o4": "510100", "o5": "510300"}


def partner(a: str, b: str, dimension: str, **more: Any) -> Row:
    return {"from_key": a, "to_key": b, "dimension": dimension, "data_class": "SYNTHETIC", "source": "协议", **more}


LINKS = {
    ("LOCATED_IN", "Window", "Region"): link(HOMES),
    ("LOCATED_IN", "Organization", "Region"): link(ORGANIZATION_HOMES),
    ("REPORTS_TO", "Window", "Window"): link({"W1": "W0", "W2": "W0", "W3": "W0"}),
    ("OPERATED_BY", "Window", "Organization"): link({"W1": "o1", "W2": "o2"}),
    ("PROVIDES", "Organization", "Resource"): link({"o2": "r1", "o4": "r2", "o3": "r3"}),
    ("OFFERS", "Resource", "ServiceType"): link({"r1": "SC01", "r2": "SC01", "r3": "SC02"}),
    ("SUITS", "Resource", "Chain"): link({"r1": "CH01"}),
    ("PARTNERS_WITH", "Organization", "Organization"): [
        partner("o1", "o2", "supply", since=DAY),
        partner("o1", "o2", "brand", since=DAY - timedelta(days=3653)),
        partner("o4", "o3", "capital", until=DAY - timedelta(days=1)),
    ],
}


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path_factory.mktemp('paths') / 'g.lbug'}") as store:
        nodes = {
            "Region": REGIONS,
            "Window": WINDOWS,
            "Organization": ORGANIZATIONS,
            "Resource": RESOURCES,
            "ServiceType": [{"key": "SC01", "name": "一"}, {"key": "SC02", "name": "二"}],
            "Chain": [{"key": "CH01", "name": "链一"}, {"key": "CH02", "name": "链二"}],
        }
        write(store, nodes, LINKS)
        yield store


def ask(store: Store, start: str, end: str | None = None, **more: Any) -> PathAnswer:
    return paths(store, PathQuestion(start=start, end=end, as_of=DAY, **more))


def keys(answer: PathAnswer) -> list[list[str]]:
    return [[node.key for node in path.nodes] for path in answer.data]


# --- against a plain recomputation ----------------------------------------------------------------------


def over(row: Row) -> bool:
    """Tell whether something is not yet, or no more."""
    return bool((row["since"] and row["since"] > DAY) or (row["until"] and row["until"] < DAY))


def usual(row: Row, ends: set[str]) -> bool:
    """Tell whether paths run through a node by default: who can act, and places of the prefectures of the ends."""
    homes = {HOMES.get(end) or ORGANIZATION_HOMES.get(end) or end for end in ends} | {"510200" for end in ends & {"r1"}}
    near = row["label"] == "Region" and row["key"] in homes
    return near or row["label"] in ("Window", "Carrier", "Organization") or row["key"] in ends


@cache
def plain(store: Store) -> tuple[list[Row], "nx.Graph[int]"]:
    """Return the nodes of a store that no test changes, and what joins those of the day, by the public projection."""
    whole = project(store, LABELS, tuple(strengths().types))
    rows = plain_rows(whole.nodes)
    gone = {n for n, row in enumerate(rows) if over(row)}
    table, graph = strengths(), nx.Graph()
    for row in plain_rows(whole.edges):
        if {row["source"], row["target"]} & gone or over(row):
            continue
        since = row["since"]
        sigma = table.types[row["type"]] * table.dimensions.get(row["dimension"], 1.0)
        if row["type"] == "PARTNERS_WITH":
            years = (DAY - since).days / 365.25 if since else None
            sigma *= 0.8 if years is None else max(0.5, 0.5 ** (years / 10))
        if sigma > graph.get_edge_data(row["source"], row["target"], {"sigma": 0})["sigma"]:
            graph.add_edge(row["source"], row["target"], sigma=sigma)
    return rows, graph


def naive(
    store: Store, start: str, end: str, *, penalty: float, hops: int, anything: bool = True
) -> list[tuple[float, list[str]]]:
    """Return every path with its score, by networkx."""
    rows, graph = plain(store)
    by_key = {row["key"]: n for n, row in enumerate(rows)}
    if not {by_key[start], by_key[end]} <= set(graph):
        return []
    degree = dict(graph.degree())
    if not anything:
        graph = graph.subgraph([n for n in graph if usual(rows[n], {start, end})]).copy()
    found = []
    for path in nx.all_simple_paths(graph, by_key[start], by_key[end], cutoff=hops):
        score = sum(math.log(graph.edges[pair]["sigma"]) for pair in pairwise(path))
        score -= penalty * sum(math.log(degree[v]) for v in path[1:-1])
        found.append((round(-score, 9), path))
    return [(score, [rows[n]["key"] for n in path]) for score, path in sorted(found)]


PAIRS = list(permutations(["510000", "510300", "W0", "W1", "o1", "o4", "o5", "r1"], 2))


def asked_at_once(store: Store, **more: Any) -> list[tuple[tuple[str, str], list[FoundPath]]]:
    """Return the best paths of every pair."""
    questions = [PathQuestion(start=a, end=b, as_of=DAY, **more) for a, b in PAIRS]
    return list(zip(PAIRS, (pair.paths for pair in paths_batch(store, questions).data), strict=True))


@pytest.mark.parametrize("penalty", [0.0, 0.4, 2.0])
@pytest.mark.parametrize(("hops", "through"), [(2, ("any",)), (6, ("any",)), (6, ())])
def test_paths_are_those_of_a_plain_recomputation(
    province: Store, penalty: float, hops: int, through: tuple[str, ...]
) -> None:
    for (start, end), best in asked_at_once(province, k=50, hub_penalty=penalty, max_hops=hops, through=through):
        found = [(round(-path.score, 9), [node.key for node in path.nodes]) for path in best]
        assert found == naive(province, start, end, penalty=penalty, hops=hops, anything=bool(through))[:50]


def test_every_part_sums_to_the_score_and_hops_are_within_the_limit(province: Store) -> None:
    for _, best in asked_at_once(province):
        for path in best:
            assert sum(part.value for part in path.contributions) == pytest.approx(path.score)
            assert [part.kind for part in path.contributions] == ["edge", "hub"] * (path.hops - 1) + ["edge"]
            assert path.hops == len(path.edges) == len(path.nodes) - 1 <= 6
            assert path.score <= 0


# --- what counts ------------------------------------------------------------------------------------------


def test_the_strongest_of_parallel_edges_counts_and_says_where_it_comes_from(province: Store) -> None:
    (path,) = ask(province, "o1", "o2", k=1, hub_penalty=0).data
    (edge,) = path.edges
    assert (edge.type, edge.dimension, edge.since) == ("PARTNERS_WITH", "supply", DAY)
    assert edge.strength == new_partnership()
    assert (edge.source, edge.data_class, path.sources) == ("协议", "SYNTHETIC", ["协议"])
    assert path.cypher == (
        "MATCH path = (:`Organization` {key: 'o1'})-[:`PARTNERS_WITH` {dimension: 'supply'}]->"
        "(:`Organization` {key: 'o2'}) RETURN path"
    )


def test_an_agreement_fades_as_it_grows_old(province: Store) -> None:
    (path,) = ask(province, "o1", "o2", k=1, edge_types=("PARTNERS_WITH",), dimensions=("brand",)).data
    assert path.edges[0].strength == pytest.approx(0.9 * 0.9 * 0.5, rel=1e-3)


def test_what_ended_does_not_count(province: Store) -> None:
    assert ["o4", "o3"] not in keys(ask(province, "o4", "o3", k=50))
    gone = ask(province, "W3", "W0")
    assert gone.explanation
    assert "服务期" in gone.explanation.reason_zh


def test_resources_are_what_is_exchanged_not_a_way(province: Store) -> None:
    [path] = ask(province, "o1", "o2", k=1).data
    assert [(n.key, n.resources, n.offers) for n in path.nodes] == [("o1", 0, []), ("o2", 1, ["SC01"])]
    nobody = ask(province, "r1", "CH02", edge_types=("SUITS", "PROVIDES"))
    assert (nobody.data, [free.drop for free in nobody.explanation.relaxations] if nobody.explanation else []) == (
        [],
        [],
    )
    assert keys(ask(province, "o2", "CH01")) == [["o2", "r1", "CH01"]]
    barred = ask(province, "o2", "CH01", through=("Window",))
    assert barred.explanation
    assert [free.drop for free in barred.explanation.relaxations] == ["through"]


def test_a_label_that_is_none_is_refused(province: Store) -> None:
    with pytest.raises(UnknownCode, match="any"):
        ask(province, "o1", "o2", through=("Nobody",))


def test_must_pass(province: Store) -> None:
    everything = keys(ask(province, "510300", "510100", k=100))
    for via in (("510200",), ("W0", "o2"), ("W1", "o1")):
        expected = [path for path in everything if set(via) <= set(path)]
        assert keys(ask(province, "510300", "510100", k=100, must_pass=via)) == expected
    assert keys(ask(province, "o1", "o2", k=9, must_pass=("o1",))) == keys(ask(province, "o1", "o2", k=9))


def test_must_avoid(province: Store) -> None:
    everything = keys(ask(province, "o1", "510200", k=100))
    for avoid in (("W0",), ("o2", "510000")):
        expected = [path for path in everything if not set(avoid) & set(path)]
        assert keys(ask(province, "o1", "510200", k=100, must_avoid=avoid)) == expected


def test_edge_types_and_dimensions(province: Store) -> None:
    vertical = ask(province, "W1", "W2", edge_types=("REPORTS_TO",))
    assert keys(vertical) == [["W1", "W0", "W2"]]
    only_brand = ask(province, "o1", "o2", k=100, dimensions=("brand",))
    assert {e.dimension for path in only_brand.data for e in path.edges} == {"brand", None}


def test_cross_region(province: Store) -> None:
    """o1 and o4 are of one prefecture: a path has to leave it."""
    answer = ask(province, "o1", "o4", k=100, cross_region=True)
    home = [path for path in ask(province, "o1", "o4", k=100).data if {n.prefecture for n in path.nodes} == {"510100"}]
    assert home
    assert len(answer.data) == len(ask(province, "o1", "o4", k=100).data) - len(home)
    assert keys(ask(province, "o1", "o2", cross_region=True)) == keys(ask(province, "o1", "o2"))


def test_diverse_paths_share_no_more_than_half_of_their_inner_nodes(province: Store) -> None:
    for _, best in asked_at_once(province, k=10, diverse=True):
        for one, other in combinations([{node.key for node in path.nodes[1:-1]} for path in best], 2):
            assert len(one & other) * 2 <= min(len(one), len(other))
    assert different([(0, 1, 2, 9), (0, 1, 3, 9), (0, 2, 1, 9), (0, 9)], 5) == [(0, 1, 2, 9), (0, 1, 3, 9), (0, 9)]


def test_any_provider_of_a_service(province: Store) -> None:
    assert keys(ask(province, "510100", service_type="SC01", k=1)) == [["510100", "o4"]]
    assert keys(ask(province, "510100", service_type="SC01", cross_region=True, k=1))[0][-1] == "o2"
    for chain, providers in (("CH01", {"o2", "o4"}), ("CH02", {"o4"})):
        answer = ask(province, "510100", service_type="SC01", industry=chain, k=50)
        assert {path[-1] for path in keys(answer)} == providers
        assert answer.end is None
    nobody = ask(province, "510100", service_type="SC02")
    assert nobody.explanation
    assert not nobody.data


# --- no path ----------------------------------------------------------------------------------------------


def test_without_a_path_it_says_how_far_each_side_reaches_and_what_would_join_them(province: Store) -> None:
    answer = ask(province, "o5", "W1", edge_types=("LOCATED_IN", "REPORTS_TO"), through=("any",))
    why = answer.explanation
    assert (answer.data, answer.total) == ([], 0)
    assert why
    assert why.start_reach
    assert why.end_reach
    assert (why.start_reach.count, why.start_reach.hops, why.start_reach.furthest.key) == (1, 1, "510300")
    assert (why.end_reach.count, why.end_reach.hops) == (9, 4)
    best = why.missing_links[0]
    assert {best.a.key, best.b.key} == {"o5", "W1"}
    assert best.score == pytest.approx(math.log(new_partnership()))
    assert [free.drop for free in why.relaxations] == []


def test_it_says_which_filter_stands_in_the_way(province: Store) -> None:
    why = ask(province, "W1", "W2", max_hops=1).explanation
    assert why
    best = ask(province, "W1", "W2", max_hops=12, k=1).data[0]
    assert [(f.drop, f.hops) for f in why.relaxations] == [("max_hops", best.hops)]
    assert why.relaxations[0].score == pytest.approx(best.score)


def test_a_missing_link_makes_the_path_that_it_promises(tmp_path: Path) -> None:
    """Two islands: what is said of the link holds once it is there."""
    ends = [{"key": k, "name": k} for k in ("a", "b", "x", "y")]
    segments = [{"key": k, "name": k} for k in ("s", "t")]
    links = {("PROVIDES", "Organization", "Resource"): link([("a", "s"), ("x", "t")])}
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as store:
        write(store, {"Organization": ends, "Resource": segments}, links)
        why = ask(store, "s", "t").explanation
        assert why
        promised = why.missing_links[0]
        assert (promised.a.key, promised.b.key, promised.hops) == ("a", "x", 3)
        new = {("PARTNERS_WITH", "Organization", "Organization"): [partner("a", "x", "supply", since=DAY)]}
        write(store, {}, new)
        (path,) = ask(store, "s", "t").data
        # a and x had one neighbour and now have two.
        assert path.score == pytest.approx(promised.score - 2 * 0.4 * math.log(2))


# --- names and mistakes -----------------------------------------------------------------------------------


def test_a_node_is_found_by_key_name_and_label(province: Store) -> None:
    same = [keys(ask(province, text, "W2")) for text in ("W1", "Window:W1", " 窗口１ ", "w1")]
    assert same == [same[0]] * 4


def test_places_are_found_by_any_of_their_names(province: Store) -> None:
    def places(text: str) -> str:
        if text != "甲":
            raise UnknownRegion(value=text, suggestion="")
        return "510100"

    answer = paths(province, PathQuestion(start="甲", end="W1", as_of=DAY), places)
    assert answer.start.key == "510100"
    with pytest.raises(UnknownNode):
        paths(province, PathQuestion(start="甲甲", end="W1", as_of=DAY), places)


def test_an_ambiguous_name_lists_its_candidates(province: Store) -> None:
    with pytest.raises(AmbiguousNode, match=r"Organization:same1（重名）、Organization:same2（重名）"):
        ask(province, "重名", "W1")


def test_an_unknown_name_is_answered_with_the_nearest(province: Store) -> None:
    with pytest.raises(UnknownNode, match="机构1"):
        ask(province, "机构12", "W1")


@pytest.mark.parametrize(("name", "least", "most"), [("k", 1, MOST_PATHS), ("max_hops", 1, MOST_HOPS),
                                                     ("hub_penalty", 0.0, MOST_PENALTY)])  # fmt: skip
def test_numbers_may_be_as_small_and_as_large_as_is_said(name: str, least: float, most: float) -> None:
    places = tuple(f"o{n}" for n in range(MOST_VIA + 1))
    for value in (least, most):
        check(PathQuestion(start="W1", end="W2", as_of=DAY, must_pass=places[1:], **{name: value}))
    with pytest.raises(BadParameter):
        check(PathQuestion(start="W1", end="W2", as_of=DAY, must_pass=places))


@pytest.mark.parametrize(
    ("asked", "error", "name"),
    [
        ({"start": "W1", "end": "W1"}, BadParameter, "to"),
        ({"start": "W1", "end": "窗口1"}, BadParameter, "to"),
        ({"start": "W1"}, BadParameter, "to"),
        ({"start": "W1", "end": "W2", "service_type": "SC01"}, BadParameter, "to"),
        ({"start": "W1", "end": "W2", "industry": "CH01"}, BadParameter, "industry"),
        ({"start": "W1", "end": "W2", "k": 0}, BadParameter, "k"),
        ({"start": "W1", "end": "W2", "k": 10**9}, BadParameter, "k"),
        ({"start": "W1", "end": "W2", "max_hops": 0}, BadParameter, "max_hops"),
        ({"start": "W1", "end": "W2", "max_hops": 99}, BadParameter, "max_hops"),
        ({"start": "W1", "end": "W2", "hub_penalty": -1}, BadParameter, "hub_penalty"),
        ({"start": "W1", "end": "W2", "hub_penalty": math.nan}, BadParameter, "hub_penalty"),
        ({"start": "W1", "end": "W2", "must_pass": ("o1",), "must_avoid": ("机构1",)}, BadParameter, "must_pass"),
        ({"start": "W1", "end": "W2", "must_avoid": ("W2",)}, BadParameter, "from, to"),
        ({"start": "W1", "end": "W2", "must_pass": ("o1", "o2", "o3", "o4")}, BadParameter, "must_pass"),
        ({"start": "W1", "end": "W2", "dimensions": ("value",), "edge_types": ("FEEDS",)}, BadParameter, "dimensions"),
        ({"start": "CH01", "end": "W2", "cross_region": True}, BadParameter, "cross_region"),
        ({"start": "W1", "end": "W2", "edge_types": ("LOVES",)}, UnknownCode, None),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(province: Store, asked: dict[str, Any], error: type, name: str | None) -> None:
    with pytest.raises(error) as told:
        ask(province, **asked)
    assert told.value.details.get("name") == name


# --- many pairs -------------------------------------------------------------------------------------------


def test_many_pairs_are_answered_as_one_by_one(province: Store) -> None:
    questions = [PathQuestion(start=a, end=b, as_of=DAY, k=3) for a, b in [*PAIRS[::8], ("nobody", "W1"), ("W1", "W1")]]
    answer = paths_batch(province, questions)
    for pair, (a, b) in zip(answer.data[:-2], PAIRS[::8], strict=True):
        one = ask(province, a, b, k=3)
        assert (pair.paths, pair.explanation, pair.error_zh) == (one.data, one.explanation, None)
    for pair in answer.data[-2:]:
        assert pair.error_zh
        assert not pair.paths


def test_absurdly_many_pairs(province: Store) -> None:
    question = PathQuestion(start="W1", end="W2", as_of=DAY)
    for questions in ([], [question] * (MOST_PAIRS + 1), [question, question.model_copy(update={"as_of": date.min})]):
        with pytest.raises(BadParameter):
            paths_batch(province, questions)


def test_an_empty_store(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as store, pytest.raises(UnknownNode):
        ask(store, "W1", "W2")


# --- the sample -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("sample")
    with new_store(folder / "g.lbug") as store:
        load(store, [write_sample(folder / "tables", scale=0.02, as_of=DAY).folder])
        yield store


def test_strength_is_type_times_dimension_times_age() -> None:
    """The table's own numbers, by hand: 0.5 a half-life, never below the floor, 0.8 where no beginning is stated."""

    def edge(type_: str, dimension: str | None, years: float | None) -> tuple[str, str | None, pd.Timestamp | None]:
        return type_, dimension, None if years is None else pd.Timestamp(DAY) - pd.Timedelta(days=round(365.25 * years))

    cases = {
        edge("PARTNERS_WITH", "supply", 0): 0.9,
        edge("PARTNERS_WITH", "supply", 4): 0.9 * 0.5**0.4,
        edge("PARTNERS_WITH", "supply", 8): 0.9 * 0.5**0.8,
        edge("PARTNERS_WITH", "supply", 40): 0.9 * 0.5,
        edge("PARTNERS_WITH", "brand", 4): 0.9 * 0.9 * 0.5**0.4,
        edge("PARTNERS_WITH", "capital", None): 0.9 * 0.95 * 0.8,
        edge("PARTNERS_WITH", None, -2): 0.9,
        edge("PROVIDES", None, 40): 0.95,
        edge("LOCATED_IN", None, None): 0.5,
        edge("OFFERS", None, None): math.nan,
    }
    edges = pd.DataFrame(list(cases), columns=["type", "dimension", "since"])
    assert strength_of(edges, DAY).tolist() == pytest.approx(list(cases.values()), nan_ok=True, rel=1e-12)
    assert hub_costs(np.array([0, 1, 2, 10]), 0.4).tolist() == pytest.approx(
        [0, 0, 0.4 * math.log(2), 0.4 * math.log(10)]
    )


def through_hub(store: Store, penalty: float) -> tuple[int, int]:
    """Return how many of the five best paths between any two prefecture windows run through the provincial hub."""
    ends = [f"W{n:02}" for n in range(1, 22)]
    pairs = list(combinations(ends, 2))
    found: Counter[bool] = Counter()
    for some in (pairs[at : at + MOST_PAIRS] for at in range(0, len(pairs), MOST_PAIRS)):
        asked = [PathQuestion(start=a, end=b, as_of=DAY, hub_penalty=penalty, through=("any",)) for a, b in some]
        for pair in paths_batch(store, asked).data:
            found.update("W00" in [n.key for n in path.nodes] for path in pair.paths)
    return found[True], found.total()


@pytest.mark.slow
def test_the_hub_does_not_stand_on_every_best_path(sample: Store) -> None:
    (without, all_without), (with_, all_with) = (through_hub(sample, penalty) for penalty in (0.0, 0.4))
    assert all_without == all_with == 5 * 210
    assert with_ < without
    assert with_ < all_with


@pytest.mark.slow
def test_surroundings_are_those_of_networkx(sample: Store) -> None:
    with sample.read() as session:
        _, graph = path_graph(sample, session, DAY)
    peer = nx.Graph(graph.edges[["source", "target"]].itertuples(index=False, name=None))
    arcs = graph.arcs(PathLimits())
    for node in np.random.default_rng(1).choice(sorted(peer), 50).tolist():
        near = nx.single_source_shortest_path_length(peer, node, cutoff=2)
        numbers, hops = within(arcs, np.array([node]), 2)
        assert dict(zip(numbers.tolist(), hops.tolist(), strict=True)) == near


def test_what_the_store_finds_around_a_node_is_what_the_whole_graph_has_there(sample: Store) -> None:
    with sample.read() as session:
        graph = path_graph(sample, session, DAY)[1]
    arcs = graph.arcs(PathLimits())
    drawn = graph.nodes.groupby("label", observed=True).sample(3, random_state=5).index.tolist()
    busiest = graph.degrees.argsort()[-3:].tolist()
    assert len(drawn) == 3 * len(LABELS) + 3
    for number in [*drawn, *busiest]:
        label, key = graph.nodes.loc[number, ["label", "key"]]
        if label not in LABELS:
            continue
        numbers, _ = within(arcs, np.array([number]), 1)
        expected = graph.nodes.loc[numbers[1:]].assign(hops=1)[list(Neighbour.model_fields)]
        found = neighbours(sample, str(label), str(key), as_of=DAY)
        assert plain_rows(found.nodes) == plain_rows(expected), key


def test_of_a_missing_link_the_cheapest_way_to_its_ends_counts() -> None:
    """From s the organisation b is reached at once at 0.1, or by a at 0.9 each; the target t is a partner itself."""
    nodes = pd.DataFrame(
        [("Resource", "s"), ("Organization", "a"), ("Organization", "b"), ("Organization", "t")],
        columns=["label", "key"],
    ).assign(name=list("sabt"), kind=None, data_class="REAL", prefecture=None, active=True)
    edges = pd.DataFrame([(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.1)], columns=["source", "target", "strength"])
    graph = PathGraph(nodes, edges.assign(type="PROVIDES", dimension=None), pd.DataFrame())
    found = missing_links(graph, graph.arcs(PathLimits(hub_penalty=0.0)), 0, np.arange(4) == 3, 3)
    new = math.log(new_partnership())
    assert [(one.a.key, one.b.key, one.hops) for one in found] == [("a", "t", 2), ("b", "t", 3)]
    assert [one.score for one in found] == pytest.approx([new + math.log(0.9), new + 2 * math.log(0.9)])
    two = missing_links(graph, graph.arcs(PathLimits(hub_penalty=0.0)), 0, np.arange(4) == 3, 2)
    assert [(one.a.key, one.hops) for one in two] == [("a", 2), ("b", 2)]
    assert two[1].score == pytest.approx(new + math.log(0.1))
