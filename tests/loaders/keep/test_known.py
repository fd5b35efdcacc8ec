"""What was known after a load: the very graph that stood then, made again and kept apart."""

from pathlib import Path

import pytest

from graph.errors import BadParameter, StoreReadOnly
from graph.home import KNOWN
from graph.stores.base import Store
from loaders.keep.known import KEPT, as_known, find_known
from loaders.pipeline import load
from queries.answers import today
from tests.support.export import digest

HEAD = "名称,类型,所在地区,联系人,联系电话\n"
STATES = [
    HEAD + "示例-甲,服务机构,绵阳市涪城区,张三,13812341234\n",
    HEAD + "示例-甲,商会,绵阳市游仙区,张三,13812341234\n示例-乙,商会,绵阳市游仙区,,\n",
    HEAD + "示例-乙,行业协会,绵阳市游仙区,李四,0816-6351872\n",
    HEAD + "示例-丙,行业协会,绵阳市游仙区,李四,0816-6351872\n",
]


@pytest.fixture
def states(store: Store, tmp_path: Path) -> list[str]:
    """A store of several loads that add and correct; the digest of what it held after each."""
    held = [digest(store)]
    for number, rows in enumerate(STATES):
        table = tmp_path / f"{number}" / "机构.csv"
        table.parent.mkdir()
        table.write_text(rows, encoding="utf-8")
        load(store, [table])
        held.append(digest(store))
    return held


def test_it_is_the_graph_that_stood_after_the_load(store: Store, states: list[str]) -> None:
    for number, held in enumerate(states, 1):
        with as_known(store, f"load-{number:06d}") as known:
            assert digest(known) == held
    assert digest(store) == states[-1]
    assert len(set(states)) == len(states)


def test_it_is_made_once_kept_in_small_number_and_only_read(store: Store, states: list[str]) -> None:
    folder = store.home / KNOWN
    with as_known(store, "2") as known, pytest.raises(StoreReadOnly), known.write():
        pass
    made = {path.name: path.stat().st_ino for path in folder.glob("*.lbug")}
    with as_known(store, "load-000002"):
        pass
    assert {path.name: path.stat().st_ino for path in folder.glob("*.lbug")} == made
    for number in range(1, len(states) + 1):
        with as_known(store, str(number)):
            pass
    left = sorted(path.name[:11] for path in folder.glob("*.lbug"))
    assert left == [f"load-{number:06d}" for number in range(len(states) - KEPT + 1, len(states) + 1)]
    assert len([*folder.glob("*.d")]) == KEPT
    assert not [*folder.glob("*.d/key"), *folder.glob("*.d/sources")]


def test_a_load_by_name_number_or_day(store: Store, states: list[str]) -> None:
    last = find_known(store.home, today().isoformat())
    assert (last.load, last.loads) == ("load-000005", len(states))
    assert find_known(store.home, "5") == find_known(store.home, "load-000005") == last
    for nothing in ("load-000006", "0", "2001-01-01", "昨天"):
        with pytest.raises(BadParameter, match="load-000001"):
            find_known(store.home, nothing)
