"""The gap report: one document, four writers, the same words and numbers in each."""

import ctypes
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pylopdf_fonts_zh_cn as chinese_fonts
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pypdfium2 import raw

from graph.errors import BadParameter
from graph.language import Lang
from queries.coverage import Coverage, CoverageCell
from queries.expansion.answer import EqualPlan
from queries.partners.candidates import Partner, Partners, Requester
from queries.policy.target_paths import PathMonth
from queries.policy.targets import PlaceStatus, PolicyTarget
from tests.viz import parsing
from tests.viz.scenes import HOSTILE, cell, meta, rankings, report
from viz.report import layout
from viz.report.build import report_scope
from viz.report.checking import check_file
from viz.report.compose import gap_document
from viz.report.document import (
    Bar,
    Composer,
    Drawn,
    ReportColumn,
    ReportDocument,
    ReportFigure,
    ReportParagraph,
    ReportTable,
    title_lines,
)
from viz.report.glyphs import visible
from viz.report.html import html_bytes
from viz.report.model import GapReport
from viz.report.official import HEAD_LONGEST, OfficialHead
from viz.report.rows import breaks_words, cell_size, closing, column_widths, row_lines, tail
from viz.report.summary import sentences
from viz.report.wording import class_shares, target_value
from viz.report.writing import WRITERS, checked_forms, write_report
from viz.report.xlsx import sheet_name

OFFICIAL = OfficialHead("某厅文件", "川某〔2026〕1号", "张三", "四川省某厅", "各市（州）")


def page(document: ReportDocument, folder: Path) -> parsing.Page:
    return parsing.read(write_report(document, folder / "r.html", "html"))


@pytest.fixture(scope="module")
def whole() -> ReportDocument:
    return gap_document(report(), "zh", OFFICIAL)


@pytest.fixture(scope="module")
def written(whole: ReportDocument, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    return {form: write_report(whole, folder / f"r.{form}", form) for form in WRITERS}


def shown(document: ReportDocument) -> list[list[list[str]]]:
    return [[[c.shown(v) for c, v in zip(t.columns, row, strict=True)] for row in t.rows] for t in document.tables()]


def said(document: ReportDocument) -> list[str]:
    return [text for b in document.blocks if (text := getattr(b, "text", getattr(b, "caption", "")))]


def test_word_holds_every_word_and_number(whole: ReportDocument, written: dict[str, Path]) -> None:
    file = docx.Document(str(written["docx"]))
    *tables, imprint = file.tables
    assert [[[c.text for c in row.cells] for row in t.rows[1:]] for t in tables] == shown(whole)
    assert [[c.text for c in row.cells] for row in imprint.rows] == [
        ["抄送：各市（州）"] * 2, ["四川省某厅", "2026年3月31日印发"]
    ]  # fmt: skip
    assert [p.text for p in file.paragraphs if p.text in set(said(whole))] == said(whole)


def test_the_page_holds_every_word_and_number(whole: ReportDocument, written: dict[str, Path]) -> None:
    made = parsing.read(written["html"])
    cells = [e.text for e in made.all("td")]
    assert cells == [value for table in shown(whole) for row in table for value in row]
    heads = [e.text for e in made.elements if e.tag in ("h2", "h3", "caption", "figcaption", "p")]
    assert [text for text in heads if text in set(said(whole))] == said(whole)


def test_the_workbook_holds_numbers_as_numbers(whole: ReportDocument, written: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(written["xlsx"])
    assert book.sheetnames == ["说明", *(sheet_name(t) for t in whole.tables())]
    for table in whole.tables():
        rows = list(book[sheet_name(table)].iter_rows(min_row=3, max_row=2 + len(table.rows), values_only=True))
        wanted = [tuple("—" if v is None else v for v in row) for row in table.rows]
        assert rows == wanted
    notes = [c for (c,) in book["说明"].iter_rows(values_only=True) if c]
    assert [n.removeprefix("→ ") for n in notes if n.removeprefix("→ ") in set(said(whole))] == said(whole)


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path.read_bytes()) as file:
        return re.sub(r"\s", "", "".join(p.get_textpage().get_text_range() for p in file)).replace("\ufffe", "")


def test_the_pdf_holds_every_word_and_number(whole: ReportDocument, written: dict[str, Path]) -> None:
    text = pdf_text(written["pdf"])
    rows = [re.sub(r"\s", "", "".join(row)) for table in shown(whole) for row in table]
    assert [row for row in rows if row not in text] == []
    between = re.sub(r"—\d+—", "", text)  # a sentence may go on over the page number
    assert [s for s in said(whole) if re.sub(r"\s", "", s) not in between] == []


def test_our_own_documents_have_no_fault(written: dict[str, Path]) -> None:
    assert check_file(written["docx"]) == []
    assert check_file(written["pdf"]) == []


def test_the_same_document_gives_the_same_bytes(whole: ReportDocument, written: dict[str, Path]) -> None:
    later = replace(whole, meta=whole.meta.model_copy(update={"generated_at": meta().generated_at.replace(year=2030)}))
    again = {form: write(later) for form, write in WRITERS.items() if form != "docx"}
    assert again == {form: written[form].read_bytes() for form in again}
    once, twice = (docx.Document(io.BytesIO(WRITERS["docx"](whole)))._element.xml for _ in range(2))
    assert once == twice


def test_head_and_imprint_of_an_office(written: dict[str, Path]) -> None:
    file = docx.Document(str(written["docx"]))
    texts = [p.text for p in file.paragraphs if p.text]
    assert texts[:3] == ["某厅文件", "川某〔2026〕1号\t签发人：张三", "四川省中小企业公共服务缺口分析报告"]
    assert "附件：1.市（州）与服务类型矩阵" in texts
    fonts = file.styles["Title"].element.find(f".//{qn('w:rFonts')}")
    assert fonts.get(qn("w:eastAsia")) == "方正小标宋简体"


def test_no_script_nothing_from_outside_and_a_strict_policy(tmp_path: Path) -> None:
    made = page(gap_document(report()), tmp_path)
    assert made.all("script") == []
    assert parsing.outside(made) == []
    (style,) = made.all("style")
    assert made.policy == (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {parsing.digest(style.text)}"
    )


def test_hostile_names_are_text_on_the_page(tmp_path: Path) -> None:
    for name in HOSTILE:
        made = page(gap_document(report(name=name)), tmp_path)
        assert parsing.outside(made) == []
        assert made.all("script") == []
        assert {str(e.attributes["src"])[:26] for e in made.all("img")} == {"data:image/svg+xml;base64,"}
        assert [e for e in made.all("td") if e.text == visible(name)]


def test_hostile_names_are_text_in_files() -> None:
    names = "".join(HOSTILE)
    document = gap_document(report(name="#emph[x] $a$ =1+1 @b" + names))
    file = docx.Document(io.BytesIO(WRITERS["docx"](document)))
    named = "".join(row.cells[-1].text for t in file.tables for row in t.rows)
    assert "#emph[x] $a$ =1+1 @b" in named
    book = openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"](document)))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert WRITERS["pdf"](document).startswith(b"%PDF")


def test_what_no_font_has_and_nobody_sees_stops_no_form(tmp_path: Path) -> None:
    document = gap_document(report(name="㐂𬭎😀&\u202e<甲>\x07\x00\t乙"))
    for form in WRITERS:
        write_report(document, tmp_path / f"r.{form}", form)
    cells = {c.text for t in docx.Document(str(tmp_path / "r.docx")).tables for row in t.rows for c in row.cells}
    assert "㐂𬭎😀&<甲> 乙" in cells
    assert "㐂𬭎〓&<甲>乙" in pdf_text(tmp_path / "r.pdf")
    assert (check_file(tmp_path / "r.docx"), check_file(tmp_path / "r.pdf")) == ([], [])


def test_the_banner_stands_only_over_synthetic_data() -> None:
    for synthetic in (True, False):
        made = html_bytes(gap_document(report(synthetic=synthetic))).decode()
        assert ("本报告含示例（虚构）数据" in made) is synthetic
        assert ("@top-right" in made) is synthetic


@pytest.mark.parametrize(("lang", "mark"), [("zh", "含示例（虚构）数据"), ("en", "includes synthetic data")])
def test_every_page_picture_and_sheet_says_that_its_figures_are_invented(lang: Lang, mark: str, tmp_path: Path) -> None:
    for said, synthetic in ((mark, True), ("", False)):
        document = gap_document(report(synthetic=synthetic), lang)
        written = {form: write_report(document, tmp_path / f"r.{form}", form) for form in ("pdf", "docx", "xlsx")}
        assert {figure.mark for figure in document.figures()} == {said}
        with pypdfium2.PdfDocument(written["pdf"]) as file:
            pages = [" ".join(page.get_textpage().get_text_range().split()) for page in file]
        assert [page for page in pages if (mark in page) is not synthetic] == []
        sections = docx.Document(str(written["docx"])).sections
        footers = [f._element for s in sections for f in (s.footer, s.even_page_footer)]
        texts = ["".join(t.text or "" for t in footer.iter(qn("w:t"))) for footer in footers]
        assert texts == [f"{said}\u3000—  —", f"—  —\u3000{said}"] * len(sections) if said else ["—  —"] * len(texts)
        book = openpyxl.load_workbook(written["xlsx"])
        assert {sheet.oddHeader.right.text for sheet in book} == {said or None}
        fits = {(s.sheet_properties.pageSetUpPr.fitToPage, s.page_setup.fitToHeight) for s in book}
        assert fits == {(True, 0)}  # one page wide (the default), as many as it takes long
        assert {sheet.oddFooter.center.text for sheet in book} == {"— &P —"}
        if synthetic:  # the mark stands where the number of the page does, so outside the type area is nothing
            assert [check_file(written[form]) for form in ("pdf", "docx")] == [[], []]


def test_who_could_help_spares_no_less_than_it_would_meet() -> None:
    partner = Partner(
        rank=1, key="o1", name="甲", kind=None, label="Organization", region=None, region_name=None, score=0.5,
        parts={}, weights={}, standings={}, spare_capacity=0.47, would_meet=0.47, share_met=None, distance_km=9.0,
        service_types=["SC03"], resources=1, pinned=False, data_class=["REAL"], explanation="", explanation_en="",
    )  # fmt: skip
    asker = Requester(key="510700", name="绵阳市", kind="region", region="510700", unmet=9.0, unknown=False)
    found = Partners(data=[partner], total=1, next=None, meta=meta({"REAL": 1}), requester=asker, relaxations=[])
    made = replace(report(), helpers=found)
    table = next(t for t in shown(gap_document(made)) if "甲" in t[-1])
    assert table[-1][4:6] == ["0.5", "0.5"]
    idle = partner.model_copy(update={"name": "乙", "would_meet": 0.0})
    both = replace(made, helpers=found.model_copy(update={"data": [partner, idle], "total": 7}))
    assert [t[-1][1] for t in shown(gap_document(both)) if t[-1][1] in ("甲", "乙")] == ["甲"]
    none = replace(made, helpers=found.model_copy(update={"data": [idle], "total": 7}))
    told = [b.text for one in (both, none) for b in gap_document(one).body if isinstance(b, ReportParagraph)]
    assert [text for text in told if "外地有" in text] == [
        "外地有 7 家机构符合条件，得分最高的 2 家中能补上缺口的 1 家如下。是否愿意、条件如何须另行商定。",
        "外地有 7 家机构符合条件，得分最高的 1 家都没有能补上缺口的余量。",
    ]


def test_a_figure_of_a_table_is_not_none_for_being_small() -> None:
    percent, amount, whole = ReportColumn("a", "percent"), ReportColumn("a", "number", 1), ReportColumn("a", "number")
    assert [percent.shown(v) for v in (0.0, 0.0004, 0.0005, 1.0)] == ["0.0%", "<0.1%", "0.1%", "100.0%"]
    assert [amount.shown(v) for v in (0.0, 0.04, 0.05)] == ["0.0", "<0.1", "0.1"]
    assert whole.shown(0.3) == "0", "of a column of large figures"


def test_plans_that_are_as_good_are_told_once() -> None:
    made = report()
    assert made.plan is not None
    pairs = [(["a"], ["b"]), (["a"], ["c"]), (["a", "d"], ["c"])]
    equal = [EqualPlan(objective=1.0, without=out, instead=come, text_zh="", text_en="") for out, come in pairs]
    said = gap_document(replace(made, plan=made.plan.model_copy(update={"equal": equal}))).body
    told = [b.text for b in said if isinstance(b, ReportParagraph) and "同样好" in b.text]
    assert told == [
        "另有 2 个在容许差距之内同样好的方案：不做其中 1 项，改做另外 1 项；各项可用命令 shuniu expand 列出。",
        "另有在容许差距之内同样好的方案：不做其中 2 项，改做另外 1 项；各项可用命令 shuniu expand 列出。",
    ]


def test_sentences_are_computed() -> None:
    zh = " ".join(s.zh for s in sentences(report()))
    assert "截至2026年3月31日，四川省中小企业已知的年服务需求 12,346 次" in zh
    assert "Sichuan is known to ask for 12,346 services a year;" in " ".join(s.en for s in sentences(report()))
    assert "需求覆盖率 50.0%（其中由本市（州）满足 25.0%）" in zh
    assert "15 个单元中：已覆盖 5 个（33.3%）" in zh
    assert "有 2 个单元数据不明（成都 2 个、自贡 2 个、攀枝花 2 个等 21 处），既不计为已覆盖" in zh
    en = " ".join(s.en for s in sentences(report()))
    assert "2 cells are unknown (Chengdu 2, Zigong 2, Panzhihua 2 and 18 more places): neither covered nor" in en
    assert "3 项全省目标：达到 1 项，未达到 1 项，数据不足无法判断 1 项；未达到的是线上服务占比" in zh
    assert "在 500 万元预算假设下，测算的 1 项建设、共享、提升行动可使未满足需求由每年 6,173 次减至 5,632 次" in zh
    assert "没有窗口、站点或载体的区县 1 个" in zh


SILENT: dict[str, Any] = {"state": "unknown", "demand": None, "supply": None, "ratio": None, "ratio_local": None,
                          "unmet": None, "providers": 0, "reasons": ["not_reported"]}  # fmt: skip


def narrowed(made: GapReport, rows: list[dict[str, Any]]) -> GapReport:
    """The report of a scope whose every group of cells is given."""
    frame = made.by_area.cells.iloc[:0] if not rows else type(made.by_area.cells)(rows)
    told = Coverage(frame, made.totals.meta, row=CoverageCell)
    return replace(
        made, totals=told, by_area=told, by_area_type=told, rankings=rankings(rows, []), plan=None, sources=[]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        ([], "尚无已报送的服务需求数据", "no demand of Sichuan has been reported"),
        ([cell(**SILENT)], "尚无已报送的服务需求数据", "no demand of Sichuan has been reported"),
        ([cell(region="510100", region_name="成都市", **SILENT | {"state": "not_applicable", "demand": 0.0})],
         "已报送的服务需求为零", "is zero"),
        ([cell(region="510100", region_name="成都市", service_type="SC01")], "年服务需求 12,346 次", "12,346 services"),
    ],
    ids=["nothing", "unknown", "zero", "one"],
)  # fmt: skip
def test_little_or_nothing_is_told_honestly(
    rows: list[dict[str, Any]], zh: str, en: str, lang: Any, tmp_path: Path
) -> None:
    made = narrowed(report(), rows)
    document = gap_document(made, lang)
    assert (zh if lang == "zh" else en) in sentences(made)[0].get(lang)
    for form in ("docx", "pdf"):
        assert check_file(write_report(document, tmp_path / f"r.{form}", form)) == []
    assert WRITERS["xlsx"](document) and WRITERS["html"](document)
    if rows and rows[0]["demand"] is None:
        assert "0.0%" not in [value for table in shown(document)[1:3] for row in table for value in row]


def test_english(tmp_path: Path) -> None:
    made = page(gap_document(report(), "en"), tmp_path)
    assert made.all("html", lang="en")
    assert made.all("h2")[0].text == "1. Summary"
    assert "This report contains synthetic data." in made.all("strong")[0].text


def test_one_is_not_several_in_english() -> None:
    english = " ".join(s.en for s in sentences(report()))
    assert "Under an assumed budget of 5 million yuan, 1 action to build, share or upgrade would bring" in english
    assert "The network has 1 county without a window, station or carrier" in english
    (plan,) = [s for s in said(gap_document(report(), "en")) if "The plan has" in s]
    assert "The plan has 1 action, costs" in plan


def test_a_gap_that_stands_in_several_lists_is_counted_once_by_reason() -> None:
    gap = cell(region="510100", region_name="成都市", service_type="SC01", reasons=["over_capacity"])
    made = replace(report(), rankings=rankings([gap], [gap]))
    found = said(gap_document(made, "en"))
    assert "The three lists hold 1 gap, each counted once. A gap is made of cells, and a reason is that of some of " \
        "them, not always of all." in found  # fmt: skip
    assert [s.partition(":")[0] for s in found if s.startswith("Over capacity")] == [
        "Over capacity (1 of the gaps listed)"
    ]


def test_small_words() -> None:
    capacity, share, unknown = report().targets
    assert target_value(capacity, capacity.actual) == "512,345"
    assert target_value(share, share.actual) == "49.3%"
    assert target_value(unknown, unknown.actual) == "—"
    assert class_shares({"REAL": 1, "EDITORIAL": 0, "SYNTHETIC": 3}, "zh") == "公开事实 25.0%；演示虚构 75.0%"
    assert (class_shares({}, "zh"), class_shares({}, "en")) == ("无", "none")
    assert checked_forms(["PDF", " docx ", "pdf"]) == ["pdf", "docx"]


@pytest.mark.parametrize(
    ("ratios", "zh"),
    [
        ((0.1, 0.2, 0.3, 0.4, 0.9), "最低的是成都（10.0%）、自贡（20.0%）、攀枝花（30.0%），最高的是德阳（90.0%）"),
        ((0.1, 0.2, 0.2, 0.2, 0.9), "最低的是成都（10.0%），最高的是德阳（90.0%）"),
        ((0.0, 0.0, 0.0, 0.0, 1.0), "最低的是 4 个市（州）（均为 0.0%），最高的是德阳（100.0%）"),
        (
            (0.1, 0.2, 0.3, 1, 1),
            "最低的是成都（10.0%）、自贡（20.0%）、攀枝花（30.0%），最高的是 2 个市（州）（均为 100.0%）",
        ),
        ((0.5, 0.5, 0.5, 0.5), "有数据的 4 个市（州）覆盖率都是 50.0%"),
        ((0.1, 0.2, 0.9), ""),
    ],
)
def test_places_are_called_least_covered_where_they_are(ratios: tuple[float, ...], zh: str) -> None:
    towns = {"510100": "成都市", "510300": "自贡市", "510400": "攀枝花市", "510500": "泸州市", "510600": "德阳市"}
    rows = [cell(region=code, region_name=towns[code], ratio=r) for code, r in zip(towns, ratios, strict=False)]
    told = [s.zh for s in sentences(narrowed(report(), rows)) if "覆盖率最低" in s.zh or "覆盖率都是" in s.zh]
    assert [t.removeprefix("市（州）中覆盖率") for t in told] == ([f"{zh}。"] if zh else [])


LONG = ("四川省某某市某某区中小企业公共服务示范平台联合体" * 8)[:170]


@pytest.mark.parametrize("name", [LONG, "A1" * 30, "", "川" + "x" * 169], ids=["long", "token", "empty", "both"])
def test_names_of_any_length_spoil_no_page(name: str, tmp_path: Path) -> None:
    made = report(name=name)
    made = replace(made, sources=[(name, "REAL", n) for n in range(40, 0, -1)])
    document = gap_document(made, "zh", OfficialHead(LONG[:30], "川某〔2026〕1号", LONG[:20], LONG[:40], LONG))
    for form in ("docx", "pdf"):
        assert check_file(write_report(document, tmp_path / f"r.{form}", form)) == []
    assert name in pdf_text(tmp_path / "r.pdf")


ODD_HEAD = OfficialHead(
    mark="<b>某厅\n文件</b> \\sqrt{2} #let x = [1]", number="=1+1\t\u202e〔2026〕\x00号 🎉", signer="מנהל */_粗_",
    issuer="&amp;某厅\u200b", copies_to="{{ 7*7 }} $x$ @ref <tag>\r\n各市（州）",
)  # fmt: skip


def test_a_head_of_any_text_is_one_line_of_text(tmp_path: Path) -> None:
    document = gap_document(report(), "zh", ODD_HEAD)
    files = {form: write_report(document, tmp_path / f"r.{form}", form) for form in WRITERS}
    mark, number = "<b>某厅 文件</b> \\sqrt{2} #let x = [1]", "=1+1 〔2026〕号 🎉"
    signer, copies = "签发人：מנהל */_粗_", "抄送：{{ 7*7 }} $x$ @ref <tag> 各市（州）"
    word = docx.Document(str(files["docx"]))
    above = [p.text for p in word.paragraphs[:2]]
    assert above == [mark, f"{number}\t{signer}"]
    assert [c.text for c in word.tables[-1].rows[0].cells] == [copies] * 2
    page = [e.text for e in parsing.read(files["html"]).all("p")]
    assert page[:2] == [mark, f"{number}　{signer}"]
    assert page[-1] == copies
    notes = [c for (c,) in openpyxl.load_workbook(files["xlsx"]).worksheets[0].iter_rows(values_only=True) if c]
    assert [*notes[:2], notes[-1]] == [mark, f"{number}　{signer}", copies]
    paper = pdf_text(files["pdf"])
    for said_there in (mark, "=1+1〔2026〕号〓", "*/_粗_", copies):
        assert re.sub(r"\s", "", said_there) in paper
    assert [check_file(files[form]) for form in ("docx", "pdf")] == [[], []]


def test_paper_with_a_printed_mark_has_number_and_signer_alone(tmp_path: Path) -> None:
    """Where the mark is printed on the paper, what stands below it is written all the same, in every form."""
    document = replace(gap_document(report(), "zh", OfficialHead(number="川某〔2026〕1号", signer="张三")), annexes=())
    files = {form: write_report(document, tmp_path / f"r.{form}", form) for form in WRITERS}
    assert docx.Document(str(files["docx"])).paragraphs[0].text == "川某〔2026〕1号\t签发人：张三"
    assert parsing.read(files["html"]).all("p")[0].text == "川某〔2026〕1号　签发人：张三"
    assert openpyxl.load_workbook(files["xlsx"]).worksheets[0]["A1"].value == "川某〔2026〕1号　签发人：张三"
    assert pdf_text(files["pdf"]).startswith("川某〔2026〕1号签发人：张三四川省")


@pytest.mark.parametrize(("part", "longest"), HEAD_LONGEST.items())
def test_a_head_longer_than_a_page_bears_is_refused(part: str, longest: int) -> None:
    assert getattr(OfficialHead(**{part: "字" * longest}), part) == "字" * longest  # type: ignore[arg-type]
    with pytest.raises(BadParameter, match=f"{part}.*不得超过 {longest} 个字符"):
        OfficialHead(**{part: "字" * (longest + 1)})  # type: ignore[arg-type]


def test_rows_that_stay_together() -> None:
    columns = (ReportColumn("甲", "text", 0, 1.0), ReportColumn("乙", "number", 0, 1.0))
    table = ReportTable("table-1", "表 1　甲", columns, (("短", 1), ("长" * 40, 2), ("a" * 40, 3), (None, 4)))
    assert row_lines(table, 2 * (37.1 + 2 * layout.CELL_SIDE_MM)) == [1, 4, 3, 1]  # ten characters of 10.5 pt a line
    made = gap_document(report())
    ends = [closing(replace(made, body=(*made.body, ReportParagraph("字" * n)), annexes=())) for n in (28, 90)]
    assert (ends, closing(made)) == ([2, 1], 1)  # a paragraph of one line takes that before it along
    assert [tail(lines) for lines in ([1] * 9, [1, 1], [9, 3, 3], [2, 40], [], [1, 40, 1])] == [5, 2, 2, 0, 0, 1]


@pytest.mark.parametrize("asked", [["odt"], [""], []])
def test_a_form_that_is_none_is_refused(asked: list[str]) -> None:
    with pytest.raises(BadParameter, match="format"):
        checked_forms(asked)


def test_scopes() -> None:
    named = [report_scope(code).name.zh for code in (None, "510000", "panxi", "510700", "510703")]
    assert named == ["四川省", "四川省", "攀西经济区", "绵阳市", "涪城区"]
    assert report_scope("510700", "E01", "集成电路", "SC04").file_name == "gap-report-510700-E01-SC04"
    with pytest.raises(BadParameter, match="region"):
        report_scope("110000")


def test_words_of_a_table_stay_whole_in_the_usual_or_a_smaller_size(whole: ReportDocument, tmp_path: Path) -> None:
    """Words are measured, as “Unknown” is far wider than “illicit”; the whole table takes the smaller size."""
    measured = [round(layout.ems_of(text), 2) for text in ("Unknown", "illicit", "638,061", "不明")]
    columns = tuple(ReportColumn(heading, "text", 0, 1.0) for heading in ("Unknown", "Demand", "Unmet") * 2)
    table = ReportTable("table-1", "Table 1. A", columns, (("covered", "Met", "638,061") * 2,))
    looks = {width: (cell_size(table, width), breaks_words(table, width)) for width in (110.0, 95.0, 80.0)}
    assert looks == {110.0: (10.5, False), 95.0: (9, False), 80.0: (9, True)}
    assert measured == [4.82, 2.57, 3.59, 2.0]
    assert [round(own, 1) for own in column_widths(table, 95.0)[:3]] == [16.9, 15.3, 15.3]
    wide = replace(table, columns=(*columns, *columns[:4]), rows=(table.rows[0] + table.rows[0][:4],))
    document = replace(whole, body=(ReportParagraph("A."), wide), annexes=(), lang="en")
    written = write_report(document, tmp_path / "r.docx", "docx")
    sizes = [run.font.size for cell in docx.Document(str(written)).tables[0]._cells for run in cell.paragraphs[0].runs]
    assert (sizes, check_file(written)) == ([Pt(9)] * 20, [])


@pytest.mark.parametrize(("lang", "again"), [("zh", "续表 1"), ("en", "Table 1 (continued)")])
def test_a_table_that_goes_on_says_which_it_is_and_no_picture_divides_it(
    whole: ReportDocument, lang: Lang, again: str
) -> None:
    """A picture that follows a table stands below its last row, though there is room above that."""
    columns = (ReportColumn("甲", "text", 0, 1.0), ReportColumn("乙", "number", 0, 1.0))
    table = ReportTable("table-1", "表 1　甲", columns, tuple((f"第{n}行", n) for n in range(1, 46)))
    drawn = Drawn((Bar("甲", 0.5, "partial"),), "占比", "甲 50%")
    figure = ReportFigure("figure-1", "图 1　甲", "bars", drawn, "table-1")
    document = replace(
        whole, body=(ReportParagraph("甲。"), table, figure, ReportParagraph("乙。")), annexes=(), lang=lang
    )
    with pypdfium2.PdfDocument(WRITERS["pdf"](document)) as file:
        pages = [page.get_textpage().get_text_range() for page in file]
    marks = [re.findall(r"表 1　甲|图 1　甲|续表 1|Table 1 \(continued\)|第 (?:1|45) 行", text) for text in pages]
    assert marks == [["表 1　甲", "第 1 行"], [again, "第 45 行", "图 1　甲"], [], []]


def test_a_picture_stands_below_the_table_of_its_numbers(whole: ReportDocument) -> None:
    """One above it may end up at the foot of a page that the table goes on over."""
    order = [block.id for block in whole.body if isinstance(block, ReportFigure | ReportTable)]
    assert [order[order.index(figure.table) :][: n + 2] for n, figure in enumerate(whole.figures())] == [
        ["table-2", "figure-1"], ["table-2", "figure-1", "figure-2"]
    ]  # fmt: skip


def test_the_imprint_stands_on_an_even_page_the_last(whole: ReportDocument) -> None:
    parities = set()
    for kept in (5, 4, 3):
        shorter = replace(whole, annexes=whole.annexes[:kept])
        with pypdfium2.PdfDocument(WRITERS["pdf"](shorter)) as file:
            pages = [page.get_textpage().get_text_range() for page in file]
        with pypdfium2.PdfDocument(WRITERS["pdf"](replace(shorter, official=OfficialHead()))) as file:
            parities.add(len(file) % 2)
        assert len(pages) % 2 == 0
        assert [n for n, text in enumerate(pages, 1) if "抄送：各市（州）" in text] == [len(pages)]
        assert f"— {len(pages)} —" in pages[-1]
    assert parities == {0, 1}


def test_an_empty_page_before_the_imprint_and_the_imprint_have_no_number(whole: ReportDocument, tmp_path: Path) -> None:
    """GB/T 9704-2012, 7.5: where the text ends on an even page without room."""
    written = write_report(replace(whole, annexes=whole.annexes[:1]), tmp_path / "r.pdf", "pdf")
    with pypdfium2.PdfDocument(written) as file:
        pages = [page.get_textpage().get_text_range() for page in file]
    assert [re.findall(r"— (\d+) —", text) for text in pages] == [*([str(n)] for n in range(1, 11)), [], []]
    assert pages[-2:] == ["", "抄送：各市（州）\r\n四川省某厅 2026 年 3 月 31 日印发"]
    assert check_file(written) == []


def test_one_annex_alone_has_no_number(whole: ReportDocument) -> None:
    to = Composer("zh")
    to.text(f"名单见{(label := to.refer())}。", "")
    to.annex(label, ("名单", ""), lambda: to.text("甲", ""), wide=False)
    body, annexes = to.finish()
    alone = replace(whole, body=body, annexes=annexes)
    assert (body[0].text, annexes[0].label, alone.annex_list()) == ("名单见附件。", "附件", ["附件：名单"])  # type: ignore[union-attr]
    assert whole.annex_list()[:2] == ["附件：1.市（州）与服务类型矩阵", "2.行动建议表"]


def test_a_long_title_breaks_where_words_end() -> None:
    assert title_lines("四川省中小企业公共服务缺口分析报告") == ["四川省中小企业公共服务缺口分析报告"]
    long = "阿坝藏族羌族自治州中小企业公共服务缺口分析报告"
    assert title_lines(long) == ["阿坝藏族羌族自治州中小企业公共服务", "缺口分析报告"]


def embedded(pdf: bytes) -> set[str]:
    """The families of the fonts that text of a PDF is set in, without the mark of a part of a font."""
    names = set()
    with pypdfium2.PdfDocument(pdf) as file:
        for page in file:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                font = raw.FPDFTextObj_GetFont(item.raw)
                name = ctypes.create_string_buffer(raw.FPDFFont_GetBaseFontName(font, None, 0))
                raw.FPDFFont_GetBaseFontName(font, name, len(name))
                names.add(name.value.decode().split("+")[-1].split("-")[0])
    return names


def test_fonts_of_the_office_are_embedded(whole: ReportDocument, tmp_path: Path) -> None:
    font = TTFont(chinese_fonts.serif_path())
    Subsetter(Options(notdef_outline=True, name_IDs=["*"])).populate(text="一二（）规模")
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = "KaiTi"
    font.save(tmp_path / "kai.otf")
    made = WRITERS["pdf"](replace(whole, official=replace(OFFICIAL, fonts=tmp_path)))
    assert "KaiTi" in embedded(made)
    assert "KaiTi" not in embedded(WRITERS["pdf"](whole))


def test_targets_of_other_rules_stand_with_their_path(tmp_path: Path) -> None:
    path = [PathMonth(month="2026-02", due=0.4, actual=None, met=None),
            PathMonth(month="2026-03", due=0.45, actual=0.493, met=True)]  # fmt: skip
    places = [PlaceStatus(region="510100", region_name="成都市", actual=0.6, met=True),
              PlaceStatus(region="510300", region_name="自贡市", actual=0.2, met=False),
              PlaceStatus(region="510400", region_name="攀枝花市", actual=None, met=None)]  # fmt: skip
    rule = PolicyTarget(
        pack="own", pack_name_zh="我办目标", pack_name_en="Ours", kind="own", issued=None, until=None,
        in_force=True, id="online",
        name_zh="线上占比", name_en="Online", indicator="online_share", definition_zh="", definition_en="",
        comparison="ge", target=0.5, unit_zh="比例", unit_en="share", by=2027, clause=None, actual=0.493, met=False,
        note_zh="", note_en="", source="内部", verification="user_supplied", due=0.45, due_met=True, path=path,
        prefectures=places, others=[], data_class=["real"],
    )  # fmt: skip
    bare = {"path": [], "prefectures": []}
    other = rule.model_copy(update={**bare, "pack_name_zh": "厅里目标", "target": 0.6, "due": None, "due_met": None})
    over = rule.model_copy(update={**bare, "pack_name_zh": "旧目标", "target": 0.7, "in_force": False, "due": None})
    document = gap_document(replace(report(), rules=[rule, other, over]))
    tables = {t.caption.partition("　")[2]: [list(row) for row in t.rows] for t in document.tables()}
    assert tables["其他规定与自定目标（全省）"] == [
        ["我办目标", "线上占比", "≥ 50.0%", "≥ 45.0%", "49.3%", "✓ 达到", "1/2"],
        ["厅里目标", "线上占比", "≥ 60.0%", "—", "49.3%", "—", "—"],
        ["旧目标", "线上占比", "≥ 70.0%", "—", "49.3%", "规定不在有效期内", "—"],
    ]
    assert "下列指标在有效的规定中有不同要求，逐项分列，不作取舍：线上占比 ≥ 50.0% / ≥ 60.0%。" in said(document)
    assert tables["目标路径：线上占比"] == [
        ["2026-02", "≥ 40.0%", "—", "? 无法判断"], ["2026-03", "≥ 45.0%", "49.3%", "✓ 达到"]
    ]  # fmt: skip
    assert check_file(write_report(document, tmp_path / "r.docx", "docx")) == []
