"""Columns headed by a qualification in which 是 or √ says who has it: 高新技术企业 | 专精特新 | 小巨人."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import pyarrow as pa

from graph.language import Text
from graph.vocabulary import fold
from loaders.parse.cells import NO, YES
from loaders.parse.issues import CellError
from loaders.parse.marks import is_mark
from loaders.tables import TABLES, Table

COLUMN = "tags"
READ = Text("资质按“{titles}”列的是否读入", "{titles} are read as qualifications of the rows that say yes")
UNREAD = Text(
    "“{title}”一列不全是“是”或“否”（如“{cell}”），没有读作资质；请写入资质一列",
    "“{title}” says more than yes or no ({cell}) and is not read as a qualification; write it into 资质",
)
_WHETHER = re.compile(r"^是否(?:为|属于|是)?")


def title_headed(table: Table, header: str) -> str:
    """Return the qualification of enterprises that a header names, empty for another header."""
    return _held(_WHETHER.sub("", fold(header))) if table.name == "enterprises" else ""


@lru_cache(1024)
def _held(said: str) -> str:
    parse = TABLES["enterprises"].column(COLUMN).parse
    try:
        return said if said and parse and parse(said) else ""
    except CellError:
        return ""


def marked_titles(
    table: Table, header: Sequence[str], read: Mapping[str, int], cells: Sequence[pa.Array], named: dict[str, pa.Array]
) -> Iterator[Text]:
    """Put the qualifications that columns of marks give into that of qualifications; yield what is to be said."""
    titles = {
        at: title_headed(table, title) for at, title in enumerate(header[: len(cells)]) if at not in read.values()
    }
    found: list[str] = []
    for at, title in titles.items():
        texts = [text.strip() for text in cells[at].to_pylist()] if title else []
        odd = next((t for t in texts if t and fold(t) not in YES | NO and not is_mark(t, "empty")), "")
        if odd:
            yield Text(*(part.format(title=header[at].strip(), cell=odd) for part in UNREAD))
        elif any(texts):
            before = named[COLUMN].to_pylist() if COLUMN in named else [""] * len(texts)
            held = [title if fold(text) in YES else "" for text in texts]
            joined = ["；".join(filter(None, pair)) for pair in zip(before, held, strict=True)]
            named[COLUMN] = pa.array(joined, pa.string())
            found.append(header[at].strip())
    if found:
        yield Text(*(part.format(titles="、".join(found)) for part in READ))
