"""What-if and snapshots through the HTTP door."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from queries.coverage import CoverageQuestion
from queries.snapshots import create
from tests.api.support import Client, rows
from tests.support.stores import copy_store
from tests.support.terminal import shuniu
from tests.worlds import AS_OF

ADD = {"action": "add", "name": "x", "place": "510703", "service_types": ["SC03"], "capacity": 500}


def test_a_plan_is_answered_and_changes_nothing(client: Client) -> None:
    before = client.get("/v1/coverage", params={"limit": 50}).json()["data"]
    answer = client.post("/v1/what-if", json={"changes": [ADD], "limit": 5})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["data"]["cells"]) <= 5
    assert answer.json()["data"]["totals"]["unmet_change"] <= 0
    assert client.get("/v1/coverage", params={"limit": 50}).json()["data"] == before


def test_nonsense_is_refused(client: Client) -> None:
    answer = client.post("/v1/what-if", json={"changes": [{**ADD, "capacity": -1}]})
    assert answer.status_code in (400, 422)
    assert "capacity" in answer.text


def test_snapshots_are_listed(client: Client) -> None:
    assert client.get("/v1/snapshots").status_code == 200
    assert client.get("/v1/snapshots/none/diff/none").status_code == 404


# --- snapshots ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(client: Client) -> tuple[str, str]:
    """Two snapshots of the store that is served, of different days."""
    store = client.app.state.store
    days = (AS_OF, AS_OF + timedelta(days=300))
    one, other = (create(store, CoverageQuestion(as_of=day)).data.id for day in days)
    return one, other


def test_a_diff_is_paged_in_one_order(client: Client, kept: tuple[str, str]) -> None:
    address = f"/v1/snapshots/{kept[0]}/diff/{kept[1]}"
    whole = client.get(address, params={"limit": 1000}).json()
    assert whole["total"] == len(whole["data"]) == sum(whole["counts"].values()) > 3
    found, cursor = [], None
    while len(found) < whole["total"]:
        page = client.get(
            address, params={"limit": whole["total"] // 3, **({"cursor": cursor} if cursor else {})}
        ).json()
        found += page["data"]
        cursor = page["next"]
    assert cursor is None
    assert found == whole["data"]
    assert {"resource", "demand"} <= {c["kind"] for cell in found for c in cell["causes"]}
    kinds = client.get(address, params={"kind": found[0]["kind"], "limit": 1000}).json()["data"]
    assert kinds == [cell for cell in found if cell["kind"] == found[0]["kind"]]
    assert client.get(address, params={"kind": "odd"}).status_code == 422


def test_a_diff_as_a_table(client: Client, kept: tuple[str, str]) -> None:
    answer = client.get(f"/v1/snapshots/{kept[0]}/diff/{kept[1]}", params={"format": "csv", "limit": 1000})
    table = rows(answer.content)
    assert {row["kind"] for row in table} >= {"closed", "worse"}
    assert "expired resource-" in "".join(row["causes"] for row in table)


def test_a_series_of_what_is_kept(client: Client, kept: tuple[str, str]) -> None:
    points = client.get("/v1/snapshots/series", params={"service_type": "SC03"}).json()["data"]
    assert [p["snapshot"] for p in points] == list(kept)
    listed = {s["id"]: s for s in client.get("/v1/snapshots").json()["data"]}
    whole = client.get("/v1/snapshots/series").json()["data"]
    assert [p["unmet"] for p in whole] == pytest.approx([listed[i]["unmet"] for i in kept])


def test_the_commands(kept: tuple[str, str], client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = client.app.state.store.home
    path = copy_store(str(home).removesuffix(".d"), tmp_path / "w.lbug")
    monkeypatch.setenv("SHUNIU_STORE", f"ladybug://{path}")
    monkeypatch.setenv("COLUMNS", "100")
    said = shuniu("snapshot", "diff", *kept, "--kind", "worse")
    assert said.code == 0, said.err
    assert "到期" in said.out
    said = shuniu("snapshot", "diff", *kept, "--limit", 2, "--lang", "en", "--kind", "new")
    assert "no cell fits" in said.out + said.err
    assert json.loads(shuniu("snapshot", "diff", *kept, "--format", "json").out)["total"] > 3
    assert kept[0] in shuniu("snapshot", "series", "--kept").out
    for wrong in (["--from", "2026-01-01"], [], ["--kept", "--from", "2026-01-01", "--to", "2026-02-01"]):
        assert shuniu("snapshot", "series", *wrong).code == 2
    assert shuniu("snapshot", "diff", *kept, "--kind", "odd").code == 2


# --- plans side by side -------------------------------------------------------------------------------

PLANS = [{"name": "甲", "changes": [ADD]}, {"name": "乙", "changes": [{**ADD, "capacity": 50}]}, {"name": "现状"}]


def test_plans_are_compared_side_by_side(client: Client) -> None:
    answer = client.post("/v1/what-if/compare", json={"plans": PLANS, "limit": 1000})
    assert answer.status_code == 200, answer.text
    whole = answer.json()
    assert [p["name"] for p in whole["plans"]] == ["甲", "乙", "现状"]
    for plan, own in zip(whole["plans"], PLANS, strict=True):
        alone = client.post("/v1/what-if", json={"changes": own.get("changes", []), "limit": 1000}).json()["data"]
        assert plan["totals"] == alone["totals"]
        number = whole["plans"].index(plan)
        after = {(c["region"], c["industry"], c["service_type"]): c["after"] for c in alone["cells"]}
        for cell in whole["data"]:
            key = (cell["region"], cell["industry"], cell["service_type"])
            assert cell["after"][number] == after.get(key, cell["before"])
    assert all(any(a != c["after"][0] for a in c["after"]) for c in whole["data"])


def test_a_comparison_is_paged(client: Client) -> None:
    whole = client.post("/v1/what-if/compare", json={"plans": PLANS, "limit": 1000}).json()
    assert whole["total"] == len(whole["data"]) > 1
    found, cursor = [], None
    while len(found) < whole["total"]:
        asked = {"plans": PLANS, "limit": max(1, whole["total"] // 2), "cursor": cursor}
        page = client.post("/v1/what-if/compare", json=asked).json()
        found += page["data"]
        cursor = page["next"]
    assert cursor is None
    assert found == whole["data"]


def test_plans_that_cannot_be_compared_are_told(client: Client) -> None:
    def refused(plans: object) -> str:
        answer = client.post("/v1/what-if/compare", json={"plans": plans})
        assert answer.status_code == 422, answer.text
        return answer.text

    assert "plans" in refused([])
    assert "plans" in refused([{"name": str(n)} for n in range(11)])
    assert "甲" in refused([PLANS[0], PLANS[0]])
    assert "第 1 项变更：能力（capacity）" in refused([PLANS[0], {"name": "乙", "changes": [{**ADD, "capacity": -1}]}])


def test_a_body_beyond_the_limit_is_refused(client: Client) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * 100_000

    for path in ("/v1/what-if", "/v1/what-if/compare"):
        for body in (b" " * 1_000_001, parts()):
            answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 413, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "urn:shuniu:problem:body-too-large"
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
    padded = b'{"changes": []}' + b" " * 900_000
    assert client.post("/v1/what-if", content=padded, headers={"Content-Type": "application/json"}).status_code == 200
