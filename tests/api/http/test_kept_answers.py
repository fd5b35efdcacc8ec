"""Answers of the graph are sent again until the graph is another one; each asker gets the own one."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from api.http import kept_answers
from api.http.app import create_app
from api.http.kept_answers import StateReader
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from graph.projection import LAST_LOAD, LOOKUPS
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from tests.api.support import Client
from tests.support.loops import run_apart
from tests.support.stores import copy_store

ASKED = {"region": "绵阳市", "limit": "3", "as_of": "2026-06-30"}


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{copy_store(store_url, tmp_path / 'w.lbug')}") as made:
        yield made


@pytest.fixture
def client(store: Store) -> Iterator[Client]:
    with Client(create_app(Settings(processes=0), store)) as made:
        yield made


def a_load(store: Store, folder: Path, number: int) -> None:
    table = folder / str(number) / "机构.csv"
    table.parent.mkdir()
    table.write_text(f"名称,类型,所在地区\n示例新机构{number},服务机构,绵阳市涪城区\n", encoding="utf-8")
    assert not load(store, [table]).issues


def asked_of_graph() -> int:
    return LOOKUPS.total()


def test_an_answer_is_made_once_until_a_load(client: Client, store: Store, tmp_path: Path) -> None:
    first = client.get("/v1/gaps", params=ASKED)
    before = asked_of_graph()
    again = client.get("/v1/gaps", params=ASKED)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    known = {"If-None-Match": first.headers["etag"]}
    same = client.get("/v1/gaps", params=ASKED, headers=known)
    assert (same.status_code, same.content) == (304, b"")
    head = client.head("/v1/gaps", params=ASKED)
    assert (head.status_code, head.content, head.headers["content-length"]) == (
        200,
        b"",
        first.headers["content-length"],
    )
    assert asked_of_graph() == before
    a_load(store, tmp_path, 1)
    new = client.get("/v1/gaps", params=ASKED, headers=known)
    assert (new.status_code, new.json()["meta"]["graph_version"]) == (200, first.json()["meta"]["graph_version"] + 1)
    assert client.get("/v1/gaps", params=ASKED).content == new.content


@pytest.mark.parametrize("document", ["/explorer/cells.json", "/explorer/network.json"])
def test_a_document_of_the_explorer_is_made_once_until_a_load(
    client: Client, store: Store, tmp_path: Path, document: str
) -> None:
    first = client.get(document)
    before = asked_of_graph()
    again = client.get(document)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    known = {"If-None-Match": first.headers["etag"]}
    assert client.get(document, headers=known).status_code == 304
    assert client.get(document, params={"as_of": "2020-01-01"}, headers=known).status_code == 200
    a_load(store, tmp_path, 1)
    new = client.get(document, headers=known)
    assert (new.status_code, new.json()["meta"]["graph_version"]) == (200, first.json()["meta"]["graph_version"] + 1)
    assert asked_of_graph() > before


def test_forms_languages_and_codings_are_apart(client: Client) -> None:
    def got(**headers: str) -> tuple[str, str | None]:
        answer = client.get("/v1/gaps", params=ASKED, headers=headers)
        return answer.headers["content-type"], answer.headers.get("content-encoding")

    for _ in range(2):
        assert got(Accept="text/csv")[0] == "text/csv; charset=utf-8"
        assert got(**{"Accept-Encoding": "gzip"}) == ("application/json", "gzip")
        assert got(**{"Accept-Encoding": "identity"}) == ("application/json", None)


def test_each_gets_what_is_meant_for_the_own_role_and_region(store: Store) -> None:
    ring = KeyRing(store.home)
    keys = {
        "public": ring.create("p", Role.PUBLIC, None, 1)[1], "analyst": ring.create("a", Role.ANALYST, None, 1)[1],
        "here": ring.create("h", Role.EDITOR, "510700", 1)[1], "there": ring.create("t", Role.EDITOR, "511000", 1)[1],
    }  # fmt: skip
    with Client(create_app(Settings(processes=0), store)) as client:

        def got(who: str) -> set[str]:
            asked = {"group_by": "prefecture", "limit": "50", "as_of": ASKED["as_of"]}
            headers = {"Authorization": f"Bearer {keys[who]}"}
            answer = client.get("/v1/coverage", params=asked, headers=headers).json()
            return {cell["region"] for cell in answer["data"]}

        def drawn(who: str) -> tuple[int, str]:
            answer = client.get("/explorer/cells.json", headers={"Authorization": f"Bearer {keys[who]}"})
            return len(answer.json()["regions"]), answer.headers["etag"]

        here, there, all_ = drawn("here"), drawn("there"), drawn("analyst")
        assert (here[0] < all_[0], len({here[1], there[1], all_[1]})) == (True, 3)
        for _ in range(2):
            assert (drawn("here"), drawn("there"), drawn("analyst")) == (here, there, all_)
            assert (got("here"), got("there")) == ({"510700"}, {"511000"})
            assert {"510700", "511000"} < got("analyst") == got("public")
        ring.revoke(ring.listed()[0].id)
        headers = {"Authorization": f"Bearer {keys['public']}"}
        assert client.get("/v1/coverage", headers=headers).status_code == 401


def test_little_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "MOST_BYTES", 1)
    before = asked_of_graph()
    assert {client.get("/v1/gaps", params=ASKED).status_code for _ in range(2)} == {200}
    once = asked_of_graph() - before
    assert (once > 0, client.get("/v1/gaps", params=ASKED).status_code) == (True, 200)
    assert asked_of_graph() - before > once


# --- the state of the graph ---------------------------------------------------------------------------


class Counting:
    """A store whose state is another one at each reading; a reading ends when it may."""

    def __init__(self) -> None:
        self.reads = 0
        self.may_end = threading.Event()

    @contextmanager
    def read(self) -> Iterator[Any]:
        yield self

    def table(self, _: object) -> pa.Table:
        self.reads += 1
        read = self.reads
        self.may_end.wait(60)
        return pa.Table.from_pylist(
            [{"sequence": read, "key": "load", "finished": None, "token": None}], schema=LAST_LOAD.arrow
        )


def test_who_asks_during_a_reading_shares_the_next() -> None:
    async def numbers() -> list[int]:
        store, reader = Counting(), StateReader()
        asked = [asyncio.create_task(reader.now(store))]  # type: ignore[arg-type]
        while store.reads == 0:
            await asyncio.sleep(0.001)
        asked += [asyncio.create_task(reader.now(store)) for _ in range(5)]  # type: ignore[arg-type]
        await asyncio.sleep(0.01)
        asked[1].cancel()  # who leaves takes nothing from the others
        store.may_end.set()
        states = await asyncio.gather(asked[0], *asked[2:])
        states.append(await reader.now(store))  # type: ignore[arg-type]
        return [state.sequence for state in states if state]

    assert run_apart(numbers) == [1, 2, 2, 2, 2, 3]
