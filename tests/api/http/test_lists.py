"""Coverage and gaps over HTTP: pages, names, CSV, cursors."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from api.http.app import create_app
from api.settings import Settings
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from loaders.pipeline import load
from queries.answers import ListAnswer
from queries.coverage import CoverageCell
from queries.rankings import Gap
from tests.api.support import Client, graphs_of_one_number, rows
from tests.support.promise import openapi
from tests.support.stores import new_store
from tests.worlds import AS_OF, random_world

DAY = {"as_of": AS_OF.isoformat()}


def whole(client: Client, path: str, **asked: object) -> list[dict]:
    """Read a list page by page."""
    answer = client.get(path, params={**DAY, **asked}).json()
    found = answer["data"]
    while answer["next"]:
        answer = client.get(path, params={**DAY, **asked, "cursor": answer["next"]}).json()
        found += answer["data"]
    assert len(found) == answer["total"]
    return found


@pytest.mark.parametrize("path", ["/v1/gaps", "/v1/coverage"])
def test_pages_put_together_are_the_whole(client: Client, path: str) -> None:
    asked = {"group_by": "prefecture,service_type"}
    at_once = client.get(path, params={**DAY, **asked, "limit": 1000}).json()
    assert at_once["next"] is None
    assert 10 < at_once["total"] == len(at_once["data"])
    assert whole(client, path, **asked, limit=7) == at_once["data"]
    assert whole(client, path, **asked, limit=at_once["total"]) == at_once["data"]


def test_gaps_are_ranked_and_carry_their_meta(client: Client) -> None:
    gaps = whole(client, "/v1/gaps", limit=1000)
    assert [g["rank"] for g in gaps] == list(range(1, len(gaps) + 1))
    assert [g["unmet"] for g in gaps] == sorted((g["unmet"] for g in gaps), reverse=True)
    assert {g["state"] for g in gaps} <= {"empty", "partial"}
    meta = client.get("/v1/gaps", params=DAY).json()["meta"]
    assert meta["parameters"]["as_of"] == AS_OF.isoformat()
    assert meta["graph_version"] == 2
    assert sum(meta["data_class"].values()) > 0


@pytest.mark.parametrize(("path", "row"), [("/v1/gaps", Gap), ("/v1/coverage", CoverageCell)])
def test_answers_are_the_result_models_unchanged(client: Client, path: str, row: type[CoverageCell]) -> None:
    text = client.get(path, params={**DAY, "limit": 50}).text
    assert ListAnswer[row].model_validate_json(text).model_dump_json() == text  # type: ignore[valid-type]


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        ({"region": "510700"}, {"region": "绵阳"}),
        ({"region": "510132"}, {"region": "新津县"}),
        ({"region": "northwest_sichuan"}, {"region": "川西北"}),
        ({"industry": "CH31"}, {"industry": "商业贸易"}),
        ({"industry": "electronic_information"}, {"industry": "电子信息"}),
        ({"industry": "5+1"}, {"industry": "现代工业"}),
        ({"service_type": "SC03"}, {"service_type": "技术支持"}),
        ({"state": "empty"}, {"state": "空白"}),
    ],
)
def test_names_and_codes_ask_the_same(client: Client, codes: dict, names: dict) -> None:
    by_code, by_name = (
        client.get("/v1/coverage", params={**DAY, **asked, "limit": 1000}).json() for asked in (codes, names)
    )
    assert by_code["total"] > 0
    assert by_code["data"] == by_name["data"]
    assert by_code["next"] == by_name["next"]


def test_a_plus_that_nobody_escaped_is_understood(client: Client) -> None:
    plain = client.get(f"/v1/coverage?as_of={AS_OF}&industry=5+1&limit=1").json()
    assert plain["meta"]["parameters"]["industry"] == "5+1"


def test_groupings_repeat_or_join(client: Client) -> None:
    joined = client.get(f"/v1/coverage?as_of={AS_OF}&group_by=prefecture,service_type").json()
    repeated = client.get(f"/v1/coverage?as_of={AS_OF}&group_by=prefecture&group_by=service_type").json()
    assert joined["data"] == repeated["data"]
    assert joined["data"][0]["cells_by_state"]


def test_empty_fields_of_a_form_ask_nothing(client: Client) -> None:
    empty = client.get(f"/v1/gaps?as_of={AS_OF}&region=&industry=&group_by=&state=&limit=&cursor=&format=")
    assert empty.json()["data"] == client.get("/v1/gaps", params=DAY).json()["data"]


@pytest.mark.parametrize("asked", [{}, {"group_by": "prefecture,service_type", "remedies": 3}])
def test_csv_says_what_json_says(client: Client, asked: dict) -> None:
    params = {**DAY, **asked, "limit": 200}
    answer = client.get("/v1/gaps", params=params)
    table = client.get("/v1/gaps", params=params, headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.content.startswith("﻿".encode())
    assert table.content == client.get("/v1/gaps", params={**params, "format": "csv"}).content
    plain = rows(table.content)
    assert len(plain) == len(answer.json()["data"])
    for row, cell in zip(plain, answer.json()["data"], strict=True):
        for field in ("cells_by_state", "cells_by_reason"):
            counts = cell.pop(field)
            assert {k: int(row[f"{field}.{k}"]) for k in counts or {}} == (counts or {})
        for field in ("supply_use", "equity"):
            figures = cell.pop(field)
            assert {k: row[f"{field}.{k}"] for k in figures or {}} == {
                k: "" if v is None else str(v) for k, v in (figures or {}).items()
            }
        for several in ("reasons", "data_class"):
            assert row[several] == ";".join(cell.pop(several))
        assert row["remedies"] == ";".join(remedy["name_zh"] for remedy in cell.pop("remedies"))
        for name, value in cell.items():
            assert row[name] == ("" if value is None else str(value)), name
    assert table.headers["shuniu-total"] == str(answer.json()["total"])
    assert table.headers["shuniu-data-class"].startswith("REAL=")


def lists() -> Iterator[tuple[str, dict[str, object]]]:
    """Yield every list of the API with the example of its documentation; the diff has none, and tests of its own."""
    for path, methods in openapi()["paths"].items():
        asked = methods.get("get", {})
        if any(p["name"] == "cursor" for p in asked.get("parameters", ())) and "x-example" in asked:
            example = {k: v for k, v in asked["x-example"].items() if k != "limit"}
            named = {k: example.pop(k) for k in list(example) if f"{{{k}}}" in path}
            yield path.format(**named), example


def test_every_closed_list_is_told(client: Client) -> None:
    types = client.get("/v1/vocabularies", params={"vocabulary": "service_types"}).json()
    assert [(t["id"], t["name_zh"]) for t in types["data"]] == [(e.id, e.label.zh) for e in vocabulary("service_types")]
    regions = client.get("/v1/vocabularies", params={"vocabulary": "regions", "limit": 1000}).json()["data"]
    (mianyang,) = [t for t in regions if t["id"] == "510700"]
    assert mianyang == {
        "vocabulary": "regions", "id": "510700", "name_zh": "绵阳市", "name_en": "Mianyang", "aliases": ["绵阳市"]
    }  # fmt: skip
    chains = client.get("/v1/vocabularies", params={"vocabulary": "chains", "limit": 1}).json()["data"]
    assert chains == [
        {"vocabulary": "chains", "id": "CH01", "name_zh": "集成电路与新型显示",
         "name_en": "Integrated circuits and displays", "aliases": []}
    ]  # fmt: skip
    refused = client.get("/v1/vocabularies", params={"vocabulary": "luck"})
    assert (refused.status_code, "luck" in refused.json()["detail"]) == (422, True)


def test_all_lists_are_met() -> None:
    assert len(list(lists())) >= 13


@pytest.mark.parametrize("part", range(3))
def test_every_list_is_paged_and_comes_as_a_table(client: Client, part: int) -> None:
    for path, asked in [*lists()][part::3]:
        check_list(client, path, asked)


def check_list(client: Client, path: str, asked: dict[str, object]) -> None:
    at_once = client.get(path, params={**asked, "limit": 1000}).json()
    assert at_once["total"] >= len(at_once["data"]), path
    first = client.get(path, params={**asked, "limit": 1}).json()
    assert first["data"] == at_once["data"][:1], path
    assert bool(first["next"]) == (at_once["total"] > 1), path
    if first["next"]:
        second = client.get(path, params={**asked, "limit": 1, "cursor": first["next"]}).json()
        assert second["data"] == at_once["data"][1:2], path
    table = client.get(path, params={**asked, "limit": 1000, "format": "csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8", path
    assert table.headers["shuniu-total"] == str(at_once["total"]), path
    assert len(rows(table.content)) == len(at_once["data"]), path
    assert client.get(path, params={**asked, "cursor": "x"}).status_code == 400, path


def test_csv_is_read_on_by_its_link(client: Client) -> None:
    target, found = f"/v1/gaps?as_of={AS_OF}&limit=300&format=csv", []
    while target:
        page = client.get(target)
        found += rows(page.content)
        target = page.headers.get("link", "").partition(">")[0].lstrip("<")
    assert [r["rank"] for r in found] == [str(g["rank"]) for g in whole(client, "/v1/gaps", limit=1000)]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("text/html,*/*;q=0.8", "application/json"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/csv;q=bad", "application/json"),
        ("", "application/json"),
    ],
)
def test_accept_chooses_the_format(client: Client, accept: str, kind: str) -> None:
    answer = client.get("/v1/gaps", params={**DAY, "limit": 1}, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["vary"].startswith("Accept")


def test_an_empty_table_still_has_its_columns(client: Client) -> None:
    params = {**DAY, "region": "510700", "state": "covered", "format": "csv"}
    table = client.get("/v1/gaps", params=params).content.decode("utf-8-sig")
    assert table.startswith("rank,region,region_name")


def test_a_cursor_is_for_its_question_only(client: Client) -> None:
    params = {**DAY, "limit": 2}
    cursor = client.get("/v1/gaps", params=params).json()["next"]
    assert client.get("/v1/gaps", params={**params, "cursor": cursor, "limit": 5}).status_code == 200
    for path, more in (
        ("/v1/coverage", {}),
        ("/v1/gaps", {"region": "510700"}),
        ("/v1/gaps", {"as_of": "2026-01-01"}),
        ("/v1/gaps", {"standard": 0.5}),
    ):
        other = client.get(path, params={**params, "cursor": cursor, **more})
        assert (other.status_code, other.json()["type"]) == (409, "urn:shuniu:problem:stale-cursor")
        assert "另一" in other.json()["detail"] or "不同" in other.json()["detail"]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "W10", "WzEsMl0", "Wy0xLDIsIngiXQ", "W1tdLDIsIngiXQ", "b" * 200])
def test_what_is_no_cursor_is_refused(client: Client, cursor: str) -> None:
    answer = client.get("/v1/gaps", params={**DAY, "cursor": cursor})
    assert answer.status_code in (400, 409)
    assert answer.json()["hint"]


def test_a_load_ends_the_cursors_before_it(tmp_path: Path) -> None:
    with new_store(tmp_path / "w.lbug") as store:
        client = Client(create_app(Settings(), store))
        params = {**DAY, "limit": 2}
        cursor = client.get("/v1/coverage", params=params).json()["next"]
        assert client.get("/v1/coverage", params={**params, "cursor": cursor}).status_code == 200
        load(store, [random_world(1).write(tmp_path / "tables")])
        stale = client.get("/v1/coverage", params={**params, "cursor": cursor}, headers={"Accept-Language": "en"})
        assert stale.status_code == 409
        assert "loaded since" in stale.json()["detail"]


def test_a_cursor_of_another_graph_of_that_number_is_refused(store_url: str, tmp_path: Path) -> None:
    told, params = [], {**DAY, "limit": 2}
    for client in graphs_of_one_number(store_url, tmp_path):
        told.append(client.get("/v1/coverage", params=params).json())
        answers = [client.get("/v1/coverage", params={**params, "cursor": one["next"]}) for one in told]
    assert [answer.status_code for answer in answers] == [409, 200]
    assert "其间载入了新数据" in answers[0].json()["detail"]
    assert [one["meta"]["graph_version"] for one in told] == [3, 3]


def test_a_page_has_no_more_than_is_set(store_url: str, client: Client) -> None:
    for limit in (0, 1001, -1):
        assert client.get("/v1/gaps", params={"limit": limit}).status_code == 422
    with open_store(store_url.replace("world.lbug", "none.lbug")) as store:
        small = Client(create_app(Settings(max_limit=5), store))
        refused = small.get("/v1/gaps", params={"limit": 6})
        assert refused.status_code == 422
        assert "≤ 5" in refused.json()["detail"]


def test_every_page_is_addressable_by_plain_text(client: Client) -> None:
    by_path = client.get(f"/v1/regions/{quote('绵阳市')}").json()
    assert by_path["data"]["region"] == "510700"
