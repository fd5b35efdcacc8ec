"""Scores of prefectures or windows by a scheme that is data."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import Field

from api.questions.declaration import DayParameters, Name, Question, Rates
from api.questions.held import whole_province
from api.security.roles import AccessRule, RouteRule
from api.settings import read_settings
from graph.errors import UnknownCode
from graph.language import Text, listed
from graph.stores.base import Store
from loaders.merge.service_queries import Records
from queries.answers import Answer
from queries.assessment import Scheme, assess, read_scheme, schemes
from queries.assessment.appeals import open_appeals, subject_of
from queries.assessment.assess import Assessed, Assessment, part_name
from queries.assessment.scheme import NOTICE


class AssessmentParameters(DayParameters):
    """By which scheme."""

    scheme: Name | None = Field(
        default=None,
        examples=["platform_2017"],
        description="评分方案的标识，默认 SHUNIU_ASSESSMENT 所指或通知 / id of a scheme; default: SHUNIU_ASSESSMENT's,"
        " else the notice's",
    )

    subject: Name | None = Field(
        default=None, examples=["绵阳市"],
        description="只看这一个被评对象，代码、标识或名称 / this subject alone, by code, key or name",
    )  # fmt: skip

    def question(self, _: Rates = None) -> "AssessmentAsked":
        """Return the scheme that is meant, the day and the subject.

        Raises:
            UnknownCode: there is no such scheme.
            FileMissing, NotYaml, BadParameter: the file that is set is none.
        """
        own = read_settings().assessment
        known = schemes() | ({} if own is None else {(found := read_scheme(own)).id: found})
        meant = self.scheme or (NOTICE if own is None else found.id)
        if meant not in known:
            raise UnknownCode(value=meant, list=Text("评分方案", "scheme"), allowed=listed(known))
        return AssessmentAsked(known[meant], self.day, self.subject)


class AssessmentAsked(NamedTuple):
    """A scheme, a day, and the one subject that is to be shown; None for all."""

    scheme: Scheme
    day: date
    subject: str | None = None


def assessed(store: Store, asked: AssessmentAsked) -> Answer[Assessment]:
    """Return the scores by a scheme on a day, each with its open appeals.

    Raises:
        NotFound: nobody of the subject's key or name was assessed.
    """
    made, appeals = assess(store, asked.scheme, Records(store.home), as_of=asked.day), open_appeals(store.home)
    found = made.data.subjects if asked.subject is None else [subject_of(made.data.subjects, asked.subject)]
    rows = [s.model_copy(update={"appeals": appeals.get(s.key, ())}) for s in found]
    return made.model_copy(update={"data": made.data.model_copy(update={"subjects": rows})})


def _flat(row: Assessed) -> Mapping[str, Any]:
    """Return a row of a table; what each point consists of in words."""
    parts = [f"{part_name(p).zh} {'–' if p.points is None else round(p.points, 2)}" for p in row.parts]
    return {**row.model_dump(mode="json"), "parts": parts}


ASSESSMENT = Question(
    name="assessment",
    title=Text("服务绩效评分", "Assessment"),
    brief=Text("按方案评分、等次、名次及其稳定性", "score, grade, rank, and how firm it is"),
    about="""按评分方案对近 12 个完整月评分：每分由哪项指标构成、等次、名次，以及权重随机变动 1,000 次时名次是否站得住。
    方案有通知的示例、两项公开办法所见的结构和 SHUNIU_ASSESSMENT 所指的文件，自带的都未经核定。没有数据的指标不计入，
    也不按零分计；方案有而本图不记录的指标逐项列出，其权重算作不知道。

    Scores of the last 12 full months by a scheme (an example after the notice, two published measures as far as they
    were seen, or the file that SHUNIU_ASSESSMENT names; nobody approved the built-in ones): what each point consists
    of, grade, rank, and whether the order holds over 1,000 draws of the weights. An indicator without data counts
    neither for nor against; what a scheme asks and the graph does not record is listed, its weight counts as unknown.
    """,
    parameters=AssessmentParameters,
    asked=AssessmentParameters.question,
    answer=assessed,
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
    problems=(404,),
)
