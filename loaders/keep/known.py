"""The graph as it was known after a load: made again from the journal up to there, kept beside the store, only read.

What was known then is not what is known now of that day: later loads corrected and added to it. A question can be asked
of either, for any day of analysis.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.clock import in_beijing
from graph.errors import BadParameter, NothingToRebuild, unwritable
from graph.home import KNOWN, fresh_name, locked
from graph.language import Text
from graph.schema import fingerprint
from graph.stores.base import Store
from graph.stores.embedded import EmbeddedStore
from graph.stores.swap import home_of
from loaders.gathering import Progress, silent
from loaders.keep.events import LoadEvent, details
from loaders.keep.keys import KEY
from loaders.keep.rebuild import rebuild, recorded_loads

KEPT = 3
"""States that are kept; of more, those asked for longest ago go."""
PARAMETER = "known_at"
"""Name of the parameter, and of what answers tell in their meta."""


@dataclass(frozen=True)
class KnownState:
    """The file that holds what was known after a load; ``loads``: how many went into it; ``finished``: when the last
    was done (ISO 8601, UTC), empty where only the folders of the loads tell of it."""

    path: Path
    load: str
    loads: int
    finished: str

    def said(self) -> Text:
        """Return what an asker is told of it."""
        day = in_beijing(self.finished).date() if self.finished else ""
        return Text(
            f"按 {self.load}{f'（{day}）' if day else ''}之后所知：由日志重做 {self.loads} 次载入，以后的都不计",
            f"As known after {self.load}{f' ({day})' if day else ''}: {self.loads} loads made again from the journal, "
            "none of the later ones",
        )


def find_known(home: Path, text: str) -> KnownState:
    """Return the state that a load's name or number, or a day, means, whether or not it is there already.

    A day (``YYYY-MM-DD``) means the last load that was done on it or before, in Beijing time.

    Raises:
        NothingToRebuild: the journal tells of no load.
        BadParameter: there is no such load, or none by that day.
        HomeDamaged: the journal lacks a load, and no folder tells of it either.
    """
    events = [event for event in recorded_loads(home) if event["state"] == "done"]
    if not events:
        raise NothingToRebuild(path=home)
    number = _meant(events, text.strip())
    so_far = [[e["load"], details(e)] for e in events[: number + 1]]
    mark = hashlib.sha256(json.dumps([fingerprint(), so_far], sort_keys=True).encode()).hexdigest()[:12]
    last = events[number]
    return KnownState(home / KNOWN / f"{last['load']}-{mark}.lbug", last["load"], number + 1, last.get("at", ""))


def _meant(events: list[LoadEvent], text: str) -> int:
    """Return the place of the load that is meant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        name = f"load-{int(text):06d}" if text.isascii() and text.isdigit() else text
        found = [at for at, event in enumerate(events) if event["load"] == name]
    else:
        found = [at for at, event in enumerate(events) if _day(event) <= day]
    if found:
        return found[-1]
    first, last = events[0], events[-1]
    reason = Text(
        f"应为 {first['load']} … {last['load']} 之一，或 {_day(first)} 及以后的日期",
        f"it should be one of {first['load']} … {last['load']}, or a day from {_day(first)} on",
    )
    raise BadParameter(name=PARAMETER, value=text, reason=reason)


def _day(event: LoadEvent) -> date:
    """Return the day on which a load was done; one of which no time is told was before all others."""
    return in_beijing(event["at"]).date() if event.get("at") else date.min


def make_known(state: KnownState, store: Store, *, password: str = "", progress: Progress = silent) -> KnownState:
    """Make a state where it is not there yet, and drop those beyond ``KEPT`` that were asked for longest ago.

    ``store``: the open store of which it is an earlier state; it stays as it is. ``password`` opens locked sources.

    Raises:
        SourceMissing, SealBroken, KeyMissing, FileUnreadable: the copy of a source is not there, or stays closed.
        StoreProblem, FileUnwritable: it cannot be made.
    """
    folder = state.path.parent
    with locked(folder):
        if not state.path.exists():
            part = fresh_name(state.path)
            _drop(state.path)  # of a process that was stopped
            try:
                _made(part, state, store.home, password, progress)
                home_of(part).rename(home_of(state.path))
                part.replace(state.path)
            except OSError as error:
                raise unwritable(state.path, error) from error
            finally:
                _drop(part)
        os.utime(state.path)
        _drop_oldest(folder)
    return state


def _made(place: Path, state: KnownState, home: Path, password: str, progress: Progress) -> None:
    with EmbeddedStore(place) as made:
        rebuild(made, home, password=password, until=state.load, progress=progress)
        # Persons' data are opened from the store itself alone, where they can be withdrawn.
        (made.home / KEY).unlink(missing_ok=True)
        shutil.rmtree(made.home / "sources", ignore_errors=True)


def _drop(place: Path) -> None:
    for path in place.parent.glob(f"{place.name}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _drop_oldest(folder: Path) -> None:
    states = sorted(folder.glob("load-*.lbug"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in states[KEPT:]:
        _drop(path)


@contextmanager
def as_known(store: Store, text: str, *, password: str = "", progress: Progress = silent) -> Iterator[Store]:
    """Open what was known after a load, or on a day, for reading; it is made where it is not there yet.

    Raises:
        BadParameter, NothingToRebuild, StoreProblem: see :func:`find_known` and :func:`make_known`.
    """
    state = make_known(find_known(store.home, text), store, password=password, progress=progress)
    with EmbeddedStore(state.path, read_only=True) as known:
        known.notices.append(state.said())
        yield known
