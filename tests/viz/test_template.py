"""An office's own Word file over twelve months: what the office wrote stays, every figure is the month's."""

import io
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from graph.errors import BadParameter
from queries.coverage import Coverage, CoverageCell
from tests.viz.scenes import report
from tests.viz.test_month import FULL
from tests.viz.test_month import report as month_of
from viz.numbers import number, percent
from viz.report.compose import gap_document
from viz.report.document import ReportDocument
from viz.report.month import month_document
from viz.report.template.files import TEMPLATE_TYPE, read_template
from viz.report.template.fill import fill_template
from viz.report.template.marks import numbers
from viz.report.template.places import places
from viz.report.template.sample import inline, sample_template, standing

MONTHS = 12


@cache
def edition(month: int) -> ReportDocument:
    """The report of a month, whose every figure of a place is another than in any other month."""
    made = report()

    def grown(of: Coverage) -> Coverage:
        rows = of.cells.copy()
        for at, name in enumerate(("demand", "supply", "unmet")):
            rows[name] = rows[name] * (1.0 + 0.0371 * month + 0.001 * at)
        rows["ratio"] = rows["ratio"] * (1.0 - 0.0123 * month)
        return Coverage(rows, of.meta, row=CoverageCell)

    return gap_document(replace(made, totals=grown(made.totals), by_area=grown(made.by_area)))


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def saved(file: Any) -> bytes:
    sink = io.BytesIO()
    file.save(sink)
    return sink.getvalue()


def told(document: ReportDocument) -> set[str]:
    """Every number that the report of a month says."""
    cells = [c.shown(v) for t in document.tables() for row in t.rows for c, v in zip(t.columns, row, strict=True)]
    texts = [getattr(b, "text", getattr(b, "caption", "")) for b in document.blocks]
    return {n for text in (*cells, *texts, *document.values.values()) for n in numbers(text)}


def held(file: Any, name: str) -> list[Paragraph]:
    """The paragraphs of a place that say something."""
    place = next(p for p in places(file) if p.name == name)
    found = [Paragraph(p, file._body) for p in place.content.iterchildren(qn("w:p"))]
    return [p for p in found if p.text.strip()]


def words(file: Any) -> list[str]:
    found = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in file.element.body.iter(qn("w:p")))
    return [said for said in found if said.strip()]


def marked(file: Any) -> list[str]:
    runs = [r for r in file.element.body.iter(qn("w:r")) if r.find(f"{qn('w:rPr')}/{qn('w:highlight')}") is not None]
    return ["".join(t.text or "" for t in r.iter(qn("w:t"))) for r in runs]


def test_twelve_editions_lose_no_paragraph_and_leave_no_stale_figure() -> None:
    content = sample_template()
    office = ["（我单位手写）请各市（州）于月底前反馈。"]
    stale: set[str] = set()
    for month in range(MONTHS):
        document = edition(month)
        made = fill_template(document, content)
        file = opened(made.content)
        said, values = words(file), document.values
        assert [o for o in office[1:] if o not in said] == []
        lead = next(p for p in said if p.startswith("（本段由我单位撰写"))
        assert lead == (
            f"（本段由我单位撰写，每期保留。）截至2026年3月31日，四川省中小企业年服务需求 {values['demand']} 次，"
            f"未满足 {values['unmet']} 次，覆盖率 {values['ratio']}。"
        )
        total = report().total
        assert total is not None and total.demand and total.ratio
        assert values["demand"] == number(total.demand * (1 + 0.0371 * month))
        assert values["ratio"] == percent(total.ratio * (1 - 0.0123 * month))
        assert [n for n in stale - told(document) for p in said if n in numbers(p)] == []
        if month:
            edited = held(file, "summary")[0].text
            assert edited.startswith("经核实，") and values["demand"] in edited
            assert made.kept == 1 + month
            assert values["demand"] in marked(file)
            assert made.changed == len(marked(file))
        else:
            assert (made.kept, made.changed, made.check, marked(file)) == (0, 0, 0, [])
            first = held(file, "summary")[0]
            first.runs[0].text = "经核实，" + first.runs[0].text
        comment = f"第{'一二三四五六七八九十甲乙'[month]}期说明：本期情况平稳。"
        held(file, "by_area")[0]._p.addnext(file.add_paragraph(comment)._p)
        office.append(comment)
        stale |= {values["demand"], values["unmet"], values["ratio"]}
        content = saved(file)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:  # the charts of earlier months are gone
            assert len([n for n in parts.namelist() if n.startswith("word/media/")]) == len(
                list(file.element.body.iter(qn("a:blip")))
            )


def test_a_figure_quoted_by_hand_is_marked_once_it_is_no_more() -> None:
    first, second = edition(0), edition(1)
    file = opened(fill_template(first, sample_template()).content)
    quoted = file.add_paragraph(f"会上通报：可及供给 {first.values['supply']} 次，涉及 3 个部门。")
    quoted.runs[0].font.bold = True
    made = fill_template(second, saved(file))
    after = opened(made.content)
    assert made.check == 1
    (run,) = [r for r in after.paragraphs[-1].runs if r.text == first.values["supply"]]
    assert (run.font.bold, run.font.highlight_color, run.font.underline) == (True, 7, 11)
    assert after.paragraphs[-1].text == quoted.text


def test_a_table_marks_the_cells_that_changed_and_the_office_keeps_its_own() -> None:
    file = opened(fill_template(edition(0), sample_template()).content)
    place = next(p for p in places(file) if p.name == "by_area")
    own = file.add_table(rows=1, cols=1)
    own.rows[0].cells[0].text = "我单位的表"
    place.content.append(own._tbl)
    after = opened(fill_template(edition(1), saved(file)).content)
    (by_area,) = [p for p in places(after) if p.name == "by_area"]
    heads = [t.find(f".//{qn('w:t')}").text for t in by_area.content.iterchildren(qn("w:tbl"))]
    assert heads == ["市（州）", "我单位的表"]
    changed = set(marked(after))
    demands = [c.text for c in after.tables[0].columns[1].cells] if after.tables else []
    assert "—" not in changed
    assert [d for d in demands[1:] if d != "—" and d not in changed] == []


def test_a_place_takes_text_tables_charts_or_annexes_alone() -> None:
    file = docx.Document()
    for name in ("by_area.text", "by_area.tables", "by_area.charts", "matrix.annex"):
        file.element.body.sectPr.addprevious(standing(name, "…"))
    after = opened(fill_template(edition(0), saved(file)).content)
    kinds = {
        p.name: ("tables" if list(p.content.iterchildren(qn("w:tbl"))) else "")
        + ("charts" if list(p.content.iter(qn("w:drawing"))) else "")
        for p in places(after)
    }
    assert kinds == {
        "by_area.text": "",
        "by_area.tables": "tables",
        "by_area.charts": "charts",
        "matrix.annex": "tables",
    }


@pytest.mark.parametrize(
    ("spoil", "names"),
    [
        (lambda _: b"no word file", "Word"),
        (lambda _: saved(docx.Document()), "shuniu:"),
        (lambda file: file.element.body.sectPr.addprevious(standing("no_such_part", "…")), "no_such_part"),
        (lambda file: file.paragraphs[0]._p.append(inline("summary", "…")), "summary"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_filled_is_refused(spoil: Any, names: str) -> None:
    file = docx.Document()
    file.add_paragraph("我单位")
    content = spoil(file) or saved(file)
    with pytest.raises(BadParameter, match=names):
        fill_template(edition(0), content)


def test_an_edition_whose_record_was_dropped_is_refused() -> None:
    file = opened(fill_template(edition(0), sample_template()).content)
    for key, relation in list(file.part.rels.items()):
        if relation.reltype.endswith("/customXml"):
            del file.part.rels[key]
    with pytest.raises(BadParameter, match="填写记录"):
        fill_template(edition(1), saved(file))


def typed(*paragraphs: str) -> Any:
    """A Word file whose paragraphs are of this XML."""
    file = docx.Document()
    for held in paragraphs:
        file.element.body.sectPr.addprevious(parse_xml(f"<w:p {nsdecls('w')}>{held}</w:p>"))
    return file


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_typed_places_and_bookmarks_are_filled_as_controls_are() -> None:
    file = typed(
        run("需求 {{dem") + run("and}} 次，未满足") + f'<w:ins w:id="7" w:author="某">{run("{{ 未满足 }}")}</w:ins>'
        + '<w:del w:id="8" w:author="某"><w:r><w:delText>{{旧}}</w:delText></w:r></w:del>' + run(" 次。"),
        run("｛｛目标与实际｝｝"),
        f'<w:bookmarkStart w:id="1" w:name="shuniu_by_area_tables"/>{run("（表）")}<w:bookmarkEnd w:id="1"/>',
        run("覆盖率") + f'<w:bookmarkStart w:id="2" w:name="ratio"/>{run("xx")}<w:bookmarkEnd w:id="2"/>' + run("。"),
        run("另见") + '<w:bookmarkStart w:id="3" w:name="_Ref123"/><w:bookmarkEnd w:id="3"/>' + run("附件。"),
    )  # fmt: skip
    document = edition(0)
    made = fill_template(document, saved(file))
    after = opened(made.content)
    assert [p.name for p in places(after)] == ["demand", "unmet", "targets", "by_area.tables", "ratio"]
    values, said = document.values, words(after)
    assert said[0] == f"需求 {values['demand']} 次，未满足{values['unmet']} 次。"
    assert {f"覆盖率{values['ratio']}。", "另见附件。"} <= set(said)
    assert "{" not in "".join(said) and "（表）" not in said
    assert [t.get(qn("w:name")) for t in after.element.body.iter(qn("w:bookmarkStart"))] == ["_Ref123"]
    again = fill_template(edition(1), made.content)
    assert again.places == 5
    assert edition(1).values["demand"] in words(opened(again.content))[0]


def test_a_typed_name_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(BadParameter, match=r"no_such_part.*未满足"):
        fill_template(edition(0), saved(typed(run("{{no_such_part}}"))))


def test_what_word_saves_as_a_template_is_filled_as_the_document_that_it_is() -> None:
    file = docx.Document()
    file.add_paragraph("未满足 {{unmet}} 次")
    content = retyped(saved(file), CONTENT_TYPE.WML_DOCUMENT_MAIN, TEMPLATE_TYPE)
    made = fill_template(edition(0), content)
    assert words(opened(made.content)) == [f"未满足 {edition(0).values['unmet']} 次"]
    macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    with pytest.raises(BadParameter, match="另存为"):
        fill_template(edition(0), retyped(saved(file), CONTENT_TYPE.WML_DOCUMENT_MAIN, macros))


def retyped(content: bytes, old: str, new: str) -> bytes:
    """The same file, said to be of another type."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(sink, "w") as made:
        for name in held.namelist():
            made.writestr(name, held.read(name).replace(old.encode(), new.encode()))
    return sink.getvalue()


def test_names_with_braces_mark_no_place_in_the_next_edition() -> None:
    file = docx.Document()
    for name in ("{{network}}", "{{plan.annex}}", "我单位：{{unmet}}"):
        file.add_paragraph(name)
    content = saved(file)
    for name in ("{{unmet}}县", "{{石渠", "县}}{{nope}}"):
        made = fill_template(gap_document(report(name=name)), content)
        again = fill_template(gap_document(report(name=name)), made.content)
        assert ([p.name for p in places(opened(again.content))], again.changed, again.kept, again.check) == (
            ["network", "plan.annex", "unmet"], 0, 0, 0
        )  # fmt: skip
        assert any(name in said for said in words(opened(again.content)))
        content = again.content


def test_the_head_of_a_first_page_is_filled_and_takes_no_tables() -> None:
    def headed(text: str) -> bytes:
        file = docx.Document()
        section = file.sections[0]
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = text
        return saved(file)

    made = opened(fill_template(edition(0), headed("截至 {{as_of}}")).content)
    said = "".join(t.text for t in made.sections[0].first_page_header._element.iter(qn("w:t")))
    assert said == f"截至 {edition(0).values['as_of']}"
    with pytest.raises(BadParameter, match="页眉页脚"):
        fill_template(edition(0), headed("{{by_area}}"))


def test_a_place_inside_a_place_goes_with_it() -> None:
    file, outer = docx.Document(), standing("summary", "…")
    outer[-1].append(standing("by_area", "…"))
    file.element.body.sectPr.addprevious(outer)
    made = fill_template(edition(0), saved(file))
    assert (made.places, [p.name for p in places(opened(made.content))]) == (1, ["summary"])


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (lambda good: good[: len(good) // 2], "已损坏"),
        (lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096), "旧版 .doc"),
        (lambda _: b"", "另存为"),
        (lambda _: b"{\\rtf1 {{unmet}}}", "另存为"),
    ],
)
def test_a_file_that_is_no_sound_word_file_says_what_to_do(content: Any, named: str, tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(content(saved(typed(run("{{unmet}}")))))
    with pytest.raises(BadParameter, match=named):
        fill_template(edition(0), read_template(tmp_path / "t.docx"))


def test_a_sentence_put_between_words_of_the_office_goes_on_where_it_is_said_otherwise() -> None:
    """From growth to decline it is another sentence: it takes the place of the last one, between the office's words."""
    grown = month_document(month_of())
    fallen = month_document(month_of({**FULL, "services": 800, "year_on_year": -0.2}))
    file = opened(fill_template(grown, sample_template("month")).content)
    first = held(file, "summary")[0]
    old = first.text
    first.runs[0].text = f"经核实，{old}请各地重视。"
    made = fill_template(fallen, saved(file))
    after = opened(made.content)
    (new,) = [b.text for b in fallen.body if getattr(b, "text", "").startswith("2026年2月，四川省共完成")]  # type: ignore[union-attr]
    assert ("增长" in old, "下降" in new) == (True, True)
    assert held(after, "summary")[0].text == f"经核实，{new}请各地重视。"
    assert old not in "".join(words(after))
    assert [said for said in words(after) if said == new] == []
    assert (made.kept, made.check, "800" in marked(after)) == (1, 0, True)
    back = opened(fill_template(grown, made.content).content)
    assert held(back, "summary")[0].text == f"经核实，{old}请各地重视。"
