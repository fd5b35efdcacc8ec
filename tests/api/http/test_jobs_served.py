"""Jobs on a real server: killed in the middle it does them after all; whoever wants to know is told, and signed to."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from api.webhooks import signature
from tests.support.server import Server, serving
from tests.support.stores import copy_store
from tests.worlds import AS_OF

LONG = {"budget": 500, "time_limit": 5, "as_of": AS_OF.isoformat()}
ASYNC = {"Prefer": "respond-async"}
SECRET = "a secret"
SECONDS = 120


class Inbox(threading.Event):
    """What came in at a program that waits for a webhook."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def listening() -> Iterator[tuple[str, Inbox]]:
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.messages.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()
            inbox.set()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ended", inbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def state(server: Server, at: str, *until: str) -> dict[str, Any]:
    """Return a job once it is in one of these states."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        job: dict[str, Any] = server.ask(at).json()["data"]
        if job["state"] in until:
            return job
        time.sleep(0.05)
    raise TimeoutError(job["state"])


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_a_job_does_it_after_all(store_url: str, tmp_path: Path) -> None:
    url = f"ladybug://{copy_store(store_url, tmp_path / 'world.lbug')}"
    with serving(url) as server:
        first, second = (server.ask("/v1/expand", LONG, headers=ASYNC).headers["location"] for _ in range(2))
        state(server, first, "running", "done")
        for process in reversed(server.family()):
            process.kill()
        server.process.wait(30)
    with listening() as (address, inbox):
        allowed = {"SHUNIU_WEBHOOKS": address, "SHUNIU_WEBHOOK_SECRET": SECRET}
        with serving(url, **allowed) as server:
            refused = server.ask("/v1/expand", LONG, headers={**ASYNC, "Shuniu-Webhook": "http://127.0.0.1:9/"})
            assert (refused.status, refused.json()["type"]) == (422, "urn:shuniu:problem:bad-parameter")
            last = server.ask("/v1/expand", {"budget": -1}, headers={**ASYNC, "Shuniu-Webhook": address})
            made = [state(server, at, "done", "failed") for at in (first, second)]
            assert [job["state"] for job in made] == ["done", "done"]
            assert made[0]["attempts"] in (1, 2)  # a fast machine may have done it before
            results = [server.ask(job["result"]).json()["data"] for job in made]
            assert results[0]["actions"] == results[1]["actions"] != []
            assert inbox.wait(SECONDS)
            assert server.stop(signal.SIGINT) < 10
            assert server.process.returncode == 0
    headers, body = inbox.messages[0]
    id_ = last.headers["location"].removeprefix("/v1/jobs/")
    assert json.loads(body) == {"job": id_, "kind": "expand", "state": "failed", "address": f"/v1/jobs/{id_}"}
    assert headers["webhook-id"] == id_
    assert headers["webhook-signature"] == signature(SECRET, id_, headers["webhook-timestamp"], body)


def test_the_signature_is_that_of_the_specification() -> None:
    body = b'{"test": 2432232314}'
    signed = signature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert signed.startswith("v1,")
    assert len(signed) == 47
