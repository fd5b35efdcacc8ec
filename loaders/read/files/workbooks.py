"""Workbooks: parsed by one limited process for the whole load, and read from the CSV files that it writes."""

import csv as plain_csv
import json
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.errors import FileUnreadable
from graph.language import Text, listed
from loaders.read.files import worker
from loaders.read.files.chunks import HEAD_ROWS, SMALL, Chunk, Line, WholeGrid, Workspace, chunk_of
from loaders.read.files.delimited import open_csv
from loaders.read.files.foreign import foreign
from loaders.read.words.unseen import seen_text

WAIT = 2 * worker.SECONDS
"""Seconds for one workbook before the worker is ended; a disk may be slow."""
LOCKED = Text(
    "工作簿设有打开密码；请加 --password 运行（密码在运行时输入，不留在命令里，也不保存），或在 Excel 中取消密码",
    "the workbook is locked with a password; run with --password (which asks for it and keeps it nowhere), or take the"
    " password off in Excel",
)
WRONG = Text("工作簿设有打开密码，给出的密码不对", "the workbook is locked, and the password given does not open it")
NO_BOOK = Text("内容不是 Excel 工作簿（{detail}）", "it holds no Excel workbook ({detail})")
GUISES = (
    (
        re.compile(rb"^(?:pk\x03\x04|\xd0\xcf\x11\xe0)"),
        Text(
            "工作簿已损坏或没有传完；请在 Excel 或 WPS 中打开、另存为 .xlsx，打不开的请重新发送",
            "the workbook is damaged or was not transferred whole; open it and save it as .xlsx, or have it sent again",
        ),
    ),
    (re.compile(rb"^$"), Text("文件是空的，没有内容", "the file is empty")),
    (
        re.compile(rb"^[^\0]+$"),
        Text(
            "内容是文本，不是工作簿；若是 CSV，请把后缀改为 .csv",
            "it is plain text under the name of a workbook; if it is CSV, name it .csv",
        ),
    ),
)
"""What a file under a workbook's name is, by how it begins, that is of no foreign kind."""
NO_WPS = Text(
    "WPS 的 .et 文件读不了；请在 WPS 中打开，另存为 .xlsx",
    "this .et file of WPS cannot be read; save it as .xlsx in WPS",
)
LOCKED_ODS = Text(
    "OpenDocument 工作簿设有打开密码，不能直接读；请取消密码，或另存为 .xlsx",
    "the OpenDocument workbook is locked with a password and cannot be read; take the password off or save it as .xlsx",
)
MANIFEST = "META-INF/manifest.xml"
BEGINNING = 4096
TOO_LONG = Text("解析超过时限，文件过大或已损坏", "parsing took too long; the file is too large or damaged")
TOO_LARGE = Text(
    "解析所需内存超过上限：文件过大、已损坏，或有单元格远在数据之外；请删除数据以外的行和列后另存",
    "parsing needs too much memory: the file is too large or damaged, or a cell stands far from the data; delete the"
    " rows and columns beyond the data and save it again",
)
DIED = Text(
    "解析进程异常退出（{detail}），文件可能已损坏",
    "the parser ended abnormally ({detail}); perhaps the file is damaged",
)
NAMED = 10
"""Rows with a line through them that are named."""
HIDDEN_SHEET = Text("这个工作表是隐藏的，其中的行照常载入", "this sheet is hidden; its rows are loaded all the same")


@dataclass(frozen=True)
class Page(WholeGrid):
    """One sheet of a workbook, in the CSV file that the worker wrote."""

    name: str
    path: Path
    shown: Path
    head: list[Line]
    counts: tuple[int, ...]
    warnings: tuple[Text, ...]
    repeated: dict[int, frozenset[int]]
    hidden: bool = False

    def lines(self) -> list[Line]:
        """Return all rows of a small sheet, none of a large one."""
        return _head(self.path, SMALL) if self.path.stat().st_size <= SMALL else []

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header; their numbers stand in the first column."""
        try:
            for batch in open_csv(self.path, "utf-8", ",", len(self.counts) + 1, 0, None):
                numbers = batch.column(0).cast(pa.int64()).to_numpy()
                below = pa.array(numbers > header.number)
                cells = [column.filter(below) for column in batch.columns[1:]]
                yield replace(chunk_of(numbers[numbers > header.number], cells), repeated=self.repeated)
        except pa.ArrowInvalid as error:
            raise FileUnreadable(path=self.shown, reason=error) from error


def open_workbooks(books: list[tuple[Path, Path]], workspace: Workspace, password: str = "") -> list[list[Page]]:
    """Return the sheets of workbooks, given as (path, its name for the reader); sheets without any cell are left out.

    The ``password`` opens those that are locked; it goes to the worker by its standard input and nowhere else.

    Raises:
        FileUnreadable: one cannot be parsed, or not within the limits.
    """
    if not books:
        return []
    paths = [str(path.absolute()) for path, _ in books]
    folder = workspace.folder / "workbooks"
    folder.mkdir()
    command = [sys.executable, "-I", str(Path(worker.__file__)), str(folder), *paths]
    try:
        wait = WAIT * len(books)
        done = subprocess.run(command, input=password, capture_output=True, text=True, timeout=wait, check=False)  # noqa: S603
        status, said = done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        status, said = -signal.SIGXCPU, ""
    return [_pages(folder / f"{n}.json", place, shown, status, said) for n, (place, shown) in enumerate(books)]


def _pages(result: Path, place: Path, shown: Path, status: int, said: str) -> list[Page]:
    if not result.exists():
        raise FileUnreadable(path=shown, reason=_why(status, said))
    book: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    if "locked" in book:
        raise FileUnreadable(path=shown, reason=WRONG if book["locked"] == "wrong" else LOCKED)
    if "broken" in book:
        raise FileUnreadable(path=shown, reason=_guise(place, shown) or _with(NO_BOOK, book["broken"]))
    pages = []
    for sheet in book["sheets"]:
        if any(sheet["filled"]):
            path = result.parent / sheet["file"]
            hidden = (*_hidden_rows(sheet["rows_hidden"]), *_hidden_columns(sheet["columns_hidden"]))
            hidden += _struck_rows(sheet["struck"])
            warnings = (*((HIDDEN_SHEET,) if sheet["hidden"] else ()), *hidden)
            repeated = {int(at): frozenset(rows) for at, rows in sheet["repeated"].items()}
            page = Page(seen_text(sheet["name"]), path, shown, _head(path), tuple(sheet["filled"]), warnings, repeated)
            pages.append(replace(page, hidden=sheet["hidden"]))
    return pages


def _guise(place: Path, shown: Path) -> Text | None:
    """Return what a file under a workbook's name is instead, if that can be told."""
    if _is_locked_ods(place):
        return LOCKED_ODS
    if kind := foreign(place, shown.name):
        return kind
    with place.open("rb") as file:
        start = file.read(BEGINNING).replace(b"\0", b"") if place.stat().st_size else b""
    if shown.suffix.casefold() == ".et":
        return NO_WPS
    return next((text for pattern, text in GUISES if pattern.search(start.lower())), None)


def _is_locked_ods(place: Path) -> bool:
    """Tell whether a workbook of OpenDocument says that its parts are encrypted."""
    if not zipfile.is_zipfile(place):
        return False
    with zipfile.ZipFile(place) as parts:
        return MANIFEST in parts.namelist() and b"encryption-data" in parts.read(MANIFEST)


def _why(status: int, said: str) -> Text:
    """Return why the worker ended, from its exit status and last words."""
    last = (said.strip().splitlines() or [f"{status}"])[-1]
    if status == -signal.SIGXCPU:
        return TOO_LONG
    if status in (-signal.SIGABRT, -signal.SIGKILL) or "MemoryError" in last or "memory" in said:
        return TOO_LARGE
    return _with(DIED, last[:200])


def _with(text: Text, detail: str) -> Text:
    return Text(*(part.format(detail=detail) for part in text))


def _hidden_columns(columns: list[int]) -> tuple[Text, ...]:
    if not columns:
        return ()
    zh, en = listed(columns)
    return (Text(f"第 {zh} 列是隐藏的，照常载入", f"columns {en} are hidden; they are loaded all the same"),)


def _hidden_rows(number: int) -> tuple[Text, ...]:
    if not number:
        return ()
    return (Text(f"有 {number} 行是隐藏的，照常载入", f"{number} rows are hidden; they are loaded all the same"),)


def _struck_rows(rows: list[int]) -> tuple[Text, ...]:
    if not rows:
        return ()
    zh, en = (said + "…" * (len(rows) > NAMED) for said in listed(rows[:NAMED]))
    return (
        Text(
            f"有 {len(rows)} 行带删除线，照常载入：第 {zh} 行；已删去的请不要列入",
            f"rows with a line through them are loaded all the same ({len(rows)}): {en}; leave out what is no more",
        ),
    )


def _head(path: Path, most: int = HEAD_ROWS) -> list[Line]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = plain_csv.reader(file)
        return [Line(int(cells[0]), [*map(seen_text, cells[1:])]) for cells, _ in zip(rows, range(most), strict=False)]
