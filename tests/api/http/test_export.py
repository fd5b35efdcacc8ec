"""The whole graph over HTTP: what the command writes, numbers of people masked, made once and sent as a file."""

import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from api.http.app import create_app
from api.http.kept_exports import FOLDER, MOST
from api.settings import Settings
from graph.export.export import Form, export
from graph.stores.base import Store
from loaders.pipeline import load
from tests.api.support import Client
from tests.support.stores import new_store

ORGANIZATIONS = "名称,类型,所在地区,地址\n示例服务机构,服务机构,绵阳市,涪城区某路1号 请回电13812345678\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("export")
    (folder / "机构.csv").write_text(ORGANIZATIONS, encoding="utf-8")
    with new_store(folder / "store" / "graph.lbug") as made:
        load(made, [folder / "机构.csv"])
        yield made


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[Client]:
    with Client(create_app(Settings(processes=0), store)) as made:
        yield made


def files(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("form", [Form.parquet, Form.jsonl])
def test_it_is_what_the_command_writes_with_numbers_masked(
    form: Form, store: Store, client: Client, tmp_path: Path
) -> None:
    answer = client.get("/v1/export", params={"format": form.value})
    assert answer.status_code == 200, answer.text
    sent = files(answer.content)
    export(store, tmp_path / "plain", form)
    plain = {p.relative_to(tmp_path / "plain").as_posix(): p.read_bytes() for p in (tmp_path / "plain").rglob("*.*")}
    assert set(sent) == set(plain)
    told, written = (json.loads(some["manifest.json"]) for some in (sent, plain))
    apart = ("files", "generated_at")
    assert {k: v for k, v in told.items() if k not in apart} == {k: v for k, v in written.items() if k not in apart}
    if form is Form.jsonl:
        assert b"13812345678" in plain["graph.jsonl"]
        assert sent["graph.jsonl"].decode() == plain["graph.jsonl"].decode().replace("13812345678", "138****5678")
    else:
        rows = pq.read_table(io.BytesIO(sent["nodes/Organization.parquet"])).to_pylist()
        addresses = {row["name"]: row["address"] for row in rows}
        assert addresses["示例服务机构"] == "涪城区某路1号 请回电138****5678"
    assert answer.headers["shuniu-graph-version"] == "2"
    assert answer.headers["shuniu-synthetic-share"] == f"{told['data_class']['SYNTHETIC']['share']:.6f}"
    assert "shuniu-file" not in answer.headers


def test_it_is_made_once_a_version_and_not_sent_again(store: Store, client: Client) -> None:
    first = client.get("/v1/export", params={"format": "csv", "label": "Window"})
    assert sorted(files(first.content)) == ["manifest.json", "nodes/Window.csv"]
    kept = {path: path.stat().st_mtime_ns for path in (store.home / FOLDER).iterdir()}
    again = client.get("/v1/export", params={"format": "csv", "label": "Window"})
    assert again.content == first.content
    assert {path: path.stat().st_mtime_ns for path in (store.home / FOLDER).iterdir()} == kept
    part = client.get("/v1/export", params={"format": "csv", "label": "Window"}, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, first.content[:4])
    for no_range in ("bytes=", "bytes=5-1", "bytes=a-b", "items=0-5", "0-5", "bytes=-", f"bytes=0-{'9' * 5000}"):
        whole = client.get("/v1/export", params={"format": "csv", "label": "Window"}, headers={"Range": no_range})
        assert (whole.status_code, whole.content) == (200, first.content), no_range
    for beyond in ("bytes=999999-", f"bytes={len(first.content)}-{'9' * 18}"):
        answer = client.get("/v1/export", params={"format": "csv", "label": "Window"}, headers={"Range": beyond})
        assert (answer.status_code, answer.json()["type"]) == (416, "urn:shuniu:problem:range-beyond-end")
        assert answer.headers["content-range"] == f"bytes */{len(first.content)}"
        assert answer.json()["details"] == {"range": beyond, "size": str(len(first.content))}
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/v1/export", params={"format": "csv", "label": "Window"}, headers=tag).status_code == 304
    assert client.get("/v1/export", params={"format": "csv", "label": "Carrier"}, headers=tag).status_code == 200


def test_few_are_kept(store: Store, client: Client) -> None:
    for label in ("Region", "Chain", "Pillar", "System", "Clause", "Target", "Brand", "Notice", "Dimension", "Park"):
        for form in ("csv", "parquet"):
            assert client.get("/v1/export", params={"format": form, "label": label}).status_code == 200
    assert len(list((store.home / FOLDER).iterdir())) == MOST


@pytest.mark.parametrize("label", ["../../key", "Nothing", "Region/../Region"])
def test_what_is_no_label_is_not_found(client: Client, label: str) -> None:
    assert client.get("/v1/export", params={"label": label}).status_code == 404


def test_a_worker_writes_it_and_the_server_sends_it(store: Store) -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    with Client(create_app(Settings(processes=1), store)) as client:
        answer = client.get("/v1/export", params={"format": "graphml", "label": "Region"})
        assert list(files(answer.content)) == ["graph.graphml", "manifest.json"]
    assert {p for p in set(Path(tempfile.gettempdir()).iterdir()) - before if p.name.startswith("draft-")} == set()
