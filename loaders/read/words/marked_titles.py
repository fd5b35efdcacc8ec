"""Columns headed by a value in which 是 or √ says who has it: 高新技术企业 | 专精特新, 线上 | 线下."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import pyarrow as pa

from graph.language import Text
from graph.vocabulary import fold
from loaders.parse.cells import NO, YES
from loaders.parse.issues import CellError
from loaders.parse.marks import is_mark
from loaders.parse.titles import HeldTitle
from loaders.tables import Column, Table

HEADED = frozenset(
    ("tags", "service_types", "service_type", "modes", "mode", "chains", "serves", "dimensions", "level")
)
"""Columns whose values may stand across."""
KINDS = "carrier_kinds"
"""A list of kinds that may stand across, too: 孵化器 | 众创空间. Those of others are words of common headers: 培训."""
LEAST_LEVELS = 2
"""So many levels or kinds across are no coincidence; one alone may as well be the heading of a group."""
READ = Text("{column}按“{titles}”列的是否读入", "{titles} are read as {column} of the rows that say yes")
UNREAD = Text(
    "“{title}”一列不全是“是”或“否”（如“{cell}”），没有读作{column}；请写入{column}一列",
    "“{title}” says more than yes or no ({cell}) and is not read as {column}; write it into that column",
)
_WHETHER = re.compile(r"^是否(?:为|属于|是)?")


def title_headed(table: Table, header: str) -> tuple[Column, str] | None:
    """Return the column of which a header is a value, and that value; None for another header."""
    said = _WHETHER.sub("", fold(header))
    return next(((column, said) for column in table.columns if may_be_across(column) and _is_one(column, said)), None)


def may_be_across(column: Column) -> bool:
    """Tell whether the values of a column may stand across, a column of marks each."""
    return column.name in HEADED or (column.name == "kind" and column.vocabulary == KINDS)


def titles_headed(table: Table, header: Sequence[str]) -> dict[str, tuple[Column, str]]:
    """Return what the headers of a row are values of, a level or a kind only beside others."""
    found = {title: headed for title in header if (headed := title_headed(table, title))}
    number = Counter(column.name for column, _ in found.values())
    return {
        title: (column, value)
        for title, (column, value) in found.items()
        if column.name not in ("level", "kind") or number[column.name] >= LEAST_LEVELS
    }


@lru_cache(4096)
def _is_one(column: Column, said: str) -> bool:
    if column.name == "level" and not said.endswith("级"):
        return False  # 省, 市, 县 are headers of places
    try:
        values = column.parse(said) if said and column.parse else ()
    except CellError:
        return False
    return isinstance(values, str | HeldTitle) or (isinstance(values, tuple) and len(values) == 1)


def marked_titles(
    table: Table, header: Sequence[str], read: Mapping[str, int], cells: Sequence[pa.Array], named: dict[str, pa.Array]
) -> Iterator[Text]:
    """Put the values that columns of marks give into their columns; yield what is to be said."""
    found: dict[str, tuple[Column, list[str]]] = {}
    free = {at: title for at, title in enumerate(header[: len(cells)]) if at not in read.values()}
    across = titles_headed(table, tuple(free.values()))
    for at, title in free.items():
        if title not in across:
            continue
        column, value = across[title]
        texts = [text.strip() for text in cells[at].to_pylist()]
        odd = next((t for t in texts if t and fold(t) not in YES | NO and not is_mark(t, "empty")), "")
        if odd:
            yield _said(UNREAD, column, title=title.strip(), cell=odd)
        elif any(texts):
            before = named[column.name].to_pylist() if column.name in named else [""] * len(texts)
            held = [value if fold(text) in YES else "" for text in texts]
            joined = ["；".join(filter(None, pair)) for pair in zip(before, held, strict=True)]
            named[column.name] = pa.array(joined, pa.string())
            found.setdefault(column.name, (column, []))[1].append(title.strip())
    for column, titles in found.values():
        yield _said(READ, column, titles="、".join(titles))


def _said(text: Text, column: Column, **values: str) -> Text:
    zh, en = text
    return Text(zh.format(column=column.zh, **values), en.format(column=column.name, **values))
