"""One region: its place, what is on record there, its coverage."""

from typing import Annotated

from pydantic import Field

from api.questions.declaration import AtTerminal, CatchmentParameters, Name, Question, Rates
from api.questions.held import in_region
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.places import gazetteer
from queries.answers import Answer
from queries.coverage import CoverageCell, CoverageQuestion
from queries.regions import RegionReport, region


class RegionParameters(CatchmentParameters):
    """A region, and how its coverage is judged."""

    code: Annotated[Name, AtTerminal(argument=True, metavar="region")] = Field(
        description="行政区划代码或名称，现用或曾用 / code or name, current or historical",
        examples=["510700", "绵阳市"],
    )

    def question(self, rates: Rates) -> tuple[str, CoverageQuestion]:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion: a name that is none, or several.
        """
        return gazetteer.region(self.code), self.question_of_day(rates)


REGION = Question(
    name="region",
    title=Text("地区", "Region"),
    brief=Text("一个地区：上下级、已登记的、覆盖情况", "one region: its place, what is on record, coverage"),
    about="""一个省、市州或区县：上下级，已登记的窗口、载体、机构、资源、企业数，以及各服务类型的覆盖情况。

    A province, prefecture or county: regions above and below, windows, carriers, organisations, resources and
    enterprises on record, and coverage of each service type.
    """,
    parameters=RegionParameters,
    asked=RegionParameters.question,
    answer=lambda store, asked: region(store, *asked),
    result=Answer[RegionReport],
    rows=lambda answer: answer.data.coverage,
    columns=lambda _: list(CoverageCell.model_fields),
    shown=("service_type", "demand", "ratio", "unmet", "providers", "state", "reasons"),
    address="/regions/{code}",
    access=RouteRule(AccessRule.ASK, in_region("code")),
    tag="regions",
    problems=(404,),
    example={"code": "510700"},
)
