"""Units that stand beside a table's numbers, and not in their cells: each number that has none of its own is of them.

They stand in a header, 企业数（万家）; in the name of the sheet, a title or a note below (单位：万户、%, 以万户计), of
which each column has the one that it may have; or in a column of their own beside the amounts, 单位.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text
from graph.vocabulary import fold
from loaders.parse.issues import CellError
from loaders.parse.quantities import COUNTS, HIGHEST_MARK, YUAN, text
from loaders.parse.scores import scale_of
from loaders.tables import Column, Table

_TIMES = r"[十百千]?万|[百千]|[十百千万]?亿"
_MULTIPLE = re.compile(rf"(?P<times>{_TIMES})(?P<unit>[^\d()]{{0,4}})")
_OF_ROW = re.compile(rf"(?:{_TIMES})?(?:{'|'.join(sorted(COUNTS | YUAN, key=len, reverse=True))}|%)|{_TIMES}")
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_SAID = re.compile(r"单位\s*(?::|[均都]?[为是])?\s*(?=([^:()\[\]【】]*))")
_COUNTED_IN = re.compile(rf"[以按]((?:{_TIMES})[^\d()]{{0,4}}?)(?:为单位|计|统计)")
_IN_ENGLISH = (
    (re.compile(r"10[,，]?000(?!\d)|\b(?:10|ten)\s+thousand", re.IGNORECASE), "万"),
    (re.compile(r"\b(?:100|hundred)\s+million", re.IGNORECASE), "亿"),
)
"""How English says what is counted in: Number of firms (10,000)."""
_BETWEEN = re.compile(r"[\s、,。/;|和及]+")
_COLUMN = frozenset(("单位", "计量单位", "数量单位"))
"""Headers of a column that says the unit of each row's amount; of another one it says who somebody is."""
_NUMBER = r"^\s*[0-9０-９][0-9０-９.,．，\s]*$"
PERCENT = "%"
"""In the header of an amount: its cells are shares of something, and refused as such."""
ROWS = Text("“单位”一列", "the column of units")
SAID = Text("{column} 以“{unit}”计（依{source}）", "{column} is in {unit} (from {source})")


class Unit(NamedTuple):
    """A unit that multiplies (万家), and where it stands; where the column ``at`` holds units, these go before it."""

    word: str
    source: Text
    at: int | None = None


def units(
    table: Table, header: Sequence[str], columns: Mapping[str, int], around: Iterable[tuple[str, Text]]
) -> dict[str, Unit]:
    """Return the units of the columns of amounts: that of a header, else one around it that the column may have.

    ``around`` are the words above and below the table, each with its source.
    """
    amounts = [column for column in table.columns if column.quantity and column.name in columns]
    said = [(unit, source) for words, source in around for unit in _of_title(words)]
    known = set(columns.values())
    beside = [at for at, title in enumerate(header) if at not in known and fold(title) in _COLUMN]
    own = [one for one in in_brackets(table, header, columns) if _MULTIPLE.fullmatch(one[1]) or one[1] == PERCENT]
    own += _scales(table, header, columns)
    found: dict[str, Unit] = {name: Unit(word, source) for name, word, source in reversed(own)}
    for column in (column for column in amounts if column.name not in found):
        word, source = next(((u, s) for u, s in said if _fits(column, u)), ("", ROWS))
        at = beside[0] if len(amounts) == len(beside) == 1 else None
        if word or at is not None:
            found[column.name] = Unit(word, source, at)
    return found


def in_brackets(table: Table, header: Sequence[str], columns: Mapping[str, int]) -> Iterator[tuple[str, str, Text]]:
    """Yield what stands in brackets in the headers of amounts (万家, 2025年): the column, the words and the header."""
    for column in (c for c in table.columns if c.quantity and c.name in columns):
        title = header[columns[column.name]].strip()
        for said in bracketed(title):
            yield column.name, said, _header(title)


def _header(title: str) -> Text:
    return Text(f"表头“{title}”", f"the header “{title}”")


def _scales(table: Table, header: Sequence[str], columns: Mapping[str, int]) -> Iterator[tuple[str, str, Text]]:
    """Yield the scale that headers of marks say theirs are of, where it is not ours: 评分（百分制）."""
    for column in (c for c in table.columns if c.lowest is not None and c.name in columns):
        title = header[columns[column.name]].strip()
        for said in _BRACKETS.findall(text(title)):
            if scale_of(said) not in (None, HIGHEST_MARK):
                yield column.name, f"({said})", _header(title)


def bracketed(title: str) -> list[str]:
    """Return what stands in brackets in a header, piece by piece: 企业数（单位：万户，2025年） -> 万户, 2025年."""
    return [piece for said in _BRACKETS.findall(_chinese(title)) for piece in _pieces(said.rpartition(":")[2])]


def _of_title(title: str) -> Iterator[str]:
    """Yield the units that multiply of a title or note: those behind 单位, and those of things or money in brackets."""
    plain = _chinese(title)
    for said in (*_SAID.findall(plain), *_COUNTED_IN.findall(plain)):
        yield from filter(_MULTIPLE.fullmatch, _pieces(said))
    for piece in (piece for said in _BRACKETS.findall(plain) for piece in _pieces(said)):
        if (match := _MULTIPLE.fullmatch(piece)) and match["unit"] in COUNTS | YUAN:
            yield piece


def _chinese(title: str) -> str:
    """Return words in NFKC with what they count in said in Chinese."""
    plain = text(title)
    for pattern, word in _IN_ENGLISH:
        plain = pattern.sub(word, plain)
    return plain


def _pieces(said: str) -> list[str]:
    return [fold(piece) for piece in _BETWEEN.split(said) if piece]


def _fits(column: Column, unit: str) -> bool:
    try:
        return column.parse is not None and column.parse(f"1{unit}") is not None
    except CellError:
        return False


def in_unit(cells: pa.Array, unit: str | pa.Array) -> pa.Array:
    """Return a column in which each number that has no unit of its own has this one, or the one of its row."""
    bare = pc.match_substring_regex(cells, _NUMBER)
    return pc.if_else(bare, pc.binary_join_element_wise(pc.utf8_trim_whitespace(cells), unit, ""), cells)


def of_rows(cells: pa.Array, else_: str) -> pa.Array | None:
    """Return the unit of each row by a column of units; None where the column holds anything else, or nothing.

    ``else_`` is that of rows without one.
    """
    encoded = pc.utf8_trim_whitespace(cells).dictionary_encode()
    words = [text(word) for word in encoded.dictionary.to_pylist()]
    if not any(words) or not all(not word or _OF_ROW.fullmatch(word) for word in words):
        return None
    return pa.array([word or else_ for word in words], pa.string()).take(encoded.indices)
