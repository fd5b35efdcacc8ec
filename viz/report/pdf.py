"""A report as PDF, set by typst: tagged (PDF/UA-1), fonts inside, the same document the same bytes.

Text reaches the template as JSON, so that nothing in it is taken for markup. Only the packaged fonts are used: 仿宋 and
小标宋 may not be shipped, Noto Serif SC stands for them, Noto Sans SC for 黑体.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pylopdf_fonts_zh_cn as chinese_fonts
import typst

from viz import theme
from viz.numbers import day
from viz.report import charts, layout
from viz.report.document import Block, ReportDocument, ReportFigure, ReportHeading, ReportParagraph, ReportTable

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"


def pdf_bytes(document: ReportDocument) -> bytes:
    """Return the report as a tagged PDF.

    Raises:
        typst.TypstError: the document breaks a rule of PDF/UA; that is a fault of ours.
    """
    source = files("viz").joinpath("templates", "report.typ").read_bytes()
    pictures = {f"{f.id}.svg": charts.draw(f, "svg") for f in document.figures()}
    data = json.dumps(_data(document), ensure_ascii=False).encode()
    whole: Any = {"main": source, "data.json": data, **pictures}  # several files; its annotations know of one
    made: bytes = typst.compile(
        whole,
        font_paths=[str(chinese_fonts.sans_path().parent)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(document.as_of, datetime.min.time(), UTC),
    )
    return made


def _data(document: ReportDocument) -> dict[str, Any]:
    official, zh, when = document.official, document.lang == "zh", document.as_of
    said_day = day(when, document.lang)
    imprint = []
    if official.copies_to:
        imprint.append([f"{'抄送：' if zh else 'Copies: '}{official.copies_to}", ""])
    if official.issuer or official.copies_to:
        imprint.append([official.issuer, f"{said_day}{'印发' if zh else ''}"])
    signer = f"{'签发人：' if zh else 'Signed: '}{official.signer}" if official.signer else ""
    return {
        "title": document.title, "subtitle": document.subtitle, "lang": document.lang, "issuer": official.issuer,
        "date": [when.year, when.month, when.day], "official": {**asdict(official), "signer": signer},
        "body": [_block(b) for b in document.body],
        "annexes": [
            {"label": a.label, "title": a.title, "wide": a.wide, "blocks": [_block(b) for b in a.blocks]}
            for a in document.annexes
        ],
        "words": {"annexes": "附件：" if zh else "Annexes: "},
        "signature": [*([official.issuer] if official.issuer else []), said_day],
        "imprint": imprint,
        "faces": {role: {"size": face.size, "sans": face.sans} for role, face in layout.FACES.items()},
        "layout": {
            "page": layout.PAGE_MM, "top": layout.TOP, "bottom": layout.BOTTOM, "left": layout.LEFT,
            "right": layout.RIGHT, "line": layout.LINE_PT, "number_below": layout.NUMBER_BELOW_MM,
            "tracking": layout.CHARACTER_PT - layout.FACES["body"].size, "red": layout.RED,
            "serif": [SERIF, SANS], "sans": [SANS, SERIF],
        },
    }  # fmt: skip


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, ReportHeading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, ReportParagraph):
        return {"kind": block.kind, "text": block.text}
    if isinstance(block, ReportFigure):
        drawn = block.drawn
        return {"kind": "figure", "caption": block.caption, "alt": drawn.alt, "note": drawn.note,
                "file": f"{block.id}.svg"}  # fmt: skip
    return {
        "kind": "table", "caption": block.caption, "note": block.note,
        "widths": [c.width for c in block.columns], "head": [c.heading for c in block.columns],
        "rows": [[_cell(block, r, at) for at in range(len(block.columns))] for r in range(len(block.rows))],
    }  # fmt: skip


def _cell(table: ReportTable, row: int, at: int) -> dict[str, str]:
    column, state = table.columns[at], table.state(row, at)
    mark = theme.marks("coverage_states")[state] if state else None
    return {
        "text": column.shown(table.rows[row][at]),
        "side": table.side(row, at),
        "fill": "hatch" if state == "unknown" else mark.colour if mark else "",
        "ink": mark.ink if mark and state != "unknown" else "#000000",
    }
