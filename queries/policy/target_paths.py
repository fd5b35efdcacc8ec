"""Targets by month: what is due on a day, and, where a pack states a path, what was due and reached month by month."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from itertools import pairwise

from pydantic import Field

from queries.answers import Result
from queries.kpi import is_met
from queries.policy.packs import Milestone, PackTarget

LONGEST = 24
"""Months of a path that are looked back at."""


class PathMonth(Result):
    """One month of a target's path."""

    month: str = Field(description="月份，YYYY-MM / month")
    due: float = Field(description="按路径当月末应达到的值 / what the path asks for at its end")
    actual: float | None = Field(description="当月末的实际值，无从得知时为空 / value at its end; null where unknown")
    met: bool | None = Field(description="是否达到 / null where the actual value is unknown")


def due_on(target: PackTarget, day: date) -> float | None:
    """Return what a target asks for on a day; None before it is due at all.

    On a path: the milestone of the last month that has ended, evenly between milestones (by months), nothing before
    the first and the last one's value after it. Without one: the target, from the end of its year on.
    """
    if target.path:
        return _on_path(target.path, _ended(day))
    return target.value if target.by is None or day >= date(target.by, 12, 31) else None


def followed(target: PackTarget, day: date, actual_on: Callable[[date], float | None]) -> list[PathMonth]:
    """Return the months of a path up to a day, last ones first dropped where there are more than ``LONGEST``."""
    if not target.path:
        return []
    first, last = _number(target.path[0].month), _ended(day)
    made = []
    for month in range(max(first, last - LONGEST + 1), last + 1):
        due, actual = _on_path(target.path, month), actual_on(_end(month))
        if due is not None:
            made.append(
                PathMonth(
                    month=f"{month // 12:04d}-{month % 12 + 1:02d}", due=due, actual=actual,
                    met=is_met(target.comparison, actual, due),
                )
            )  # fmt: skip
    return made


def _on_path(path: tuple[Milestone, ...], month: int) -> float | None:
    marks = [(_number(m.month), m.value) for m in path]
    if month < marks[0][0]:
        return None
    for (start, low), (stop, high) in pairwise(marks):
        if month <= stop:
            return low + (high - low) * (month - start) / (stop - start)
    return marks[-1][1]


def _ended(day: date) -> int:
    """Return the last month that has ended by a day: one ends on its last day."""
    return day.year * 12 + day.month - 1 - (day.day < monthrange(day.year, day.month)[1])


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _end(month: int) -> date:
    year, of = month // 12, month % 12 + 1
    return date(year, of, monthrange(year, of)[1])
