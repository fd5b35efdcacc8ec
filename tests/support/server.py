"""``shuniu serve`` as a process of its own, and clients that come and go."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import psutil
import uvicorn
from starlette.types import ASGIApp

from api.http.connections import WatchedConnection
from tests.support.machine import free_port
from tests.support.terminal import PROGRAM, PROJECT

START_SECONDS = 120
PATIENT: dict[str, Any] = {"read_seconds": 60, "cheap_seconds": 120, "dear_seconds": 300}
"""Settings of a service on a machine that does other work, too, where no limit is what a test is about."""


@dataclass(frozen=True)
class Answered:
    """What came back, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running server."""

    port: int
    process: "subprocess.Popen[str]"

    def ask(
        self, path: str, document: object = None, *, headers: dict[str, str] | None = None, seconds: float = 90
    ) -> Answered:
        """Ask, on a connection of its own; a ``document`` is posted."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            body = None if document is None else json.dumps(document)
            sent = {"Content-Type": "application/json", **(headers or {})}
            connection.request("GET" if body is None else "POST", path, body, sent)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, told, answer.read(), time.monotonic() - began)
        finally:
            connection.close()

    def send(self, path: str, document: object) -> socket.socket:
        """Post a document and do not wait for the answer."""
        body = json.dumps(document).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.sendall(f"{head}\r\n\r\n".encode() + body)
        return connection

    def family(self) -> list[psutil.Process]:
        """Return the server and the processes that work for it."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def memory(self) -> float:
        """Return the memory of all of them that is theirs alone, MB."""
        total = 0
        for process in self.family():
            try:
                total += process.memory_full_info().uss
            except psutil.NoSuchProcess:
                continue
        return total / 1e6

    def stop(self, by: signal.Signals = signal.SIGINT) -> float:
        """Tell it to stop and return the seconds that took."""
        began = time.monotonic()
        self.process.send_signal(by)
        self.process.wait(60)
        return time.monotonic() - began


@contextmanager
def serving(store: str, *options: str, **environment: str) -> Iterator[Server]:
    """Run a server on a store, ready when this yields; killed at the end with all its processes, if it still runs."""
    port = free_port()
    running = subprocess.Popen(
        [*PROGRAM, "serve", "--store", store, "--port", str(port), *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
    )  # fmt: skip
    server = Server(port, running)
    try:
        _wait(server)
        yield server
    finally:
        family = server.family() if running.poll() is None else []
        for process in reversed(family):
            process.kill()
        running.communicate()


def _wait(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.process.stderr and server.process.stderr.read()
        try:
            if server.ask("/health/ready").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server does not answer")


@contextmanager
def served(
    app: ASGIApp, lifespan: Literal["on", "off"] = "off", http: type[asyncio.Protocol] = WatchedConnection
) -> Iterator[str]:
    """Serve an app in a thread and yield its address; its jobs need its lifespan."""
    with socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, lifespan=lifespan, http=http, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, args=([at],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the app did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{at.getsockname()[1]}"
        server.should_exit = True
        thread.join(60)
