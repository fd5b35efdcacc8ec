"""Too few rows against the last delivery abort a load, too many warn.

Only a named sender's deliveries are compared: without a name, a table with one corrected row is no shrunken delivery.
"""

from collections import Counter
from collections.abc import Mapping

from graph.errors import DeliveryShrunk
from graph.language import Text
from loaders.keep.journal import Journal
from loaders.tables import TABLES

LEAST, MOST = 0.5, 2.0
"""Shares of the last delivery's rows below which a load is refused, and above which it warns."""
SMALL = 20
"""Deliveries of fewer rows vary too much to say anything."""
Delivered = Counter[tuple[str, str]]
"""Rows by sender and table."""


def check_volume(now: Mapping[tuple[str, str], int], journal: Journal, *, shrink: bool) -> list[Text]:
    """Compare what senders deliver with what each delivered last; return warnings.

    Raises:
        DeliveryShrunk: a sender delivers much less than last time, and that is not said to be right.
    """
    warnings = []
    last = _last(journal)
    for (sender, table), rows in now.items():
        before = last.get((sender, table), 0)
        if not sender or before < SMALL:
            continue
        label = TABLES[table].label
        if rows < LEAST * before and not shrink:
            raise DeliveryShrunk(table=label, place=sender, stored=before, delivered=rows)
        if rows > MOST * before:
            warnings.append(
                Text(
                    f"{sender} 的{label.zh}这次有 {rows} 行，上次 {before} 行：请核对是否重复",
                    f"{sender} delivers {rows} rows of {label.en}, last time {before}: is anything doubled?",
                )
            )
    return warnings


def _last(journal: Journal) -> dict[tuple[str, str], int]:
    return {
        (sender, table): rows
        for event in journal.loads()
        if event["state"] in ("done", "read")
        for sender, table, rows in event.get("delivered", ())
    }
