"""The notice clause by clause, and the targets of one or all packs of rules."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from api.questions.declaration import DayParameters, Name, Question, Rates
from api.questions.held import whole_province
from api.security.roles import AccessRule, RouteRule
from api.settings import read_settings
from graph.errors import UnknownCode
from graph.language import Text, listed
from queries.answers import Answer
from queries.policy import clause_states, policy_targets
from queries.policy.clauses import ClauseState
from queries.policy.packs import Pack, packs
from queries.policy.targets import PolicyTarget


class PackParameters(DayParameters):
    """Which rules' targets."""

    pack: Name | None = Field(
        default=None, examples=["notice_2020"], description="规定或标尺的标识，默认全部 / id of a pack; default: all"
    )

    def question(self, _: Rates = None) -> "tuple[PackParameters, list[Pack], list[Pack]]":
        """Return what is asked, with the packs that are meant and all that there are.

        Raises:
            UnknownCode: there is no such pack.
            FileMissing, NotYaml, BadParameter: a file of the folder that is set is none.
        """
        known = packs(read_settings().policies)
        if self.pack is not None and self.pack not in known:
            raise UnknownCode(value=self.pack, list=Text("规定", "pack"), allowed=listed(known))
        return self, [known[self.pack]] if self.pack else [*known.values()], [*known.values()]


def _flat(row: Any) -> Mapping[str, Any]:
    """Return a row of a table; figures and prefectures in words."""
    if isinstance(row, ClauseState):
        return {**row.model_dump(), "findings": [f"{f.name_zh} {f.value:g}" for f in row.findings]}
    fields: dict[str, Any] = row.model_dump(mode="json")
    return {
        **fields,
        "prefectures": [f"{p['region_name']} {p['actual']}" for p in fields["prefectures"]],
        "path": [f"{m['month']} {m['due']:g} {m['actual']}" for m in fields["path"]],
        "others": [f"{o['pack']}.{o['id']} {o['actual']}: {o['why_zh']}" for o in fields["others"]],
    }


POLICY = Question(
    name="policy",
    title=Text("通知各条的状态", "The notice clause by clause"),
    brief=Text("通知二十一条：能说什么、依据、不能说什么", "the 21 clauses: what can be said, why, what cannot"),
    about="""通知二十一条，逐条给出图中登记的数及其出处，和本图不能判断的事。数为 0 是没有登记，不等于没有。

    The 21 clauses of the notice, each with what is on record, where the same can be opened, and what the graph cannot
    say. 0 means that nothing is on record, not that there is nothing.
    """,
    parameters=DayParameters,
    asked=lambda parameters, _: parameters.day,
    answer=lambda store, day: clause_states(store, as_of=day),
    result=Answer[list[ClauseState]],
    rows=lambda answer: answer.data,
    columns=lambda _: list(ClauseState.model_fields),
    flat=_flat,
    address="/policy",
    access=RouteRule(AccessRule.ASK, whole_province),
    tag="kpi",
    tabular=True,
    rated=False,
    slow=True,
)
TARGETS = Question(
    name="targets",
    title=Text("各项规定的目标", "Targets of the rules"),
    brief=Text("通知、后来的标尺和自定目标与实际", "targets of the notice, of later yardsticks and your own"),
    about="""每项规定的目标与实际值，各附口径、出处和各市（州）情况。
    自定目标放在 SHUNIU_POLICIES 所指的文件夹里，一个 YAML 文件一项规定。同一指标在各规定下同一口径，
    因此同一数据下数字不同必是指标不同；others 列出同一数据在其他规定下的数和不同的原因。写了按月路径的，
    path 给出各月末应达到的值和实际值。

    Targets of each pack of rules against actual values, with definition, source and prefectures. Your own stand in the
    folder that SHUNIU_POLICIES names, one YAML file a pack. An indicator has one definition whatever rule asks for it:
    where figures differ, the indicators do; others say what the same data are under other rules, and why. Where a
    pack states a path by month, path holds what was due and reached at the end of each.
    """,
    parameters=PackParameters,
    asked=PackParameters.question,
    answer=lambda store, asked: policy_targets(store, asked[1], as_of=asked[0].day, against=asked[2]),
    lasting=False,
    result=Answer[list[PolicyTarget]],
    rows=lambda answer: answer.data,
    columns=lambda _: list(PolicyTarget.model_fields),
    flat=_flat,
    address="/policy/targets",
    access=RouteRule(AccessRule.ASK, whole_province),
    tag="kpi",
    tabular=True,
    rated=False,
    slow=True,
)
