"""Titles of enterprises and recognitions of carriers as relationships: each is kept, with its level and days."""

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.language import Text, first_few
from graph.vocabulary import vocabulary
from loaders.parse.titles import HeldTitle, Validity
from loaders.tables.base import Batch, factorized, taken
from loaders.tables.periods import NO_BEGINNING

HOLDERS = frozenset(("Carrier", "Enterprise"))
"""Labels of what holds titles."""
Row = tuple[tuple[HeldTitle, ...] | None, str | None, dt.date | None, Validity | None]
"""What a row lists, and what its own columns say of level, first day and validity."""


LEVELS = Text(
    "{n} 行的 级别 与 {column} 里写的级别不同，以{shown}为准：第 {rows} 行（如 级别 {level}，{column} 里是 {other}）",
    "{n} rows have another level than the {column} says, and {shown} counts: rows {rows} ({level}; {column} says"
    " {other})",
)
SHOWN = {"kind": Text("级别一列", "the column of levels"), "tags": Text("资质", "the title")}
"""By column of titles, what counts where a level stands in both."""
NAMED = 5
"""Rows that are named."""


def unlike_levels(batch: Batch) -> Iterator[Text]:
    """Yield what is to be said of rows whose titles say another level than the column of levels."""
    column = next((name for name in SHOWN if batch.table.subject in HOLDERS and batch.table.has(name)), None)
    if column is None:
        return
    both = batch.rows[[column, "level"]].dropna()
    unlike = {
        row: (level, title.level)
        for row, said, level in both.itertuples(name=None)
        for title in ((said,) if isinstance(said, HeldTitle) else said)
        if title.level and title.level != level
    }
    if unlike:
        level, other = (vocabulary("levels")[one].label for one in next(iter(unlike.values())))
        values = {"n": len(unlike), "rows": first_few(list(unlike), NAMED)}
        of = zip(LEVELS, (batch.table.column(column).zh, column), SHOWN[column], level, other, strict=True)
        yield Text(*(p.format(**values, column=c, shown=by, level=a, other=b) for p, c, by, a, b in of))


UNTITLED = Text(
    "{n} 行写了级别、认定日期或有效期而没有写资质，这些没有读入：第 {rows} 行",
    "{n} rows have a level or days and no title: nothing of these is read: rows {rows}",
)


def untitled(batch: Batch) -> Iterator[Text]:
    """Yield what is to be said of enterprises whose rows say of what level or day a title is, and not which."""
    if batch.table.subject != "Enterprise":
        return
    rows = batch.rows
    lost = rows["tags"].isna() & rows[["level", "since", "until"]].notna().any(axis=1)
    if lost.any():
        found = rows.index[lost].tolist()
        yield Text(*(part.format(n=len(found), rows=first_few(found, NAMED)) for part in UNTITLED))


def listed(rows: pd.DataFrame, column: str) -> list[Row]:
    """Return of each row what it lists in a column, its level, since and until; what is missing is None."""
    said = rows[[column, "level", "since", "until"]].astype(object)
    return list(said.where(said.notna(), None).itertuples(index=False, name=None))


def completed(row: Row) -> tuple[HeldTitle, ...]:
    """Return the titles that a row lists; what a title does not say itself, the row's own columns say of it."""
    stated, level, since, valid = row
    valid = valid or Validity()
    found = []
    for title in stated or ():
        begun = title.since or (None if title.until else since or valid.since)
        ended = title.until or (None if title.since and not valid.years else valid.last(begun))
        found.append(HeldTitle(title.kind, title.level or level, begun, ended))
    return tuple(found)


def leave_out_endless(batch: Batch, said: list[Row], index: pd.Index) -> None:
    """Leave out and tell what rows say of years, where nothing says from when on they run."""
    if not any(valid and valid.years for *_, valid in said):
        return
    endless = [NO_BEGINNING if _is_endless(*row) else None for row in said]
    batch.reject(pd.Series(endless, index=index, dtype=object), "until")


def _is_endless(
    stated: tuple[HeldTitle, ...] | None, _level: str | None, since: dt.date | None, valid: Validity | None
) -> bool:  # fmt: skip
    begun = since or (valid and valid.since) or any(title.since for title in stated or ())
    return bool(valid and valid.years and not begun)


def hold(
    batch: Batch,
    label: str,
    keys: pd.Series,
    rows: list[tuple[HeldTitle, ...]],
    recognition: Callable[[HeldTitle], str],
) -> None:
    """Link nodes of a label with the titles that their rows name; ``recognition`` tells two of one title apart."""
    at, distinct = factorized(rows)
    for number in range(max(map(len, distinct), default=0)):
        # A row is linked once at a time, so that rows and links are aligned.
        titles = [of[number] if number < len(of) else None for of in distinct]
        there = np.array([title is not None for title in titles])[at]
        index = keys.index[there]

        def of(values: list[object], there: NDArray[np.bool_] = there, index: pd.Index = index) -> pd.Series:
            return pd.Series(taken(values, at[there]), index=index)

        columns = {name: of([getattr(t, name, None) for t in titles]) for name in ("level", "since", "until")}
        which = of([t and recognition(t) for t in titles])
        kinds = of([t and t.kind for t in titles])
        batch.link("HOLDS", label, "Title", keys.loc[index], kinds, recognition=which, **columns)
