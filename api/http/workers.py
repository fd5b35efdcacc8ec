"""The processes that compute for the server: started before they are needed, stopped when nobody waits any more."""

import asyncio
import multiprocessing
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.types import Scope, Send

from api.http.statuses import WorkerLost
from api.http.worker import AnswerEnd, ForwardedRequest, MakeApp, Pipes, work
from api.remote_store import GONE, answer_reads
from api.settings import Settings
from graph.stores.base import Store

T = TypeVar("T")

PLAIN = ("type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path", "headers",
         "client", "server")  # fmt: skip
"""What of a request goes to another process; the rest belongs to this one."""
OURS = "shuniu."
END_SECONDS = 2.0


class Worker:
    """One process, and the thread that reads the store for it."""

    def __init__(self, store: Store, settings: Settings, make_app: MakeApp) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([make_app.__module__])
        self._jobs, jobs = context.Pipe()
        reads, reading = context.Pipe()
        self.process = context.Process(
            target=work,
            args=(Pipes(jobs, reading), make_app, settings, store.url, store.home),
            name="shuniu-worker",
            daemon=True,
        )
        self.process.start()
        jobs.close()
        reading.close()
        threading.Thread(target=answer_reads, args=(store, reads), name="shuniu-reads", daemon=True).start()

    def hand(self, job: ForwardedRequest) -> None:
        """Give it a request."""
        self._jobs.send(job)

    def next(self) -> Any:
        """Return the next message of its answer, or its end.

        Raises:
            WorkerLost: the process is no more.
        """
        try:
            return self._jobs.recv()
        except GONE as error:
            raise WorkerLost from error

    def kill(self) -> None:
        """End it at once, whatever it is at."""
        self.process.kill()

    def clear(self) -> None:
        """Wait for its end; then its memory and its place on the processor are free."""
        self.process.join(END_SECONDS)
        self._jobs.close()


@dataclass
class Taken:
    """A worker that somebody has; ``stays``: it has answered, and takes another request."""

    worker: Worker
    stays: bool = False


class Workers:
    """So many processes; who takes one gives it back, or it is stopped and another takes its place."""

    def __init__(self, store: Store, settings: Settings, make_app: MakeApp) -> None:
        self._store, self._settings, self._make_app = store, settings, make_app
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._threads = ThreadPoolExecutor(2 * settings.processes, "shuniu-workers")
        self._guard = threading.Lock()
        self._ended = False

    def prepare(self) -> None:
        """Start those that are lacking, or have ended by themselves."""
        with self._guard:
            self._idle = [worker for worker in self._idle if worker.process.is_alive()]
            while not self._ended and len(self._idle) + len(self._busy) < self._settings.processes:
                self._idle.append(Worker(self._store, self._settings, self._make_app))

    def close(self) -> None:
        """End all of them."""
        with self._guard:
            self._ended = True
            every = (*self._idle, *self._busy)
            for worker in every:
                worker.kill()
        for worker in every:
            worker.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def answer(self, scope: Scope, body: bytes, send: Send, seconds: float) -> None:
        """Have a request answered within some seconds; where this is cancelled, the work is stopped.

        Raises:
            WorkerLost: the process died of it.
        """
        plain = {name: value for name, value in scope.items() if name in PLAIN or name.startswith(OURS)}
        async with self._taken() as taken:
            worker = taken.worker
            await self._apart(worker.hand, ForwardedRequest(plain, body, seconds))
            while not isinstance(message := await self._apart(worker.next), AnswerEnd):
                await send(message)
            taken.stays = message.stays

    @asynccontextmanager
    async def _taken(self) -> AsyncIterator["Taken"]:
        taking = self._apart(self._take)
        try:
            worker = await asyncio.shield(taking)
        except asyncio.CancelledError:  # it is taken all the same
            taking.add_done_callback(lambda taken: self._give_back(taken.result()))
            raise
        taken = Taken(worker)
        try:
            yield taken
        finally:
            # Before its place is free, and without waiting for anybody: each of these steps is one.
            if taken.stays:
                self._give_back(worker)
            else:
                worker.kill()
                self._busy.discard(worker)
                with suppress(RuntimeError):  # there are no threads any more: the server ends
                    self._threads.submit(self._replace, worker)

    def _give_back(self, worker: Worker) -> None:
        self._idle.append(worker)
        self._busy.discard(worker)

    def _take(self) -> Worker:
        self.prepare()
        with self._guard:
            if not self._idle:  # the server ends
                raise WorkerLost
            worker = self._idle.pop()
            self._busy.add(worker)
            return worker

    def _replace(self, worker: Worker) -> None:
        worker.clear()
        self.prepare()

    def _apart(self, call: Callable[..., T], *arguments: Any) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)
