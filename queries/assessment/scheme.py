"""A scheme of assessment, as users write it: indicators with weights and bounds, bonus with a cap, grades."""

from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from graph.settings_files import checked, read_yaml

Indicator = Literal[
    "services", "growth", "online_share", "answer_rate", "satisfaction", "complaint_rate", "complaints_closed",
    "days_to_close", "visit_rate",
]  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SchemeTitle(_Part):
    """The title in both languages."""

    zh: str
    en: str = ""


class WeightedIndicator(_Part):
    """One indicator: no points at ``floor``, all of its weight at ``full``, linear between."""

    id: Indicator
    weight: float = Field(gt=0)
    floor: float
    full: float

    @model_validator(mode="after")
    def _apart(self) -> "WeightedIndicator":
        if self.floor == self.full:
            message = "floor = full"
            raise ValueError(message)
        return self


class Bonus(_Part):
    """Points beside the weights, for a value above a bound."""

    id: Indicator
    above: float
    points: float = Field(gt=0)


class Grade(_Part):
    """A grade, and the least score for it."""

    grade: str
    at_least: float


class Scheme(_Part):
    """A whole scheme; weights count by their share of the sum."""

    title: SchemeTitle
    source: str
    checked: bool = False
    of: Literal["region", "window"] = "region"
    indicators: tuple[WeightedIndicator, ...] = Field(min_length=1)
    bonus: tuple[Bonus, ...] = ()
    bonus_cap: float = Field(default=0.0, ge=0)
    grades: tuple[Grade, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ordered(self) -> "Scheme":
        bounds = [g.at_least for g in self.grades]
        ids = [i.id for i in self.indicators]
        if bounds != sorted(set(bounds), reverse=True):
            message = "grades: highest first"
            raise ValueError(message)
        if len(set(ids)) != len(ids):
            message = "indicators: one twice"
            raise ValueError(message)
        return self


def read_scheme(path: Path | None = None) -> Scheme:
    """Return the scheme of a file, without one the built-in example.

    Raises:
        FileMissing, NotYaml: there is no such file, or it is something else.
        BadParameter: it is no scheme; what is wrong is named.
    """
    built_in = files("queries").joinpath("assessment", "assessment.yml")
    told = read_yaml(path) if path else yaml.safe_load(built_in.read_text(encoding="utf-8"))
    return checked(Scheme, told, str(path or built_in))
