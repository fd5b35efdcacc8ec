"""A process that computes what is dear: the same app on the server's store, one request at a time.

It can be stopped at any moment, whatever it is at, and nothing is lost: what it holds is only what it has read.
"""

import asyncio
import logging
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI
from starlette.types import Message

from api.http.body_limit import replayed
from api.remote_store import GONE, RemoteStore
from api.settings import Settings
from graph.stores.base import Store

log = logging.getLogger("shuniu.http")

NICENESS = 5
"""Answers that are cheap go before those that are dear."""
GRACE_SECONDS = 5
"""So long after a deadline a process whose server is gone ends by itself."""


class ForwardedRequest(NamedTuple):
    """One request, and how many seconds its answer may take."""

    scope: dict[str, Any]
    body: bytes
    seconds: float


MakeApp = Callable[[Settings, Store], FastAPI]


class Pipes(NamedTuple):
    """What a worker is connected by: its requests and their answers, and what it reads."""

    jobs: "Connection[Any, Any]"
    reads: "Connection[Any, Any]"


def work(pipes: Pipes, make_app: MakeApp, settings: Settings, url: str, home: Path) -> None:
    """Answer requests until the server is gone; runs in a process of its own."""
    jobs = pipes.jobs
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the server, which ends us
    os.nice(NICENESS)
    most = settings.worker_mb * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    app = make_app(settings, RemoteStore(url, home, pipes.reads))
    with suppress(*GONE), asyncio.Runner() as runner:
        while True:
            job: ForwardedRequest = jobs.recv()
            signal.setitimer(signal.ITIMER_REAL, job.seconds + GRACE_SECONDS)
            runner.run(_answered(app, job, jobs))
            signal.setitimer(signal.ITIMER_REAL, 0)
            jobs.send(None)


async def _answered(app: FastAPI, job: ForwardedRequest, jobs: "Connection[Any, Any]") -> None:
    async def send(message: Message) -> None:
        jobs.send(message)

    await app(job.scope, replayed(job.body), send)
