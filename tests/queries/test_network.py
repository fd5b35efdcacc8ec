"""A hand-made province with known answers, and random ones against a plain recomputation from the rows."""

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.errors import BadParameter
from graph.geography import road_km
from graph.stores.base import Store
from graph.stores.opening import open_store
from queries.network.gap_kinds import GAP_REASONS
from queries.network.gaps import _whereabouts
from queries.network.report import NetworkGraph, NetworkReport, network, network_graph
from tests.support.handmade import link, write

DAY = date(2026, 6, 30)
GONE = DAY - timedelta(days=1)
Row = dict[str, Any]


def region(key: str, level: str, lon: float | None, **more: Any) -> Row:
    prefecture = None if level == "province" else key[:4] + "00"
    return {
        "key": key,
        "name": f"地{key}",
        "level": level,
        "prefecture": prefecture,
        "lon": lon,
        "lat": 30.0,
        **more,
    }


# Along 30° N a degree is 96.3 km, 125.2 km by road.
REGIONS = [
    region("510000", "province", 104.0),
    region("510100", "prefecture", 104.0),
    region("510101", "county", 104.0),
    region("510102", "county", 104.2),
    region("510200", "prefecture", 105.0, data_class="REAL"),
    region("510201", "county", 105.0),
    region("510202", "county", 106.0),
    region("510202001", "township", 106.5),
]
WINDOWS: list[Row] = [
    {"key": "w0", "name": "枢纽", "kind": "hub", "data_class": "REAL"},
    {"key": "w1", "name": "甲窗口", "kind": "prefecture_window", "until": DAY, "data_class": "REAL"},
    {"key": "w2", "name": "乙窗口", "kind": "prefecture_window", "until": GONE, "data_class": "REAL"},
    {"key": "w3", "name": "集群窗口", "kind": "cluster_window", "data_class": "SYNTHETIC"},
    {"key": "w4", "name": "未来站点", "kind": "station", "since": DAY + timedelta(days=1)},
]
CARRIERS: list[Row] = [
    {"key": "c1", "name": "孵化器", "kind": "incubator", "lon": 104.05, "lat": 30.1, "level": "national"},
    {"key": "c2", "name": "基地", "kind": "entrepreneurship_base", "lon": 106.1},
    {"key": "c3", "name": "园区", "kind": "industrial_park", "until": GONE},
    {"key": "c4", "name": "省级平台", "kind": "demonstration_platform"},
]
PARKS = [{"key": "p1", "name": "近园"}, {"key": "p2", "name": "远园", "data_class": "REAL"}]
HOMES = {
    "Window": {"w0": "510000", "w1": "510100", "w2": "510200", "w3": "510201", "w4": "510102"},
    "Carrier": {"c1": "510101", "c2": "510202001", "c3": "510202", "c4": "510000"},
    "Park": {"p1": "510102", "p2": "510202"},
}
LINKS = {
    ("PART_OF", "Region", "Region"): link({r["key"]: r["key"][:4] + "00" for r in REGIONS if r["level"] == "county"})
    + link({"510202001": "510202"}),
    **{("LOCATED_IN", label, "Region"): link(homes) for label, homes in HOMES.items()},
    ("SERVES", "Window", "Chain"): link({"w3": "CH01", "w2": "CH03"}),
    ("SERVES", "Carrier", "Chain"): link([("c1", "CH02"), ("c2", "CH02"), ("c2", "CH05"), ("c3", "CH03")]),
    ("SERVES", "Window", "Region"): link({"w1": "510202"}),
    ("REPORTS_TO", "Window", "Window"): link({"w4": "w1"}, data_class="REAL"),
    ("PARTNERS_WITH", "Carrier", "Window"): link({"c1": "w3"}, dimension="brand_chain", since=DAY),
    ("PARTNERS_WITH", "Carrier", "Carrier"): link({"c1": "c2"}, dimension="supply_chain", until=GONE),
}
FIGURES: list[Row] = [
    {"key": "f1", "name": "重点产业集群窗口平台", "topic": "网络", "value": 10.0},
    {"key": "f2", "name": "省级枢纽平台", "topic": "网络", "value": 1.0},
    {"key": "f3", "name": "其他", "topic": "网络", "value": 3.0},
    {"key": "f4", "name": "市（州）窗口平台", "topic": "别的", "value": 21.0},
]
CHAINS = [{"key": f"CH0{n}", "name": f"链{n}"} for n in range(1, 6)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path_factory.mktemp('network') / 's.lbug'}") as made:
        nodes: dict[str, list[Row]] = {
            "Region": REGIONS,
            "Window": WINDOWS,
            "Carrier": CARRIERS,
            "Park": PARKS,
            "Chain": CHAINS,
            "Figure": FIGURES,
        }
        write(made, nodes, LINKS)
        yield made


def report(store: Store, reach_km: float = 30) -> NetworkReport:
    return network(store, as_of=DAY, reach_km=reach_km).data


def test_road_distance_is_the_detour_times_the_great_circle() -> None:
    quarter = 1.3 * 6371.0088 * math.pi / 2
    assert float(road_km(0, 0, 90, 0)) == pytest.approx(quarter)
    assert float(road_km(10, -90, 10, 90)) == pytest.approx(2 * quarter)
    assert float(road_km(104, 30, 104, 30)) == 0
    assert road_km([[0], [1]], [[0], [0]], [0, 90, math.nan], [0, 0, 0]).shape == (2, 3)


def test_presence_counts_what_is_active_on_the_day(store: Store) -> None:
    levels = {p.level: (p.with_presence, p.total, p.share, p.target) for p in report(store).presence}
    assert levels == {
        "province": (1, 1, 1.0, 1.0),
        "prefecture": (1, 2, 0.5, 1.0),
        "county": (3, 4, 0.75, 1.0),  # 510101 by c1, 510201 by w3, 510202 by c2 in its township
        "park": (1, 2, 0.5, None),
    }


def test_what_the_notice_states_stands_beside_what_is_known(store: Store) -> None:
    stated = [(s.kind, s.stated, s.known) for s in report(store).stated]
    assert stated == [("hub", 1, 1), ("cluster_window", 10, 1)]


def test_vertical_gaps_name_the_nearest(store: Store) -> None:
    gaps = report(store).vertical
    assert [(g.kind, g.key, g.region, g.nearest_name) for g in gaps] == [
        ("prefecture_without_window", "510200", "510200", "甲窗口"),
        ("county_without_presence", "510102", "510102", "孵化器"),
        ("park_out_of_reach", "p2", "510202", "集群窗口"),
        ("base_out_of_reach", "c2", "510202001", "集群窗口"),
    ]
    assert [round(g.nearest_km or 0) for g in gaps] == [125, 25, 125, 188]
    assert (gaps[0].data_class, gaps[0].name, gaps[0].region_name) == ("REAL", "地510200", "地510200")
    assert gaps[2].reason_zh == "所在区县和 30 公里内没有在运行的窗口或站点，最近的是集群窗口，约 125 公里"
    assert _whereabouts(0.4, "甲窗口", located=True).zh == "，最近的是甲窗口，只知道它在哪个市（州），位置按驻地计"
    assert _whereabouts(0.6, "甲窗口", located=True).en == "; the nearest is 甲窗口, about 1 km away"
    assert gaps[2].reason_en.startswith("no active window or station in its county or within 30 km; the nearest")


def test_reach_is_a_parameter(store: Store) -> None:
    def parks(km: float) -> list[str]:
        return [g.key for g in report(store, km).vertical if g.kind == "park_out_of_reach"]

    assert (parks(20), parks(30), parks(130)) == (["p1", "p2"], ["p2"], [])
    near, far = (
        float(km) for g in report(store, 20).vertical if g.kind == "park_out_of_reach" and (km := g.nearest_km)
    )
    assert (parks(near), parks(math.nextafter(near, 0)), parks(far)) == (["p2"], ["p1", "p2"], [])
    for wrong in (-1.0, math.nan, math.inf):
        with pytest.raises(BadParameter):
            report(store, wrong)


def test_horizontal_gaps_say_which_of_both_is_missing(store: Store) -> None:
    found = report(store)
    assert [(g.kind, g.key) for g in found.horizontal] == [
        ("chain_unserved", "CH03"),  # only said by what is closed
        ("chain_unserved", "CH04"),
        ("chain_without_window", "CH02"),
        ("chain_without_window", "CH05"),
        ("chain_without_carrier", "CH01"),
    ]
    counts = {c.chain: (c.cluster_windows, c.carriers) for c in found.windows_by_chain}
    assert counts == {"CH01": (1, 0), "CH02": (0, 2), "CH03": (0, 0), "CH04": (0, 0), "CH05": (0, 1)}
    assert {g.region for g in found.horizontal} == {None}


def test_the_answer_says_what_it_rests_on(store: Store) -> None:
    meta = network(store, as_of=DAY).meta
    assert meta.graph_version == 1
    assert meta.parameters == {"as_of": "2026-06-30", "reach_km": 30.0}
    assert meta.data_class == {"REAL": 3, "EDITORIAL": 0, "SYNTHETIC": 1}


def test_another_day_gives_another_answer_from_the_same_reading(store: Store) -> None:
    earlier = network(store, as_of=GONE).data
    assert {(g.kind, g.key) for g in earlier.vertical} == {
        ("county_without_presence", "510102"),
        ("park_out_of_reach", "c3"),
        ("park_out_of_reach", "p2"),
        ("base_out_of_reach", "c2"),
    }
    later = network(store, as_of=DAY + timedelta(days=1)).data
    assert {g.key for g in later.vertical if g.kind == "prefecture_without_window"} == {"510100", "510200"}


def edges(graph: NetworkGraph, type_: str) -> set[tuple[str, str]]:
    return {(e.source, e.target) for e in graph.edges if e.type == type_}


def test_the_picture_holds_every_site_at_its_place(store: Store) -> None:
    graph = network_graph(store, as_of=DAY)
    assert [n.key for n in graph.nodes] == ["w0", "w1", "w2", "w3", "w4", "c1", "c2", "c3", "c4"]
    at = {n.key: (n.lon, n.lat) for n in graph.nodes}
    assert at["c1"] == (104.05, 30.1)
    assert at["c2"] == (106.5, 30.0)  # half a coordinate is none
    assert at["w1"] == (104.0, 30.0)
    assert {n.key for n in graph.nodes if not n.active} == {"w2", "w4", "c3"}
    assert {n.key: n.prefecture for n in graph.nodes if n.kind in ("hub", "prefecture_window")} == {
        "w0": None,
        "w1": "510100",
        "w2": "510200",
    }


def test_stored_lines_and_the_implied_backbone(store: Store) -> None:
    graph = network_graph(store, as_of=DAY)
    assert edges(graph, "REPORTS_TO") == {("w4", "w1")}
    assert edges(graph, "PARTNERS_WITH") == {("c1", "w3")}  # the other one has ended
    # c2 and c3 hang on nothing: the window of their prefecture is closed.
    assert edges(graph, "IMPLIED") == {("w1", "w0"), ("w2", "w0"), ("w3", "w0"), ("c1", "w1"), ("c4", "w0")}
    assert {e.data_class for e in graph.edges if e.type == "IMPLIED"} == {None}
    assert {e.dimension for e in graph.edges if e.type == "PARTNERS_WITH"} == {"brand_chain"}


def test_one_prefecture_comes_with_the_windows_above_it(store: Store) -> None:
    graph = network_graph(store, as_of=DAY, prefecture="510200")
    assert [n.key for n in graph.nodes] == ["w0", "w2", "w3", "c2", "c3"]
    assert {(e.source, e.target) for e in graph.edges} == {("w2", "w0"), ("w3", "w0")}
    for wrong in ("510201", "999999"):
        with pytest.raises(BadParameter):
            network_graph(store, as_of=DAY, prefecture=wrong)


def test_an_empty_store_knows_nothing(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 's.lbug'}") as store:
        answer = network(store, as_of=DAY)
        assert [(p.total, p.with_presence, p.share) for p in answer.data.presence] == [(0, 0, None)] * 4
        assert answer.data.vertical == answer.data.horizontal == []
        assert network_graph(store, as_of=DAY) == NetworkGraph(nodes=[], edges=[])


# --- the plain recomputation --------------------------------------------------------------------------

OUTPOSTS = ("prefecture_window", "cluster_window", "station")


class World:
    """Random rows, and the answers worked out from them one by one."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.regions = [region("510000", "province", 104.0)]
        for prefecture in ("510100", "510200", "510300"):
            places = [(prefecture, "prefecture"), *((f"{prefecture[:4]}0{n}", "county") for n in range(1, 5))]
            places.append((f"{prefecture[:4]}01001", "township"))
            for key, level in places:
                where = None if level == "county" and rng.random() < 0.1 else 104 + rng.random()
                self.regions.append(region(key, level, where) | {"lat": 30 + rng.random()})
        self.place = {r["key"]: r for r in self.regions}
        self.windows = [self._site(rng, f"w{n:02d}", ("hub", *OUTPOSTS, "station")) for n in range(14)]
        kinds = ("incubator", "entrepreneurship_base", "industrial_park", "development_zone")
        self.carriers = [self._site(rng, f"c{n:02d}", kinds) for n in range(12)]
        self.parks = [self._site(rng, f"p{n:02d}", (None,)) for n in range(10)]
        self.chains = [f"CH{n:02d}" for n in range(1, 9)]
        self.serves = [(s["key"], c) for s in self.windows + self.carriers for c in self.chains if rng.random() < 0.1]

    def _site(self, rng: random.Random, key: str, kinds: tuple[str | None, ...]) -> Row:
        since, until = ((DAY + timedelta(rng.choice([-9, -1, 0, 1]))) if rng.random() < 0.4 else None for _ in "ab")
        home = rng.choice(list(self.place)) if rng.random() < 0.95 else None
        name = rng.choice("甲乙丙丁戊己庚辛") if key[0] in "pc" else key
        return {
            "key": key,
            "name": name,
            "kind": rng.choice(kinds),
            "since": since,
            "until": until,
            "home": home,
        }

    def fill(self, store: Store) -> None:
        def rows(sites: list[Row], *skipped: str) -> list[Row]:
            return [{k: v for k, v in s.items() if k not in ("home", *skipped)} for s in sites]

        counties = {r["key"]: r["key"][:4] + "00" for r in self.regions if r["level"] == "county"}
        towns = {r["key"]: r["key"][:6] for r in self.regions if r["level"] == "township"}
        nodes = {
            "Region": self.regions,
            "Window": rows(self.windows),
            "Carrier": rows(self.carriers),
            "Park": rows(self.parks, "since", "until"),
            "Chain": [{"key": c, "name": c} for c in self.chains],
        }
        labelled = {"Window": self.windows, "Carrier": self.carriers, "Park": self.parks}
        links = {
            ("LOCATED_IN", label, "Region"): link({s["key"]: s["home"] for s in sites if s["home"]})
            for label, sites in labelled.items()
        }
        links["PART_OF", "Region", "Region"] = link(counties | towns)
        for label in ("Window", "Carrier"):
            own = [p for p in self.serves if p[0][0] == label[0].lower()]
            links["SERVES", label, "Chain"] = link(own)
        write(store, nodes, links)

    def running(self, sites: list[Row]) -> list[Row]:
        return [
            s for s in sites if (s["since"] is None or s["since"] <= DAY) and (s["until"] is None or s["until"] >= DAY)
        ]

    def county(self, key: str | None) -> str | None:
        return key[:6] if key and self.place[key]["level"] in ("county", "township") else None

    def km(self, a: str | None, b: str | None) -> float:
        if a is None or b is None or None in (self.place[a]["lon"], self.place[b]["lon"]):
            return math.inf
        (x1, y1), (x2, y2) = ((math.radians(self.place[r]["lon"]), math.radians(self.place[r]["lat"])) for r in (a, b))
        cosine = math.sin(y1) * math.sin(y2) + math.cos(y1) * math.cos(y2) * math.cos(x1 - x2)
        return 1.3 * 6371.0088 * math.acos(min(1.0, cosine))

    def near(self, home: str | None, sites: list[Row]) -> tuple[float | None, str | None]:
        km, _, name = min(((self.km(home, s["home"]), s["key"], s["name"]) for s in sites), default=(math.inf, "", ""))
        return (None, None) if km == math.inf else (km, name)

    def gaps(self, reach: float) -> dict[tuple[str, str], tuple[float | None, str | None]]:
        sites = [s for s in self.running(self.windows + self.carriers) if s["kind"] != "hub"]
        windows = [s for s in sites if s["kind"] == "prefecture_window"]
        outposts = [s for s in sites if s["kind"] in OUTPOSTS]
        answer = {}
        for key, place in self.place.items():
            if place["level"] == "prefecture" and not any((w["home"] or "")[:4] == key[:4] for w in windows):
                answer["prefecture_without_window", key] = self.near(key, windows)
            if place["level"] == "county" and not any(self.county(s["home"]) == key for s in sites):
                answer["county_without_presence", key] = self.near(key, sites)
        parks = list(self.parks)
        for site in self.running(self.carriers):
            if site["kind"] == "entrepreneurship_base":
                self._park("base_out_of_reach", site, outposts, reach, answer)
            elif site["kind"] in ("industrial_park", "development_zone"):
                parks.append(site)
        known = set()
        for park in parks:
            if (park["name"], park["home"]) not in known:
                self._park("park_out_of_reach", park, outposts, reach, answer)
            known.add((park["name"], park["home"]))
        return answer

    def _park(self, kind: str, park: Row, outposts: list[Row], reach: float, answer: dict[Any, Any]) -> None:
        for outpost in outposts:
            same = park["home"] is not None and park["home"] == outpost["home"]
            county = self.county(park["home"])
            if same or (county and county == self.county(outpost["home"])):
                return
            if self.km(park["home"], outpost["home"]) <= reach:
                return
        answer[kind, park["key"]] = self.near(park["home"], outposts)


@pytest.fixture(scope="module", params=range(12), ids=lambda seed: f"world{seed}")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Store]]:
    made = World(request.param)
    with open_store(f"ladybug://{tmp_path_factory.mktemp('world') / 's.lbug'}") as store:
        made.fill(store)
        yield made, store


@pytest.mark.parametrize("reach", [0.0, 30.0, 80.0])
def test_vertical_gaps_equal_the_plain_recomputation(world: tuple[World, Store], reach: float) -> None:
    made, store = world
    expected = made.gaps(reach)
    found = report(store, reach).vertical
    assert {(g.kind, g.key) for g in found} == set(expected)
    for gap in found:
        km, name = expected[gap.kind, gap.key]
        assert gap.nearest_km == (None if km is None else pytest.approx(km, abs=1e-3)), gap
        assert gap.nearest_name == name, gap
    kinds = list(GAP_REASONS)
    order = [(kinds.index(g.kind), g.region is None, g.region or "", g.key) for g in found]
    assert order == sorted(order)


def test_presence_and_gaps_complement_each_other(world: tuple[World, Store]) -> None:
    made, store = world
    found = report(store)
    presence = {p.level: p for p in found.presence}
    for level, kind in (("prefecture", "prefecture_without_window"), ("county", "county_without_presence")):
        assert presence[level].total - presence[level].with_presence == sum(g.kind == kind for g in found.vertical)
    sites = [s for s in made.running(made.windows + made.carriers) if s["kind"] != "hub" and s["home"]]
    where = [(made.county, p) if made.county(p["home"]) else (str, p) for p in made.parks]
    reached = [any(of(p["home"]) == of(s["home"]) for s in sites) for of, p in where]
    assert presence["park"].with_presence == sum(reached)
    assert presence["province"].with_presence == any(s["kind"] == "hub" for s in made.running(made.windows))


def test_chains_equal_the_plain_recomputation(world: tuple[World, Store]) -> None:
    made, store = world
    kinds = {
        s["key"]: s["kind"] if s["key"][0] == "w" else "carrier" for s in made.running(made.windows + made.carriers)
    }
    serving = {c: [kinds[s] for s, chain in made.serves if chain == c and s in kinds] for c in made.chains}
    expected = {c: (k.count("cluster_window"), k.count("carrier")) for c, k in serving.items()}
    found = report(store)
    assert {c.chain: (c.cluster_windows, c.carriers) for c in found.windows_by_chain} == expected
    names = {(0, 0): "chain_unserved", (0, 1): "chain_without_window", (1, 0): "chain_without_carrier"}
    lacking = {c: names.get((min(w, 1), min(n, 1))) for c, (w, n) in expected.items()}
    assert {g.key: g.kind for g in found.horizontal} == {c: kind for c, kind in lacking.items() if kind}
