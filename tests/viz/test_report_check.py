"""The check of a layout finds every fault that is planted, and names it."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
import typst
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from graph.errors import BadParameter, FileMissing, FileUnreadable
from tests.viz.scenes import report
from viz.report.checking import check_file
from viz.report.compose import gap_document
from viz.report.docx import docx_bytes
from viz.report.pdf import pdf_bytes


@pytest.fixture(scope="module")
def sound() -> bytes:
    return docx_bytes(gap_document(report()))


def styled(file: WordFile, name: str, nth: int = 0) -> Any:
    return [p for p in file.paragraphs if p.style.name == name and p.text][nth]


def drop(element: Any) -> None:
    element.getparent().remove(element)


def section(**changes: Any) -> Callable[[WordFile], None]:
    def plant(file: WordFile) -> None:
        for name, value in changes.items():
            setattr(file.sections[0], name, value)

    return plant


def style(name: str, **changes: Any) -> Callable[[WordFile], None]:
    def plant(file: WordFile) -> None:
        of: Any = file.styles[name]
        for key, value in changes.items():
            setattr(of.paragraph_format if hasattr(of.paragraph_format, key) else of.font, key, value)

    return plant


def face(name: str, family: str) -> Callable[[WordFile], None]:
    return lambda file: file.styles[name].element.find(f".//{qn('w:rFonts')}").set(qn("w:eastAsia"), family)


def unset(name: str, path: str) -> Callable[[WordFile], None]:
    return lambda file: drop(file.styles[name].element.xpath(path)[0])


def every(path: str) -> Callable[[WordFile], None]:
    return lambda file: [drop(e) for e in file.tables[1]._tbl.iterfind(f".//{qn(path)}")] and None


def footer_text(file: WordFile) -> None:
    for text in file.sections[0].footer._element.iter(qn("w:t")):
        text.text = (text.text or "").replace("—", "")


def centre(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def starting(file: WordFile, text: str) -> Any:
    return next(p for p in file.paragraphs if p.text.startswith(text))


def no_alt(file: WordFile) -> None:
    file.element.body.find(f".//{qn('wp:docPr')}").attrib.pop("descr")


def wide_picture(file: WordFile) -> None:
    file.element.body.find(f".//{qn('wp:inline')}/{qn('wp:extent')}").set("cx", str(Mm(190)))


def wide_table(file: WordFile) -> None:
    file.tables[1]._tbl.tblGrid.find(qn("w:gridCol")).set(qn("w:w"), "9000")


def blank_lines(file: WordFile) -> None:
    for _ in range(3):
        styled(file, "Heading 1", 1).insert_paragraph_before("")


def empty_section(file: WordFile) -> None:
    styled(file, "Heading 1", 1).insert_paragraph_before("二、空节", "Heading 1")


FAULTS: dict[str, tuple[str, Callable[[WordFile], Any]]] = {
    "A5 paper": ("paper", section(page_width=Mm(148), page_height=Mm(210))),
    "top margin": ("top", section(top_margin=Mm(25.4))),
    "bottom margin": ("bottom", section(bottom_margin=Mm(25.4))),
    "left margin": ("left", section(left_margin=Mm(31.8))),
    "right margin": ("right", section(right_margin=Mm(31.8))),
    "orientation": ("orientation", section(orientation=1)),
    "grid": ("grid", lambda f: f.sections[0]._sectPr.find(qn("w:docGrid")).set(qn("w:linePitch"), "312")),
    "line distance": ("lines", style("Normal", line_spacing=Pt(24))),
    "characters a line": ("characters", unset("Normal", "w:rPr/w:spacing")),
    "space between": ("gap", style("Normal", space_after=Pt(10))),
    "indent": ("indent", unset("Normal", "w:pPr/w:ind")),
    "title in another face": ("face", face("Title", "微软雅黑")),
    "body in another face": ("face", face("Normal", "等线")),
    "heading in another face": ("face", face("Heading 1", "宋体")),
    "second heading in another face": ("face", face("Heading 2", "黑体")),
    "title too small": ("size", style("Title", size=Pt(18))),
    "body too small": ("size", style("Normal", size=Pt(14))),
    "one run larger": ("size", lambda f: setattr(styled(f, "Normal", 3).runs[0].font, "size", Pt(18))),
    "table text too small": ("size", style("Report Cell", size=Pt(7))),
    "title at the left": ("title_side", lambda f: setattr(styled(f, "Title"), "alignment", WD_ALIGN_PARAGRAPH.LEFT)),
    "no title": ("no_title", lambda f: [drop(p._p) for p in f.paragraphs if p.style.name == "Title"]),
    "odd and even alike": ("odd_even", lambda f: setattr(f.settings, "odd_and_even_pages_header_footer", False)),
    "no page number": ("no_page_number", lambda f: [drop(r._r) for r in f.sections[0].footer.paragraphs[0].runs]),
    "page number in the middle": ("page_number_side", lambda f: centre(f.sections[0].footer.paragraphs[0])),
    "page number without dashes": ("page_number_dash", footer_text),
    "page number too small": ("page_number_size", style("Footer", size=Pt(9))),
    "head not repeated": ("head_once", every("w:tblHeader")),
    "rows may break": ("row_split", every("w:cantSplit")),
    "table without caption": ("table_caption", lambda f: drop(starting(f, "表 2")._p)),
    "caption may part": ("caption_apart", style("Caption", keep_with_next=False)),
    "table without rows": ("empty_table", lambda f: [drop(r._tr) for r in f.tables[1].rows[1:]]),
    "blank head": ("blank_head", lambda f: setattr(f.tables[1].rows[0].cells[0], "text", "")),
    "table too wide": ("too_wide", wide_table),
    "picture too wide": ("too_wide", wide_picture),
    "picture without words": ("no_alt", no_alt),
    "figure without caption": ("figure_caption", lambda f: drop(starting(f, "图 1")._p)),
    "wrong number of a table": ("numbering", lambda f: setattr(starting(f, "表 2"), "text", "表 7　某表")),
    "wrong number of a heading": ("heading_number", lambda f: setattr(styled(f, "Heading 1", 1), "text", "五、目标")),
    "heading without number": ("heading_form", lambda f: setattr(styled(f, "Heading 2"), "text", "规模")),
    "heading may part": ("heading_apart", style("Heading 1", keep_with_next=False)),
    "empty section": ("empty_section", empty_section),
    "page break": ("page_break", lambda f: styled(f, "Normal", 4).add_run().add_break(WD_BREAK.PAGE)),
    "empty lines": ("blank_lines", blank_lines),
    "a program's value": ("leaked", lambda f: setattr(f.tables[1].rows[1].cells[1], "text", "nan")),
    "number on two lines": ("broken_number", lambda f: setattr(f.tables[1].rows[1].cells[1], "width", Mm(9))),
    "annex that is none": ("reference", lambda f: styled(f, "Normal", 4).add_run("见附件9。")),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, sound: bytes, tmp_path: Path) -> None:
    code, plant = FAULTS[name]
    file = docx.Document(io.BytesIO(sound))
    plant(file)
    file.save(str(tmp_path / "r.docx"))
    assert code in {fault.code for fault in check_file(tmp_path / "r.docx")}


def test_pdf_of_other_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from viz.report import layout  # noqa: PLC0415 patched below

    document = gap_document(report())
    with monkeypatch.context() as patch:
        patch.setattr(layout, "LEFT", 10.0)
        patch.setattr(layout, "NUMBER_BELOW_MM", 1.0)
        made = pdf_bytes(document)
    (tmp_path / "r.pdf").write_bytes(made)
    assert "outside" in {fault.code for fault in check_file(tmp_path / "r.pdf")}


def test_a_page_of_one_line_is_found(tmp_path: Path) -> None:
    source = (
        b"#set page(margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))\n#v(20cm)\na\n#pagebreak()\nleft over"
    )
    (tmp_path / "r.pdf").write_bytes(typst.compile(source, format="pdf"))
    assert "lone_lines" in {fault.code for fault in check_file(tmp_path / "r.pdf") if fault.where.en == "page 2"}


@pytest.mark.parametrize(("last", "apart"), [("Table 6. Gaps", True), ("Table 6 gives the gaps.", False)])
def test_a_sentence_that_begins_with_a_table_is_no_caption(tmp_path: Path, last: str, apart: bool) -> None:
    margin = "#set page(margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))"
    source = f"{margin}\n#v(20cm)\n{last}\n#pagebreak()\nmore"
    (tmp_path / "r.pdf").write_bytes(typst.compile(source.encode(), format="pdf"))
    found = [fault.where.en for fault in check_file(tmp_path / "r.pdf") if fault.code == "caption_apart"]
    assert found == (["page 1"] if apart else [])


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(BadParameter):
        check_file(tmp_path / "r.odt")
    with pytest.raises(FileMissing):
        check_file(tmp_path / "r.docx")
    for name in ("r.docx", "r.pdf"):
        (tmp_path / name).write_text("nothing of the kind", encoding="utf-8")
        with pytest.raises(FileUnreadable):
            check_file(tmp_path / name)
