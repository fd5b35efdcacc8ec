"""What if: before and after a plan of changes, and plans side by side."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.questions.declaration import LONGEST, Question, Rates, StandardParameters
from api.settings import ROWS
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Answer
from queries.coverage import CoverageQuestion
from queries.what_if.changed_cells import WhatIf
from queries.what_if.changes import MOST_CHANGES, Scenario, plan_of
from queries.what_if.comparing import MOST_PLANS
from queries.what_if.impact import what_if

Changes = Annotated[
    list[dict[str, Any]],
    Field(max_length=MOST_CHANGES, description="变更，与 YAML 方案相同 / changes, as in a YAML plan"),
]


class PlanParameters(StandardParameters):
    """The day and standard by which plans are laid over the graph."""

    limit: int = Field(default=100, ge=1, le=ROWS, description="最多列出的单元数 / changed cells listed at most")


class WhatIfParameters(PlanParameters):
    """A plan, and the day it is laid over."""

    name: str = Field(default="plan", max_length=LONGEST, description="方案名称 / name of the plan")
    changes: Changes = Field(default=[])

    def question(self, rates: Rates) -> tuple[Scenario, CoverageQuestion, int]:
        """Return what is asked.

        Raises:
            BadParameter: a change that cannot be.
        """
        plan = plan_of({"name": self.name, "changes": self.changes}, where="changes")
        return plan, self.question_of_day(rates), self.limit


class NamedPlan(BaseModel):
    """A plan under the name by which it is compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=LONGEST, description="方案名称 / name of the plan")
    changes: Changes = Field(default=[])


class PlansParameters(PlanParameters):
    """Plans to be compared, and one page of the cells in which they differ."""

    plans: list[NamedPlan] = Field(
        min_length=1, max_length=MOST_PLANS, description="方案，名称各不相同 / plans, each of its own name"
    )
    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="上一页的 next / `next` of the previous page"
    )


def _what_if(store: Store, asked: tuple[Scenario, CoverageQuestion, int]) -> Answer[WhatIf]:
    plan, question, limit = asked
    return what_if(store, plan, question, limit=limit)


STATION = {"action": "add", "name": "涪城站", "place": "510703", "service_types": ["SC03"], "capacity": 500}
WHAT_IF = Question(
    name="what_if",
    title=Text("假设分析", "What if"),
    brief=Text("假设分析：方案实施前后", "before and after a plan"),
    about="""方案实施前后的单元、汇总和每项变更的作用；图不变。

    Cells and groups before and after a plan, and what each change does; the graph stays as it is.
    """,
    parameters=WhatIfParameters,
    asked=WhatIfParameters.question,
    answer=_what_if,
    result=Answer[WhatIf],
    address="/what-if",
    tag="what-if",
    posted=True,
    example={"changes": [STATION], "limit": 5},
)
