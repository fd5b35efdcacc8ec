"""Two rows of every table, and everything that comes of them in the graph."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph import schema
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.words.headers import match
from loaders.tables import TABLES, Origin
from tests.support.stores import new_store

SOURCE = "测试台账"
ROWS = {
    "organizations": [
        "名称,类型,所在地区,地址,经度,纬度,曾用名,更名日期,来源",
        "甲中心,商会,绵阳市涪城区,和平路1号,104.7,31.4,老甲中心,2024-05-01,",
        "乙所,服务机构,绵阳市,,,,,,",
    ],
    "windows": [
        "名称,类型,所在地区,上级窗口,运营机构,服务产业,服务地区,启用日期,停用日期",
        "戊窗口,市州窗口,绵阳市,,甲中心,,全市,2023-01-01,2026-12-31",
        "己站点,服务站,绵阳市涪城区,戊窗口,,优质白酒,本县,,",
    ],
    "carriers": [
        "名称,类型,级别,运营机构,所在地区,服务产业,上级窗口,认定日期,有效期至,地址,经度,纬度",
        "丙园,众创空间,省级,乙所,绵阳市涪城区,优质白酒；智能装备,戊窗口,2024-03-01,三年,路2号,104.5,31.2",
        "示例-丁基地,孵化器,,外来机构,绵阳市游仙区,,,,,,,",
    ],
    "enterprises": [
        "名称,所在地区,行业代码,规模,资质,产业链,级别,认定日期,有效期至",
        "庚公司,绵阳市涪城区,1512,小型,专精特新；高新技术企业,优质白酒,省级,2024-01-01,三年",
        "辛公司,绵阳市游仙区,,,,,,,",
    ],
    "resources": [
        "名称,资源类别,服务类型,提供机构,所在载体,服务产业,服务地区,方式,年服务能力,已用能力,级别,评分,可共享,共享条件,"
        "收费,收费类型,合作维度,生效日期,有效期至",
        "检测,仪器设备,技术支持；科技服务,甲中心,丙园,优质白酒,全市,线下,200,120,市级,4.5,是,预约,免费,,创新链,"
        "2024-01-01,2027-12-31",
        "讲座,培训,人才引进,乙所,,,,线上；线下,,,,,否,,每次50元,,,,",
    ],
    "demand_counts": [
        "所在地区,产业链,企业数,统计时间", "绵阳市涪城区,优质白酒,12,2026-06-30", "绵阳市本级,智能装备,3,",
    ],
    "needs": [
        "编号,企业,所在地区,产业链,服务类型,数量,描述,日期,状态",
        "N1,庚公司,绵阳市涪城区,优质白酒,技术支持,2,求检测,2026-05-01,待对接",
        "N2,,绵阳市,,人才引进,,,,已办结",
    ],
    "partnerships": [
        "甲方,乙方,合作维度,内容,起,止,依据", "乙所,甲中心,创新链,共建,2025-01-01,2026-12-31,协议",
        "己站点,丙园,供应链,,,,",
    ],
    "chain_nodes": [
        "产业链,环节,位置,行业代码", "优质白酒,新酿酒粮,上游,0111", "优质白酒,新白酒文旅,下游,7291；9799",
    ],
    "chain_links": ["产业链,从,到", "优质白酒,新酿酒粮,新白酒文旅", "优质白酒,新白酒文旅,新酿酒粮"],
    "activities": [
        "名称,品牌,日期,主办,所在地区,方式,人数", "春训,创客天府,2026-03-01,甲中心,绵阳市,线下,30",
        "秋训,,2026-09-01,壬会,绵阳市涪城区,,",
    ],
    "feedback": [
        "编号,类型,记录,日期,内容,办结日期,结果", "F1,投诉,R1,2026-05-01,慢,2026-05-20,已改", "F2,评价,,2026-05-02,,,",
    ],
    "service_records": [
        "编号,日期,服务类型,提供机构,服务地区,方式,载体或窗口,产业链,满意度",
        "R1,2026-04-01,技术支持,甲中心,绵阳市涪城区,线上,戊窗口,优质白酒,5",
        "R2,2026-04-30,技术支持,甲中心,绵阳市涪城区,线下,戊窗口,优质白酒,",
    ],
}  # fmt: skip
NAMES = {
    "organizations": "name* uscc kind region* address lon lat contact_name contact_phone source",
    "windows": "name* kind* parent region* chains serves operator since until",
    "carriers": "name* kind* level operator region* address lon lat chains window since until",
    "resources": "name* kind* service_types* provider* carrier chains serves modes capacity used level rating "
    "shareable terms fee dimensions since until",
    "enterprises": "name* uscc region* industry chains size tags",
    "demand_counts": "region* chain* count* as_of",
    "needs": "id* enterprise region* chain service_type* quantity description date state",
    "service_records": "id* date* service_type* provider* resource carrier enterprise region* chain mode* satisfaction "
    "fee voucher state",
    "partnerships": "a* b* dimension* content since until evidence",
    "chain_nodes": "chain* node* stage industry",
    "chain_links": "chain* source* target*",
    "activities": "name* brand date* organizer region* mode participants",
    "feedback": "id* record kind date* content closed result",
}
"""What each table is promised to take, by the English names of its fields; * where one is required."""
FACT = ("source", "verification", "data_class")
Thing = dict[str, Any]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("tables")
    for name, lines in ROWS.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    with new_store(folder / "store" / "w.lbug") as made:
        report = load(made, sorted(folder.glob("*.csv")), origin=Origin(SOURCE))
        assert [(t.table, t.read, t.created, t.rejected) for t in report.tables] == [(t, 2, 2, 0) for t in TABLES]
        assert report.issues == ()
        yield made


def nodes(store: Store, label: str) -> list[Thing]:
    """Return what is stated of the nodes that the rows brought, but for keys, in the order of their names."""
    with store.read() as session:
        rows = session.nodes(schema.nodes()[label]).to_pylist()
    found = [{k: v for k, v in row.items() if v is not None and k not in ("key", "namesake", *FACT)}
             for row in rows if row["source"] == SOURCE]  # fmt: skip
    return sorted(found, key=lambda row: str(row["name"]))


def links(store: Store, type_: str) -> list[tuple[Any, ...]]:
    """Return the names of both ends of the relationships that the rows brought, and what they state, in order."""
    found: list[tuple[Any, ...]] = []
    with store.read() as session:
        for (kind, *ends), spec in schema.relationships().items():
            rows = session.relationships(spec).to_pylist() if kind == type_ else []
            if mine := [row for row in rows if row["source"] == SOURCE]:
                of, to = ({n["key"]: n["name"] for n in session.nodes(schema.nodes()[end]).to_pylist()} for end in ends)
                for row in mine:
                    said = {k: v for k, v in row.items() if v is not None and k not in ("from_key", "to_key", *FACT)}
                    found.append((of[row["from_key"]], to[row["to_key"]], *([said] if said else [])))
    return sorted(found, key=str)


NODES: dict[str, list[Thing]] = {
    "Organization": [
        {"name": "乙所", "kind": "service_institution", "mentioned": False},
        {"name": "壬会", "mentioned": True},
        {"name": "外来机构", "mentioned": True},
        {"name": "甲中心", "kind": "chamber", "former_names": ["老甲中心(~2024-04-30)"], "address": "和平路1号",
         "lon": 104.7, "lat": 31.4, "mentioned": False},
    ],
    "Window": [
        {"name": "己站点", "kind": "station"},
        {"name": "戊窗口", "kind": "prefecture_window", "since": date(2023, 1, 1), "until": date(2026, 12, 31)},
    ],
    "Carrier": [
        {"name": "丙园", "kind": "makerspace", "level": "provincial", "address": "路2号", "lon": 104.5, "lat": 31.2,
         "since": date(2024, 3, 1), "until": date(2027, 2, 28)},
        {"name": "示例-丁基地", "kind": "incubator"},
    ],
    "Enterprise": [
        {"name": "庚公司", "industry": "1512", "size": "small", "tags": ["high_tech", "specialized"]},
        {"name": "辛公司"},
    ],
    "Resource": [
        {"name": "检测", "kind": "equipment", "online": False, "offline": True, "capacity": 200.0, "used": 120.0,
         "level": "city", "rating": 4.5, "shareable": True, "terms": "预约", "fee": "免费", "fee_class": "public_good",
         "since": date(2024, 1, 1), "until": date(2027, 12, 31), "any_chain": False},
        {"name": "讲座", "kind": "training", "online": True, "offline": True, "shareable": False, "fee": "每次50元",
         "any_chain": True},
    ],
    "EnterpriseCount": [
        {"name": "绵阳市·智能装备", "count": 3.0},
        {"name": "绵阳市涪城区·优质白酒", "count": 12.0, "as_of": date(2026, 6, 30)},
    ],
    "Need": [
        {"name": "N1", "quantity": 2.0, "description": "求检测", "day": date(2026, 5, 1), "state": "open"},
        {"name": "N2", "state": "closed"},
    ],
    "ChainSegment": [
        {"name": "新白酒文旅", "stage": "downstream"}, {"name": "新酿酒粮", "stage": "upstream"},
    ],
    "Industry": [{"name": "9799"}],
    "ServiceMonth": [
        {"name": "2026-04", "month": "2026-04", "services": 2, "online": 1, "rated": 1, "satisfied": 1,
         "rating_sum": 5.0, "enterprises": 0},
    ],
    "Activity": [
        {"name": "春训", "day": date(2026, 3, 1), "mode": "offline", "participants": 30},
        {"name": "秋训", "day": date(2026, 9, 1)},
    ],
    "Feedback": [
        {"name": "F1", "kind": "complaint", "record": "R1", "day": date(2026, 5, 1), "content": "慢",
         "closed": date(2026, 5, 20), "result": "已改"},
        {"name": "F2", "kind": "evaluation", "day": date(2026, 5, 2)},
    ],
}  # fmt: skip
TITLE = {"recognition": "provincial 2024-01-01", "level": "provincial", "since": date(2024, 1, 1),
         "until": date(2026, 12, 31)}  # fmt: skip
TWICE = {"year": 2026, "services": 2, "online": 1, "rated": 1, "satisfied": 1}
LINKS: dict[str, list[tuple[Any, ...]]] = {
    "LOCATED_IN": [
        ("2026-04", "绵阳市"), ("F1", "涪城区"), ("N1", "涪城区"), ("N2", "绵阳市"), ("丙园", "涪城区"),
        ("乙所", "绵阳市"), ("壬会", "涪城区"), ("外来机构", "游仙区"), ("己站点", "涪城区"), ("庚公司", "涪城区"),
        ("戊窗口", "绵阳市"), ("春训", "绵阳市"), ("甲中心", "涪城区"), ("示例-丁基地", "游仙区"),
        ("秋训", "涪城区"), ("绵阳市·智能装备", "绵阳市"), ("绵阳市涪城区·优质白酒", "涪城区"),
        ("辛公司", "游仙区"),
    ],
    "REPORTS_TO": [("丙园", "戊窗口"), ("己站点", "戊窗口")],
    "OPERATED_BY": [("丙园", "乙所"), ("戊窗口", "甲中心"), ("示例-丁基地", "外来机构")],
    "SERVES": [
        ("丙园", "优质白酒"), ("丙园", "智能装备"), ("己站点", "优质白酒"), ("己站点", "涪城区"), ("戊窗口", "绵阳市"),
        ("检测", "绵阳市"),
    ],
    "HOLDS": [
        ("丙园", "众创空间", {"recognition": "2024-03-01", "level": "provincial", "since": date(2024, 3, 1),
                              "until": date(2027, 2, 28)}),
        ("庚公司", "专精特新", TITLE), ("庚公司", "高新技术企业", TITLE),
        ("示例-丁基地", "科技企业孵化器", {"recognition": "-"}),
    ],
    "HOSTS": [("丙园", "检测")],
    "PROVIDES": [("乙所", "讲座"), ("甲中心", "检测")],
    "OFFERS": [("检测", "技术支持"), ("检测", "科技服务"), ("讲座", "人才引进")],
    "SUITS": [("检测", "优质白酒")],
    "COOPERATES_IN": [("检测", "创新链")],
    "BELONGS_TO": [
        ("庚公司", "优质白酒"), ("新白酒文旅", "优质白酒"), ("新酿酒粮", "优质白酒"), ("绵阳市·智能装备", "智能装备"),
        ("绵阳市涪城区·优质白酒", "优质白酒"),
    ],
    "CLASSIFIED_AS": [
        ("庚公司", "白酒制造"), ("新白酒文旅", "9799"), ("新白酒文旅", "旅行社及相关服务"), ("新酿酒粮", "稻谷种植"),
    ],
    "FEEDS": [("新白酒文旅", "新酿酒粮"), ("新酿酒粮", "新白酒文旅")],
    "NEEDS": [("庚公司", "N1")],
    "CONCERNS": [
        ("2026-04", "技术支持"), ("F1", "优质白酒"), ("F1", "技术支持"), ("N1", "优质白酒"), ("N1", "技术支持"),
        ("N2", "人才引进"),
    ],
    "ADDRESSED_TO": [("F1", "戊窗口"), ("F1", "甲中心")],
    "DELIVERED": [("戊窗口", "2026-04")],
    "DELIVERED_AS": [("甲中心", "技术支持", TWICE)],
    "DELIVERED_FOR": [("甲中心", "优质白酒", TWICE)],
    "PARTNERS_WITH": [
        ("丙园", "己站点", {"dimension": "supply"}),
        ("乙所", "甲中心", {"dimension": "innovation", "content": "共建", "since": date(2025, 1, 1),
                            "until": date(2026, 12, 31), "evidence": "协议"}),
    ],
    "ORGANIZED_BY": [("春训", "甲中心"), ("秋训", "壬会")],
    "BRANDED_AS": [("春训", "创客天府")],
}  # fmt: skip


@pytest.mark.parametrize("label", NODES)
def test_nodes(store: Store, label: str) -> None:
    assert nodes(store, label) == NODES[label]


@pytest.mark.parametrize("type_", LINKS)
def test_relationships(store: Store, type_: str) -> None:
    assert links(store, type_) == LINKS[type_]


def test_what_a_name_says_is_invented_is_synthetic(store: Store) -> None:
    with store.read() as session:
        carriers = session.nodes(schema.nodes()["Carrier"]).to_pylist()
        homes = session.relationships(schema.relationships()["LOCATED_IN", "Carrier", "Region"]).to_pylist()
    mine = [c for c in carriers if c["source"] == SOURCE]
    assert {(c["name"], *(c[name] for name in FACT)) for c in mine} == {
        ("丙园", SOURCE, "user_supplied", "REAL"), ("示例-丁基地", SOURCE, "user_supplied", "SYNTHETIC"),
    }  # fmt: skip
    of = {c["key"]: c["data_class"] for c in mine}
    assert {h["from_key"]: h["data_class"] for h in homes if h["source"] == SOURCE} == of


def test_the_columns_that_take_several_values() -> None:
    assert {name: sorted(c.name for c in table.columns if c.many) for name, table in TABLES.items()} == {
        "organizations": ["former_names"], "windows": ["chains", "serves"], "carriers": ["chains", "recognitions"],
        "enterprises": ["chains", "former_names", "tags"],
        "resources": ["chains", "dimensions", "modes", "serves", "service_types"], "chain_nodes": ["industries"],
        "demand_counts": [], "needs": [], "partnerships": [], "chain_links": [], "activities": [], "feedback": [],
        "service_records": [],
    }  # fmt: skip


@pytest.mark.parametrize("table", NAMES)
def test_every_promised_name_is_a_column_and_those_required_are_asked_for(table: str) -> None:
    header = [name.rstrip("*") for name in NAMES[table].split()]
    matched = match(TABLES[table], header, {})
    assert sorted(matched.columns.values()) == list(range(len(header)))
    required = [column.name for column in TABLES[table].required]
    assert sorted(required) == sorted(name.rstrip("*") for name in NAMES[table].split() if name.endswith("*"))


def test_a_number_or_code_that_is_mentioned_becomes_no_organisation(
    reference_store: Store, csv: Callable[[str, str], Path]
) -> None:
    """Nor does the row of a firm called 0 explain a mention of 0."""
    code = "915107007091705437"
    files = [
        csv("服务活动.csv", f"名称,日期,所在地区,主办\n春训,2026-05-01,涪城区,123\n夏训,2026-06-01,涪城区,{code}\n"),
        csv("企业.csv", "名称,所在地区\n0,涪城区\n"),
        csv("合作关系.csv", "甲方,乙方,合作维度\n绵阳市,0,创新链\n"),
    ]
    report = load(reference_store, files, dry_run=True)
    unknown = "没有名为“{}”的登记对象，请先在相应的表中登记"
    assert [(i.table, i.column, i.reason.zh, i.cell_only) for i in report.issues] == [
        ("enterprises", "名称", "“0”只是数字、符号或信用代码，请写名称", False),
        ("partnerships", "乙方", unknown.format("0"), False),
        ("activities", "主办", unknown.format("123"), True),
        ("activities", "主办", unknown.format(code), True),
    ]
    assert report.delta
    assert [*report.delta.of("Organization")] == []
