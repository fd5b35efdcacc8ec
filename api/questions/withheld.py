"""What the public is not told of an answer: figures of fewer than five, and what is between bodies.

A figure of one to four is null, named in ``suppressed``, and so is what is computed from it. Every other count is
rounded to a multiple of five and every share to whole per cent, whoever else's figure it is added up with: what is left
when others are taken from a total tells a range, never a person.
"""

from collections import Counter
from typing import Any

from graph.errors import NotFound
from queries.answers import Answer
from queries.monitoring.figures import MonthFigures
from queries.monitoring.monthly import BrandMonth, Monitoring
from queries.search.entity import EntityReport
from queries.search.find import SearchAnswer

LEAST = 5
_OF_RATINGS = ("answer_rate", "satisfaction", "satisfaction_low", "satisfaction_high", "satisfaction_shrunk",
               "shrunk_error", "mean_rating", "few_ratings")  # fmt: skip
COUNTS: dict[str, tuple[str, ...]] = {
    "services": ("year_on_year", "online_share", "answer_rate"),
    "services_before": ("year_on_year",),
    "firms": (),
    "rated": _OF_RATINGS,
    "complaints": ("complaints_open", "days_to_close"),
    "complaints_open": (),
    "return_visits": (),
    "priced": ("free_share",),
}
"""Figures that count persons, firms or what was done for them, with what is computed from them."""
SHARES = ("year_on_year", "online_share", "answer_rate", "satisfaction", "satisfaction_low", "satisfaction_high",
          "satisfaction_shrunk", "shrunk_error", "free_share")  # fmt: skip
BETWEEN_BODIES = ("ServiceMonth", "Feedback", "Need", "Request")
"""Nodes of few services, one complaint, one need, one request."""


def few(answer: Answer[Monitoring]) -> Answer[Monitoring]:
    """Return a month without the figures of fewer than five, the others rounded."""
    month = answer.data
    public = month.model_copy(
        update={
            "total": rounded_figures(month.total),
            "groups": [rounded_figures(group) for group in month.groups],
            "feedback_unplaced": _rounded(month.feedback_unplaced),
            "brands": [_brand(brand) for brand in month.brands],
        }
    )
    parameters = {**answer.meta.parameters, "suppressed_below": LEAST}
    return answer.model_copy(update={"data": public, "meta": answer.meta.model_copy(update={"parameters": parameters})})


def rounded_figures(figures: MonthFigures) -> MonthFigures:
    """Return one group's figures as the public is told them."""
    values: dict[str, Any] = figures.model_dump()
    hidden = {
        name
        for count, follows in COUNTS.items()
        if _is_few(values[count])
        for name in (count, *follows)
        if values[name] is not None
    }
    values |= {count: _rounded(values[count]) for count in COUNTS if values[count] is not None}
    values |= {share: round(values[share], 2) for share in SHARES if values[share] is not None}
    suppressed = tuple(name for name in MonthFigures.model_fields if name in hidden)
    return MonthFigures(**{**values, **dict.fromkeys(hidden), "suppressed": suppressed or None})


def _brand(month: BrandMonth) -> BrandMonth:
    people = month.participants
    if people is None:
        return month
    return month.model_copy(update={"participants": None if _is_few(people) else _rounded(people)})


def _is_few(count: int | None) -> bool:
    return count is not None and 0 < count < LEAST


def _rounded(count: int) -> int:
    return LEAST * ((count + LEAST // 2) // LEAST)


def named(answer: SearchAnswer) -> SearchAnswer:
    """Return what was found without the records of few and between bodies: the public is not told that they are."""
    found = answer.found[~answer.found["label"].isin(BETWEEN_BODIES)]
    counts = Counter(found["data_class"].dropna().astype(str))
    return SearchAnswer(found, answer.meta.model_copy(update={"data_class": dict(counts)}))


def between_bodies(answer: Answer[EntityReport]) -> Answer[EntityReport]:
    """Return a node of which the public may know.

    Raises:
        NotFound: it is a record of few, or between bodies.
    """
    if answer.data.label in BETWEEN_BODIES:
        raise NotFound(kind=answer.data.label, key=answer.data.key)
    return answer
