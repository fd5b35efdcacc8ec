"""Chains: segments, cooperation and missing links, against plain recomputations from the input tables."""

import csv
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from graph.errors import BadParameter
from graph.stores.base import Store
from queries.chains.cooperation import cooperation, pairs
from queries.chains.missing_links import EXPLAINED, MissingLink, missing_links, nothing_missing
from queries.chains.segments import segments
from tests.support.ranking import told
from tests.support.stores import delivery, loaded_store, new_store
from tests.worlds import AS_OF, CHAINS, DIVISIONS, PREFECTURES, World, random_world

REFERENCE = Path("graph/reference/chain_nodes.csv")
DIMENSIONS = {"供应链": "supply", "创新链": "innovation", "资金链": "capital", "管理链": "management",
              "价值链": "value", "品牌链": "brand"}  # fmt: skip


class Loaded(NamedTuple):
    """A world, its partnerships as rows (a, b, dimension, since, until), and a store that was told of them."""

    world: World
    partnerships: list[tuple[str, str, str, str, str]]
    store: Store


def some_partnerships(world: World, seed: int) -> list[tuple[str, str, str, str, str]]:
    rng = Random(seed)
    names = [row["name"] for row in world.tables["organizations"]]
    couples = rng.sample(list(itertools.combinations(names, 2)), 15)
    days = [(AS_OF + timedelta(n)).isoformat() for n in (-400, -1, 0, 1, 400)]
    return [
        (a, b, rng.choice(list(DIMENSIONS)), rng.choice(["", *days[:4]]), rng.choice(["", *days[3:], days[1]]))
        for a, b in couples
    ]


def some_firms(seed: int) -> list[dict[str, str]]:
    """Return firms of a few industries in a few places: so many that places share some segments and not all."""
    rng = Random(seed)
    with REFERENCE.open(encoding="utf-8-sig", newline="") as file:
        codes = rng.sample(sorted({c for r in csv.DictReader(file) for c in r["gbt4754_codes"].split(";")}), 12)
    places = rng.sample([c for c in DIVISIONS if not c.endswith("00")], 8)
    return [
        {"name": f"示例-添-{n:03d}", "region": rng.choice(places), "industry": rng.choice(codes)} for n in range(60)
    ]


@pytest.fixture(scope="module", params=range(3), ids=lambda seed: f"world{seed}")
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder: Path = tmp_path_factory.mktemp("chains")
    world = random_world(request.param)
    world.tables["enterprises"] += some_firms(request.param)
    rows = [r for r in some_partnerships(world, request.param) if not (r[3] and r[4] and r[3] > r[4])]
    tables = world.write(folder / "tables")
    with (tables / "partnerships.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("a", "b", "dimension", "since", "until"), *rows])
    with loaded_store(tables, folder / "store") as store:
        yield Loaded(world, rows, store)


def code(region: str) -> str:
    return region if region in DIVISIONS else next(c for c, d in DIVISIONS.items() if d["name"] == region)


def split(cell: str) -> list[str]:
    return [part for part in re.split("[;；、]", cell) if part]


def chain_ids(cell: str) -> list[str]:
    by_name = {name: id_ for id_, name in CHAINS.items()}
    return [by_name.get(c, c) for c in split(cell)]


def codes_of_segments(world: World) -> list[tuple[str, str, str]]:
    """(chain, segment name, code) of the reference and of the world's own."""
    with REFERENCE.open(encoding="utf-8-sig", newline="") as file:
        found = [(r["chain_id"], r["node"], c) for r in csv.DictReader(file) for c in r["gbt4754_codes"].split(";")]
    for row in world.tables.get("chain_nodes", []):
        found += [(chain_ids(row["chain"])[0], row["node"], c) for c in split(row["industry"])]
    return found


def plain_places(world: World) -> dict[tuple[str, str | None, str | None], float]:
    """Enterprises by chain, segment name and prefecture, one by one."""
    found: dict[tuple[str, str | None, str | None], float] = defaultdict(float)
    codes = codes_of_segments(world)

    def longest(industry: str, chain: str | None) -> list[tuple[str, str]]:
        for n in range(len(industry), 0, -1):
            hits = {(c, s) for c, s, k in codes if k == industry[:n] and chain in (None, c)}
            if hits:
                return sorted(hits)
        return []

    for row in world.tables["enterprises"]:
        industry = row.get("industry", "")
        chains = set(chain_ids(row.get("chains", ""))) or {c for c, _ in longest(industry, None)}
        home = code(row["region"])
        prefecture = None if home.endswith("0000") else home[:4] + "00"
        for chain in chains:
            names: list[str | None] = [s for _, s in longest(industry, chain)]
            for name in names or [None]:
                found[chain, name, prefecture] += 1 / len(chains) / max(len(names), 1)
    return dict(found)


def test_segments_hold_the_enterprises_that_the_tables_say(loaded: Loaded) -> None:
    rows = segments(loaded.store, as_of=AS_OF).rows
    found = {(r.chain, r.segment_name, p.prefecture): p.enterprises for r in rows for p in r.places}
    expected = plain_places(loaded.world)
    assert found.keys() == expected.keys()
    assert all(found[k] == pytest.approx(expected[k]) for k in expected)
    assert {tuple(p.data_class) for r in rows for p in r.places} == {("SYNTHETIC",)}
    stages = {"upstream": 0, "midstream": 1, "downstream": 2, None: 3}
    order = [(r.chain, stages[r.stage]) for r in rows]
    assert order == sorted(order)
    assert {r.chain for r in rows} == set(CHAINS)


def test_one_prefecture_and_chain_are_parts_of_the_whole(loaded: Loaded) -> None:
    whole = segments(loaded.store, as_of=AS_OF).rows
    for prefecture in sorted({p.prefecture for r in whole for p in r.places if p.prefecture})[:2]:
        part = segments(loaded.store, as_of=AS_OF, prefecture=prefecture).rows
        expected = sum(p.enterprises for r in whole for p in r.places if p.prefecture == prefecture)
        assert sum(r.enterprises for r in part if r.enterprises is not None) == pytest.approx(expected)
    chain = next(r.chain for r in whole if r.enterprises)
    assert segments(loaded.store, as_of=AS_OF, chain=chain).rows == [r for r in whole if r.chain == chain]


def in_force(loaded: Loaded) -> list[tuple[str, str, str]]:
    day = AS_OF.isoformat()
    return [
        (a, b, DIMENSIONS[d]) for a, b, d, s, u in loaded.partnerships if (not s or s <= day) and (not u or u >= day)
    ]


def test_cooperation_has_every_cell_and_its_partnerships(loaded: Loaded) -> None:
    offers: dict[str, set[str]] = defaultdict(set)
    for row in loaded.world.tables["resources"]:
        offers[row["provider"]] |= set(chain_ids(row.get("chains", "")))
    expected: Counter[tuple[str, str]] = Counter()
    for a, b, dimension in in_force(loaded):
        both = offers[a] & offers[b] if offers[a] and offers[b] else offers[a] | offers[b]
        expected.update((chain, dimension) for chain in both)
    cells = cooperation(loaded.store, as_of=AS_OF).rows
    assert [(c.chain, c.dimension) for c in cells] == list(itertools.product(sorted(CHAINS), DIMENSIONS.values()))
    assert {(c.chain, c.dimension): c.partnerships for c in cells if c.partnerships} == dict(expected)
    assert all(len(c.keys) == c.partnerships for c in cells)
    blank = cooperation(loaded.store, as_of=AS_OF, empty=True).rows
    assert blank == [c for c in cells if not c.partnerships]


def test_pairs_have_every_two_prefectures(loaded: Loaded) -> None:
    home = {r["name"]: code(r["region"])[:4] + "00" for r in loaded.world.tables["organizations"]}
    expected = Counter(
        tuple(sorted((home[a], home[b]))) for a, b, _ in in_force(loaded) if "510000" not in (home[a], home[b])
    )
    cells = pairs(loaded.store, as_of=AS_OF).rows
    assert [(c.a, c.b) for c in cells] == list(itertools.combinations_with_replacement(sorted(PREFECTURES), 2))
    assert {(c.a, c.b): c.partnerships for c in cells if c.partnerships} == dict(expected)
    assert all(sum(c.dimensions.values()) == c.partnerships == len(c.keys) for c in cells)


Numbers = dict[tuple[str, str], float]


def plain_missing(numbers: Numbers) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return what each place lacks but is close to: density, RCA, number, largest parts of the density, who has it."""
    whole, of_place, of_what = sum(numbers.values()), defaultdict[str, float](float), defaultdict[str, float](float)
    for (place, what), count in numbers.items():
        of_place[place] += count
        of_what[what] += count
    rca = {k: (n / of_place[k[0]]) / (of_what[k[1]] / whole) for k, n in numbers.items() if n}
    having = {what: {p for p in of_place if rca.get((p, what), 0.0) >= 1} for what in of_what}

    def near(one: str, other: str) -> float:
        larger = max(len(having[one]), len(having[other]))
        return 1.0 if one == other else len(having[one] & having[other]) / larger if larger else 0.0

    found = {}
    for place, what in itertools.product((p for p, n in of_place.items() if n), (w for w, h in having.items() if h)):
        close = sum(near(what, other) for other in having)
        parts = sorted((near(what, other) / close for other, h in having.items() if place in h), reverse=True)
        if place not in having[what] and sum(parts):
            found[place, what] = (
                sum(parts), rca.get((place, what), 0.0), numbers.get((place, what), 0.0),
                [part for part in parts[:EXPLAINED] if part], {p: rca[p, what] for p in having[what]},
            )  # fmt: skip
    return found


def check_missing(rows: Sequence[MissingLink], numbers: Numbers) -> None:
    """Compare all suggestions with those of a plain recomputation."""
    found = {
        (r.prefecture, f"{r.chain} {r.segment_name}" if r.segment else r.chain): (
            r.density, r.rca, r.enterprises, [b.contribution for b in r.because],
            {h.prefecture: h.rca for h in r.had_by},
        )
        for r in rows
    }  # fmt: skip
    expected = plain_missing(numbers)
    assert found.keys() == expected.keys()
    for key, (*values, parts, holders) in expected.items():
        assert found[key] == (*map(pytest.approx, values), *map(pytest.approx, (parts, holders))), key
    assert all(sum(b.contribution for b in r.because) + r.rest == pytest.approx(r.density) for r in rows)
    assert [r.rank for r in rows] == list(range(1, len(rows) + 1))
    assert all(p.data_class == r.data_class for r in rows for p in [*r.because, *r.had_by])
    for ranked in (
        [(r.density, r.prefecture) for r in rows],
        *([(h.rca, h.prefecture) for h in r.had_by] for r in rows),
    ):
        order = [(-told(figure), place) for figure, place in ranked]
        assert order == sorted(order)  # of figures that are equal but for rounding, by place


def test_missing_segments_are_those_of_a_plain_recomputation(loaded: Loaded) -> None:
    numbers: Numbers = defaultdict(float)
    for (chain, name, prefecture), count in plain_places(loaded.world).items():
        if name and prefecture:
            numbers[prefecture, f"{chain} {name}"] += count
    rows = missing_links(loaded.store, level="segment").rows
    assert rows
    check_missing(rows, numbers)
    one = rows[-1]
    part = missing_links(loaded.store, level="segment", chain=one.chain, prefecture=one.prefecture).rows
    kept = [r for r in rows if (r.chain, r.prefecture) == (one.chain, one.prefecture)]
    assert part == [r.model_copy(update={"rank": rank}) for rank, r in enumerate(kept, 1)]


def test_missing_chains_rest_on_published_numbers(loaded: Loaded) -> None:
    answer = missing_links(loaded.store, level="chain")
    numbers: Numbers = defaultdict(float)
    stated = set()
    for row in loaded.world.tables["demand_counts"]:
        region, chain = code(row["region"]), chain_ids(row["chain"])[0]
        stated.add((region, chain))
        numbers[region[:4] + "00", chain] += float(row["count"])
    for row in loaded.world.tables["enterprises"]:
        one = World({**loaded.world.tables, "enterprises": [row]})
        for (chain, _, prefecture), share in plain_places(one).items():
            if prefecture and (code(row["region"]), chain) not in stated:
                numbers[prefecture, chain] += share
    check_missing(answer.rows, numbers)
    assert answer.meta.parameters == {"view": "missing", "level": "chain"}


def test_nonsense_is_refused(loaded: Loaded) -> None:
    for wrong in ({"chain": "CH99"}, {"prefecture": "510104"}, {"prefecture": "510000"}):
        for ask in (segments, cooperation, pairs):
            with pytest.raises(BadParameter):
                ask(loaded.store, as_of=AS_OF, **wrong)  # type: ignore[operator]
        with pytest.raises(BadParameter):
            missing_links(loaded.store, **wrong)  # type: ignore[arg-type]
    with pytest.raises(BadParameter):
        missing_links(loaded.store, level="pillar")  # type: ignore[arg-type]


def test_a_store_without_facts_has_empty_cells_and_no_suggestion(tmp_path: Path) -> None:
    with new_store(tmp_path / "s.lbug") as store:
        assert not missing_links(store).rows
        assert len(cooperation(store, as_of=AS_OF, empty=True).rows) == 240
        assert len(pairs(store, as_of=AS_OF, empty=True).rows) == 231
        assert {r.enterprises for r in segments(store, as_of=AS_OF).rows} == {None}
        assert nothing_missing(store, "segment", None).zh == ("不明：有能归入环节的企业名录的市州不足两个，无从比较。")


def test_chains_that_are_counted_alone_are_not_without_firms(tmp_path: Path) -> None:
    tables = {
        "demand_counts": "所在地区,产业链,企业数\n绵阳市涪城区,智能装备,40\n",
        "enterprises": "名称,所在地区,行业代码,产业链\n甲,绵阳市涪城区,3521,新材料\n乙,成都市锦江区,3521,智能装备\n",
    }
    with loaded_store(delivery(tmp_path, tables), tmp_path / "store") as store:

        def known(prefecture: str | None) -> dict[str, set[float | None]]:
            found: dict[str, set[float | None]] = defaultdict(set)
            for row in segments(store, as_of=AS_OF, prefecture=prefecture).rows:
                found[row.chain_name].add(row.enterprises)
            return {name: found[name] for name in ("智能装备", "新材料", "优质白酒")}

        assert known("510700") == {"智能装备": {None}, "新材料": {0, 1}, "优质白酒": {0}}
        assert known("510100") == {"智能装备": {0, 1}, "新材料": {0}, "优质白酒": {0}}
        assert known("510300") == {"智能装备": {None}, "新材料": {None}, "优质白酒": {None}}
        assert nothing_missing(store, "segment", "510300").zh == "该市州没有能归入环节的企业名录，缺什么不明。"
        assert nothing_missing(store, "chain", None).en == "Nothing is missing that is close."
