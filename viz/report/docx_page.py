"""What python-docx leaves to XML: faces for two scripts, the line and character grid, page numbers, repeated heads."""

import math
from copy import deepcopy
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from viz.report import layout
from viz.report.layout import FACES, Face, Role

STYLES: dict[Role, str] = {
    "mark": "Report Mark", "title": "Title", "body": "Normal", "heading1": "Heading 1", "heading2": "Heading 2",
    "caption": "Caption", "cell": "Report Cell", "note": "Report Note", "page_number": "Footer",
    "imprint": "Report Imprint",
}  # fmt: skip
_THEMED = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_KEPT = ("Default Paragraph Font", "Normal Table", "Table Grid", "No List")


def set_face(owner: ParagraphStyle | Run, face: Face) -> None:
    """Give a style or run its face in both scripts; a theme's face, which would win, goes away."""
    owner.font.name = layout.LATIN
    owner.font.size = Pt(face.size)
    fonts = owner.element.get_or_add_rPr().get_or_add_rFonts()
    for name in _THEMED:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), face.names[0])
    fonts.set(qn("w:hAnsi"), layout.LATIN)
    fonts.set(qn("w:cs"), layout.LATIN)


def set_styles(file: WordFile) -> None:
    """Make every style that the report uses, by role."""
    _leave_out_others(file)
    for role, name in STYLES.items():
        known = name in [s.name for s in file.styles]
        style: Any = file.styles[name] if known else file.styles.add_style(name, 1)
        set_face(style, FACES[role])
        style.font.bold = style.font.italic = False
        style.font.color.rgb = RGBColor.from_string(layout.RED if role == "mark" else "000000")
        shape = style.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        shape.line_spacing = Pt(layout.SMALL_LINES_PT.get(role, layout.LINE_PT))
        shape.widow_control = True
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
    for role in ("body", "heading1", "heading2", "note"):
        indent(file.styles[STYLES[role]].element.get_or_add_pPr(), 2, FACES[role].size)
    for role in ("body", "heading1", "heading2"):  # 28 a line by their spacing: programs differ on grids of characters
        set_spacing(file.styles[STYLES[role]].element.get_or_add_rPr(), layout.CHARACTER_PT - FACES[role].size)
    for role in ("cell", "note"):
        off_grid(file.styles[STYLES[role]].element.get_or_add_pPr())
    for role in ("title", "mark", "caption"):
        _paragraph(file, role).alignment = WD_ALIGN_PARAGRAPH.CENTER
        indent(file.styles[STYLES[role]].element.get_or_add_pPr(), 0, 0)
    for role in ("heading1", "heading2", "caption"):
        _paragraph(file, role).keep_with_next = True
    for role in ("cell", "page_number", "imprint"):
        indent(file.styles[STYLES[role]].element.get_or_add_pPr(), 0, 0)
    _paragraph(file, "page_number").line_spacing_rule = WD_LINE_SPACING.SINGLE
    _paragraph(file, "mark").line_spacing_rule = WD_LINE_SPACING.SINGLE
    _paragraph(file, "title").line_spacing = Pt(33)


def add_missing_styles(file: WordFile) -> None:
    """Add the styles that a report needs and an office's own file does not have; those that it has stay its own."""
    there = {style.name for style in file.styles}
    missing = [name for name in (*STYLES.values(), "Table Grid") if name not in there]
    if missing:
        ours = docx.Document()
        set_styles(ours)
        for name in missing:
            file.styles.element.append(deepcopy(ours.styles[name].element))


def _leave_out_others(file: WordFile) -> None:
    """Leave out the hundred and fifty styles of python-docx's template that nobody uses."""
    for style in list(file.styles):
        if style.name not in {*STYLES.values(), *_KEPT}:
            style.element.getparent().remove(style.element)
    for latent in file.styles.element.findall(qn("w:latentStyles")):
        file.styles.element.remove(latent)
    there = {style.style_id for style in file.styles}
    for style in file.styles:
        for name in ("link", "next", "basedOn"):
            found = style.element.find(qn(f"w:{name}"))
            if found is not None and found.get(qn("w:val")) not in there:
                style.element.remove(found)


def _paragraph(file: WordFile, role: Role) -> Any:
    style: Any = file.styles[STYLES[role]]
    return style.paragraph_format


def set_spacing(properties: Any, points: float) -> None:
    """Set characters closer or wider, rounded down to the twentieth of a point that Word knows."""
    element = OxmlElement("w:spacing")
    element.set(qn("w:val"), str(math.floor(points * 20)))
    properties.insert_element_before(element, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u")


def off_grid(properties: Any) -> None:
    """Let lines of a style stand off the grid of lines."""
    element = OxmlElement("w:snapToGrid")
    element.set(qn("w:val"), "0")
    properties.insert_element_before(element, "w:spacing", "w:ind", "w:jc", "w:rPr")


def indent(properties: Any, characters: int, size: float) -> None:
    """Indent the first line by characters; Word takes these, others the points that stand beside."""
    element = properties.get_or_add_ind()
    element.attrib.clear()
    element.set(qn("w:firstLineChars"), str(characters * 100))
    element.set(qn("w:firstLine"), str(round(characters * size * 20)))


def set_page(section: Section, *, landscape: bool) -> None:
    """Give a section its paper, margins and grid; a landscape page keeps the portrait's margins, turned with it."""
    width, height = layout.PAGE_MM
    margins = (layout.TOP, layout.RIGHT, layout.BOTTOM, layout.LEFT)  # top, right, bottom, left of the upright page
    if landscape:
        width, height = height, width
        margins = (layout.LEFT, layout.TOP, layout.RIGHT, layout.BOTTOM)  # turned clockwise
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (Mm(m) for m in margins)
    below = layout.BOTTOM - layout.NUMBER_BELOW_MM - FACES["page_number"].size * 1.2 / 72 * 25.4
    section.footer_distance, section.header_distance = Mm(10 if landscape else below), Mm(15)
    properties: Any = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")  # lines have their distance by themselves: LibreOffice loses rows on a binding grid
    grid.set(qn("w:linePitch"), str(round(layout.LINE_PT * 20)))
    properties.append(grid)


def number_pages(section: Section, *, landscape: bool, mark: str = "") -> None:
    """Put the page number below the type area: odd pages right, even pages left, one character in.

    A landscape page keeps the place that the number has on the upright page: at its left edge, turned (7.5). Beside
    it, on its inner side, stands a mark.
    """
    for footer, odd in ((section.footer, True), (section.even_page_footer, False)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        if landscape:
            paragraph._p.append(_turned(mark, odd=odd))
            continue
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if odd else WD_ALIGN_PARAGRAPH.LEFT
        place: Any = paragraph._p.get_or_add_pPr()
        element = OxmlElement("w:ind")
        element.set(qn("w:rightChars" if odd else "w:leftChars"), "100")
        element.set(qn("w:right" if odd else "w:left"), "280")
        place.append(element)
        if mark and odd:
            paragraph.add_run(f"{mark}\u3000")
        _page_field(paragraph)
        if mark and not odd:
            paragraph.add_run(f"\u3000{mark}")


def _page_field(paragraph: Paragraph) -> None:
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        if text is None:
            for kind, code in (("begin", ""), ("", " PAGE "), ("end", "")):
                element = OxmlElement("w:instrText" if code else "w:fldChar")
                if code:
                    element.text = code
                else:
                    element.set(qn("w:fldCharType"), kind)
                run._r.append(element)


def _turned(mark: str, *, odd: bool) -> Any:
    """Return a text box with the page number at the left edge of a landscape page, turned clockwise, and a mark."""
    width, box, emu = layout.BOTTOM - layout.NUMBER_BELOW_MM, 90.0 if mark else 30.0, 36000
    before, after = (f"{mark}\u3000", "") if mark and odd else ("", f"\u3000{mark}" if mark else "")
    character = FACES["page_number"].size / 72 * 25.4
    top = layout.PAGE_MM[0] - layout.RIGHT - character - box if odd else layout.LEFT + character
    return parse_xml(
        f'<w:r {nsdecls("w", "wp", "a")} xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" '
        'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{round((width - 10) * emu)}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{round(top * emu)}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{10 * emu}" cy="{round(box * emu)}"/><wp:wrapNone/><wp:docPr id="{901 if odd else 902}" '
        'name="Page number" descr="Page number"/><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{10 * emu}" cy="{round(box * emu)}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></wps:spPr><wps:txbx><w:txbxContent><w:p><w:pPr>'
        f'<w:pStyle w:val="Footer"/><w:jc w:val="{"right" if odd else "left"}"/></w:pPr><w:r><w:t xml:space="preserve">'
        f'{before}— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —'
        f'{after}</w:t></w:r></w:p></w:txbxContent>'
        '</wps:txbx><wps:bodyPr vert="vert" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/></wps:wsp>'
        '</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>'
    )  # fmt: skip


def fill_lines(paragraph: Paragraph, height: float) -> None:
    """Give a paragraph the height of so many points: an empty one moves what follows down, in every office program."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(height)


def rule_off(table: Any) -> None:
    """Put the lines of an imprint around and between the lines of a table (7.4)."""
    properties = table._tbl.tblPr
    line = 'w:val="single" w:space="0" w:color="000000"'
    borders = f'<w:top {line} w:sz="8"/><w:bottom {line} w:sz="8"/><w:insideH {line} w:sz="6"/>'
    properties.insert_element_before(
        parse_xml(f"<w:tblBorders {nsdecls('w')}>{borders}</w:tblBorders>"), "w:tblLayout", "w:tblLook"
    )


def new_section(file: WordFile, *, landscape: bool, even: bool = False, mark: str = "") -> Section:
    """Begin a page of the other orientation, or the next even page."""
    section: Section = file.add_section(WD_SECTION.EVEN_PAGE if even else WD_SECTION.NEW_PAGE)
    set_page(section, landscape=landscape)
    number_pages(section, landscape=landscape, mark=mark)
    return section
