"""What this machine can do for the tests: a real Neo4j, a real browser, or a plain word on why not."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER = Path(__file__).resolve().parents[2] / "deploy" / "neo4j" / "server.py"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Debian's build runs as root in CI, and must never call home: tests count every outside request.
BROWSER_ARGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Lacking(Exception):
    """The machine lacks something that a part of the tests needs; told in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


def in_ci() -> bool:
    """Where every part must run: there a lack is a failure."""
    return os.environ.get("CI") == "true"


def chromium() -> str:
    """Return the path of a Chromium, or raise Lacking."""
    if found := next(filter(None, map(shutil.which, BROWSERS)), None):
        return found
    raise Lacking("没有找到 Chromium", "Chromium was not found")


@contextmanager
def private_neo4j(home: Path) -> Iterator[str]:
    """Run a Neo4j of our own under ``home``; yield its URL with credentials, or raise Lacking."""
    fetched = _server("fetch")
    if fetched.returncode:  # server.py has said why: one line in Chinese, one in English, after what it tried
        lines = [line for line in fetched.stderr.splitlines() if line and not line.endswith("…")]
        zh, en, *_ = [*lines, "", ""]
        raise Lacking(zh.rstrip("。："), en.rstrip(".:"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    password = secrets.token_hex(8)
    started = _server("start", "--home", str(home), "--port", str(port), SHUNIU_NEO4J_PASSWORD=password)
    assert started.returncode == 0, started.stderr
    try:
        yield f"bolt://neo4j:{password}@127.0.0.1:{port}"
    finally:
        _server("stop", "--home", str(home))


def _server(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SERVER), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
