"""From paths to raw rows: numbered, as text, under the field names of their table.

Headers of everything are checked before a single row is loaded.
"""

import codecs
import csv as plain_csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml
from numpy.typing import NDArray
from pyarrow import csv
from python_calamine import CalamineError, CalamineWorkbook

from graph.errors import FileMissing, FileUnreadable, UnknownTable
from graph.vocabulary import fold, vocabulary
from loaders.headers import match_header
from loaders.tables import TABLES, Origin, Table

BLOCK_BYTES = 16 * 2**20
"""A CSV file is read in blocks of about this size, so that memory stays bounded."""
ENDINGS = (".csv", ".xlsx", ".xls")
ORIGIN_FILE = "source.yml"
"""Beside a folder's tables: source, verification and data_class of all its rows."""
NOTES = ("说明", "readme", "notes", "词表")
"""Sheets of the template that hold no rows."""


@dataclass(frozen=True)
class Chunk:
    """Some rows as text: ``numbers`` as a spreadsheet shows them, one array a known column, blank rows left out.

    ``misfits`` are rows with too few or too many cells: their number and text.
    """

    numbers: NDArray[np.int64]
    columns: dict[str, pa.Array]
    misfits: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.numbers) + len(self.misfits)

    def rows(self, wanted: set[int]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the text of some rows, by number."""
        for at in np.flatnonzero(np.isin(self.numbers, list(wanted))):
            yield (
                int(self.numbers[at]),
                {name: column[int(at)].as_py() for name, column in self.columns.items()},
            )


@dataclass(frozen=True)
class Sheet:
    """One table in one file, ready to be read."""

    table: Table
    path: Path
    sheet: str
    ignored: tuple[str, ...]
    columns: dict[str, int]
    header: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ","
    content: tuple[tuple[int, list[str]], ...] | None = None
    origin: Origin | None = None
    whole_path: bool = False

    @property
    def file(self) -> str:
        """The file's name for messages; with its path where another file of the load has the same name."""
        return str(self.path) if self.whole_path else self.path.name

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in chunks.

        Raises:
            FileUnreadable: the file is not what its name says.
        """
        return self._from_content(self.content) if self.content is not None else self._from_csv()

    def _from_content(self, content: tuple[tuple[int, list[str]], ...]) -> Iterator[Chunk]:
        numbers = np.array([number for number, _ in content], dtype=np.int64)
        columns = {
            name: pa.array([row[at] if at < len(row) else "" for _, row in content], pa.string())
            for name, at in self.columns.items()
        }
        yield Chunk(numbers, columns)

    def _from_csv(self) -> Iterator[Chunk]:
        misfits: list[tuple[int, str]] = []

        def keep(row: csv.InvalidRow) -> str:
            misfits.append((row.number, row.text))
            return "skip"

        try:
            following = 2
            for batch in self._open(keep):
                # Misfits are left out of the batch but count as lines of the file.
                strange, misfits[:] = tuple(misfits), []
                last = following + len(batch) + len(strange)
                numbers = np.setdiff1d(np.arange(following, last), [n for n, _ in strange])
                following = last
                yield _without_blanks(
                    numbers, dict(zip(self._names(), batch.columns, strict=True)), self.columns, strange
                )
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise FileUnreadable(path=self.path, reason=error) from error

    def _names(self) -> list[str]:
        return [str(at) for at in range(len(self.header))]

    def _open(self, keep: Callable[[csv.InvalidRow], str]) -> csv.CSVStreamingReader:
        text = dict.fromkeys(self._names(), pa.string())
        return csv.open_csv(
            self.path,
            # Without threads rows come in order and misfits know their number.
            csv.ReadOptions(use_threads=False, column_names=self._names(), skip_rows=1, block_size=BLOCK_BYTES,
                            encoding=self.encoding),
            csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True, ignore_empty_lines=False,
                             invalid_row_handler=keep),
            csv.ConvertOptions(column_types=text, strings_can_be_null=False),
        )  # fmt: skip


def _without_blanks(
    numbers: NDArray[np.int64],
    cells: dict[str, pa.Array],
    columns: dict[str, int],
    misfits: tuple[tuple[int, str], ...],
) -> Chunk:
    filled = np.zeros(len(numbers), dtype=bool)
    for array in cells.values():
        filled |= pc.not_equal(pc.utf8_trim_whitespace(array), "").to_numpy(zero_copy_only=False)
        if filled.all():
            break
    known = {name: cells[str(at)].filter(pa.array(filled)) for name, at in columns.items()}
    blank_line = tuple(m for m in misfits if m[1].strip())
    return Chunk(numbers[filled], known, blank_line)


def find_table(name: str) -> Table | None:
    """Return the table that a file stem or sheet name stands for: its name, label or alias, whole or as a part."""
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
    sheets = [
        replace(sheet, origin=origin)
        for path in paths
        for origin in [_origin(path)]
        for file in _files(path)
        for sheet in _sheets(file)
    ]
    named = Counter(path.name for path in {sheet.path for sheet in sheets})
    sheets = [replace(sheet, whole_path=named[sheet.path.name] > 1) for sheet in sheets]
    order = list(TABLES)
    return sorted(sheets, key=lambda s: (order.index(s.table.name), str(s.path), s.sheet))


def _origin(path: Path) -> Origin | None:
    """Return what a folder says of its rows in ``source.yml``, if it says anything."""
    file = path / ORIGIN_FILE
    if not file.is_file():
        return None
    try:
        stated = yaml.safe_load(file.read_text(encoding="utf-8"))
        source = stated["source"]
        return Origin(
            source=source["zh"] if isinstance(source, dict) else str(source),
            verification=vocabulary("verifications").resolve(stated["verification"]),
            data_class=vocabulary("data_classes").resolve(stated["data_class"]),
        )
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise FileUnreadable(path=file, reason=error) from error


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
    return "utf8"


def _csv(path: Path) -> Sheet:
    table = find_table(path.stem)
    if table is None:
        raise _unknown(path.name, path.stem)
    encoding = _encoding(path)
    try:
        with path.open(encoding="utf-8-sig" if encoding == "utf8" else encoding, newline="") as file:
            first, alone = file.readline(), not file.read(1)
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, reason=error) from error
    delimiter = max(",;\t|", key=first.count)
    header = next(plain_csv.reader([first], delimiter=delimiter), [])
    columns, ignored = match_header(table, header, path.name)
    content = () if alone else None
    return Sheet(table, path, "", ignored, columns, tuple(header), encoding, delimiter, content)


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
        yield Sheet(table, path, name, ignored, columns, content=numbered)


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
