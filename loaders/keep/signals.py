"""Searches that found nothing, kept as signs of demand: what was looked for, where, and how often.

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
    """A search that found nothing, with how often it did and when first and last."""

    question: str
    asked: dict[str, str]
    times: int
    first: date
    last: date


def keep_signal(home: Path, question: str, asked: dict[str, str], day: date) -> None:
    """Keep that a search found nothing.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be written.
    """
    path = home / SIGNALS
    if not path.exists() or path.stat().st_size <= MOST_BYTES:
        Home(home).append(SIGNALS, {"day": day.isoformat(), "question": question, "asked": dict(sorted(asked.items()))})


def signals(home: Path) -> list[Signal]:
    """Return what was looked for in vain, the most frequent first; damaged lines are left to the doctor.

    Raises:
        HomeDamaged: the file cannot be read.
    """
    events = read_lines(home / SIGNALS).events
    of = [(e["question"], tuple(sorted(e["asked"].items()))) for e in events]
    days: dict[tuple[str, tuple[tuple[str, str], ...]], list[date]] = {}
    for at, event in zip(of, events, strict=True):
        days.setdefault(at, []).append(date.fromisoformat(event["day"]))
    counted = Counter(of).most_common()
    found = [Signal(at[0], dict(at[1]), times, min(days[at]), max(days[at])) for at, times in counted]
    return sorted(found, key=lambda s: (-s.times, s.question, sorted(s.asked.items())))
