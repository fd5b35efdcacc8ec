"""Plans side by side: a list that is asked for with a document, page by page."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.bodies import JsonRoute
from api.http.cursors import Pager
from api.http.parameters import LanguageQuery, RatesOf, Sent, StoreOf
from api.http.problems import documented
from api.http.routers.jobs import AWAITED, PREFER
from api.http.sending import as_json
from api.questions.what_if import STATION, PlansParameters
from queries.what_if.changes import plan_of
from queries.what_if.comparing import Comparison, NamedScenario, compare_plans

router = APIRouter(tags=["what-if"], route_class=JsonRoute)


class CompareParameters(PlansParameters, Sent):
    """Plans to be compared, and one page of the cells in which they differ."""


@router.post(
    "/what-if/compare",
    response_model=Comparison,
    responses={**documented(400, 409), **AWAITED},
    summary="方案比较 / Plans side by side",
    openapi_extra={
        "x-example": {
            "plans": [{"name": "新增", "changes": [STATION]}, {"name": "现状", "changes": []}],
            "limit": 5,
        },
        **PREFER,
    },
)  # fmt: skip
def post_compare(
    store: StoreOf, rates: RatesOf, asked: CompareParameters, _: Annotated[LanguageQuery, Query()]
) -> Response:
    """至多十个方案并排：各自实施前后的合计，以及结果不同的单元和汇总；图不变。

    Up to ten plans side by side: totals before and after each, and the cells and groups in which they differ; the
    graph stays as it is.
    """
    named = [
        NamedScenario(p.name, plan_of({"name": p.name, "changes": p.changes}, where=f"plans {number}: {p.name}"))
        for number, p in enumerate(asked.plans, 1)
    ]
    pager = Pager.of(store, "what-if/compare", asked.model_copy(update={"cursor": None, "as_of": asked.day}))
    mark = pager.mark(asked.cursor)
    made = compare_plans(store, named, asked.question_of_day(rates), limit=asked.limit, start=mark.position)
    version = made.meta.graph_version
    mark.start(version)
    following = pager.cursor(int(made.next), version) if made.next else None
    return as_json(made.model_copy(update={"next": following}))
