"""The named places of a Word file: content controls (Word's own) whose tag begins with ``shuniu:``.

A place is a part of the report (``shuniu:summary``), only its text, tables, charts or annexes
(``shuniu:by_area.tables``), or a single figure inside a sentence (``shuniu:unmet``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordFile
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

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
KINDS = (*_KINDS, ANNEX)
"""What of a part a place can ask for alone."""


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

    @property
    def aside(self) -> bool:
        """Whether it stands in a head or foot, not in the text."""
        return self._root in (qn("w:hdr"), qn("w:ftr"))

    @property
    def gone(self) -> bool:
        """Whether the place that it stood in was filled anew, and it with it."""
        return not self.aside and self._root != qn("w:document")

    @property
    def _root(self) -> str:
        return str([self.control, *self.control.iterancestors()][-1].tag)


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
        of_first = (section.first_page_header, section.first_page_footer)
        for part in (section.header, section.footer, section.even_page_header, section.even_page_footer, *of_first):
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
    if section not in SECTIONS or (kind and kind not in KINDS):
        raise BadParameter(
            name="template", value=TAG + name,
            reason=Text(
                f"没有这个位置；可用：{'、'.join([*SECTIONS.values(), *(VALUES[v] for v in document.values)])}"
                f"（或 {'、'.join([*SECTIONS, *document.values])}），可加 .text .tables .charts .annex",
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


def control(name: str) -> tuple[Any, Any]:
    """Return an empty content control of a place, and its element for what it holds."""
    made: Any = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
    for kind, value in (("alias", name), ("tag", TAG + name)):
        about = OxmlElement(f"w:{kind}")
        about.set(qn("w:val"), value)
        made[0].append(about)
    return made, made[1]


SECTIONS: dict[str, str] = {
    "notice": "数据性质提示", "summary": "总体情况", "targets": "目标与实际", "by_area": "分地区情况",
    "matrix": "矩阵", "supply_use": "供给利用", "equity": "均衡程度", "gap_lists": "突出缺口",
    "helpers": "可以帮助的机构", "plan": "行动建议", "network": "平台网络缺口", "change": "较上期变化",
    "assumed": "假设", "method": "口径", "origins": "数据来源", "figure_data": "图中数据",
    "places": "分市州", "types": "分服务类型", "windows": "窗口与载体", "feedback": "投诉与回访",
    "offer": "公益与品牌", "series": "逐月走势", "outlook": "趋势与预测", "ranks": "得分与名次",
    "indicators": "指标与得分构成",
}  # fmt: skip
"""Parts that some report of ours can have, by their name in Chinese; one that this edition has nothing to say on leaves
its place empty."""
VALUES = {
    "title": "标题", "scope": "范围", "as_of": "分析日", "snapshot": "快照", "graph_version": "图版本",
    "demand": "需求", "supply": "供给", "unmet": "未满足", "providers": "机构数", "ratio": "覆盖率",
    "ratio_local": "本地覆盖率", "month": "月份", "services": "服务次数", "firms": "企业数", "rated": "评价数",
    "complaints": "投诉", "complaints_open": "未办结投诉", "return_visits": "回访", "online_share": "线上占比",
    "satisfaction": "满意度", "year_on_year": "同比",
}  # fmt: skip
"""Single figures, by their name in Chinese."""
LABELS = {zh: name for name, zh in (SECTIONS | VALUES).items()}
