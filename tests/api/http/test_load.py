"""Dear questions have processes of their own: the same answers, within a time, as long as somebody waits for them."""

import asyncio
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import psutil
import pytest
from starlette.types import Message

from api.http.admission import Places, dear_routes
from api.http.statuses import TooManyAtOnce, TooManyOfYours
from api.http.workers import Workers
from api.remote_store import RemoteStore, answer_reads
from api.settings import Settings
from graph import errors, schema
from graph.delta import Delta
from graph.projection import LAST_LOAD
from graph.stores.base import Query
from graph.stores.opening import open_store
from tests.api.support import Client, Failing, greedy_app
from tests.support.loops import run_apart
from tests.support.promise import openapi
from tests.support.server import Server, serving
from tests.support.stores import copy_store
from tests.worlds import AS_OF

DAY = AS_OF.isoformat()
LONG = {"budget": 500, "time_limit": 30, "as_of": DAY}
SOON = 10.0
"""Seconds within which a machine that does other work, too, answers what waits for nothing; dear work takes longer."""
TAKEN = b'shuniu_places_taken{work="dear"} %.1f'


# --- places -------------------------------------------------------------------------------------------


def test_who_takes_more_than_a_share_and_who_comes_too_late_is_told() -> None:
    async def fill() -> list[str]:
        places, told = Places(1, 3, of_one=2), []
        leave = asyncio.Event()

        async def stay(key: str) -> None:
            try:
                async with places.place(key):
                    told.append(f"{key} in")
                    await leave.wait()
            except (TooManyOfYours, TooManyAtOnce) as error:
                told.append(f"{key} {error.code}")

        tasks = [asyncio.create_task(stay(asker)) for asker in ("a", "a", "a", "b", "b", "c")]
        await asyncio.sleep(0.01)
        tasks[1].cancel()  # one who waits and leaves makes room
        await asyncio.sleep(0.01)
        tasks.append(asyncio.create_task(stay("c")))
        await asyncio.sleep(0.01)
        leave.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with places.place("d"):
            told.append("d in")
        return told

    assert run_apart(fill) == [
        "a too-many-of-yours", "c too-many-at-once", "a in", "b in", "b in", "c in", "d in",
    ]  # fmt: skip


def test_without_keys_nobody_is_told_apart() -> None:
    async def fill() -> list[str]:
        places, told = Places(1, 3, of_one=2), []
        leave = asyncio.Event()

        async def stay() -> None:
            try:
                async with places.place(None):
                    told.append("in")
                    await leave.wait()
            except TooManyAtOnce as error:
                told.append(error.code)

        tasks = [asyncio.create_task(stay()) for _ in range(5)]
        await asyncio.sleep(0.01)
        leave.set()
        await asyncio.gather(*tasks)
        return told

    assert run_apart(fill) == ["too-many-at-once", "in", "in", "in", "in"]


def test_what_plans_or_learns_is_dear() -> None:
    paths = openapi()["paths"] | {"/explorer/cells.json": {"get": {}, "post": {}}}
    dear = {
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method in operations
        if any(m == method.upper() and p.fullmatch(path) for m, p in dear_routes())
    }
    assert dear == {
        "POST /v1/expand", "POST /v1/allocate", "POST /v1/what-if", "POST /v1/what-if/compare", "GET /v1/suggestions",
        "GET /v1/suggestions/flows", "GET /v1/suggestions/quality", "GET /v1/partners/fewest",
        "POST /v1/partners:batch", "POST /v1/paths:batch", "GET /v1/export",
        "POST /explorer/cells.json",
    }  # fmt: skip


# --- the store, over a pipe ---------------------------------------------------------------------------


def test_a_store_is_read_over_a_pipe_as_it_is(store_url: str, tmp_path: Path) -> None:
    node, link = schema.nodes()["Organization"], next(iter(schema.relationships().values()))
    with open_store(f"ladybug://{copy_store(store_url, tmp_path / 'w.lbug')}") as store:
        near, far = Pipe()
        thread = threading.Thread(target=answer_reads, args=(store, far))
        thread.start()
        remote = RemoteStore(store.url, store.home, near)
        with store.read() as own, remote.read() as session:
            assert session.version() == own.version() == 2
            assert session.unfinished() is None
            assert session.table(LAST_LOAD).equals(own.table(LAST_LOAD))
            assert session.nodes(node).sort_by("key").equals(own.nodes(node).sort_by("key"))
            keys = own.nodes(node)["key"].combine_chunks()[:3]
            assert session.nodes(node, keys).sort_by("key").equals(own.nodes(node, keys).sort_by("key"))
            assert session.relationships(link).num_rows == own.relationships(link).num_rows
            with pytest.raises(errors.StoreFailure), remote.read(1.0) as other:
                other.table(Query("MATCH (n:Nothing) RETURN n.key AS key", {"key": str}))
            assert session.version() == 2
        with pytest.raises(errors.StoreReadOnly):
            remote.apply(Delta(()))
        near.close()
        thread.join(60)
        assert not thread.is_alive()


# --- processes ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_process_that_has_or_needs_too_much_memory_makes_room_for_another() -> None:
    workers = Workers(Failing(AssertionError()), Settings(processes=1, worker_mb=512), greedy_app)

    async def told(path: str) -> tuple[int, Any]:
        messages: list[Any] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "scheme": "http"}
        await workers.answer(scope, b"", keep, 60)
        return messages[0]["status"], json.loads(b"".join(m.get("body", b"") for m in messages))

    async def ask() -> list[tuple[int, Any]]:
        return [await told(path) for path in ("/process", "/process", "/too-much", "/process", "/hoard", "/process")]

    try:
        first, again, too_much, second, hoard, third = run_apart(ask)
    finally:
        workers.close()
    assert first == again
    assert (too_much[0], too_much[1]["type"]) == (503, "urn:shuniu:problem:worker-lost")
    assert hoard == (200, None)
    assert len({answer["id"] for _, answer in (first, second, third)}) == 3


# --- a server -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    own = copy_store(store_url, tmp_path_factory.mktemp("loaded") / "world.lbug")
    with serving(f"ladybug://{own}") as made:
        yield made


def wait_until(so: Callable[[], bool]) -> None:
    """Wait for what comes soon, on a busy machine a little later."""
    until = time.monotonic() + 3 * SOON
    while not so():
        assert time.monotonic() < until
        time.sleep(0.05)


def rests(server: Server) -> bool:
    try:
        return max(process.cpu_percent(0.2) for process in server.family()) < 50
    except psutil.NoSuchProcess:  # it ends just now
        return False


def lasting(answer: Any) -> Any:
    """Return an answer without what tells when, and how long it took."""
    answer["meta"].pop("generated_at", None)
    answer["data"].pop("seconds", None)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/v1/expand", {**LONG, "time_limit": 3}),
        ("/v1/allocate", {"level": "prefecture", "as_of": DAY}),
        ("/v1/expand", {**LONG, "region": "火星"}),
        ("/v1/expand", {**LONG, "budget": -1}),
    ],
)
def test_a_process_answers_as_the_server_itself_would(
    client: Client, server: Server, path: str, document: dict
) -> None:
    there, here = server.ask(path, document), client.post(path, json=document)
    assert there.status == here.status_code
    assert there.headers["content-type"] == here.headers["content-type"]
    if here.status_code == 200:
        assert lasting(there.json()) == lasting(here.json())
    else:
        told = there.json()
        assert told.pop("request_id") == there.headers["x-request-id"]
        assert told == {name: value for name, value in here.json().items() if name != "request_id"}
    assert there.headers["x-frame-options"] == "DENY"


@pytest.mark.slow
def test_a_process_answers_again_and_again(server: Server) -> None:
    def answering() -> set[int]:
        assert server.ask("/v1/expand", {**LONG, "time_limit": 0.1}).status == 200
        assert server.ask("/v1/suggestions?limit=1").status == 200
        wait_until(lambda: TAKEN % 0 in server.ask("/metrics").body)
        return {process.pid for process in server.family()}

    assert answering() == answering()


@pytest.mark.slow
def test_a_flood_whose_senders_leave_hurts_nobody(server: Server) -> None:
    cell = f"/v1/coverage?region=510700&limit=5&as_of={DAY}"
    assert server.ask("/v1/expand", {**LONG, "budget": 1}).status == 200
    server.ask(cell)
    before, most = server.memory(), [0.0]
    ended = threading.Event()
    took: dict[str, list[float]] = {"/health/ready": [], cell: []}

    def probe(path: str) -> None:
        while not ended.is_set():
            answer = server.ask(path)
            assert answer.status == 200
            took[path].append(answer.seconds)
            time.sleep(0.02)

    def weigh() -> None:
        while not ended.is_set():
            most[0] = max(most[0], server.memory())
            time.sleep(0.2)

    others = [threading.Thread(target=run) for run in (lambda: probe("/health/ready"), lambda: probe(cell), weigh)]
    for thread in others:
        thread.start()
    senders = [server.send("/v1/expand", {**LONG, "budget": 500 + n, "curve": [n + 1.0, 900]}) for n in range(45)]
    time.sleep(3)
    for sender in senders:
        sender.close()
    time.sleep(1)
    ended.set()
    for thread in others:
        thread.join()
    assert max(took["/health/ready"]) < SOON
    assert sorted(took[cell])[int(len(took[cell]) * 0.95)] < SOON
    assert most[0] - before < 300
    wait_until(lambda: rests(server))


@pytest.mark.slow
def test_what_is_full_says_so_at_once(server: Server) -> None:
    waiting = [server.send("/v1/expand", {**LONG, "budget": 700 + n}) for n in range(10)]
    wait_until(lambda: TAKEN % len(waiting) in server.ask("/metrics").body)
    refused = server.ask("/v1/expand", {**LONG, "budget": 1})
    for sender in waiting:
        sender.close()
    assert (refused.status, refused.json()["type"]) == (503, "urn:shuniu:problem:too-many-at-once")
    assert refused.headers["retry-after"] == "5"
    assert refused.seconds < SOON


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_past_the_limit_work_ends_and_so_does_the_server(store_url: str, tmp_path: Path, by: signal.Signals) -> None:
    own = copy_store(store_url, tmp_path / "world.lbug")
    limits = {"SHUNIU_DEAR_SECONDS": "0.3", "SHUNIU_PROCESSES": "1"}
    with serving(f"ladybug://{own}", **limits if by == signal.SIGINT else {}) as server:
        if by == signal.SIGINT:
            late = server.ask("/v1/expand", LONG)
            assert (late.status, late.json()["type"]) == (504, "urn:shuniu:problem:deadline-over")
            assert late.seconds < SOON
        senders = [server.send("/v1/expand", {**LONG, "budget": 900 + n}) for n in range(4)]
        time.sleep(0.2)
        family = server.family()
        took = server.stop(by)
        for sender in senders:
            sender.close()
        assert took < SOON
        assert server.process.returncode == 0
        assert psutil.wait_procs(family, timeout=60)[1] == []
        told = server.process.stderr.read() if server.process.stderr else ""
        assert "Traceback" not in told, told
    with open_store(f"ladybug://{own}") as store:
        assert store.notices == []


def test_each_language_has_a_handbook_of_its_own_drawn_once(client: Client) -> None:
    def drawn(lang: str, **headers: str) -> tuple[bytes, str | None]:
        answer = client.get("/docs", params={"lang": lang}, headers=headers)
        return answer.content, answer.headers.get("content-encoding")

    first = drawn("zh", **{"Accept-Encoding": "gzip"})
    assert first[1] == "gzip"
    assert drawn("zh", **{"Accept-Encoding": "identity"}) == (first[0], None)
    assert drawn("en")[0] != first[0]
