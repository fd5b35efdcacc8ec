"""Whoever is of one region is held to it: route × own, another, no region, on a real world; nothing is left out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.http.access import HELD, routes
from api.http.app import create_app
from api.questions.catalogue import QUESTIONS
from api.security.keys import KeyRing
from api.security.roles import AccessRule, Role
from api.settings import Settings
from graph.places.divisions import places
from graph.stores.opening import open_store
from tests.api.support import Client
from tests.support.server import PATIENT
from tests.support.stores import copy_store
from tests.worlds import AS_OF
from viz.explorer.network import FIRST

OWN, OTHER, COUNTY = "510700", "511000", "510703"
HOME, AWAY = "示例-涪城-秋载体-06", "示例-市中-海云机构-07"
"""A carrier in the own region, an organisation in another one."""
DAY = {"as_of": AS_OF.isoformat()}
NARROW = {"service_type": "SC09", "time_limit": 0.1, "budget": 1}
FROM_TO = {"from": "2026-05-01", "to": "2026-06-01"}
Sent = tuple[str, dict[str, Any]]


def of_region(path: str, **more: Any) -> tuple[Sent, Sent, Sent | None]:
    """Return what is asked of the own region, of another, and of none, where a parameter ``region`` says which."""
    return (path, {"region": "绵阳", **more}), (path, {"region": OTHER, **more}), (path, more)


def of_party(path: str, name: str, **more: Any) -> tuple[Sent, Sent, None]:
    return (path, {name: HOME, **more}), (path, {name: AWAY, **more}), None


ASKED: dict[str, tuple[Sent, Sent, Sent | None]] = {
    "GET /explorer/cells.xlsx": of_region("/explorer/cells.xlsx"),
    "GET /v1/coverage": of_region("/v1/coverage", **DAY),
    "GET /v1/gaps": of_region("/v1/gaps", **DAY),
    "GET /v1/gaps/rankings": of_region("/v1/gaps/rankings", **DAY),
    "GET /v1/gaps/crowding": of_region("/v1/gaps/crowding", **DAY),
    "GET /v1/gaps/{cell}/why": (
        (f"/v1/gaps/{COUNTY}:SC09/why", DAY), (f"/v1/gaps/{OTHER}:SC09/why", DAY), None
    ),
    "GET /v1/chains": (
        ("/v1/chains", {"prefecture": OWN}), ("/v1/chains", {"prefecture": OTHER}), ("/v1/chains", {"view": "pairs"})
    ),
    "GET /v1/network": (
        ("/v1/network", {"view": "graph", "prefecture": OWN}), ("/v1/network", {"view": "graph", "prefecture": OTHER}),
        ("/v1/network", {"view": "resilience", "limit": 1}),
    ),
    "GET /v1/regions/{code}": (("/v1/regions/涪城区", {}), (f"/v1/regions/{OTHER}", {}), None),
    "GET /v1/monitoring": of_region("/v1/monitoring", **DAY),
    "GET /v1/monitoring/records": of_region("/v1/monitoring/records", **DAY),
    "GET /v1/alerts": of_region("/v1/alerts"),
    "GET /v1/requests": of_region("/v1/requests"),
    "GET /v1/requests/funnel": of_region("/v1/requests/funnel"),
    "GET /v1/review": of_region("/v1/review"),
    "GET /v1/signals": of_region("/v1/signals"),
    "POST /v1/signals": of_party("/v1/signals", "requester", **DAY),
    "GET /v1/search": of_region("/v1/search", q="示例"),
    "GET /v1/entities/{kind}/{key}": (
        (f"/v1/entities/Region/{COUNTY}", {}), (f"/v1/entities/Region/{OTHER}", {}), None
    ),
    "GET /v1/entities/{kind}/{key}/neighbours": (
        (f"/v1/entities/Region/{COUNTY}/neighbours", {}), ("/v1/entities/Chain/CH04/neighbours", {}), None
    ),
    "GET /v1/paths": of_party("/v1/paths", "from", to="511321", **DAY),
    "POST /v1/paths:batch": (
        ("/v1/paths:batch", {"pairs": [{"from": HOME, "to": AWAY}], **DAY}),
        ("/v1/paths:batch", {"pairs": [{"from": HOME, "to": AWAY}, {"from": AWAY, "to": HOME}], **DAY}), None,
    ),
    "GET /v1/partners": of_party("/v1/partners", "requester", **DAY),
    "GET /v1/partners/fewest": of_party("/v1/partners/fewest", "requester", time_limit=1, **DAY),
    "POST /v1/partners:batch": (
        ("/v1/partners:batch", {"requests": [{"requester": COUNTY, **DAY}]}),
        ("/v1/partners:batch", {"requests": [{"requester": COUNTY, **DAY}, {"requester": "内江市", **DAY}]}), None,
    ),
    "GET /v1/suggestions": of_region("/v1/suggestions", **DAY),
    "POST /v1/expand": of_region("/v1/expand", **NARROW, **DAY),
    "POST /v1/allocate": of_region("/v1/allocate", **DAY),
    "GET /v1/snapshots/series": of_region("/v1/snapshots/series"),
}  # fmt: skip
"""Each route that answers somebody of one region: about it, and about no other."""
UNCUT = {
    "POST /v1/what-if/compare": {"plans": [{"name": "a"}]}, "POST /v1/what-if": {}, "GET /v1/kpi": {},
    "GET /v1/assessment": {}, "GET /v1/policy": {}, "GET /v1/policy/targets": {}, "GET /v1/partners/matrix": {},
    "GET /v1/suggestions/flows": {}, "GET /v1/changes": {"since": "1"}, "GET /v1/export": {},
    "POST /explorer/cells.json": {}, "GET /explorer/catchment.json": {"of": "window-1"},
}  # fmt: skip
"""Each route whose answer is about the province and cannot be cut."""
PLACELESS = {"GET /explorer/caller.json", "GET /v1/snapshots", "GET /v1/vocabularies", "GET /v1/suggestions/quality"}
JOBS = {
    "GET /v1/jobs", "GET /v1/jobs/{id}", "DELETE /v1/jobs/{id}", "GET /v1/jobs/{id}/result", "GET /v1/jobs/{id}/rejects"
}  # fmt: skip
"""Each tells of the asker's own jobs, whose questions were held when they were put; see test_jobs.py."""
ORDERS = {
    "POST /v1/requests", "POST /v1/requests/steps", "POST /v1/requests/terms", "POST /v1/requests/interest",
    "POST /v1/requests/outcome", "POST /v1/feedback", "POST /v1/review", "POST /v1/loads", "POST /v1/reports",
    "GET /hsds/{collection}", "GET /hsds/{collection}/{id}",
}  # fmt: skip
"""Each with a test of its own, for what it changes or cuts: tests/api/questions/test_orders.py, test_own_region.py."""
APART = {
    "GET /explorer/cells.json", "GET /explorer/network.json", "GET /explorer/silent.json", "POST /mcp",
    "GET /v1/snapshots/{a}/diff/{b}", *JOBS, *ORDERS,
}  # fmt: skip
"""Tested by itself below or in tests/viz/explorer/test_records.py; each call asks a route; needs two snapshots, and
takes the same ``region`` as coverage."""


@pytest.fixture(scope="module")
def served(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, dict[str, str]]]:
    own = copy_store(store_url, tmp_path_factory.mktemp("regional") / "world.lbug")
    with open_store(f"ladybug://{own}") as store:
        ring = KeyRing(store.home)
        places = {"prefecture": OWN, "county": COUNTY}
        tokens = {name: ring.create(name, Role.EDITOR, place, 1)[1] for name, place in places.items()}
        tokens["analyst"] = ring.create("analyst", Role.ANALYST, None, 1)[1]
        app = create_app(Settings(processes=0, requests_a_minute=100_000, **PATIENT), store)
        with Client(app) as client:
            yield client, tokens


def status(served: tuple[Client, dict[str, str]], who: str, route: str, sent: Sent) -> int:
    return answer(served, who, route, sent).status_code


def answer(served: tuple[Client, dict[str, str]], who: str, route: str, sent: Sent) -> Any:
    client, tokens = served
    method, (path, asked) = route.split(" ", maxsplit=1)[0], sent
    body = {"params": asked} if method == "GET" else {"json": asked}
    return client.request(method, path, headers={"Authorization": f"Bearer {tokens[who]}"}, **body)


def test_every_route_says_how_somebody_of_one_region_is_held_to_it() -> None:
    closed = {route for route, rule in routes().items() if rule not in (AccessRule.OPEN, AccessRule.OPERATE)}
    assert sorted(closed) == sorted([*ASKED, *UNCUT, *PLACELESS, *APART])
    assert [q.name for q in QUESTIONS if q.address and q.access is None] == []
    assert set(HELD) <= closed


@pytest.mark.parametrize("route", ASKED)
def test_an_editor_asks_about_the_own_region_and_no_other(served: tuple[Client, dict[str, str]], route: str) -> None:
    own, other, unsaid = ASKED[route]
    refused = answer(served, "prefecture", route, other)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:shuniu:problem:not-your-region"
    assert status(served, "prefecture", route, own) == 200
    if unsaid:
        assert status(served, "prefecture", route, unsaid) == 200
        assert status(served, "county", route, own) == 403


@pytest.mark.parametrize("route", UNCUT)
def test_what_is_of_the_province_is_for_nobody_of_one_region(served: tuple[Client, dict[str, str]], route: str) -> None:
    sent = (route.split(" ")[1], UNCUT[route])
    refused = answer(served, "prefecture", route, sent)
    said, kind = refused.json(), "not-allowed" if routes()[route] is AccessRule.COPY else "of-the-province"
    assert (refused.status_code, said["type"]) == (403, f"urn:shuniu:problem:{kind}")
    if kind == "of-the-province":
        assert said["detail"] == f"密钥只限地区 {places()[OWN].full_name}；这里答的是全省，不能只答一地"
    assert status(served, "county", route, sent) == 403


@pytest.mark.parametrize("route", sorted(PLACELESS))
def test_what_tells_of_no_place_is_for_everybody_who_may(served: tuple[Client, dict[str, str]], route: str) -> None:
    assert status(served, "prefecture", route, (route.split(" ")[1], {})) == 200


def test_answers_without_a_region_are_about_the_own_one(served: tuple[Client, dict[str, str]]) -> None:
    def regions(who: str, path: str, **asked: Any) -> set[str]:
        rows = answer(served, who, "GET", (path, {"limit": 1000, **asked})).json()["data"]
        return {row["region"] for row in rows}

    by_county = {"group_by": "county", **DAY}
    everywhere = regions("analyst", "/v1/coverage", **by_county)
    assert regions("prefecture", "/v1/coverage", **by_county) == {c for c in everywhere if c[:4] == OWN[:4]}
    assert regions("county", "/v1/coverage", **by_county) == {COUNTY}
    found = regions("prefecture", "/v1/search", q="示例")
    assert COUNTY in found
    assert {code[:4] for code in found} == {OWN[:4]}


@pytest.mark.slow
def test_reads_change_nothing(served: tuple[Client, dict[str, str]]) -> None:
    home: Path = served[0].app.state.store.home  # type: ignore[attr-defined]

    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}

    apart = {"GET /v1/partners/fewest", "GET /v1/review"}  # dear; not for analysts
    cheap = [(route, own) for route, (own, _, _) in ASKED.items() if route.startswith("GET") and route not in apart]
    cheap += [("GET", (f"/v1/{name}", {})) for name in ("kpi", "assessment", "policy", "policy/targets")]
    before = files(), status_of_graph(served)
    for _ in range(2):
        assert {status(served, "analyst", route, sent) for route, sent in cheap} == {200}
    assert (files(), status_of_graph(served)) == before


def status_of_graph(served: tuple[Client, dict[str, str]]) -> object:
    return served[0].get("/health/ready").json()


def test_the_page_has_the_cells_of_the_own_region(served: tuple[Client, dict[str, str]]) -> None:
    def regions(who: str) -> list[str]:
        document = answer(served, who, "GET", ("/explorer/cells.json", DAY)).json()
        cells = len(document["regions"]) * len(document["chains"]) * len(document["types"])
        assert len(document["columns"]["state"]) == -(-cells // 3) * 4
        return [region["code"] for region in document["regions"]]

    everywhere = regions("analyst")
    assert regions("prefecture") == [c for c in everywhere if c[:4] == OWN[:4]]
    assert regions("county") == [COUNTY]


def test_the_page_has_the_network_of_the_own_prefecture_and_what_it_hangs_on(
    served: tuple[Client, dict[str, str]],
) -> None:
    def regions(who: str) -> set[str]:
        column = answer(served, who, "GET", ("/explorer/network.json", DAY)).json()["nodes"]["region"]
        return {column["words"][ord(sign) - FIRST - 1] for sign in column["at"]}

    assert {r for r in regions("prefecture") if r != "510000"} == {r for r in regions("analyst") if r[:4] == OWN[:4]}
    assert regions("county") == regions("prefecture")


def test_a_known_answer_is_that_of_the_same_region(served: tuple[Client, dict[str, str]]) -> None:
    client, tokens = served
    whole = answer(served, "analyst", "GET", ("/v1/coverage", DAY))
    known = {"If-None-Match": whole.headers["etag"], "Authorization": f"Bearer {tokens['prefecture']}"}
    assert client.get("/v1/coverage", params=DAY, headers=known).status_code == 200
    known["Authorization"] = f"Bearer {tokens['analyst']}"
    assert client.get("/v1/coverage", params=DAY, headers=known).status_code == 304


def test_who_is_called_as_somebody_elsewhere_is_not_the_own_one(served: tuple[Client, dict[str, str]]) -> None:
    for name in ("不存在的机构", f"Organization:{AWAY}", "四川省", "川西北生态示范区", "CH04"):
        assert status(served, "prefecture", "GET", ("/v1/partners", {"requester": name})) == 403
        assert status(served, "prefecture", "GET", ("/v1/paths", {"from": name, "to": "绵阳"})) == 403
    assert status(served, "prefecture", "GET", ("/v1/entities/Feedback/510700", {})) == 403
    assert status(served, "prefecture", "GET", ("/v1/entities/Resource/510700", {})) == 403
