"""Partners: how few are enough together?"""

from pydantic import Field

from api.questions.codes import place_code
from api.questions.declaration import Question, Rates
from api.questions.held import at_home
from api.questions.partners import PartnerFilters, PartnerParameters
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from queries.answers import Answer
from queries.partners.candidates import SECONDS, SHARE, FewestQuestion, PartnerSet, SetMember
from queries.partners.fewest import fewest_partners


class FewestFilters(PartnerFilters):
    """Who may be one of a set, and how much the set is to fill."""

    share: float = Field(
        default=SHARE, gt=0, le=1, allow_inf_nan=False,
        description="要补的缺口比例 / share of the unmet demand that they fill together",
    )  # fmt: skip
    time_limit: float = Field(
        default=SECONDS, gt=0, le=600, allow_inf_nan=False,
        description="求解的计算量，约合秒数，与机器快慢无关 / work of the search, in about seconds",
    )  # fmt: skip


class FewestParameters(FewestFilters, PartnerParameters):
    """A question about the fewest partners that are enough together."""

    def of_set(self, rates: Rates) -> FewestQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownCode: a service type, industry, dimension or level that is none.
        """
        return FewestQuestion(of=self.question(rates), share=self.share, time_limit=self.time_limit)


FEWEST = Question(
    name="fewest",
    title=Text("最少的合作伙伴", "The fewest partners"),
    brief=Text(
        "改列合力补上缺口某一比例的最少几家", "the fewest partners that together fill a share of the gap, instead"
    ),
    about="""合力补上求助方缺口某一比例的最少几家伙伴：整数规划精确求解，证明不能更少；并列同样少的其他组合。谁可入选、权重，与查找合作伙伴相同。

    The fewest partners that together fill a share of what the requester lacks, by an exact integer programme, with
    the proof that fewer cannot, and other sets that are as small. Filters, pins and weights are those of the search.
    """,
    parameters=FewestParameters,
    asked=FewestParameters.of_set,
    answer=lambda store, asked: fewest_partners(store, asked, place_code),
    result=Answer[PartnerSet],
    columns=lambda _: list(SetMember.model_fields),
    rows=lambda answer: answer.data.members,
    found=lambda answer: bool(answer.data.members),
    address="/partners/fewest",
    access=RouteRule(AccessRule.PLAN, at_home("requester")),
    dear=True,
    tag="partners",
    problems=(404,),
    tabular=True,
    slow=True,
    example={"requester": "绵阳市", "service_types": "SC03", "share": 0.5},
)
