"""Snapshots: which there are, and what changed between two."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.names import industry_code, region_code
from api.origins import FLAT, flat, with_origins
from api.parameters import LONGEST, FormatOf, Parameters, SettingsOf, StoreOf, check_limit
from api.problems import documented
from api.routers.cursors import Pager
from api.routers.sending import CSV_DOCUMENTED, as_csv, as_json, wants_csv
from api.settings import ROWS
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer, meta
from queries.coverage import CoverageQuestion
from queries.snapshots import DiffQuestion, diff, kept_series, snapshots
from queries.snapshots.models import Diff, Kind, Point, Snapshot

router = APIRouter(tags=["snapshots"])
Name = Annotated[str, Field(max_length=LONGEST)]
Id = Annotated[str, Path(max_length=LONGEST, description="快照标识 / id of a snapshot")]


@router.get(
    "/snapshots",
    response_model=ListAnswer[Snapshot],
    responses=documented(),
    summary="快照列表 / Snapshots",
    openapi_extra={"x-example": {}},
)
def get_snapshots(store: StoreOf, _: Annotated[Parameters, Query()]) -> Response:
    """已固定的快照及其参数和校验和。

    The snapshots there are, with parameters and checksums.
    """
    found = snapshots(store)
    with store.read() as session:
        version = session.version()
    return as_json(ListAnswer(data=found, meta=meta(version, {}, {}), total=len(found)))


class DiffParameters(Parameters):
    """One page of what changed between two snapshots."""

    kind: Kind | None = Field(default=None, description="只看这类变化 / only cells that changed so")
    region: Name | None = Field(default=None, description="只看这个地区或经济区 / only this region or zone")
    industry: Name | None = Field(default=None, description="产业链、产业或体系 / chain, pillar or system")
    service_type: Name | None = Field(default=None, description="服务类型 / service type")
    limit: int = Field(default=100, ge=1, le=ROWS, description="每页行数 / rows of a page")
    cursor: Name | None = Field(default=None, description="上一页的 next / `next` of the previous page")
    format: FormatOf = None

    def question(self, before: str, after: str) -> DiffQuestion:
        """Return what is asked, in codes."""
        return DiffQuestion(
            before=before,
            after=after,
            kind=self.kind,
            region=region_code(self.region) if self.region else None,
            industry=industry_code(self.industry) if self.industry else None,
            service_type=vocabulary("service_types").resolve(self.service_type) if self.service_type else None,
        )


class SeriesParameters(Parameters):
    """A group of cells in all snapshots."""

    region: Name | None = Field(default=None, description="只看这个地区或经济区 / only this region or zone")
    industry: Name | None = Field(default=None, description="产业链、产业或体系 / chain, pillar or system")
    service_type: Name | None = Field(default=None, description="服务类型 / service type")


@router.get(
    "/snapshots/series",
    response_model=Answer[list[Point]],
    responses=documented(),
    summary="各快照中的一组单元 / A group in all snapshots",
    openapi_extra={"x-example": {}},
)
def get_series(store: StoreOf, asked: Annotated[SeriesParameters, Query()]) -> Response:
    """一组单元在每个已固定的快照中的需求、未满足需求和覆盖率，按日期。

    Demand, unmet demand and coverage of a group of cells in every snapshot that is kept, by day.
    """
    question = CoverageQuestion(
        group_by=(),
        region=region_code(asked.region) if asked.region else None,
        industry=industry_code(asked.industry) if asked.industry else None,
        service_type=vocabulary("service_types").resolve(asked.service_type) if asked.service_type else None,
    )
    with store.read() as session:
        version = session.version()
    parameters = question.model_dump(mode="json", exclude_none=True, include={"region", "industry", "service_type"})
    return as_json(Answer(data=kept_series(store, question), meta=meta(version, parameters, {})))


@router.get(
    "/snapshots/{a}/diff/{b}",
    response_model=Diff,
    responses={**documented(400, 404, 409), **CSV_DOCUMENTED},
    summary="快照比较 / Diff of two snapshots",
)
def get_diff(
    request: Request, store: StoreOf, settings: SettingsOf, a: Id, b: Id, asked: Annotated[DiffParameters, Query()]
) -> Response:
    """两个快照之间新增、消失、变好、变差的单元，各有原因：哪项资源带来了多少，出自哪个文件哪一行。

    Cells new, closed, better and worse between two snapshots, with causes: what each resource brought to the cell
    before and after, and the file and row where it was stated.
    """
    check_limit(asked.limit, settings)
    question = asked.question(a, b)
    pager = Pager("diff", question)
    answer = diff(store, question)
    version, total = answer.meta.graph_version, len(answer.cells)
    start = pager.mark(asked.cursor).start(version)
    stop = start + asked.limit
    headers = {"Shuniu-Total": str(total)}
    following = pager.cursor(stop, version) if stop < total else None
    if following:
        target = request.url.include_query_params(cursor=following)
        headers["Link"] = f'<{target.path}?{target.query}>; rel="next"'
    cells = with_origins(store, answer.rows(start, stop), version)
    if wants_csv(request, asked.format):
        return as_csv("diff", [flat(cell) for cell in cells], FLAT, answer.meta, headers)
    page = answer.page(0, start).model_copy(update={"data": cells, "next": following})
    return as_json(page, headers)
