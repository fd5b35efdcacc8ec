"""The closed lists: service types, chains, regions, kinds, levels and what else answers and parameters are in."""

from collections.abc import Iterator

from pydantic import Field

from api.questions.declaration import Name, Parameters, Question, Rates, meta_of_now
from api.questions.held import anywhere
from api.security.roles import AccessRule, RouteRule
from graph.errors import BadParameter
from graph.language import Text, listed
from graph.places.english import in_english, industry_names
from graph.places.gazetteer import chain_names, places
from graph.stores.base import Store
from graph.vocabulary import names, vocabulary
from queries.answers import ListAnswer, Listed, Result

CHAINS, REGIONS = "chains", "regions"
LISTS = (*names(), CHAINS, REGIONS)


class Term(Result):
    """One term of a closed list."""

    vocabulary: str = Field(description="词表 / the list it is of")
    id: str = Field(description="代码，参数与答案中所用 / code, as in parameters and answers")
    name_zh: str = Field(description="名称（中文）/ name, Chinese")
    name_en: str = Field(
        description="名称（英文）；产业链的为本项目所译 / name, English; chains in our own translation"
    )
    aliases: list[str] = Field(description="也可这样写 / other words that are understood")


class VocabularyParameters(Parameters):
    """Which closed list is wanted."""

    vocabulary: Name | None = Field(
        default=None, examples=["service_types", CHAINS, REGIONS], json_schema_extra={"enum": [*LISTS, None]},
        description="只列这一词表 / only this list",
    )  # fmt: skip

    def question(self, _: Rates) -> "VocabularyParameters":
        """Return what is asked.

        Raises:
            BadParameter: there is no such list.
        """
        if self.vocabulary is not None and self.vocabulary not in LISTS:
            raise BadParameter(name="vocabulary", value=self.vocabulary, reason=listed(LISTS))
        return self


def _terms(name: str) -> Iterator[Term]:
    if name == CHAINS:
        yield from (Term(vocabulary=name, id=id_, name_zh=zh, name_en=industry_names()[id_], aliases=[])
                    for id_, zh in chain_names().items())  # fmt: skip
    elif name == REGIONS:
        yield from (
            Term(vocabulary=name, id=p.code, name_zh=p.full_name, name_en=in_english(p.code, p.name), aliases=[p.name])
            for p in places().values()
        )
    else:
        yield from (Term(vocabulary=name, id=e.id, name_zh=e.label.zh, name_en=e.label.en, aliases=list(e.aliases))
                    for e in vocabulary(name))  # fmt: skip


def _answer(store: Store, asked: VocabularyParameters) -> Listed[Term]:
    wanted = (asked.vocabulary,) if asked.vocabulary else LISTS
    terms = [term for name in wanted for term in _terms(name)]
    return Listed(terms, meta_of_now(store, asked.model_dump(exclude_none=True)))


VOCABULARIES = Question(
    name="vocabularies",
    title=Text("词表", "Vocabularies"),
    brief=Text("服务类型、产业链、地区、类别等代码", "codes of service types, chains, regions, kinds"),
    about="""各封闭词表及其代码、名称、别名：服务类型、产业链、地区、载体类别、级别、状态等；参数可写代码或名称。

    The closed lists with codes, names and aliases: service types, chains, regions, kinds, levels, states and so on;
    parameters take codes or names.
    """,
    parameters=VocabularyParameters,
    asked=VocabularyParameters.question,
    answer=_answer,
    result=ListAnswer[Term],
    columns=lambda _: list(Term.model_fields),
    address="/vocabularies",
    access=RouteRule(AccessRule.ASK, anywhere),
    tag="vocabularies",
    rated=False,
    example={"vocabulary": "service_types"},
)
