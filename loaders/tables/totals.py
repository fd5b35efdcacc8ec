"""Totals among counts: a prefecture's row whose counties stand beside it is no further firms.

``A total, 其中 its parts``: where the parts add up to it, it is left out; where they are only some of it, it counts for
the rest alone; where they are more, the row contradicts itself and is rejected.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import pandas as pd

from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import PROVINCE
from loaders.parse.issues import CellError
from loaders.tables.base import Batch

OWN = ("本级", "直属", "市直", "州直", "市属")
"""In the name of a place: what is counted is its own, and no sum."""
LEAST_PARTS = 2
"""Of so many places the sum is no coincidence."""
REST = Text(
    "{place} 的 {total} 中 {parts} 已由其中的区县列出，只计其余 {rest}",
    "of {place}'s {total}, {parts} stand in its counties' rows: only the other {rest} count",
)
TOO_MUCH = Text("其中各项之和 {parts} 大于总数 {total}", "its parts add up to {parts}, more than {total}")


@dataclass(frozen=True)
class _Row:
    number: int
    region: str
    group: tuple[object, ...]
    amount: float

    @property
    def is_prefecture(self) -> bool:
        return self.region.endswith("00") and self.region != PROVINCE


def leave_out_totals(batch: Batch, written: pd.Series, among: frozenset[int]) -> tuple[list[int], list[Text]]:
    """Take the totals out of a batch whose parts are in it; return their rows, and what is to be said of others.

    Args:
        batch: Rows of a table that has amounts by place.
        written: By row, how its place is written; of all rows, the rejected ones too.
        among: Rows that are said to be a part of the one above.
    """
    column = batch.table.sums
    if column is None or not batch.table.has("region") or batch.rows.empty:
        return [], []
    others = [c.name for c in batch.table.columns if c.name not in ("region", column)]
    said_too = batch.rows[others].astype(object)
    groups = said_too.where(said_too.notna(), None).itertuples(index=False, name=None)
    amounts = batch.rows[column].tolist()
    rows = {
        int(number): _Row(int(number), region, group, amount)
        for number, region, group, amount in zip(batch.rows.index, batch.rows["region"], groups, amounts, strict=True)
    }
    if not any(row.is_prefecture or row.region == PROVINCE for row in rows.values()):
        return [], []
    left_out, said, less = _judge(batch, rows, written, among)
    batch.rows[column] = batch.rows[column].where(~batch.rows.index.isin(less), batch.rows.index.map(less))
    batch.rows = batch.rows.drop(index=left_out)
    whole = {n: r for n, r in rows.items() if n in batch.rows.index and r.region != PROVINCE}
    for row in [r for r in rows.values() if r.region == PROVINCE]:
        parts = [less.get(n, r.amount) for n, r in whole.items() if r.group == row.group]
        if parts and sum(parts) == row.amount:
            left_out.append(row.number)
            batch.rows = batch.rows.drop(index=row.number)
    return left_out, said


def _judge(
    batch: Batch, rows: dict[int, _Row], written: pd.Series, among: frozenset[int]
) -> tuple[list[int], list[Text], dict[int, float]]:
    """Return the totals to be left out, what is to be said, and what totals count for beside their parts."""
    left_out: list[int] = []
    said: list[Text] = []
    less: dict[int, float] = {}
    wrong: dict[int, CellError] = {}
    order = [int(number) for number in written.index]
    for row in [r for r in rows.values() if r.is_prefecture]:
        if any(word in str(written[row.number]) for word in OWN):
            continue
        below = list(_below(row, order[order.index(row.number) + 1 :], rows))
        stated = bool(among & set(below))
        parts = [rows[n].amount for n in below if n in rows] if stated else _everywhere(row, rows)
        total = sum(parts)
        values: dict[str, Any] = {"place": written[row.number], "total": row.amount, "parts": total}
        if (stated and (total == row.amount or any(n not in rows for n in below))) or (
            len(parts) >= LEAST_PARTS and total == row.amount
        ):
            left_out.append(row.number)
        elif stated and total < row.amount:
            less[row.number] = row.amount - total
            said.append(_said(REST, rest=row.amount - total, **values))
        elif stated:
            wrong[row.number] = CellError(*_said(TOO_MUCH, **values))
    if wrong:
        batch.reject(pd.Series(wrong, dtype=object), str(batch.table.sums))
    return left_out, said, less


def _below(total: _Row, numbers: list[int], rows: dict[int, _Row]) -> Iterator[int]:
    """Yield the rows right below a total that may be its parts: its counties, and rows that were rejected."""

    def is_part(number: int) -> bool:
        row = rows.get(number)
        return row is None or (_is_part(row, total) and row.group == total.group)

    return takewhile(is_part, numbers)


def _everywhere(total: _Row, rows: dict[int, _Row]) -> list[float]:
    return [row.amount for row in rows.values() if row.group == total.group and _is_part(row, total)]


def _is_part(row: _Row, total: _Row) -> bool:
    return not row.is_prefecture and row.region != PROVINCE and prefecture_of(row.region) == total.region


def _said(text: Text, **values: Any) -> Text:
    plain = {k: f"{v:g}" if isinstance(v, float | int) else v for k, v in values.items()}
    return Text(*(part.format(**plain) for part in text))
