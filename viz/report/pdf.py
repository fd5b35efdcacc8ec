"""A report as PDF, set by typst: tagged (PDF/UA-1), fonts inside, the same document the same bytes.

Text reaches the template as JSON, so that nothing in it is taken for markup. 仿宋, 楷体 and 小标宋 may not be shipped:
where the folder of the office's fonts holds them they are embedded, else Noto Serif SC stands for them and Noto
Sans SC for 黑体. Fonts of the machine are never looked for: the same document then gives the same bytes.
"""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pylopdf_fonts_zh_cn as chinese_fonts
import pypdfium2
import typst

from graph.language import Lang
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
from viz.report.glyphs import faces, printable
from viz.report.rows import TALL, breaks_words, cell_size, closing, column_widths, row_lines, tail

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"


def pdf_bytes(document: ReportDocument) -> bytes:
    """Return the report as a tagged PDF.

    Raises:
        typst.TypstError: the document breaks a rule of PDF/UA; that is a fault of ours.
    """
    data = _data(document)
    files_: dict[str, bytes] = {f"{f.id}.svg": charts.draw(f, "svg") for f in document.figures()}
    if not data["imprint"]:
        return _set(document, data, files_)
    before = _pages(_set(document, data | {"imprint": []}, files_))
    if before % 2:
        return _set(document, data | {"imprint_on": "next"}, files_)
    made = _set(document, data, files_)  # at the foot of the page that ends the text, where there is room
    return made if _pages(made) == before else _set(document, data | {"imprint_on": "even"}, files_)


def _set(document: ReportDocument, data: dict[str, Any], pictures: dict[str, bytes]) -> bytes:
    """Return what typst makes of data and pictures; the places of its own pages it does not always know."""
    own, source = document.official.fonts, files("viz").joinpath("templates", "report.typ").read_bytes()
    content = printable(json.dumps(data, ensure_ascii=False), *faces(own)).encode()
    whole: Any = {"main": source, "data.json": content, **pictures}  # several files; its annotations know of one
    made: bytes = typst.compile(
        whole,
        font_paths=[str(chinese_fonts.sans_path().parent), *([str(own)] if own else [])],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(document.as_of, datetime.min.time(), UTC),
    )
    return made


def _pages(made: bytes) -> int:
    with pypdfium2.PdfDocument(made) as file:
        return len(file)


def _data(document: ReportDocument) -> dict[str, Any]:
    official, zh, when = document.official, document.lang == "zh", document.as_of
    said_day = day(when, document.lang)
    imprint = []
    if official.copies_to:
        imprint.append([official.copies(document.lang), ""])
    if official.issuer or official.copies_to:
        imprint.append([official.issuer, f"{said_day}{'印发' if zh else ''}"])
    return {
        "title": document.title, "title_lines": title_lines(document.title), "subtitle": document.subtitle,
        "lang": document.lang, "issuer": official.issuer, "mark": document.mark,
        "date": [when.year, when.month, when.day],
        "official": {"mark": official.mark, "number": official.number, "signer": official.signed(document.lang)},
        "body": [_block(b, layout.UPRIGHT_MM, document.lang) for b in document.body],
        "annexes": [
            {"label": a.label, "title": a.title, "wide": a.wide,
             "blocks": [
                 _block(b, layout.TURNED_MM if a.wide else layout.UPRIGHT_MM, document.lang) for b in a.blocks
             ]}
            for a in document.annexes
        ],
        "annex_list": document.annex_list(), "closing": closing(document),
        "signature": [*([official.issuer] if official.issuer else []), said_day],
        "imprint": imprint, "imprint_on": "same",
        "faces": {
            role: {"size": face.size, "sans": face.sans, "own": list(face.names + face.free) if official.fonts else []}
            for role, face in layout.FACES.items()
        },
        "layout": {
            "page": layout.PAGE_MM, "top": layout.TOP, "bottom": layout.BOTTOM, "left": layout.LEFT,
            "right": layout.RIGHT, "line": layout.LINE_PT, "number_below": layout.NUMBER_BELOW_MM,
            "tracking": layout.CHARACTER_PT - layout.FACES["body"].size, "red": layout.RED,
            "serif": [SERIF, SANS], "sans": [SANS, SERIF],
        },
    }  # fmt: skip


def _block(block: Block, width: float, lang: Lang) -> dict[str, Any]:
    if isinstance(block, ReportHeading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, ReportParagraph):
        return {"kind": block.kind, "text": block.text}
    if isinstance(block, ReportFigure):
        drawn = block.drawn
        return {"kind": "figure", "caption": block.caption, "alt": drawn.alt, "note": drawn.note,
                "file": f"{block.id}.svg"}  # fmt: skip
    lines = row_lines(block, width)
    return {
        "kind": "table", "continued": _continued(block.id, lang), "caption": block.caption, "note": block.note,
        "widths": column_widths(block, width), "head": [c.heading for c in block.columns],
        "tail": tail(lines), "size": cell_size(block, width), "hyphenate": breaks_words(block, width),
        "rows": [
            [_cell(block, r, at) | {"breaks": high > TALL} for at in range(len(block.columns))]
            for r, high in enumerate(lines)
        ],
    }  # fmt: skip


def _continued(id_: str, lang: Lang) -> str:
    """Return what stands above a table that goes on over a page."""
    number = id_.removeprefix("table-")
    return f"续表 {number}" if lang == "zh" else f"Table {number} (continued)"


def _cell(table: ReportTable, row: int, at: int) -> dict[str, Any]:
    column, state = table.columns[at], table.state(row, at)
    mark = theme.marks("coverage_states")[state] if state else None
    return {
        "text": column.shown(table.rows[row][at]),
        "side": table.side(row, at),
        "fill": "hatch" if state == "unknown" else mark.colour if mark else "",
        "ink": mark.ink if mark and state != "unknown" else "#000000",
    }
