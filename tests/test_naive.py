"""The oracle against numbers worked out by hand, and what the random worlds must contain."""

from __future__ import annotations

import csv
import math
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.naive import Cell, NaiveCell, haversine_km, naive_coverage, naive_rollup, travel_km
from tests.worlds import AS_OF, TABLES, World, random_world

FUCHENG, YOUXIAN, SANTAI, MIANYANG = "510703", "510704", "510722", "510700"
JINGYANG, SHIQU = "510603", "513332"  # 旌阳区 in 德阳市 next door; 石渠县, some 700 km away
PRODUCT = {"kind": "服务产品", "service_types": "SC01", "chains": "CH01"}
TEN_ONE = [{"region": FUCHENG, "chain": "CH01", "count": "500"}]  # D = 500 × 0.02 = 10


def world(**tables: list[dict[str, str]]) -> World:
    """A world with three organisations: 甲 in 涪城区, 乙 in 绵阳市, 丙 in the province."""
    organizations = [
        {"name": name, "region": region}
        for name, region in (("甲", FUCHENG), ("乙", MIANYANG), ("丙", "四川省"), ("丁", FUCHENG))
    ]
    return World({"organizations": organizations, **tables})


def product(provider: str = "甲", **cells: str) -> dict[str, str]:
    """A resource for (CH01, SC01)."""
    return {"name": f"{provider}{sorted(cells.items())}", "provider": provider, **PRODUCT, **cells}


def coverage(found: World, *, standard: float = 1.0) -> dict[Cell, NaiveCell]:
    return naive_coverage(found, as_of=AS_OF, standard=standard)


def one(found: World, region: str = FUCHENG, chain: str = "CH01", type_: str = "SC01") -> NaiveCell:
    return coverage(found)[region, chain, type_]


def weight(km: float) -> float:
    return math.exp(-km * km / 7200)


def test_distance() -> None:
    """One degree of a great circle is πR/180 = 111.195 km; seats by the scalar product as a second way."""
    assert haversine_km(104, 0, 105, 0) == pytest.approx(111.19508, abs=1e-4)
    assert haversine_km(104, 30, 104, 31) == pytest.approx(111.19508, abs=1e-4)
    (lon1, lat1), (lon2, lat2) = (104.75415, 31.4573), (105.09119, 31.09813)  # 涪城区, 三台县
    a, b, c = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(c)
    assert travel_km(FUCHENG, SANTAI) == pytest.approx(1.3 * 6371.0088 * math.acos(cosine), abs=1e-5)
    assert 66 < travel_km(FUCHENG, SANTAI) < 67
    assert travel_km(FUCHENG, SHIQU) > 180


def test_one_resource_one_cell() -> None:
    """K = 4 for D = 10: A = 0.4, supply 4, unmet 6; K = 10 covers; K = 25 more than covers."""
    cell = one(world(demand_counts=TEN_ONE, resources=[product(capacity="4")]))
    assert (cell.demand, cell.supply, cell.ratio, cell.ratio_local) == pytest.approx((10, 4, 0.4, 0.4))
    assert cell.unmet == pytest.approx(6)
    assert (cell.state, cell.providers) == ("partial", 1)
    assert cell.reasons == {"over_capacity", "single_provider"}
    full = one(world(demand_counts=TEN_ONE, resources=[product(capacity="10")]))
    assert (full.state, full.ratio, full.unmet, full.reasons) == ("covered", 1, 0, {"single_provider"})
    more = one(world(demand_counts=TEN_ONE, resources=[product(capacity="25")]))
    assert (more.supply, more.ratio, more.unmet) == pytest.approx((25, 1, 0))
    assert (
        coverage(world(demand_counts=TEN_ONE, resources=[product(capacity="4")]), standard=0.4)[
            FUCHENG, "CH01", "SC01"
        ].state
        == "covered"
    )


def test_two_steps_share_capacity_by_weight() -> None:
    """甲 in 涪城区, K = 6, D = 10 there and 20 in 三台县 (weight v): R = 6/(10 + 20v), A = R and R·v."""
    counts = [*TEN_ONE, {"region": SANTAI, "chain": "CH01", "count": "1000"}]
    found = world(demand_counts=counts, resources=[product(capacity="6")])
    v = weight(travel_km(FUCHENG, SANTAI))
    near, far = one(found), one(found, SANTAI)
    assert (near.ratio, far.ratio) == pytest.approx((6 / (10 + 20 * v), 6 * v / (10 + 20 * v)))
    assert near.supply is not None and far.supply is not None
    assert near.supply + far.supply == pytest.approx(6)
    by_prefecture = world(demand_counts=counts, resources=[product("乙", capacity="6")])  # weight 1 in all
    assert (one(by_prefecture).ratio, one(by_prefecture, SANTAI).ratio) == pytest.approx((0.2, 0.2))
    online = world(demand_counts=counts, resources=[product(capacity="6", modes="线下；线上")])
    assert (one(online).ratio, one(online, SANTAI).ratio) == pytest.approx((0.2, 0.2))


def test_home_and_scope() -> None:
    """The carrier's region is the home; scopes by county, prefecture, province; the province's seat."""
    places = [FUCHENG, SANTAI, MIANYANG, JINGYANG, SHIQU]
    counts = [{"region": place, "chain": "CH01", "count": "500"} for place in places]

    def reached(*resources: dict[str, str]) -> set[str]:
        found = world(demand_counts=counts, resources=list(resources), carriers=[{"name": "园", "region": "510600"}])
        cells = coverage(found)
        return {place for place in places if cells[place, "CH01", "SC01"].providers}

    assert reached(product()) == {FUCHENG, SANTAI, MIANYANG}
    assert reached(product("乙")) == {FUCHENG, SANTAI, MIANYANG}
    assert reached(product("甲", carrier="园")) == {JINGYANG}
    assert reached(product(serves="涪城区")) == {FUCHENG}
    assert reached(product(serves=f"{MIANYANG}、{JINGYANG}")) == {FUCHENG, SANTAI, MIANYANG, JINGYANG}
    assert reached(product(serves="四川省")) == {FUCHENG, SANTAI, MIANYANG, JINGYANG}
    assert reached(product("丙")) == {FUCHENG, SANTAI, MIANYANG, JINGYANG}
    assert reached(product("丙", modes="线上")) == set(places)
    assert reached(product("丙", modes="线上", serves=SHIQU)) == {SHIQU}


def test_local_part() -> None:
    """乙 is of the prefecture, 丙 is of no prefecture: only K = 3 of the 8 is local."""
    resources = [product("乙", capacity="3"), product("丙", capacity="5", modes="线上")]
    cell = one(world(demand_counts=TEN_ONE, resources=resources))
    assert (cell.ratio, cell.ratio_local, cell.providers) == pytest.approx((0.8, 0.3, 2))
    assert cell.reasons == {"over_capacity"}


def test_enterprises_by_chain_and_code() -> None:
    """3985 stands in CH01, CH08 and CH14: a third each; two stated chains: a half each; 9799: none."""
    rows = [
        {"name": "一", "region": FUCHENG, "industry": "3985"},
        {"name": "二", "region": FUCHENG, "chains": "集成电路与新型显示；CH02", "industry": "1512"},
        {"name": "三", "region": YOUXIAN, "industry": "9799"},
        {"name": "四", "region": MIANYANG},
    ]
    cells = coverage(world(enterprises=rows))
    demand = {chain: cells[FUCHENG, chain, "SC07"].demand for chain in ("CH01", "CH02", "CH08", "CH14", "CH11")}
    assert demand == pytest.approx(
        {"CH01": 0.02 * 5 / 6, "CH02": 0.02 / 2, "CH08": 0.02 / 3, "CH14": 0.02 / 3, "CH11": 0}
    )
    assert {cells[YOUXIAN, "CH01", "SC01"].state, cells[MIANYANG, "CH01", "SC01"].state} == {"not_applicable"}
    assert cells[SANTAI, "CH01", "SC01"].reasons == {"not_reported"}
    assert cells[SANTAI, "CH01", "SC01"].demand is None


def test_longest_prefix() -> None:
    """With segments 39 (CH19) and 398 (CH20): 3999 is CH19's, 3989 is CH20's, 3982 stays CH02's."""
    nodes = [
        {"chain": "CH19", "node": "a", "industry": "39"},
        {"chain": "川茶", "node": "b", "industry": "398;96"},
    ]
    rows = [{"name": code, "region": FUCHENG, "industry": code} for code in ("3999", "3989", "3982")]
    cells = coverage(world(enterprises=rows, chain_nodes=nodes))
    having = {chain for (region, chain, _), cell in cells.items() if region == FUCHENG and cell.demand}
    assert having == {"CH19", "CH20", "CH02"}


def test_counts_win_over_enterprises() -> None:
    """A count of 0 silences the enterprises of its own chain only."""
    rows = [{"name": n, "region": FUCHENG, "chains": c} for n, c in (("一", "CH01"), ("二", "CH02"))]
    counts = [{"region": FUCHENG, "chain": "CH01", "count": "0"}]
    cells = coverage(world(enterprises=rows, demand_counts=counts))
    assert cells[FUCHENG, "CH01", "SC01"].state == "not_applicable"
    assert cells[FUCHENG, "CH02", "SC01"].demand == pytest.approx(0.02)


def test_needs() -> None:
    """Stated chain; the enterprise's chains; the region's enterprises 1 : 3; evenly over 40; closed: none."""
    counts = [{"region": FUCHENG, "chain": c, "count": n} for c, n in (("CH01", "100"), ("CH02", "300"))]
    rows = [{"name": "一", "region": FUCHENG, "chains": "CH03;CH04"}]
    needs = [
        {"id": "1", "region": FUCHENG, "service_type": "SC01", "chain": "CH05", "quantity": "7"},
        {"id": "2", "region": FUCHENG, "service_type": "SC02", "enterprise": "一", "state": "对接中"},
        {"id": "3", "region": FUCHENG, "service_type": "SC03", "quantity": "402", "state": "待对接"},
        {"id": "4", "region": YOUXIAN, "service_type": "SC03", "quantity": "10"},
        {"id": "5", "region": SANTAI, "service_type": "SC03", "chain": "CH01", "state": "已关闭"},
    ]
    cells = coverage(world(enterprises=rows, demand_counts=counts, needs=needs))
    assert cells[FUCHENG, "CH05", "SC01"].demand == pytest.approx(7)
    assert cells[FUCHENG, "CH03", "SC02"].demand == pytest.approx(0.5 * 0.02 + 0.5)
    spread = [cells[FUCHENG, chain, "SC03"].demand for chain in ("CH01", "CH02", "CH03", "CH06")]
    shares = [402 * part / 401 + 0.02 * part for part in (100, 300, 0.5, 0)]  # 401 enterprises in all
    assert spread == pytest.approx(shares)
    assert cells[YOUXIAN, "CH40", "SC03"].demand == pytest.approx(0.25)
    assert cells[YOUXIAN, "CH40", "SC01"].state == "not_applicable"
    assert cells[SANTAI, "CH01", "SC03"].state == "not_applicable"


@pytest.mark.parametrize(
    ("ages", "extra", "stale"),
    [
        ([400], False, False),
        ([401], False, True),
        ([900, 400], False, False),
        ([900, None], False, False),
        ([900, 800], False, True),
        ([900], True, False),
    ],
)
def test_freshness(ages: list[int | None], extra: bool, stale: bool) -> None:
    """400 days are fresh, 401 are stale; one fresh row, undated row or enterprise makes the region fresh."""
    counts = [
        {
            "region": FUCHENG,
            "chain": f"CH0{number}",
            "count": "500",
            "as_of": "" if age is None else f"{AS_OF - timedelta(days=age)}",
        }
        for number, age in enumerate(ages, 1)
    ]
    fresh = [{"region": SANTAI, "chain": "CH01", "count": "500"}]
    enterprises = [{"name": "一", "region": FUCHENG}] if extra else []
    found = world(demand_counts=counts + fresh, enterprises=enterprises, resources=[product("乙", capacity="6")])
    cell = one(found)
    assert cell.providers == 1
    if stale:
        assert (cell.demand, cell.supply, cell.ratio, cell.unmet, cell.state) == (
            None,
            None,
            None,
            None,
            "unknown",
        )
        assert cell.reasons == {"stale"}
        assert one(found, SANTAI).ratio == pytest.approx(0.6)  # stale demand claims nothing
    else:
        assert cell.demand == pytest.approx(10)
        assert one(found, SANTAI).ratio == pytest.approx(0.3)


def _days(since: int | None, until: int | None) -> dict[str, str]:
    days = {"since": since, "until": until}
    return {name: f"{AS_OF + timedelta(days=n)}" for name, n in days.items() if n is not None}


@pytest.mark.parametrize(
    ("resources", "state", "reasons"),
    [
        ([], "empty", {"no_provider"}),
        ([product(**_days(None, -1))], "empty", {"no_provider", "all_expired"}),
        ([product(**_days(1, None))], "empty", {"no_provider", "all_expired"}),
        ([product(**_days(0, 0))], "covered", {"single_provider", "capacity_assumed"}),
        ([product(serves=SANTAI)], "empty", {"out_of_reach"}),
        ([product(serves=SHIQU), product(**_days(None, -1))], "empty", {"out_of_reach", "all_expired"}),
        ([product(serves=SANTAI, **_days(None, -1))], "empty", {"no_provider"}),
        ([product(capacity="0")], "empty", {"over_capacity"}),
        (
            [product(capacity="0", modes="线上", level="县级")],
            "empty",
            {"over_capacity", "online_only", "low_level_only"},
        ),
        ([product(capacity="0"), product(**_days(None, -1))], "empty", {"over_capacity"}),
        ([product(capacity="50", modes="线上")], "covered", {"online_only", "single_provider"}),
        ([product(capacity="5", level="市级"), product("乙", capacity="1")], "partial", {"over_capacity"}),
        (
            [product(capacity="5", level="市级"), product("丁", capacity="1", level="县级")],
            "partial",
            {"over_capacity", "low_level_only"},
        ),
        ([product(capacity="5"), product(capacity="6")], "covered", {"single_provider"}),
    ],
)
def test_reasons(resources: list[dict[str, str]], state: str, reasons: set[str]) -> None:
    """D = 10 in 涪城区."""
    cell = one(world(demand_counts=TEN_ONE, resources=resources))
    assert (cell.state, cell.reasons) == (state, reasons)


def test_not_applicable_has_a_ratio() -> None:
    """D = 0 in 游仙区, but 乙 could serve it: A = R = 4/10 from the demand in 涪城区."""
    counts = [*TEN_ONE, {"region": YOUXIAN, "chain": "CH02", "count": "50"}]
    cell = one(world(demand_counts=counts, resources=[product("乙", capacity="4")]), YOUXIAN)
    assert (cell.demand, cell.supply, cell.ratio, cell.ratio_local, cell.unmet) == pytest.approx((0, 0, 0.4, 0.4, 0))
    assert (cell.state, cell.reasons, cell.providers) == ("not_applicable", set(), 1)


def test_rollup() -> None:
    """涪城区 D = 10 at 0.4 by 甲, 市本级 D = 30 by nobody: ratio 4/40; the other counties unknown."""
    counts = [*TEN_ONE, {"region": MIANYANG, "chain": "CH01", "count": "1500"}]
    resources = [
        product(capacity="4", serves=FUCHENG, level="县级"),
        product("乙", capacity="60", serves=SANTAI),
        product("丙", capacity="60", serves="绵阳市", modes="线上", service_types="SC02"),
    ]
    cells = coverage(world(demand_counts=counts, resources=resources))
    group = naive_rollup(cells, ("prefecture", "chain", "service_type"))[MIANYANG, "CH01", "SC01"]
    assert (group.demand, group.supply, group.ratio, group.unmet) == pytest.approx((40, 4, 0.1, 36))
    assert group.cells_by_state == {"partial": 1, "empty": 1, "unknown": 8}
    assert (group.state, group.providers) == ("partial", 2)  # 乙 covers 三台县, whose demand is unknown
    assert group.reasons == {
        "over_capacity",
        "single_provider",
        "low_level_only",
        "out_of_reach",
        "not_reported",
    }
    groups = naive_rollup(cells, ("zone", "service_type"))
    assert groups["攀西经济区", "SC01"].state == "unknown"
    assert groups["攀西经济区", "SC01"].demand is None
    assert groups["成都平原经济区", "SC02"].ratio == pytest.approx(1)  # K = 60 for D = 40
    assert groups["成都平原经济区", "SC02"].state == "covered"
    assert groups["成都平原经济区", "SC03"].state == "empty"
    nothing = naive_rollup(cells, ("county", "pillar"))[FUCHENG, "食品饮料"]
    assert (nothing.state, nothing.demand, nothing.ratio, nothing.unmet) == ("not_applicable", 0, None, 0)
    (whole,) = naive_rollup(cells, ()).values()
    assert sum(whole.cells_by_state.values()) == 184 * 40 * 13  # 183 counties and 市本级
    assert whole.demand == pytest.approx(40 * 13)


def test_worlds_show_every_state_and_reason() -> None:
    """Every state and reason; no capacity is counted twice; the same seed gives the same world."""
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for seed in range(6):
        found = random_world(seed)
        assert found == random_world(seed)
        assert len(found.tables["resources"]) <= 40
        spoken = [(row["region"], row["chain"]) for row in found.tables["demand_counts"]]
        assert len(spoken) == len(set(spoken))
        cells = coverage(found)
        states.update(cell.state for cell in cells.values())
        reasons.update(reason for cell in cells.values() for reason in cell.reasons)
        stated = sum(float(row.get("capacity") or 100) for row in found.tables["resources"])
        assert sum(cell.supply or 0 for cell in cells.values()) <= stated + 1e-6
    assert set(states) == {"not_applicable", "unknown", "empty", "partial", "covered"}
    assert set(reasons) == {
        *("no_provider", "all_expired", "online_only", "out_of_reach", "over_capacity", "single_provider"),
        *("low_level_only", "not_reported", "stale", "capacity_assumed"),
    }


@pytest.mark.parametrize("chinese", [True, False])
def test_world_is_written_as_the_contract_says(tmp_path: Path, chinese: bool) -> None:
    """Read back, the files give the same world."""
    found = random_world(1)
    found.write(tmp_path / "in", chinese_headers=chinese)
    for table, rows in found.tables.items():
        sheet, headers = TABLES[table]
        name = {header: field for field, header in headers.items()} if chinese else {f: f for f in headers}
        path = tmp_path / "in" / f"{sheet if chinese else table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            back = [{name[header]: cell for header, cell in row.items() if cell} for row in csv.DictReader(file)]
        assert back == [{field: cell for field, cell in row.items() if cell} for row in rows]
