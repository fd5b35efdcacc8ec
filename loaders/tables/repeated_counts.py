"""Amounts of one thing that stand in several rows: the newest counts, and two of one day that differ contradict."""

import datetime as dt

import pandas as pd

from graph.language import Text
from loaders.parse.issues import CellError
from loaders.tables.base import Batch

DAY = "as_of"
UNLIKE = Text(
    "同一天的同一个数在第 {rows} 行写得不同（{amounts}），请只留一行，或写明各自的统计时间",
    "rows {rows} give different numbers of the same thing and day ({amounts}); leave one, or write the day of each",
)


def leave_out_older(batch: Batch) -> list[int]:
    """Take the amounts out of a batch of which there is a newer one in it; return their rows.

    Rows that give one amount of one day differently are rejected.
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
        if newest[column].nunique() > 1:
            unlike |= dict.fromkeys(map(int, newest.index), _unlike(newest[column]))
    batch.reject(pd.Series(unlike, dtype=object), column)
    batch.rows = batch.rows.drop(index=older)
    return older


def _unlike(amounts: pd.Series) -> CellError:
    rows, numbers = "、".join(map(str, amounts.index)), "、".join(f"{amount:g}" for amount in amounts)
    return CellError(*(text.format(rows=rows, amounts=numbers) for text in UNLIKE))
