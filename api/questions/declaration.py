"""What a question is: declared once; options of the command line and parameters of HTTP are derived from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.questions.codes import FIRST_DAY, LAST_DAY
from graph.language import Text
from graph.stores.base import Store
from queries.answers import today
from queries.coverage import CoverageQuestion

LONGEST = 200
"""Characters of a name or code; nothing in the graph is called longer."""
FRESHNESS_DAYS: int = CoverageQuestion.model_fields["freshness_days"].default
STANDARD: float = CoverageQuestion.model_fields["standard"].default
REACH_KM = 30.0
"""How far a window reaches where an asker says nothing else."""
Rates = dict[str, float] | None
"""Demand rates that this installation or this asker uses; none: the built-in ones."""
Name = Annotated[str, Field(max_length=LONGEST)]


@dataclass(frozen=True)
class AtTerminal:
    """How a parameter is written on the command line where its name does not say it; stands in its annotation."""

    spellings: tuple[str, ...] = ()
    metavar: str | None = None
    argument: bool = False


class Parameters(BaseModel):
    """Base of what may be asked, as it is written by an asker: codes or names, days, limits."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DayParameters(Parameters):
    """A question about one day."""

    as_of: Annotated[
        date | None,
        AtTerminal(metavar="YYYY-MM-DD"),
        Field(
            ge=FIRST_DAY, le=LAST_DAY, examples=["2026-06-30"],
            description="分析日，默认今天 / day of analysis; default: today",
        ),
    ] = None  # fmt: skip

    @property
    def day(self) -> date:
        """The day asked for, else today."""
        return self.as_of or today()


class StandardParameters(DayParameters):
    """A question about coverage, with what counts as covered and as fresh."""

    standard: float = Field(
        default=STANDARD, gt=0, le=1000, allow_inf_nan=False,
        description="达到“已覆盖”所需的供需比 A / accessibility A from which a cell is covered",
    )  # fmt: skip
    freshness_days: int = Field(
        default=FRESHNESS_DAYS, ge=1, le=36500,
        description="数据时效（天），更旧的视为不明 / older data count as unknown, days",
    )  # fmt: skip

    def question_of_day(self, rates: Rates) -> CoverageQuestion:
        """Return day, standard and freshness as queries take them, of all cells."""
        return CoverageQuestion(as_of=self.day, standard=self.standard, freshness_days=self.freshness_days, rates=rates)


P = TypeVar("P", bound=Parameters)
Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True)
class Question(Generic[P, Q, A]):
    """What can be asked, with the words for it and what answers it."""

    name: str
    """As in the address and the command."""
    title: Text
    brief: Text
    """One line."""
    about: str
    """A paragraph in each language."""
    parameters: type[P]
    asked: Callable[[P, Rates], Q]
    """Parameters in codes, as the queries take them; raises what names and codes raise."""
    answer: Callable[[Store, Q], A]
    columns: Callable[[A], Sequence[str]]
    """Columns of its table for programs."""
    rated: bool = True
    """Whether it depends on demand rates."""
    slow: bool = False
    """Whether an asker should see that something is at work."""
    example: Mapping[str, Any] = field(default_factory=dict)
    at_terminal: Mapping[str, Any] = field(default_factory=dict)
    """Defaults that differ where a person reads a table on a screen."""
