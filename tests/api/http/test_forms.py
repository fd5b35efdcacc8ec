"""One answer in every form: tables whole or by the page, chosen columns, other orders; and not sent twice."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from api.http.app import create_app
from api.http.forms import AnswerForm, written
from api.settings import Settings
from graph.stores.opening import open_store
from loaders.pipeline import load
from queries.answers import meta
from tests.api.support import Client, graphs_of_one_number, rows
from tests.support.stores import copy_store
from tests.worlds import AS_OF, random_world

DAY = {"as_of": AS_OF.isoformat()}
COVERAGE = {**DAY, "group_by": "prefecture,service_type"}
PATHS = ["/v1/coverage", "/v1/gaps", "/v1/chains", "/v1/vocabularies"]


def plain(client: Client, path: str, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get(path, params={**DAY, "limit": 1000, **asked} if "voc" not in path else {"limit": 1000})
    assert answer.json()["next"] is None
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def table(client: Client, path: str, form: str, **asked: Any) -> pa.Table:
    day = {} if "voc" in path else DAY
    content = client.get(path, params={**day, "format": form, "whole": "true", **asked}).content
    return pa.ipc.open_stream(content).read_all() if form == "arrow" else pq.read_table(io.BytesIO(content))


@pytest.mark.parametrize("path", PATHS)
def test_a_whole_answer_is_the_same_in_every_form(client: Client, path: str) -> None:
    asked = {"group_by": "prefecture,service_type"} if path == "/v1/coverage" else {}
    expected = plain(client, path, **asked)
    assert len(expected) > 5
    arrow, parquet = (table(client, path, form, **asked) for form in ("arrow", "parquet"))
    assert arrow.equals(parquet)
    day = {} if "voc" in path else DAY
    text = client.get(path, params={**day, **asked, "format": "ndjson", "whole": True}).text
    lines = [json.loads(line) for line in text.splitlines()]
    nested = {name for row in expected for name, value in row.items() if isinstance(value, dict)}
    listed = {name for row in expected for name, value in row.items() if isinstance(value, list)}
    read = arrow.to_pylist()
    for row, line, cells in zip(expected, lines, read, strict=True):
        assert line == {name: row.get(name) for name in line}
        for name in cells.keys() - nested - listed - {"cells_by_state", "supply_use", "equity"}:
            assert cells[name] == row.get(name), name
    assert json.loads(arrow.schema.metadata[b"shuniu.meta"])["graph_version"] == 2
    csv = client.get(path, params={**day, **asked, "format": "csv", "whole": True})
    assert len(rows(csv.content)) == len(expected) == int(csv.headers["shuniu-total"])


def test_types_of_columns_do_not_hang_on_what_is_in_them(client: Client) -> None:
    nothing = table(client, "/v1/coverage", "arrow", region="510700", state="covered", service_type="SC13")
    everything = table(client, "/v1/coverage", "arrow", group_by="prefecture,service_type")
    for name in ("region", "demand", "ratio", "providers", "state", "reasons"):
        assert nothing.schema.field(name).type == everything.schema.field(name).type, name
    assert everything.schema.field("demand").type == pa.float64()
    assert everything.schema.field("providers").type == pa.int64()
    assert everything.schema.field("reasons").type == pa.list_(pa.string())


def test_numbers_of_people_are_masked_in_files_that_are_no_text() -> None:
    rows = [{"name": "张三 13800138000", "more": ["13800138000", "甲"], "of": {"a": "13800138000"}, "n": None}] * 2
    rows.append({"name": None, "more": None, "of": None, "n": None})
    types = {"name": pa.string(), "more": pa.list_(pa.string())}
    made = written(AnswerForm.arrow, rows, ["name", "more", "of", "n"], types, meta(2, {}, {}))
    read = pa.ipc.open_stream(made).read_all().to_pylist()
    assert b"13800138000" not in made
    assert [row["more"] and len(row["more"]) for row in read] == [2, 2, None]
    assert [row["name"] is None for row in read] == [False, False, True]


def test_columns_are_those_that_are_wanted(client: Client) -> None:
    asked = {**COVERAGE, "fields": "state,region", "limit": 3}
    lines = client.get("/v1/coverage", params={**asked, "format": "ndjson"}).text.splitlines()
    first = client.get("/v1/coverage", params={**COVERAGE, "limit": 3}).json()["data"]
    assert [json.loads(line) for line in lines] == [{"state": r["state"], "region": r["region"]} for r in first]
    csv = client.get("/v1/coverage", params={**asked, "format": "csv"}).text
    assert csv.splitlines()[0].removeprefix("\ufeff") == "state,region"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"fields": "state"}, "fields"),
        ({"fields": "colour", "format": "csv"}, "fields"),
        ({"whole": "true"}, "whole"),
        ({"whole": "true", "format": "csv", "cursor": "abc"}, "whole"),
        ({"sort": "colour"}, "sort"),
        ({"sort": "reasons"}, "sort"),
    ],
)
def test_what_does_not_go_together_is_told(client: Client, asked: dict[str, str], name: str) -> None:
    answer = client.get("/v1/coverage", params={**COVERAGE, **asked})
    assert (answer.status_code, answer.json()["details"]["name"]) == (422, name)


def test_rows_come_in_the_order_asked_for(client: Client) -> None:
    found = plain(client, "/v1/coverage", **COVERAGE, sort="-unmet,region")
    known = [r for r in found if r["unmet"] is not None]
    assert 0 < len(known) < len(found)
    assert found == known + [r for r in found if r["unmet"] is None]
    assert known == sorted(known, key=lambda r: (-r["unmet"], r["region"]))
    by_page, asked = [], {**COVERAGE, "sort": "-unmet,region", "limit": 50}
    while True:
        answer = client.get("/v1/coverage", params=asked).json()
        by_page += answer["data"]
        if not answer["next"]:
            break
        asked["cursor"] = answer["next"]
    assert by_page == found
    assert client.get("/v1/coverage", params={**asked, "sort": "unmet"}).status_code == 409
    terms = client.get("/v1/vocabularies", params={"vocabulary": "levels", "sort": "-id"}).json()["data"]
    assert [t["id"] for t in terms] == sorted((t["id"] for t in terms), reverse=True)


@pytest.mark.parametrize("path", [*PATHS, "/v1/kpi", "/v1/regions/510700"])
def test_what_is_known_is_not_sent_again(client: Client, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_tag_is_that_of_one_question_in_one_form(client: Client) -> None:
    tags = [
        client.get("/v1/coverage", params=asked, headers=headers).headers["etag"]
        for asked, headers in (
            (COVERAGE, {}), ({**COVERAGE, "region": "510700"}, {}), ({**COVERAGE, "format": "csv"}, {}),
            (COVERAGE, {"Accept": "text/csv"}), ({**COVERAGE, "as_of": "2026-05-31"}, {}),
        )
    ]  # fmt: skip
    assert len(set(tags)) == 5
    assert "etag" not in client.get("/v1/snapshots").headers


def test_a_load_ends_a_tag(store_url: str, tmp_path: Path) -> None:
    with (
        open_store(f"ladybug://{copy_store(store_url, tmp_path)}") as store,
        Client(create_app(Settings(), store)) as own,
    ):
        before = own.get("/v1/kpi", params=DAY).headers["etag"]
        assert own.get("/v1/kpi", params=DAY, headers={"If-None-Match": before}).status_code == 304
        load(store, [random_world(4).write(tmp_path / "more")])
        after = own.get("/v1/kpi", params=DAY, headers={"If-None-Match": before})
        assert after.status_code == 200
        assert after.headers["etag"] != before


def test_two_graphs_of_one_number_have_tags_of_their_own(store_url: str, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    for client in graphs_of_one_number(store_url, tmp_path):
        known = {"If-None-Match": ", ".join(tag for tag, _ in told)}
        answers = [client.get(path, headers=known) for path in ("/v1/kpi", "/hsds/services")]
        assert [answer.status_code for answer in answers] == [200, 200]
        told += [(answer.headers["etag"], client.get("/health/ready").json()["graph_version"]) for answer in answers]
    assert len({tag for tag, _ in told}) == 4
    assert {version for _, version in told} == {3}


def test_head_is_get_without_content(client: Client) -> None:
    for path in ("/v1/coverage", "/health/live", "/docs"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == get.headers["content-type"]
    assert client.head("/v1/expand").status_code == 405


def test_an_answer_is_packed_as_the_asker_takes_it(client: Client) -> None:
    expected = client.get("/v1/coverage", params=COVERAGE, headers={"Accept-Encoding": "identity"}).content
    with client.stream("GET", "/v1/coverage", params=COVERAGE, headers={"Accept-Encoding": "zstd"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert (answer.headers["content-encoding"], "Accept-Encoding" in answer.headers["vary"]) == ("zstd", True)
    assert (
        json.loads(zstandard.ZstdDecompressor().decompressobj().decompress(packed))["data"]
        == json.loads(expected)["data"]
    )
    assert len(packed) < len(expected) / 3
    with client.stream("GET", "/v1/coverage", params=COVERAGE, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
