"""Workbooks to CSV files, in a process of its own with little memory and time: ``python worker.py folder workbook…``.

Standard input may hold a password. For each workbook it writes ``<number>.json``, which lists the sheets, and a CSV
file a sheet: the row's number as Excel shows it, then the texts of its cells. It imports little, to start in a
twentieth of a second, and nothing of ours, to run by path.
"""

import csv
import datetime as dt
import json
import math
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 2 * 2**30
"""Bytes of address space; a workbook of 200 MB unpacked takes less than half of it."""
SECONDS = 120
"""Of processor time for one workbook."""
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""Begins a compound file: a workbook of before 2007, or a locked one of any year."""
EVERYBODYS = "VelvetSweatshop"
"""Password with which Excel locks a workbook against changes alone, and which it tries before it asks."""
EXACT = 1e15
"""From here on a spreadsheet does not keep every digit of a whole number."""
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_UNCACHED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)(?<!/)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_OPEN = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
"""Before the names of tables, rows and cells of an OpenDocument workbook."""
Span = tuple[tuple[int, int], tuple[int, int]]  # first and last cell of merged ones, as row and column from 0
UNCACHED = "#未计算"
"""Stands where a formula was saved without its value."""
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_PLACE = re.compile(rb"\br=[\"']([A-Z]*)(\d+)[\"']")
_COLUMNS = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_BOUNDS = re.compile(rb"\b(min|max)=[\"'](\d+)[\"']")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_STYLED = re.compile(rb"<(?:\w+:)?c\b([^>]*\bs=[\"'](\d+)[\"'][^>]*)(?<!/)>\s*<(?!/)")
_FIRST = re.compile(r"\d{4}-\d\d-01")
_SHOWN = re.compile(r"(?=.*y)[^dhs#0]*|0+(?:;@|_ )*")  # a month or year alone; so many digits, with zeros before
_FIXED = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
_MONTHS: dict[str | None, str] = dict.fromkeys(("17", "27", "36", "50", "52", "57"), "ym")
"""Numbers of built-in formats that show year and month, in English and Chinese."""
_BLOCK, _OVERLAP = 2**20, 2**16
"""Bytes read at once, and those seen twice."""


def as_text(cell: object) -> str:
    """Return a cell as a person reads it: dates in ISO form, whole numbers without a point, yes and no in Chinese."""
    if cell is None or isinstance(cell, str):
        return (cell or "").strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        # Excel keeps fifteen digits: 0.1 + 0.2 is 0.3, and a longer number is shown as 9.35105253144667E+17.
        if abs(cell) >= EXACT:
            return format(cell, ".15G")
        whole = math.isfinite(cell) and cell.is_integer()
        return str(int(cell)) if whole else format(cell, ".15g")
    if isinstance(cell, dt.date):  # a moment is one, too
        return cell.isoformat()[:10]
    return str(cell).strip()


def unlock(workbook: Path, place: Path, password: str) -> Path:
    """Return where a workbook can be read: itself, or what it locks, by the password that Excel tries or by one given.

    Raises:
        PasswordError: neither opens it.
    """
    with workbook.open("rb") as file:
        if file.read(len(COMPOUND)) != COMPOUND:
            return workbook
        # Few workbooks are locked, and what opens them takes longer to import than most take to read.
        from msoffcrypto import OfficeFile  # noqa: PLC0415
        from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError  # noqa: PLC0415

        try:
            book = OfficeFile(file)
            if not book.is_encrypted():
                return workbook
        except (FileFormatError, ParseError, OSError, ValueError):
            return workbook
        for word in filter(None, (EVERYBODYS, password)):
            try:
                with place.open("wb") as opened:
                    book.load_key(password=word)
                    book.decrypt(opened)
            except (DecryptionError, InvalidKeyError, ValueError):
                continue
            return place
    raise PasswordError


def convert(workbook: Path, folder: Path, number: int, password: str = "") -> None:
    """Write the sheets of one workbook, and last of all what they are."""
    try:
        workbook = unlock(workbook, folder / f"{number}.opened", password)
        with workbook.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            marks, spans = _marks(workbook), _spans(workbook)
            sheets = []
            for at, meta in enumerate(book.sheets_metadata):
                about = marks.get(meta.name, Marks()), spans.get(meta.name, ())
                said = _sheet(book.get_sheet_by_name(meta.name), folder / f"{number}-{at}.csv", *about)
                sheets.append({"name": meta.name, "hidden": meta.visible != SheetVisibleEnum.Visible} | said)
        result: dict[str, object] = {"sheets": sheets}
    except PasswordError:
        result = {"locked": "wrong" if password else "asked"}
    except (CalamineError, zipfile.BadZipFile) as error:
        result = {"broken": str(error)}
    (folder / f"{number}.json").write_text(json.dumps(result), encoding="utf-8")


class Marks:
    """What a sheet's XML says that the reader does not: what is hidden or struck out, errors, months shown as such."""

    def __init__(self, struck: frozenset[bytes] = frozenset(), short: dict[bytes, int] | None = None) -> None:
        self.hidden: set[int] = set()
        self.styles, self.struck, self.short = struck, set[int](), short or {}
        self.columns: set[tuple[int, int]] = set()  # first and last of hidden ones side by side, from 1
        self.errors: dict[int, dict[int, str]] = {}
        self.shown: dict[int, dict[int, int]] = {}  # characters of a day that are shown; below 0, digits with zeros

    def see(self, xml: bytes) -> None:
        """Take in a piece of the sheet's XML; most have no marks, and to see that takes no time."""
        for row in _ROW.finditer(xml) if b"hidden=" in xml else ():
            if (place := _PLACE.search(row[1])) and _HIDDEN.search(row[1]):
                self.hidden.add(int(place[2]))
        for cell in _STYLED.finditer(xml) if self.styles or self.short else ():
            place = _PLACE.search(cell[1]) if cell[2] in self.styles or cell[2] in self.short else None
            if place and cell[2] in self.styles:
                self.struck.add(int(place[2]))
            if place and cell[2] in self.short:
                self.shown.setdefault(int(place[2]), {})[_column(place[1])] = self.short[cell[2]]
        for columns in _COLUMNS.finditer(xml) if b"hidden=" in xml else ():
            bounds = dict(_BOUNDS.findall(columns[1]))
            if len(bounds) > 1 and _HIDDEN.search(columns[1]):
                self.columns.add((int(bounds[b"min"]), int(bounds[b"max"])))
        for cell in _ERROR.finditer(xml) if b't="e"' in xml or b"t='e'" in xml else ():
            place, value = _PLACE.search(cell[1]), _VALUE.search(cell[2])
            if place and value:
                self.errors.setdefault(int(place[2]), {})[_column(place[1])] = value[1].decode("utf-8", "replace")
        for cell in _UNCACHED.finditer(xml) if b"<f" in xml or b":f" in xml else ():
            empty = b't="str"' in cell[1] and b"v>" in cell[0]  # the value is a text without a letter
            if not empty and (place := _PLACE.search(cell[1])):
                self.errors.setdefault(int(place[2]), {})[_column(place[1])] = UNCACHED


def _column(letters: bytes) -> int:
    """Return the position of a column, A being 0."""
    return int(sum((letter - 64) * 26**n for n, letter in enumerate(reversed(letters)))) - 1


def _marks(workbook: Path) -> dict[str, Marks]:
    """Return the marks of each sheet of an XLSX by its name; other formats have none that we can see."""
    found: dict[str, Marks] = {}
    if not zipfile.is_zipfile(workbook):
        return found
    with zipfile.ZipFile(workbook) as parts:
        styles = _styles(parts)
        for name, part in _parts(parts):
            if part not in parts.namelist():
                continue
            marks, before = found.setdefault(name, Marks(*styles)), b""
            with parts.open(part) as file:
                while block := file.read(_BLOCK):
                    marks.see(before + block)
                    before = block[-_OVERLAP:]
    return found


def _styles(parts: zipfile.ZipFile) -> tuple[frozenset[bytes], dict[bytes, int]]:
    """Return the numbers of the styles whose font has a line through it, and of those that show less, or zeros."""
    if "xl/styles.xml" not in parts.namelist():
        return frozenset(), {}
    lists = {e.tag.rpartition("}")[2]: list(e) for e in ElementTree.fromstring(parts.read("xl/styles.xml"))}  # noqa: S314
    fonts = enumerate(lists.get("fonts", ()))
    through = {str(n) for n, font in fonts if any(e.tag.endswith("}strike") and e.get("val") != "0" for e in font)}
    own = {e.get("numFmtId"): _FIXED.sub("", e.get("formatCode", "")).lower() for e in lists.get("numFmts", ())}
    codes = _MONTHS | {n: code for n, code in own.items() if _SHOWN.fullmatch(code)}
    styles = [(b"%d" % n, style) for n, style in enumerate(lists.get("cellXfs", ()))]
    wanted = [(n, codes[style.get("numFmtId")]) for n, style in styles if style.get("numFmtId") in codes]
    short = {n: 7 if "m" in code else -code.count("0") or 4 for n, code in wanted}
    return frozenset(n for n, style in styles if style.get("fontId") in through), short


def _parts(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name and the path of its XML."""
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, links} <= set(parts.namelist()):
        return
    targets = {link.get("Id"): link.get("Target", "") for link in ElementTree.fromstring(parts.read(links))}  # noqa: S314
    for element in ElementTree.fromstring(parts.read(book)).iter():  # noqa: S314
        if element.tag.endswith("}sheet"):
            target = next((targets.get(v, "") for k, v in element.items() if k.endswith("}id")), "")
            yield element.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _spans(workbook: Path) -> dict[str, list[Span]]:
    """Return the cells merged downwards of an OpenDocument workbook by sheet; the reader knows those of others."""
    found, xml = dict[str, list[Span]](), b""
    if zipfile.is_zipfile(workbook):
        with zipfile.ZipFile(workbook) as parts:
            xml = parts.read("content.xml") if "content.xml" in parts.namelist() else b""
    if b"number-rows-spanned" not in xml:
        return found
    for table in ElementTree.fromstring(xml).iter(f"{_OPEN}table"):  # noqa: S314 refused before where it has entities
        row = 0
        for line in table.iter(f"{_OPEN}table-row"):
            column = 0
            for cell in line:
                if (down := int(cell.get(f"{_OPEN}number-rows-spanned", "1"))) > 1:
                    span = (row, column), (row + down - 1, column)
                    found.setdefault(table.get(f"{_OPEN}name", ""), []).append(span)
                column += int(cell.get(f"{_OPEN}number-columns-repeated", "1"))
            row += int(line.get(f"{_OPEN}number-rows-repeated", "1"))
    return found


def _sheet(sheet: CalamineSheet, path: Path, marks: Marks, spans: Sequence[Span]) -> dict[str, object]:
    left = sheet.start[1] if sheet.start else 0
    right = max([sheet.end[1] if sheet.end else -1, *(at for cells in marks.errors.values() for at in cells)])
    filled = [0] * (right + 1)
    repeated: dict[int, list[int]] = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        merged = [*(sheet.merged_cell_ranges or ()), *spans]
        for number, cells in _merged(merged, _lines(sheet, marks, left, right), repeated):
            write([number, *cells])
            for at, cell in enumerate(cells):
                filled[at] += bool(cell)
    columns = [at for at, n in enumerate(filled, 1) if n and any(low <= at <= high for low, high in marks.columns)]
    hidden = {"rows_hidden": len(marks.hidden), "columns_hidden": columns, "struck": sorted(marks.struck)}
    return {"file": path.name, "filled": filled, **hidden, "repeated": repeated}


def _lines(sheet: CalamineSheet, marks: Marks, left: int, right: int) -> Iterator[tuple[int, list[str]]]:
    """Yield number and texts of all rows, blank ones too; a cell with an error has the error's name."""
    below = max(marks.errors, default=0)  # formulas saved without values may stand below the last one
    for number, row in enumerate(zip_longest(sheet.iter_rows(), range(below)), start=1):
        cells = [*[""] * left, *(as_text(cell) for cell in row[0] or ())]
        cells += [""] * (right + 1 - len(cells))
        for at, error in marks.errors.get(number, {}).items():
            cells[at] = error
        for at, length in marks.shown.get(number, {}).items():
            if at < len(cells) and (length < 0 or _FIRST.fullmatch(cells[at])):
                cells[at] = cells[at].zfill(-length * cells[at].isdecimal()) if length < 0 else cells[at][:length]
        yield number, cells


def _merged(
    merged: Sequence[Span], lines: Iterator[tuple[int, list[str]]], repeated: dict[int, list[int]]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, cells merged downwards in all theirs, which ``repeated`` has by column."""
    starts: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in merged:
        if bottom > top:
            starts.setdefault(top + 1, []).append((column, bottom + 1))
    going: dict[int, tuple[int, str]] = {}
    for number, cells in lines:
        blank = not any(cells)
        for column, (last, text) in list(going.items()):
            if number > last:
                del going[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
                if text and not blank:
                    repeated.setdefault(column, []).append(number)
        for column, last in starts.get(number, ()):
            if column < len(cells):
                going[column] = (last, cells[column])
        if not blank:
            yield number, cells


def main(folder: str, *workbooks: str) -> None:
    """Convert workbooks one after the other, each within the limits."""
    password = sys.stdin.read()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number, workbook in enumerate(workbooks):
        spent = math.ceil(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, resource.RLIM_INFINITY))
        convert(Path(workbook), Path(folder), number, password)


if __name__ == "__main__":
    main(*sys.argv[1:])
