"""Who writes and who is refused stands in the audit log, without a word of what they asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.app import create_app
from api.http.auditing import REFUSALS_A_MINUTE, codes_of
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from loaders.keep.audit import AuditLog
from tests.api.http.test_access import Away
from tests.api.http.test_access import served as routes_served
from tests.api.support import Client

NAME, PHONE = "王小明", "13812345678"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Client, AuditLog, dict[str, str]]]:
    ring = KeyRing(tmp_path)
    key, words = ring.create("a", Role.PUBLIC, None, 1)
    admin, admins = ring.create("b", Role.ADMIN, None, 1)
    names = {"public": key.id, "admin": admin.id, "words": words, "admins": admins}
    with Client(create_app(Settings(processes=0), Away(tmp_path))) as client:
        yield client, AuditLog(tmp_path), names


def test_what_is_sent_and_who_is_refused_is_written(served: tuple[Client, AuditLog, dict[str, str]]) -> None:
    client, log, names = served
    public, admin = ({"Authorization": f"Bearer {names[who]}"} for who in ("words", "admins"))
    assert client.get("/v1/kpi", headers=public).status_code == 503  # a read that may be: nothing is written
    asked = {"region": "510700", "q": NAME, PHONE: "1", "as_of": "2026-07-01", "limit": "5"}
    assert client.get("/v1/signals", headers={**public, "X-Request-ID": "r-1"}, params=asked).status_code == 403
    assert client.get(f"/v1/entities/Organization/{NAME}").status_code == 401
    assert client.post("/v1/signals", headers=admin, json={"requester": NAME}).status_code == 503
    assert client.post("/explorer/key", json={"key": f"{NAME}-{PHONE}"}).status_code == 401
    assert client.get("/v1/kpi", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert client.get(f"/v1/{NAME}", headers=admin).status_code == 404
    rows = [row for row in log.rows() if row]
    assert [(r["who"], r["role"], r["what"], r["status"]) for r in rows] == [
        (names["public"], "public", "GET /v1/signals", 403),
        ("-", "-", "GET /v1/entities/{kind}/{key}", 401),
        (names["admin"], "admin", "POST /v1/signals", 503),
        ("-", "-", "POST /explorer/key", 401),
        ("-", "-", "GET /v1/kpi", 403),
    ]
    assert (rows[0]["request"], rows[0]["asked"]) == ("r-1", "region=510700&q=…&…=1&as_of=2026-07-01&limit=5")
    written = log.file.read_text()
    assert NAME not in written
    assert PHONE not in written
    assert log.breaks() == []


def test_nothing_is_sent_in_where_nobody_would_know_who_did(served: tuple[Client, AuditLog, dict[str, str]]) -> None:
    client, log, names = served
    admin = {"Authorization": f"Bearer {names['admins']}", "Accept-Language": "en"}
    sent = {"headers": admin, "json": {"requester": NAME}}

    def told() -> tuple[int, str]:
        answer = client.post("/v1/signals", **sent)
        return answer.status_code, answer.json()["type"].rpartition(":")[2]

    assert told() == (503, "store-unreachable")
    kept, aside = log.anchor_file.read_bytes(), log.file.with_suffix(".away")
    log.anchor_file.write_bytes(b"{")
    assert told() == (503, "home-damaged")
    assert client.get("/v1/coverage", headers=admin).json()["type"].endswith("store-unreachable"), "it is only asked"
    log.anchor_file.write_bytes(kept)
    log.file.rename(aside)
    log.file.mkdir()
    assert told() == (503, "file-unwritable")
    log.file.rmdir()
    aside.rename(log.file)
    assert told() == (503, "store-unreachable")
    assert (len(list(log.rows())), log.breaks()) == (2, [])


def test_each_order_of_every_route_is_a_row(served: tuple[Client, AuditLog, dict[str, str]]) -> None:
    client, log, names = served
    orders = sorted((method, path) for method, path in routes_served(client) if method != "GET")
    for method, path in orders:
        asked = client.request(method, path, headers={"Authorization": f"Bearer {names['admins']}"}, json={})
        assert asked.status_code != 404 or method == "DELETE", path
    assert [row and row["what"] for row in log.rows()] == [f"{method} {path}" for method, path in orders]
    assert (len(orders) > 20, log.breaks()) == (True, [])


def test_who_knocks_without_end_fills_no_disk(served: tuple[Client, AuditLog, dict[str, str]]) -> None:
    client, log, _ = served
    assert {client.get("/v1/kpi").status_code for _ in range(REFUSALS_A_MINUTE + 20)} == {401}
    assert REFUSALS_A_MINUTE <= len(list(log.rows())) < REFUSALS_A_MINUTE + 20


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", ""),
        ("q=zhang+san&as_of=2026-07-01", "q=…&as_of=2026-07-01"),
        ("industry=CH06&standard=0.8&empty=true", "industry=CH06&standard=0.8&empty=true"),
        (f"x={PHONE}&cursor=eyJh", "x=…&cursor=…"),
        ("%E7%8E%8B=1", "…=1"),
    ],
)  # fmt: skip
def test_codes_days_and_numbers_alone_are_written(query: str, told: str) -> None:
    assert codes_of(query) == told
