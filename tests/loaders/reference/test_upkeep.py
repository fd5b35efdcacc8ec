"""Stores of earlier versions: ten invented windows go, unless something hangs on one of them, and titles come."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.schema import nodes
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from tests.support.handmade import link, write

NAMES = {"W22": "[示例]优质白酒（泸州—宜宾）产业集群窗口", "W23": "[示例]装备制造（德阳）产业集群窗口"}


@pytest.fixture
def earlier(store: Store) -> Store:
    """A store with two of the ten, as earlier versions left it."""
    windows = [{"key": k, "name": n, "kind": "cluster_window", "data_class": "SYNTHETIC"} for k, n in NAMES.items()]
    links = {
        ("LOCATED_IN", "Window", "Region"): link({"W22": "510500", "W23": "510600"}),
        ("REPORTS_TO", "Window", "Window"): link(dict.fromkeys(NAMES, "W00")),
    }
    write(store, {"Window": windows}, links)
    return store


def rows(store: Store, label: str) -> list[dict[str, Any]]:
    with store.read() as session:
        found: list[dict[str, Any]] = session.nodes(nodes()[label]).to_pylist()
    return found


def clusters(store: Store) -> dict[str, str]:
    return {row["name"]: row["data_class"] for row in rows(store, "Window") if row["kind"] == "cluster_window"}


def test_they_go_with_the_next_load_and_the_report_says_so(earlier: Store, csv: Callable[..., Path]) -> None:
    own = csv("windows.csv", "名称,类型,所在地区,服务产业\n白酒集群窗口,产业集群窗口,泸州市,优质白酒\n")
    assert {fate.key: fate.name for fate in load(earlier, [own]).gone} == NAMES
    assert clusters(earlier) == {"白酒集群窗口": "REAL"}
    assert load(earlier, [own]).gone == ()


def test_a_store_in_which_something_hangs_on_one_of_them_keeps_them(earlier: Store, csv: Callable[..., Path]) -> None:
    carriers = csv("carriers.csv", f"名称,类型,所在地区,上级窗口\n甲孵化器,孵化器,泸州市,{NAMES['W22']}\n")
    firms = csv("organizations.csv", "名称,类型,所在地区\n甲公司,服务机构,泸州市\n")
    assert load(earlier, [carriers]).issues == load(earlier, [firms]).gone == ()
    assert clusters(earlier) == dict.fromkeys(NAMES.values(), "SYNTHETIC")


def test_titles_come_with_the_first_firms_that_hold_some(
    store: Store, tmp_path: Path, csv: Callable[..., Path]
) -> None:
    path = csv("enterprises.csv", "名称,所在地区,资质\n甲公司,涪城区,专精特新\n")
    with open_store(f"ladybug://{tmp_path / 'empty.lbug'}") as earlier:  # none of them, as in a store of before
        write(earlier, {"Region": [{"key": "510703", "name": "涪城区", "level": "county"}]})
        load(earlier, [path])
        loaded = {row["key"] for row in rows(earlier, "Title")}
    assert loaded == {row["key"] for row in rows(store, "Title")}
    assert len(loaded) == 19
