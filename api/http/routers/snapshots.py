"""Snapshots: which there are, and what changed between two."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.http.parameters import PageQuery, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED
from api.questions.codes import industry_code, region_code
from api.questions.declaration import LONGEST
from api.questions.origins import FLAT, flat, with_origins
from graph.vocabulary import vocabulary
from queries.answers import ListAnswer, Listed, meta
from queries.coverage import CoverageQuestion
from queries.snapshots import DiffQuestion, diff, kept_series, snapshots
from queries.snapshots.differences import CellDiff, Diff, Kind, Point, Snapshot

router = APIRouter(tags=["snapshots"])
Name = Annotated[str, Field(max_length=LONGEST)]
Id = Annotated[str, Path(max_length=LONGEST, description="快照标识 / id of a snapshot")]


@router.get(
    "/snapshots",
    response_model=ListAnswer[Snapshot],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="快照列表 / Snapshots",
    openapi_extra={"x-example": {}},
)
def get_snapshots(
    request: Request, store: StoreOf, settings: SettingsOf, asked: Annotated[PageQuery, Query()]
) -> Response:
    """已固定的快照及其参数和校验和。

    The snapshots there are, with parameters and checksums.
    """
    listing = Listing.of(request, settings, "snapshots", asked)
    found = snapshots(store)
    with store.read() as session:
        version = session.version()
    return listing.send(Listed(found, meta(version, {}, {})), list(Snapshot.model_fields))


class DiffParameters(PageQuery):
    """One page of what changed between two snapshots."""

    kind: Kind | None = Field(default=None, description="只看这类变化 / only cells that changed so")
    region: Name | None = Field(default=None, description="只看这个地区或经济区 / only this region or zone")
    industry: Name | None = Field(default=None, description="产业链、产业或体系 / chain, pillar or system")
    service_type: Name | None = Field(default=None, description="服务类型 / service type")

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


class SeriesParameters(PageQuery):
    """A group of cells in all snapshots."""

    region: Name | None = Field(default=None, description="只看这个地区或经济区 / only this region or zone")
    industry: Name | None = Field(default=None, description="产业链、产业或体系 / chain, pillar or system")
    service_type: Name | None = Field(default=None, description="服务类型 / service type")


@router.get(
    "/snapshots/series",
    response_model=ListAnswer[Point],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="各快照中的一组单元 / A group in all snapshots",
    openapi_extra={"x-example": {}},
)
def get_series(
    request: Request, store: StoreOf, settings: SettingsOf, asked: Annotated[SeriesParameters, Query()]
) -> Response:
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
    listing = Listing.of(request, settings, "series", asked)
    return listing.send(Listed(kept_series(store, question), meta(version, parameters, {})), list(Point.model_fields))


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
    question = asked.question(a, b)
    listing = Listing.of(request, settings, "diff", asked, question)
    answer = diff(store, question)

    def finish(cells: list[CellDiff]) -> list[CellDiff]:
        return with_origins(store, cells, answer.meta.graph_version)

    return listing.send(answer, FLAT, flat=flat, finish=finish)
