"""What jobs do: a request answered by a process apart, a load done where the store is owned."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Scope, Send

from api.http import problems
from api.http.admission import asker
from api.http.body_limit import replayed
from api.http.jobs import ANSWERS, LOADS, Jobs, Stop, Stopped
from api.http.kept_requests import UNTOLD, kept_request, request_of
from api.http.statuses import DeadlineOver, WorkerLost
from api.http.worker import MakeApp
from api.http.workers import Workers
from api.jobs.register import GIVEN, REJECTS, RESULT, Job, JobResult
from api.questions.loads import LoadParameters, account, as_text, keep_month_after, load_files
from api.settings import Settings
from api.webhooks import Webhooks
from graph.errors import ShuniuError, unwritable
from graph.language import Text
from graph.stores.base import Store

log = logging.getLogger("shuniu.jobs")

BODY = "body"
Progress = Callable[[str, int], None]
Compute = Callable[[Scope, bytes, Send], Awaitable[None]]


def ask_for(request: Request, kind: str, body: bytes, webhook: str | None) -> Job:
    """Have a request answered as a job, with a body in place of the one that it came with.

    Raises:
        TooManyOfYours, TooManyAtOnce: enough waits and runs.
        BadParameter: the address to be told is none that may be.
    """
    jobs: Jobs = request.app.state.jobs
    order, who = kept_request(request.scope), asker(request.scope)
    return jobs.take(ANSWERS, kind, who, order, webhook=jobs.webhooks.checked(webhook), give=lambda at: _give(at, body))


def _give(folder: Path, body: bytes) -> None:
    (folder / BODY).write_bytes(body)


class JobProcess:
    """The process that computes for jobs, apart from those of dear questions: started for the first, then kept."""

    def __init__(self, store: Store, settings: Settings, make_app: MakeApp) -> None:
        longer = {"processes": 1, "dear_seconds": settings.job_seconds, "read_seconds": settings.job_seconds}
        own = settings.model_copy(update=longer)
        self._seconds = settings.job_seconds
        self._workers = Workers(store, own, make_app) if settings.processes else None
        self._app = None if settings.processes else make_app(own, store)

    async def compute(self, scope: Scope, body: bytes, send: Send) -> None:
        """Answer a request; where this is cancelled, the work is stopped.

        Raises:
            WorkerLost: the process died of it.
        """
        if self._workers:
            await self._workers.answer(scope, body, send, self._seconds)
        elif self._app:
            await self._app(scope, replayed(body), send)

    def close(self) -> None:
        """End it."""
        if self._workers:
            self._workers.close()


class JobWorks(NamedTuple):
    """What a job is done with."""

    app: FastAPI
    store: Store
    settings: Settings
    compute: Compute

    def answer(self, job: Job, folder: Path, stop: Stop, _: Progress) -> JobResult:
        """Answer a kept request; the body of the answer goes into the folder as it comes."""
        return asyncio.run(self._answered(job, folder, stop))

    async def _answered(self, job: Job, folder: Path, stop: Stop) -> JobResult:
        scope = {**request_of(job.order), "app": self.app}
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def end() -> None:
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(task.cancel)  # type: ignore[union-attr]

        stop.on(end)
        seconds = self.settings.job_seconds
        try:
            with (folder / RESULT).open("wb") as body:
                kept = _Kept(body.write)
                async with asyncio.timeout(seconds):
                    await self.compute(scope, (folder / GIVEN / BODY).read_bytes(), kept)
            return kept.sent()
        except asyncio.CancelledError:
            raise Stopped from None
        except TimeoutError:
            return await self._problem(scope, folder, DeadlineOver(seconds=seconds))
        except WorkerLost as error:
            return await self._problem(scope, folder, error)
        except OSError as error:
            return await self._problem(scope, folder, unwritable(folder, error))

    def load(self, job: Job, folder: Path, stop: Stop, progress: Progress) -> JobResult:
        """Load what was given, and answer with the account; before it is written it can still be stopped."""

        def tell(what: str, rows: int) -> None:
            if stop.asked:
                raise Stopped
            progress(what, rows)

        asked = LoadParameters.model_validate(job.order["options"])
        try:
            report = load_files(self.store, sorted((folder / GIVEN).iterdir()), asked, tell, only=job.order.get("only"))
        except ShuniuError as error:
            return self.failed(job, folder, without_place(error, folder / GIVEN))
        if unkept := keep_month_after(self.store, report, self.settings.rates()):
            log.warning("%s", unkept)
        made = account(report)
        if report.rejects:
            _copy(report.rejects, folder / REJECTS)
            made["rejects"] = f"/v1/jobs/{job.id}/rejects"
        return _keep(Response(as_text(made), media_type="application/json"), folder)

    def failed(self, job: Job, folder: Path, error: ShuniuError | None) -> JobResult:
        """Answer with what went wrong; none: nobody foresaw it."""
        return asyncio.run(self._problem({**request_of({**UNTOLD, **job.order}), "app": self.app}, folder, error))

    async def _problem(self, scope: Scope, folder: Path, error: ShuniuError | None) -> JobResult:
        request = Request(scope)
        return _keep(await problems.problem_response(request, error) if error else problems.unforeseen(request), folder)


def without_place(error: ShuniuError, folder: Path) -> ShuniuError:
    """Return an error that names files of a folder as their sender does: where they lie here is nobody's business."""

    def named(value: Any) -> Any:
        if isinstance(value, Text):
            return Text(named(value.zh), named(value.en))
        return str(value).replace(f"{folder}/", "") if isinstance(value, str | Path) else value

    return type(error)(**{name: named(value) for name, value in error.details.items()})


def jobs_of_server(app: FastAPI, store: Store, settings: Settings, process: JobProcess) -> Jobs:
    """Return the jobs of a server."""
    works = JobWorks(app, store, settings, process.compute)
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else None
    webhooks = Webhooks(settings.webhooks, secret)
    redis = settings.jobs.get_secret_value() if settings.jobs else None
    return Jobs(store.home, {ANSWERS: works.answer, LOADS: works.load}, works.failed, webhooks, redis)


@asynccontextmanager
async def jobs_at_work(app: FastAPI, settings: Settings, store: Store, make_app: MakeApp) -> AsyncIterator[None]:
    """Go on with the jobs of an earlier server, and take up more."""
    process = JobProcess(store, settings, make_app)
    app.state.jobs = made = jobs_of_server(app, store, settings, process)
    await run_in_threadpool(made.start)
    try:
        yield
    finally:
        await run_in_threadpool(made.close)
        await run_in_threadpool(process.close)


class _Kept:
    """Takes an answer as a server would, and keeps it."""

    def __init__(self, write: Callable[[bytes], Any]) -> None:
        self._write = write
        self._start: Message = {}

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._write(message.get("body", b""))

    def sent(self) -> JobResult:
        headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in self._start["headers"]]
        return JobResult(status=self._start["status"], headers=headers)


def _copy(path: Path, to: Path) -> None:
    try:
        shutil.copyfile(path, to)
    except OSError as error:
        raise unwritable(to, error) from error


def _keep(answer: Response, folder: Path) -> JobResult:
    try:
        (folder / RESULT).write_bytes(answer.body)
    except OSError as error:
        raise unwritable(folder, error) from error
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in answer.raw_headers]
    return JobResult(status=answer.status_code, headers=headers)
