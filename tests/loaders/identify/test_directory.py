"""Who a mention means: one node, whatever names its rows have; nobody, or several, is said."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from graph.stores.base import Store
from loaders.identify.directory import Directory, Nobody
from loaders.identify.resolver import Decision, Entity
from tests.support.stores import new_store

HERE, THERE = "510722", "510723"
ONE, OTHER = (Entity(key, "示例-研究院", "510700", "") for key in ("a", "b"))
STATION, PLATFORM = "绵阳市窗口平台", "无此窗口"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with new_store(Path(tmp_path_factory.mktemp("directory")) / "w.lbug") as made:
        yield made


def found(directory: Directory, label: str, *names: str) -> list[tuple[str | None, str | None]]:
    rows = directory.find((label,), pd.Series(names))
    return [(None, None) if error else (of, key) for of, key, error in zip(*rows.to_dict("list").values(), strict=True)]


def test_two_that_are_decided_to_be_one_are_one_candidate(store: Store) -> None:
    same = Decision("Organization", ONE, OTHER, "same", "2026-06-01")
    with store.read() as session:
        assert found(Directory(session, [same]), "Organization", ONE.name) == [("Organization", "a")]
        apart = Directory(session, [Decision("Organization", ONE, OTHER, "different", "2026-06-01")])
        assert found(apart, "Organization", ONE.name) == [(None, None)]
        [error] = apart.find(("Organization",), pd.Series([ONE.name]))["error"]
    assert error.reason.zh == "“示例-研究院”有多种可能：示例-研究院（绵阳市，b）、示例-研究院（绵阳市，a）"


def test_what_has_no_code_is_known_by_its_name(store: Store) -> None:
    with store.read() as session:
        directory = Directory(session)
        [known, unknown] = found(directory, "Window", STATION, PLATFORM)
        assert known[0] == "Window"
        assert known[1] in directory.keys("Window")
        assert unknown == (None, None)
        [error] = directory.find(("Window",), pd.Series([PLATFORM]))["error"]
    assert isinstance(error, Nobody)
    assert error.reason.zh == "没有名为“无此窗口”的登记对象，请先在相应的表中登记"


def test_a_site_is_one_in_its_prefecture(store: Store) -> None:
    with store.read() as session:
        directory = Directory(session)
        names, regions = pd.Series(["示例-载体"] * 3), pd.Series([HERE, THERE, "510100"])
        mine, same, elsewhere = directory.identify("Carrier", names, regions)
        assert mine == same != elsewhere
        near = directory.find(("Carrier",), pd.Series(["示例-载体"] * 2), pd.Series([HERE, "510100"]))
    assert near["key"].tolist() == [mine, elsewhere]
