"""From when to when something is valid, as its row says it in one cell or two: 认定日期 and 有效期 (2026年底, 三年).

And days to come where something is said to have happened.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from graph.clock import today
from graph.language import Text, first_few
from loaders.parse.issues import CellError
from loaders.parse.titles import Validity
from loaders.tables.base import Batch

NO_BEGINNING = CellError(
    "只写了年数，没有起始日期，算不出截止日", "it gives a number of years and no first day from which they run"
)
REVERSED = CellError("早于起始日期", "it is before the first day")
TO_COME = Text(
    "{column}：{n} 行写的是今天（{today}）以后的日期，照写的载入，请核对：第 {rows} 行（如 {day}）",
    "{column}: {n} rows have a day after today ({today}); they are loaded as written, check them: rows {rows} (as"
    " {day})",
)
NAMED = 5
"""Rows that are named."""


def leave_out_reversed(batch: Batch) -> None:
    """Leave out and tell the last days that lie before the first ones."""
    if not (batch.table.has("since") and batch.table.has("until")):
        return
    stated = batch.rows[batch.rows["until"].notna()]
    early = {
        row: REVERSED
        for row, begun, ended in zip(stated.index, _plain(stated["since"]), _plain(stated["until"]), strict=True)
        if (days := _days(begun, ended)) and days[1] < days[0]
    }
    batch.reject(pd.Series(early, dtype=object), "until")


def _days(begun: dt.date | None, ended: dt.date | Validity) -> tuple[dt.date, dt.date] | None:
    first = begun or (ended.since if isinstance(ended, Validity) else None)
    last = ended.until if isinstance(ended, Validity) else ended
    return (first, last) if first and last else None


def in_force(batch: Batch) -> tuple[pd.Series, pd.Series]:
    """Return first and last days of the rows; years without a day from which they run are left out and told."""
    rows = batch.rows
    said = [(s, v or Validity()) for s, v in zip(_plain(rows["since"]), _plain(rows["until"]), strict=True)]
    endless = [NO_BEGINNING if valid.years and not (since or valid.since) else None for since, valid in said]
    batch.reject(pd.Series(endless, index=rows.index, dtype=object), "until")
    first: list[dt.date | None] = [since or valid.since for since, valid in said]
    last = [valid.last(begun) for begun, (_, valid) in zip(first, said, strict=True)]
    return pd.Series(first, index=rows.index, dtype=object), pd.Series(last, index=rows.index, dtype=object)


def _plain(column: pd.Series) -> list[Any]:
    return list(column.astype(object).where(column.notna(), None))


def to_come(batch: Batch) -> Iterator[Text]:
    """Yield what is to be said of days after today, each column's once, where a row tells of what has happened."""
    now = today()
    for column in batch.table.columns:
        if not column.happened:
            continue
        days = batch.rows[column.name].dropna()
        late = days[days > now]
        if len(late):
            rows = first_few(late.index.tolist(), NAMED)
            values = {"column": column.zh, "n": len(late), "today": now, "rows": rows, "day": late.iloc[0]}
            yield Text(*(part.format(**values) for part in TO_COME))
