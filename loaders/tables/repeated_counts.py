"""Amounts of one thing that stand in several rows: the newest counts, and two of one day that differ contradict."""

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from graph.language import Text
from graph.places.gazetteer import places
from loaders.parse.issues import CellError
from loaders.tables.base import Batch
from loaders.tables.totals import is_part

DAY = "as_of"
"""The column of the day of which numbers are."""
UNLIKE = Text(
    "同一天的同一个数在第 {rows} 行写得不同（{amounts}），请只留一行，或写明各自的统计时间",
    "rows {rows} give different numbers of the same thing and day ({amounts}); leave one, or write the day of each",
)
OF_ONE_PLACE = Text(
    "第 {rows} 行（{named}）都在{place}，同一天的数不同（{amounts}）：若是分开统计的，请相加后只写一行",
    "rows {rows} ({named}) all lie in {place} and give different numbers ({amounts}); if they were counted apart, write"
    " their sum in one row",
)


def leave_out_older(batch: Batch, written: pd.Series) -> list[int]:
    """Take the amounts out of a batch of which there is a newer one in it; return their rows.

    Rows that give one amount of one day differently are rejected; ``written`` is, by row, how its place is written.
    """
    column = batch.table.sums
    if column is None or batch.rows.empty:
        return []
    of = [c.name for c in batch.table.columns if c.required and c.name != column]
    again = batch.rows[batch.rows.duplicated(of, keep=False)]
    older: list[int] = []
    unlike: dict[int, CellError] = {}
    for _, rows in again.groupby(of, sort=False):
        days = rows[DAY].map(lambda day: day if isinstance(day, dt.date) else dt.date.min)
        newest = rows[days == days.max()]
        older += [int(row) for row in rows.index.difference(newest.index)]
        if newest[column].nunique() > 1 or are_apart(written[newest.index]):
            unlike |= dict.fromkeys(map(int, newest.index), _unlike(newest, column, written[newest.index]))
    batch.reject(pd.Series(unlike, dtype=object), column)
    batch.rows = batch.rows.drop(index=older)
    return older


def are_apart(written: Iterable[object]) -> bool:
    """Tell whether of places that are one some are a part of it: 涪城区 and 绵阳高新区 have numbers of their own."""
    named = {str(text).strip() for text in written}
    return len(named) > 1 and any(map(is_part, named))


def _unlike(rows: pd.DataFrame, column: str, written: pd.Series) -> CellError:
    numbers = "、".join(map(str, rows.index))
    amounts = "、".join(f"{amount:g}" for amount in rows[column])
    named = [str(text).strip() for text in written]
    text = UNLIKE if len(set(named)) == 1 else OF_ONE_PLACE
    within = places()[rows["region"].iloc[0]].full_name
    said = {"rows": numbers, "amounts": amounts, "named": "、".join(named), "place": within}
    return CellError(*(part.format(**said) for part in text))
