"""How the parts of a report hang together: every table and figure is led up to by a sentence, in both languages."""

from dataclasses import replace
from itertools import pairwise

import pytest

from graph.language import Lang
from tests.viz.scenes import report
from viz.report.build import report_scope
from viz.report.compose import gap_document
from viz.report.document import Composer, ReportColumn, ReportFigure, ReportHeading, ReportParagraph, ReportTable
from viz.report.model import GapReport

COLUMNS = (ReportColumn("甲", "text", 0, 1.0),)


def one_county() -> GapReport:
    """Return a report on one county, of its own row alone."""
    whole = report()
    cells = replace(whole.by_area, cells=whole.by_area.cells.head(1))
    return replace(whole, scope=report_scope("513221"), by_area=cells)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("of", [report, one_county])
def test_no_table_or_figure_of_the_text_follows_its_heading_at_once(of: object, lang: Lang) -> None:
    body = gap_document(of(), lang).body  # type: ignore[operator]
    bare = [
        b.caption
        for a, b in pairwise(body)
        if isinstance(a, ReportHeading) and isinstance(b, ReportTable | ReportFigure)
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "各市（州）的需求、供给、未满足和覆盖率见表 2；覆盖率的分布见图 1，由高到低的次序见图 2。"),
        ("en", "Table 2 gives demand, supply, unmet demand and the share met of each prefecture; Figure 1 maps the "
               "share, Figure 2 puts the places in order."),
    ],
)  # fmt: skip
def test_coverage_by_place_says_where_it_is_shown(lang: Lang, told: str) -> None:
    document = gap_document(report(), lang)
    assert told in [b.text for b in document.body if isinstance(b, ReportParagraph)]
    captions = [b.caption.replace("　", ". ").split(". ")[0] for b in (*document.tables()[:2], *document.figures())]
    assert (
        captions == {"zh": ["表 1", "表 2", "图 1", "图 2"], "en": ["Table 1", "Table 2", "Figure 1", "Figure 2"]}[lang]
    )


def test_one_place_has_a_table_and_no_picture_of_an_order_and_its_name_in_english() -> None:
    document = gap_document(one_county(), "en")
    assert document.title == "Gaps in public services for small firms: Wenchuan, Aba"
    assert document.figures() == []
    said = [b.text for b in document.body if isinstance(b, ReportParagraph)]
    assert "Table 2 gives demand, supply, unmet demand and the share met of each county." in said
    assert not any("Data behind the figures" in annex.title for annex in document.annexes)


def test_a_table_behind_a_heading_is_led_up_to() -> None:
    for lang, told in (("zh", "各级服务见表 1。"), ("en", "Table 1 gives presence by level.")):
        to = Composer(lang)
        to.heading("网络", "Network")
        to.table(("各级服务", "Presence by level"), COLUMNS, [("a",)])
        to.table(("各级服务", "Presence by level"), COLUMNS, [("a",)])
        assert [type(b).__name__ for b in to.body] == ["ReportHeading", "ReportParagraph", "ReportTable", "ReportTable"]
        assert to.body[1] == ReportParagraph(told, "body")
        assert to.label("table").get(lang) == {"zh": "表 3", "en": "Table 3"}[lang]
        assert to.label("figure", 2).get(lang) == {"zh": "图 2", "en": "Figure 2"}[lang]
