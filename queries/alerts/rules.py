"""The rules of alerts, as users write them."""

from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from graph.errors import BadParameter
from graph.language import Text
from graph.settings_files import checked, read_yaml
from graph.shipped import read_shipped

RuleKind = Literal[
    "cell_turned_empty", "satisfaction_below", "window_silent", "ending_next_month", "never_reported",
    "complaint_overdue", "visit_missing",
]  # fmt: skip


class RuleName(BaseModel):
    """What a rule is called where cases are listed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = ""
    en: str = ""


class Rule(BaseModel):
    """One rule; what its kind does not use is left as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    kind: RuleKind
    name: RuleName = RuleName()
    below: float = Field(default=0.9, gt=0, le=1, allow_inf_nan=False)
    least_ratings: int = Field(default=30, ge=1)
    days: int = Field(default=40, ge=1, le=3660)
    assign: str = ""
    assign_en: str = ""


class RuleHit(NamedTuple):
    """What a rule found: of what, which time, its name, what, of what classes the facts are that it stands on, and the
    prefecture where the subject does not tell it."""

    subject: str
    occasion: str
    name: str
    text: Text
    data_class: list[str]
    region: str | None = None


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...]


def read_rules(path: Path | None = None) -> tuple[Rule, ...]:
    """Return the rules of a file, without one the built-in ones.

    Raises:
        FileMissing, NotYaml: there is no such file, or it is something else.
        BadParameter: a rule is none, or two have one id; what is wrong is named.
    """
    stated = read_yaml(path) if path else read_shipped("queries", "alerts", "rules.yml")
    where = str(path or "rules.yml")
    rules = checked(_Rules, stated, where).rules
    ids = [rule.id for rule in rules]
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise BadParameter(name=where, value=twice[0], reason="id")
    return rules
