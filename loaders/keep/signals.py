"""Searches that found nothing, kept as signs of demand: what was looked for, where, and how often.

They lie beside the store, one JSON line a search, and name nobody: a region, a service type, a chain, filters.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.errors import unwritable

FILE = "signals.jsonl"
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
    path = home / FILE
    line = json.dumps(
        {"day": day.isoformat(), "question": question, "asked": asked}, ensure_ascii=False, sort_keys=True
    )
    try:
        home.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MOST_BYTES:
            return
        # One write of one short line to a file opened for appending is whole, whoever else writes.
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)
    except OSError as error:
        raise unwritable(path, error) from error


def signals(home: Path) -> list[Signal]:
    """Return what was looked for in vain, the most frequent first."""
    path = home / FILE
    if not path.exists():
        return []
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    events = [json.loads(line) for line in lines]
    of = [(e["question"], tuple(sorted(e["asked"].items()))) for e in events]
    days: dict[tuple[str, tuple[tuple[str, str], ...]], list[date]] = {}
    for at, event in zip(of, events, strict=True):
        days.setdefault(at, []).append(date.fromisoformat(event["day"]))
    counted = Counter(of).most_common()
    found = [Signal(at[0], dict(at[1]), times, min(days[at]), max(days[at])) for at, times in counted]
    return sorted(found, key=lambda s: (-s.times, s.question, sorted(s.asked.items())))
