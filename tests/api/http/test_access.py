"""Route × role × region: whoever may is let in, everybody else is told; what has no rule is answered to nobody."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.http.access import Rates, routes, rule_of
from api.http.app import create_app
from api.security.keys import KeyRing
from api.security.roles import AccessRule, Role
from api.settings import Settings
from graph.errors import HomeDamaged, NotFound, StoreUnreachable
from tests.api.support import Client, Failing

MAY = {
    "admin": {*AccessRule},
    "editor": {*AccessRule} - {AccessRule.OPERATE, AccessRule.COPY},
    "analyst": {*AccessRule} - {AccessRule.OPERATE, AccessRule.CHANGE},
    "public": {AccessRule.OPEN, AccessRule.ASK},
    "auditor": {AccessRule.OPEN, AccessRule.OPERATE},
    "nobody": {AccessRule.OPEN},
}
MIANYANG, CHENGDU = "510700", "510100"


class Away(Failing):
    """A store that is away, with a folder beside it: whoever gets as far as 503 or 422 was let in."""

    def __init__(self, home: Path) -> None:
        super().__init__(StoreUnreachable(url="bolt://away"))
        self.home = home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def tokens(home: Path) -> dict[str, str]:
    ring = KeyRing(home)
    return {role.value: ring.create(role.value, role, MIANYANG if role is Role.EDITOR else None, 1)[1] for role in Role}


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    with Client(create_app(Settings(processes=0, requests_a_minute=100_000), Away(home))) as made:
        yield made


def bearer(tokens: dict[str, str], role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens[role]}"} if role in tokens else {}


def served(client: Client) -> list[tuple[str, str]]:
    paths = client.app.openapi()["paths"]  # type: ignore[attr-defined]
    hidden = ["/", "/docs", "/openapi.json", "/explorer/catalogue.json", "/explorer/cells.json", "/explorer/cells.xlsx"]
    hidden += ["/metrics", "/explorer/catchment.json", "/explorer/network.json", "/explorer/caller.json"]
    hidden += ["/explorer/sign-in", "/explorer/signed-in", "/explorer/silent.json"]
    signing = [
        ("POST", "/explorer/key"),
        ("DELETE", "/explorer/key"),
        ("POST", "/mcp"),
        ("POST", "/explorer/cells.json"),
    ]
    return [(m.upper(), p) for p in paths for m in paths[p]] + [("GET", p) for p in hidden] + signing


def test_every_route_has_a_rule_and_every_rule_a_route(client: Client) -> None:
    found = [f"{m} /health/{{probe}}" if p.startswith("/health/") else f"{m} {p}" for m, p in served(client)]
    assert sorted(routes()) == sorted(set(found))


def test_the_files_of_the_pages_are_open(client: Client) -> None:
    page = client.get("/").text
    files = {a.split("?")[0] for a in re.findall(r'(?:href|src)="(/(?:assets|explorer)/[^"]+)"', page)}
    read, asked = {"/assets/icon.svg", "/explorer/page.css", "/explorer/page.js"}, {"cells", "catalogue", "caller"}
    assert files == read | {f"/explorer/{document}.json" for document in asked}
    assert {client.get(a).status_code for a in read} == {200}


@pytest.mark.parametrize("role", MAY)
def test_each_role_is_let_in_where_it_may(client: Client, tokens: dict[str, str], role: str) -> None:
    for method, path in served(client):
        address = path.replace("{", "").replace("}", "")
        rule, _ = rule_of(method, address)
        assert rule is not None
        answer = client.request(method, address, headers=bearer(tokens, role))
        if rule in MAY[role]:
            refused = {401} if role == "editor" else {401, 403}  # where an editor may ask of what: test_regions.py
            assert answer.status_code not in refused, (method, path)
        else:
            assert answer.status_code == (403 if role in tokens else 401), (method, path)
            assert ("www-authenticate" in answer.headers) is (role not in tokens)


@pytest.mark.parametrize(
    ("role", "method", "path", "zh", "en"),
    [
        ("public", "POST", "/v1/expand", "公众的密钥不能做规划等耗时的计算",
         "A key of the role public may not have plans and reports computed"),
        ("auditor", "GET", "/v1/coverage", "审计员的密钥不能查询网络",
         "A key of the role auditor may not ask about the network"),
        ("analyst", "POST", "/v1/loads", "分析人员的密钥不能载入或改动数据",
         "A key of the role analyst may not load or change data"),
    ],
)  # fmt: skip
def test_whoever_may_not_is_told_what(
    client: Client, tokens: dict[str, str], role: str, method: str, path: str, zh: str, en: str
) -> None:
    said = [
        client.request(method, path, headers={**bearer(tokens, role), "Accept-Language": lang}).json()["detail"]
        for lang in ("zh", "en")
    ]
    assert said == [zh, en]


def test_what_has_no_rule_is_answered_to_nobody(client: Client, tokens: dict[str, str]) -> None:
    for method, path in (
        ("GET", "/v1/nothing"),
        ("GET", "/v1/jobs/a/b"),
        ("GET", "/explorer/../secret"),
        ("GET", "/v1"),
    ):
        assert client.request(method, path).status_code == 401
        assert client.request(method, path, headers=bearer(tokens, "admin")).status_code == 404


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "TRACE", "BREW"])
def test_a_method_that_is_not_served_is_told_with_those_that_are(
    client: Client, tokens: dict[str, str], method: str
) -> None:
    served_by = {
        "/v1/coverage": "GET, HEAD",
        "/v1/requests": "GET, HEAD, POST",
        "/v1/jobs/1": "DELETE, GET, HEAD",
        "/v1/jobs/1/result": "GET, HEAD",
        "/v1/gaps/绵阳市/技术支持/why": "GET, HEAD",
        "/v1/expand": "POST",
        "/explorer/key": "DELETE, POST",
        "/explorer/start.js": "GET, HEAD",
    }
    for path, allowed in served_by.items():
        assert client.request(method, path).status_code == 401
        answer = client.request(method, path, headers=bearer(tokens, "public"))
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path
        assert answer.json()["type"] == "urn:shuniu:problem:method-not-allowed"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/coverage", 503),
        ("/v1/coverage?region=绵阳", 503),
        ("/v1/coverage?region=510703", 503),
        ("/v1/coverage?region=成都", 403),
        ("/v1/coverage?region=四川", 403),
        ("/explorer/cells.json", 503),
        ("/explorer/cells.xlsx?region=成都", 403),
        ("/explorer/cells.xlsx", 503),
        ("/v1/gaps?region=510100", 403),
        ("/v1/regions/510700", 503),
        ("/v1/regions/510100", 403),
        ("/v1/network?prefecture=510100", 403),
        ("/v1/gaps/绵阳市/技术支持/why", 503),
        ("/v1/gaps/成都市/技术支持/why", 403),
        ("/v1/gaps/技术支持/why", 403),
    ],
)
def test_an_editor_asks_about_the_own_region(client: Client, tokens: dict[str, str], path: str, status: int) -> None:
    answer = client.get(path, headers=bearer(tokens, "editor"))
    assert answer.status_code == status
    assert client.get(path, headers=bearer(tokens, "analyst")).status_code == 503


def test_words_that_are_no_key(client: Client, tokens: dict[str, str]) -> None:
    good = tokens["admin"]
    id_, secret = good.split("_", 2)[1:]
    keys = ("", f"{good}x", good[:-1], "shuniu__", f"shuniu_{'0' * 8}_{secret}", f"other_{id_}_{secret}")
    wrong = ["", "Bearer", f"Basic {good}", good, *(f"Bearer {key}" for key in keys)]
    assert {client.get("/v1/kpi", headers={"Authorization": w}).status_code for w in wrong} == {401}
    assert client.get("/v1/kpi", params={"key": good}).status_code == 401
    assert client.get("/v1/kpi", headers={"Authorization": f"bearer {good}"}).status_code == 503


def test_a_page_signs_in_and_out(home: Path, tokens: dict[str, str]) -> None:
    with Client(create_app(Settings(processes=0), Away(home))) as page:
        assert page.get("/v1/kpi").status_code == 401
        wrong = page.post("/explorer/key", json={"key": f"{tokens['public']}x"})
        assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
        signed = page.post("/explorer/key", json={"key": f" {tokens['public']} "})
        assert signed.status_code == 204
        cookie = signed.headers["set-cookie"]
        assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=strict"}
        assert page.get("/v1/kpi").status_code == 503
        assert page.get("/v1/alerts").status_code == 403
        assert page.get("/v1/alerts", headers=bearer(tokens, "admin")).status_code == 503  # the header comes first
        assert page.get("/v1/kpi", headers={"Authorization": "Basic x"}).status_code == 401
        assert page.delete("/explorer/key").status_code == 204
        assert page.get("/v1/kpi").status_code == 401


def test_revoked_and_expired_keys_end_at_once(home: Path, client: Client, tokens: dict[str, str]) -> None:
    ring = KeyRing(home)
    key, words = ring.create("short", Role.ADMIN, None, 1)
    assert client.get("/v1/kpi", headers={"Authorization": f"Bearer {words}"}).status_code == 503
    assert KeyRing(home).revoke(key.id).state == "revoked"
    assert client.get("/v1/kpi", headers={"Authorization": f"Bearer {words}"}).status_code == 401
    assert key.holds(key.created)
    assert not key.holds(key.created + timedelta(days=1))
    assert not key.model_copy(update={"revoked": datetime.now(UTC)}).holds(key.created)
    with pytest.raises(NotFound):
        ring.revoke("none")
    written = (home / "access" / "keys.json").read_text()
    assert all(words.split("_", 2)[2] not in written for words in (*tokens.values(), words))
    assert (home / "access" / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_of_keys_lets_nobody_in(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    _, words = ring.create("a", Role.ADMIN, None, 1)
    path = tmp_path / "access" / "keys.json"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(HomeDamaged):
        KeyRing(tmp_path).listed()
    client = Client(create_app(Settings(processes=0), Away(tmp_path)))
    answer = client.get("/v1/kpi", headers={"Authorization": f"Bearer {words}"})
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:shuniu:problem:home-damaged")


@pytest.mark.parametrize("asked_before", [False, True])
def test_keys_that_are_lost_let_nobody_in(tmp_path: Path, asked_before: bool) -> None:
    home = tmp_path / "home"
    if not asked_before:  # the server is started with them
        _, words = KeyRing(home).create("a", Role.ADMIN, None, 1)
    client = Client(create_app(Settings(processes=0), Away(home)))
    if asked_before:  # they come while it runs
        assert client.get("/v1/kpi").status_code == 503
        _, words = KeyRing(home).create("a", Role.ADMIN, None, 1)
        assert client.get("/v1/kpi").status_code == 401
    (home / "access").rename(tmp_path / "aside")
    for headers in ({}, {"Authorization": f"Bearer {words}"}):
        assert client.get("/v1/kpi", headers=headers).status_code == 401
    (tmp_path / "aside").rename(home / "access")
    assert client.get("/v1/kpi", headers={"Authorization": f"Bearer {words}"}).status_code == 503


def test_a_key_has_so_many_requests_a_minute(tmp_path: Path) -> None:
    rates = Rates(60)
    assert [rates.take("a", 0.0) for _ in range(61)] == [True] * 60 + [False]
    assert [rates.take("a", now) for now in (0.5, 1.5, 1.6, 2.6)] == [False, True, False, True]
    assert rates.take("b", 0.0)
    _, words = KeyRing(tmp_path).create("a", Role.PUBLIC, None, 1)
    client = Client(create_app(Settings(processes=0, requests_a_minute=2), Away(tmp_path)))
    sent = [client.get("/v1/kpi", headers={"Authorization": f"Bearer {words}"}) for _ in range(3)]
    assert [a.status_code for a in sent] == [503, 503, 429]
    assert sent[2].headers["retry-after"] == "5"


def test_with_keys_it_may_be_called_by_any_name(client: Client, tmp_path: Path, tokens: dict[str, str]) -> None:
    assert tokens
    assert client.get("/health/live", headers={"Host": "shuniu.example"}).status_code == 200
    without = Client(create_app(Settings(processes=0), Away(tmp_path)))
    assert without.get("/health/live", headers={"Host": "shuniu.example"}).status_code == 421
