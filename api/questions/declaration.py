"""What a question is: declared once; options of the command line and parameters of HTTP are derived from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Generic, Self, TypeVar, get_args

from pydantic import ConfigDict, Field, PrivateAttr

from api.questions.codes import industry_code, region_code
from api.questions.values import AsStated, Day
from api.security.roles import RouteRule
from graph.clock import today
from graph.language import Text
from graph.places import gazetteer
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import ListAnswer, Listed, Meta, meta
from queries.coverage import CoverageQuestion
from queries.methods import DEFAULT, Method

LONGEST = 200
"""Characters of a name or code; nothing in the graph is called longer."""
FRESHNESS_DAYS: int = CoverageQuestion.model_fields["freshness_days"].default
STANDARD: float = CoverageQuestion.model_fields["standard"].default
REACH_KM = 30.0
"""How far a window reaches where an asker says nothing else."""
Rates = dict[str, float] | None
"""Demand rates that this installation or this asker uses; none: the built-in ones."""
Name = Annotated[str, Field(max_length=LONGEST)]
Region = Annotated[
    Name | None,
    Field(description="地区或经济区，代码或名称 / region or economic zone, code or name",
          examples=["510700", "绵阳市", "川西北生态示范区"]),
]  # fmt: skip
Industry = Annotated[
    Name | None,
    Field(
        examples=list(gazetteer.reference("industry_chains")["chain"]),
        description="产业链、产业或体系，代码或名称 / chain, pillar or system, code or name",
    ),
]
ServiceType = Annotated[
    Name | None,
    Field(
        description="服务类型，代码或名称 / service type, code or name",
        json_schema_extra={"examples": list(vocabulary("service_types").ids), "x-vocabulary": "service_types"},
    ),
]


@dataclass(frozen=True)
class AtTerminal:
    """How a parameter is written on the command line where its name does not say it; stands in its annotation."""

    spellings: tuple[str, ...] = ()
    metavar: str | None = None
    argument: bool = False
    separated: bool = False
    """Whether several values may stand in one text, with commas between them."""
    file: bool = False
    """Whether the name of a YAML file is written that holds the value."""
    most: float | None = None
    """The largest value, where someone who waits for their own machine may ask for more than a server gives."""


@dataclass(frozen=True)
class NumberForEach:
    """Marks a mapping of names to numbers: ``--weight reach=30`` at a terminal, ``weight_reach=30`` in an address."""

    singular: str
    names: tuple[str, ...]
    description: Callable[[str], str]
    """What is said of the number of a name in an address."""


class Parameters(AsStated):
    """Base of what may be asked, as it is written by an asker: codes or names, days, limits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    _files: dict[str, str] = PrivateAttr(default_factory=dict)

    def read_from(self, files: Mapping[str, str]) -> Self:
        """Return them, with the names of the files that the values of these fields were read from."""
        self._files.update(files)
        return self

    def where(self, name: str) -> str:
        """Return how a message calls the place where a field was stated: its file, else its name."""
        return self._files.get(name, name)


class DayParameters(Parameters):
    """A question about one day."""

    as_of: Day | None = Field(
        default=None, examples=["2026-06-30"],
        description="分析日，默认今天 / day of analysis; default: today",
    )  # fmt: skip

    @property
    def day(self) -> date:
        """The day asked for, else today."""
        return self.as_of or today()


class Freshness(Parameters):
    """What counts as fresh, for a question that rests on demand."""

    freshness_days: int = Field(
        default=FRESHNESS_DAYS, ge=1, le=36500,
        description="数据时效（天），更旧的视为不明 / older data count as unknown, days",
    )  # fmt: skip


class Standard(Freshness):
    """What counts as covered and as fresh."""

    standard: float = Field(
        default=STANDARD, gt=0, le=1000, allow_inf_nan=False,
        description="达到“已覆盖”所需的供需比 A / accessibility A from which a cell is covered",
    )  # fmt: skip


class FreshParameters(Freshness, DayParameters):
    """A question about one day that rests on demand."""

    def question_of_day(self, rates: Rates) -> CoverageQuestion:
        """Return day and freshness as queries take them, of all cells."""
        return CoverageQuestion(as_of=self.day, freshness_days=self.freshness_days, rates=rates)


class StandardParameters(Standard, FreshParameters):
    """A question about coverage on one day."""

    def question_of_day(self, rates: Rates) -> CoverageQuestion:
        """Return day, standard and freshness as queries take them, of all cells."""
        return super().question_of_day(rates).model_copy(update={"standard": self.standard})


class MethodParameter(Parameters):
    """By which method supply meets demand."""

    method: Method = Field(
        default=DEFAULT,
        description="供需方法：2sfca 两步移动搜寻，m2sfca 远处的能力打折，bfca 平衡法（只比各地），remoteness 偏远更广"
        " / how supply meets demand: two-step catchments; capacity far away counts less; balanced, to compare places; "
        "catchments that widen where places lie far apart",
    )


class CatchmentParameters(MethodParameter, StandardParameters):
    """A question about coverage on one day by one of the methods."""

    def question_of_day(self, rates: Rates) -> CoverageQuestion:
        """Return day, standard, freshness and method as queries take them, of all cells."""
        return super().question_of_day(rates).model_copy(update={"method": self.method})


class CellFilters(Parameters):
    """Which cells are meant."""

    region: Region = None
    industry: Industry = None
    service_type: ServiceType = None

    def codes(self) -> dict[str, str | None]:
        """Return the filters in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        return {
            "region": region_code(self.region) if self.region else None,
            "industry": industry_code(self.industry) if self.industry else None,
            "service_type": vocabulary("service_types").resolve(self.service_type) if self.service_type else None,
        }


def parts(values: Sequence[str]) -> list[str]:
    """Return the parts of values that may be repeated or separated by commas."""
    return [part.strip() for value in values for part in value.replace("，", ",").split(",") if part.strip()]


P = TypeVar("P", bound=Parameters)
Q = TypeVar("Q")
A = TypeVar("A")


def _no_rows(_: Any) -> Sequence[Any]:
    return []


def _plain(row: Any) -> Mapping[str, Any]:
    plain: Mapping[str, Any] = row if isinstance(row, Mapping) else row.model_dump(mode="json")
    return plain


def _as_they_are(_store: Store, _answer: Any, rows: list[Any]) -> list[Any]:
    return rows


def _whole(answer: Any) -> Sequence[Any]:
    whole = paged(answer)
    rows: Sequence[Any] = whole.page(max(whole.page(0).total, 1)).data
    return rows


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class Question(Generic[P, Q, A]):
    """What can be asked, with the words for it and what answers it."""

    name: str
    """As in the command and in cursors."""
    title: Text
    brief: Text
    """One line."""
    about: str
    """A paragraph in each language."""
    parameters: type[P]
    asked: Callable[[P, Rates], Q]
    """Parameters in codes, as the queries take them; raises what names and codes raise."""
    answer: Callable[[Store, Q], A]
    result: Any
    """Model of the answer as it is sent: of a list, that of a page."""
    columns: Callable[[A], Sequence[str]] = _no_rows
    """Columns of its table for programs."""
    rows: Callable[[A], Sequence[Any]] = _whole
    """Rows of that table: of a list all of them, of anything else those worth a table."""
    complete: Callable[[Store, A, list[Any]], list[Any]] = _as_they_are
    """Adds to the rows that are shown what is too dear to add to all."""
    flat: Callable[[Any], Mapping[str, Any]] = _plain
    """A row as a row of a table."""
    found: Callable[[A], bool] = lambda _: True
    """Whether there is an answer; without one a command ends with exit code 1."""
    noted: Callable[[Store, Q, A], None] = _nothing
    """What asking at a terminal leaves behind; over HTTP a question that is got changes nothing."""
    command: str = ""
    """Its command, where a table of its rows shows all there is to say; else a module of the command line shows it."""
    shown: tuple[str, ...] = ()
    """Columns of that table; none: those for programs."""
    address: str | None = None
    """Under ``/v1``, with the parameters that stand in it; none: asked on the command line alone."""
    access: RouteRule | None = None
    """Who may ask there; without it nobody may, and the build fails."""
    tag: str = ""
    posted: bool = False
    """Whether it is sent as a document, as it is too long for an address."""
    problems: tuple[int, ...] = ()
    """What it may be refused with, beside what any question and any list may."""
    whole: bool = False
    """Whether a list is short enough to be sent whole, not by the page."""
    tabular: bool = False
    """Whether an answer that is no list comes as CSV, too."""
    page: int = 100
    """Rows of a page where nothing else is asked for."""
    lasting: bool = True
    """Whether the answer is the same as long as the graph, the day and what is asked are."""
    rated: bool = True
    """Whether it depends on demand rates."""
    writes: bool = False
    """Whether it is no question but an order: answering changes the graph."""
    dear: bool = False
    """Whether it plans or learns: over HTTP few such answers are made at once, apart from all others."""
    slow: bool = False
    """Whether an asker should see that something is at work."""
    example: Mapping[str, Any] | None = field(default_factory=dict)
    """None where it speaks of what an asker must make first."""
    at_terminal: Mapping[str, Any] = field(default_factory=dict)
    """Defaults that differ where a person reads a table on a screen."""
    everything: Mapping[str, Any] = field(default_factory=dict)
    """Parameters with which a program at a terminal gets all there is."""

    @property
    def listed(self) -> bool:
        """Whether the answer is a list that is sent by the page."""
        models = get_args(self.result) or (self.result,)
        return not self.whole and all(isinstance(model, type) and issubclass(model, ListAnswer) for model in models)

    @property
    def in_address(self) -> tuple[str, ...]:
        """Names of the parameters that stand in the address."""
        return tuple(re.findall(r"{(\w+)", self.address or ""))


def paged(answer: Any) -> Any:
    """Return an answer of which pages can be taken."""
    return Listed(answer.data, answer.meta) if isinstance(answer, ListAnswer) else answer


def meta_of_now(store: Store, parameters: dict[str, Any] | None = None, classes: dict[str, int] | None = None) -> Meta:
    """Return the meta of what stands beside the graph; ``classes``: its rows by the data class of what they rest on."""
    with store.read() as session:
        return meta(session.version(), parameters or {}, classes or {})
