"""The named places of a Word file: content controls (Word's own) whose tag begins with ``shuniu:``.

A place is a part of the report (``shuniu:summary``), only its text, tables, charts or annexes
(``shuniu:by_area.tables``), or a single figure inside a sentence (``shuniu:unmet``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordFile
from docx.oxml.ns import qn

from graph.errors import BadParameter
from graph.language import Text
from viz.report.document import (
    Annex,
    Block,
    ReportDocument,
    ReportFigure,
    ReportHeading,
    ReportParagraph,
    ReportTable,
)

TAG = "shuniu:"
_KINDS: dict[str, type[Block] | tuple[type[Block], ...]] = {
    "text": ReportParagraph, "tables": ReportTable, "charts": ReportFigure,
}  # fmt: skip
ANNEX = "annex"


@dataclass(frozen=True)
class NamedPlace:
    """One content control: its name without the prefix, its XML and what it holds."""

    name: str
    control: Any
    content: Any

    @property
    def whole(self) -> bool:
        """Whether it holds whole paragraphs, not a piece of one."""
        return any(child.tag in (qn("w:p"), qn("w:tbl")) for child in self.content)


def places(file: WordFile) -> list[NamedPlace]:
    """Return the places of the text, of heads and of feet, in order."""
    found = []
    for root in roots(file):
        for control in root.iter(qn("w:sdt")):
            tag, content = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}"), control.find(qn("w:sdtContent"))
            name = "" if tag is None else tag.get(qn("w:val"), "")
            if name.startswith(TAG) and content is not None:
                found.append(NamedPlace(name.removeprefix(TAG).strip(), control, content))
    return found


def roots(file: WordFile) -> Iterator[Any]:
    """Yield the XML of the text, then of each head and foot of its own."""
    yield file.element.body
    for section in file.sections:
        for part in (section.header, section.footer, section.even_page_header, section.even_page_footer):
            if not part.is_linked_to_previous:
                yield part._element


def blocks_of(document: ReportDocument, name: str) -> list[Block] | None:
    """Return the blocks that belong into a place, without headings, which are the office's; None for a single figure.

    Raises:
        BadParameter: the report has no such place; those it has are named.
    """
    section, _, kind = name.partition(".")
    if name in document.values:
        return None
    if section not in SECTIONS or (kind and kind not in (*_KINDS, ANNEX)):
        raise BadParameter(
            name="--template", value=TAG + name,
            reason=Text(
                f"没有这个位置；可用：{'、'.join([*SECTIONS, *document.values])}，可加 .text .tables .charts .annex",
                f"no such place; there are {', '.join([*SECTIONS, *document.values])}, with .text .tables .charts "
                ".annex",
            ),
        )  # fmt: skip
    annexes: list[Annex] = [a for a in document.annexes if a.section == section]
    if kind == ANNEX:
        return [b for annex in annexes for b in annex.blocks]
    body = [b for s in document.sections if s.name == section for b in document.body[s.first : s.after]]
    wanted = _KINDS.get(kind, (ReportParagraph, ReportTable, ReportFigure, ReportHeading))
    return [b for b in body if isinstance(b, wanted) and not (isinstance(b, ReportHeading) and b.level == 1)]


SECTIONS: tuple[str, ...] = (
    "notice", "summary", "targets", "by_area", "matrix", "supply_use", "equity", "gap_lists", "helpers", "plan",
    "network", "change", "assumed", "method", "origins", "figure_data",
    "places", "types", "windows", "feedback", "offer", "series", "outlook",
)  # fmt: skip
"""Parts that some report of ours can have; one that this edition has nothing to say on leaves its place empty."""
