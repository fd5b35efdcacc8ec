"""A report as a Word file, laid out by GB/T 9704-2012; 仿宋 and 小标宋 are named, not shipped."""

import io
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from viz import theme
from viz.numbers import day
from viz.report import charts, layout
from viz.report.document import (
    Block,
    ReportDocument,
    ReportFigure,
    ReportHeading,
    ReportParagraph,
    ReportTable,
    title_lines,
)
from viz.report.docx_page import (
    STYLES,
    fill_lines,
    indent,
    new_section,
    number_pages,
    rule_off,
    set_page,
    set_styles,
)
from viz.report.rows import cell_size, closing, column_widths, row_lines, tail

ISSUER = 0.64
"""Of the last line of an imprint, the part of the issuer; the date of printing has the rest."""
BESIDE_PT = 4
"""Between a text and the lines around it."""
FOOT_PT = 6.0
"""Left below an imprint, so that lines and the paragraph which Word wants after a table stay on its page."""
SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def docx_bytes(document: ReportDocument) -> bytes:
    """Return the report as a .docx file; its content depends on the document alone."""
    file = docx.Document()
    set_styles(file)
    file.settings.odd_and_even_pages_header_footer = True
    set_page(file.sections[0], landscape=False)
    number_pages(file.sections[0], landscape=False, mark=document.mark)
    _about(file, document)
    _head(file, document)
    for block in document.body:
        add_block(file, block, layout.UPRIGHT_MM)
    _annex_list(file, document)
    _signature(file, document)
    for annex in document.annexes:
        new_section(file, landscape=annex.wide, mark=document.mark)
        indent(file.add_paragraph(annex.label, STYLES["heading1"])._p.get_or_add_pPr(), 0, 0)
        file.add_paragraph(annex.title, STYLES["title"])
        for block in annex.blocks:
            add_block(file, block, layout.TURNED_MM if annex.wide else layout.UPRIGHT_MM)
    _imprint(file, document)
    sink = io.BytesIO()
    file.save(sink)
    return sink.getvalue()


def _about(file: WordFile, document: ReportDocument) -> None:
    about, moment = file.core_properties, datetime.combine(document.as_of, datetime.min.time(), UTC)
    about.title, about.author = document.title, document.official.issuer
    about.language = "zh-CN" if document.lang == "zh" else "en"
    about.created = about.modified = moment.replace(tzinfo=None)
    about.last_modified_by, about.comments = "", ""


def _head(file: WordFile, document: ReportDocument) -> None:
    official = document.official
    if official.mark:
        file.add_paragraph(official.mark, STYLES["mark"])
    if official.mark or official.number or official.signer:
        said = file.add_paragraph(official.number, STYLES["imprint"])
        if official.signer:  # upward documents: number left, signer right, each one character in (7.2.6)
            said.paragraph_format.tab_stops.add_tab_stop(Mm(layout.UPRIGHT_MM - 5.6), WD_TAB_ALIGNMENT.RIGHT)
            said.add_run(f"\t{official.signed(document.lang)}")
        else:
            said.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if official.mark:  # paper with a printed mark has its line, too
            _rule(said, {"bottom"}, layout.RED, 12)
        file.add_paragraph()
    title = file.add_paragraph("", STYLES["title"]).add_run()
    for at, line in enumerate(title_lines(document.title)):
        if at:
            title.add_break()
        title.add_text(line)
    for said_below in document.subtitle:
        paragraph = file.add_paragraph(said_below, STYLES["note"])
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        indent(paragraph._p.get_or_add_pPr(), 0, 0)
    file.add_paragraph()


def _rule(paragraph: Paragraph, sides: set[str], colour: str, size: int) -> None:
    """Draw lines at some sides of a paragraph; size in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    for side in [s for s in ("top", "left", "bottom", "right") if s in sides]:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(size)), ("space", str(BESIDE_PT)), ("color", colour)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def add_block(file: WordFile, block: Block, width: float) -> None:
    """Add a block at the end of a file whose text is so wide, mm."""
    if isinstance(block, ReportHeading):
        file.add_paragraph(block.text, STYLES["heading1" if block.level == 1 else "heading2"])
    elif isinstance(block, ReportParagraph):
        paragraph = file.add_paragraph(block.text, STYLES["note" if block.kind == "note" else "body"])
        if block.kind == "warning":
            _rule(paragraph, {"top", "left", "bottom", "right"}, "000000", 12)
            indent(paragraph._p.get_or_add_pPr(), 2, layout.FACES["body"].size)
            shape = paragraph.paragraph_format  # lines are drawn beside the text: they stay inside the type area
            shape.left_indent = shape.right_indent = Pt(BESIDE_PT + 1.5)
    elif isinstance(block, ReportFigure):
        _figure(file, block, width)
    else:
        _table(file, block, width)


def _figure(file: WordFile, figure: ReportFigure, width: float) -> None:
    holder = file.add_paragraph()
    holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = holder.paragraph_format
    indent(holder._p.get_or_add_pPr(), 0, 0)
    shape.keep_with_next, shape.line_spacing = True, 1.0
    picture = holder.add_run().add_picture(
        io.BytesIO(charts.draw(figure, "png")), width=Mm(min(width, layout.UPRIGHT_MM))
    )
    about = picture._inline.docPr
    about.set("descr", figure.drawn.alt)
    about.set("title", figure.caption)
    said = file.add_paragraph(figure.caption, STYLES["caption"])
    said.paragraph_format.keep_with_next = bool(figure.drawn.note)
    if figure.drawn.note:
        file.add_paragraph(figure.drawn.note, STYLES["note"])


def _table(file: WordFile, table: ReportTable, width: float) -> None:
    file.add_paragraph(table.caption, STYLES["caption"])
    made = file.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    made.style = file.styles["Table Grid"]
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    style = file.styles[STYLES["cell"]].style_id  # by its id: by name python-docx looks through all styles, each time
    _margins(made)
    _widths(made, table, width)
    size = cell_size(table, width)
    for at, column in enumerate(table.columns):
        _cell(made.rows[0].cells[at], column.heading, style, WD_ALIGN_PARAGRAPH.CENTER, shade="E7EEF7")
    for r, row in enumerate(table.rows):
        cells = made.rows[r + 1].cells
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _cell(cells[at], column.shown(value), style, SIDES[table.side(r, at)], state=table.state(r, at))
    if size != layout.FACES["cell"].size:
        for run in made._tbl.iter(qn("w:r")):
            run.get_or_add_rPr().sz_val = Pt(size)
    last, together = len(table.rows), tail(row_lines(table, width))
    for r, line in enumerate(made.rows):
        _keep(line, head=r == 0, with_next=last - together < r < last or (bool(table.note) and r == last))
    if table.note:
        file.add_paragraph(table.note, STYLES["note"])
    else:
        file.add_paragraph("", STYLES["cell"])


def _widths(made: WordTable, table: ReportTable, width: float) -> None:
    """Set the widths on the grid and in every cell: Word reads the one, other programs the other."""
    shares = [Mm(own) for own in column_widths(table, width)]
    for at, share in enumerate(shares):
        made.columns[at].width = share
    for row in made.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = share


def _margins(made: WordTable) -> None:
    """Leave little beside the text of a cell, so that ten columns fit on an upright page."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(layout.CELL_SIDE_MM / 25.4 * 1440)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _keep(row: Any, *, head: bool, with_next: bool) -> None:
    """Keep a row on one page, and with what follows it; a head row comes again on every page."""
    properties = row._tr.get_or_add_trPr()
    for name in ("cantSplit", *(["tblHeader"] if head else [])):
        properties.append(OxmlElement(f"w:{name}"))
    if with_next:
        for paragraph in row._tr.iter(qn("w:p")):
            paragraph.get_or_add_pPr()._insert_keepNext(OxmlElement("w:keepNext"))


def _cell(cell: Any, text: str, style: str, side: Any, *, shade: str = "", state: str | None = None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style
    paragraph.alignment = side
    run = paragraph.add_run(text)
    if state:
        mark = theme.marks("coverage_states")[state]
        shade = mark.colour[1:] if state != "unknown" else "FFFFFF"
        run.font.color.rgb = RGBColor.from_string(mark.ink[1:])
    if shade:
        fill = OxmlElement("w:shd")
        fill.set(qn("w:val"), "diagStripe" if state == "unknown" else "clear")
        fill.set(qn("w:color"), "BDBAC6" if state == "unknown" else "auto")
        fill.set(qn("w:fill"), shade)
        cell._tc.get_or_add_tcPr().append(fill)


def _annex_list(file: WordFile, document: ReportDocument) -> None:
    """Name the annexes below the text (7.3.5), on the page of issuer and date and of the last words (7.3.6)."""
    zh = document.lang == "zh"
    kept = closing(document)
    for last in file.paragraphs[-kept:] if kept else []:
        last.paragraph_format.keep_with_next = True
    for at, line in enumerate(document.annex_list()):
        said = file.add_paragraph(line)
        said.paragraph_format.keep_with_next = True
        if at and zh:
            indent(said._p.get_or_add_pPr(), 5, 16)


def _signature(file: WordFile, document: ReportDocument) -> None:
    """Put issuer and date below the text, four characters in from the right (7.3.6)."""
    file.add_paragraph().paragraph_format.keep_with_next = True
    issuer = document.official.issuer
    for line in [*([issuer] if issuer else []), day(document.as_of, document.lang)]:
        paragraph = file.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(4 * 16)
        paragraph.paragraph_format.keep_with_next = line == issuer


def _imprint(file: WordFile, document: ReportDocument) -> None:
    """Put copies, issuer and date of printing between two lines at the foot of an even page, the last (7.4)."""
    official, zh = document.official, document.lang == "zh"
    if not (official.issuer or official.copies_to):
        return
    new_section(file, landscape=False, even=True, mark=document.mark)
    said = day(document.as_of, document.lang)
    copies = [(official.copies(document.lang), "")] if official.copies_to else []
    lines = [*copies, (official.issuer, f"{said}{'印发' if zh else ''}")]
    shares = [1.0 if not texts[1] else ISSUER for texts in lines]
    heights = [
        layout.lines_of(t, layout.UPRIGHT_MM * s - 4, "imprint") for (t, _), s in zip(lines, shares, strict=True)
    ]
    above = (layout.LINES - sum(heights)) * layout.LINE_PT - FOOT_PT
    fill_lines(file.add_paragraph("", STYLES["cell"]), above)  # LibreOffice lets no table float here
    made = file.add_table(rows=len(lines), cols=2)
    made.autofit = False
    made.columns[0].width, made.columns[1].width = (Mm(layout.UPRIGHT_MM * share) for share in (ISSUER, 1 - ISSUER))
    rule_off(made)
    for row, texts, height in zip(made.rows, lines, heights, strict=True):
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.EXACTLY, Pt(height * layout.LINE_PT)
        whole = [row.cells[0].merge(row.cells[1])] if not texts[1] else list(row.cells)
        for cell, text, side in zip(whole, texts, ("left", "right"), strict=False):
            if len(whole) > 1:
                cell.width = made.columns[0 if side == "left" else 1].width
            cell.paragraphs[0].style = file.styles[STYLES["imprint"]]
            cell.paragraphs[0].alignment = SIDES[side]
            cell.paragraphs[0].add_run(text)
    fill_lines(file.add_paragraph("", STYLES["cell"]), 1.0)
