"""Which table a name stands for, and which column is which: headers in Chinese or by field name, in any order."""

import difflib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from graph.errors import MissingColumn
from graph.language import Text
from graph.vocabulary import fold
from loaders.tables import TABLES, Column, Table

REASON = "退回原因"
PLACE = "原文件位置"
"""The two columns that a rejects workbook adds; they say nothing when it is loaded again."""
NEAR = 0.6
"""From this likeness on (difflib's ratio) a header is suggested for a column."""
_IN_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
_MARKS = "*★☆:;,.、。·#\ufeff\u200b"


class Matched(NamedTuple):
    """Position of each known column, the headers that fit none, and those that fit a column already taken."""

    columns: dict[str, int]
    ignored: tuple[str, ...]
    doubled: tuple[str, ...] = ()


def find_table(name: str) -> Table | None:
    """Return the table that a file stem or sheet name stands for: its name, label or alias, whole or as a part."""
    known = {fold(n): t for t in TABLES.values() for n in (t.name, t.label.zh, t.label.en, *t.aliases)}
    if fold(name) in known:
        return known[fold(name)]
    parts = [fold(p) for marks in (r"[\s\-.·（）()\[\]]+", r"[\W_]+") for p in re.split(marks, name)]
    return next((known[p] for p in parts if p in known), None)


def plain_header(title: str) -> str:
    """Return a header's folded form without marks such as ``*``."""
    return fold(title).strip(_MARKS)


@lru_cache(1024)
def spellings(title: str) -> tuple[str, str]:
    """Return a header as it stands and without what is in brackets: 经度（度）, 名称（必填）; both folded."""
    plain = plain_header(title)
    return plain, _IN_BRACKETS.sub("", plain).strip(_MARKS) or plain


def find_column(table: Table, title: str) -> Column | None:
    """Return the column that a header stands for: its name, Chinese header or alias, in any spelling."""
    return next((c for s in spellings(title) for c in table.columns if s in c.headers), None)


def match(table: Table, header: Sequence[str], renamed: Mapping[str, str]) -> Matched:
    """Return which column is where; ``renamed`` is what the sender's note says, folded header -> column name.

    The sender's word goes before an exact header, and that before one with something in brackets; of several equal
    ones the first counts.
    """
    columns: dict[str, int] = {}
    names: dict[int, str] = {}
    exact = {h: c.name for c in table.columns for h in c.headers}
    for known, form in ((renamed, 0), (exact, 0), (exact, 1)):
        for at, title in enumerate(header):
            name = known.get(spellings(title)[form])
            if name and at not in names:
                names[at] = name
                columns.setdefault(name, at)
    left = [(at, t.strip()) for at, t in enumerate(header) if t.strip() and columns.get(names.get(at, "")) != at]
    ignored = tuple(title for _, title in left if title not in (REASON, PLACE))
    return Matched(columns, ignored, tuple(title for at, title in left if at in names))


def lacking(table: Table, matched: Matched) -> list[Column]:
    """Return the required columns that are not there."""
    return [c for c in table.required if c.name not in matched.columns]


def match_header(table: Table, header: Sequence[str], where: str, renamed: Mapping[str, str] | None = None) -> Matched:
    """Return which column is where.

    Raises:
        MissingColumn: a required column is not there; headers that come near it are named.
    """
    matched = match(table, header, renamed or {})
    missing = lacking(table, matched)
    if missing:
        raise MissingColumn(
            where=where,
            columns="、".join(f"{c.zh}（{c.name}）" for c in missing),
            found="、".join(t.strip() for t in header if t.strip()) or "—",
            suggestion=_suggestion(missing, matched.ignored),
        )
    return matched


def _suggestion(missing: list[Column], unknown: Sequence[str]) -> Text:
    pairs = [(title, column.zh) for column in missing for title in _near(column, unknown)]
    if not pairs:
        return Text("", "")
    mapping = ", ".join(f"{title}: {zh}" for title, zh in pairs)
    zh = "、".join(f"“{title}”是否就是 {ours}" for title, ours in pairs)
    en = ", ".join(f"“{title}” mean {ours}" for title, ours in pairs)
    return Text(
        f"{zh}？若是，请改表头，或在该目录的 source.yml 中写一行 headers: {{{mapping}}}。",
        f"Does {en}? If so, rename it, or put this line into the folder's source.yml: headers: {{{mapping}}}. ",
    )


def _near(column: Column, titles: Sequence[str]) -> list[str]:
    """Return the one unknown header nearest to a column, if any comes near."""

    def likeness(title: str) -> float:
        form = spellings(title)[1]
        return max(difflib.SequenceMatcher(None, form, known).ratio() for known in column.headers)

    return [t for t in sorted(titles, key=likeness, reverse=True) if likeness(t) >= NEAR][:1]
