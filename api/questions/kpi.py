"""The targets of the notice against what the graph knows."""

from api.questions.declaration import DayParameters, Question
from api.questions.held import whole_province
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from queries.answers import Answer
from queries.kpi import TargetStatus, kpi

KPI = Question(
    name="kpi",
    title=Text("目标完成情况", "Targets"),
    brief=Text("目标与实际", "targets of the notice against actual"),
    about="""通知第二条的各项目标与实际值；无从得知的为空值。

    Each target of clause 2 of the notice against the actual value; null where nothing is known.
    """,
    parameters=DayParameters,
    asked=lambda parameters, _: parameters.day,
    answer=lambda store, day: kpi(store, as_of=day),
    result=Answer[list[TargetStatus]],
    rows=lambda answer: answer.data,
    address="/kpi",
    access=RouteRule(AccessRule.ASK, whole_province),
    tag="kpi",
    tabular=True,
    columns=lambda _: list(TargetStatus.model_fields),
    rated=False,
)
