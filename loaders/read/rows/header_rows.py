"""Headers of several rows: groups above columns, and units or English in a row of their own below them."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from graph.places.gazetteer import is_place
from graph.vocabulary import fold
from loaders.parse.quantities import COUNTS, YUAN
from loaders.read.files.chunks import Line

MOST = 3
"""Rows that a header may have, but for one with units."""
_UNIT = re.compile(
    rf"\((?:单位[:：]?)?[^()\d]{{1,8}}\)|(?:[十百千]?万|亿|千|百)?(?:{'|'.join(sorted(COUNTS | YUAN))})|%"
)

_HAN = re.compile("[\u4e00-\u9fff]")
_ENGLISH = re.compile("^[^\u4e00-\u9fff]*[A-Za-z][^\u4e00-\u9fff]*$")
LEAST_ENGLISH = 3
"""Columns whose names in English are no coincidence."""
_HEADER_WORDS = re.compile(
    r"\b(?:name|title|type|kind|category|class|region|county|district|city|prefecture|province|place|location|address"
    r"|phone|telephone|tel|contact|person|date|year|period|code|number|no|id|level|grade|chain|industry|sector|firms"
    r"|enterprises|count|quantity|amount|unit|capacity|service|source|remarks?|notes?|status)\b",
    re.IGNORECASE,
)
"""Words of which English headers are made."""
_STEM = re.compile(r"[甲乙丙丁戊己庚辛]|\(?\d{1,2}\)?")


def header_lines(head: Sequence[Line]) -> Iterator[Line]:
    """Yield the rows that may be the header, then those that may be it together: groups above their columns."""
    yield from head
    for rows in range(2, MOST + 1):
        for at in range(len(head) - rows + 1):
            lines = head[at : at + rows]
            follow = lines[-1].number == lines[0].number + rows - 1
            if follow and all(len(line.cells) == len(lines[0].cells) for line in lines):
                cells = lines[0].cells
                for line in lines[1:]:
                    cells = [below if below.strip() else above for above, below in zip(cells, line.cells, strict=True)]
                yield lines[-1]._replace(cells=cells, rows=rows)


def grouped_lines(head: Sequence[Line], is_group: Callable[[str], bool]) -> Iterator[Line]:
    """Yield pairs of rows as one header that has its groups before what stands below them: 企业数（2024年）.

    Others but those that ``is_group`` knows are told by what stands below them alone, see :func:`header_lines`.
    """
    for above, below in pairwise(head):
        if below.number != above.number + 1 or len(above.cells) != len(below.cells):
            continue
        titles, unders = [*map(str.strip, above.cells), "."], [*map(str.strip, below.cells), ""]
        cells, group, grouped = [], "", False
        for at, (title, under) in enumerate(zip(titles[:-1], unders[:-1], strict=True)):
            if title:
                spans = not titles[at + 1] and unders[at + 1] and under not in ("", title)
                group = title if spans and is_group(title) else ""
            grouped |= bool(group and under)
            cells.append(f"{group}（{under}）" if group and under else under or title)
        if grouped:
            yield below._replace(cells=cells, rows=2)


def with_units(header: Line, head: Sequence[Line]) -> Line:
    """Return a header with what stands below each column's behind it: its unit, 企业数（万家）, or its English."""
    below = next((line for line in head if line.number == header.number + 1), None)
    if below is None:
        return header
    marks = [*below.cells, *[""] * (len(header.cells) - len(below.cells))]
    pairs = [
        (title, "" if mark.strip() == title.strip() else mark) for title, mark in zip(header.cells, marks, strict=False)
    ]
    said = [fold(mark) for _, mark in pairs if mark.strip()]
    if not said or not (all(map(_UNIT.fullmatch, said)) or _is_english(header.cells, marks)):
        return header
    cells = [f"{title.strip()}（{mark.strip(' ()（）')}）" if mark.strip() else title for title, mark in pairs]
    return below._replace(cells=cells, rows=header.rows + 1)


def _is_english(titles: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether a row says in English what Chinese headers above it say: most of it are words of headers."""
    pairs = [(title, mark) for title, mark in zip(titles, below, strict=False) if title.strip() or mark.strip()]
    return (
        len(pairs) >= LEAST_ENGLISH
        and all(_HAN.search(title) and _ENGLISH.search(mark) and not is_place(mark) for title, mark in pairs)
        and 2 * sum(bool(_HEADER_WORDS.search(mark)) for _, mark in pairs) >= len(pairs)
    )


def counts_columns(texts: list[str]) -> bool:
    """Tell whether the texts number the columns: 甲 乙 1 2 3."""
    plain = [fold(text).strip("()") for text in texts]
    digits = [int(text) for text in plain if text.isascii() and text.isdigit()]
    counted = digits == list(range(digits[0], digits[0] + len(digits))) if digits else False
    return counted and len(digits) > 1 and all(_STEM.fullmatch(text) for text in plain)
