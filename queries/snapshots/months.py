"""A snapshot of each month, left by the loads: the rule by which they are kept, and which two are compared.

After a load that changed the graph a snapshot of the day is made; it takes the place of the one that an earlier load of
the same month left, so that the last state of each month stays. What somebody asked for is never taken away.
"""

import re
from datetime import date

from graph.errors import NotFound
from graph.home import Home
from graph.language import Text
from graph.stores.base import Store
from queries.coverage import CoverageQuestion
from queries.snapshots.differences import Snapshot
from queries.snapshots.keeping import FOLDER, LISTED, PARTS, SNAPSHOT, TO_MAKE, NoneYet, create, find, snapshots

DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")


def keep_month(store: Store, day: date, rates: dict[str, float] | None = None) -> Snapshot:
    """Make the snapshot of a month after a load; return it.

    Raises:
        DiskFull, FileUnwritable: it cannot be written; the earlier one stays.
    """
    made = create(store, CoverageQuestion(as_of=day, rates=rates), automatic=True).data
    left = [s for s in snapshots(store) if s.automatic and s.day[:7] == made.day[:7] and s.id != made.id]
    names = [f"{FOLDER}/{s.id}{end}" for s in left for end in (".json", *PARTS)]
    if names:
        Home(store.home).strike(names)
    return made


def in_order(store: Store) -> list[Snapshot]:
    """Return all snapshots by day, graph version and id."""
    return sorted(snapshots(store), key=lambda s: (s.day, s.graph_version, s.id))


def meant(store: Store, text: str) -> Snapshot:
    """Return a snapshot by its id, or the last one of a day or month (2026-10, 2026-10-31).

    Raises:
        NotFound: there is none.
    """
    if DAY.fullmatch(text):
        found = [s for s in in_order(store) if s.day.startswith(text)]
        if not found:
            raise NotFound(kind=SNAPSHOT, key=text, way=LISTED)
        return found[-1]
    return find(store, text)


def pair(store: Store, before: str | None, after: str | None) -> tuple[str, str]:
    """Return the ids of the two that are compared: without ``after`` the newest, without ``before`` the last one of an
    earlier month, else the one just before.

    Raises:
        NotFound: there are no two.
        NoneYet: there is none at all.
    """
    every = in_order(store)
    named = meant(store, before) if before else None
    other = meant(store, after) if after else (every[-1] if every else None)
    if other is None:
        raise NoneYet(kind=SNAPSHOT, way=TO_MAKE)
    if named:
        return named.id, other.id
    earlier = [s for s in every if (s.day, s.graph_version, s.id) < (other.day, other.graph_version, other.id)]
    last_month = [s for s in earlier if s.day[:7] < other.day[:7]] or earlier
    if not last_month:
        raise NotFound(kind=Text("早于它的快照", "snapshot before"), key=other.id, way=TO_MAKE)
    return last_month[-1].id, other.id
