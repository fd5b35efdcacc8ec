"""Suggested partnerships: candidates, features and back-test against naive versions; what is never suggested."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from graph.errors import BadParameter, NotFound
from graph.geography import road_km
from graph.identity import prefecture_of
from graph.stores.base import Store
from queries.allocation import AllocationQuestion, allocate
from queries.solvers.links import METHODS as INDICES
from queries.solvers.links import link_scores
from queries.suggestions import SuggestionQuestion, flow_gaps, suggestions
from queries.suggestions.back_test import _strangers, judged
from queries.suggestions.scores import FALLBACK, LEAST_NEW, candidates, features, scored, shared
from queries.suggestions.suggest import SuggestionAnswer, among_first
from queries.suggestions.ties import Ties, adjacency, codes, day_number, ties_of
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world

FIRST = date(2020, 1, 1)
LAST = FIRST + timedelta(days=1000)


def network(seed: int, parties: int = 150, teams: int = 120) -> Ties:
    """Return a network of teams: who has a partner in common is likely to meet."""
    rng = Random(seed)
    groups = [
        rng.sample(range(g * 15, g * 15 + 15), rng.randint(2, 4)) for g in rng.choices(range(parties // 15), k=teams)
    ]
    pairs = sorted({(min(p), max(p)) for group in groups for p in combinations(group, 2)})
    since = [day_number(FIRST + timedelta(days=rng.randrange(1000))) for _ in pairs]
    keys = [f"P{n:03}" for n in range(parties)]
    places = pd.DataFrame(
        {
            "label": "Organization", "name": keys, "kind": None, "region": "510100", "folded": keys,
            "region_name": "成都市", "prefecture": [f"51{1 + n // 15:02}00" for n in range(parties)], "zone": None,
            "seat_lon": [103 + n / 100 for n in range(parties)], "seat_lat": 30.0,
        },
        index=keys,
    )  # fmt: skip
    serves = sparse.csr_array(np.array([[rng.random() < 0.3 for _ in range(4)] for _ in keys], dtype=float))
    return Ties(
        parties=places, ends=np.array(pairs, dtype=np.int64), since=np.array(since),
        dimension=np.array(["supply"] * len(pairs), dtype=object), chains=serves, chain_keys=list("abcd"),
        industries=pd.DataFrame({"name": list("abcd"), "pillar": None, "system": None}, index=list("abcd")),
        types=serves, data_class={"SYNTHETIC": len(pairs)},
    )  # fmt: skip


def graph_of(ties: Ties, day: float) -> "nx.Graph[int]":
    made: nx.Graph[int] = nx.Graph()
    made.add_nodes_from(range(len(ties.parties)))
    made.add_edges_from(tuple(pair) for pair, since in zip(ties.ends.tolist(), ties.since, strict=True) if since <= day)
    return made


@pytest.mark.parametrize("seed", range(8))
def test_candidates_are_all_pairs_two_or_three_steps_apart(seed: int) -> None:
    ties = network(seed)
    day = float(np.median(ties.since))
    lengths = dict(nx.all_pairs_shortest_path_length(graph_of(ties, day), cutoff=3))
    wanted = sorted((a, b) for a, found in lengths.items() for b, steps in found.items() if a < b and steps in (2, 3))
    assert [tuple(pair) for pair in candidates(ties.known(day)).tolist()] == wanted


def test_where_walks_are_too_many_only_pairs_two_steps_apart_are_candidates() -> None:
    hubs = np.array([(h, h + n) for h in (0, 5000) for n in range(1, 4000)] + [(0, 5000)], dtype=np.int64)
    pairs = candidates(adjacency(hubs, 10_000))
    assert (4000, 4001) not in set(map(tuple, pairs[-10:].tolist()))
    assert len(pairs) == 2 * (3999 * 3998 // 2) + 2 * 3999


def test_pairs_stand_once_and_both_ways() -> None:
    pairs = np.array([[0, 1], [1, 2], [0, 1]])
    assert adjacency(pairs, 4).toarray().tolist() == [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert codes(pairs, 4).tolist() == [1, 6, 1]


@pytest.mark.parametrize("seed", range(4))
def test_features_by_hand(seed: int) -> None:
    ties = network(seed)
    linked = ties.known(float(np.median(ties.since)))
    pairs = candidates(linked)[:60]
    made = features(ties, linked, pairs)
    chains = ties.chains.toarray() > 0
    for at, (a, b) in enumerate(pairs.tolist()):
        one, other = ties.parties.iloc[a], ties.parties.iloc[b]
        km = float(road_km(one["seat_lon"], one["seat_lat"], other["seat_lon"], other["seat_lat"]))
        either = (chains[a] | chains[b]).sum()
        both = (chains[a] & chains[b]).sum() / either if either else 0.0
        by_index = [np.log1p(link_scores(linked, [[a, b]], index)[0]) for index in INDICES]
        assert made[at] == pytest.approx(
            [*by_index, np.log1p(km), float(one["prefecture"] == other["prefecture"]), both, both]
        )


@pytest.mark.parametrize("seed", range(20))
def test_each_party_keeps_its_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    every = np.array(list(combinations(range(12), 2)))
    pairs = rng.permutation(every)[: int(rng.integers(1, len(every)))]
    for each in (1, 3):
        count: dict[int, int] = {}
        wanted = []
        for pair in pairs.tolist():
            wanted.append(any(count.get(party, 0) < each for party in pair))
            for party in pair:
                count[party] = count.get(party, 0) + 1
        assert among_first(pairs, each).tolist() == wanted


def test_what_neither_has_is_not_shared() -> None:
    nothing = sparse.csr_array(np.zeros((2, 3)))
    assert shared(nothing, np.array([[0, 1]])) == pytest.approx([0.0])


@pytest.mark.parametrize("seed", range(4))
def test_a_partnership_begins_once(seed: int) -> None:
    ties = network(seed)
    days = [-np.inf, *np.quantile(ties.since, [0.3, 0.7]), np.inf]
    windows = [ties.begun(a, b) for a, b in pairwise(days)]
    found = np.concatenate([codes(w, len(ties.parties)) for w in windows])
    assert sorted(found) == sorted(set(codes(ties.ends, len(ties.parties))))


# --- the back-test ------------------------------------------------------------------------------------


def test_the_back_test_by_hand() -> None:
    """Average precision of one index on one split: the mean, over what came true, of the precision down to it."""
    ties = network(1)
    made = judged(ties, LAST)
    by_method = {m.method: m for m in made.methods}
    total: list[float] = []
    for day in made.splits:
        begin = day_number(day)
        dated = np.sort(ties.since)
        share = {day_number(d): s for d, s in zip(made.splits, (0.5, 0.6, 0.7, 0.8), strict=True)}[begin]
        end = float(dated[min(int((share + 0.2) * len(dated)), len(dated) - 1)])
        graph = graph_of(ties, begin)
        later = {(a, b) for a, b in graph_of(ties, end).edges if not graph.has_edge(a, b)}
        later = {(min(p), max(p)) for p in later}
        scores = {
            pair: sum(1 / np.log(graph.degree(z)) for z in nx.common_neighbors(graph, *pair))
            for pair in map(tuple, candidates(ties.known(begin)).tolist())
        }
        total.append(naive_average_precision(scores, later))
    assert by_method["adamic_adar"].hard.average_precision == pytest.approx(np.mean(total))
    assert (by_method["adamic_adar"].lowest, by_method["adamic_adar"].highest) == pytest.approx(
        (min(total), max(total))
    )


def test_what_began_on_the_day_of_the_question_is_known() -> None:
    ties = network(4, parties=30, teams=12)
    last = date(1970, 1, 1) + timedelta(days=int(ties.since.max()))
    assert judged(ties, last) == judged(ties, LAST)
    assert judged(ties, last - timedelta(days=1)) != judged(ties, LAST)


def naive_average_precision(scores: "dict[Any, float]", true: "set[Any]") -> float:
    """Pairs of one score are passed together."""
    found, seen, hits = 0.0, 0, 0
    for value in sorted({round(s, 12) for s in scores.values()}, reverse=True):
        group = [pair in true for pair, score in scores.items() if round(score, 12) == value]
        seen, hits = seen + len(group), hits + sum(group)
        found += sum(group) * hits / seen
    return found / hits


def test_random_pairs_flatter() -> None:
    for quality in judged(network(2), LAST).methods:
        if quality.method != "preferential_attachment":
            assert quality.random.auc > 0.5
    best = judged(network(2), LAST).methods[0]
    assert best.random.average_precision > best.hard.average_precision


def test_random_pairs_are_those_who_never_meet() -> None:
    ties = network(2)
    met = {tuple(pair) for pair in ties.ends.tolist()}
    pairs = _strangers(ties, np.arange(len(ties.parties)), 200)
    assert pairs.shape == (200, 2)
    assert all(a < b and (a, b) not in met for a, b in pairs.tolist())
    for few in ([], [3]):
        assert _strangers(ties, np.array(few, dtype=np.int64), 200).shape == (0, 2)


def test_the_future_is_not_known() -> None:
    """What begins after the day changes no score of the day."""
    ties = network(3)
    day = float(np.quantile(ties.since, 0.7))
    before = Ties(**{**vars(ties), "ends": ties.ends[ties.since <= day], "since": ties.since[ties.since <= day]})
    pairs = candidates(ties.known(day))
    for method in (None, *INDICES):
        one, other = scored(ties, pairs, day, method), scored(before, pairs, day, method)
        assert one[0] == other[0]
        assert one[1] == pytest.approx(other[1])


def test_too_little_to_learn_from() -> None:
    ties = network(4, parties=30, teams=12)
    day = day_number(LAST)
    pairs = candidates(ties.known(day))
    assert scored(ties, pairs, day, None)[0] == FALLBACK
    with pytest.raises(BadParameter, match=str(LEAST_NEW)):
        scored(ties, pairs, day, "supervised")
    assert judged(ties, LAST).methods == []


# --- on a graph ---------------------------------------------------------------------------------------

PARTNERSHIPS = """甲方,乙方,合作维度,起,止
{0},{1},供应链,2024-01-01,
{1},{2},创新链,2024-01-01,
{2},{3},创新链,2024-01-01,
{0},{4},资金链,2024-01-01,2024-12-31
{4},{2},资金链,2099-01-01,
{5},{5},资金链,2024-01-01,
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("suggestions")
    world = random_world(5)
    made = world.write(folder / "tables")
    names = list(dict.fromkeys(row["provider"] for row in world.tables["resources"]))
    (made / "合作关系.csv").write_text(PARTNERSHIPS.format(*names), encoding="utf-8")
    with loaded_store(made, folder / "store", faulty=True) as opened:
        yield opened


def pairs_of(answer: SuggestionAnswer) -> set[frozenset[str]]:
    return {frozenset((row.a_name, row.b_name)) for row in answer.rows()}


def names_of(store: Store) -> list[str]:
    ties = ties_of(store)[1]
    order = list(dict.fromkeys(row["provider"] for row in random_world(5).tables["resources"]))[:5]
    assert set(ties.parties["name"]) == set(order)
    return order


def test_who_works_or_worked_together_is_not_suggested(store: Store) -> None:
    a, b, c, d, e = names_of(store)
    found = pairs_of(suggestions(store, SuggestionQuestion(as_of=AS_OF)))
    assert found == {frozenset(pair) for pair in ((a, c), (b, d), (a, d), (b, e), (c, e))}


def test_a_suggestion_says_why(store: Store) -> None:
    a, b, c, d, _ = names_of(store)
    rows = {frozenset((r.a_name, r.b_name)): r for r in suggestions(store, SuggestionQuestion(as_of=AS_OF)).rows()}
    near, far = rows[frozenset((a, c))], rows[frozenset((a, d))]
    assert (near.steps, near.common, near.via) == (2, 1, [b])
    assert set(near.dimensions) == {"supply", "innovation"}
    assert "1 个共同伙伴" in near.explanation
    assert "1 partner in common" in near.explanation_en
    assert (far.steps, far.common, set(far.via)) == (3, 0, {b, c})
    assert near.score > far.score


def test_filters(store: Store) -> None:
    every = suggestions(store, SuggestionQuestion(as_of=AS_OF)).rows()
    assert [r.rank for r in every] == [*range(1, len(every) + 1)]
    a, *_ = names_of(store)
    mine = suggestions(store, SuggestionQuestion(as_of=AS_OF, party=a)).rows()
    assert [r.model_dump(exclude={"rank"}) for r in mine] == [
        r.model_dump(exclude={"rank"}) for r in every if a in (r.a_name, r.b_name)
    ]
    across = suggestions(store, SuggestionQuestion(as_of=AS_OF, cross_region=True)).rows()
    assert len(across) == sum(r.cross_region for r in every)
    place = prefecture_of(str(every[0].a_region))
    here = suggestions(store, SuggestionQuestion(as_of=AS_OF, region=place)).rows()
    assert len(here) == sum(place in (prefecture_of(str(r.a_region)), prefecture_of(str(r.b_region))) for r in every)


def test_both_serve_the_industry_that_is_asked_for(store: Store) -> None:
    ties = ties_of(store)[1]
    chains_of = {
        name: {chain for chain, serves in zip(ties.chain_keys, row, strict=True) if serves}
        for name, row in zip(ties.parties["name"], ties.chains.toarray(), strict=True)
    }
    within = {chain: {chain} for chain in ties.chain_keys}
    for chain, pillar, system in ties.industries.reindex(ties.chain_keys)[["pillar", "system"]].itertuples():
        for group in (pillar, system):
            within.setdefault(group, set()).add(chain)
    every, told = pairs_of(suggestions(store, SuggestionQuestion(as_of=AS_OF))), set()
    for industry, chains in within.items():
        found = pairs_of(suggestions(store, SuggestionQuestion(as_of=AS_OF, industry=industry)))
        assert found == {pair for pair in every if all(chains_of[name] & chains for name in pair)}, industry
        told.add(len(found))
    assert told - {0, len(every)}, "some industry leaves some pairs out and others in"


def test_nobody_and_who_has_no_partner(store: Store) -> None:
    stranger = list(dict.fromkeys(row["provider"] for row in random_world(5).tables["resources"]))[6]
    for party in ("没有这样的机构", stranger):
        with pytest.raises(NotFound):
            suggestions(store, SuggestionQuestion(as_of=AS_OF, party=party))


def test_before_any_partnership_nothing_is_suggested(store: Store) -> None:
    assert suggestions(store, SuggestionQuestion(as_of=date(2020, 1, 1))).page(10).total == 0


def test_flows_without_a_partnership(store: Store) -> None:
    plan = allocate(store, AllocationQuestion(as_of=AS_OF)).data
    by_pair: dict[tuple[str, str], float] = {}
    for flow in plan.flows:
        if flow.from_ != flow.to:
            by_pair[flow.from_, flow.to] = by_pair.get((flow.from_, flow.to), 0.0) + flow.quantity
    every = flow_gaps(store, AS_OF, everything=True).data
    assert {(row.from_region, row.to_region): row.quantity for row in every} == pytest.approx(by_pair)
    assert [row.quantity for row in every] == sorted((row.quantity for row in every), reverse=True)
    alone = flow_gaps(store, AS_OF).data
    assert alone == [row for row in every if not row.partnerships]
