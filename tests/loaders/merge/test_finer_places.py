"""A list by prefectures takes the county away from nobody, in whichever order the lists come."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from graph import schema
from graph.stores.base import Store
from loaders.pipeline import load
from tests.support.export import digest

Make = Callable[..., Path]
CODE = "91510700205412308D"
LISTS = {
    "a firm of a list by prefectures": (
        "Enterprise", ("企业", "名称,所在地区\n甲公司,{}\n", "涪城区"),
        ("企业", "名称,所在地区\n甲公司,{}\n", "绵阳市"), "510703",
    ),
    "an organisation that gets its code": (
        "Organization", ("机构", f"名称,所在地区,统一社会信用代码\n甲一中心,{{}},{CODE}\n", "绵阳市"),
        ("机构", "名称,所在地区\n甲一中心,{}\n", "游仙区"), "510704",
    ),
    "a carrier": (
        "Carrier", ("服务载体", "名称,类型,所在地区\n甲一园,产业园区,{}\n", "江油市"),
        ("服务载体", "名称,类型,所在地区\n甲一园,产业园区,{}\n", "绵阳"), "510781",
    ),
}  # fmt: skip


def homes(store: Store, label: str) -> list[str]:
    with store.read() as session:
        names = {r["key"]: r["name"] for r in session.nodes(schema.nodes()[label]).to_pylist()}
        rows = session.relationships(schema.relationships()["LOCATED_IN", label, "Region"]).to_pylist()
    return [row["to_key"] for row in rows if names[row["from_key"]].startswith("甲")]


@pytest.mark.parametrize("name", LISTS)
def test_the_county_stands(fresh: Callable[[], Store], csv: Make, name: str) -> None:
    label, *lists, home = LISTS[name]
    files = [csv(f"{n}/{table}.csv", text.format(place)) for n, (table, text, place) in enumerate(lists)]
    graphs = set()
    for order in (*([[one] for one in some] for some in permutations(files)), [files], [files[::-1]]):
        store = fresh()
        for some in order:
            report = load(store, some)
        assert homes(store, label) == [home]
        again = load(store, order[-1])
        assert (again.created, again.changed, again.retired) == (0, 0, 0)
        graphs.add(digest(store))
    assert len(graphs) == 1
    assert report.rejected == 0


def test_it_is_told_and_another_prefecture_or_county_is_a_move(store: Store, csv: Make) -> None:
    text = "名称,所在地区\n甲公司,{}\n"
    load(store, [csv("1/企业.csv", text.format("涪城区"))])
    report = load(store, [csv("2/企业.csv", text.format("绵阳市"))])
    assert [w.zh for w in report.warnings if "按区县" in w.zh] == [
        "企业：1 家有的写到区县、有的只写到市州，按区县（如 甲公司：绵阳市涪城区）"
    ]
    load(store, [csv("3/企业.csv", text.format("游仙区"))])
    assert homes(store, "Enterprise") == ["510704"]
    load(store, [csv("4/企业.csv", text.format("德阳市"))])
    assert sorted(homes(store, "Enterprise")) == ["510600", "510704"]  # of another prefecture it is another firm
