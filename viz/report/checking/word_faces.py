"""Which face, size and shape a paragraph of a Word file ends up with: its own, else its style's, else those below."""

from collections.abc import Iterator
from typing import Any

from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from graph.language import Text
from viz.report import layout
from viz.report.checking.fault import Fault, differs
from viz.report.docx_page import STYLES
from viz.report.layout import FACES, Role

ROLES: dict[str, Role] = {name: role for role, name in STYLES.items()}
KEPT = 0.26
"""Points by which a size or a distance may differ: less than the quarter that eyes and printers tell apart."""
NAMES = {
    "mark": Text("发文机关标志", "mark"),
    "title": Text("标题", "title"),
    "body": Text("正文", "body"),
    "heading1": Text("一级标题", "heading 1"),
    "heading2": Text("二级标题", "heading 2"),
    "caption": Text("图表题", "caption"),
    "cell": Text("表格文字", "table text"),
    "note": Text("注", "note"),
    "page_number": Text("页码", "page number"),
    "imprint": Text("版记", "imprint"),
}


def styles_of(paragraph: Paragraph) -> Iterator[Any]:
    """Yield the style of a paragraph and those it is based on, nearest first."""
    style: Any = paragraph.style
    while style is not None:
        yield style
        style = style.base_style


def face_of(run: Run, paragraph: Paragraph) -> tuple[str | None, float | None]:
    """Return the Chinese face and the size in points of a run."""
    face, size = None, None
    for owner in (run, *styles_of(paragraph)):
        properties = owner.element.find(qn("w:rPr"))
        fonts = None if properties is None else properties.find(qn("w:rFonts"))
        if face is None and fonts is not None:
            face = fonts.get(qn("w:eastAsia"))
        if size is None and owner.font.size is not None:
            size = owner.font.size.pt
    return face, size


def shape_of(paragraph: Paragraph, name: str) -> Any:
    """Return a property of a paragraph's format: its own, else its styles'."""
    found = getattr(paragraph.paragraph_format, name)
    for style in styles_of(paragraph):
        if found is not None:
            break
        found = getattr(style.paragraph_format, name)
    return found


def spacing_of(paragraph: Paragraph) -> float:
    """Return the points by which characters are set apart."""
    for style in styles_of(paragraph):
        found = style.element.find(f"{qn('w:rPr')}/{qn('w:spacing')}")
        if found is not None:
            return int(found.get(qn("w:val"), "0")) / 20
    return 0.0


def indent_of(paragraph: Paragraph) -> float:
    """Return the first line's indent in characters."""
    for owner in (paragraph._p.pPr, *(s.element.pPr for s in styles_of(paragraph))):
        found = None if owner is None else owner.find(qn("w:ind"))
        if found is not None:
            return int(found.get(qn("w:firstLineChars"), "0")) / 100
    return 0.0


def faces(paragraph: Paragraph, where: Text) -> Iterator[Fault]:
    """Check face and size of every run of a paragraph that has a role."""
    role = ROLES.get(str(paragraph.style.name if paragraph.style else ""))
    if role is None:
        return
    wanted = FACES[role]
    for run in (r for r in paragraph.runs if r.text.strip()):
        face, size = face_of(run, paragraph)
        if face not in wanted.names:
            yield differs(
                "face", where, Text(NAMES[role].zh + "字体", f"face of {NAMES[role].en}"), face, wanted.names[0]
            )
            return
        if size is None or min(abs(size - wanted.size), abs(size - (wanted.small or wanted.size))) > KEPT:
            yield differs(
                "size", where, Text(NAMES[role].zh + "字号（磅）", f"size of {NAMES[role].en}, pt"), size, wanted.size
            )
            return


def body_lines(file: WordFile, paragraph: Paragraph, where: Text, *, chinese: bool) -> Iterator[Fault]:
    """Check that body text stands in 22 lines of 28 characters, its first line two characters in."""
    pitch = shape_of(paragraph, "line_spacing")
    points = pitch.pt if hasattr(pitch, "pt") else None
    if points is None or abs(points - layout.LINE_PT) > KEPT:
        yield differs(
            "lines", where, Text("行距（磅）", "line distance, pt"), points or pitch, round(layout.LINE_PT, 1)
        )
    size = face_of(paragraph.runs[0], paragraph)[1] if paragraph.runs else FACES["body"].size
    upright = next(s for s in file.sections if (s.page_width or 0) < (s.page_height or 0))
    width = ((upright.page_width or 0) - (upright.left_margin or 0) - (upright.right_margin or 0)) / 12700
    fit = int(width / ((size or 16) + spacing_of(paragraph)) + 0.01)
    if chinese and fit != layout.CHARACTERS:
        yield differs("characters", where, Text("每行字数", "characters a line"), fit, layout.CHARACTERS)
    for name in ("space_before", "space_after"):
        if (gap := shape_of(paragraph, name)) is not None and gap.pt > KEPT:
            yield differs("gap", where, Text("段前段后间距（磅）", "space around a paragraph, pt"), gap.pt, 0)
