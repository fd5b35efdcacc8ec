"""From paths to raw rows: numbered, as text, under the field names of their table.

Headers of everything are checked before a single row is loaded.
"""

import codecs
import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from graph.errors import FileMissing, FileUnreadable, MissingColumn, UnknownTable
from graph.vocabulary import fold
from loaders.tables import TABLES, Table

CHUNK_ROWS = 200_000
ENDINGS = (".csv", ".xlsx", ".xls")
NOTES = ("说明", "readme", "notes", "词表")
"""Sheets of the template that hold no rows."""


@dataclass(frozen=True)
class Sheet:
    """One table in one file, ready to be read."""

    table: Table
    path: Path
    sheet: str
    ignored: tuple[str, ...]
    columns: dict[str, int]
    encoding: str = ""
    delimiter: str = ","
    rows: tuple[tuple[int, list[str]], ...] | None = None

    def chunks(self) -> Iterator[pd.DataFrame]:
        """Yield frames of text by field name, indexed by the row numbers a spreadsheet shows; blank rows are left out."""
        if self.rows is not None:
            yield _frame([cells for _, cells in self.rows], [n for n, _ in self.rows], self.columns)
            return
        try:
            reader = pd.read_csv(
                self.path, dtype=str, keep_default_na=False, encoding=self.encoding, sep=self.delimiter,
                header=None, skiprows=1, chunksize=CHUNK_ROWS, skip_blank_lines=False,
                usecols=list(self.columns.values()),
            )
            for chunk in reader:
                chunk = chunk.rename(columns={at: name for name, at in self.columns.items()})
                chunk.index = chunk.index + 2
                yield chunk[(chunk != "").any(axis=1)]
        except pd.errors.EmptyDataError:
            return
        except (pd.errors.ParserError, UnicodeDecodeError) as error:
            raise FileUnreadable(path=self.path, reason=error) from error


def _frame(rows: list[list[str]], numbers: list[int], columns: dict[str, int]) -> pd.DataFrame:
    data = {name: [row[at] if at < len(row) else "" for row in rows] for name, at in columns.items()}
    return pd.DataFrame(data, index=pd.Index(numbers, dtype="int64"), dtype="str")


def find_table(name: str) -> Table | None:
    """Return the table that a file stem or sheet name stands for: its name, label or alias, or a part of the stem that is one."""
    known = {fold(n): t for t in TABLES.values() for n in (t.name, t.label.zh, t.label.en, *t.aliases)}
    if fold(name) in known:
        return known[fold(name)]
    parts = [fold(p) for p in re.split(r"[\s\-.·（）()\[\]]+", name)]
    return next((known[p] for p in parts if p in known), None)


def open_all(paths: list[Path]) -> list[Sheet]:
    """Return every table found in files and folders, in the order of the tables.

    Raises:
        FileMissing, FileUnreadable, UnknownTable, MissingColumn: before anything was loaded.
    """
    sheets = [sheet for path in paths for file in _files(path) for sheet in _sheets(file)]
    order = list(TABLES)
    return sorted(sheets, key=lambda s: (order.index(s.table.name), str(s.path), s.sheet))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS and not p.name.startswith(("~", ".")))
        if not found:
            raise FileMissing(path=path)
        return found
    if not path.is_file():
        raise FileMissing(path=path)
    return [path]


def _sheets(path: Path) -> list[Sheet]:
    try:
        if path.suffix.lower() in (".xlsx", ".xls"):
            return list(_workbook(path))
        return [_csv(path)]
    except OSError as error:
        raise FileMissing(path=path) from error


def _unknown(where: str, name: str) -> UnknownTable:
    listed = "、".join(f"{t.label.zh} {t.name}" for t in TABLES.values())
    return UnknownTable(where=where, name=name, tables=listed)


# --- CSV ----------------------------------------------------------------------------------------------


def _encoding(path: Path) -> str:
    """Return utf-8 where the whole file is, else gb18030, which holds GBK."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _csv(path: Path) -> Sheet:
    table = find_table(path.stem)
    if table is None:
        raise _unknown(path.name, path.stem)
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline()
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, reason=error) from error
    delimiter = max(",;\t|", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    columns, ignored = match_header(table, header, path.name)
    return Sheet(table, path, "", ignored, columns, encoding, delimiter)


# --- workbooks ----------------------------------------------------------------------------------------


def _workbook(path: Path) -> Iterator[Sheet]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        contents = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, ValueError) as error:
        raise FileUnreadable(path=path, reason=error) from error
    filled = {name: rows for name, rows in contents.items() if any(any(c != "" for c in row) for row in rows)}
    data = {name: rows for name, rows in filled.items() if not fold(name).startswith(NOTES)}
    for name, rows in data.items():
        table = find_table(name) or (find_table(path.stem) if len(data) == 1 else None)
        if table is None:
            raise _unknown(f"{path.name}[{name}]", name)
        texts = [[_text(c) for c in row] for row in rows]
        columns, ignored = match_header(table, texts[0], f"{path.name}[{name}]")
        numbered = tuple((n, row) for n, row in enumerate(texts[1:], start=2) if any(row))
        yield Sheet(table, path, name, ignored, columns, rows=numbered)


def _text(cell: object) -> str:
    """Return a cell as a person reads it: dates in ISO form, whole numbers without a point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell).strip()


# --- headers ------------------------------------------------------------------------------------------


def match_header(table: Table, header: list[str], where: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the position of each known column, and the headers that fit none.

    Raises:
        MissingColumn: a required column is not there.
    """
    columns: dict[str, int] = {}
    ignored = []
    for at, title in enumerate(header):
        folded = fold(title.strip().rstrip("*"))
        name = next((c.name for c in table.columns if folded in c.headers), None)
        if name and name not in columns:
            columns[name] = at
        elif folded:
            ignored.append(title.strip())
    lacking = [f"{c.zh}（{c.name}）" for c in table.required if c.name not in columns]
    if lacking:
        raise MissingColumn(
            where=where, columns="、".join(lacking), found="、".join(t.strip() for t in header if t.strip()) or "—"
        )
    return columns, tuple(ignored)
