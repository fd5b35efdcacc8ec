"""The pages and the OpenAPI document: complete, in both languages, nothing from outside."""

import re
from html.parser import HTMLParser

import pytest

from api.http.app import create_app
from api.http.routers.handbook import bilingual, quoted, routes
from api.questions.glossary import ENGLISH, HAN
from api.settings import Settings
from graph.errors import StoreUnreachable
from graph.vocabulary import vocabulary
from queries.cube import STATES
from queries.rollup import GROUPINGS
from tests.api.support import Client, Failing
from tests.support.promise import openapi

SERVED = (
    "/health/live", "/health/ready", "/hsds", "/hsds/{collection}", "/hsds/{collection}/{id}",
    "/v1/alerts", "/v1/allocate", "/v1/assessment", "/v1/chains", "/v1/changes",
    "/v1/coverage",
    "/v1/entities/{kind}/{key}", "/v1/entities/{kind}/{key}/neighbours", "/v1/expand", "/v1/export", "/v1/feedback",
    "/v1/gaps",
    "/v1/gaps/crowding", "/v1/gaps/rankings", "/v1/gaps/{cell}/why", "/v1/jobs", "/v1/jobs/{id}",
    "/v1/jobs/{id}/rejects", "/v1/jobs/{id}/result", "/v1/kpi", "/v1/loads", "/v1/monitoring",
    "/v1/monitoring/records", "/v1/network",
    "/v1/partners", "/v1/partners/fewest", "/v1/partners/matrix", "/v1/partners:batch", "/v1/paths",
    "/v1/paths:batch", "/v1/policy", "/v1/policy/targets", "/v1/regions/{code}", "/v1/reports", "/v1/requests",
    "/v1/requests/funnel", "/v1/requests/interest", "/v1/requests/outcome", "/v1/requests/steps", "/v1/requests/terms",
    "/v1/review", "/v1/search",
    "/v1/signals", "/v1/snapshots", "/v1/snapshots/series", "/v1/snapshots/{a}/diff/{b}", "/v1/suggestions",
    "/v1/suggestions/flows", "/v1/suggestions/quality", "/v1/vocabularies", "/v1/what-if", "/v1/what-if/compare",
)  # fmt: skip


class Links(HTMLParser):
    """Collects what a page refers to, its inline scripts and styles, and its visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [v or "" for k, v in attrs if k in ("href", "src", "action", "srcset", "poster")]
        self.ids += [v or "" for k, v in attrs if k == "id"]
        if tag == "style" or (tag == "script" and "src" not in given) or "style" in given:
            self.inline.append(tag)
        self.inline += [k for k, _ in attrs if k.startswith("on")]


@pytest.fixture(scope="module")
def document(client: Client) -> dict:
    return client.get("/openapi.json").json()


def test_every_route_is_documented(document: dict) -> None:
    assert set(document["paths"]) == set(SERVED)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for lang in ("zh", "en"):
                assert bilingual(operation["summary"], lang), path
                assert bilingual(operation["description"], lang), path
            assert bilingual(operation["description"], "zh") != bilingual(operation["description"], "en")
            for parameter in operation.get("parameters", ()):
                text = parameter["description"]
                assert bilingual(text, "zh") != bilingual(text, "en"), (path, parameter["name"])


def test_errors_are_documented_as_problems(document: dict) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                kinds = set(answer.get("content", ()))  # none of what an asker has already
                assert status in ("200", "202") or kinds == (
                    {"application/problem+json"} if status != "304" else set()
                ), path
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_what_takes_a_document_says_that_it_may_be_too_late_or_too_much(document: dict) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            told = {"408", "413"} & set(operation["responses"])
            expected = {"408", "413"} if "requestBody" in operation else told - {"408"}
            assert told == expected, (method, path)


def test_closed_lists_come_from_the_vocabularies(document: dict) -> None:
    parameters = {p["name"]: p for p in document["paths"]["/v1/gaps"]["get"]["parameters"]}
    assert parameters["group_by"]["schema"]["items"]["enum"] == list(GROUPINGS)
    assert [s for s in parameters["state"]["schema"]["enum"] if s] == list(STATES)
    assert parameters["service_type"]["schema"]["examples"] == list(vocabulary("service_types").ids)
    assert parameters["limit"]["schema"]["maximum"] == 1000


ORDERS = ("/v1/reports", "/v1/requests", "/v1/review", "/v1/feedback")
"""What is sent there changes the graph, or is a job."""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_example_of_the_handbook_works(client: Client, document: dict, lang: str) -> None:
    for route in routes(document, lang):  # type: ignore[arg-type]
        if route.example is None:
            made_first = ("snapshots", "/jobs/", "/loads")
            assert any(part in route.path for part in made_first), "it speaks of what a reader must make first"
            continue
        if route.method == "POST" and route.path.startswith(ORDERS):  # test_jobs.py, test_orders.py
            continue
        body = {"content": route.body, "headers": {"Content-Type": "application/json"}} if route.body else {}
        answer = client.request(route.method, route.example, **body)
        assert answer.status_code == 200, (route.example, answer.text)
        told = answer.json() if answer.headers["content-type"] == "application/json" else {}
        assert set(told) <= {f.path for f in route.fields}, route.path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_needs_nothing_from_outside(client: Client, path: str, lang: str) -> None:
    answer = client.get(path, params={"lang": lang})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = Links(answer.text)
    assert not found.inline
    assert all(a.startswith(("/", "#")) and not a.startswith("//") for a in found.addresses), found.addresses
    assert len(found.ids) == len(set(found.ids))
    for address in {a for a in found.addresses if a.startswith("/")}:
        assert client.get(address).status_code == 200, address
    outside = re.findall(r"https?://[^\s'\"<]+", answer.text)
    assert all(url.startswith("http://127.0.0.1:8000/") for url in outside), outside


def test_stylesheets_and_scripts_fetch_nothing_from_outside(client: Client) -> None:
    for name in ("theme.css", "site.css", "handbook.js"):
        text = client.get(f"/assets/{name}").text
        assert not re.search(r"https?:|//[a-z]+\.|@import|\burl\(", text), name
    assert client.get("/assets/icon.svg").headers["content-type"] == "image/svg+xml"


def test_pages_are_chinese_first(client: Client) -> None:
    for path in ("/", "/docs"):
        assert '<html lang="zh-CN">' in client.get(path, headers={"Accept-Language": "en"}).text
        assert '<html lang="en">' in client.get(path, params={"lang": "en"}).text


def test_the_handbook_lists_every_parameter(client: Client, document: dict) -> None:
    page = client.get("/docs").text
    for path, operations in document["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                assert f'name="{parameter["name"]}"' in page


def test_the_explorer_opens_though_the_store_is_away() -> None:
    client = Client(create_app(Settings(), Failing(StoreUnreachable(url=Failing.url))))
    assert client.get("/").status_code == 200
    assert client.get("/docs").status_code == 200
    answer = client.get("/explorer/cells.json")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "正在打开。很久仍是这样，请换用新版浏览器（有“极速模式”的选极速模式）。"),
        ("en", "Opening. Where this stays for long, use a newer browser."),
    ],
)
def test_the_page_says_that_it_opens_before_its_scripts_have_come(client: Client, lang: str, told: str) -> None:
    assert re.findall(r'<p class="waiting opening">(.*)</p>', client.get(f"/?lang={lang}").text) == [told]


def test_a_browser_keeps_the_files_of_the_explorer_by_their_text(client: Client) -> None:
    addresses = re.findall(r'(?:href|src)="(/explorer/page\.\w+)\?(\w{16})"', client.get("/").text)
    assert [path for path, _ in addresses] == ["/explorer/page.css", "/explorer/page.js"]
    for path, digest in addresses:
        own, other = client.get(f"{path}?{digest}"), client.get(f"{path}?{'0' * 16}")
        kept = [answer.headers["cache-control"] for answer in (own, other)]
        assert kept == ["public, max-age=31536000, immutable", "no-cache"]
        assert own.content == other.content


def test_a_hostile_host_gets_no_page(client: Client) -> None:
    answer = client.get("/docs", headers={"Host": "x'\"><script>alert(1)</script>"})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("总条数 / rows in all", "总条数", "rows in all"),
        ("（次/年）/ services a year", "（次/年）", "services a year"),
        ("covered | partial", "covered | partial", "covered | partial"),
        ("一。\n二。\n\nOne.\nTwo.", "一。二。", "One. Two."),
        ("", "", ""),
    ],
)
def test_a_description_is_cut_by_language(text: str, zh: str, en: str) -> None:
    assert (bilingual(text, "zh"), bilingual(text, "en")) == (zh, en)


def test_a_shell_takes_the_example_as_one_word() -> None:
    assert quoted("it's") == "'it'\\''s'"


def test_every_field_is_described_in_both_languages_and_every_model_has_its_own_title() -> None:
    document = openapi()
    models = document["components"]["schemas"]
    fields = {
        f"{m}.{n}": f["description"] for m, model in models.items() for n, f in model.get("properties", {}).items()
    }
    assert len(fields) > 1000
    assert {n: said for n, said in fields.items() if not (HAN.search(said) and ENGLISH.search(said))} == {}
    titles = [model["title"] for model in models.values()]
    assert len(titles) == len(set(titles))
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert all(p["description"] for p in operation.get("parameters", ())), path
            if "application/json" in (sent := operation.get("requestBody", {}).get("content", {})):
                assert sent["application/json"]["example"]
