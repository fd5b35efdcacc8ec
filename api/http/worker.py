"""A process that computes what is dear: the same app on the server's store, one request at a time.

It can be stopped at any moment, whatever it is at, and nothing is lost: what it holds is only what it has read. After
an answer it gives back the memory that it no longer needs; one that holds too much all the same, or has had too little,
says that it ends, and another takes its place.
"""

import asyncio
import gc
import logging
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from fastapi import FastAPI
from starlette.types import Message

from api.http.body_limit import replayed
from api.http.guard import OUT_OF_MEMORY
from api.remote_store import GONE, RemoteStore
from api.settings import Settings
from graph.memory import give_back
from graph.stores.base import Store

log = logging.getLogger("shuniu.http")

NICENESS = 5
"""Answers that are cheap go before those that are dear."""
GRACE_SECONDS = 5
"""So long after a deadline a process whose server is gone ends by itself."""
RESTING_MB = 400
"""A process that waits holds no more than this for itself: what a province of 100,000 enterprises is planned with."""


class ForwardedRequest(NamedTuple):
    """One request, and how many seconds its answer may take."""

    scope: dict[str, Any]
    body: bytes
    seconds: float


class AnswerEnd(NamedTuple):
    """The end of an answer; ``stays``: the process takes another request."""

    stays: bool


MakeApp = Callable[[Settings, Store], FastAPI]


class Pipes(NamedTuple):
    """What a worker is connected by: its requests and their answers, and what it reads."""

    jobs: "Connection[Any, Any]"
    reads: "Connection[Any, Any]"


def work(pipes: Pipes, make_app: MakeApp, settings: Settings, url: str, home: Path) -> None:
    """Answer requests until the server is gone; runs in a process of its own."""
    gc.freeze()  # what is there for good, and shared with the other processes as long as nobody goes through it
    jobs = pipes.jobs
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the server, which ends us
    os.nice(NICENESS)
    _limit_memory(settings.worker_mb)
    app = make_app(settings, RemoteStore(url, home, pipes.reads))
    with suppress(*GONE), asyncio.Runner() as runner:
        stays = True
        while stays:
            job: ForwardedRequest = jobs.recv()
            signal.setitimer(signal.ITIMER_REAL, job.seconds + GRACE_SECONDS)
            runner.run(_answered(app, job, jobs))
            signal.setitimer(signal.ITIMER_REAL, 0)
            stays = OUT_OF_MEMORY not in job.scope and _held_after_tidying() <= RESTING_MB
            jobs.send(AnswerEnd(stays))
    os._exit(0)  # at once: there is nothing to close, and what is frozen would be told to be leaked


def _limit_memory(megabytes: int) -> None:
    """Let this process take so much more than it has: libraries reserve a gigabyte of addresses that they never use."""
    most = psutil.Process().memory_info().data + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _held_after_tidying() -> float:
    """Give back to the system what is free, and return what is held all the same, MB."""
    give_back()
    return float(psutil.Process().memory_full_info().uss / 1e6)


async def _answered(app: FastAPI, job: ForwardedRequest, jobs: "Connection[Any, Any]") -> None:
    async def send(message: Message) -> None:
        jobs.send(message)

    await app(job.scope, replayed(job.body), send)
