"""How the command line shows answers: tables for people, JSON, CSV and XLSX for programs.

Answers go to stdout, everything else to stderr.
"""

import errno
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import rich.text
import typer
from rich.cells import cell_len
from rich.console import Console, Group
from rich.table import Table

from api.cli.layout import BETWEEN, broken, by_words, fitted, groups_that_fit
from api.export import columns_of, csv_lines
from api.questions.code_words import NODES_OF, in_words
from api.questions.labels import DIGITS, LABELS, MONEY, NUMBERS, PERCENT, RIGHT, VOCABULARIES
from api.workbook import write_workbook
from graph.errors import BadParameter, FileUnwritable
from graph.language import Lang, Text, counted
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from graph.whole_file import whole_file
from queries.amounts import figure
from queries.answers import Meta
from queries.money import millions
from viz.numbers import INVENTED, percent


class Screen(Console):
    """A console that shows text as it is: no markup, no emoji codes, no colours for numbers.

    Whoever reads through a pipe may have seen enough (``| head``): that ends the command, and is no fault.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def print(self, *objects: Any, soft_wrap: bool | None = None, **options: Any) -> None:
        """Print; lines that a pipe gets in one piece are broken at a terminal between words, and never within one."""
        if soft_wrap and self.is_terminal:
            objects = tuple(by_words(o, self.width) if isinstance(o, str) else o for o in objects)
        with suppress(OSError) if self.stderr else nullcontext():  # what is done is done, whoever can be told of it
            super().print(*objects, soft_wrap=soft_wrap, **options)

    def on_broken_pipe(self) -> None:
        """End the command."""
        raise typer.Exit(0)


STDERR = Screen(stderr=True)
FIGURE = re.compile(r"[<>]?[+−-]?[\d,]+(?:\.\d+)?%?|–")
"""A figure as it is shown, or an unknown one."""
CODES = {"key", "id", "case", "region", "load"}
"""Columns whose digits are no figures."""
PLACES = {"rank", "ordinal"}
"""Columns that say what a line is of, though they are numbers."""
NOTHING = Text("没有。", "None.")
NOTHING_FITS = Text("没有符合条件的行。", "Nothing fits.")
"""What a table without rows says, where nothing more can be said."""
ROOMY = 120
"""Columns of a terminal from which on tables have what else is told in sentences, too."""
WHOLE = 100
"""From here on a figure is told without decimals: rates and capacities behind it are not as exact."""


class Format(StrEnum):
    """Form of an answer."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"


def is_missing(value: Any) -> bool:
    """Tell whether a value is unknown: none, or not a number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def shown(column: str, value: Any, lang: Lang) -> str:
    """Return a value as people read it; unknown is an en dash, never 0."""
    if is_missing(value):
        return "–"
    if column in PERCENT:
        return percent(value)
    if column in MONEY and lang == "en":
        return millions(value)
    if column in NUMBERS:
        return figure(value, int(abs(value) < WHOLE))
    if column in DIGITS:
        return figure(value, DIGITS[column])
    if isinstance(value, bool):
        return {True: Text("是", "yes"), False: Text("否", "no")}[value].get(lang)
    if isinstance(value, int):
        return figure(value, 0)
    if column in VOCABULARIES:
        terms = vocabulary(VOCABULARIES[column])
        ids = [value] if isinstance(value, str) else value
        return ("、" if lang == "zh" else ", ").join(terms.text(i, lang) for i in ids)
    return name_in(lang, str(in_words(column, value, lang) if column in NODES_OF else value))


def table(
    title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], lang: Lang, nothing: Text = NOTHING
) -> Group:
    """Return rows as a table for people; one that is wider than the terminal goes on below, its first columns again.

    Where there is no row, ``nothing`` stands under the title: that there is none, and what to do.
    """
    rows = list(rows)
    if not rows:
        said = by_words(nothing.get(lang), out().width) if out().is_terminal else nothing.get(lang)
        return Group(*([rich.text.Text(title, style="bold")] if title else []), said)
    heads = [LABELS.get(column, Text(column, column)).get(lang) for column in columns]
    lines = [heads, *([shown(column, row.get(column), lang) for column in columns] for row in rows)]
    right = [_of_figures(column, cells[1:]) for column, *cells in zip(columns, *lines, strict=True)]
    screen = out()
    everything = [list(range(len(columns)))]
    named = next((at for at, yes in enumerate(right) if yes and columns[at] not in PLACES), 1)
    groups = groups_that_fit(lines, screen.width, named) if screen.is_terminal else everything
    made = []
    for number, group in enumerate(groups):
        part = [[line[at] for at in group] for line in lines]
        made.append(_table("" if number else title, part, [right[at] for at in group], screen))
    return Group(*made)


def _of_figures(column: str, cells: Sequence[str]) -> bool:
    """Tell whether a column is one of figures, which stand to the right."""
    if column in RIGHT:
        return True
    return column not in CODES and any(cell != "–" for cell in cells) and all(FIGURE.fullmatch(c) for c in cells)


def _table(title: str, lines: Sequence[Sequence[str]], right: Sequence[bool], screen: Console) -> Table:
    made = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold", box=None,
                 pad_edge=False, min_width=cell_len(title))  # fmt: skip
    widths = fitted(lines, screen.width - BETWEEN * (len(right) - 1)) if screen.is_terminal else None
    if widths:
        lines = [[broken(cell, width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    for at, figures in enumerate(right):
        made.add_column(lines[0][at], justify="right" if figures else "left", overflow="fold",
                        width=widths[at] if widths else None)  # fmt: skip
    for line in lines[1:]:
        made.add_row(*line)
    return made


def out() -> Console:
    """Return the console of stdout; made anew, as a caller may have redirected it."""
    return Screen(width=None if sys.stdout.isatty() else 160)


def say(message: Text, lang: Lang) -> None:
    """Print one line as an answer; a path in it stays in one piece."""
    out().print(message.get(lang), soft_wrap=True)


def tell_more(shown_rows: int, total: int, lang: Lang) -> None:
    """Say how many rows there are, where a table shows fewer."""
    if total > shown_rows:
        more = Text("--limit 显示更多，--format csv 导出全部", "--limit shows more, --format csv exports all")
        say(Text(f"… 共 {total:,} 行；{more.zh}", f"… {counted(total, 'row')} in all; {more.en}"), lang)


def form_of(form: Format, output: Path | None) -> Format:
    """Return the form of the answer, before any work is done; a file's ending says it, where nobody else does.

    Raises:
        BadParameter: XLSX without a file; or a file whose ending says nothing.
        FileUnwritable: the file cannot be made.
    """
    if output is None:
        if form is Format.xlsx:
            raise BadParameter(name="--format", value="xlsx", reason="--output FILE.xlsx")
        return form
    check_writable(output)
    if form is Format.table:
        try:
            return Format(output.suffix.lower().removeprefix("."))
        except ValueError as error:
            raise BadParameter(name="--output", value=output, reason="--format json|csv|xlsx") from error
    return form


def check_writable(output: Path) -> None:
    """Tell that a file cannot be made, or replaced, before any work is done for it.

    Raises:
        FileUnwritable: it cannot.
    """
    try:
        nearest = next(p for p in (output, *output.absolute().parents) if p.exists())
    except OSError as error:  # its name is too long
        raise FileUnwritable(path=output, reason=error.strerror or error) from error
    room = not output.is_dir() and (nearest == output or nearest.is_dir())
    if not room or not os.access(nearest, os.W_OK):
        number = errno.EACCES if room else errno.EISDIR if output.is_dir() else errno.ENOTDIR
        raise FileUnwritable(path=output, reason=os.strerror(number))


def meta_line(meta: Meta, lang: Lang) -> str:
    """Return version, freshness and reality of an answer in one line; invented facts are never silent."""
    classes = vocabulary("data_classes")
    parts = [f"{classes.text(c, lang)} {n:,}" for c, n in meta.data_class.items() if n]
    said = Text(
        f"图版本 {meta.graph_version} · 依据：{'，'.join(parts) or '无'}",
        f"Graph version {meta.graph_version} · based on: {', '.join(parts) or 'nothing'}",
    )
    warning = f"  ⚠ {INVENTED.get(lang)}" if meta.data_class.get("SYNTHETIC") else ""
    return said.get(lang) + warning


def emit_rows(
    title: Text,
    fields: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    form: Format,
    output: Path | None,
    lang: Lang,
    data: Sequence[Mapping[str, Any]] | None = None,
    nothing: Text = NOTHING,
    people: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Show rows as a table under a title, or write them for programs; ``data``: what JSON has instead of them.

    ``people``: the rows as they are read, by the columns of the table, where these are not the fields.

    Raises:
        DiskFull, FileUnwritable: the file cannot be written.
    """
    if form is Format.table:
        seen = rows if people is None else people
        columns = fields if people is None else [column for row in people[:1] for column in row]
        out().print(table(title.get(lang), columns, seen, lang, nothing))
    else:
        emit(form, rows, {"data": rows if data is None else data}, output, fields, title.get(lang), lang=lang)


def emit(
    form: Format,
    rows: Sequence[Mapping[str, Any]],
    whole: Mapping[str, Any],
    output: Path | None,
    fields: Iterable[str] = (),
    question: str = "",
    stated: Mapping[str, Text] | None = None,
    lang: Lang = "zh",
) -> None:
    """Write an answer for programs: ``whole`` as JSON, ``rows`` as CSV or XLSX, to a file or stdout.

    ``question``: what is asked, as the workbook's second sheet names it; ``stated``: what its fields say; ``lang``: of
    the workbook.

    Raises:
        DiskFull, FileUnwritable: the file cannot be written.
    """
    if form is Format.xlsx and output:
        write_workbook(rows, output, fields, whole.get("meta"), question, stated, lang)
        return
    if form is Format.json:
        lines: Iterable[str] = [json.dumps(whole, ensure_ascii=False, indent=None, default=str), "\n"]
    else:
        lines = csv_lines(columns_of(rows, fields), rows)
    if output is None:
        try:
            sys.stdout.writelines(lines)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise typer.Exit(0) from error
        return
    with whole_file(output) as place, place.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
