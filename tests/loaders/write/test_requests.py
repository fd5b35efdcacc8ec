"""A partner request goes its way step by step, and becomes a partnership with its evidence."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph import schema
from graph.errors import BadParameter, NotFound
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep.journal import Journal
from loaders.keep.rebuild import rebuild
from loaders.keep.signals import Signal, keep_search, signals
from loaders.keep.tracing import trace
from loaders.pipeline import load
from loaders.write.follow_up import Course, courses
from loaders.write.requests import advance, again, ask, record_outcome, set_terms, show_interest
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


def test_a_place_is_a_party_by_any_of_its_names_and_by_no_address_in_it(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", PARTIES)])
    ask(store, "绵阳", "四川省宜宾市", dimension="innovation", day=DAY)
    assert [(r.a, r.b) for r in requests(store).data] == [("510700", "511500")]
    named = {
        party: requests(store, party=party).total for party in ("绵阳", "511500", "宜宾市", "成都", "绵阳市某中心")
    }
    assert named == {"绵阳": 1, "511500": 1, "宜宾市": 1, "成都": 0, "绵阳市某中心": 0}
    for nobody in ("绵阳市生产力促进中心", "绵阳市临园路1号"):
        with pytest.raises(NotFound, match=nobody):
            ask(store, nobody, "示例-乙", dimension="innovation", day=DAY)


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


def request(store: Store, key: str) -> dict[str, Any]:
    """Return what the graph holds of a request: its own properties, and what it hangs on."""
    with store.read() as session:
        (row,) = session.nodes(schema.nodes()["Request"], pa.array([key])).to_pylist()
        for type_, label in (("ASKS", "Region"), ("ASKED_OF", "Organization"), ("CONCERNS", "ServiceType")):
            ends = (label, "Request") if type_ == "ASKS" else ("Request", label)
            mine, other = ("to_key", "from_key") if type_ == "ASKS" else ("from_key", "to_key")
            links = session.relationships(schema.relationships()[type_, *ends], mine, pa.array([key]))
            row[type_] = links[other].to_pylist()
    return {name: value for name, value in row.items() if value is not None}


def organization(store: Store, name: str) -> str:
    with store.read() as session:
        return next(n["key"] for n in session.nodes(schema.nodes()["Organization"]).to_pylist() if n["name"] == name)


def test_a_request_holds_what_was_asked(store: Store, asked: str) -> None:
    other = organization(store, "示例-乙")
    assert request(store, asked) == {
        "key": asked, "name": "绵阳市 → 示例-乙", "state": "asked", "dimension": "innovation", "content": "共享检测",
        "day": DAY, "changed": DAY, "source": "合作请求", "verification": "user_supplied", "data_class": "SYNTHETIC",
        "ASKS": [MIANYANG], "ASKED_OF": [other], "CONCERNS": ["SC05"],
    }  # fmt: skip
    last = Journal(store.home).loads()[-1]
    assert (asked, last["kind"], last["request"]) == (
        last["load"].replace("load-", "request-"), "request",
        {"step": "ask", "day": "2026-07-01", "a": MIANYANG, "b": "示例-乙", "dimension": "innovation",
         "service_type": "SC05", "content": "共享检测"},
    )  # fmt: skip


def test_a_step_changes_state_day_and_evidence_alone(store: Store, asked: str) -> None:
    before = request(store, asked)
    advance(store, asked, "met", day=date(2026, 7, 3), evidence="对接会")
    assert request(store, asked) == {**before, "state": "met", "changed": date(2026, 7, 3), "evidence": "对接会"}


def test_real_parties_make_a_real_request_and_no_service_type_hangs_on_it(store: Store) -> None:
    key = ask(store, "成都市", "510700", dimension="capital", day=DAY)
    made = request(store, key)
    assert (made["data_class"], made["ASKS"], made["CONCERNS"]) == ("REAL", ["510100"], [])


@pytest.mark.parametrize("turn", [False, True])
def test_a_partnership_goes_from_the_smaller_end_to_the_larger(store: Store, *, turn: bool) -> None:
    a, b = ("511500", MIANYANG) if turn else (MIANYANG, "511500")
    advance(store, ask(store, a, b, dimension="capital", day=DAY, content="联合投资"), "agreed", day=DAY)
    with store.read() as session:
        rows = session.relationships(schema.relationships()["PARTNERS_WITH", "Region", "Region"]).to_pylist()
    found = [(r["from_key"], r["to_key"], r["content"], r["evidence"], r["data_class"]) for r in rows
             if r["source"] == "合作请求"]  # fmt: skip
    assert found == [(MIANYANG, "511500", "联合投资", "合作请求 request-000002", "REAL")]


def test_what_is_said_beside_the_state_is_noted_and_done_again(
    store: Store, asked: str, fresh: Callable[[], Store], tmp_path: Path
) -> None:
    set_terms(store, asked, {"owner": "张三", "expires": "2026-08-01"}, day=DAY)
    show_interest(store, asked, "示例-甲", day=DAY)
    advance(store, asked, "agreed", day=date(2026, 7, 9))
    record_outcome(store, asked, "extended", day=date(2026, 7, 30))
    course = Course(
        reached={"asked": DAY, "agreed": date(2026, 7, 9)}, owner="张三", expires=date(2026, 8, 1),
        interested=["示例-甲"], outcome="extended", outcome_day=date(2026, 7, 30),
    )  # fmt: skip
    assert courses(store.home) == {asked: course}
    other = fresh()
    load(other, [tmp_path / "机构.csv"])
    for event in Journal(store.home).loads():
        if "request" in event:
            again(other, event["request"])
    assert courses(other.home) == {asked: course}
    assert digest(other) == digest(store)


def test_terms_of_asking_count_from_the_start(store: Store) -> None:
    key = ask(store, "510100", MIANYANG, dimension="capital", day=DAY, terms={"owner": "张三", "due": "2026-07-02"})
    assert courses(store.home) == {key: Course(reached={"asked": DAY}, owner="张三", due=date(2026, 7, 2))}


def test_a_lapsed_request_goes_nowhere_until_it_holds_longer(store: Store, asked: str) -> None:
    set_terms(store, asked, {"expires": "2026-07-05"}, day=DAY)
    with pytest.raises(BadParameter, match="已过有效期"):
        advance(store, asked, "met", day=date(2026, 7, 6))
    set_terms(store, asked, {"expires": "2026-07-06"}, day=date(2026, 7, 6))
    advance(store, asked, "met", day=date(2026, 7, 6))
    assert request(store, asked)["state"] == "met"


def test_what_cannot_be_said_of_a_request_is_refused(store: Store, asked: str) -> None:
    for party in (MIANYANG, "示例-乙"):
        with pytest.raises(BadParameter) as raised:
            show_interest(store, asked, party, day=DAY)
        assert (raised.value.details["name"], raised.value.details["value"]) == ("party", party)
    with pytest.raises(BadParameter, match="尚未达成"):
        record_outcome(store, asked, "extended", day=DAY)
    for call in (
        lambda: set_terms(store, "request-9", {}, day=DAY),
        lambda: show_interest(store, "request-9", "示例-甲", day=DAY),
        lambda: record_outcome(store, "request-9", "extended", day=DAY),
    ):
        with pytest.raises(NotFound, match="request-9"):
            call()
    assert courses(store.home) == {asked: Course(reached={"asked": DAY})}


def test_who_shares_a_name_is_asked_for_by_key(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", "名称,所在地区\n示例-同,绵阳市\n示例-同,宜宾市\n")])
    with store.read() as session:
        rows = session.nodes(schema.nodes()["Organization"]).to_pylist()
    keys = sorted(row["key"] for row in rows if row["name"] == "示例-同")
    with pytest.raises(BadParameter) as raised:
        ask(store, MIANYANG, "示例-同", dimension="capital", day=DAY)
    told = raised.value.details
    assert (told["name"], told["value"]) == ("A B", "示例-同")
    assert told["reason"].en == f"several have that name, use a key: 示例-同 [{keys[0]}]、示例-同 [{keys[1]}]"
    made = request(store, ask(store, MIANYANG, keys[1], dimension="capital", day=DAY))
    assert made["ASKED_OF"] == [keys[1]]


@pytest.mark.parametrize(("said", "code"), [("涪城区", "510703"), ("绵阳", MIANYANG), ("绵阳市涪城区", "510703")])
def test_a_place_is_asked_by_any_of_its_names(store: Store, said: str, code: str) -> None:
    assert request(store, ask(store, said, "510100", dimension="capital", day=DAY))["ASKS"] == [code]


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
