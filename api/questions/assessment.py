"""Scores of prefectures or windows by a scheme that is data."""

from collections.abc import Mapping
from typing import Any

from api.questions.declaration import DayParameters, Question
from api.questions.held import whole_province
from api.security.roles import AccessRule, RouteRule
from api.settings import read_settings
from graph.language import Text
from loaders.merge.service_queries import Records
from queries.answers import Answer
from queries.assessment import assess, read_scheme
from queries.assessment.assess import Assessed, Assessment


def _flat(row: Assessed) -> Mapping[str, Any]:
    """Return a row of a table; what each point consists of in words."""
    parts = [f"{p.indicator} {'–' if p.points is None else round(p.points, 2)}" for p in row.parts]
    return {**row.model_dump(mode="json"), "parts": parts}


ASSESSMENT = Question(
    name="assessment",
    title=Text("服务绩效评分", "Assessment"),
    brief=Text("按方案评分、等次、名次及其稳定性", "score, grade, rank, and how firm it is"),
    about="""按评分方案（SHUNIU_ASSESSMENT 指明，默认为未经核定的示例）对近 12 个完整月评分：每一分由哪项指标构成、
    等次、名次，以及权重随机变动 1,000 次时名次是否站得住。没有数据的指标不计入，也不按零分计。

    Scores of the last 12 full months by a scheme (SHUNIU_ASSESSMENT names it; the built-in one is an example that
    nobody approved): what each point consists of, grade, rank, and whether the order holds over 1,000 draws of the
    weights. An indicator without data counts neither for nor against.
    """,
    parameters=DayParameters,
    asked=lambda parameters, _: (read_scheme(read_settings().assessment), parameters.day),
    answer=lambda store, asked: assess(store, asked[0], Records(store.home), as_of=asked[1]),
    lasting=False,
    result=Answer[Assessment],
    rows=lambda answer: answer.data.subjects,
    columns=lambda _: list(Assessed.model_fields),
    flat=_flat,
    address="/assessment",
    access=RouteRule(AccessRule.WORK, whole_province),
    tag="kpi",
    tabular=True,
    rated=False,
    slow=True,
)
