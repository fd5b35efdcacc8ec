"""Units that stand beside a table's numbers: 企业数（万家）, 单位：万元 above the header; each number is of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text
from graph.vocabulary import fold
from loaders.parse.issues import CellError
from loaders.tables import Column, Table

_TIMES = r"[十百千]?万|[百千]|[十百千万]?亿"
_IN_HEADER = re.compile(rf"[(\[【](?:计量)?(?:单位)?[:：]?(?P<unit>(?:{_TIMES})[^\d()]{{0,4}})[)\]】]$")
_IN_TITLE = re.compile(rf"[(\[【]?(?:计量)?单位[:：](?P<unit>(?:{_TIMES})[^\d()]{{0,4}}?)[)\]】]?$")
_NUMBER = r"^\s*[0-9０-９][0-9０-９.,．，\s]*$"
SAID = Text("{column} 以“{unit}”计（依{source}）", "{column} is in {unit} (from {source})")


class Unit(NamedTuple):
    """A unit that multiplies (万家), and where it stands."""

    word: str
    source: Text


def units(table: Table, header: Sequence[str], columns: Mapping[str, int], titles: Iterable[str]) -> dict[str, Unit]:
    """Return the units of the columns of amounts: that of a header, else one above it that the column may have."""
    above = [(match["unit"], title) for title in titles if (match := _IN_TITLE.search(fold(title)))]
    found: dict[str, Unit] = {}
    for column in table.columns:
        if not column.quantity or column.name not in columns:
            continue
        title = header[columns[column.name]]
        if match := _IN_HEADER.search(fold(title)):
            found[column.name] = Unit(match["unit"], Text(f"表头“{title.strip()}”", f"the header “{title.strip()}”"))
        elif said := next(((u, t) for u, t in above if _fits(column, u)), None):
            found[column.name] = Unit(said[0], Text(f"标题“{said[1]}”", f"the title “{said[1]}”"))
    return found


def _fits(column: Column, unit: str) -> bool:
    try:
        return column.parse is not None and column.parse(f"1{unit}") is not None
    except CellError:
        return False


def in_unit(cells: pa.Array, unit: Unit) -> pa.Array:
    """Return a column in which each number that has no unit of its own has this one."""
    bare = pc.match_substring_regex(cells, _NUMBER)
    return pc.if_else(bare, pc.binary_join_element_wise(pc.utf8_trim_whitespace(cells), unit.word, ""), cells)
