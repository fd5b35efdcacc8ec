"""Totals among counts: a prefecture's row whose counties stand beside it is no further firms.

``A total, 其中 its parts``: where the parts add up to it, it is left out; where they are only some of it, it counts for
the rest alone; where they are more, the row contradicts itself and is rejected. The whole province's row and those of
economic zones are left out where the places in them add up to them. What may be a total or not counts, and is told.
Numbers that were rounded (12.3万) add up where rounding explains what is lacking.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Any

import pandas as pd

from graph.errors import ShuniuError
from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.places.divisions import is_called
from graph.places.english import codes_in_english
from graph.places.gazetteer import PROVINCE, places_of_zone
from graph.vocabulary import fold
from loaders.parse.issues import CellError
from loaders.tables.base import Batch

OWN = ("本级", "直属", "市直", "州直", "市属", "市辖区")
"""In the name of a place: what is counted is its own, and no sum."""
WHOLE = ("全市", "全州", "全域", "全县", "全区", "本市", "本州")
"""In the name of a place: what is counted is all that it has, whatever stands beside it."""
MOST_ROUNDED = 0.05
"""Share of a total that rounding explains at most: whether 1万 is the sum of 0.5万 and 0.6万 nobody knows."""
LEAST_PARTS = 2
"""Of so many places the sum is no coincidence."""
REST = Text(
    "{place} 的 {total} 中 {parts} 已由其中的区县列出，只计其余 {rest}",
    "of {place}'s {total}, {parts} stand in its counties' rows: only the other {rest} count",
)
BESIDE = Text(
    "{n} 个市州与其区县并列，看不出是不是总数（如第 {row} 行 {place} {total}，区县合计 {parts}），两者都计；"
    "若是全市总数，请在区县前写“其中”；若是市本级，请写“{place}本级”",
    "{n} prefectures stand beside their counties and may be totals or not (row {row}: {place} {total}, its counties"
    " {parts}); both count. If it is the total, write 其中 before the counties; if its own, write {place}本级",
)
UNLIKE = Text(
    "{place} 的总数 {total} 与其本级和区县之和 {parts} 不等，只计各项",
    "the total {total} of {place} is not the sum {parts} of its own and its counties' rows; these alone count",
)
TOO_MUCH = Text("其中各项之和 {parts} 大于总数 {total}", "its parts add up to {parts}, more than {total}")


@lru_cache(4096)  # a place is asked about with each total that may hold it
def is_part(written: str) -> bool:
    """Tell whether a place is written as a part of the one that it stands for: 绵阳市本级, 绵阳高新区."""
    if any(word in written for word in OWN):
        return True
    if any(word in written for word in WHOLE):
        return False
    try:
        code = gazetteer.division(written)
    except ShuniuError:
        return False
    plain = fold(written)
    if plain == code or code in codes_in_english(written):
        return False
    return not any(is_called(code, plain[at:]) for at in range(len(plain)))


@dataclass(frozen=True)
class _Row:
    number: int
    region: str
    group: tuple[object, ...]
    amount: float
    slack: float = 0.0
    """By how much its amount may have been rounded."""

    @property
    def is_wide(self) -> bool:
        """Tell whether it is of the province or an economic zone."""
        return self.region == PROVINCE or bool(places_of_zone(self.region))

    @property
    def is_prefecture(self) -> bool:
        return self.region.endswith("00") and self.region != PROVINCE

    def is_like(self, other: "_Row") -> bool:
        """Tell whether two rows count the same thing; what one of them does not say, such as the day, it may share."""
        return all(a == b or a is None or b is None for a, b in zip(self.group, other.group, strict=True))

    def is_sum(self, parts: "Sequence[_Row]") -> bool:
        """Tell whether some rows add up to this one, but for what was rounded away."""
        return is_sum(self.amount, self.slack, [(row.amount, row.slack) for row in parts])

    def has(self, other: "_Row") -> bool:
        """Tell whether another row's place lies in the province or zone that this one is of."""
        return self.region == PROVINCE or prefecture_of(other.region) in places_of_zone(self.region)


def is_sum(total: float, slack: float, parts: Iterable[tuple[float, float]]) -> bool:
    """Tell whether parts, each with its slack, add up to a total, but for what was rounded away."""
    amounts, slacks = zip(*parts, strict=True)
    return bool(abs(total - sum(amounts)) <= min(slack + sum(slacks), MOST_ROUNDED * total))


def leave_out_totals(
    batch: Batch, written: pd.Series, among: frozenset[int], slacks: Mapping[int, float]
) -> tuple[list[int], list[Text]]:
    """Take the totals out of a batch whose parts are in it; return their rows, and what is to be said of others.

    Args:
        batch: Rows of a table that has amounts by place.
        written: By row, how its place is written; of all rows, the rejected ones too.
        among: Rows that are said to be a part of the one above.
        slacks: By row, by how much its amount may have been rounded; not at all where it is not there.
    """
    column = batch.table.sums
    if column is None or not batch.table.has("region") or batch.rows.empty:
        return [], []
    rows = _rows(batch, column, slacks)
    if not any(row.is_prefecture or row.is_wide for row in rows.values()):
        return [], []
    judged = _Judged(batch, rows, written, among)
    judged.prefectures()
    less = judged.less
    batch.rows[column] = batch.rows[column].where(~batch.rows.index.isin(less), batch.rows.index.map(less))
    batch.rows = batch.rows.drop(index=judged.left_out)
    places = [
        replace(r, amount=less.get(n, r.amount)) for n, r in rows.items() if n in batch.rows.index and not r.is_wide
    ]
    explained = [
        row.number
        for row in rows.values()
        if row.is_wide and (parts := [r for r in places if row.has(r) and r.is_like(row)]) and row.is_sum(parts)
    ]
    batch.rows = batch.rows.drop(index=explained)
    return [*judged.left_out, *explained], judged.said


def leave_out_of_which(batch: Batch, written: pd.Series, among: frozenset[int]) -> list[int]:
    """Take out the zones that are said to be a part of the county above (涪城区, 其中：高新区); return their rows."""
    column = batch.table.sums
    if column is None or not among or batch.rows.empty:
        return []
    rows = _rows(batch, column, {})
    found = []
    for before, number in pairwise(map(int, written.index)):
        above, row = rows.get(before), rows.get(number)
        if not (above and row) or number not in among or above.is_prefecture or above.is_wide:
            continue
        inside = prefecture_of(above.region) == prefecture_of(row.region) and above.is_like(row)
        if inside and is_part(str(written[number])) and not is_part(str(written[before])):
            found.append(number)
    batch.rows = batch.rows.drop(index=found)
    return found


def _rows(batch: Batch, column: str, slacks: Mapping[int, float]) -> dict[int, _Row]:
    others = [c.name for c in batch.table.columns if c.name not in ("region", column)]
    said_too = batch.rows[others].astype(object)
    groups = said_too.where(said_too.notna(), None).itertuples(index=False, name=None)
    amounts = batch.rows[column].tolist()
    return {
        int(number): _Row(int(number), region, group, amount, slacks.get(int(number), 0.0))
        for number, region, group, amount in zip(batch.rows.index, batch.rows["region"], groups, amounts, strict=True)
    }


class _Judged:
    """What becomes of the prefectures' rows: left out, counted for the rest (``less``), rejected, or told."""

    def __init__(self, batch: Batch, rows: dict[int, _Row], written: pd.Series, among: frozenset[int]) -> None:
        self.batch, self.rows, self.written, self.among = batch, rows, written, among
        self.order = [int(number) for number in written.index]
        self.at = {number: at for at, number in enumerate(self.order)}
        self.counties: dict[str, list[_Row]] = defaultdict(list)
        for row in rows.values():
            if not row.is_wide and (not row.is_prefecture or self._is_own(row)):
                self.counties[prefecture_of(row.region)].append(row)
        wide = [row for row in rows.values() if row.is_wide]
        self.once = [row for row in wide if (parts := self._each_once(row)) and row.is_sum(parts)]
        """Rows of the province or a zone that say that each prefecture's row holds those of its counties."""
        self.left_out: list[int] = []
        self.said: list[Text] = []
        self.less: dict[int, float] = {}

    def prefectures(self) -> None:
        """Judge every prefecture's row by the counties' rows below or beside it."""
        wrong: dict[int, CellError] = {}
        beside: list[dict[str, Any]] = []
        for row in [r for r in self.rows.values() if r.is_prefecture]:
            place = str(self.written[row.number]).strip()
            if self._is_own(row):
                continue
            below = list(self._below(row))
            among = bool(self.among & set(below))
            parts = [self.rows[n] for n in below if n in self.rows] if among else self._parts(row)
            total = sum(part.amount for part in parts)
            adds_up = bool(parts) and row.is_sum(parts)
            whole = any(word in place for word in WHOLE)
            whole |= any(wide.has(row) and row.is_like(wide) for wide in self.once)
            stated = among or (whole and bool(parts))
            values: dict[str, Any] = {"place": place, "total": row.amount, "parts": total}
            lacking = any(n not in self.rows for n in (below if among else self.order))
            if (stated and (adds_up or lacking)) or (len(parts) >= LEAST_PARTS and adds_up):
                self.left_out.append(row.number)
            elif any(self._is_own(part) for part in self._parts(row)):
                self.left_out.append(row.number)
                self.said.append(_said(UNLIKE, **values))
            elif stated and total < row.amount:
                self.less[row.number] = row.amount - total
                self.said.append(_said(REST, rest=row.amount - total, **values))
            elif stated:
                wrong[row.number] = CellError(*_said(TOO_MUCH, **values))
            elif parts:
                beside.append({"row": row.number, **values})
        if beside:
            self.said.append(_said(BESIDE, n=len(beside), **beside[0]))
        if wrong:
            self.batch.reject(pd.Series(wrong, dtype=object), str(self.batch.table.sums))

    def _each_once(self, wide: _Row) -> list[_Row]:
        """Return the rows in a province or zone, those of counties only where their prefecture has no row."""
        inside = [row for row in self.rows.values() if not row.is_wide and wide.has(row) and row.is_like(wide)]
        totals = {row.region for row in inside if row.is_prefecture and not self._is_own(row)}
        return [
            row
            for row in inside
            if (row.region in totals and not self._is_own(row)) or prefecture_of(row.region) not in totals
        ]

    def _is_own(self, row: _Row) -> bool:
        return is_part(str(self.written[row.number]))

    def _below(self, total: _Row) -> Iterator[int]:
        """Yield the rows right below a total that may be its parts: its counties, and rows that were rejected."""

        def is_below(number: int) -> bool:
            row = self.rows.get(number)
            return row is None or (row in self.counties[total.region] and row.is_like(total))

        return takewhile(is_below, self.order[self.at[total.number] + 1 :])

    def _parts(self, total: _Row) -> list[_Row]:
        return [row for row in self.counties[total.region] if row.is_like(total)]


def _said(text: Text, **values: Any) -> Text:
    plain = {k: f"{v:g}" if isinstance(v, float | int) else v for k, v in values.items()}
    return Text(*(part.format(**plain) for part in text))
