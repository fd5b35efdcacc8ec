"""What was known after a load: the very graph that stood then, made again and kept apart."""

import os
from pathlib import Path

import pytest

from graph.clock import today
from graph.errors import BadParameter
from graph.home import KNOWN
from graph.stores.base import Store
from loaders.keep.known import KEPT, as_known, find_known
from loaders.pipeline import load
from tests.support.export import digest

HEAD = "名称,类型,所在地区,联系人,联系电话\n"
STATES = [
    HEAD + "示例-甲,服务机构,绵阳市涪城区,张三,13812341234\n示例-丙,商会,绵阳市游仙区,,\n",
    HEAD + "示例-甲,商会,绵阳市游仙区,张三,13812341234\n示例-乙,行业协会,绵阳市游仙区,李四,0816-6351872\n",
]


@pytest.fixture
def states(store: Store, tmp_path: Path) -> list[str]:
    """A store of two loads, of which the second adds and corrects; the digest of what it held after each."""
    held = [digest(store)]
    for number, rows in enumerate(STATES):
        table = tmp_path / f"{number}" / "机构.csv"
        table.parent.mkdir()
        table.write_text(rows, encoding="utf-8")
        load(store, [table])
        held.append(digest(store))
    return held


def test_it_is_the_graph_that_stood_then_made_once_and_kept_in_small_number(store: Store, states: list[str]) -> None:
    assert len(set(states)) == len(states) == KEPT
    folder = store.home / KNOWN
    with as_known(store, "load-000002") as known:
        assert digest(known) == states[1]
        assert [str(notice) for notice in known.notices] == [str(find_known(store.home, "2").said())]
    (made,) = folder.glob("*.lbug")
    assert not [*folder.glob("*.d/key"), *folder.glob("*.d/sources")]
    number = made.stat().st_ino
    for other in range(KEPT):
        older = folder / f"load-00000{other}-0.lbug"
        older.touch()
        os.utime(older, (other, other))
    with as_known(store, "2") as again:
        assert digest(again) == states[1]
    assert made.stat().st_ino == number
    assert {path.name for path in folder.glob("*.lbug")} == {made.name, "load-000001-0.lbug", "load-000002-0.lbug"}
    assert digest(store) == states[-1]


def test_a_load_by_name_number_or_day(store: Store, states: list[str]) -> None:
    last = find_known(store.home, today().isoformat())
    assert (last.load, last.loads) == ("load-000003", len(states))
    assert find_known(store.home, "3") == find_known(store.home, "load-000003") == last
    for nothing in ("load-000004", "0", "2001-01-01", "昨天"):
        with pytest.raises(BadParameter, match="load-000001"):
            find_known(store.home, nothing)
