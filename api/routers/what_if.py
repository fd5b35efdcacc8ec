"""What if: before and after a plan of changes."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.parameters import LONGEST, DayParameters, Parameters, RatesOf, StoreOf
from api.problems import documented
from api.routers.sending import as_json
from api.settings import ROWS
from queries.answers import Answer
from queries.coverage import CoverageQuestion
from queries.what_if.changes import MOST_CHANGES, plan_of
from queries.what_if.effects import WhatIf, what_if

router = APIRouter(tags=["what-if"])


class WhatIfParameters(DayParameters):
    """A plan, and the day it is laid over."""

    name: str = Field(default="plan", max_length=LONGEST, description="方案名称 / name of the plan")
    changes: list[dict[str, Any]] = Field(
        default=[], max_length=MOST_CHANGES, description="变更，与 YAML 方案相同 / changes, as in a YAML plan"
    )
    standard: float = Field(default=1.0, gt=0, allow_inf_nan=False, description="达标线 / standard of access")
    freshness_days: int = Field(
        default=400, ge=1, le=36500, description="数据时效（天）/ older data count as unknown, days"
    )
    limit: int = Field(default=100, ge=1, le=ROWS, description="最多列出的单元数 / changed cells listed at most")


@router.post(
    "/what-if",
    response_model=Answer[WhatIf],
    responses=documented(),
    summary="假设分析 / What if",
    openapi_extra={
        "x-example": {
            "changes": [{"action": "add", "name": "涪城站", "place": "510703", "service_types": ["SC03"],
                         "capacity": 500}],
            "limit": 5,
        }
    },
)  # fmt: skip
def post_what_if(
    store: StoreOf, rates: RatesOf, asked: WhatIfParameters, _: Annotated[Parameters, Query()]
) -> Response:
    """方案实施前后的单元、汇总和每项变更的作用；图不变。

    Cells and groups before and after a plan, and what each change does; the graph stays as it is.
    """
    question = CoverageQuestion(
        as_of=asked.day, standard=asked.standard, freshness_days=asked.freshness_days, rates=rates
    )
    plan = plan_of({"name": asked.name, "changes": asked.changes}, where="changes")
    return as_json(what_if(store, plan, question, limit=asked.limit))
