"""What is sent in to change the graph: partner requests, decisions, feedback, at both doors and by whom it may be."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.security.roles import Role
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.identify.review import pending
from loaders.keep.rebuild import rebuild
from loaders.pipeline import load
from loaders.write.follow_up import Course, courses, months_after
from tests.api.support import Client, headers, served
from tests.support.export import digest
from tests.support.stores import new_store
from tests.support.terminal import shuniu

MIANYANG, YIBIN = "510700", "511500"
DAY = "2026-01-31"
ORGANIZATIONS = [
    ["名称", "类型", "所在地区"], ["绵阳科技城技术转移中心", "服务机构", "绵阳市涪城区"],
    ["宜宾市中试服务中心", "服务机构", "宜宾市翠屏区"],
]  # fmt: skip
AGAIN = [ORGANIZATIONS[0], ["绵阳科技城技转中心", "服务机构", "绵阳市涪城区"]]
"""Another list, with a name that may be one of the first."""
RECORDS = [
    ["编号", "日期", "服务类型", "提供机构", "服务地区", "方式"],
    ["F-1", "2026-01-05", "检验检测", "绵阳科技城技术转移中心", "绵阳市涪城区", "线下"],
    ["F-2", "2026-01-06", "检验检测", "宜宾市中试服务中心", "宜宾市翠屏区", "线下"],
]  # fmt: skip


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("orders")
    with new_store(folder / "w.lbug") as made:
        tables = [write(folder / "机构.csv", ORGANIZATIONS), write(folder / "服务台账.csv", RECORDS)]
        assert not load(made, tables).issues
        (folder / "again").mkdir()
        assert load(made, [write(folder / "again" / "机构.csv", AGAIN)]).doubtful == 1
        yield made


@pytest.fixture(scope="module")
def keys(store: Store) -> dict[str, dict[str, str]]:
    who = {"admin": (Role.ADMIN, None), "mianyang": (Role.EDITOR, MIANYANG), "yibin": (Role.EDITOR, YIBIN),
           "dazhou": (Role.EDITOR, "511700"), "analyst": (Role.ANALYST, None)}  # fmt: skip
    return headers(store.home, who)


@pytest.fixture(scope="module")
def client(store: Store, keys: object) -> Iterator[Client]:  # noqa: ARG001 they are made first
    with served(store) as made:
        yield made


def test_a_request_from_asking_to_its_outcome(client: Client, keys: dict[str, dict[str, str]], store: Store) -> None:
    def post(who: str, address: str, **document: Any) -> Any:
        return client.post(f"/v1/requests{address}", json={"as_of": DAY, **document}, headers=keys[who])

    wanted = {"a": MIANYANG, "b": "宜宾市中试服务中心", "dimension": "创新链", "content": "共享中试线"}
    once = {**keys["mianyang"], "Idempotency-Key": "r-1"}
    terms = {"owner": "绵阳市窗口", "due": "2026-02-10", "expires": "2026-03-01"}
    sent = [client.post("/v1/requests", json={"as_of": DAY, **wanted, **terms}, headers=once) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    asked = sent[0].json()["data"]
    assert sent[1].json()["data"] == asked, "one that comes again is done once"
    key = asked["key"]
    assert asked == {
        "key": key, "state": "asked", "a": MIANYANG, "a_name": "绵阳市", "b": asked["b"],
        "b_name": "宜宾市中试服务中心",
        "dimension": "innovation", "service_type": None, "content": "共享中试线", "day": DAY, "changed": DAY,
        "evidence": None, "data_class": "REAL", **terms, "review": None, "overdue": False, "lapsed": False,
        "interested": [], "outcome_due": None, "outcome": None, "outcome_day": None,
    }  # fmt: skip
    assert post("yibin", "", **wanted).status_code == 403, "nobody asks for others"
    assert post("analyst", "", **wanted).status_code == 403
    assert post("dazhou", "/steps", key=key, state="met").status_code == 403, "it is no business of theirs"
    assert post("dazhou", "/interest", key=key, party="达州市").json()["data"]["interested"] == ["达州市"]
    assert post("dazhou", "/interest", key=key, party=MIANYANG).status_code == 403
    listed = client.get("/v1/requests", params={"as_of": "2026-03-02"}, headers=keys["yibin"]).json()["data"]
    assert [(one["key"], one["overdue"], one["lapsed"]) for one in listed] == [(key, True, True)]
    late = post("yibin", "/steps", key=key, state="agreed", as_of="2026-03-02")
    assert (late.status_code, late.json()["details"]["name"]) == (422, "expires")
    assert post("mianyang", "/terms", key=key).status_code == 422, "no terms are no terms"
    assert post("mianyang", "/terms", key=key, expires="2026-04-01").json()["data"]["owner"] == "绵阳市窗口"
    assert post("mianyang", "/outcome", key=key, outcome="effective").status_code == 422, "nothing is agreed on yet"
    agreed = post("yibin", "/steps", key=key, state="agreed", as_of="2026-03-31", evidence="协议 7")
    assert (agreed.json()["data"]["state"], agreed.json()["data"]["outcome_due"]) == ("agreed", "2026-09-30")
    seen = post("yibin", "/outcome", key=key, outcome="已见成效", as_of="2026-10-01").json()["data"]
    assert (seen["outcome"], seen["outcome_day"]) == ("effective", "2026-10-01")
    assert post("admin", "/steps", key="request-999999", state="met").status_code == 404
    assert post("mianyang", "/steps", key="request-999999", state="met").status_code == 404
    funnel = client.get("/v1/requests/funnel", params={"as_of": "2026-10-01"}, headers=keys["mianyang"]).json()["data"]
    assert [(one["stage"], one["count"], one["share"], one["median_days"]) for one in funnel] == [
        ("searched", 0, None, None), ("searched_in_vain", 0, None, None), ("asked", 1, 1.0, 0.0),
        ("met", 0, 0.0, None), ("agreed", 1, 1.0, 59.0),
        ("delivered", 0, 0.0, None), ("closed", 0, 0.0, None), ("outcome_due", 1, 1.0, None),
        ("outcome_known", 1, 1.0, None), ("effective", 1, 1.0, None), ("declined", 0, 0.0, None),
        ("lapsed", 0, 0.0, None),
    ]  # fmt: skip
    nothing = client.get("/v1/requests/funnel", params={"since": "2026-02-01"}, headers=keys["admin"]).json()["data"]
    assert [one["count"] for one in nothing] == [0] * 12
    assert courses(store.home)[key].owner == "绵阳市窗口"


def test_pairs_are_decided_by_the_hub_and_by_editors_of_their_region(
    client: Client, keys: dict[str, dict[str, str]], store: Store
) -> None:
    def pairs(who: str, **asked: Any) -> list[Any]:
        found: list[Any] = client.get("/v1/review", params=asked, headers=keys[who]).json()["data"]
        return found

    def say(who: str, verdict: str) -> Any:
        document = {"pairs": [{"a": pair["a"], "b": pair["b"], "verdict": verdict}]}
        return client.post("/v1/review", json=document, headers=keys[who])

    (pair,) = pairs("admin")
    assert {pair["a_name"], pair["b_name"]} == {"绵阳科技城技术转移中心", "绵阳科技城技转中心"}
    assert (pair["group"], pair["a_region"][:4], pair["verdict"]) == (1, MIANYANG[:4], None)
    assert pairs("mianyang") == [pair]
    assert pairs("yibin") == []
    assert [say(who, "different").status_code for who in ("yibin", "analyst", "mianyang")] == [403, 403, 200]
    assert pairs("admin") == []
    (known,) = pairs("mianyang", decided=True)
    assert (known["a"], known["b"], known["verdict"]) == (pair["a"], pair["b"], "different")
    assert say("mianyang", "undo").json()["data"][0]["verdict"] == "undo"
    assert say("admin", "undo").status_code == 404, "there is nothing to take back"
    assert len(pending(store)) == 1


def test_feedback_is_entered_corrected_and_held_to_the_region_of_its_service(
    client: Client, keys: dict[str, dict[str, str]]
) -> None:
    def send(who: str, **document: Any) -> Any:
        return client.post("/v1/feedback", json={"as_of": DAY, **document}, headers=keys[who])

    new = send("mianyang", kind="投诉", record="F-1", content="答复太慢").json()["data"]
    assert (new["state"], new["id"][:9]) == ("created", "feedback-")
    closed = send("mianyang", id=new["id"], kind="complaint", record="F-1", closed="2026-02-03", result="已解决")
    assert closed.json()["data"]["state"] == "updated"
    kept = client.get(f"/v1/entities/Feedback/{new['id']}", headers=keys["admin"]).json()["data"]
    assert {one["property"]: one["value"] for one in kept["facts"]}["closed"] == "2026-02-03"
    assert [send("mianyang", kind="投诉", record=record).status_code for record in ("F-2", "F-9")] == [403, 403]
    assert send("mianyang", kind="投诉").status_code == 403
    assert send("admin", kind="nothing").status_code == 422
    assert send("admin", kind="评价").status_code == 200


def test_what_was_said_is_said_again_when_the_store_is_rebuilt(store: Store, tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'again.lbug'}") as again:
        rebuild(again, store.home)
        assert courses(again.home) == courses(store.home) != {}
        assert digest(again) == digest(store)


def test_the_terminal_says_the_same(tmp_path: Path) -> None:
    at = ("--store", f"ladybug://{tmp_path / 't.lbug'}")
    assert shuniu("load", write(tmp_path / "机构.csv", ORGANIZATIONS), *at).code == 0
    asked = shuniu("requests", "ask", MIANYANG, "宜宾市中试服务中心", "--dimension", "创新链", "--owner", "窗口", *at)
    key = asked.out.split("：")[1].strip()
    assert shuniu("requests", "agree", key, "--as-of", DAY, *at).out == f"{key}：已达成\n"
    shown = shuniu("requests", "interest", key, "达州市", *at)
    assert ("窗口" in shown.out, "达州市" in shown.out, shown.err) == (True, True, "")
    assert shuniu("requests", "outcome", key, "已见成效", "--format", "json", *at).code == 0
    assert "已见成效" in shuniu("requests", "funnel", *at).out


def test_six_months_later_is_a_day_that_there_is() -> None:
    told = {
        day: months_after(date.fromisoformat(day), 6).isoformat() for day in ("2026-08-31", "2026-07-15", "2027-08-30")
    }
    assert told == {"2026-08-31": "2027-02-28", "2026-07-15": "2027-01-15", "2027-08-30": "2028-02-29"}
    assert Course().outcome_due is None
