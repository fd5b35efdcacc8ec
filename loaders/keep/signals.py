"""Searches, kept as signs of demand where they found nothing: what was looked for, where, and how often.

They lie beside the store, one JSON line a search, and name nobody: a region, a service type, a chain, filters.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.home import Home
from graph.lines import read_lines
from graph.manifest import SIGNALS

MOST_BYTES = 8 * 2**20
"""A searcher who never finds anything fills no disk: what is beyond is not kept."""


@dataclass(frozen=True)
class Signal:
    """A search, with how often it was put and when first and last."""

    question: str
    asked: dict[str, str]
    times: int
    first: date
    last: date


def keep_search(home: Path, question: str, asked: dict[str, str], day: date, *, found: bool) -> None:
    """Keep that somebody searched, and whether anything was found.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be written.
    """
    path = home / SIGNALS
    if not path.exists() or path.stat().st_size <= MOST_BYTES:
        event = {"day": day.isoformat(), "question": question, "asked": dict(sorted(asked.items()))}
        Home(home).append(SIGNALS, {**event, "found": True} if found else event)


def signals(home: Path, *, found: bool = False) -> list[Signal]:
    """Return what was looked for in vain, or ``found``, the most frequent first; damaged lines are left to the doctor.

    Raises:
        HomeDamaged: the file cannot be read.
    """
    events = [event for event in read_lines(home / SIGNALS).events if event.get("found", False) == found]
    of = [(e["question"], tuple(sorted(e["asked"].items()))) for e in events]
    days: dict[tuple[str, tuple[tuple[str, str], ...]], list[date]] = {}
    for at, event in zip(of, events, strict=True):
        days.setdefault(at, []).append(date.fromisoformat(event["day"]))
    counted = Counter(of).most_common()
    made = [Signal(at[0], dict(at[1]), times, min(days[at]), max(days[at])) for at, times in counted]
    return sorted(made, key=lambda s: (-s.times, s.question, sorted(s.asked.items())))
