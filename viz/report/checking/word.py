"""The layout of a Word file, measured section by section and paragraph by paragraph."""

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import docx
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.section import Section
from docx.text.paragraph import Paragraph

from graph.errors import FileUnreadable
from graph.language import Text
from viz.numbers import chinese
from viz.report import layout
from viz.report.checking.fault import Fault, differs
from viz.report.checking.word_faces import KEPT, body_lines, face_of, faces, indent_of, shape_of
from viz.report.checking.word_tables import (
    Item,
    caption_order,
    captions,
    has_picture,
    is_imprint,
    leaks,
    picture_faults,
    table_faults,
)

MM = 0.6
"""Millimetres by which paper and margins may differ; the standard allows 1."""
BLANK_LINES = 2
_SIDES = (
    ("top_margin", Text("上边距", "top margin")),
    ("bottom_margin", Text("下边距", "bottom margin")),
    ("left_margin", Text("左边距", "left margin")),
    ("right_margin", Text("右边距", "right margin")),
)
_FIRST = re.compile(r"^(?:([一二三四五六七八九十]+)、|(\d+)\. )")
_SECOND = re.compile(r"^(?:（([一二三四五六七八九十]+)）|\d+\.(\d+) )")
_REFERRED = re.compile(r"见((?:表|图) \d+|附件\d*)")


def check_word(content: bytes, path: Path) -> list[Fault]:
    """Return the faults of a .docx file.

    Raises:
        FileUnreadable: it is none.
    """
    try:
        file = docx.Document(io.BytesIO(content))
    except (BadZipFile, KeyError, ValueError, PackageNotFoundError) as error:
        raise FileUnreadable(path=path, reason=Text("不是 Word 文件", "no Word file")) from error
    return [*_sections(file), *_text(file)]


def _sections(file: WordFile) -> Iterator[Fault]:
    if not file.settings.odd_and_even_pages_header_footer:
        yield Fault(
            "odd_even", Text("全文", "document"), Text("页码没有分单双页", "odd and even pages are not told apart")
        )
    for at, section in enumerate(file.sections, 1):
        where = Text(f"第 {at} 节", f"section {at}")
        yield from _paper(section, where)
        yield from _page_numbers(section, where)


def _paper(section: Section, where: Text) -> Iterator[Fault]:
    size = tuple(round((v or 0) / 36000, 1) for v in (section.page_width, section.page_height))
    turned = size[0] > size[1]
    wanted = layout.PAGE_MM[::-1] if turned else layout.PAGE_MM
    if any(abs(a - b) > MM for a, b in zip(size, wanted, strict=True)):
        yield differs("paper", where, Text("纸张（毫米）", "paper, mm"), size, wanted)
    if turned != (section.orientation == 1):
        yield Fault("orientation", where, Text("纸张方向与尺寸不符", "orientation and size of the paper contradict"))
    upright = (layout.TOP, layout.BOTTOM, layout.LEFT, layout.RIGHT)
    margins = (layout.LEFT, layout.RIGHT, layout.BOTTOM, layout.TOP) if turned else upright
    for (name, label), wanted_mm in zip(_SIDES, margins, strict=True):
        found = round((getattr(section, name) or 0) / 36000, 1)
        if abs(found - wanted_mm) > MM:
            said = Text(label.zh + "（毫米）", label.en + ", mm")
            yield differs(name.removesuffix("_margin"), where, said, found, wanted_mm)
    grid = section._sectPr.find(qn("w:docGrid"))
    pitch = 0 if grid is None else int(grid.get(qn("w:linePitch"), "0")) / 20
    if abs(pitch - layout.LINE_PT) > KEPT:
        yield differs(
            "grid", where, Text("文档网格行距（磅）", "line pitch of the grid, pt"), pitch, round(layout.LINE_PT, 1)
        )


def _page_numbers(section: Section, where: Text) -> Iterator[Fault]:
    sides = (
        (section.footer, Text("单页", "odd pages"), WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, Text("双页", "even pages"), WD_ALIGN_PARAGRAPH.LEFT, "left"),
    )
    for footer, pages, side, word in sides:
        place = Text(where.zh + pages.zh, f"{where.en}, {pages.en}")
        holders = [
            p
            for p in footer._element.iter(qn("w:p"))
            if any("PAGE" in (c.text or "") for c in p.iter(qn("w:instrText")))
        ]
        if not holders:
            yield Fault("no_page_number", place, Text("没有页码", "there is no page number"))
            continue
        paragraph = Paragraph(holders[-1], footer)  # the innermost: a text box stands in a paragraph of its own
        if paragraph.alignment != side:
            yield Fault("page_number_side", place, Text("页码位置应为单右双左", f"the page number should stand {word}"))
        if "—" not in "".join(t.text or "" for t in holders[-1].iter(qn("w:t"))):
            yield Fault(
                "page_number_dash", place, Text("页码两侧缺一字线", "the dashes beside the page number are missing")
            )
        yield from _number_face(paragraph, place)


def _number_face(paragraph: Paragraph, place: Text) -> Iterator[Fault]:
    wanted = layout.FACES["page_number"].size
    sizes = {face_of(run, paragraph)[1] for run in paragraph.runs}
    if wrong := [s for s in sizes if s is None or abs(s - wanted) > KEPT]:
        yield differs(
            "page_number_size", place, Text("页码字号（磅）", "size of the page number, pt"), wrong[0], wanted
        )


def _text(file: WordFile) -> Iterator[Fault]:
    items: list[Item] = list(file.iter_inner_content())
    sections, at_section, first = list(file.sections), 0, 0
    zh = any(
        "\u4e00" <= c <= "\u9fff" for p in file.paragraphs[:30] if p.style and p.style.name == "Title" for c in p.text
    )
    for at, item in enumerate(items):
        section = sections[min(at_section, len(sections) - 1)]
        before, after = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
        where = _where(item, at)
        if not isinstance(item, Paragraph):
            if is_imprint(item):
                continue
            yield from table_faults(item, before, section, where)
            continue
        if item._p.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            at_section, first = at_section + 1, at + 1
        if has_picture(item):
            yield from picture_faults(item, after, section, where)
        yield from _paragraph(file, item, where, chinese_text=zh)
        yield from _blank(items[max(at - BLANK_LINES, first) : at + 1], where)
    yield from caption_order(items)
    yield from _headings(items)
    yield from _ends(file)


def _where(item: Item, at: int) -> Text:
    said = (
        item.text[:16] if isinstance(item, Paragraph) else "".join(t.text or "" for t in item._tbl.iter(qn("w:t")))[:16]
    )
    kind = Text("段", "paragraph") if isinstance(item, Paragraph) else Text("表", "table")
    return Text(f"第 {at + 1} {kind.zh}“{said}”", f"{kind.en} {at + 1} “{said}”")


def _paragraph(file: WordFile, item: Paragraph, where: Text, *, chinese_text: bool) -> Iterator[Fault]:
    yield from faces(item, where)
    yield from leaks(item.text, where)
    name = item.style.name if item.style is not None else ""
    if name == "Normal" and item.text.strip() and item.alignment is None:
        yield from body_lines(file, item, where, chinese=chinese_text)
        if chinese_text and indent_of(item) < 2:
            yield differs(
                "indent", where, Text("首行缩进（字）", "indent of the first line, characters"), indent_of(item), 2
            )
    if name == "Title" and shape_of(item, "alignment") != WD_ALIGN_PARAGRAPH.CENTER:
        yield Fault("title_side", where, Text("标题没有居中", "the title is not centred"))
    if any(b.get(qn("w:type")) == "page" for b in item._p.iter(qn("w:br"))):
        yield Fault(
            "page_break", where, Text("手工分页会留下大半空白页", "a page break by hand leaves a page half empty")
        )


def _blank(items: list[Item], where: Text) -> Iterator[Fault]:
    empty = [isinstance(i, Paragraph) and not i.text.strip() and not has_picture(i) for i in items]
    if len(empty) > BLANK_LINES and all(empty):
        yield Fault(
            "blank_lines",
            where,
            Text(f"连续空行多于 {BLANK_LINES} 行", f"more than {BLANK_LINES} empty lines in a row"),
        )


def _headings(items: list[Item]) -> Iterator[Fault]:
    """Check numbers of headings, that something follows each, and that it stays with what follows."""
    counts = [0, 0]
    for item, after in pairwise([*items, None]):
        if not isinstance(item, Paragraph) or item.style is None or item.style.name not in ("Heading 1", "Heading 2"):
            continue
        second = item.style.name == "Heading 2"
        where = Text(f"“{item.text[:20]}”", f"“{item.text[:20]}”")
        found = (_SECOND if second else _FIRST).match(item.text)
        if found:
            counts = [counts[0], counts[1] + 1] if second else [counts[0] + 1, 0]
            wanted = counts[second]
            if (found[1] or found[2]) not in (chinese(wanted), str(wanted)):
                yield Fault("heading_number", where, Text(f"序号应为第 {wanted}", f"its number should be {wanted}"))
        elif second or not re.match(r"附件|Annex", item.text):
            yield Fault(
                "heading_form", where, Text("层次序数应为“一、”“（一）”", "headings are numbered 一、 and （一）")
            )
        if not shape_of(item, "keep_with_next"):
            yield Fault("heading_apart", where, Text("标题可能独自留在页末", "it may stay alone at the end of a page"))
        deeper = (
            isinstance(after, Paragraph) and after.style is not None and str(after.style.name).startswith("Heading")
        )
        if after is None or (deeper and (second or after.style.name == "Heading 1")):  # type: ignore[union-attr]
            yield Fault("empty_section", where, Text("标题下没有内容", "nothing stands below it"))


def _ends(file: WordFile) -> Iterator[Fault]:
    """Check what a document as a whole must have: one title first, references that lead somewhere."""
    whole = Text("全文", "document")
    named = [p.style.name for p in file.paragraphs if p.style is not None and p.text.strip()]
    if "Title" not in named:
        yield Fault("no_title", whole, Text("没有标题", "there is no title"))
    there = captions(file) | {p.text for p in file.paragraphs if re.fullmatch(r"附件\d*", p.text)}
    for paragraph in file.paragraphs:
        for wanted in _REFERRED.findall(paragraph.text):
            if wanted not in there:
                where = Text(f"“{paragraph.text[:16]}”", f"“{paragraph.text[:16]}”")
                yield Fault(
                    "reference", where, Text(f"提到的{wanted}不存在", f"{wanted}, which it refers to, is not there")
                )
