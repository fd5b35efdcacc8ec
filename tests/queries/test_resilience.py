"""Losses equal a plain recomputation without the rows; the network comes apart as networkx says."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.stores.base import Store
from graph.stores.opening import open_store
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.data_classes import among
from queries.network.nodes import network_facts
from queries.resilience.impact import KINDS, Loss, Resilience, ResilienceQuestion
from queries.resilience.losses import WORST, _check, resilience
from queries.resilience.shares import contributions
from queries.resilience.structure import beyond_bridges, hinges, parted, undirected
from queries.validity import active
from tests.naive import Cell, NaiveCell, naive_coverage, read_resources
from tests.support.soak import trials
from tests.support.stores import loaded_store, new_store
from tests.worlds import AS_OF, Row, World, random_world

QUICK = 2
SEEDS = [pytest.param(seed, marks=[pytest.mark.slow] if seed >= QUICK else []) for seed in range(trials(3, 12))]


class Loaded(NamedTuple):
    """A world in a store, the answer on it, and its cells by the naive computation."""

    world: World
    store: Store
    answer: Resilience
    cells: dict[Cell, NaiveCell]

    def losses(self, kind: str) -> dict[str, Loss]:
        return {loss.key: loss for loss in self.answer.losses if loss.kind == kind}


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"world{seed}")
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder = tmp_path_factory.mktemp("world")
    world = random_world(request.param)
    with loaded_store(world.write(folder / "tables"), folder / "store") as store:
        question = ResilienceQuestion(as_of=AS_OF, limit=10_000, pairs=5)
        yield Loaded(world, store, resilience(store, question).data, naive_coverage(world, as_of=AS_OF))


def unmet(cells: dict[Cell, NaiveCell]) -> float:
    return sum(cell.unmet or 0.0 for cell in cells.values())


def without(world: World, lost: Callable[[int, Row], bool]) -> World:
    """Return the world without some resources, by position and row."""
    rows = [row for at, row in enumerate(world.tables["resources"]) if not lost(at, row)]
    return World({**world.tables, "resources": rows})


def test_unmet_demand_as_things_are(loaded: Loaded) -> None:
    assert loaded.answer.unmet == pytest.approx(unmet(loaded.cells), abs=1e-9)


def some(losses: dict[str, Loss]) -> list[Loss]:
    """The worst, one in the middle and the last: each costs a recomputation of everything."""
    ordered = sorted(losses.values(), key=lambda loss: loss.rank)
    return [ordered[at] for at in sorted({0, 1, len(ordered) // 2, len(ordered) - 1})]


def check(loaded: Loaded, loss: Loss, rest: World) -> None:
    """Compare a loss with the same world without what is lost: how much, in how many cells, and where most."""
    before, after = loaded.cells, naive_coverage(rest, as_of=AS_OF)
    added = {cell: (after[cell].unmet or 0.0) - (was.unmet or 0.0) for cell, was in before.items()}
    hit = {cell: more for cell, more in added.items() if more > 1e-9}
    emptied = [cell for cell, was in before.items() if was.state != after[cell].state == "empty"]
    assert loss.unmet_added == pytest.approx(sum(hit.values()), abs=1e-9), loss
    assert (loss.cells_hit, loss.cells_emptied) == (len(hit), len(emptied)), loss
    places: dict[str, float] = defaultdict(float)
    for (region, *_), more in hit.items():
        places[prefecture_of(region)] += more
    worst = sorted(places, key=lambda code: (-round(places[code], 9), code))[:WORST]
    assert {p.region: p.unmet_added for p in loss.prefectures} == pytest.approx({code: places[code] for code in worst})
    largest = sorted(hit.values(), reverse=True)[:WORST]
    assert [c.unmet_added for c in loss.cells] == pytest.approx(largest)
    assert all(c.unmet_added == pytest.approx(hit[c.region, c.industry, c.service_type]) for c in loss.cells)


def test_losing_an_organisation_is_a_world_without_its_resources(loaded: Loaded) -> None:
    for loss in some(loaded.losses("organization")):
        check(loaded, loss, without(loaded.world, lambda _, row, name=loss.name: row["provider"] == name))


def test_losing_a_carrier_is_a_world_without_what_it_hosts(loaded: Loaded) -> None:
    for loss in some(loaded.losses("carrier")):
        check(loaded, loss, without(loaded.world, lambda _, row, name=loss.name: row.get("carrier") == name))


def test_losing_a_window_is_a_world_without_the_homes_of_its_place(loaded: Loaded) -> None:
    """Nobody states a window here, so that each resource hangs on that of its prefecture, or on the hub."""
    homes = [r.home for r in read_resources(loaded.world, AS_OF)]
    for loss in some(loaded.losses("window")):
        check(loaded, loss, without(loaded.world, lambda at, _, place=loss.region: prefecture_of(homes[at]) == place))


def test_a_store_loaded_without_the_worst_organisation_says_the_same(loaded: Loaded, tmp_path: Path) -> None:
    worst = next(loss for loss in loaded.answer.losses if loss.kind == "organization")
    rest = without(loaded.world, lambda _, row: row["provider"] == worst.name)
    with loaded_store(rest.write(tmp_path / "tables"), tmp_path / "store") as store:
        left = coverage(store, CoverageQuestion(as_of=AS_OF, group_by=())).records()[0]["unmet"]
    assert left == pytest.approx(loaded.answer.unmet + worst.unmet_added, abs=1e-9)


def test_losing_two_is_a_world_without_both(loaded: Loaded) -> None:
    pair = next(p for p in loaded.answer.pairs if p.kind == "organization")
    both = {pair.first_name, pair.second_name}
    rest = unmet(naive_coverage(without(loaded.world, lambda _, row: row["provider"] in both), as_of=AS_OF))
    assert pair.unmet_added == pytest.approx(rest - loaded.answer.unmet, abs=1e-9)
    single = loaded.losses("organization")
    sum_ = single[pair.first].unmet_added + single[pair.second].unmet_added
    assert pair.beyond == pytest.approx(pair.unmet_added - sum_, abs=1e-9)


def test_what_all_contribute_is_the_access(loaded: Loaded) -> None:
    _, cube = cube_of(loaded.store, CoverageQuestion(as_of=AS_OF))
    given = contributions(cube)
    np.testing.assert_allclose(given.sum(axis=1), cube.access.ravel(), rtol=1e-9, atol=1e-12)
    assert (given.data > 0).all()


def test_only_those_of_a_place_are_listed_and_ranked(loaded: Loaded) -> None:
    whole = [x for x in loaded.answer.losses if x.kind == "organization"]
    inside = (prefecture_of(x.region) for x in whole if x.region and x.unmet_added > 0)
    place = next(code for code in inside if not code.endswith("0000"))  # not the whole province
    asked = ResilienceQuestion(as_of=AS_OF, kinds=("organization",), limit=10_000, region=place)
    part = resilience(loaded.store, asked).data
    its = [x for x in whole if x.region and prefecture_of(x.region) == place]
    assert part.losses == [x.model_copy(update={"rank": at + 1}) for at, x in enumerate(its)]
    assert part.counted == {"organization": len(its)}
    with pytest.raises(BadParameter, match="region"):
        resilience(loaded.store, ResilienceQuestion(as_of=AS_OF, region="nowhere"))


def test_of_a_place_only_its_own_hinges_are_told_and_every_row_says_of_what_class(loaded: Loaded) -> None:
    whole = loaded.answer
    places = (prefecture_of(x.region) for x in whole.losses if x.kind == "carrier" and x.region)
    place = next(place for place in places if not place.endswith("0000"))
    with loaded.store.read() as session:
        sites = network_facts(loaded.store, session)[1].sites_on(AS_OF)
    here = set(sites["key"][sites["region"].fillna("").map(prefecture_of) == place])
    found = resilience(loaded.store, ResilienceQuestion(as_of=AS_OF, region=place)).data
    assert found.cut_points == [c for c in whole.cut_points if c.key in here]
    assert found.bridges == [b for b in whole.bridges if {b.source, b.target} & here]
    assert found.bridges != []
    classes = sites.groupby("name")["data_class"].unique()
    assert [c.data_class for c in whole.cut_points] == [
        among(name for n in (c.name, *c.names) for name in classes[n]) for c in whole.cut_points
    ]
    rows = [*whole.bridges, *whole.pairs, *(row for x in whole.losses for row in (*x.prefectures, *x.cells))]
    assert all(row.data_class for row in rows)


def test_a_zone_has_those_of_all_its_prefectures(loaded: Loaded) -> None:
    _, cube = cube_of(loaded.store, CoverageQuestion(as_of=AS_OF))
    regions = cube.facts.demand.regions
    zone = dict(zip(regions["key"], regions["zone"], strict=True))
    whole = [x for x in loaded.answer.losses if x.kind == "organization"]
    first = next(zone[prefecture_of(x.region)] for x in whole if x.region and not x.region.endswith("0000"))
    asked = ResilienceQuestion(as_of=AS_OF, kinds=("organization",), limit=10_000, region=first)
    its = [x for x in whole if x.region and zone.get(prefecture_of(x.region)) == first]
    found = resilience(loaded.store, asked).data.losses
    assert found == [x.model_copy(update={"rank": at + 1}) for at, x in enumerate(its)]


def test_a_window_is_a_contact_beside_its_resources(loaded: Loaded) -> None:
    windows = loaded.losses("window")
    with loaded.store.read() as session:
        _, facts = network_facts(loaded.store, session)
    sites = facts.sites[active(facts.sites, AS_OF)]
    standing = sites[sites["kind"] != "hub"].dropna(subset=["county"]).groupby("county")["key"].agg(list)
    assert set(windows) == set(sites.loc[sites["label"] == "Window", "key"]), "those without a resource, too"
    of_prefectures = [k for k in windows if sites.set_index("key").loc[k, "kind"] == "prefecture_window"]
    assert of_prefectures
    for key in of_prefectures:
        contact = windows[key].coordination
        assert contact is not None
        prefecture = sites.set_index("key").loc[key, "prefecture"]
        counties = facts.places[(facts.places["region_level"] == "county") & (facts.places["prefecture"] == prefecture)]
        alone = [c for c in counties.index if set(standing.get(c, [])) <= {key}]
        assert contact.places == [counties.loc[c, "region_name"] for c in sorted(alone)]
    assert {x.coordination for x in loaded.losses("carrier").values()} <= {None}


def test_each_loss_says_where_it_hits(loaded: Loaded) -> None:
    cells = coverage(loaded.store, CoverageQuestion(as_of=AS_OF)).cells
    reached = cells.loc[(cells["supply"] > 0) & (cells["demand"] > 0), "demand"].sum()
    assert sum(x.importance for x in loaded.losses("organization").values()) == pytest.approx(reached, rel=1e-9)
    for kind in KINDS:
        losses = [loss for loss in loaded.answer.losses if loss.kind == kind]
        assert len(losses) == loaded.answer.counted[kind]
        assert [loss.rank for loss in losses] == list(range(1, len(losses) + 1))
        order = [(-loss.unmet_added, loss.key) for loss in losses]
        assert order == sorted(order)
        for loss in losses:
            assert loss.cells_emptied <= loss.cells_hit
            assert loss.importance <= loss.reached + 1e-9
            assert sum(p.unmet_added for p in loss.prefectures) <= loss.unmet_added + 1e-9
            assert bool(loss.cells) == bool(loss.prefectures) == (loss.unmet_added > 0)
    names = {p.region_name for loss in losses for p in loss.prefectures}
    assert all(name.endswith(("市", "州")) for name in names)


def test_only_what_is_asked_for(loaded: Loaded) -> None:
    asked = ResilienceQuestion(as_of=AS_OF, kinds=("carrier",), limit=2)
    found = resilience(loaded.store, asked).data
    assert [loss.key for loss in found.losses] == [x.key for x in loaded.answer.losses if x.kind == "carrier"][:2]
    assert found.pairs == []
    assert found.counted.keys() == {"carrier"}


def test_a_store_without_anything_loses_nothing(tmp_path: Path) -> None:
    with new_store(tmp_path / "s.lbug") as store:
        found = resilience(store, ResilienceQuestion(as_of=AS_OF, pairs=3)).data
    assert {(x.kind, x.resources, x.unmet_added, x.importance) for x in found.losses} == {("window", 0, 0.0, 0.0)}
    assert (found.pairs, found.demand, found.unmet) == ([], 0.0, 0.0)
    assert found.sites > 0
    contacts = {(x.site_kind, bool(c.places), c.firms) for x in found.losses if (c := x.coordination)}
    assert contacts == {("hub", False, 0.0), ("prefecture_window", True, None)}, (
        "who did not report is not without firms"
    )


def test_a_county_known_by_needs_alone_is_not_one_without_firms(tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text(
        "编号,所在地区,产业链,服务类型,数量\n需求-1,绵阳市梓潼县,智能装备,技术支持,3\n", encoding="utf-8"
    )
    with loaded_store(tmp_path, tmp_path / "store") as store:
        found = resilience(store, ResilienceQuestion(as_of=AS_OF)).data
    (contact,) = [x.coordination for x in found.losses if x.region == "510700"]
    assert contact is not None
    assert ("绵阳市梓潼县" in contact.places, contact.firms) == (True, None)


def test_nothing_may_be_asked_for() -> None:
    _check(ResilienceQuestion(limit=0, pairs=0))


@pytest.mark.parametrize("wrong", [{"kinds": ("park",)}, {"kinds": ()}, {"limit": -1}, {"pairs": -1},
                                   {"freshness_days": 0}], ids=str)  # fmt: skip
def test_nonsense_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    with open_store(f"ladybug://{tmp_path / 's.lbug'}") as store, pytest.raises(BadParameter):
        resilience(store, ResilienceQuestion(**wrong))


# --- the network --------------------------------------------------------------------------------------


def drawn(seed: int) -> tuple[int, list[tuple[int, int]]]:
    """A sparse random graph: trees with some cycles, in several parts."""
    rng = random.Random(seed)
    nodes = rng.randint(1, 40)
    edges = [(n, rng.randrange(n)) for n in range(1, nodes) if rng.random() < 0.9]
    return nodes, edges + [(rng.randrange(nodes), rng.randrange(nodes)) for _ in range(rng.randint(0, 8))]


@pytest.mark.parametrize("seed", range(40))
def test_articulation_points_and_bridges_equal_networkx(seed: int) -> None:
    nodes, edges = drawn(seed)
    theirs = nx.Graph([e for e in edges if e[0] != e[1]])
    theirs.add_nodes_from(range(nodes))
    ours = hinges(undirected(nodes, edges))
    assert ours.points == sorted(nx.articulation_points(theirs))
    assert ours.bridges == sorted(tuple(sorted(e)) for e in nx.bridges(theirs))


@pytest.mark.parametrize("seed", range(40))
def test_what_is_cut_off_is_what_no_longer_reaches_the_main_node(seed: int) -> None:
    nodes, edges = drawn(seed)
    graph, whole = undirected(nodes, edges), nx.Graph([e for e in edges if e[0] != e[1]])
    whole.add_nodes_from(range(nodes))
    main = 0

    def lost(left: nx.Graph, around: set[int]) -> list[int]:
        parts = [part for part in nx.connected_components(left) if part & around]
        rest = next((p for p in parts if main in p), None) or min(parts, key=lambda p: (-len(p), min(p)))
        return sorted(node for part in parts if part is not rest for node in part)

    for point in hinges(graph).points:
        left, without_point = graph.copy(), whole.copy()
        left.remove_node(point)
        without_point.remove_node(point)
        assert parted(left, graph.neighbors(point), main) == lost(without_point, set(whole[point]))
    for edge, found in beyond_bridges(graph, main).items():
        without_edge = whole.copy()
        without_edge.remove_edge(*edge)
        assert found == lost(without_edge, set(edge))


def test_the_network_of_a_world_hangs_on_its_hub(loaded: Loaded) -> None:
    found = loaded.answer
    assert found.cut_points[0].kind == "hub"
    assert found.without_hub == []
    counts = [c.cut_off for c in found.cut_points]
    assert counts == sorted(counts, reverse=True)
    assert all(len(c.names) == c.cut_off > 0 for c in [*found.cut_points, *found.bridges])
    # A tree of implied lines: every one of them is a bridge.
    assert len(found.bridges) == found.lines == found.sites - 1
    assert pd.Series([b.type for b in found.bridges]).isin(["IMPLIED", "REPORTS_TO"]).all()
