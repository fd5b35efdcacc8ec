"""The cases that alerts opened."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from api.questions.codes import lies_in, region_code
from api.questions.declaration import Parameters, Question, Rates, Region, meta_of_now
from api.questions.held import homes, in_region
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.stores.base import Store
from queries.alerts import AlertFinding
from queries.alerts.cases import AlertCase, cases
from queries.answers import ListAnswer, Listed, Meta


class AlertParameters(Parameters):
    """Which cases."""

    state: Literal["open", "closed"] | None = Field(
        default=None, description="只看待办或已办结的 / only open cases, or only closed ones"
    )
    region: Region = Field(default=None, description="只看此地区的 / only those of this region or zone")

    def question(self, _: Rates = None) -> "AlertParameters":
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion: a name that is none, or several.
        """
        return self.model_copy(update={"region": region_code(self.region) if self.region else None})


def _answer(store: Store, asked: AlertParameters) -> Listed[AlertCase]:
    found = [case for case in cases(store.home) if asked.state in (None, case.state)][::-1]
    here = {one.key for one in lying_in(store, [case.finding for case in found], asked.region)}
    found = [case for case in found if case.finding.key in here]
    return Listed(found, meta_of_cases(store, found, asked.model_dump(exclude_none=True)))


def meta_of_cases(store: Store, found: list[AlertCase], parameters: dict[str, Any] | None = None) -> Meta:
    """Return the meta of cases: how many of them rest on facts of each data class."""
    classes = Counter(name for case in found for name in case.finding.data_class)
    return meta_of_now(store, parameters, classes)


def lying_in(store: Store, found: list[AlertFinding], area: str | None) -> list[AlertFinding]:
    """Return what was found in a region or zone; all of it where there is none."""
    if area is None:
        return found
    where = homes(store, {one.subject for one in found})
    return [one for one in found if any(lies_in(home, area) for home in _places(one, where))]


def _places(finding: AlertFinding, where: Mapping[str, set[str | None]]) -> set[str]:
    """Return the codes of where a finding is: as it says, as a cell begins, or as its subject is found by its key."""
    said = finding.region or ((cell := re.match(r"(\d{6})-", finding.subject)) and cell[1])
    return {said} if said else {home for home in where[finding.subject] if home}


def flat(row: AlertCase) -> dict[str, object]:
    """Return a case as a row of a table."""
    fields = row.model_dump(mode="json")
    again = [f"{r.closed}–{r.day} {r.evidence} → {r.reason}" for r in row.reopened]
    return {**{k: v for k, v in fields.items() if k != "finding"}, **fields["finding"], "reopened": again}


FLAT = [*(name for name in AlertCase.model_fields if name != "finding"), *AlertFinding.model_fields]
ALERTS = Question(
    name="alerts",
    title=Text("提醒与案件", "Alerts and cases"),
    brief=Text("规则发现的问题，一事一案", "what the rules found, a case each"),
    about="""规则发现的问题，一事一案，最新的在前：变为空白的单元、满意度低、窗口久无服务、下月到期、从未报送。
    由 shuniu alerts run 立案。

    What the rules found, a case each, newest first: cells that turned empty, low satisfaction, silent windows, what
    ends next month, counties that never reported. Cases are opened by shuniu alerts run.
    """,
    parameters=AlertParameters,
    asked=AlertParameters.question,
    answer=_answer,
    lasting=False,
    result=ListAnswer[AlertCase],
    columns=lambda _: FLAT,
    flat=flat,
    address="/alerts",
    access=RouteRule(AccessRule.WORK, in_region()),
    tag="kpi",
    rated=False,
)
