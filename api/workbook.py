"""Answers as workbooks for an office: Chinese headings, words beside codes, formats, filters, a sheet that explains.

Sheet 数据 holds the rows, sheet 说明 what they are an answer to: day, version, parameters, share of facts by class,
what is assumed, and which field of the API stands under which heading.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from api.export import columns_of, flat
from api.questions.about import about_lines, write_about
from api.questions.headings import field_heading
from api.questions.labels import NUMBERS, PERCENT, TIMES, TWO_DIGITS, VOCABULARIES
from graph.clock import minute
from graph.errors import FileUnwritable
from graph.export.cells import cell
from graph.vocabulary import vocabulary

DATA = "数据"
CODES = {"region": "地区代码", "industry": "产业代码", "service_type": "服务类型代码", "key": "标识"}
"""Headings of columns of codes whose words stand in a column of their own."""
GROUPS = {"cells_by_state": ("单元数", "coverage_states"), "cells_by_reason": ("单元数", "coverage_reasons"),
          "supply_use": ("供给", "supply_uses"), "effect_by_data_class": ("效果", "data_classes"),
          "data_class": ("事实", "data_classes"), "fees": ("服务资源占比", "fee_classes")}  # fmt: skip
"""Mappings that have become columns: what they count, and the vocabulary of their keys."""
FORMATS = {"percent": "0.0%", "number": "#,##0.0", "digits": "0.00", "whole": "#,##0"}
SAMPLED = 200
"""Rows by which columns are made wide enough."""
WIDEST = 40


def write_workbook(
    rows: Sequence[Mapping[str, Any]],
    path: Path,
    fields: Iterable[str],
    meta: Mapping[str, Any] | None,
    question: str = "",
    stated: Mapping[str, str] | None = None,
) -> None:
    """Write rows, the question that they answer, and what they rest on (fields of Meta) as a workbook.

    ``stated``: what fields say of themselves, where they have no label.

    Raises:
        FileUnwritable: the file cannot be written.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    columns = columns_of(rows, fields)
    laid = [(column, coded) for column in columns for coded in _forms(column, rows)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), options) as book:
            heads = [heading(c, stated or {}, coded=coded) for c, coded in laid]
            _data(book, laid, heads, rows)
            asked = [("问题", question)] if question else []
            fields_of = [
                ("", ""),
                ("表头", "接口字段名"),
                *((head, c) for head, (c, _) in zip(heads, laid, strict=True)),
            ]
            write_about(book, [*asked, *about_lines(len(rows), meta, "zh"), *fields_of], "zh")
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise FileUnwritable(path=path, reason=error) from error


def _forms(column: str, rows: Sequence[Mapping[str, Any]]) -> tuple[bool, ...]:
    """Return how a column is written: as words, as codes (True), or as both, where no other column says the words."""
    if column not in VOCABULARIES:
        return (False,)
    return (True,) if rows and f"{column}_name" in rows[0] else (False, True)


def heading(column: str, stated: Mapping[str, str], *, coded: bool = False) -> str:
    """Return the Chinese heading of a field; ``coded`` is the column of codes beside the words."""
    group, _, part = column.partition(".")
    if part and group in GROUPS:
        what, terms = GROUPS[group]
        return f"{what}：{vocabulary(terms).text(part, 'zh')}"
    if column in CODES and not (column in VOCABULARIES and not coded):
        return CODES[column]
    label = f"{field_heading(group, stated)}：{field_heading(part, stated)}" if part else field_heading(column, stated)
    return f"{label}（代码）" if coded else label


def _data(book: Any, laid: list[tuple[str, bool]], heads: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
    sheet = book.add_worksheet(DATA)
    formats = {name: book.add_format({"num_format": form}) for name, form in FORMATS.items()}
    top = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    widths = [cell_len(head) for head in heads]
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, top)
    for line, row in enumerate(rows, start=1):
        plain = flat(row)
        for at, (column, coded) in enumerate(laid):
            value = plain.get(column)
            if isinstance(value, int | float) and not isinstance(value, bool) and value == value:  # noqa: PLR0124
                sheet.write_number(line, at, value, formats.get(_format(column, value) or ""))
                text = f"{value:,.1f}"
            else:
                text = _text(column, value, coded=coded)
                if text:
                    sheet.write_string(line, at, text)
            if line <= SAMPLED:
                widths[at] = max(widths[at], cell_len(text))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(WIDEST, width + 2))
    sheet.autofilter(0, 0, max(1, len(rows)), max(0, len(laid) - 1))


def _format(column: str, value: float) -> str | None:
    group = column.partition(".")[0]
    if column in PERCENT or column == "cumulative" or group == "fees":
        return "percent"
    if column in TWO_DIGITS or group == "equity":
        return "digits"
    if column in NUMBERS or group == "supply_use":
        return "number"
    return "whole" if isinstance(value, int) else None


def _text(column: str, value: object, *, coded: bool) -> str:
    """Return what is no number as a cell shows it."""
    if value and column in TIMES:
        return minute(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return cell(value) if coded or column not in VOCABULARIES else _terms(column, value)


def _terms(column: str, value: object) -> str:
    """Return codes as words; empty where there is none."""
    if value is None:
        return ""
    terms = vocabulary(VOCABULARIES[column])
    return "、".join(terms.text(str(id_), "zh") for id_ in ([value] if isinstance(value, str) else list(value)))  # type: ignore[call-overload]
