"""Chains: what they consist of, who cooperates along them, which links are missing."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.questions.declaration import AtTerminal, DayParameters, Name, Question, Rates
from api.questions.held import in_region
from api.security.roles import AccessRule, RouteRule
from graph.errors import BadParameter
from graph.language import Text
from graph.places import gazetteer
from graph.stores.base import Store
from queries.answers import ListAnswer, Listed, Result
from queries.chains.cooperation import CooperationCell, PairCell, cooperation, pairs
from queries.chains.missing_links import MissingLink, missing_links
from queries.chains.segments import SegmentRow, segments

VIEWS: dict[str, type[Result]] = {
    "segments": SegmentRow,
    "cooperation": CooperationCell,
    "pairs": PairCell,
    "missing": MissingLink,
}
"""What a row of each view is."""


class ChainsParameters(DayParameters):
    """A question about chains."""

    view: Literal["segments", "cooperation", "pairs", "missing"] = Field(
        default="segments",
        description="环节；产业链 × 合作维度；市州两两合作；缺失环节"
        " / segments; chain × dimension; pairs of prefectures; missing links",
    )
    chain: Name | None = Field(
        default=None, examples=["CH01", "优质白酒"],
        description="只看这条产业链，编号或名称 / only this chain, id or name",
    )  # fmt: skip
    prefecture: Annotated[Name | None, AtTerminal(spellings=("--prefecture", "--region"))] = Field(
        default=None, examples=["510700", "绵阳市"],
        description="只看这个市州，代码或名称 / only this prefecture, code or name",
    )  # fmt: skip
    empty: bool = Field(
        default=False,
        description="只看空白（仅 cooperation、pairs）/ only empty cells (cooperation and pairs only)",
    )
    level: Literal["segment", "chain"] | None = Field(
        default=None,
        description="按环节或按产业链（仅 missing）/ by segment or by chain (missing only)",
    )

    def question(self, _: Rates) -> "ChainsParameters":
        """Return what is asked, in codes.

        Raises:
            UnknownCode, UnknownRegion, AmbiguousRegion, BadParameter: what is asked for is none, or does not fit the
                view.
        """
        if self.empty and self.view not in ("cooperation", "pairs"):
            why = Text("只用于 cooperation 和 pairs", "for cooperation and pairs only")
            raise BadParameter(name="empty", value=self.empty, reason=why)
        if self.level and self.view != "missing":
            raise BadParameter(name="level", value=self.level, reason=Text("只用于 missing", "for missing only"))
        codes = {
            "chain": gazetteer.chain(self.chain) if self.chain else None,
            "prefecture": gazetteer.prefecture(self.prefecture) if self.prefecture else None,
            "as_of": self.day,
        }
        return self.model_copy(update=codes)


def _answer(store: Store, asked: ChainsParameters) -> Listed[Any]:
    chain, place, day = asked.chain, asked.prefecture, asked.day
    if asked.view == "missing":
        return missing_links(store, chain=chain, prefecture=place, level=asked.level)
    if asked.view == "segments":
        return segments(store, as_of=day, chain=chain, prefecture=place)
    ask: Any = cooperation if asked.view == "cooperation" else pairs
    found: Listed[Any] = ask(store, as_of=day, chain=chain, prefecture=place, empty=asked.empty)
    return found


CHAINS = Question(
    name="chains",
    title=Text("产业链", "Chains"),
    brief=Text("产业链：环节、合作与缺失", "chains: segments, cooperation, missing links"),
    about="""产业链环节及其企业、资源、集群；六维合作矩阵（含空白）；各市州缺失而相近的环节及理由。

    Segments of chains with enterprises, resources and clusters; the cooperation matrix with its empty cells; what
    each prefecture lacks but is close to, and why.
    """,
    parameters=ChainsParameters,
    asked=ChainsParameters.question,
    answer=_answer,
    result=ListAnswer[SegmentRow] | ListAnswer[CooperationCell] | ListAnswer[PairCell] | ListAnswer[MissingLink],
    columns=lambda answer: list(VIEWS[answer.meta.parameters["view"]].model_fields),
    address="/chains",
    access=RouteRule(AccessRule.ASK, in_region("prefecture")),
    tag="chains",
    rated=False,
    example={"view": "missing", "prefecture": "绵阳市", "limit": 3},
)
