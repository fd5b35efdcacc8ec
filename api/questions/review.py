"""Pairs that may be one organisation, and what a person says of them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.questions.codes import lies_in, region_code
from api.questions.declaration import Name, Parameters, Question, Rates, Region, meta_of_now
from api.questions.held import check, in_region
from api.security.roles import AccessRule, NotYourRegion, RouteRule
from graph.language import Text
from graph.places.divisions import PROVINCE
from graph.stores.base import Store
from loaders.identify.doubts import Doubt
from loaders.identify.groups import Group, grouped
from loaders.identify.resolver import Decision, Entity, Verdict
from loaders.identify.review import Said, decide_all, decided, pending
from queries.answers import Answer, ListAnswer, Listed, Result

SaidOf = Literal["same", "different", "undo"]
MOST = 500
"""Pairs that are decided at once."""


class ReviewParameters(Parameters):
    """Which pairs."""

    region: Region = Field(default=None, description="两家都在此地区 / both are in this region or zone")
    decided: bool = Field(default=False, description="列出已判定的 / those that are decided, not those that wait")

    def question(self, _: Rates) -> "ReviewParameters":
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion: a name that is none, or several.
        """
        return self.model_copy(update={"region": region_code(self.region) if self.region else None})


class ReviewPair(Result):
    """Two organisations that may be one."""

    group: int | None = Field(description="组号：同类的对在一组 / number of its group: pairs of one kind")
    group_zh: str | None = Field(description="这一组的共同点（中文）/ what the group has in common, Chinese")
    group_en: str | None = Field(description="这一组的共同点（英文）/ what the group has in common, English")
    a: str = Field(description="甲的标识 / key of the one")
    a_name: str
    a_region: str = Field(description="甲的地区代码 / code of where the one is")
    b: str = Field(description="乙的标识 / key of the other")
    b_name: str
    b_region: str = Field(description="乙的地区代码 / code of where the other is")
    score: float | None = Field(description="名称相似度 / likeness of the names, 0 to 1")
    evidence_zh: str | None = Field(description="依据（中文）/ what speaks for it, Chinese")
    evidence_en: str | None = Field(description="依据（英文）/ what speaks for it, English")
    firms: float | None = Field(description="当地企业数 / firms around")
    load: str | None = Field(description="提出疑问的载入 / load that brought the doubt")
    verdict: Literal["same", "different"] | None = Field(description="判定 / what was decided")
    at: datetime | None = Field(description="判定的时间 / when it was decided")


class PairSaid(Parameters):
    """What somebody says of a pair."""

    a: Name = Field(description="甲的标识 / key of the one")
    b: Name = Field(description="乙的标识 / key of the other")
    verdict: SaidOf = Field(
        description="same 同一家（合并），different 不同，undo 撤销判定 / the same (merge), different, or take it back"
    )


class ReviewDecisions(Parameters):
    """What somebody says of pairs: all of it is entered, or nothing."""

    pairs: list[PairSaid] = Field(min_length=1, max_length=MOST, description="各对 / pairs")


class DecidedPair(Result):
    """A pair, as it is decided now."""

    a: str = Field(description="甲的标识 / key of the one")
    b: str = Field(description="乙的标识 / key of the other")
    a_name: str
    b_name: str
    verdict: SaidOf = Field(description="判定 / what was said")


def _pair(one: Doubt, number: int, group: Group) -> ReviewPair:
    return ReviewPair(
        group=number, group_zh=group.title.zh, group_en=group.title.en, a=one.a.key, a_name=one.a.name,
        a_region=one.a.region, b=one.b.key, b_name=one.b.name, b_region=one.b.region, score=one.score,
        evidence_zh=one.evidence.zh, evidence_en=one.evidence.en, firms=one.firms, load=one.load, verdict=None, at=None,
    )  # fmt: skip


def _decided(one: Decision) -> ReviewPair:
    nothing = dict.fromkeys(("group", "group_zh", "group_en", "score", "evidence_zh", "evidence_en", "firms", "load"))
    return ReviewPair(
        a=one.a.key, a_name=one.a.name, a_region=one.a.region, b=one.b.key, b_name=one.b.name, b_region=one.b.region,
        verdict=one.verdict, at=datetime.fromisoformat(one.at), **nothing,
    )  # fmt: skip


def _pairs(store: Store, asked: ReviewParameters) -> Listed[ReviewPair]:
    if asked.decided:
        found = [_decided(one) for one in decided(store)]
    else:
        groups = enumerate(grouped(pending(store)), 1)
        found = [_pair(one, number, group) for number, group in groups for one in group.doubts]
    if area := asked.region:
        found = [one for one in found if lies_in(one.a_region, area) and lies_in(one.b_region, area)]
    return Listed(found, meta_of_now(store, asked.model_dump(exclude_none=True)))


def _decide(store: Store, asked: ReviewDecisions) -> Answer[list[DecidedPair]]:
    words: dict[str, Verdict] = {"same": "same", "different": "different", "undo": None}
    made = decide_all(store, [Said(one.a, one.b, words[one.verdict]) for one in asked.pairs])
    data = [
        DecidedPair(a=one.a.key, b=one.b.key, a_name=one.a.name, b_name=one.b.name, verdict=one.verdict or "undo")
        for one in made
    ]
    return Answer(data=data, meta=meta_of_now(store))


def of_own(store: Store, asked: ReviewDecisions, own: str) -> ReviewDecisions:
    """Hold to pairs on the list, waiting or decided, of which both lie in the own region.

    Raises:
        NotYourRegion: one does not, or is on no list.
    """
    listed: list[Doubt | Decision] = [*pending(store), *decided(store)]
    entities: dict[str, Entity] = {entity.key: entity for one in listed for entity in (one.a, one.b)}
    for key in (key for one in asked.pairs for key in (one.a, one.b)):
        if key not in entities:
            raise NotYourRegion(region=key, own=own)
        check(entities[key].region or PROVINCE, own)
    return asked


REVIEW = Question(
    name="review",
    title=Text("疑似重复的机构", "Organisations that may be the same"),
    brief=Text("疑似重复、待人判定的机构", "pairs of organisations that may be the same"),
    about="""疑似同一家的机构，成对列出，同类的在一组，关系最大的在前；或列出已判定的。

    Pairs of organisations that may be one, in groups of one kind, those first on which most hangs; or those that are
    decided.
    """,
    parameters=ReviewParameters,
    asked=ReviewParameters.question,
    answer=_pairs,
    lasting=False,
    result=ListAnswer[ReviewPair],
    columns=lambda _: list(ReviewPair.model_fields),
    address="/review",
    access=RouteRule(AccessRule.CHANGE, in_region()),
    tag="review",
    rated=False,
)
DECIDE = Question(
    name="decide",
    title=Text("判定疑似重复的机构", "Decide pairs"),
    brief=Text("判定是否同一家", "say whether pairs are the same"),
    about="""判定成对的机构是同一家（合并）还是不同，或撤销判定；整批写入，或一对也不写。

    Say of pairs whether they are the same (they become one) or different, or take back what was said: all of it, or
    nothing.
    """,
    parameters=ReviewDecisions,
    asked=lambda asked, _: asked,
    answer=_decide,
    result=Answer[list[DecidedPair]],
    address="/review",
    access=RouteRule(AccessRule.CHANGE, of_own),
    tag="review",
    problems=(404,),
    posted=True,
    lasting=False,
    writes=True,
    rated=False,
    example={"pairs": [{"a": "示例-甲", "b": "示例-乙", "verdict": "different"}]},
)
