"""Jobs of whoever asks: how far they are, what came of them, and an end to them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.http.admission import asker
from api.http.jobs import STATES, Jobs
from api.http.parameters import LanguageQuery, StoreOf
from api.http.problems import documented
from api.http.sending import as_json
from api.http.statuses import JobUnfinished
from api.jobs.register import REJECTS, RESULT, Job, JobState
from api.questions.declaration import meta_of_now
from graph.errors import NotFound
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Answer, ListAnswer, Result

router = APIRouter(tags=["jobs"])
Id = Annotated[str, Path(max_length=24, description="作业编号 / id of the job")]
Lang = Annotated[LanguageQuery, Query()]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNTOUCHED = ("content-type", "content-disposition", "content-language", "retry-after")
"""Headers of a kept answer that are sent with it; the rest belong to this one."""


class JobStatus(Result):
    """How far a job is."""

    id: str = Field(description="作业编号 / id of the job")
    kind: str = Field(description="作业种类，即提交的地址 / what it does: the address that it was asked for at")
    state: JobState = Field(description="排队、进行中、完成、失败、已取消 / queued, running, done, failed, cancelled")
    asker: str = Field(description="提交者（密钥编号） / who asked: the id of the key")
    asked: datetime = Field(description="提交时间（UTC）/ when it was asked for, UTC")
    started: datetime | None = Field(description="开始时间（UTC）/ when it began, UTC")
    finished: datetime | None = Field(description="结束时间（UTC）/ when it ended, UTC")
    step: str | None = Field(description="正在做的步骤 / what it is at")
    rows: int | None = Field(description="已处理的行数 / rows done so far")
    attempts: int = Field(
        description="开始过几次；服务中断后会重新开始一次 / times begun; once more after an interruption"
    )
    result: str | None = Field(description="结果的地址，保留一天；失败时为问题说明 / address of the result, kept a day")
    rejects: str | None = Field(description="退回行工作簿的地址 / address of the workbook of rejected rows")


JobAnswer = Answer[JobStatus]
JobList = ListAnswer[JobStatus]
TAKEN: dict[int | str, dict[str, Any]] = {
    202: {
        "model": JobAnswer,
        "description": "已受理，见 Location / taken up, see Location",
        "headers": {"Location": {"description": "作业的地址 / address of the job", "schema": {"type": "string"}}},
    }
}
"""What a route that takes up a job answers."""
AWAITED: dict[int | str, dict[str, Any]] = {**TAKEN, **documented(429)}
"""What a route answers, too, that takes up a job where that is preferred."""
PREFER: dict[str, Any] = {
    "parameters": [
        {
            "name": "Prefer", "in": "header", "required": False, "schema": {"type": "string"},
            "description": "respond-async：作为作业受理（202） / respond-async: taken up as a job (202)",
        }
    ]
}  # fmt: skip
"""How it is said that it is."""


def status_of(jobs: Jobs, job: Job) -> JobStatus:
    """Return how far a job is, with the addresses of what came of it."""
    address = f"/v1/jobs/{job.id}"
    fields = {name: getattr(job, name) for name in JobStatus.model_fields.keys() & Job.model_fields.keys()}
    rejects = f"{address}/rejects" if (jobs.folder(job) / REJECTS).exists() else None
    return JobStatus(**fields, result=f"{address}/result" if job.sent else None, rejects=rejects)


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the server."""
    jobs: Jobs = request.app.state.jobs
    return jobs


def job_response(request: Request, store: Store, job: Job) -> Response:
    """Answer with how far a job is."""
    answer = JobAnswer(data=status_of(jobs_of(request), job), meta=meta_of_now(store))
    return as_json(answer, {"Cache-Control": "no-store"})


def taken_up(request: Request, store: Store, take: Callable[[], Job]) -> Response:
    """Take up a job, and answer with it (202); where the store is away, none is taken that nobody would be told of."""
    meta = meta_of_now(store)
    job = take()
    answer = JobAnswer(data=status_of(jobs_of(request), job), meta=meta)
    sent = as_json(answer, {"Cache-Control": "no-store", "Location": f"/v1/jobs/{job.id}"})
    sent.status_code = 202
    return sent


@router.get(
    "/jobs", response_model=JobList, responses=documented(), summary="本人的作业 / Own jobs",
    openapi_extra={"x-example": {}},
)  # fmt: skip
def get_jobs(request: Request, store: StoreOf, _: Lang) -> Response:
    """本人提交的作业，最新的在前；结束一天后不再保留。

    The jobs of whoever asks, newest first; a day after its end a job is forgotten.
    """
    jobs = jobs_of(request)
    found = [status_of(jobs, job) for job in jobs.of(asker(request.scope))]
    return as_json(JobList(data=found, meta=meta_of_now(store), total=len(found)), {"Cache-Control": "no-store"})


@router.get("/jobs/{id}", response_model=JobAnswer, responses=documented(404), summary="作业的进度 / How far a job is")
def get_job(request: Request, store: StoreOf, id: Id, _: Lang) -> Response:
    """一个作业的状态、进度和结果的地址。

    State and progress of a job, and the address of its result.
    """
    return job_response(request, store, jobs_of(request).get(id, asker(request.scope)))


@router.delete(
    "/jobs/{id}", response_model=JobAnswer, responses=documented(404, 409), summary="取消作业 / Cancel a job"
)
def delete_job(request: Request, store: StoreOf, id: Id, _: Lang) -> Response:
    """排队的作业即取消；进行中的会停下，随后显示为已取消；已经写入图的不再撤回。

    What waits is cancelled at once; what runs is told to stop and soon shows as cancelled; what is written into the
    graph stays.
    """
    return job_response(request, store, jobs_of(request).cancel(id, asker(request.scope)))


@router.get(
    "/jobs/{id}/result", responses={
        **documented(400, 404, 409, 413),
        200: {"description": "结果，如同直接回答 / the result, as it would have been answered at once",
              "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    }, response_class=Response, summary="作业的结果 / Result of a job",
)  # fmt: skip
def get_result(request: Request, id: Id, _: Lang) -> Response:
    """作业的结果；失败的作业为其问题说明。保留一天。

    The result of a job; of one that failed the problem. It is kept a day.
    """
    jobs = jobs_of(request)
    job = jobs.get(id, asker(request.scope))
    if job.sent is None:
        raise JobUnfinished(job=id, state=STATES[job.state])
    headers = {name: value for name, value in job.sent.headers if name in UNTOUCHED}
    content = (jobs.folder(job) / RESULT).read_bytes()
    return Response(content, job.sent.status, headers={**headers, "Cache-Control": "private, no-store"})


@router.get(
    "/jobs/{id}/rejects", responses={
        **documented(404),
        200: {"description": "退回的行，改正后可再次载入 / rejected rows, to be corrected and loaded again",
              "content": {WORKBOOK: {"schema": {"type": "string", "format": "binary"}}}},
    }, response_class=Response, summary="退回的行 / Rejected rows",
)  # fmt: skip
def get_rejects(request: Request, id: Id, _: Lang) -> Response:
    """载入时退回的行及其原因。

    The rows that a load rejected, and why.
    """
    jobs = jobs_of(request)
    path = jobs.folder(jobs.get(id, asker(request.scope))) / REJECTS
    if not path.exists():
        raise NotFound(kind=Text("退回的行", "rejected rows"), key=id)
    headers = {"Content-Disposition": f'attachment; filename="rejects-{id}.xlsx"', "Cache-Control": "private, no-store"}
    return Response(path.read_bytes(), media_type=WORKBOOK, headers=headers)
