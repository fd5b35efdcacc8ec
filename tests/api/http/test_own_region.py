"""What an editor loads, has written and reads as HSDS is of the own region alone; the public reads of no needs."""

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook

from api.security.roles import Role
from graph.stores.base import Store
from loaders.pipeline import load
from tests.api.support import Client, headers, served
from tests.support.stores import new_store

OWN, OTHER = "510700", "511500"
HEAD = "名称,统一社会信用代码,类型,所在地区\n"
CODE = "91510700MA6240000R"
"""A made-up code whose check digit is put right below."""
KNOWN = "绵阳市甲服务中心,,服务机构,绵阳市涪城区\n宜宾市乙服务中心,{code},服务机构,宜宾市翠屏区\n"
SECONDS = 120
ORGANIZATIONS = {"kinds": "Organization"}


def checked(code: str) -> str:
    """Return a social credit code with the check digit that it should have (GB 32100)."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(letters.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    return code[:17] + letters[(31 - total % 31) % 31]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("own")
    (folder / "机构.csv").write_text(HEAD + KNOWN.format(code=checked(CODE)), encoding="utf-8")
    (folder / "服务资源.csv").write_text(
        "名称,资源类别,服务类型,提供机构\n甲检测,服务产品,技术支持,绵阳市甲服务中心\n乙检测,服务产品,技术支持,宜宾市乙服务中心\n",
        encoding="utf-8",
    )
    (folder / "需求清单.csv").write_text("编号,所在地区,服务类型\nXQ-甲检测-1,绵阳市,技术支持\n", encoding="utf-8")
    with new_store(folder / "w.lbug") as made:
        assert not load(made, [folder / f"{name}.csv" for name in ("机构", "服务资源", "需求清单")]).issues
        yield made


@pytest.fixture(scope="module")
def keys(store: Store) -> dict[str, dict[str, str]]:
    who = {"editor": (Role.EDITOR, OWN), "admin": (Role.ADMIN, None), "public": (Role.PUBLIC, None)}
    return headers(store.home, who)


@pytest.fixture(scope="module")
def client(store: Store, keys: object) -> Iterator[Client]:  # noqa: ARG001 they are made first
    with served(store) as made:
        yield made


def loaded(client: Client, key: dict[str, str], name: str, text: str, **asked: Any) -> tuple[str, Any, bytes | None]:
    """Load a table; return how the job ended, its result, and the rejected rows."""
    sent = client.post("/v1/loads", files=[("files", (name, text.encode()))], params=asked, headers=key)
    if sent.status_code != 202:
        return str(sent.status_code), sent.json(), None
    until = time.monotonic() + SECONDS
    while (told := client.get(sent.headers["location"], headers=key).json()["data"])["state"] in ("queued", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
    rejects = told["rejects"] and client.get(told["rejects"], headers=key).content
    return told["state"], client.get(told["result"], headers=key).json(), rejects


def counts(made: Any) -> list[tuple[int, int, int]]:
    return [(row["read"], row["created"], row["rejected"]) for row in made["data"]]


def test_an_editor_loads_the_rows_of_the_own_region(client: Client, keys: dict[str, dict[str, str]]) -> None:
    editor = keys["editor"]
    new = HEAD + "绵阳市丙服务中心,,服务机构,绵阳市涪城区\n宜宾市丁服务中心,,服务机构,宜宾市翠屏区\n"
    state, made, rejects = loaded(client, editor, "机构.csv", new)
    assert (state, counts(made)) == ("done", [(2, 1, 1)])
    assert rejects is not None
    sheet = load_workbook(io.BytesIO(rejects)).worksheets[0]
    assert "宜宾市丁服务中心" in {cell for line in sheet.iter_rows(values_only=True) for cell in line}
    told = client.get("/v1/search", params={"q": "服务中心", **ORGANIZATIONS}, headers=keys["admin"]).json()["data"]
    known = {"绵阳市甲服务中心", "宜宾市乙服务中心", "绵阳市丙服务中心", "宜宾市丁服务中心"}
    assert {one["name"] for one in told} & known == known - {"宜宾市丁服务中心"}
    offers = "名称,资源类别,服务类型,提供机构\n丙,服务产品,技术支持,绵阳市甲服务中心\n"
    offers += "丁,服务产品,技术支持,宜宾市乙服务中心\n"
    assert counts(loaded(client, editor, "服务资源.csv", offers)[1]) == [(2, 1, 1)]
    ties = "甲方,乙方,合作维度\n绵阳市,宜宾市,创新链\n"
    assert counts(loaded(client, editor, "合作关系.csv", ties)[1]) == [(1, 0, 1)], "of a tie nobody says whose it is"


def test_an_editor_moves_nothing_from_elsewhere(client: Client, keys: dict[str, dict[str, str]]) -> None:
    moved = HEAD + f"宜宾市乙服务中心,{checked(CODE)},服务机构,绵阳市涪城区\n"
    state, made, _ = loaded(client, keys["editor"], "机构.csv", moved)
    assert (state, made["type"], made["status"]) == ("failed", "urn:shuniu:problem:bad-parameter", 422)
    found = client.get("/v1/search", params={"q": "宜宾市乙服务中心", **ORGANIZATIONS}, headers=keys["admin"]).json()[
        "data"
    ]
    assert [one["region"] for one in found] == ["511502"]
    assert loaded(client, keys["editor"], "机构.csv", HEAD, replace="机构", complete_for=OTHER)[0] == "403"


def test_a_directory_of_the_own_region(client: Client, keys: dict[str, dict[str, str]]) -> None:
    def names(who: str, collection: str) -> list[str]:
        told = client.get(f"/hsds/{collection}", params={"per_page": 1000}, headers=keys[who]).json()["contents"]
        return sorted(one["name"] for one in told)

    assert {"乙检测", "甲检测"} <= set(names("admin", "services"))
    assert [name for name in names("editor", "services") if "检测" in name] == ["甲检测"]
    assert "宜宾市乙服务中心" not in names("editor", "organizations")
    assert names("editor", "taxonomy_terms") == names("admin", "taxonomy_terms")
    everything = client.get("/hsds/organizations", params={"per_page": 1000}, headers=keys["admin"]).json()["contents"]
    (other,) = (one["id"] for one in everything if one["name"] == "宜宾市乙服务中心")
    answers = {who: client.get(f"/hsds/organizations/{other}", headers=keys[who]).status_code for who in keys}
    assert answers == {"editor": 404, "admin": 200, "public": 200}


def test_a_report_is_about_the_own_region(client: Client, keys: dict[str, dict[str, str]]) -> None:
    def ask(**document: Any) -> Any:
        return client.post("/v1/reports", json={"format": "json", **document}, headers=keys["editor"])

    assert ask(region=OTHER).status_code == 403
    assert ask(kind="bulletin", industry="CH04").status_code == 422
    assert ask(month="2026-05").status_code == 422
    told = ask(kind="bulletin", month="2026-05")
    assert told.status_code == 202
    until = time.monotonic() + SECONDS
    while (job := client.get(told.headers["location"], headers=keys["editor"]).json()["data"])["state"] in (
        "queued", "running",
    ):  # fmt: skip
        assert time.monotonic() < until
        time.sleep(0.05)
    sent = client.get(job["result"], headers=keys["editor"])
    assert sent.status_code == 200, sent.text
    assert "绵阳市" in json.dumps(sent.json(), ensure_ascii=False)
    assert ".json" in sent.headers["content-disposition"]


def test_the_public_finds_no_needs(client: Client, keys: dict[str, dict[str, str]]) -> None:
    def found(who: str, **asked: Any) -> tuple[int, set[str]]:
        told = client.get("/v1/search", params={"q": "甲检测", **asked}, headers=keys[who]).json()
        return told["total"], {one["label"] for one in told["data"]}

    assert found("admin") == (2, {"Need", "Resource"})
    assert found("public") == (1, {"Resource"})
    assert found("public", kinds="Need") == (0, set())
