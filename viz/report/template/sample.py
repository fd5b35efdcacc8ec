"""A template to begin with: every place that a report can fill, between words that an office makes its own."""

import io
from typing import Any, Literal

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from graph.language import Lang, Text
from viz.report.docx_page import STYLES, number_pages, set_page, set_styles
from viz.report.template.places import control

Kind = Literal["gaps", "month"]
LEAD: dict[Kind, tuple[Text, list[str]]] = {
    "gaps": (
        Text(
            "（本段由我单位撰写，每期保留。）截至{as_of}，{scope}中小企业年服务需求 {demand} 次，未满足 {unmet} 次，"
            "覆盖率 {ratio}。",
            "(Ours; stays in every edition.) As of {as_of} firms of {scope} ask for {demand} services a year; {unmet} "
            "are not met; share met {ratio}.",
        ),
        ["summary", "targets", "by_area", "supply_use", "gap_lists", "helpers", "plan", "change", "assumed", "method"],
    ),
    "month": (
        Text(
            "（本段由我单位撰写，每期保留。）{month}{scope}完成服务 {services} 次，线上占 {online_share}，满意度 "
            "{satisfaction}。",
            "(Ours; stays in every edition.) In {month} {scope} had {services} services, {online_share} online, "
            "satisfaction {satisfaction}.",
        ),
        ["summary", "places", "types", "windows", "feedback", "offer", "outlook", "method"],
    ),
}
"""The office's sentence with its figures, and the parts that follow."""
HEADINGS = {
    "summary": Text("总体情况", "Summary"), "targets": Text("目标与实际", "Targets"),
    "by_area": Text("分地区情况", "By place"), "supply_use": Text("供给利用", "Use of supply"),
    "gap_lists": Text("突出缺口", "Largest gaps"), "helpers": Text("可以提供帮助的机构与地区", "Who could help"),
    "plan": Text("行动建议", "Proposed actions"), "change": Text("较上期变化", "Changes"),
    "assumed": Text("假设", "Assumptions"), "method": Text("口径", "Definitions"),
    "places": Text("分市（州）", "By place"), "types": Text("分服务类型", "By type"),
    "windows": Text("窗口与载体", "Windows"),
    "feedback": Text("投诉与回访", "Complaints"), "offer": Text("公益服务与品牌", "Free services and brands"),
    "outlook": Text("趋势与预测", "Trend and forecast"),
}  # fmt: skip
HINT = Text("（此处由程序填写）", "(filled in by the program)")
ANNEXED = {"plan", "windows"}
"""Parts whose annexes the sample puts right behind them."""


def sample_template(kind: Kind = "gaps", lang: Lang = "zh") -> bytes:
    """Return a Word file with the places of a report, laid out by GB/T 9704-2012."""
    file = docx.Document()
    set_styles(file)
    file.settings.odd_and_even_pages_header_footer = True
    set_page(file.sections[0], landscape=False)
    number_pages(file.sections[0], landscape=False)
    title: Any = file.add_paragraph("", STYLES["title"])
    title._p.append(inline("title", HINT.get(lang)))
    sentence, parts = LEAD[kind]
    lead: Any = file.add_paragraph()
    for piece in sentence.get(lang).replace("{", "\0{").replace("}", "}\0").split("\0"):
        if piece.startswith("{"):
            lead._p.append(inline(piece[1:-1], "…"))
        elif piece:
            lead.add_run(piece)
    for part in parts:
        file.add_paragraph(HEADINGS[part].get(lang), STYLES["heading1"])
        last: Any = file.element.body.sectPr
        last.addprevious(standing(part, HINT.get(lang)))
        if part in ANNEXED:
            last.addprevious(standing(f"{part}.annex", HINT.get(lang)))
    sink = io.BytesIO()
    file.save(sink)
    return sink.getvalue()


def inline(name: str, hint: str) -> Any:
    """Return a content control inside a paragraph."""
    return _hinting(name, f"<w:r {nsdecls('w')}><w:t>{hint}</w:t></w:r>")


def standing(name: str, hint: str) -> Any:
    """Return a content control around a paragraph."""
    return _hinting(name, f"<w:p {nsdecls('w')}><w:r><w:t>{hint}</w:t></w:r></w:p>")


def _hinting(name: str, hint: str) -> Any:
    made, content = control(name)
    made[0].append(OxmlElement("w:showingPlcHdr"))
    content.append(parse_xml(hint))
    return made
