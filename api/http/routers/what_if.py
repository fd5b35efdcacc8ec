"""What if: before and after a plan of changes, and plans side by side."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.http.parameters import DayQuery, LanguageQuery, RatesOf, StoreOf
from api.http.problems import documented
from api.http.routers.cursors import Pager
from api.http.routers.sending import as_json
from api.questions.declaration import FRESHNESS_DAYS, LONGEST, STANDARD
from api.settings import ROWS
from queries.answers import Answer
from queries.coverage import CoverageQuestion
from queries.what_if.changed_cells import WhatIf
from queries.what_if.changes import MOST_CHANGES, plan_of
from queries.what_if.comparing import MOST_PLANS, Comparison, NamedScenario, compare_plans
from queries.what_if.impact import what_if

router = APIRouter(tags=["what-if"])


Changes = Annotated[
    list[dict[str, Any]],
    Field(max_length=MOST_CHANGES, description="变更，与 YAML 方案相同 / changes, as in a YAML plan"),
]


class LaidParameters(DayQuery):
    """The day and standard by which plans are laid over the graph."""

    standard: float = Field(default=STANDARD, gt=0, allow_inf_nan=False, description="达标线 / standard of access")
    freshness_days: int = Field(
        default=FRESHNESS_DAYS, ge=1, le=36500, description="数据时效（天）/ older data count as unknown, days"
    )
    limit: int = Field(default=100, ge=1, le=ROWS, description="最多列出的单元数 / changed cells listed at most")

    def question(self, rates: dict[str, float] | None) -> CoverageQuestion:
        """Return what is asked."""
        return CoverageQuestion(as_of=self.day, standard=self.standard, freshness_days=self.freshness_days, rates=rates)


class WhatIfParameters(LaidParameters):
    """A plan, and the day it is laid over."""

    name: str = Field(default="plan", max_length=LONGEST, description="方案名称 / name of the plan")
    changes: Changes = Field(default=[])


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
    store: StoreOf, rates: RatesOf, asked: WhatIfParameters, _: Annotated[LanguageQuery, Query()]
) -> Response:
    """方案实施前后的单元、汇总和每项变更的作用；图不变。

    Cells and groups before and after a plan, and what each change does; the graph stays as it is.
    """
    plan = plan_of({"name": asked.name, "changes": asked.changes}, where="changes")
    return as_json(what_if(store, plan, asked.question(rates), limit=asked.limit))


class NamedPlan(BaseModel):
    """A plan under the name by which it is compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=LONGEST, description="方案名称 / name of the plan")
    changes: Changes = Field(default=[])


class CompareParameters(LaidParameters):
    """Plans to be compared, and one page of the cells in which they differ."""

    plans: list[NamedPlan] = Field(
        min_length=1, max_length=MOST_PLANS, description="方案，名称各不相同 / plans, each of its own name"
    )
    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="上一页的 next / `next` of the previous page"
    )


@router.post(
    "/what-if/compare",
    response_model=Comparison,
    responses=documented(400, 409),
    summary="方案比较 / Plans side by side",
    openapi_extra={
        "x-example": {
            "plans": [
                {"name": "新增", "changes": [{"action": "add", "name": "涪城站", "place": "510703",
                                              "service_types": ["SC03"], "capacity": 500}]},
                {"name": "现状", "changes": []},
            ],
            "limit": 5,
        }
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
    pager = Pager("what-if/compare", asked.model_copy(update={"cursor": None, "as_of": asked.day}))
    mark = pager.mark(asked.cursor)
    made = compare_plans(store, named, asked.question(rates), limit=asked.limit, start=mark.position)
    version = made.meta.graph_version
    mark.start(version)
    following = pager.cursor(int(made.next), version) if made.next else None
    return as_json(made.model_copy(update={"next": following}))
