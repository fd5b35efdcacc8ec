"""The layout of a PDF, measured on its pages: paper, type area, lines, page numbers, captions, half-empty pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from graph.errors import FileUnreadable
from graph.language import Text
from viz.report import layout
from viz.report.checking.fault import Fault, differs

PT = 72 / 25.4
AROUND = 3.0
"""Points by which something may stand outside the type area: the stroke of a frame, the overhang of a sign."""
SPACE, WIDE_SPACE = 5.0, layout.FACES["body"].size
"""Points of a space at the end of a line, and of one as wide as a Chinese character."""
LONE = 2.5
"""Lines of text that are too few for a page of their own."""
LEAST = 0.5
"""A page before the end that is filled to less is half empty."""
_NUMBER = re.compile(r"—\s*(\d+)\s*—")
_CAPTION = re.compile(r"^(表 ?\d+\s|Table \d+[.:])")
"""The sign behind the number tells a caption from a sentence that begins with a table: “Table 6 gives …”."""
_HEADING = re.compile(r"^([一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
_ANNEX = re.compile(r"^(附件 ?\d*|Annex \d+)$")
_BROKEN = re.compile("[\ufffd\ufffe\uffff\u25a1]")


@dataclass(frozen=True)
class PrintedLine:
    """A line of text: what it says and where, in points from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Leaf:
    """A page as read: ``lines`` inside the type area, ``number`` with its place; ``lowest`` mark of any kind."""

    at: int
    width: float
    height: float
    lines: list[PrintedLine]
    number: tuple[int, float, float] | None
    outside: list[PrintedLine]
    lowest: float
    unnumbered: bool = False
    """Whether it is an empty page before the imprint, or that of the imprint: they have no number (7.5)."""

    @property
    def turned(self) -> bool:
        """Whether the page lies across."""
        return self.width > self.height

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the type area."""
        return _area(self.width, self.height)


def _area(width: float, height: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = layout.LEFT, layout.TOP, layout.RIGHT, layout.BOTTOM
    if width > height:
        left, top, right, bottom = layout.BOTTOM, layout.LEFT, layout.TOP, layout.RIGHT
    return left * PT, top * PT, width - right * PT, height - bottom * PT


def check_pdf(content: bytes, path: Path) -> list[Fault]:
    """Return the faults of a .pdf file.

    Raises:
        FileUnreadable: it is none, or locked.
    """
    try:
        with pypdfium2.PdfDocument(content) as file:
            tagged = bool(pdfium.FPDFCatalog_IsTagged(file.raw))
            leaves = [_leaf(file, at) for at in range(len(file))]
    except pypdfium2.PdfiumError as error:
        raise FileUnreadable(path=path, reason=Text("不是可以打开的 PDF", "no PDF that can be opened")) from error
    if len(leaves) > 1 and not leaves[-2].lines and leaves[-1].at % 2 == 0:
        leaves[-2:] = [replace(leaf, unnumbered=leaf.number is None) for leaf in leaves[-2:]]
    found = (
        []
        if tagged
        else [Fault("untagged", Text("全文", "document"), Text("没有标签，读屏软件读不了", "it has no tags"))]
    )
    return [*found, *(fault for leaf in leaves for fault in _page(leaf)), *_flow(leaves)]


def _leaf(file: Any, at: int) -> Leaf:
    page = file[at]
    width, height = page.get_size()
    text = page.get_textpage()
    left, top, right, bottom = _area(width, height)
    inside: list[PrintedLine] = []
    outside: list[PrintedLine] = []
    for line in _lines(text, height):
        fits = line.left >= left - AROUND and line.right <= right + AROUND
        (inside if fits and line.top >= top - AROUND and line.bottom <= bottom + AROUND else outside).append(line)
    beyond = (0, 0, left - 1, height) if width > height else (0, 0, width, height - bottom - 1)
    found = _NUMBER.search(re.sub(r"\s+", " ", text.get_text_bounded(*beyond)))
    number = None
    if found:
        signs = [s for s in outside if s.right < left] if width > height else [s for s in outside if s.top > bottom]
        outside = [s for s in outside if s not in signs]
        number = (int(found[1]), min(s.left for s in signs), min(s.top for s in signs)) if signs else None
    marks = (height - o.get_bounds()[1] for o in page.get_objects(max_depth=2))
    lowest = max([*(m for m in marks if m <= bottom + AROUND), *(line.bottom for line in inside)], default=0.0)
    return Leaf(at + 1, width, height, inside, number, outside, lowest)


def _lines(text: Any, height: float) -> Iterator[PrintedLine]:
    """Yield the pieces of a page's text; a space at the end of a line may hang over the edge."""
    for at in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(at)
        said = text.get_text_bounded(left, bottom, right, top)
        if said.strip():
            hangs = WIDE_SPACE if said.endswith("\u3000") else SPACE if said != said.rstrip() else 0.0
            yield PrintedLine(said.strip(), left, height - top, right - hangs, height - bottom)


def _page(leaf: Leaf) -> Iterator[Fault]:
    where = Text(f"第 {leaf.at} 页", f"page {leaf.at}")
    size = tuple(round(v / PT, 1) for v in (leaf.width, leaf.height))
    wanted = layout.PAGE_MM[::-1] if leaf.turned else layout.PAGE_MM
    if any(abs(a - b) > 1 for a, b in zip(size, wanted, strict=True)):
        yield differs("paper", where, Text("纸张（毫米）", "paper, mm"), size, wanted)
    if leaf.outside:
        said = leaf.outside[0].text[:16]
        yield Fault("outside", where, Text(f"“{said}”超出版心", f"“{said}” stands outside the type area"))
    if broken := [line for line in leaf.lines if _BROKEN.search(line.text)]:
        yield Fault(
            "glyph", where, Text(f"“{broken[0].text[:16]}”有缺字", f"a sign is missing in “{broken[0].text[:16]}”")
        )
    if not leaf.unnumbered:
        yield from _number(leaf, where)


def _number(leaf: Leaf, where: Text) -> Iterator[Fault]:
    if leaf.number is None:
        yield Fault("no_page_number", where, Text("没有页码", "there is no page number"))
        return
    number, left, top = leaf.number
    if number != leaf.at:
        yield differs("page_number", where, Text("页码", "page number"), number, leaf.at)
    place = top / leaf.height if leaf.turned else left / leaf.width
    if (place > 0.5) != (leaf.at % 2 == 1):
        yield Fault("page_number_side", where, Text("页码位置应为单右双左", "the page number stands at the wrong side"))


def _lone(leaf: Leaf, where: Text) -> Iterator[Fault]:
    """Check that a page holds more than the last lines of something; an imprint may stand alone at the foot."""
    _, top, _, bottom = leaf.area
    first = min((line.top for line in leaf.lines), default=bottom)
    last = max((line.bottom for line in leaf.lines), default=bottom)
    if leaf.at > 1 and first < (top + bottom) / 2 and max(last, leaf.lowest) - first < LONE * layout.LINE_PT:
        yield Fault("lone_lines", where, Text("整页只有一两行", "nothing stands there but a line or two"))


def _flow(leaves: list[Leaf]) -> Iterator[Fault]:
    """Check what a page leaves to the next: captions and headings alone at its end, and room that nothing fills."""
    for leaf, after in zip(leaves, [*leaves[1:], None], strict=True):
        where = Text(f"第 {leaf.at} 页", f"page {leaf.at}")
        _, top, _, bottom = leaf.area
        last = max(leaf.lines, key=lambda line: line.bottom, default=None)
        if last is not None and _CAPTION.match(last.text):
            yield Fault(
                "caption_apart",
                where,
                Text(f"“{last.text[:12]}”与表分在两页", f"“{last.text[:12]}” is apart from its table"),
            )
        elif last is not None and _HEADING.match(last.text):
            yield Fault(
                "heading_apart",
                where,
                Text(f"“{last.text[:12]}”独自留在页末", f"“{last.text[:12]}” is alone at the end"),
            )
        yield from _lone(leaf, where)
        first = min(after.lines, key=lambda line: line.top, default=None) if after else None
        ends = after is None or first is None or _ANNEX.match(first.text) or leaf.turned != after.turned
        ends = ends or first.top > (top + bottom) / 2  # type: ignore[union-attr] # the imprint alone
        ends = ends or (not leaf.lines and after is leaves[-1])  # blank before the page of the imprint (7.4)
        filled = (leaf.lowest - top) / (bottom - top)
        if not ends and filled < LEAST:
            yield differs(
                "half_empty",
                where,
                Text("版心填充率", "filled part of the type area"),
                f"{filled:.0%}",
                f"≥ {LEAST:.0%}",
            )
