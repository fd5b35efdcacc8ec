"""A partner request goes its way step by step, and becomes a partnership with its evidence."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph import schema
from graph.errors import BadParameter, NotFound
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep.rebuild import rebuild
from loaders.keep.signals import Signal, keep_search, signals
from loaders.keep.tracing import trace
from loaders.pipeline import load
from loaders.write.requests import advance, ask
from queries.requests import requests
from tests.support.export import digest

Make = Callable[..., Path]
DAY = date(2026, 7, 1)
PARTIES = "名称,类型,所在地区\n示例-甲,服务机构,绵阳市涪城区\n示例-乙,服务机构,宜宾市翠屏区\n"
MIANYANG = "510700"


@pytest.fixture
def asked(store: Store, csv: Make) -> str:
    """Key of a request of a window's region to an organisation."""
    load(store, [csv("机构.csv", PARTIES)])
    return ask(store, MIANYANG, "示例-乙", dimension="innovation", day=DAY, service_type="SC05", content="共享检测")


def partnerships(store: Store) -> list[dict[str, object]]:
    spec = schema.relationships()["PARTNERS_WITH", "Organization", "Region"]
    with store.read() as session:
        return [row for row in session.relationships(spec).to_pylist() if row["to_key"] == MIANYANG]


def test_from_asking_to_closing(store: Store, asked: str) -> None:
    (request,) = requests(store).data
    assert (request.key, request.state, request.a, request.b_name) == (asked, "asked", MIANYANG, "示例-乙")
    assert not partnerships(store)
    advance(store, asked, "met", day=date(2026, 7, 3), evidence="对接会")
    advance(store, asked, "agreed", day=date(2026, 7, 9), evidence="合作协议 2026-17")
    (partnership,) = partnerships(store)
    assert (partnership["dimension"], partnership["since"]) == ("innovation", date(2026, 7, 9))
    assert partnership["evidence"] == f"合作请求 {asked}：合作协议 2026-17"
    assert partnership["data_class"] == "SYNTHETIC", "one of the parties is invented"
    for state in ("delivered", "closed"):
        advance(store, asked, state, day=date(2026, 8, 1))
    assert [r.state for r in requests(store, party="示例-乙").data] == ["closed"]
    assert requests(store, state="asked").data == []
    told = [one.fields["state"] for one in trace(store, asked) if "state" in one.fields]
    assert told == ["asked", "met", "agreed", "delivered", "closed"]


def test_a_step_that_is_not_possible_says_which_are(store: Store, asked: str) -> None:
    with pytest.raises(BadParameter, match="已对接、已达成、已谢绝"):
        advance(store, asked, "closed", day=DAY)
    advance(store, asked, "declined", day=DAY)
    with pytest.raises(BadParameter, match="可转入：无"):
        advance(store, asked, "met", day=DAY)
    assert not partnerships(store)


def test_who_is_not_there_cannot_ask(store: Store, asked: str) -> None:
    with pytest.raises(NotFound, match="没有这样的"):
        ask(store, "没有这样的", asked, dimension="innovation", day=DAY)
    with pytest.raises(BadParameter, match="同一个"):
        ask(store, "示例-乙", "示例-乙", dimension="innovation", day=DAY)
    with pytest.raises(NotFound, match="request-9"):
        advance(store, "request-9", "met", day=DAY)


@pytest.mark.slow
def test_requests_are_built_again(store: Store, asked: str, tmp_path: Path) -> None:
    advance(store, asked, "agreed", day=DAY, evidence="协议")
    with open_store(f"ladybug://{tmp_path / 'again.lbug'}") as again:
        rebuild(again, store.home)
        assert digest(again) == digest(store)


def test_searches_in_vain_are_counted(tmp_path: Path) -> None:
    for day in (1, 5, 3):
        keep_search(tmp_path, "partners", {"region": MIANYANG, "service_type": "SC05"}, date(2026, 7, day), found=False)
    keep_search(tmp_path, "partners", {"region": "510100"}, DAY, found=False)
    keep_search(tmp_path, "partners", {"region": "510300"}, DAY, found=True)
    first, second = signals(tmp_path)
    where = {"region": MIANYANG, "service_type": "SC05"}
    assert first == Signal("partners", where, 3, date(2026, 7, 1), date(2026, 7, 5))
    assert second.times == 1
