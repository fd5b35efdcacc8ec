"""Tables and figures of a Word file: captions with them, heads that come again, rows in one piece, widths."""

import re
from collections.abc import Iterator
from typing import Any

from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.section import Section
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from graph.language import Text
from viz.report import layout
from viz.report.checking.fault import Fault
from viz.report.checking.word_faces import faces, shape_of
from viz.report.docx_page import STYLES

CAPTION = re.compile(r"^(表|图|Table|Figure) ?(\d+)")
LEAKED = re.compile(r"\b(nan|NaN|None|null|undefined|inf)\b|\{\{|\}\}|\ufffd")
WIDER = 36000
"""EMU (1 mm) by which a table or picture may be wider than the type area."""
NUMBER = re.compile(r"-?[\d,]+(\.\d+)?%?")
_ADVANCE = {",": 0.25, ".": 0.25, "-": 0.33, "%": 0.83}
"""Widths of the signs of Times New Roman that are not those of a digit, em."""
Item = Paragraph | WordTable
_LOOKS = (qn("w:rFonts"), qn("w:sz"))
_NAMED = (qn("w:eastAsia"), qn("w:val"))


def is_caption(item: Item | None, kind: str) -> bool:
    """Tell whether an item is the caption of a table or a figure."""
    if not isinstance(item, Paragraph) or item.style is None or item.style.name != "Caption":
        return False
    found = CAPTION.match(item.text)
    return bool(found) and (found[1] in ("表", "Table")) == (kind == "table") if found else False


def has_picture(item: Item | None) -> bool:
    """Tell whether a paragraph holds a picture in line."""
    return isinstance(item, Paragraph) and bool(item._p.findall(f".//{qn('wp:inline')}"))


def is_imprint(table: WordTable) -> bool:
    """Tell whether a table holds the end matter of a document: it has neither caption nor head."""
    first = table._tbl.find(f".//{qn('w:p')}")
    style = None if first is None else Paragraph(first, table).style
    return style is not None and style.name == STYLES["imprint"]


def table_faults(table: WordTable, before: Item | None, section: Section, where: Text) -> Iterator[Fault]:
    """Check one table."""
    if not is_caption(before, "table"):
        yield Fault("table_caption", where, Text("表题不在表的正上方", "its caption is not right above it"))
    elif not shape_of(before, "keep_with_next"):  # type: ignore[arg-type] # a caption is a paragraph
        yield Fault("caption_apart", where, Text("表题可能与表分在两页", "its caption may stand on another page"))
    rows = list(table._tbl.tr_lst)
    if len(rows) < 2:
        yield Fault("empty_table", where, Text("表中没有数据行", "it has no row of data"))
    if not _has(rows[0], "tblHeader"):
        yield Fault("head_once", where, Text("表头没有设为跨页重复", "its head does not come again on the next page"))
    if split := [at for at, row in enumerate(rows, 1) if not _has(row, "cantSplit")]:
        yield Fault("row_split", where, Text(f"第 {split[0]} 行可能断在两页", f"row {split[0]} may break across pages"))
    width = sum(int(c.get(qn("w:w"), "0")) * 635 for c in table._tbl.tblGrid.findall(qn("w:gridCol")))
    if width > _room(section) + WIDER:
        yield Fault("too_wide", where, Text("表宽超出版心", "it is wider than the type area"))
    yield from _cells(table, where)
    yield from _broken_numbers(table, where)


def _broken_numbers(table: WordTable, where: Text) -> Iterator[Fault]:
    """Check that every number stands on one line: half of its digits on the next are read as another number."""
    own = table._tbl.find(f".//{qn('w:r')}/{qn('w:rPr')}/{qn('w:sz')}")
    size = layout.FACES["cell"].size if own is None else own.val.pt
    for row in list(table._tbl.tr_lst)[1:]:
        for cell in row.tc_lst:
            text = "".join(t.text or "" for t in cell.iter(qn("w:t"))).strip()
            if NUMBER.fullmatch(text) and cell.width is not None:
                room = cell.width.pt - 2 * layout.CELL_SIDE_MM / 25.4 * 72
                if sum(_ADVANCE.get(c, 0.5) for c in text) * size > room:
                    yield Fault("broken_number", where, Text(f"“{text}”断成两行", f"“{text}” is broken over two lines"))
                    return


def _has(row: Any, name: str) -> bool:
    found = row.find(f"{qn('w:trPr')}/{qn(f'w:{name}')}")
    return found is not None and found.get(qn("w:val"), "1") not in ("0", "false")


def _room(section: Section) -> int:
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _cells(table: WordTable, where: Text) -> Iterator[Fault]:
    """Check the text of the cells; one fault of a kind is enough for a table, and one look at each kind of cell."""
    reported: set[str] = set()
    seen: set[tuple[object, ...]] = set()
    for element in table._tbl.iter(qn("w:p")):
        text = "".join(t.text or "" for t in element.iter(qn("w:t")))
        found = list(leaks(text, where))
        looks = (element.style, *(f.get(name) for f in element.iter(*_LOOKS) for name in _NAMED))
        if looks not in seen and text.strip():
            seen.add(looks)
            found += faces(Paragraph(element, table), where)
        for fault in found:
            if fault.code not in reported:
                reported.add(fault.code)
                yield fault
    if any(not "".join(t.text or "" for t in c.iter(qn("w:t"))).strip() for c in table._tbl.tr_lst[0].tc_lst):
        yield Fault("blank_head", where, Text("表头有空格", "a cell of its head is empty"))


def leaks(text: str, where: Text) -> Iterator[Fault]:
    """Check that no value of a program stands where a reader should find a number or a dash."""
    if found := LEAKED.search(text):
        yield Fault("leaked", where, Text(f"出现程序值“{found[0]}”", f"a program's value “{found[0]}” stands there"))


def picture_faults(holder: Paragraph, after: Item | None, section: Section, where: Text) -> Iterator[Fault]:
    """Check one figure."""
    if not is_caption(after, "figure"):
        yield Fault("figure_caption", where, Text("图题不在图的正下方", "its caption is not right below it"))
    if not shape_of(holder, "keep_with_next"):
        yield Fault("figure_apart", where, Text("图可能与图题分在两页", "its caption may stand on another page"))
    for inline in holder._p.findall(f".//{qn('wp:inline')}"):
        if not inline.find(qn("wp:docPr")).get("descr"):
            yield Fault("no_alt", where, Text("图没有替代文字", "it has no words for those who cannot see it"))
        if int(inline.find(qn("wp:extent")).get("cx")) > _room(section) + WIDER:
            yield Fault("too_wide", where, Text("图宽超出版心", "it is wider than the type area"))


def caption_order(items: list[Item]) -> Iterator[Fault]:
    """Check that tables and figures are numbered 1, 2, 3 …, and that a caption has something to be a caption of."""
    seen = {"表": 0, "图": 0}
    for at, item in enumerate(items):
        for kind, word in (("table", "表"), ("figure", "图")):
            if not is_caption(item, kind):
                continue
            text = item.text if isinstance(item, Paragraph) else ""
            found = CAPTION.match(text)
            where = Text(f"“{text[:20]}”", f"“{text[:20]}”")
            number = int(found[2]) if found else 0
            seen[word] += 1
            if number != seen[word]:
                yield Fault("numbering", where, Text(f"编号应为 {seen[word]}", f"its number should be {seen[word]}"))
            near = items[at + 1 : at + 2] if kind == "table" else items[max(at - 1, 0) : at]
            if not any(isinstance(n, WordTable) if kind == "table" else has_picture(n) for n in near):
                yield Fault(
                    "orphan", where, Text("没有与之相邻的图表", "nothing that it could be the caption of is beside it")
                )


def captions(file: WordFile) -> set[str]:
    """Return the tables and figures there are, as text refers to them: 表 3, 图 1."""
    found = (CAPTION.match(p.text) for p in file.paragraphs if p.style is not None and p.style.name == "Caption")
    return {f"{m[1]} {m[2]}" for m in found if m}
