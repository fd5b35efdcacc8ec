"""What is called so: anything of the graph by a part of its name."""

from typing import Annotated

from pydantic import Field, field_validator

from api.questions.codes import region_code
from api.questions.declaration import AtTerminal, Name, Parameters, Question, Rates, Region, parts
from api.questions.held import in_region
from api.questions.withheld import named
from api.security.roles import AccessRule, RouteRule
from graph.errors import BadParameter
from graph.language import Text
from queries.answers import ListAnswer
from queries.search.find import AS_MANY_WORDS, MOST_WORDS, Found, SearchQuestion, search
from queries.search.index import LABELS


class SearchParameters(Parameters):
    """What is looked for, and where."""

    q: Annotated[list[Name], AtTerminal(argument=True, metavar="TEXT…")] = Field(
        min_length=1,
        max_length=MOST_WORDS,
        description="名称的一部分、拼音、首字母、信用代码或标识；空格隔开的词须都相符 / part of a name, pinyin, "
        "initials, credit code or key; all of several words must fit",
        examples=["绵阳 窗口", "mianyang", "my"],
    )
    kinds: Annotated[
        list[Annotated[str, Field(json_schema_extra={"enum": list(LABELS)})]], AtTerminal(metavar="LABEL,…")
    ] = Field(default=[], description="只找这些节点类别 / only these labels")
    region: Region = None

    @field_validator("kinds")
    @classmethod
    def _split(cls, values: list[str]) -> list[str]:
        return parts(values)

    def question(self, _: Rates) -> SearchQuestion:
        """Return what is asked, in codes.

        Raises:
            BadParameter: there is no such label, or there is no word to look for, or too many.
            UnknownRegion, AmbiguousRegion: a name that is none, or several.
        """
        known = {label.casefold(): label for label in LABELS}
        for kind in self.kinds:
            if kind.casefold() not in known:
                raise BadParameter(name="kinds", value=kind, reason="|".join(LABELS))
        labels = tuple(known[kind.casefold()] for kind in self.kinds)
        text = " ".join(self.q)
        if not 1 <= len(set(text.split())) <= MOST_WORDS:
            raise BadParameter(name=self.where("q"), value=text, reason=AS_MANY_WORDS)
        return SearchQuestion(text=text, labels=labels, region=region_code(self.region) if self.region else None)


SEARCH = Question(
    name="search",
    title=Text("查找", "Search"),
    brief=Text("按名称、拼音或代码查找", "find things by name, pinyin or code"),
    about="""按名称的任一部分、拼音（全拼或首字母）、信用代码、曾用名或标识查找机构、窗口、载体、资源、企业、地区等，最相符的在前。

    Find organisations, windows, carriers, resources, enterprises, places … by a part of the name, pinyin (syllables or
    initials), credit code, former name or key; what fits best comes first.
    """,
    parameters=SearchParameters,
    asked=SearchParameters.question,
    answer=search,
    result=ListAnswer[Found],
    columns=lambda _: list(Found.model_fields),
    found=lambda answer: bool(len(answer.found)),
    address="/search",
    access=RouteRule(AccessRule.ASK, in_region(), named),
    tag="entities",
    rated=False,
    page=20,
    example={"q": "绵阳 窗口", "limit": 3},
)
