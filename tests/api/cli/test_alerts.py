"""Alerts at a terminal: new cases are told to a web address and by mail, once each; none is lost."""

import json
import re
import socketserver
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_string
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from api.cli.commands import run
from graph.stores.opening import open_store
from tests.support.handmade import write
from tests.support.terminal import apart

RULES = "rules: [{id: silent, kind: window_silent, days: 40, assign: 谁}]"


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def web(taken: list[Any]) -> HTTPServer:
    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    return HTTPServer(("127.0.0.1", 0), Taker)


def mail(taken: list[str]) -> socketserver.TCPServer:
    class Post(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            in_message, lines = False, list[str]()
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                if in_message:
                    in_message = line != "."
                    lines.append(line)
                    if not in_message:
                        taken.append("\n".join(lines))
                        self.wfile.write(b"250 kept\r\n")
                    continue
                in_message = line.upper() == "DATA"
                answer = "354 go on" if in_message else "221 bye" if line.upper() == "QUIT" else "250 yes"
                self.wfile.write(f"{answer}\r\n".encode())
                if answer.startswith("221"):
                    return

    return socketserver.TCPServer(("127.0.0.1", 0), Post)


@pytest.fixture
def to(tmp_path: Path) -> list[str]:
    url = f"ladybug://{tmp_path / 'a.lbug'}"
    with open_store(url) as store:
        months = [{"key": "m", "month": "2026-01", "services": 3, "data_class": "SYNTHETIC"}]
        nodes = {"Window": [{"key": "w", "name": "甲站点", "kind": "station"}], "ServiceMonth": months}
        write(store, nodes, {("DELIVERED", "Window", "ServiceMonth"): [{"from_key": "w", "to_key": "m"}]})
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES, encoding="utf-8")
    return ["alerts", "run", "--rules", str(rules), "--as-of", "2026-06-20", "--store", url]


def test_new_cases_are_told_once(to: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    url = to[-1]
    assert run([*to, "--webhook", "http://127.0.0.1:1/"]) == 3  # nobody there: the case is open all the same
    assert capsys.readouterr().err == "✗ 通知没有送达 127.0.0.1：Connection refused\n  案件已立，下次运行时再通知。\n"
    posted: list[Any] = []
    mailed: list[str] = []
    with serving(web(posted)) as address, serving(mail(mailed)) as server:
        told = [*to, "--webhook", f"http://{address}/", "--smtp", server, "--mail-to", "office@example.org"]
        assert run(told) == 0
        assert run(told) == 0
    (document,) = posted
    assert [(c["case"], c["finding"]["subject_name"]) for c in document["cases"]] == [("case-00001", "甲站点")]
    (message,) = mailed
    text = message_from_string(message.removesuffix("\n."), policy=default).get_content()
    assert text == "case-00001 甲站点 最近有服务的月份是 2026-01，至少已 140 天没有服务记录。 [含示例（虚构）数据]\n"
    assert run(["alerts", "close", "case-00001", "--evidence", "现场核实", "--store", url]) == 0
    capsys.readouterr()
    assert run(["alerts", "list", "--format", "json", "--store", url]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["meta"]["data_class"] == {"REAL": 0, "EDITORIAL": 0, "SYNTHETIC": 1}
    (case,) = answer["data"]
    assert (case["state"], case["evidence"], case["told"]) == ("closed", "现场核实", ["webhook", "mail"])


def test_what_new_cases_rest_on_is_said(to: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(to) == 0
    *_, last = capsys.readouterr().out.splitlines()
    assert re.sub(r"图版本 \d+", "图版本 N", last) == "图版本 N · 依据：演示虚构 1  ⚠ 含示例（虚构）数据"
    assert run(to) == 0
    assert capsys.readouterr().out == "新立案件 0 件\n"


def test_a_case_is_opened_again_for_a_reason_and_told_again(to: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    url, posted = to[-1], list[Any]()
    with serving(web(posted)) as address:
        told = [*to, "--webhook", f"http://{address}/"]
        assert run(told) == 0
        assert (
            run(["alerts", "close", "case-00001", "--evidence", "电话", "--as-of", "2026-06-21", "--store", url]) == 0
        )
        capsys.readouterr()
        again = ["alerts", "reopen", "case-00001", "--as-of", "2026-06-22", "--store", url]
        assert run([*again, "--reason", "复查未落实", "--lang", "en"]) == 0
        assert capsys.readouterr().out == "Opened again: case-00001\n"
        assert run([*again, "--reason", "复查未落实"]) == 2  # it is open
        assert run(told) == 0
        assert run(told) == 0
    assert [[(c["case"], len(c["reopened"])) for c in document["cases"]] for document in posted] == [
        [("case-00001", 0)], [("case-00001", 1)]
    ]  # fmt: skip
    capsys.readouterr()
    assert run(["alerts", "list", "--state", "open", "--store", url, "--format", "csv"]) == 0
    assert "2026-06-21–2026-06-22 电话 → 复查未落实" in capsys.readouterr().out


def test_wrong_use_is_refused(to: list[str]) -> None:
    assert run([*to, "--smtp", "127.0.0.1"]) == 2
    assert run([*to, "--webhook", "file:///etc/passwd"]) == 2
    assert run(["alerts", "close", "case-9", "--evidence", "x", "--store", to[-1]]) == 1


def test_runs_at_the_same_time_tell_of_a_case_once(to: list[str]) -> None:
    posted: list[Any] = []
    with serving(web(posted)) as address, ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda _: apart(*to, "--webhook", f"http://{address}/"), range(2)))
    assert [(one.code, one.err) for one in runs] == [(0, ""), (0, "")]
    assert [[c["case"] for c in document["cases"]] for document in posted] == [["case-00001"]]
