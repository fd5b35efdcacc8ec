"""Each row says of what classes the facts behind it are: what is invented is told of a table cut to one place, too."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph.places import gazetteer
from graph.stores.base import Store
from loaders.merge.service_queries import Records
from loaders.pipeline import load
from loaders.tables.base import Origin
from queries.alerts import findings, read_rules
from queries.allocation import AllocationQuestion, allocate
from queries.assessment import assess, schemes
from queries.assessment.records import RecordsQuestion, figure_records
from queries.assessment.scheme import NOTICE
from queries.chains import missing_links, segments
from queries.chains.cooperation import cooperation, pairs
from queries.coverage import CoverageQuestion, coverage
from queries.crowding import CrowdingQuestion, crowding
from queries.data_classes import among
from queries.monitoring import MonitoringQuestion, monitoring
from queries.monitoring.monthly import By
from queries.network.matrix import chain_matrix
from queries.network.report import network
from queries.partners import PartnerQuestion, partners
from queries.partners.matrix import complementarity_matrix
from queries.policy.packs import packs
from queries.policy.targets import policy_targets
from queries.regions import region, region_counts
from queries.resilience.impact import ResilienceQuestion
from queries.resilience.losses import resilience
from queries.snapshots import DiffQuestion, create, diff, kept_series, series
from tests.support.stores import delivery, loaded_store, new_store

DAY = date(2026, 6, 30)
TABLES = {
    "organizations": "名称,类型,所在地区\n绵阳检测所,服务机构,绵阳市涪城区\n示例-成都-云服务,服务机构,成都市锦江区\n",
    "resources": "名称,资源类别,服务类型,提供机构,服务产业,服务地区,方式,年服务能力\n"
    "检测服务,服务产品,技术支持,绵阳检测所,智能装备,,线下,15\n"
    "示例-云诊断,服务产品,技术支持,示例-成都-云服务,智能装备,四川省,线上,900\n"
    "法务,服务产品,法律咨询,绵阳检测所,智能装备,,线下,900\n",
    "demand_counts": "所在地区,产业链,企业数,统计时间\n绵阳市涪城区,智能装备,1000,2026-06-01\n"
    "成都市锦江区,智能装备,2500,2026-06-01\n",
}
REAL, BOTH, INVENTED = ["REAL"], ["REAL", "SYNTHETIC"], ["SYNTHETIC"]
OF_BOTH = {
    "REAL": {
        "organizations": "名称,类型,所在地区\n甲所,服务机构,绵阳市涪城区\n乙会,行业协会,成都市锦江区\n",
        "windows": "名称,类型,所在地区\n甲窗口,市州窗口,绵阳市\n",
        "resources": "名称,资源类别,服务类型,提供机构,服务产业,方式,年服务能力,有效期至\n"
        "甲检测,服务产品,技术支持,甲所,智能装备,线下,15,2026-07-31\n",
        "demand_counts": "所在地区,产业链,企业数,统计时间\n绵阳市涪城区,智能装备,1000,2026-06-01\n",
        "service_records": "编号,日期,服务类型,提供机构,载体或窗口,服务地区,方式\n"
        "M1,2026-05-03,技术支持,甲所,甲窗口,绵阳市涪城区,线下\n",
        "partnerships": "甲方,乙方,合作维度\n甲所,乙会,供应链\n",
    },
    "SYNTHETIC": {
        "organizations": "名称,类型,所在地区\n丙社,服务机构,宜宾市翠屏区\n",
        "resources": "名称,资源类别,服务类型,提供机构,服务产业,方式,年服务能力,有效期至\n"
        "丙检测,服务产品,技术支持,丙社,智能装备,线下,15,2026-07-31\n",
        "demand_counts": "所在地区,产业链,企业数,统计时间\n宜宾市翠屏区,智能装备,1000,2026-06-01\n",
        "service_records": "编号,日期,服务类型,提供机构,服务地区,方式\nY1,2026-05-03,技术支持,丙社,宜宾市翠屏区,线下\n",
        "feedback": "编号,记录,类型,日期\nP1,M1,投诉,2026-05-04\n",
        "carriers": "名称,类型,所在地区,服务产业\n绵阳基地,小型微型企业创业创新示范基地,绵阳市涪城区,智能装备\n",
        "partnerships": "甲方,乙方,合作维度\n甲所,丙社,供应链\n丙社,乙会,创新链\n",
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("classes")
    with loaded_store(delivery(folder, TABLES), folder / "store") as made:
        yield made


def test_cells_and_groups_name_the_classes_of_demand_and_of_those_who_cover_it(store: Store) -> None:
    asked = CoverageQuestion(as_of=DAY, region="510703", industry=gazetteer.chain("智能装备"))
    rows = coverage(store, asked).rows()
    assert {r.service_type: r.data_class for r in rows if r.service_type in ("SC03", "SC07", "SC01")} == {
        "SC03": BOTH, "SC07": REAL, "SC01": REAL,
    }  # fmt: skip
    whole = coverage(store, CoverageQuestion(as_of=DAY, group_by=("prefecture", "service_type"))).rows()
    by = {(r.region, r.service_type): r.data_class for r in whole}
    assert (by["510700", "SC03"], by["510700", "SC07"]) == (BOTH, REAL)
    # Nobody has reported there, but the service reaches it; and where none does, there is no fact at all.
    assert (by["511500", "SC03"], by["511500", "SC07"]) == (INVENTED, [])


def test_who_helps_or_is_crowded_or_lost_is_of_the_class_of_its_resources(store: Store) -> None:
    found = partners(store, PartnerQuestion(requester="510703", as_of=DAY)).rows()
    assert [(p.name, p.data_class) for p in found] == [("示例-成都-云服务", INVENTED)]
    crowded = crowding(store, CrowdingQuestion(as_of=DAY, by=("provider",))).data
    assert [(c.provider_name, c.data_class) for c in crowded] == [("绵阳检测所", REAL)]
    lost = resilience(store, ResilienceQuestion(as_of=DAY, kinds=("organization",))).data.losses
    assert {loss.name: loss.data_class for loss in lost} == {"绵阳检测所": REAL, "示例-成都-云服务": INVENTED}


def test_flows_and_pairs_are_of_the_classes_of_both_ends(store: Store) -> None:
    flows = allocate(store, AllocationQuestion(as_of=DAY, level="county")).data.flows
    assert [(f.from_name, f.to_name, f.service_type, f.data_class) for f in flows] == [
        ("绵阳市涪城区", "成都市锦江区", "SC07", REAL)
    ]
    pairs = complementarity_matrix(store, CoverageQuestion(as_of=DAY)).data
    classes = {(p.a, p.b): p.data_class for p in pairs}
    assert (classes["510100", "510700"], classes["510700", "511500"]) == (BOTH, BOTH)


def test_classes_are_told_once_and_in_their_order() -> None:
    assert among(["SYNTHETIC", None, "REAL", "SYNTHETIC"]) == BOTH


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("mixed")
    with new_store(folder / "store.lbug") as made:
        for name, tables in OF_BOTH.items():
            assert not load(made, [delivery(folder / name, tables)], origin=Origin(data_class=name)).issues
        yield made


@pytest.mark.parametrize(
    ("by", "classes"),
    [
        ("region", {"510700": BOTH, "511500": INVENTED}),
        ("window", {"甲窗口": BOTH, "不在窗口或载体": INVENTED}),
        ("service_type", {"SC03": BOTH}),
    ],
)
def test_a_month_is_of_the_classes_of_its_services_and_complaints(
    mixed: Store, by: By, classes: dict[str, list[str]]
) -> None:
    """The complaint about the real service is invented."""
    found = monitoring(mixed, MonitoringQuestion(as_of=DAY, month="2026-05", by=by), Records(mixed.home)).data
    told = {(row.name if by == "window" else row.group): row.data_class for row in found.groups}
    assert (found.total.data_class, told) == (BOTH, classes)
    earlier = monitoring(mixed, MonitoringQuestion(as_of=DAY, month="2026-04", by=by), Records(mixed.home)).data
    assert (earlier.total.data_class, earlier.groups) == ([], [])


def test_a_score_is_of_the_classes_of_the_figures_that_it_stands_on(mixed: Store) -> None:
    scored = assess(mixed, schemes()[NOTICE], Records(mixed.home), as_of=DAY).data.subjects
    assert {row.key: row.data_class for row in scored} == {"510700": BOTH, "511500": INVENTED}


def test_a_target_is_of_the_classes_of_what_is_counted(mixed: Store) -> None:
    told = {row.indicator: row.data_class for row in policy_targets(mixed, [packs()[NOTICE]], as_of=DAY).data}
    behind = {"resources": BOTH, "capacity": BOTH, "online_share": BOTH, "satisfaction": []}
    assert {name: told[name] for name in behind} == behind


def test_cooperation_and_segments_are_of_the_classes_of_their_facts(mixed: Store) -> None:
    chain = gazetteer.chain("智能装备")
    cells = cooperation(mixed, as_of=DAY, chain=chain).rows
    assert {c.dimension: c.data_class for c in cells if c.partnerships} == {"supply": BOTH, "innovation": INVENTED}
    assert all(c.data_class == [] for c in cells if not c.partnerships)
    told = {(p.a, p.b): p.data_class for p in pairs(mixed, as_of=DAY).rows if p.partnerships}
    assert told == {("510100", "510700"): ["REAL"], ("510700", "511500"): INVENTED, ("510100", "511500"): INVENTED}
    assert {tuple(s.data_class) for s in segments(mixed, as_of=DAY, chain=chain).rows} == {tuple(BOTH)}
    there = segments(mixed, as_of=DAY, chain=chain, prefecture="511500").rows
    assert {tuple(s.data_class) for s in there} == {tuple(INVENTED)}
    assert missing_links(mixed, level="chain").rows == []


def test_presence_windows_and_chains_are_of_the_classes_of_places_and_sites(mixed: Store) -> None:
    found = network(mixed, as_of=DAY).data
    assert {p.level: p.data_class for p in found.presence} == {
        "province": REAL, "prefecture": REAL, "county": BOTH, "park": BOTH,
    }  # fmt: skip
    assert {s.kind: s.data_class for s in found.stated} == {
        "hub": REAL, "prefecture_window": REAL, "cluster_window": REAL,
    }  # fmt: skip
    chain = gazetteer.chain("智能装备")
    assert {c.chain: c.data_class for c in found.windows_by_chain if c.carriers} == {chain: BOTH}
    assert {tuple(c.data_class) for c in found.windows_by_chain if not c.carriers} == {tuple(REAL)}
    told = chain_matrix(mixed, as_of=DAY).data
    assert {w.window_name: (w.chains, w.data_class) for w in told.windows if w.data_class != REAL} == {
        "绵阳市窗口平台": (1, BOTH)
    }
    cells = [(c.window_name, c.chain, c.carriers, c.data_class) for c in told.cells]
    assert cells == [("绵阳市窗口平台", chain, 1, INVENTED)]


def test_a_region_its_neighbours_and_records_tell_their_classes(mixed: Store) -> None:
    told = region(mixed, "510700", CoverageQuestion(as_of=DAY)).data
    assert (told.counts.data_class, {r.data_class[0] for r in [*told.parents, *told.children]}) == (BOTH, {"REAL"})
    assert region_counts(mixed, "511502").data.data_class == INVENTED
    asked = RecordsQuestion(as_of=DAY, indicator="services", month="2026-05")
    records = figure_records(mixed, asked, Records(mixed.home)).page(10).data
    assert {r.id: r.data_class for r in records} == {"M1": REAL, "Y1": INVENTED}
    complaints = figure_records(mixed, asked.model_copy(update={"indicator": "complaint_rate"}), Records(mixed.home))
    assert [(r.id, r.data_class) for r in complaints.page(10).data] == [("P1", INVENTED)]


def test_differences_and_series_are_of_the_classes_of_both_days(mixed: Store) -> None:
    later = CoverageQuestion(as_of=date(2026, 8, 1))
    ids = [create(mixed, asked).data.id for asked in (CoverageQuestion(as_of=DAY), later)]
    found = diff(mixed, DiffQuestion(before=ids[0], after=ids[1]))
    told = {(c.region, c.service_type): (c.state_after, c.data_class) for c in found.rows()}
    assert told == {("510703", "SC03"): ("empty", ["REAL"]), ("511502", "SC03"): ("empty", INVENTED)}
    assert list(found.cells.columns)[-1] == "data_class"
    for place, classes in (("510700", ["REAL"]), ("511500", INVENTED), (None, BOTH)):
        asked = CoverageQuestion(as_of=DAY, region=place)
        (point,) = series(mixed, asked, DAY, DAY)
        assert [point.data_class, *(p.data_class for p in kept_series(mixed, asked))] == [classes] * 3


def test_what_is_found_is_of_the_classes_of_what_it_stands_on(mixed: Store) -> None:
    def told(rule: str, day: date) -> dict[str, list[str]]:
        rules = tuple(one for one in read_rules() if one.id == rule)
        return {one.subject_name: one.data_class for one in findings(mixed, rules, as_of=day)}

    assert told("ending", date(2026, 6, 30)) == {"甲检测": ["REAL"], "丙检测": INVENTED}
    assert told("complaint", date(2026, 5, 30)) == {"绵阳市·投诉 M1": INVENTED}
    assert told("silent", date(2026, 9, 30))["甲窗口"] == ["REAL"]
    assert told("unreported", DAY)["宜宾市兴文县"] == []
