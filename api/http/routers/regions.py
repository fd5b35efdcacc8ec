"""One region: its place, what is on record there, its coverage."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.http.parameters import RatesOf, StandardQuery, StoreOf
from api.http.problems import RegionNotFound, documented
from api.http.routers.sending import as_json
from api.questions.declaration import LONGEST
from graph.errors import UnknownRegion
from graph.places import gazetteer
from queries.answers import Answer
from queries.coverage import CoverageQuestion
from queries.regions import RegionReport, region

router = APIRouter(tags=["regions"])
Code = Annotated[
    str,
    Path(
        max_length=LONGEST,
        description="行政区划代码或名称，现用或曾用 / code or name, current or historical",
        examples=["510700", "绵阳市"],
    ),
]


@router.get(
    "/regions/{code}",
    response_model=Answer[RegionReport],
    responses=documented(404),
    summary="地区 / Region",
    openapi_extra={"x-example": {"code": "510700"}},
)
def get_region(store: StoreOf, rates: RatesOf, code: Code, asked: Annotated[StandardQuery, Query()]) -> Response:
    """一个省、市州或区县：上下级，已登记的窗口、载体、机构、资源、企业数，以及各服务类型的覆盖情况。

    A province, prefecture or county: regions above and below, windows, carriers, organisations, resources and
    enterprises on record, and coverage of each service type.
    """
    try:
        key = gazetteer.region(code)
    except UnknownRegion as error:
        raise RegionNotFound(**error.details) from error
    question = CoverageQuestion(
        as_of=asked.day, standard=asked.standard, freshness_days=asked.freshness_days, rates=rates
    )
    return as_json(region(store, key, question))
