"""A scheme of assessment, as users write it: indicators with weights and bounds, bonus with a cap, grades."""

from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from graph.errors import BadParameter
from graph.language import Text
from graph.settings_files import checked, read_yaml
from graph.shipped import said_in
from graph.vocabulary import vocabulary

Indicator = Literal[
    "services", "growth", "online_share", "answer_rate", "satisfaction", "complaint_rate", "complaints_closed",
    "days_to_close", "visit_rate", "firms", "free_share",
]  # fmt: skip
INDICATORS: dict[str, Text] = {
    "services": Text("服务次数", "services"), "growth": Text("服务次数同比", "growth on the year"),
    "online_share": Text("线上占比", "online share"), "answer_rate": Text("评价率", "answer rate"),
    "satisfaction": Text("满意度", "satisfaction"), "complaint_rate": Text("投诉率", "complaints per service"),
    "complaints_closed": Text("投诉办结率", "complaints closed"),
    "days_to_close": Text("投诉办结天数", "days to close"), "visit_rate": Text("回访率", "return visits per service"),
    "firms": Text("服务企业数", "firms served"), "free_share": Text("免费服务占比", "free of charge"),
}  # fmt: skip
"""Names of the indicators."""
SHARES: frozenset[str] = frozenset(INDICATORS) - {"services", "days_to_close", "firms"}
"""Indicators that are read as percent."""
SERVED: frozenset[Indicator] = frozenset({"firms", "free_share"})
"""Indicators for which the records of the ledger are read one by one."""
NOTICE = "notice_2020"
MOST = 1e6
"""A weight is no larger: sums stay finite."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SchemeTitle(_Part):
    """The title in both languages."""

    zh: str
    en: str = ""


class WeightedIndicator(_Part):
    """One indicator: no points at ``floor``, all of its weight at ``full``, linear between."""

    id: Indicator
    weight: float = Field(gt=0, le=MOST)
    floor: float
    full: float

    @model_validator(mode="after")
    def _apart(self) -> "WeightedIndicator":
        if self.floor == self.full:
            raise PydanticCustomError("floor_is_full", "floor = full")
        return self


class UnrecordedIndicator(_Part):
    """An indicator of the scheme that the graph does not record: its weight is never known."""

    name: SchemeTitle
    weight: float = Field(gt=0, le=MOST)


class Bonus(_Part):
    """Points beside the weights, for a value above a bound."""

    id: Indicator
    above: float
    points: float = Field(gt=0)


class Grade(_Part):
    """A grade, and the least score for it."""

    grade: str
    en: str = ""
    at_least: float


class Scheme(_Part):
    """A whole scheme; weights count by their share of the sum."""

    id: str = Field(default="own", pattern=r"^[a-z0-9_]+$")
    title: SchemeTitle
    source: str
    source_en: str = ""
    verification: str = "user_supplied"
    checked: bool = False
    of: Literal["region", "window"] = "region"
    indicators: tuple[WeightedIndicator, ...] = Field(min_length=1)
    unrecorded: tuple[UnrecordedIndicator, ...] = ()
    bonus: tuple[Bonus, ...] = ()
    bonus_cap: float = Field(default=0.0, ge=0)
    grades: tuple[Grade, ...] = Field(min_length=1)

    def grade_text(self, grade: str | None) -> Text:
        """Return a grade in words; a dash for none."""
        en = next((g.en for g in self.grades if g.grade == grade), "")
        return Text(grade or "—", en or grade or "—")

    @model_validator(mode="after")
    def _ordered(self) -> "Scheme":
        bounds = [g.at_least for g in self.grades]
        ids = [i.id for i in self.indicators]
        if bounds != sorted(set(bounds), reverse=True):
            raise PydanticCustomError("grades_in_order", "grades: highest first")
        if len(set(ids)) != len(ids):
            raise PydanticCustomError("indicator_twice", "indicators: one twice")
        if self.bonus and not self.bonus_cap:
            raise PydanticCustomError("bonus_without_cap", "bonus without bonus_cap")
        return self


def read_scheme(path: Path) -> Scheme:
    """Return the scheme of a file.

    Raises:
        FileMissing, NotYaml: there is no such file, or it is something else.
        BadParameter: it is no scheme; what is wrong is named.
    """
    return _checked(read_yaml(path), str(path))


def schemes() -> dict[str, Scheme]:
    """Return the schemes that come with the product, by id: the notice's, then published ones; none is approved."""
    folder = files("queries").joinpath("assessment", "schemes")
    names = sorted((f.name for f in folder.iterdir() if f.name.endswith(".yml")), key=lambda n: (NOTICE not in n, n))
    found = (_checked(said_in(folder.joinpath(n)), n) for n in names)
    return {scheme.id: scheme for scheme in found}


def _checked(stated: object, where: str) -> Scheme:
    scheme, known = checked(Scheme, stated, where), vocabulary("verifications").ids
    if scheme.verification not in known:
        raise BadParameter(name=where, value=scheme.verification, reason=" | ".join(known))
    return scheme
