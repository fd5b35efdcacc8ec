"""Our Word files in a real office program, LibreOffice: every word is drawn, captions stand with their tables."""

import os
import re
from collections.abc import Iterator

import numpy as np
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pypdfium2 import raw

from tests.support.office import FACES, as_pdf, faces_at, office_program
from tests.viz.scenes import report
from tests.viz.test_month import report as month
from viz.numbers import INVENTED
from viz.report import layout
from viz.report.compose import gap_document
from viz.report.document import ReportDocument, ReportTable
from viz.report.month import month_document
from viz.report.official import OfficialHead
from viz.report.writing import write_report

OFFICIAL = OfficialHead("某厅文件", "川某〔2026〕1号", "张三", "四川省民营经济发展领导小组办公室", "各市（州）")
NAME = "四川省阿坝藏族羌族自治州若尔盖县中小企业公共服务示范平台𠮷"
MM = 72 / 25.4
KEPT_MM = 2.5
"""The outermost line of a table stands on the edge of the type area, and LibreOffice puts a picture beside it."""
pytestmark = pytest.mark.slow

Laid = tuple[ReportDocument, pypdfium2.PdfDocument]


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Laid]]:
    if office_program() is None:
        if os.environ.get("CI"):
            pytest.fail("缺少 LibreOffice Writer。LibreOffice Writer is missing: apt install libreoffice-writer-nogui")
        pytest.skip("没有 LibreOffice Writer / no LibreOffice Writer")
    folder = tmp_path_factory.mktemp("office")
    documents = {
        "zh": gap_document(report(name=NAME), "zh", OFFICIAL),
        "en": gap_document(report(), "en"),
        "month": month_document(month()),
    }
    files = [write_report(document, folder / f"{name}.docx", "docx") for name, document in documents.items()]
    made = {path.stem: pypdfium2.PdfDocument(path) for path in as_pdf(files, folder)}
    yield {name: (document, made[name]) for name, document in documents.items()}
    for file in made.values():
        file.close()


def joined(text: str) -> str:
    """A text without what the layout puts between its characters: numbers of pages and the mark beside them, too."""
    marks = "|".join(re.sub(r"\s", "", mark) for mark in INVENTED)
    return re.sub(rf"[\s\ufffe\u00ad-]|(?:{marks})—\d+—|—\d+—(?:{marks})|—\d+—", "", re.sub(r"\s", "", text))


def drawn(file: pypdfium2.PdfDocument) -> list[str]:
    return [page.get_textpage().get_text_range() for page in file]


@pytest.mark.parametrize("name", ["zh", "en", "month"])
def test_every_word_and_number_is_drawn(laid: dict[str, Laid], name: str) -> None:
    document, file = laid[name]
    whole = joined("".join(drawn(file)))
    said = [text for b in document.blocks if (text := getattr(b, "text", getattr(b, "caption", "")))]
    assert [text for text in said if joined(text) not in whole] == []
    cells = {
        column.shown(value)
        for table in document.tables()
        for row in table.rows
        for column, value in zip(table.columns, row, strict=True)
    }
    assert [cell for cell in cells if joined(cell) not in whole] == []


@pytest.mark.parametrize("name", ["zh", "en", "month"])
def test_no_glyph_is_missing_and_no_other_font_stands_in(laid: dict[str, Laid], name: str) -> None:
    _, file = laid[name]
    have = set[int]()
    for path in faces_at():
        with TTFont(path) as font:
            have |= font.getBestCmap().keys()
    text = "".join(drawn(file))
    assert "\ufffd" not in text
    assert {c for c in text if c.isprintable() and ord(c) not in have and c != "\ufffe"} <= {"𠮷"}
    families = {text.get_font().get_family_name().partition("-")[0] for page in file for text in texts(page)}
    assert families <= {face.replace(" ", "") for face in FACES.values()}


def texts(page: pypdfium2.PdfPage) -> list[pypdfium2.PdfTextObj]:
    return list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]))


@pytest.mark.parametrize("name", ["zh", "en", "month"])
def test_nothing_leaves_the_type_area_and_no_page_is_empty(laid: dict[str, Laid], name: str) -> None:
    _, file = laid[name]
    for page in file:
        ink = np.argwhere(page.render(scale=2, grayscale=True).to_numpy().squeeze() < 128) / (2 * MM)
        (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
        width, height = (side / MM for side in page.get_size())
        found = {"left": left, "top": top, "right": width - right, "bottom": height - bottom}
        least = {"left": layout.LEFT, "top": layout.TOP, "right": layout.RIGHT, "bottom": layout.NUMBER_BELOW_MM}
        if width > height:  # of its number LibreOffice 7.4 makes little: it puts some into the corner of the page
            least = {"right": layout.TOP, "bottom": layout.RIGHT}
        assert {side: found[side] for side in least if found[side] < least[side] - KEPT_MM} == {}


@pytest.mark.parametrize("name", ["zh", "en", "month"])
def test_captions_stand_with_their_tables_and_heads_come_again(laid: dict[str, Laid], name: str) -> None:
    document, file = laid[name]
    pages = [joined(text) for text in drawn(file)]
    for table in document.tables():
        assert isinstance(table, ReportTable)
        head = joined("".join(c.heading for c in table.columns))
        caption = joined(table.caption)
        (at,) = [n for n, text in enumerate(pages) if caption in text]
        assert head in pages[at][pages[at].index(caption) :], table.caption


def test_the_imprint_stands_at_the_foot_of_the_last_page_which_is_even(laid: dict[str, Laid]) -> None:
    _, file = laid["zh"]
    last = file[len(file) - 1]
    words = last.get_textpage()
    at, _ = words.search("印发").get_next()
    _, bottom, _, top = words.get_charbox(at)
    assert layout.BOTTOM * MM < bottom < top < layout.BOTTOM * MM + layout.LINE_PT
    assert words.get_text_range().split() == [
        "抄送：各市（州）", "四川省民营经济发展领导小组办公室", "2026", "年", "3", "月", "31", "日印发", "—", "18", "—",
        INVENTED.zh,
    ]  # fmt: skip
