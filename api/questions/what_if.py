"""What if: before and after a plan of changes, and plans side by side."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.questions.declaration import (
    LONGEST,
    AtTerminal,
    CatchmentParameters,
    Name,
    Parameters,
    Question,
    Rates,
    meta_of_now,
)
from api.questions.held import whole_province
from api.security.roles import AccessRule, RouteRule
from api.settings import ROWS
from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Answer, ListAnswer, Listed
from queries.coverage import CoverageQuestion
from queries.what_if.changed_cells import ChangedCell, WhatIf
from queries.what_if.changes import MOST_CHANGES, Scenario, plan_of, read_plan
from queries.what_if.comparing import MOST_PLANS, Compared, Comparison
from queries.what_if.impact import what_if
from queries.what_if.kept import KeptScenario, compare, keep, kept_scenarios

Changes = Annotated[
    list[dict[str, Any]],
    Field(max_length=MOST_CHANGES, description="变更，与 YAML 方案相同 / changes, as in a YAML plan"),
]


@dataclass(frozen=True)
class PlanQuestion:
    """A plan, the coverage that it changes, how many cells are listed, where it was stated, and its name if kept."""

    plan: Scenario
    of: CoverageQuestion
    limit: int | None
    where: str = "plan"
    keep_as: str | None = None


@dataclass(frozen=True)
class PlansQuestion:
    """Names of plans that are kept, plans that are not, the coverage that they change, how many cells are listed."""

    names: tuple[str, ...]
    also: tuple[Scenario, ...]
    of: CoverageQuestion
    limit: int | None


class PlanParameters(CatchmentParameters):
    """The day and standard by which plans are laid over the graph."""

    limit: int = Field(default=100, ge=1, le=ROWS, description="最多列出的单元数 / changed cells listed at most")


class WhatIfParameters(PlanParameters):
    """A plan, and the day it is laid over."""

    name: str = Field(default="plan", max_length=LONGEST, description="方案名称 / name of the plan")
    changes: Changes = Field(default=[])

    def question(self, rates: Rates) -> PlanQuestion:
        """Return what is asked.

        Raises:
            BadParameter: a change that cannot be.
        """
        plan = plan_of({"name": self.name, "changes": self.changes}, where="changes")
        return PlanQuestion(plan, self.question_of_day(rates), self.limit)


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


class FileParameters(CatchmentParameters):
    """A file with a plan, and the day and standard by which plans are laid over the graph."""

    plan: Annotated[Path | None, AtTerminal(argument=True)] = Field(
        default=None, description="方案（YAML）/ plan, YAML"
    )
    limit: int | None = Field(default=20, ge=1, le=ROWS, description="表格显示行数 / rows shown in a table")


class PlanFileParameters(FileParameters):
    """A plan in a file."""

    def question(self, rates: Rates) -> PlanQuestion:
        """Return what is asked.

        Raises:
            FileMissing, NotYaml, BadParameter: there is no such plan, or a change in it cannot be.
        """
        if self.plan is None:
            raise BadParameter(name="PLAN", value="–", reason=Text("请给出方案文件", "name a plan"))
        return PlanQuestion(read_plan(self.plan), self.question_of_day(rates), self.limit, str(self.plan))


class KeptPlanParameters(PlanFileParameters):
    """A plan in a file that is kept beside the graph."""

    keep: str | None = Field(default=None, description="保存为此名 / keep under this name")

    def question(self, rates: Rates) -> PlanQuestion:
        """Return what is asked, and the name under which the plan is to be kept."""
        return replace(super().question(rates), keep_as=self.keep)


class ComparedParameters(FileParameters):
    """Plans that are kept, and one in a file, side by side."""

    compare: list[Name] = Field(default=[], description="并排比较（可重复）/ side by side; repeat")

    def question(self, rates: Rates) -> PlansQuestion:
        """Return what is asked.

        Raises:
            FileMissing, NotYaml, BadParameter: there is no such plan, or a change in it cannot be.
        """
        also = (read_plan(self.plan),) if self.plan else ()
        return PlansQuestion(tuple(self.compare), also, self.question_of_day(rates), self.limit)


def _what_if(store: Store, asked: PlanQuestion) -> Answer[WhatIf]:
    return what_if(store, asked.plan, asked.of, limit=asked.limit, where=asked.where)


def _keep(store: Store, asked: PlanQuestion, _: Answer[WhatIf]) -> None:
    keep(store, asked.keep_as or "", asked.plan)


def _compare(store: Store, asked: PlansQuestion) -> Comparison:
    return compare(store, list(asked.names), asked.of, also=asked.also, limit=asked.limit)


def _flat(cell: ChangedCell) -> dict[str, Any]:
    row = cell.model_dump(mode="json")
    before, after = row.pop("before"), row.pop("after")
    return {**row, **{f"{k}_before": v for k, v in before.items()}, **{f"{k}_after": v for k, v in after.items()}}


def _totals(plan: Compared) -> dict[str, Any]:
    return {"name": plan.name, "changes": plan.changes, **plan.totals.model_dump(mode="json")}


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
    access=RouteRule(AccessRule.PLAN, whole_province),
    dear=True,
    tag="what-if",
    posted=True,
    example={"changes": [STATION], "limit": 5},
)
PLAN: Question[Any, PlanQuestion, Answer[WhatIf]] = Question(
    name="plan",
    title=WHAT_IF.title,
    brief=WHAT_IF.brief,
    about=WHAT_IF.about,
    parameters=PlanFileParameters,
    asked=PlanFileParameters.question,
    answer=_what_if,
    result=Answer[WhatIf],
    rows=lambda answer: answer.data.cells,
    flat=_flat,
    slow=True,
    everything={"limit": None},
)
KEPT_PLAN = replace(
    PLAN,
    name="kept_plan",
    brief=Text("方案实施前后，并保存方案", "before and after a plan, which is kept"),
    parameters=KeptPlanParameters,
    asked=KeptPlanParameters.question,
    noted=_keep,
    lasting=False,
)
SCENARIOS = Question(
    name="scenarios",
    title=Text("保存的方案", "Scenarios kept"),
    brief=Text("列出保存的方案", "list what is kept"),
    about="""保存的方案及其变更数、保存时的图版本。

    The plans that are kept, how many changes each has, and the graph version at which it was kept.
    """,
    parameters=Parameters,
    asked=lambda parameters, _: parameters,
    answer=lambda store, _: Listed(kept_scenarios(store), meta_of_now(store)),
    result=ListAnswer[KeptScenario],
    columns=lambda _: list(KeptScenario.model_fields),
    rated=False,
)
COMPARED = Question(
    name="compared_plans",
    title=Text("方案比较", "Plans side by side"),
    brief=Text("方案并排比较", "plans side by side"),
    about="""保存的方案，连同文件中的一个，各自实施前后的合计，以及结果不同的单元。

    Plans that are kept, and one in a file, side by side: totals before and after each, and the cells in which they
    differ.
    """,
    parameters=ComparedParameters,
    asked=ComparedParameters.question,
    answer=_compare,
    result=Comparison,
    rows=lambda answer: answer.plans,
    flat=_totals,
    whole=True,
    slow=True,
    everything={"limit": None},
)
