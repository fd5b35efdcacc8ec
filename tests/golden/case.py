"""What a golden case is: the files that somebody sent, and what must become of them.

The cases are written from the contract alone and share no code with the program; what one expects is spelled out.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

Cells = list[list[object]]
Fields = Mapping[str, object]


class Rows(NamedTuple):
    """What became of the rows of one table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: int = 0

    @property
    def read(self) -> int:
        """Rows read, by the ledger's rule."""
        return sum(self)


class Bad(NamedTuple):
    """A rejected row: where, what stands there, and a word that the Chinese reason must hold."""

    file: str
    row: int
    column: str
    value: str
    word: str
    sheet: str = ""


class Refusal(NamedTuple):
    """An error that stops the load before it begins: its class, and words of its Chinese message and hint."""

    error: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One trouble: ``files`` of one folder, by name, and what is expected of loading it.

    ``graph`` holds by label and name every node that the load brings into the graph, and no other, with some of its
    fields; the field of a relationship (see LINKS in the test) is the set of the keys it leads to. ``says`` are words
    of the warnings and ignored headers.
    """

    files: Mapping[str, bytes]
    ledger: Mapping[str, Rows] = field(default_factory=dict)
    graph: Mapping[str, Mapping[str, Fields]] = field(default_factory=dict)
    issues: tuple[Bad, ...] = ()
    says: tuple[str, ...] = ()
    refusal: Refusal | None = None

    def write(self, folder: Path) -> Path:
        """Write the files and return their folder."""
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder


def book(sheets: Mapping[str, Cells]) -> bytes:
    """Return a workbook with these lines of cells; texts stay texts, dates become Excel dates."""
    made = io.BytesIO()
    options = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, {"in_memory": True, **options}) as workbook:
        for title, lines in sheets.items():
            page = workbook.add_worksheet(title)
            for row, cells in enumerate(lines):
                for column, cell in enumerate(cells):
                    page.write(row, column, cell)
    return made.getvalue()


ORGANIZATIONS = "名称,类型,所在地区\n示例-甲,服务机构,绵阳市\n示例-乙,商会,涪城区\n"
"""The plain file that most troubles spoil."""
JIA: Fields = {"kind": "service_institution", "region": {"510700"}}
YI: Fields = {"kind": "chamber", "region": {"510703"}}
BOTH = {"Organization": {"示例-甲": JIA, "示例-乙": YI}}
"""What the plain file brings."""


def plain(files: Mapping[str, bytes], *says: str) -> Case:
    """Return a case in which, whatever its dress, the plain file arrives whole."""
    return Case(files, {"organizations": Rows(created=2)}, BOTH, says=says)


def organizations(text: str, graph: Mapping[str, Fields], rows: Rows, *issues: Bad, says: tuple[str, ...] = ()) -> Case:
    """Return a case of one CSV file of organisations; in ``issues`` the file need not be named."""
    named = tuple(issue._replace(file=issue.file or "机构.csv") for issue in issues)
    return Case({"机构.csv": text.encode()}, {"organizations": rows}, {"Organization": graph}, named, says)


def places(stated: Mapping[str, str], *issues: Bad) -> Case:
    """Return a case of organisations in places as people write them: text -> division code, empty where refused."""
    text = "名称,所在地区\n" + "".join(f"示例-{at},{place}\n" for at, place in enumerate(stated))
    graph = {f"示例-{at}": {"region": {code}} for at, code in enumerate(stated.values()) if code}
    return organizations(text, graph, Rows(created=len(graph), rejected=len(stated) - len(graph)), *issues)
