"""Amounts of a day come after those of a later one: the newest counts, in whichever order they are delivered.

One without a day is of any; it yields to one that has a day, as it would within one list, and takes no day from it.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from graph import schema
from graph.language import Text, first_few
from graph.places.gazetteer import places
from graph.stores.base import ReadSession
from loaders.parse.issues import CellError
from loaders.tables import Batch
from loaders.tables.base import place
from loaders.tables.demand_counts import keys_of
from loaders.tables.repeated_counts import DAY, are_apart

OLDER = Text(
    "{n} 行的统计时间早于已有的数，保留较新的：第 {rows} 行（已有 {day} 的数）",
    "{n} rows are of a day before that of what is there, and the newer is kept: rows {rows} (there is one of {day})",
)
UNDATED = Text(
    "{n} 行没有统计时间，已有注明时间的数，予以保留：第 {rows} 行（已有 {day} 的数）；若这里的更新，请写明统计时间",
    "{n} rows do not say of which day they are, and what is there does and is kept: rows {rows} (there is one of"
    " {day}); if these are newer, write their day",
)
UNLIKE = Text(
    "{n} 行与{where}同一天的数不同，以这里的为准：第 {rows} 行（那里 {before:g}，这里 {now:g}）；"
    "若不是同一时间的，请写明统计时间",
    "{n} rows differ from {where} for the same day, and these count: rows {rows} ({before:g} there, {now:g} here);"
    " if they are of different days, write these",
)
APART = Text(
    "{before}（{where}）和{now}都在{place}，是分开统计的两个数，请相加后只写一行",
    "{before} ({where}) and {now} both lie in {place} and have numbers of their own; write their sum in one row",
)
NAMED = 5
"""Rows that are named."""


class _Count(NamedTuple):
    """An amount of a row: its day, where it stands, in words and as a number, and how its place is written."""

    day: dt.date | None
    amount: float
    where: str
    number: int
    written: str


class NewestCounts:
    """The day of each amount, as stored and as the load has brought it so far."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._days: dict[str, dt.date | None] = {}
        self._brought: dict[tuple[str, str], _Count] = {}
        """Of each source and amount what this load has brought last."""
        self.contradicted: dict[int, tuple[str, float, CellError]] = {}
        """Rows that are in already and refused after all, by where they stand: key, amount and reason."""

    def leave_out_older(self, batch: Batch, written: "pd.Series[str]") -> Iterator[Text]:
        """Take the rows out of a batch of which there is a newer amount; they change nothing. Yield what is said.

        ``written`` is, by row, how its place is written.
        """
        if batch.table.subject != "EnterpriseCount" or batch.rows.empty:
            return
        keys, days = keys_of(batch.rows), batch.rows[DAY].map(lambda day: day if isinstance(day, dt.date) else None)
        if unread := set(keys) - self._days.keys():
            self._read(sorted(unread))
        there = keys.map(self._days.get).astype(object)
        undated = days.isna() & there.notna()
        past = pd.Series(
            [b is not None and a is not None and a < b for a, b in zip(days, there, strict=True)], keys.index
        )
        kept = days.notna() & ~past
        self._days |= dict(zip(keys[kept], days[kept], strict=True))
        batch.about("EnterpriseCount", keys[past | undated])
        batch.rows = batch.rows[~(past | undated)]
        for text, where in ((OLDER, past), (UNDATED, undated)):
            if rows := list(where.index[where]):
                said = {"n": len(rows), "rows": first_few(rows, NAMED), "day": there[where].iloc[0]}
                yield Text(*(part.format(**said) for part in text))
        yield from self._unlike(batch, keys, days, written)

    def _unlike(
        self, batch: Batch, keys: "pd.Series[str]", days: pd.Series, written: "pd.Series[str]"
    ) -> Iterator[Text]:
        """Yield what is to be said of rows of a batch that differ from another sheet's of the same day.

        Refused are those of a place and of a part of it (涪城区, 绵阳高新区): neither number is that of both.
        """
        found: list[tuple[int, _Count, _Count]] = []
        wrong: dict[int, CellError] = {}
        amounts = batch.rows["count"]
        kept = zip(
            amounts.index, amounts, keys[amounts.index], days[amounts.index], written[amounts.index], strict=True
        )
        for row, amount, key, day, text in kept:
            of, number = (batch.origin.source, key), int(place(pd.Index([row]), batch.number)[0])
            now = _Count(day, float(amount), batch.where, number, str(text).strip())
            then = self._brought.get(of, now)
            if then.where != now.where and then.day == day and are_apart((then.written, now.written)):
                wrong[int(row)] = _apart(then, now, key)
                self.contradicted[then.number] = key, then.amount, wrong[int(row)]
                continue
            if then.where != now.where and then.amount != now.amount and then.day == day:
                found.append((int(row), then, now))
            self._brought[of] = now
        batch.reject(pd.Series(wrong, dtype=object), "count")
        if found:
            listed = first_few([row for row, *_ in found], NAMED)
            _, then, now = found[0]
            said = {"n": len(found), "where": then.where, "rows": listed, "before": then.amount, "now": now.amount}
            yield Text(*(part.format(**said) for part in UNLIKE))

    def _read(self, keys: list[str]) -> None:
        self._days |= dict.fromkeys(keys)
        stored = self._session.nodes(schema.nodes()["EnterpriseCount"], pa.array(keys, pa.string()))
        self._days |= dict(zip(stored["key"].to_pylist(), stored[DAY].to_pylist(), strict=True))


def _apart(then: _Count, now: _Count, key: str) -> CellError:
    within = places()[key.partition("-")[0]].full_name
    said = {"before": then.written, "where": then.where, "now": now.written, "place": within}
    return CellError(*(part.format(**said) for part in APART))
