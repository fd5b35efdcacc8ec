"""Reports: asked for here, made by a process apart, fetched as a file."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from api.http.access import own_region
from api.http.bodies import JsonRoute
from api.http.job_works import ask_for
from api.http.known import store_as_known
from api.http.parameters import LanguageQuery, RatesOf, Sent, StoreOf
from api.http.problems import documented, language_of
from api.http.routers.jobs import TAKEN, taken_up
from api.questions.held import in_region, whole_province
from api.questions.report import ReportParameters
from api.webhooks import HEADER
from viz.report.writing import MEDIA_TYPES

router, making = APIRouter(tags=["jobs"], route_class=JsonRoute), APIRouter()
Webhook = Annotated[
    str | None,
    Header(
        alias=HEADER,
        max_length=1000,
        description="作业结束时通知的地址 / address that is told when the job ends",
    ),
]


class ReportOrder(ReportParameters, Sent):
    """A report: what it is about, in which form and language, and what an office puts around it."""


@router.post(
    "/reports", status_code=202, responses={**documented(409, 429), **TAKEN}, summary="生成报告 / Make a report",
    openapi_extra={"x-example": {"region": "510700", "format": "docx"}},
)  # fmt: skip
def post_reports(
    request: Request, store: StoreOf, asked: ReportOrder, _: Annotated[LanguageQuery, Query()], webhook: Webhook = None
) -> Response:
    """按地区、产业链、服务类型写出缺口报告，或写出一个月的运行简报、全省的评分报告，也可填入本单位的 Word 模板
    （至多 5 MB）。受理后为作业，完成后从 result 取文件。

    Write the gap report of a region, chain or service type, the bulletin of a month, or the report on an assessment,
    into the office's own Word file if one is sent (at most 5 MB). It is taken up as a job; fetch the file at `result`.
    """
    if own := own_region(request):
        asked = (whole_province if asked.kind == "assessment" else in_region())(store, asked, own)
    asked.checked()  # a name that is none is told at once
    store_as_known(store, asked.known_at)
    whole = asked.model_copy(update={"as_of": asked.day, "language": asked.language or language_of(request)})
    body = whole.model_dump_json().encode()
    return taken_up(request, store, lambda: ask_for(request, "reports", body, webhook))


@making.post("/reports")
def make_report(request: Request, store: StoreOf, rates: RatesOf, asked: ReportOrder) -> Response:
    """Make the file; asked by the server of a process of its own."""
    document, name = asked.written(store_as_known(store, asked.known_at), asked.language or language_of(request), rates)
    name = f"{name}.{asked.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(asked.file(document), media_type=MEDIA_TYPES[asked.format], headers=headers)
