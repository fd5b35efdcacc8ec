"""The generated client, as docs/api.md uses it, on a real server: no warning, typed answers, down to file and row."""

import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.app import create_app
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from loaders.pipeline import load
from tests.support.server import served
from tests.support.stores import new_store
from tests.support.terminal import PROJECT

CLIENT = PROJECT / "out" / "client"
PAGE = PROJECT / "docs" / "api.md"
PLACES = {"资阳市雁江区": 1, "成都市武侯区": 2, "内江市市中区": 3, "绵阳市涪城区": 4}


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a service with four agencies for intellectual property, and its key, where the page looks for them."""
    if not (CLIENT / "shuniu_client").is_dir():
        assert "CI" not in os.environ, "make client comes before the tests"
        pytest.skip("make client writes it")
    agencies = "".join(f"示例-知产{n},服务机构,{place}\n" for place, n in PLACES.items())
    offers = "".join(f"示例-专利{n},服务产品,知识产权,示例-知产{n},{100 * n}\n" for n in PLACES.values())
    (tmp_path / "机构.csv").write_text(f"名称,类型,所在地区\n{agencies}", encoding="utf-8")
    (tmp_path / "服务资源.csv").write_text(f"名称,资源类别,服务类型,提供机构,年服务能力\n{offers}", encoding="utf-8")
    with new_store(tmp_path / "w.lbug") as store:
        assert not load(store, [tmp_path / "机构.csv", tmp_path / "服务资源.csv"]).issues
        monkeypatch.setenv("SHUNIU_KEY", KeyRing(store.home).create("new", Role.ANALYST, None, 1)[1])
        monkeypatch.syspath_prepend(str(CLIENT))
        with served(create_app(Settings(processes=0), store)) as at:
            monkeypatch.setenv("SHUNIU_URL", at)
            yield at


def run_page() -> str:
    """Run the program of the page and return what it says."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102 our own page
    return said.getvalue()


@pytest.mark.usefixtures("address")
def test_a_wrong_key_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUNIU_KEY", "none")
    with pytest.raises(SystemExit, match="需要有效的密钥 请在请求头写 Authorization: Bearer 密钥"):
        run_page()


def test_three_partners_and_the_row_of_the_first(address: str) -> None:
    lines = run_page().splitlines()
    assert len(lines) == 4
    assert {line.split()[1] for line in lines[:3]} <= {f"示例-知产{n}" for n in PLACES.values()}
    first = int(lines[0].split()[1][-1])
    assert re.fullmatch(rf"用户提交 \S*机构\.csv \S* ?{first + 1}", lines[3]), (address, lines[3])
    assert "shuniu_client" in sys.modules
