"""What this machine can do for the tests: a real Neo4j, a real browser, or a plain word on why not."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVER = Path(__file__).resolve().parents[2] / "deploy" / "neo4j" / "server.py"
# The first has no windows: it draws and runs the same with a fifth less of work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Debian's build runs as root in CI, and must never call home: tests count every outside request.
BROWSER_ARGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PLANS_STAY = "dbms.cypher.min_replan_interval=1h"
"""For Neo4j: tests fill and empty it again and again, and a text is not to be planned anew each time."""
PORTS = range(15000, 32000)
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
"""For Java: a server that lives for minutes gains nothing from what its compiler would do for hours."""


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


def free_port() -> int:
    """Return a port that nobody listens on, below those that the system gives to whoever asks for any."""
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def private_redis(folder: Path) -> Iterator[str]:
    """Run a Redis of our own, which writes nothing down, and yield its URL; or raise Lacking."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise Lacking("没有找到 redis-server", "redis-server was not found")
    socket_at = folder / "redis"
    options = ["--port", "0", "--unixsocket", str(socket_at), "--save", "", "--dir", str(folder)]
    running = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        while not _listens(socket_at):
            assert running.poll() is None, "redis-server does not start"
            time.sleep(0.02)
        yield f"unix://{socket_at}"
    finally:
        running.kill()
        running.wait()


def _listens(at: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(at)) == 0


class Neo4j:
    """A Neo4j of our own under ``home``, to be started, stopped and killed."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._password = secrets.token_hex(8)
        self.port = free_port()

    @property
    def url(self) -> str:
        """Its URL with credentials."""
        return f"bolt://neo4j:{self._password}@127.0.0.1:{self.port}"

    def start(self, *options: str) -> None:
        """Start it, and return when it answers."""
        self._run("start", "--port", str(self.port), "--set", PLANS_STAY, *options)

    def fill(self, export: Path) -> None:
        """Fill it, not yet started, from an export, by Neo4j's own tool."""
        self._run("import", "--from", str(export))

    def _run(self, command: str, *options: str) -> None:
        done = _server(command, "--home", str(self._home), *options, SHUNIU_NEO4J_PASSWORD=self._password)
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        """Stop it in order."""
        _server("stop", "--home", str(self._home))

    def kill(self) -> None:
        """End it without a word."""
        os.kill(int((self._home / "server.pid").read_text().split()[0]), signal.SIGKILL)


@contextmanager
def private_neo4j(home: Path) -> Iterator[Neo4j]:
    """Run a Neo4j of our own under ``home``, or raise Lacking."""
    fetched = _server("fetch")
    if fetched.returncode:  # server.py has said why: one line in Chinese, one in English, after what it tried
        lines = [line for line in fetched.stderr.splitlines() if line and not line.endswith("…")]
        zh, en, *_ = [*lines, "", ""]
        raise Lacking(zh.rstrip("。："), en.rstrip(".:"))
    server = Neo4j(home)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _server(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SERVER), *args]
    given = {**os.environ, "JDK_JAVA_OPTIONS": SHORT_LIVED, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=given)
