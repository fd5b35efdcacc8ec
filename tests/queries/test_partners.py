"""Partners: every part of the score against a naive version, and what filters, weights, pins and gaps do."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graph.errors import BadParameter, NotFound
from graph.geography import road_km
from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion
from queries.partners.candidates import PARTS, FewestQuestion, Partner, PartnerQuestion
from queries.partners.fewest import _giving, fewest_partners
from queries.partners.filters import CandidatePool, candidate_pool
from queries.partners.find import PartnerAnswer, _check, checked_weights, partners, search
from queries.partners.matrix import complementarity_matrix
from queries.partners.offers import ENTERPRISES, with_enterprises
from queries.partners.parts import distances
from queries.partners.requester import ask_of, find_party
from queries.partners.setting import PartnerSetting, partner_setting
from queries.partners.wording import said_of_set
from tests.support.resources import say_more
from tests.support.stores import delivery, loaded_store
from tests.worlds import AS_OF, World, random_world

PARTNERSHIPS = """甲方,乙方,合作维度,起,止
{0},{1},供应链,2025-01-01,
{0},{2},创新链,2025-01-01,
{1},{2},创新链,2025-01-01,
{1},{3},创新链,2025-01-01,
{2},{4},资金链,2025-01-01,2025-12-31
"""


def tables() -> World:
    return random_world(5)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("world")
    world = tables()
    names = list(dict.fromkeys(row["provider"] for row in world.tables["resources"]))
    made = world.write(folder / "tables")
    (made / "合作关系.csv").write_text(PARTNERSHIPS.format(*names), encoding="utf-8")
    with loaded_store(made, folder / "store") as opened:
        say_more(opened)
        yield opened


@pytest.fixture(scope="module")
def setting(store: Store) -> PartnerSetting:
    return partner_setting(store, CoverageQuestion(as_of=AS_OF))[1]


@pytest.fixture(scope="module")
def place(setting: PartnerSetting) -> str:
    """The prefecture that lacks most, others being able to help."""
    unmet = np.nansum(setting.spare.unmet, axis=1)
    keys = setting.spare.cube.grid.regions["key"]
    return prefecture_of(str(keys.iloc[int(np.argmax(unmet))]))


def asked(store: Store, requester: str, **more: Any) -> PartnerAnswer:
    return partners(store, PartnerQuestion(requester=requester, as_of=AS_OF, **more))


# --- naive parts --------------------------------------------------------------------------------------


def resources_of(setting: PartnerSetting, key: str, requester: str) -> list[int]:
    frame, active = setting.spare.resources, setting.spare.cube.offered.active
    return [
        s
        for s in range(len(frame))
        if frame["provider"][s] == key and active[s] and prefecture_of(frame["home"][s]) != requester
    ]


def weighted(setting: PartnerSetting, rows: list[int], values: list[float]) -> float | None:
    spare = [setting.spare.left[[s]].sum() for s in rows]
    known = [(w, v) for w, v in zip(spare, values, strict=True) if not math.isnan(v)]
    if not known:
        return None
    total = sum(w for w, _ in known)
    if total == 0:
        return sum(v for _, v in known) / len(known)
    return sum(w * v for w, v in known) / total


def naive_parts(setting: PartnerSetting, key: str, place: str) -> dict[str, float | None]:
    cube, frame = setting.spare.cube, setting.spare.resources
    rows = resources_of(setting, key, place)
    types = len(cube.grid.types)
    regions = [r for r, k in enumerate(cube.grid.regions["key"]) if prefecture_of(k) == place]
    unmet = np.nansum(setting.spare.unmet[regions], axis=0)
    need = np.nansum(setting.spare.unmet[regions], axis=1)
    need = need / need.sum()
    matches = cube.offered.matches.toarray() > 0
    left = setting.spare.left.toarray()
    meets = 0.0
    for t in range(types):
        columns = list(range(t, len(unmet), types))
        suited = sum(unmet[n] for n in columns if any(matches[s, n] for s in rows))
        meets += min(sum(left[s, n] for s in rows for n in columns), suited)
    by_chain = unmet.reshape(-1, types).sum(axis=1)
    by_chain = by_chain / by_chain.sum()
    places = cube.facts.demand.regions.set_index("key")
    offers = setting.facts.offers
    reach, related, quality, openness = [], [], [], []
    for s in rows:
        home, offer = places.loc[frame["home"][s]], offers.loc[frame["resource"][s]]
        w = 0.0
        for r, share in zip(regions, need, strict=True):
            seat = cube.grid.regions.loc[r]
            km = float(road_km(home["lon"], home["lat"], seat["lon"], seat["lat"]))
            w += share * (1.0 if offer["online"] else 0.0 if km > 180 else math.exp(-0.5 * (km / 60) ** 2))
        reach.append(w)
        own = {n // types for n in np.flatnonzero(matches[s])}
        related.append(sum(by_chain[c] * max(setting.related[c, o] for o in own) for c in range(len(by_chain))))
        known = [vocabulary("levels")[offer["level"]]["rank"] / 4] if isinstance(offer["level"], str) else []
        known += [] if math.isnan(offer["rating"]) else [offer["rating"] / 5]
        quality.append(sum(known) / len(known) if known else math.nan)
        shareable, terms = offer["shareable"], offer["terms"]
        unknown = shareable is None or shareable != shareable  # noqa: PLR0124 NaN
        openness.append(math.nan if unknown else (1.0 if isinstance(terms, str) and terms else 0.5) * bool(shareable))
    return {
        "complementarity": math.log1p(meets) / math.log1p(unmet.sum()),
        "reach": weighted(setting, rows, reach),
        "relatedness": weighted(setting, rows, related),
        "quality": weighted(setting, rows, quality),
        "openness": weighted(setting, rows, openness),
    }


def test_every_part_equals_the_naive_one(store: Store, setting: PartnerSetting, place: str) -> None:
    found = asked(store, place).rows()
    assert len(found) > 3
    for partner in found:
        for part, value in naive_parts(setting, partner.key, place).items():
            ours = partner.parts[part]
            assert (ours is None) == (value is None), (partner.key, part)
            assert (ours or 0.0) == pytest.approx(value or 0.0, rel=1e-9, abs=1e-12), (partner.key, part)


def test_the_score_is_the_sum_of_its_parts(store: Store, place: str) -> None:
    for partner in asked(store, place).rows():
        assert sum(partner.weights.values()) == pytest.approx(1.0)
        assert all(0 <= v <= 1 for v in partner.parts.values() if v is not None)
        assert all(partner.weights[p] == 0 for p, v in partner.parts.items() if v is None)
        summed = sum(partner.weights[p] * (v or 0.0) for p, v in partner.parts.items())
        assert partner.score == pytest.approx(summed)
        assert partner.would_meet is not None
        assert 0 <= partner.would_meet <= partner.spare_capacity + 1e-9


def test_what_would_be_met_of_unknown_demand_is_unknown(store: Store, setting: PartnerSetting) -> None:
    regions, known = setting.spare.cube.grid.regions["key"].to_numpy(), ~np.isnan(setting.spare.unmet).all(axis=1)
    unknown = next(str(key) for key in regions[~known])
    found = asked(store, unknown)
    assert (found.who.unknown, found.who.unmet) == (True, 0.0)
    rows = found.rows()
    assert len(rows) > 0
    assert {(row.would_meet, row.share_met, row.parts["complementarity"]) for row in rows} == {(None, None, None)}


def test_the_record_counts_partnerships_and_shared_partners(store: Store, setting: PartnerSetting) -> None:
    """0–1, 0–2, 1–2 and 1–3 hold: for 0, 1 has one of its own and shares 2, who has 2 partners."""
    nodes = {name: key for key, name in setting.facts.parties["name"].items()}
    names = list(dict.fromkeys(row["provider"] for row in tables().tables["resources"]))
    keys = [nodes[name] for name in names[:5]]
    found = {p.key: p for p in asked(store, keys[0], candidates="all").rows()}
    expected = {
        keys[1]: 1 + 1 / math.log(2),
        keys[2]: 1 + 1 / math.log(3),
        keys[3]: 1 / math.log(3),
        keys[4]: 0.0,  # the partnership has ended
    }
    met = [key for key in expected if key in found]
    assert met
    for key in met:
        assert found[key].parts["record"] == pytest.approx(expected[key] / (1 + expected[key]))


# --- filters, weights, pins ---------------------------------------------------------------------------


def keys(answer: PartnerAnswer) -> list[str]:
    return answer.ranked["key"].tolist()


def test_candidates_are_elsewhere_best_first(store: Store, place: str) -> None:
    found = asked(store, place).rows()
    assert [p.rank for p in found] == list(range(1, len(found) + 1))
    assert [(-p.score, p.key) for p in found] == sorted((-p.score, p.key) for p in found)
    assert all(p.label == "Organization" for p in found)
    assert all(p.label == "Carrier" for p in asked(store, place, candidates="carrier").rows())


Passes = Callable[[int, "pd.Series[Any]"], bool]


def passing(setting: PartnerSetting, place: str, passes: Passes) -> dict[str, list[int]]:
    """The resources in force of everyone elsewhere that pass: number and what is offered."""
    frame, offers = setting.spare.resources, setting.facts.offers
    found: dict[str, list[int]] = {}
    for key in sorted(set(frame["provider"])):
        rows = [s for s in resources_of(setting, key, place) if passes(s, offers.loc[frame["resource"][s]])]
        if rows:
            found[key] = rows
    return found


def columns_of(setting: PartnerSetting, s: int) -> list[tuple[str, str]]:
    """The chains and service types of a resource."""
    grid = setting.spare.cube.grid
    width = len(grid.types)
    row = setting.spare.cube.offered.matches[[s]].toarray()[0]
    return [(grid.chains["key"].iloc[n // width], grid.types[n % width]) for n in np.flatnonzero(row > 0)]


def km_to(setting: PartnerSetting, s: int, place: str) -> float:
    """The distance of a resource's home from a prefecture's counties, weighted by what they lack."""
    grid, places = setting.spare.cube.grid, setting.spare.cube.facts.demand.regions.set_index("key")
    inside = [r for r, k in enumerate(grid.regions["key"]) if prefecture_of(k) == place]
    need = np.nansum(setting.spare.unmet[inside], axis=1)
    home, seats = places.loc[setting.spare.resources["home"][s]], grid.regions.iloc[inside]
    each = [
        float(road_km(home["lon"], home["lat"], lon, lat)) for lon, lat in zip(seats["lon"], seats["lat"], strict=True)
    ]
    return float(np.dot(each, need) / need.sum())


def rank_of(offer: "pd.Series[Any]") -> int:
    return int(vocabulary("levels")[offer["level"]]["rank"]) if isinstance(offer["level"], str) else 0


def expected_of(setting: PartnerSetting, place: str, name: str, value: Any) -> dict[str, list[int]]:
    """Who passes a filter with what, by plain words of the contract."""
    chains = setting.spare.cube.grid.chains.set_index("key")[["pillar", "system"]]
    dimensions = setting.facts.dimensions.groupby("resource")["dimension"].agg(set)
    resource = setting.spare.resources["resource"]
    tests: dict[str, Passes] = {
        "service_types": lambda s, _: any(t in value for _, t in columns_of(setting, s)),
        "industry": lambda s, _: any(value in (c, *chains.loc[c]) for c, _ in columns_of(setting, s)),
        "dimensions": lambda s, _: bool(dimensions.get(resource[s], set()) & set(value)),
        "level": lambda _, offer: rank_of(offer) >= vocabulary("levels")[value]["rank"],
        "mode": lambda _, o: (
            o["online"] is True if value == "online" else o["offline"] is True or o["online"] is not True
        ),
        "max_km": lambda s, _: km_to(setting, s, place) <= value,
        "shareable": lambda _, offer: offer["shareable"] is True,
        "min_spare": lambda *_: True,
    }
    found = passing(setting, place, tests[name])
    if name == "min_spare":
        return {k: rows for k, rows in found.items() if setting.spare.left[rows].sum() >= value}
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_types", ("SC01",)), ("industry", "5+1"), ("industry", "CH01"), ("dimensions", ("capital",)),
        ("level", "county"), ("level", "provincial"), ("mode", "online"), ("mode", "offline"), ("max_km", None),
        ("shareable", True), ("min_spare", 20.0),
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_leaves_exactly_who_passes(
    store: Store, setting: PartnerSetting, place: str, name: str, value: Any
) -> None:
    everyone = passing(setting, place, lambda *_: True)
    if value is None:  # between the two distances in the middle
        km = sorted({round(km_to(setting, s, place), 6) for rows in everyone.values() for s in rows})
        value = (km[len(km) // 2 - 1] + km[len(km) // 2]) / 2
    expected = expected_of(setting, place, name, value)
    found = asked(store, place, **{name: value}).rows()
    assert {p.key: p.resources for p in found} == {key: len(rows) for key, rows in expected.items()}
    fewer = sum(map(len, expected.values())) < sum(map(len, everyone.values()))
    assert expected and fewer, "the world has nobody whom the filter tells apart"


def test_what_lies_on_a_limit_passes(store: Store, setting: PartnerSetting, place: str) -> None:
    """The least level, the farthest distance and the least capacity that are asked for are enough."""
    ranks = {rank_of(setting.facts.offers.loc[setting.spare.resources["resource"][s]])
             for rows in passing(setting, place, lambda *_: True).values() for s in rows}  # fmt: skip
    for entry in vocabulary("levels"):
        here = set(keys(asked(store, place, level=entry.id)))
        assert here == set(expected_of(setting, place, "level", entry.id))
        assert bool(here) == (max(ranks) >= entry["rank"])
    nearest = min(asked(store, place).rows(), key=lambda p: p.distance_km or 0.0)
    assert nearest.key in keys(asked(store, place, max_km=(nearest.distance_km or 0.0) * (1 + 1e-12)))
    richest = max(asked(store, place).rows(), key=lambda p: p.spare_capacity)
    assert keys(asked(store, place, min_spare=richest.spare_capacity * (1 - 1e-12))) == [richest.key]


def test_just_as_near_and_just_as_much_as_is_asked_for_is_enough(setting: PartnerSetting, place: str) -> None:
    question = PartnerQuestion(requester=place, as_of=AS_OF)
    ask = ask_of(setting, question)
    km, _ = distances(setting, ask)

    def pool(**limit: float) -> CandidatePool:
        return candidate_pool(setting, question.model_copy(update=limit), ask, km)

    limit = float(np.unique(km)[len(np.unique(km)) // 2])
    assert pool(max_km=limit).fits["max_km"].tolist() == [bool(one <= limit) for one in km]
    every = pool()
    mask, spare = every.chosen(), setting.spare.left @ np.ones(setting.spare.left.shape[1])
    have = np.bincount(every.owner[mask], spare[every.resource[mask]], len(every.keys))
    least = float(np.unique(have)[1])
    found = set(every.owner[pool(min_spare=least).chosen()])
    assert found == {owner for owner in set(every.owner[mask]) if have[owner] >= least}
    assert any(have[owner] == least for owner in found)


def test_weights_decide_the_order(store: Store, place: str) -> None:
    found = asked(store, place, weights={"reach": 3.0}).rows()
    assert [p.parts["reach"] for p in found] == sorted((p.parts["reach"] or 0.0 for p in found), reverse=True)
    assert found[0].weights == {**dict.fromkeys(PARTS, 0.0), "reach": 1.0}
    assert checked_weights(None)["complementarity"] == pytest.approx(0.35)


def test_pins_stand_first_and_exclusions_nowhere(store: Store, place: str) -> None:
    ranked = keys(asked(store, place))
    last, first = ranked[-1], ranked[0]
    found = asked(store, place, pins=(last,), exclude=(first,), max_km=0.0).rows()
    assert found[0].key == last
    assert found[0].pinned
    assert first not in [p.key for p in found]


@pytest.mark.parametrize(
    ("question", "ways_there_are"),
    [
        ({"level": "county", "max_km": 0.0, "min_spare": 0.0}, 1),
        ({"service_types": ("SC01",), "level": "provincial"}, 2),
        ({"service_types": ("SC01",), "level": "provincial", "max_km": 0.0}, 2),
    ],
    ids=str,
)
def test_relaxations_are_all_ways_to_drop_the_fewest_filters(
    store: Store, place: str, question: dict[str, Any], ways_there_are: int
) -> None:
    answer = asked(store, place, **question)
    assert not len(answer.ranked)
    for size in range(1, len(question) + 1):
        tried = [(drop, {k: v for k, v in question.items() if k not in drop}) for drop in combinations(question, size)]
        counted = [(-len(asked(store, place, **kept).ranked), list(drop)) for drop, kept in tried]
        if ways := [way for way in counted if way[0]]:
            break
    assert [(-way.candidates, way.drop) for way in answer.relaxations] == sorted(ways)
    assert len(ways) == ways_there_are


def test_every_kind_of_requester(store: Store, setting: PartnerSetting) -> None:
    with store.read() as session:
        setting = replace(setting, facts=with_enterprises(session, setting.facts, None))
    parties = setting.facts.parties
    for label in ("Organization", "Carrier", "Enterprise"):
        chosen = parties[(parties["label"] == label) & parties["region"].notna()]
        key = str(chosen.index[0])
        answer = asked(store, key)
        assert answer.who.key == key
        assert answer.who.kind == label.lower()
        assert key not in keys(answer)
    firm = setting.spare.cube.facts.demand.enterprises.dropna(subset=["chain"]).iloc[0]
    ask = ask_of(setting, PartnerQuestion(requester=firm["enterprise"], as_of=AS_OF))
    own = set(setting.spare.cube.grid.chains["key"][ask.chains > 0])
    chains = setting.spare.cube.facts.demand.enterprises
    assert own <= set(chains.loc[chains["enterprise"] == firm["enterprise"], "chain"])


def test_an_enterprise_is_found_by_its_name_however_it_is_written(store: Store) -> None:
    with store.read() as session:
        firm = session.frame(ENTERPRISES).drop_duplicates("name", keep=False).iloc[0]
        named = with_enterprises(
            session, partner_setting(store, CoverageQuestion(as_of=AS_OF))[1].facts, [firm["name"]]
        )
    assert named.parties.index[named.parties["label"] == "Enterprise"].tolist() == [firm["key"]]
    for text in (firm["key"], firm["name"], f" {firm['name'][:2]} {firm['name'][2:]} "):
        assert asked(store, text).who.key == firm["key"]


def test_every_rank_is_explained_in_both_languages(store: Store, place: str) -> None:
    for partner in asked(store, place).rows(0, 5):
        assert partner.explanation.startswith(f"第 {partner.rank} 名")
        assert partner.explanation_en.startswith(f"Rank {partner.rank}")
        assert partner.explanation.count("。") == 1


def test_a_page_is_a_part_of_the_whole(store: Store, place: str) -> None:
    answer = asked(store, place)
    one = answer.page(2)
    two = answer.page(2, int(one.next or 0))
    assert [p.key for p in (*one.data, *two.data)] == keys(answer)[:4]
    assert isinstance(one.data[0], Partner)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("weights.reach", {"weights": {"reach": -1.0}}), ("weights", {"weights": dict.fromkeys(PARTS, 0.0)}),
        ("weights", {"weights": {"beauty": 1.0}}), ("weights.reach", {"weights": {"reach": math.nan}}),
        ("weights.reach", {"weights": {"reach": math.inf}}),
        ("weights", {"weights": {"reach": 1e308, "quality": 1e308}}),
        ("max_km", {"max_km": -1.0}), ("max_km", {"max_km": math.inf}), ("min_spare", {"min_spare": math.inf}),
        ("level", {"level": "best"}), ("service_types", {"service_types": ("SC99",)}),
        ("requester", {"requester": "510000"}),
    ],
    ids=str,
)  # fmt: skip
def test_nonsense_is_refused_by_name(store: Store, place: str, name: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameter) as refused:
        asked(store, **{"requester": place, **wrong})
    assert refused.value.details["name"] == name


def test_no_way_and_no_spare_capacity_may_be_asked_for() -> None:
    _check(PartnerQuestion(requester="510700", max_km=0.0, min_spare=0.0))
    assert checked_weights({"reach": 3.0, "quality": 0.0}) == {part: float(part == "reach") for part in PARTS}


def test_nobody_is_called_so(store: Store, place: str) -> None:
    with pytest.raises(NotFound, match="无此单位"):
        asked(store, "无此单位")
    with pytest.raises(NotFound):
        asked(store, place, pins=("无此单位",))
    one = keys(asked(store, place))[0]
    with pytest.raises(BadParameter):
        asked(store, place, pins=(one,), exclude=(one,))
    with pytest.raises(BadParameter, match="就是求助方自己"):
        asked(store, one, pins=(one,))


def test_of_several_of_one_name_the_keys_are_listed(tmp_path: Path) -> None:
    rows = "".join(f"同名中心,{place},服务机构\n" for place in ("绵阳市", "德阳市"))
    tables = delivery(tmp_path, {"机构": f"名称,所在地区,类型\n{rows}"})
    with loaded_store(tables, tmp_path / "store") as two:
        setting = partner_setting(two, CoverageQuestion(as_of=AS_OF))[1]
        named = [str(key) for key, name in setting.facts.parties["name"].items() if name == "同名中心"]
        assert len(named) == 2
        with pytest.raises(BadParameter) as told:
            asked(two, "同名中心")
        assert told.value.details["reason"] == Text(
            f"2 个同名，请用标识：{'、'.join(named)}", f"2 are called so; use a key: {'、'.join(named)}"
        )
        assert asked(two, named[0]).who.name == "同名中心"
        assert find_party(setting, "没有这家") is None


def test_who_serves_from_elsewhere_is_told_to_be_there(tmp_path: Path) -> None:
    tables = {
        "organizations": "名称,类型,所在地区\n甲,服务机构,绵阳市涪城区\n乙,服务机构,成都市锦江区\n",
        "carriers": "名称,类型,所在地区\n示例园,其他,宜宾市翠屏区\n",
        "resources": "名称,资源类别,服务类型,提供机构,所在载体,年服务能力\n一,服务产品,技术支持,甲,示例园,10\n"
        "二,服务产品,技术支持,甲,,10\n三,服务产品,技术支持,乙,示例园,10\n四,服务产品,技术支持,乙,,10\n",
    }
    with loaded_store(delivery(tmp_path, tables), tmp_path / "store") as made:
        found = {p.name: (p.region, p.resources) for p in asked(made, "510700").rows()}
    assert found == {"甲": ("511502", 1), "乙": ("510104", 2)}, "what it offers at home is no help from elsewhere"


def test_a_zone_asks_for_all_its_prefectures_and_the_province_for_nobody(store: Store) -> None:
    who = asked(store, "south_sichuan").who
    assert (who.key, who.name, who.kind, who.region) == ("south_sichuan", "川南经济区", "zone", "south_sichuan")
    with pytest.raises(BadParameter) as told:
        asked(store, "510000")
    assert told.value.details["reason"] == Text(
        "全省之外没有伙伴：请指定市州、区县或经济区", "there is nobody outside: name a part of it"
    )


def test_a_place_that_is_none_is_told_with_what_comes_near(store: Store) -> None:
    with pytest.raises(NotFound, match="棉阳市") as told:
        partners(store, PartnerQuestion(requester="棉阳市", as_of=AS_OF), gazetteer.region)
    assert "绵阳市" in told.value.say("zh")
    here = partners(store, PartnerQuestion(requester="绵阳", as_of=AS_OF), gazetteer.region)
    assert (here.who.key, here.who.kind) == ("510700", "region")


# --- the matrix ---------------------------------------------------------------------------------------


def test_the_matrix_equals_the_naive_sums(store: Store, setting: PartnerSetting) -> None:
    spare, cube = setting.spare, setting.spare.cube
    left = spare.left.toarray()
    pairs = complementarity_matrix(store, CoverageQuestion(as_of=AS_OF)).data
    both = [-((p.a_to_b or 0.0) + (p.b_to_a or 0.0)) for p in pairs]
    assert both == sorted(both)
    codes = sorted({prefecture_of(key) for key in cube.grid.regions["key"]})
    assert sorted((p.a, p.b) for p in pairs) == list(combinations(codes, 2))
    unknown = [p for p in pairs if p.a_to_b is None or p.b_to_a is None]
    assert unknown
    for pair in (*pairs[:20], *unknown[:20]):
        for one, other, ours in ((pair.a, pair.b, pair.a_to_b), (pair.b, pair.a, pair.b_to_a)):
            homes = [s for s, h in enumerate(spare.resources["home"]) if prefecture_of(h) == one]
            regions = [r for r, k in enumerate(cube.grid.regions["key"]) if prefecture_of(k) == other]
            if np.isnan(spare.unmet[regions]).all():
                assert ours is None
                continue
            gives, lacks = left[homes].sum(axis=0), np.nan_to_num(spare.unmet[regions]).sum(axis=0)
            assert ours == pytest.approx(float(np.minimum(gives, lacks).sum()), abs=1e-9)
    assert len(complementarity_matrix(store, CoverageQuestion(as_of=AS_OF), level="zone").data) == 10


# --- what tells apart, and who is enough together -------------------------------------------------------


def test_standings_are_shares_of_the_others_below(store: Store, place: str) -> None:
    found = asked(store, place).rows()
    for part in PARTS:
        values = {row.key: row.parts[part] for row in found if row.parts[part] is not None}
        for row in found:
            own = values.get(row.key)
            others = [round(v, 9) for key, v in values.items() if key != row.key]
            below = sum(v < round(own or 0.0, 9) for v in others)
            same = sum(v == round(own or 0.0, 9) for v in others)
            assert row.standings[part] == (None if own is None else pytest.approx((below + same / 2) / len(others)))


def test_the_fewest_partners_fill_the_share_and_no_fewer_could(store: Store, place: str) -> None:
    alone = {row.key: row for row in asked(store, place).rows()}
    made = fewest_partners(store, FewestQuestion(of=PartnerQuestion(requester=place, as_of=AS_OF), share=0.02)).data
    assert made.proven
    assert made.filled >= made.wanted == pytest.approx(0.02 * made.requester.unmet)
    assert made.filled == pytest.approx(sum(m.fills for m in made.members))
    best = sorted((row.would_meet or 0.0 for row in alone.values()), reverse=True)
    assert sum(best[: made.least - 1]) < made.wanted, "even without any overlap fewer would not do"
    for member in made.members:
        assert member.fills <= member.would_meet * (1 + 1e-9)
        assert (member.score, member.name) == (alone[member.key].score, alone[member.key].name)
    for other in made.others:
        assert len(other.keys) == len(made.members)
        assert len(other.without) == len(other.instead) > 0


def test_what_each_has_to_spare_stands_in_the_groups_to_the_last_unit(store: Store, place: str) -> None:
    found, pool, chosen = search(store, PartnerQuestion(requester=place, as_of=AS_OF), None)
    giving = _giving(found, pool, chosen)
    alone = np.array([float(giving.filled(np.array([at])).sum()) for at in range(len(found.ranked))])
    assert (alone <= found.ranked["would_meet"].to_numpy() * (1 + 1e-9)).all()
    spare = giving.has.sum(axis=1).tolist()
    assert spare == pytest.approx(found.ranked["spare_capacity"].tolist())
    assert min(giving.has.data.tolist()) > 0


def test_a_share_that_nobody_can_fill_is_filled_as_far_as_it_goes(store: Store, place: str) -> None:
    question = PartnerQuestion(requester=place, as_of=AS_OF, service_types=("SC01",))
    made = fewest_partners(store, FewestQuestion(of=question, share=1.0)).data
    assert made.filled == pytest.approx(min(made.possible, made.wanted))
    assert said_of_set(made, "zh")[0].startswith("全部候选合力最多补") == (made.possible < made.wanted)


def test_pins_are_in_every_set_and_exclusions_in_none(store: Store, place: str) -> None:
    usual = fewest_partners(store, FewestQuestion(of=PartnerQuestion(requester=place, as_of=AS_OF), share=0.02)).data
    last, first = asked(store, place).rows()[-1], usual.members[0]
    changed = PartnerQuestion(requester=place, as_of=AS_OF, pins=(last.key,), exclude=(first.key,))
    made = fewest_partners(store, FewestQuestion(of=changed, share=0.02)).data
    assert last.key in {m.key for m in made.members}
    assert all(last.key in other.keys for other in made.others)
    assert first.key not in {m.key for m in made.members}


def test_a_share_that_is_none_is_refused(store: Store, place: str) -> None:
    with pytest.raises(BadParameter, match="share"):
        fewest_partners(store, FewestQuestion(of=PartnerQuestion(requester=place, as_of=AS_OF), share=0.0))
