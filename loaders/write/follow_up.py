"""What is said of a partner request beside its state: who sees to it and until when, who else is interested, what came
of it. The graph holds how far a request is; this stands in the journal alone, and is said again by ``rebuild``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from graph.errors import BadParameter
from graph.language import Text
from graph.vocabulary import vocabulary
from loaders.keep.journal import Journal

TERMS = ("owner", "due", "review", "expires")
OPEN = ("asked", "met")
"""States in which a request may lapse."""
AGREED = ("agreed", "delivered", "closed")
"""States in which a cooperation has been agreed on."""
MONTHS = 6
"""So long after an agreement it is looked at what came of it."""


@dataclass
class Course:
    """How a request went: the day on which it reached each state, its terms, and what was said since."""

    reached: dict[str, date] = field(default_factory=dict)
    owner: str | None = None
    due: date | None = None
    review: date | None = None
    expires: date | None = None
    interested: list[str] = field(default_factory=list)
    outcome: str | None = None
    outcome_day: date | None = None

    @property
    def outcome_due(self) -> date | None:
        """The day from which an outcome is looked for; none before there is an agreement."""
        agreed = self.reached.get("agreed")
        return months_after(agreed, MONTHS) if agreed else None

    def lapsed(self, state: str, day: date) -> bool:
        """Tell whether nobody took it up until it expired."""
        return state in OPEN and self.expires is not None and day > self.expires


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def courses(home: Path) -> dict[str, Course]:
    """Return how each request of a store went, by its key.

    Raises:
        HomeDamaged: the journal cannot be read.
    """
    found: dict[str, Course] = {}
    for event in Journal(home).loads():
        if event["state"] == "done" and event.get("kind") == "request":
            step = event["request"]
            key = step.get("key") or event["load"].replace("load-", "request-")
            _follow(found.setdefault(key, Course()), step, date.fromisoformat(step["day"]))
    return found


def _follow(course: Course, step: Mapping[str, Any], day: date) -> None:
    match step["step"]:
        case "ask":
            course.reached["asked"] = day
            _set_terms(course, step.get("terms") or {})
        case "advance":
            course.reached[step["state"]] = day
        case "terms":
            _set_terms(course, step["terms"])
        case "interest":
            course.interested = [*(name for name in course.interested if name != step["party"]), step["party"]]
        case "outcome":
            course.outcome, course.outcome_day = step["outcome"], day


def _set_terms(course: Course, terms: Mapping[str, str]) -> None:
    for name, value in terms.items():
        setattr(course, name, value if name == "owner" else date.fromisoformat(value))


def stated_terms(owner: str | None = None, **days: date | None) -> dict[str, str]:
    """Return terms as the journal keeps them: those that are stated."""
    stated = {"owner": owner, **{name: day and day.isoformat() for name, day in days.items()}}
    return {name: value for name, value in stated.items() if value}


def check_open(course: Course, state: str, day: date) -> None:
    """Refuse a step of a request that has lapsed.

    Raises:
        BadParameter: it has; another day of expiry takes it up again.
    """
    if course.lapsed(state, day):
        why = Text("已过有效期，请先改 expires", "it has lapsed; state another `expires` first")
        raise BadParameter(name="expires", value=course.expires, reason=why)


def check_agreed(state: str) -> None:
    """Refuse an outcome of what was never agreed on.

    Raises:
        BadParameter: nothing was.
    """
    if state not in AGREED:
        word = vocabulary("request_states").text
        why = Text(f"现为“{word(state, 'zh')}”，尚未达成", f"it stands at “{word(state, 'en')}”: nothing is agreed on")
        raise BadParameter(name="outcome", value=word(state, "zh"), reason=why)
