"""Answers as workbooks for an office: headings and words in its language, formats, filters, ready to be printed.

The first sheet holds the rows, the second what they are an answer to: day, version, parameters, share of facts by
class, what is assumed, and which field of the API stands under which heading.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from unicodedata import east_asian_width

from api.export import columns_of, flat
from api.questions.about import about_lines, write_about
from api.questions.code_words import in_words, words_of
from api.questions.headings import OWN, field_heading
from api.questions.labels import DIGITS, LABELS, NUMBERS, PERCENT, TIMES, VOCABULARIES
from graph.clock import minute
from graph.export.cells import cell
from graph.language import Lang, Text
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from graph.whole_file import write_whole
from graph.workbook import workbook
from viz.numbers import INVENTED

DATA = Text("数据", "Data")
CODES = {"region": Text("地区代码", "Region code"), "industry": Text("产业代码", "Industry code"),
         "service_type": Text("服务类型代码", "Service type code"), "key": Text("标识", "Key"),
         "segment": Text("环节编号", "Segment id")}  # fmt: skip
"""Headings of columns of codes whose words stand in a column of their own."""
CODED = Text("（代码）", " (code)")
_UNITS = Text("单元数", "Cells")
GROUPS = {
    "cells_by_state": (_UNITS, "coverage_states"), "cells_by_reason": (_UNITS, "coverage_reasons"),
    "supply_use": (Text("供给", "Supply"), "supply_uses"),
    "effect_by_data_class": (Text("效果", "Effect"), "data_classes"),
    "data_class": (Text("事实", "Facts"), "data_classes"),
    "fees": (Text("服务资源占比", "Share of resources"), "fee_classes"),
    "dimensions": (Text("合作维度", "Dimension"), "cooperation_dimensions"),
}  # fmt: skip
"""Mappings that have become columns: what they count, and the vocabulary of their keys."""
FORMATS = {"percent": "0.0%", "number": "#,##0.0", "digits": "0.00", "whole": "#,##0"}
SHARES = {"answer_rate", "cumulative", "free_share"}
"""Shares beside those of :data:`PERCENT`, which tables at a terminal do not show."""
OF_A_UNIT = {"target", "actual", "due"}
SAMPLED = 200
"""Rows by which columns are made wide enough."""
WIDEST, A4 = 40, 9
FITS = 180
"""So many characters are still read where a sheet is as wide as a page of A4 that lies."""
LONGEST = 32_767
"""Characters of a cell."""


@dataclass(frozen=True)
class SheetColumn:
    """A column as it is laid out: its field, its heading, whether it shows codes, and how numbers are written."""

    name: str
    heading: str
    coded: bool
    form: str | None

    def text(self, value: object, lang: Lang) -> str:
        """Return what is no number as a cell shows it."""
        if value and self.name in TIMES:
            at = str(value)
            return minute(at) if "T" in at else at  # rows that are made for people have it in Beijing time already
        if isinstance(value, bool):
            return (Text("是", "yes") if value else Text("否", "no")).get(lang)
        if self.coded or not words_of(self.name):
            return cell(name_in(lang, value) if isinstance(value, str) else value)[:LONGEST]
        said = in_words(self.name, value, lang)
        return (Text("、", ", ").get(lang).join(said) if isinstance(said, list) else cell(said))[:LONGEST]


def write_workbook(
    rows: Sequence[Mapping[str, Any]],
    path: Path,
    fields: Iterable[str],
    meta: Mapping[str, Any] | None,
    question: str = "",
    stated: Mapping[str, Text] | None = None,
    lang: Lang = "zh",
) -> None:
    """Write rows, the question that they answer, and what they rest on (fields of Meta) as a workbook.

    ``stated``: what fields say of themselves, where they have no label.

    Raises:
        DiskFull, FileUnwritable: the file cannot be written.
    """
    plain = [flat(row) for row in rows]
    columns = laid_out(plain, fields, stated or {}, lang)
    made = io.BytesIO()
    fill_workbook(made, plain, columns, meta, question, lang)
    write_whole(path, made.getvalue())


def fill_workbook(
    to: IO[bytes],
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[SheetColumn],
    meta: Mapping[str, Any] | None,
    question: str,
    lang: Lang,
    notes: Sequence[Text] = (),
) -> None:
    """Write a workbook as :func:`write_workbook` does, of flat rows.

    ``notes``: what its reader must know.

    Raises:
        DiskFull, FileUnwritable: the temporary folder has no room.
    """
    invented = bool(meta and meta["data_class"].get("SYNTHETIC"))
    with workbook(to, large=True) as book:
        _data(book, columns, rows, lang)
        asked = [(Text("问题", "Question").get(lang), question)] if question else []
        warned = [(Text("注意", "Note").get(lang), INVENTED.get(lang))] if invented else []
        fields_of = [
            ("", ""),
            (Text("表头", "Heading").get(lang), Text("接口字段名", "Field of the API").get(lang)),
            *((column.heading, column.name) for column in columns),
        ]
        noted = [(Text("注", "Note").get(lang), note.get(lang)) for note in notes]
        write_about(book, [*asked, *warned, *about_lines(len(rows), meta, lang), *noted, *fields_of], lang)
        _paged(book, question, INVENTED.get(lang) if invented else "")


def _paged(book: Any, question: str, warning: str) -> None:
    """Have every printed page say what it is of, and that it is invented where it is."""
    left, right = (f"&L{question.replace('&', '&&')}" if question else ""), (f"&R{warning}" if warning else "")
    for sheet in book.worksheets():
        sheet.set_paper(A4)
        sheet.set_header(left + right)
        sheet.set_footer("&C&P / &N")


def _in_language(columns: Sequence[str], lang: Lang) -> list[str]:
    """Return the columns without those that say the same in the other language."""
    known = set(columns)
    if lang == "zh":
        return [c for c in columns if not (c.endswith("_en") and known & {c[:-3], f"{c[:-3]}_zh"})]
    return [c for c in columns if f"{c.removesuffix('_zh')}_en" not in known]


def laid_out(
    rows: Sequence[Mapping[str, Any]], fields: Iterable[str], stated: Mapping[str, Text], lang: Lang
) -> list[SheetColumn]:
    """Return the columns of flat rows: one of codes has one of words before it, unless another column says them."""
    made: list[SheetColumn] = []
    for name in _in_language(columns_of(rows, fields), lang):
        named = bool(rows and f"{name}_name" in rows[0])
        values = [row.get(name) for row in rows]
        form, both = _form(name, values), name in VOCABULARIES and not named and _holds_codes(name, values)
        for coded in (False, True) if both else (name in VOCABULARIES and named,):
            called = heading(name, stated, lang, coded=coded)
            if named and called == heading(f"{name}_name", stated, lang):
                called += CODED.get(lang)
            made.append(SheetColumn(name, called, coded, form))
    return made


def _holds_codes(name: str, values: Sequence[Any]) -> bool:
    """Tell codes from words, which rows that are made for people have instead; an empty column would hold codes."""
    listed = [part for value in values if value for part in ([value] if isinstance(value, str) else value)]
    return not listed or any(part in words_of(name) for part in listed)


def heading(column: str, stated: Mapping[str, Text], lang: Lang = "zh", *, coded: bool = False) -> str:
    """Return the heading of a field; ``coded`` is the column of codes beside the words."""
    group, _, part = column.partition(".")
    colon = Text("：", ": ").get(lang)
    if part and group in GROUPS:
        what, terms = GROUPS[group]
        return f"{what.get(lang)}{colon}{vocabulary(terms).text(part, lang)}"
    if column in CODES and not (column in VOCABULARIES and not coded):
        return CODES[column].get(lang)
    unnamed = group in GROUPS and group not in LABELS
    label = GROUPS[group][0].get(lang) if unnamed else field_heading(group, stated, lang)
    if part:
        own = stated.get(column)
        label += colon + (own.get(lang) if own and part in OWN else field_heading(part, stated, lang))
    return label + CODED.get(lang) if coded else label


def _data(book: Any, columns: Sequence[SheetColumn], rows: Sequence[Mapping[str, Any]], lang: Lang) -> None:
    sheet = book.add_worksheet(DATA.get(lang))
    formats = {name: book.add_format({"num_format": form}) for name, form in FORMATS.items()}
    top = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    widths = [_width(column.heading) for column in columns]
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [column.heading for column in columns], top)
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            value = row.get(column.name)
            if _is_figure(value):
                sheet.write_number(line, at, value, formats.get(_of_a_unit(column, row) or column.form or ""))
                text = f"{value:,.1f}"
            else:
                text = column.text(value, lang)
                if text:
                    sheet.write_string(line, at, text)
            if line <= SAMPLED:
                widths[at] = max(widths[at], _width(text))
    widths = [min(WIDEST, width + 2) for width in widths]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.autofilter(0, 0, max(1, len(rows)), max(0, len(columns) - 1))
    sheet.set_landscape()
    sheet.repeat_rows(0)
    if sum(widths) <= FITS:
        sheet.fit_to_pages(1, 0)


def _width(text: str) -> int:
    """Return how wide a text is, in Latin characters; the server makes workbooks, too, and does so without ``rich``."""
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124


def _of_a_unit(column: SheetColumn, row: Mapping[str, Any]) -> str | None:
    """Return how a figure of a target is written: the rows of one table have units of their own."""
    if column.name not in OF_A_UNIT or "unit_en" not in row:
        return None
    return "percent" if row["unit_en"] == "share" else "whole" if row[column.name] % 1 == 0 else "number"


def _form(column: str, values: Sequence[object]) -> str | None:
    """Return how the figures of a column are written; those of no known kind by their size."""
    group = column.partition(".")[0]
    figures = [value for value in values if _is_figure(value)]
    if all(isinstance(value, int) for value in figures):
        return "whole" if figures else None
    if group == "fees" or (column in PERCENT | SHARES and column not in OWN):
        return "percent"
    if DIGITS.get(column) == 2 or group == "equity":
        return "digits"
    if column in NUMBERS | DIGITS.keys() or group == "supply_use":
        return "number"
    return "digits" if all(abs(value) <= 1 for value in figures) else "number"  # type: ignore[arg-type]
