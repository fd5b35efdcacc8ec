"""While a server owns the embedded file, every command works as ever: through it."""

import csv as csv_
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.sharing import NOTE, joined, shared
from graph.errors import StoreReadOnly
from graph.stores.address import embedded_path
from graph.stores.base import Query
from graph.stores.opening import open_store
from graph.stores.swap import home_of
from tests.support.server import Server, serving
from tests.support.stores import copy_store
from tests.support.terminal import Said, apart, shuniu
from tests.worlds import AS_OF

DAY = ("--as-of", AS_OF.isoformat())
ASKED = (
    ("coverage", "--region", "绵阳", "--format", "json", *DAY),
    ("gaps", "--format", "csv", *DAY),
    ("partners", "涪城区", "--service-type", "SC09", "--lang", "en", *DAY),
)
"""Tables and forms for programs, in both languages."""


@pytest.fixture(scope="module")
def url(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"ladybug://{copy_store(store_url, tmp_path_factory.mktemp('shared') / 'world.lbug')}"


@pytest.fixture(scope="module")
def alone(url: str) -> dict[tuple[str, ...], Said]:
    """What the questions are answered while nobody else has the store."""
    return {asked: said(url, *asked) for asked in ASKED}


@pytest.fixture(scope="module")
def server(url: str, alone: object) -> Iterator[Server]:  # noqa: ARG001 they come first
    with serving(url, SHUNIU_PROCESSES="0") as running:
        yield running


def said(url: str, *asked: object) -> Said:
    """Run a command, without the time at which it answered; this process has nothing of the server."""
    told = shuniu(*asked, "--store", url)
    return told._replace(out="\n".join(line.partition('"generated_at"')[0] for line in told.out.splitlines()))


@pytest.mark.slow
def test_commands_say_the_same_while_a_server_owns_the_file(
    url: str, alone: dict[tuple[str, ...], Said], server: Server
) -> None:
    assert server.process.poll() is None
    for answers in home_of(embedded_path(url)).glob("answers/*"):
        answers.unlink()
    assert {asked: said(url, *asked) for asked in ASKED} == alone
    assert {told.code for told in alone.values()} == {0}


@pytest.mark.slow
def test_a_workbook_a_load_and_a_request_go_through_the_server(url: str, server: Server, tmp_path: Path) -> None:
    before = server.ask("/health/ready").json()
    assert shuniu("gaps", *DAY, "-o", tmp_path / "gaps.xlsx", "--store", url).code == 0
    assert (tmp_path / "gaps.xlsx").stat().st_size > 1000
    with (tmp_path / "机构.csv").open("w", encoding="utf-8", newline="") as file:
        csv_.writer(file).writerows([["名称", "类型", "所在地区"], ["绵阳市新来服务中心", "服务机构", "绵阳市涪城区"]])
    loaded = shuniu("load", tmp_path / "机构.csv", "--format", "json", "--store", url)
    assert (loaded.code, json.loads(loaded.out)["data"][0]["created"]) == (0, 1)
    found = server.ask("/v1/search?q=%E6%96%B0%E6%9D%A5").json()["data"]
    assert [one["name"] for one in found] == ["绵阳市新来服务中心"]
    asked = apart("requests", "ask", "510700", "绵阳市新来服务中心", "--dimension", "创新链", "--store", url)
    assert asked.code == 0
    (request,) = server.ask("/v1/requests").json()["data"]
    assert (request["a"], request["b_name"]) == ("510700", "绵阳市新来服务中心")
    assert server.ask("/health/ready").json() != before
    assert shuniu("doctor", "--store", url).code == 0


def test_the_note_goes_with_its_owner_and_is_for_its_account_alone(url: str, tmp_path: Path) -> None:
    path = copy_store(url, tmp_path / "w.lbug")
    home = home_of(path)
    with open_store(f"ladybug://{path}") as store:
        assert joined(store.url, home) is None, "a note that came with a copy is of another store"
        with shared(store, pid=1):
            assert (home / NOTE).stat().st_mode & 0o777 == 0o600
            told = json.loads((home / NOTE).read_bytes())
            with joined(store.url, home) as mine, mine.read() as session, store.read() as own:
                assert session.version() == own.version()
                named = Query("MATCH (n:Region) WHERE n.name = $name RETURN n.key AS key", {"key": str})
                assert session.table(named, name="绵阳市").to_pylist() == [{"key": "510700"}]
            (home / NOTE).write_text(json.dumps({**told, "word": "00"}))
            assert joined(store.url, home) is None, "who does not know the word gets nothing"
            (home / NOTE).write_text(json.dumps(told))
            with joined(store.url, home) as again, pytest.raises(StoreReadOnly):  # and those who know it still do
                again.place_for_new()
        assert not (home / NOTE).exists()
        assert "shuniu-shared" not in {thread.name for thread in threading.enumerate()}
        (home / NOTE).write_text(json.dumps(told))
        assert joined(store.url, home) is None, "a note that was left behind is no owner"
