"""Jobs at the HTTP door: taken up at once, done when their turn comes, told to whoever asked and to nobody else.

What computes is a request like any other: it is kept, and later answered by a process of its own, as the same request
would be by a worker of dear questions. What loads runs in the server, which owns the store, on a thread apart.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from api.http.statuses import JobEnded, JobInterrupted, TooManyAtOnce, TooManyOfYours
from api.jobs.lanes import Lanes
from api.jobs.register import FOLDER, Job, JobResult, JobState, Register, new_id
from api.jobs.storage import FILE, JobStorage, RedisStorage, SqliteStorage
from api.webhooks import Webhooks
from graph.errors import NotFound, ShuniuError, listed_by
from graph.language import Text

log = logging.getLogger("shuniu.jobs")

ANSWERS, LOADS, WEBHOOKS = "answers", "loads", "webhooks"
MOST, OF_ONE = 100, 10
"""Jobs that wait or run: of everybody, of one asker."""
KEPT_OF_ONE = 100
ATTEMPTS = 2
"""A job in the middle of which the server ended is begun again, once: it may be what ended it."""
TELL_SECONDS = 0.5
BEAT_SECONDS = 2.0
"""Between two looks at what became of other servers, and at what others want of this one's jobs."""
RETRY_SECONDS = 5
STATES = {
    JobState.queued: Text("排队", "queued"),
    JobState.running: Text("进行中", "running"),
    JobState.done: Text("完成", "done"),
    JobState.failed: Text("失败", "failed"),
    JobState.cancelled: Text("已取消", "cancelled"),
}


class Stopped(Exception):
    """Work under way ends, as somebody wants it to."""


class Stop:
    """How work under way is told to end: by whoever asked for it, or as the server ends."""

    def __init__(self) -> None:
        self.asked = False
        self._call: Callable[[], None] = lambda: None

    def ask(self) -> None:
        """Tell it."""
        self.asked = True
        self._call()

    def on(self, call: Callable[[], None]) -> None:
        """Have something called when it is told, or at once where it has been."""
        self._call = call
        if self.asked:
            call()


Work = Callable[[Job, Path, Stop, Callable[[str, int], None]], JobResult]
"""Does a job in its folder and tells its progress; returns its answer, whose body lies in the folder.

Raises:
    Stopped: it was told to end before it was done.
"""


class Opened(NamedTuple):
    """Where jobs are kept, once it is open."""

    register: Register
    lanes: Lanes
    storage: JobStorage


class Jobs:
    """The jobs of one server; beside the store nothing lies on the disk before the first.

    ``redis`` is the address of what several servers share; without it they are kept beside the store.
    """

    def __init__(self, home: Path, works: Mapping[str, Work], failed: Callable[[Job, Path, Any], JobResult],
                 webhooks: Webhooks, redis: str | None = None) -> None:  # fmt: skip
        self._home, self._works, self._failed, self._redis = home, works, failed, redis
        self.webhooks = webhooks
        self._server = new_id()
        self._opened: Opened | None = None
        self._guard = threading.Lock()
        self._stops: dict[str, Stop] = {}
        self._taking = False
        self._ending = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="shuniu-jobs", daemon=True)

    # --- what an asker does ---------------------------------------------------------------------------

    def take(
        self, lane: str, kind: str, asker: str, order: dict[str, Any], *,
        webhook: str | None = None, give: Callable[[Path], None] = lambda _: None,
    ) -> Job:  # fmt: skip
        """Take up a job; ``give`` puts what came with it into its folder.

        Raises:
            TooManyOfYours, TooManyAtOnce: enough waits and runs.
            DiskFull, FileUnwritable: it cannot be kept.
        """
        register, lanes, _ = self._open()
        register.sweep(datetime.now(UTC))
        under_way = register.unfinished()
        if sum(job.asker == asker for job in under_way) >= OF_ONE:
            raise TooManyOfYours(most=OF_ONE)
        if len(under_way) >= MOST:
            raise TooManyAtOnce(seconds=RETRY_SECONDS)
        register.keep_newest(asker, KEPT_OF_ONE)
        job = Job(id=new_id(), kind=kind, lane=lane, asker=asker, order=order, webhook=webhook)
        register.add(job, give)
        with suppress(ShuniuError):  # it is taken up: what is in no queue is put there by the beat
            lanes.put(lane, job.id)
        return job

    def of(self, asker: str) -> list[Job]:
        """Return the jobs of an asker, newest first."""
        return self._open()[0].of(asker) if self._used() else []

    def get(self, id_: str, asker: str) -> Job:
        """Return a job of an asker.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        job = self._open()[0].get(id_) if self._used() else None
        if job is None or job.asker != asker:
            raise NotFound(kind=Text("作业", "job"), key=id_, way=listed_by("GET /v1/jobs"))
        return job

    def folder(self, job: Job) -> Path:
        """Return where a job's files lie."""
        return self._open()[0].folder(job.id)

    def cancel(self, id_: str, asker: str) -> Job:
        """Cancel a job that waits, or tell one that runs to stop; what a load is writing already is written.

        Raises:
            NotFound: there is none, or it is somebody else's.
            JobEnded: it has ended.
        """
        job = self.get(id_, asker)
        if job.ended:
            raise JobEnded(job=id_, state=STATES[job.state])
        opened = self._open()
        self._ended(job, JobState.cancelled, None, opened, JobState.queued)
        opened.register.change(id_, [JobState.running], unwanted=True)  # where another server does it
        if stop := self._stops.get(id_):
            stop.ask()
        return self.get(id_, asker)

    # --- the server's life ----------------------------------------------------------------------------

    def start(self) -> None:
        """Go on with what an earlier server left."""
        if self._used() and not self._redis:
            with suppress(ShuniuError):  # questions are answered all the same, and the beat tries it again
                self._open()
        self._beating.start()

    def close(self) -> None:
        """End; what is under way is begun again by the next server."""
        self._ending.set()
        with self._guard:
            opened = self._opened
        for stop in list(self._stops.values()):
            stop.ask()
        if self._beating.ident:
            self._beating.join()
        if opened and opened.lanes.close():  # else somebody still writes, and says so to the register
            opened.storage.close()
            opened.register.close()

    def _used(self) -> bool:
        return bool(self._redis) or (self._home / FOLDER / FILE).exists()

    def _open(self) -> Opened:
        with self._guard:
            if self._opened is None:
                storage: JobStorage = RedisStorage(self._redis) if self._redis else SqliteStorage(self._home)
                runs = {lane: self._runner(lane) for lane in self._works}
                lanes = Lanes(storage, runs, {WEBHOOKS: self._tell_webhook})
                self._opened = Opened(Register(self._home, storage.table), lanes, storage)
            if not self._taking and not self._ending.is_set() and self._opened.storage.takes():
                self._opened.storage.beat(self._server)
                self._taking = True
                self._opened.lanes.start()
                self._resume(self._opened)
            return self._opened

    def _beat(self) -> None:
        """Say that this server lives, take over from one that does not, and stop what nobody wants any more."""
        while not self._ending.wait(BEAT_SECONDS):
            with suppress(ShuniuError):  # told where it happens; what is tried again needs no more words
                if self._used():
                    opened = self._open()
                    opened.storage.beat(self._server)
                    if self._taking:
                        self._resume(opened)
                    for id_, stop in list(self._stops.items()):
                        job = opened.register.get(id_)
                        if job and job.unwanted:
                            stop.ask()

    def _resume(self, opened: Opened) -> None:
        """Begin again what was under way when its server ended, and put back what is in no queue."""
        register, lanes, _ = opened
        unfinished, waiting = register.unfinished(), lanes.waiting()
        for job in unfinished:
            running = job.state == JobState.running
            if running and not self._lost(job, opened):
                continue
            if running and job.attempts >= ATTEMPTS:
                sent = self._failed(job, register.folder(job.id), JobInterrupted())
                self._ended(job, JobState.failed, sent, opened)
            elif running or job.id not in waiting:
                register.change(job.id, [job.state], state=JobState.queued)
                lanes.put(job.lane, job.id)

    def _lost(self, job: Job, opened: Opened) -> bool:
        """Tell whether nobody does a job any more that was begun."""
        if job.server and job.server != self._server:
            return not opened.storage.lives(job.server)
        return job.id not in self._stops and opened.register.get(job.id) == job  # else it has just ended

    # --- doing ----------------------------------------------------------------------------------------

    def _runner(self, lane: str) -> Callable[[str], None]:
        def run(id_: str) -> None:
            with suppress(ShuniuError):  # it stays as it was noted last: whoever finds it so later begins it anew
                self._run(id_, self._works[lane])

        return run

    def _run(self, id_: str, work: Work) -> None:
        register, _, _ = opened = self._open()
        stop = self._stops[id_] = Stop()
        try:
            waiting = register.get(id_)
            job = waiting and register.change(
                id_, [JobState.queued], state=JobState.running, started=datetime.now(UTC),
                attempts=waiting.attempts + 1, server=self._server,
            )  # fmt: skip
            if job is None or self._ending.is_set():  # cancelled before its turn; or the next server finds it under way
                return
            try:
                sent = work(job, register.folder(id_), stop, self._progress(job, register))
            except Stopped:
                if self._ending.is_set():  # not its fault: the next server begins it anew
                    register.change(id_, [JobState.running], state=JobState.queued, attempts=job.attempts - 1)
                else:
                    self._ended(job, JobState.cancelled, None, opened)
                return
            except Exception as error:
                log.exception("%s %s", job.kind, id_)
                sent = self._failed(job, register.folder(id_), error if isinstance(error, ShuniuError) else None)
            self._ended(job, JobState.done if sent.status < 400 else JobState.failed, sent, opened)
        finally:
            del self._stops[id_]

    def _ended(self, job: Job, state: JobState, sent: JobResult | None, opened: Opened,
               then: JobState = JobState.running) -> None:  # fmt: skip
        """Note that a job has ended, if it still is as it was ``then``, and have its webhook told."""
        register, lanes, _ = opened
        now = datetime.now(UTC)
        done = register.change(job.id, [then], state=state, finished=now, sent=sent, step=None)
        if done and done.webhook:
            lanes.put(WEBHOOKS, done.id)

    def _progress(self, job: Job, register: Register) -> Callable[[str, int], None]:
        noted, rows, step = datetime.min.replace(tzinfo=UTC), 0, ""

        def tell(what: str, more: int) -> None:
            nonlocal noted, rows, step
            rows, step, changed = rows + more, what, what != step
            now = datetime.now(UTC)
            if changed or (now - noted).total_seconds() > TELL_SECONDS:
                noted = now
                with suppress(ShuniuError):  # the next one may be noted
                    register.change(job.id, [JobState.running], step=step, rows=rows)

        return tell

    def _tell_webhook(self, id_: str) -> None:
        job = self._open()[0].get(id_)
        if job and job.webhook:
            self.webhooks.tell(job.webhook, id_, {"job": job.id, "kind": job.kind, "state": job.state.value,
                                                  "address": f"/v1/jobs/{job.id}"})  # fmt: skip
