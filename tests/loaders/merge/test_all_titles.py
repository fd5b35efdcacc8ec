"""A firm of several lists shows the titles of all and holds each with its days, in whichever order they come."""

from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path

from graph import schema
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.tables import Origin
from tests.support.export import digest

Make = Callable[..., Path]
HEAD = "名称,所在地区,资质,认定日期,有效期至\n"
LISTS = (
    HEAD + "甲公司,涪城区,专精特新,2022-06-01,2025-05-31\n",
    HEAD + "甲公司,涪城区,小巨人,2023-07-01,\n",
)
HELD = {
    ("little_giant", date(2023, 7, 1), None),
    ("specialized", date(2022, 6, 1), date(2025, 5, 31)),
}


def shown(store: Store) -> tuple[list[str], set[tuple[str, date | None, date | None]]]:
    with store.read() as session:
        (firm,) = [r for r in session.nodes(schema.nodes()["Enterprise"]).to_pylist() if r["name"] == "甲公司"]
        rows = session.relationships(schema.relationships()["HOLDS", "Enterprise", "Title"]).to_pylist()
    return firm["tags"], {(r["to_key"], r["since"], r["until"]) for r in rows if r["from_key"] == firm["key"]}


def test_all_lists_of_a_firm_count(fresh: Callable[[], Store], csv: Make) -> None:
    files = [csv(f"{n}/企业.csv", text) for n, text in enumerate(LISTS)]
    graphs = set()
    for order in (*([[one] for one in some] for some in permutations(files)), [files], [files[::-1]]):
        store = fresh()
        for some in order:
            load(store, some)
        assert shown(store) == (["little_giant", "specialized"], HELD)
        for some in order:
            again = load(store, some)
            assert (again.created, again.changed, again.retired) == (0, 0, 0)
        graphs.add(digest(store))
    assert len(graphs) == 1


def test_a_title_more_of_another_source_is_no_conflict_and_a_list_without_titles_takes_none(
    store: Store, csv: Make
) -> None:
    for n, text in enumerate(LISTS):
        report = load(store, [csv(f"{n}/企业.csv", text)], origin=Origin(source=f"名单{n}"))
        assert [c.field for c in report.conflicts] == []
    load(store, [csv("3/企业.csv", "名称,所在地区,规模\n甲公司,涪城区,小型\n")])
    assert shown(store) == (["little_giant", "specialized"], HELD)


def test_one_more_date_of_a_title_is_news_of_its_firm(store: Store, csv: Make) -> None:
    texts = (
        "甲公司,涪城区,小巨人,,\n乙公司,涪城区,小巨人,,\n",
        "甲公司,涪城区,小巨人,2024-03-01,\n乙公司,涪城区,小巨人,,\n",
    )
    load(store, [csv("企业.csv", HEAD + texts[0])])
    for updated in (1, 0):
        (table,) = load(store, [csv("二/企业.csv", HEAD + texts[1])]).tables
        assert (table.read, table.updated, table.unchanged) == (2, updated, 2 - updated)
