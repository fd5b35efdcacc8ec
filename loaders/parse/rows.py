"""From raw text to typed rows, column by column; a row with a bad cell becomes an issue."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from graph.language import Text
from loaders.keep.privacy import mask
from loaders.parse.issues import CellError, NotedValue, RowIssue
from loaders.parse.marks import FORMULA_ERRORS, LOST, MERGED, NESTED, is_machine, is_mark, is_visible, is_zero
from loaders.parse.scores import beyond, is_plain, misplaced
from loaders.read import Chunk, Sheet
from loaders.read.files.worker import UNCACHED
from loaders.tables import Column

REQUIRED = Text("必填项为空", "a required cell is empty")
AS_ABOVE = Text("；与上一行相同的请写“同上”", "; write 同上 where it is that of the row above")
FAILED = Text("公式出错（{cell}），请改为值", "a formula failed here ({cell}); put a value instead")


ODD = {
    UNCACHED: Text(
        "公式没有保存计算结果，请在 Excel 中打开并保存一次，或改为值",
        "a formula was saved without its value; open and save it in Excel, or put a value instead",
    ),
    MERGED: Text(
        "合并单元格里只有一个数，已记在首行；请分别填写各行",
        "merged cells hold one number, which the first row has; write each row's own",
    ),
    NESTED: Text(
        "不是文字、数字或它们的列表，请写出其中的值",
        "it is neither text, number nor a list of them; write the value that is in it",
    ),
}
FEW = 64
"""So many texts are sooner looked at one by one than a pattern for all of them is made ready."""
INVISIBLE = Text("只有看不见的字符", "nothing but characters that nobody sees")
DAMAGED = Text("含有无法辨认的字符（乱码），请改正", "it holds characters that could not be read; write it again")
MACHINE = "“{cell}”是程序写出的空值，请填写", "“{cell}” is what programs write for nothing; write what is meant"
OR_EMPTY = Text("；没有可留空", "; leave it empty if there is none")
UNBOUNDED = Text("；改正之前按不限计", "; until it is mended, the row counts without this limit")
ELSEWHERE = Text("“{cell}”只是指向别处，请写出内容", "“{cell}” points elsewhere; write what it points to")
NOTHING_ABOVE = Text("“同上”的上面没有可承接的行", "there is no row above that a ditto could mean")


def parse_column(column: Column, raw: pa.Array) -> "Parsed":
    """Return a column as codes, the value of each code (missing: None), and the reason for each bad code.

    Each distinct text is parsed once.
    """
    parsed = Parsed(raw.dictionary_encode())
    texts = parsed.encoded.dictionary
    parsed.values += texts.to_pylist()
    at_once = column.stands if len(texts) > FEW else None
    looked = np.ones(len(texts), dtype=bool) if at_once is None else ~at_once(texts)
    for code in np.flatnonzero(looked).tolist():
        trimmed = str(parsed.values[code]).strip()
        value = None
        if not trimmed or (is_mark(trimmed, "empty") and not _answers(column, trimmed)) or _no_word(column, trimmed):
            if column.required:
                parsed.reasons[code] = (
                    Text(*map("".join, zip(REQUIRED, AS_ABOVE, strict=True))) if column.place else REQUIRED
                )
        elif odd := _odd(trimmed):
            parsed.reasons[code] = _reason(odd, column)
        else:
            try:
                value = trimmed if column.parse is None else column.parse(trimmed)
            except CellError as error:
                parsed.reasons[code] = _reason(error, column)
            if isinstance(value, NotedValue):
                parsed.remarks[code] = value.how
                value = value.value
        parsed.values[code] = value
    if column.lowest is not None:
        _leave_out_other_scale(column, parsed, column.lowest)
    return parsed


def _leave_out_other_scale(column: Column, parsed: "Parsed", low: float) -> None:
    """Leave out all numbers of a column of marks that is of another scale: among 95 and 88 a 4 is none of ours."""
    texts = parsed.encoded.dictionary.to_pylist()
    indices = parsed.encoded.indices.to_numpy(zero_copy_only=False)
    if other := beyond(texts, np.bincount(indices, minlength=len(texts)).tolist()):
        for code, cell in enumerate(texts):
            if is_plain(cell) and parsed.values[code] is not None:
                parsed.values[code] = None
                parsed.reasons[code] = _reason(CellError(*misplaced(cell.strip(), other, low)), column)


@dataclass
class Parsed:
    """A column as codes, with the value of each code, and why a code is bad or what is to be said of it."""

    encoded: pa.DictionaryArray
    values: list[object] = field(default_factory=list)
    reasons: dict[int, Text] = field(default_factory=dict)
    remarks: dict[int, Text] = field(default_factory=dict)


def _answers(column: Column, mark: str) -> bool:
    """Tell whether a mark of an empty cell is a value in this column: 无 of conditions, or a term of its list."""
    if mark in column.answers:
        return True
    if not column.vocabulary or column.parse is None:
        return False
    try:
        column.parse(mark)
    except CellError:
        return False
    return True


def _no_word(column: Column, cell: str) -> bool:
    """Tell whether 0 stands where a word, a code or a day may stand: it says that there is none."""
    if column.required or column.quantity or column.lowest is not None or cell in column.answers or not is_zero(cell):
        return False
    try:
        return isinstance(column.parse(cell) if column.parse else cell, str)
    except CellError:
        return True


def _reason(error: CellError, column: Column) -> Text:
    """Return why a cell of a column is refused; that it may be empty is said where it may, and what it counts as."""
    reason = [error.reason]
    if error.or_empty and not column.required:
        reason.append(OR_EMPTY)
    if column.unbounded:
        reason.append(UNBOUNDED)
    return Text(*map("".join, zip(*reason, strict=True)))


def _odd(cell: str) -> CellError | None:
    """Return why a cell is no value of any column."""
    if cell in FORMULA_ERRORS:
        return CellError(*(part.format(cell=cell) for part in FAILED))
    if LOST in cell:
        return CellError(*DAMAGED)
    if is_machine(cell):
        return CellError(*(part.format(cell=cell) for part in MACHINE), or_empty=True)
    if is_mark(cell, "ditto"):
        return CellError(*NOTHING_ABOVE)
    if is_mark(cell, "elsewhere"):
        return CellError(*(part.format(cell=cell) for part in ELSEWHERE))
    odd = ODD.get(cell) or (None if is_visible(cell) else INVISIBLE)
    return odd and CellError(*odd)


def _typed(encoded: pa.DictionaryArray, values: list[object], index: pd.Index, bulk: bool) -> pd.Series:
    if bulk:
        return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values).take(encoded.indices)), index=index)
    distinct = np.empty(len(values), dtype=object)
    distinct[:] = values
    return pd.Series(distinct[encoded.indices.to_numpy(zero_copy_only=False)], index=index, dtype=object)


def parse(sheet: Sheet, chunk: Chunk) -> tuple[pd.DataFrame, list[RowIssue], Counter[Text]]:
    """Return the typed rows that are good, with every column of the table, what is wrong, and what is to be said.

    A row is good where every cell that it needs is; a bad cell that nobody needs is left out of it.
    """
    table = sheet.table
    index = pd.Index(chunk.numbers)
    typed: dict[str, pd.Series] = {}
    remarks = Counter(dict(chunk.remarks))
    # What stands in a misfit may be personal and in any place, so its value is not told.
    issues = [RowIssue(table.name, sheet.file, sheet.sheet, m.number, "", "", m.reason) for m in chunk.misfits]
    for column in table.columns:
        raw = chunk.columns.get(column.name)
        if raw is None:
            typed[column.name] = pd.Series(None, index=index, dtype=object)
            continue
        parsed = parse_column(column, raw)
        typed[column.name] = _typed(parsed.encoded, parsed.values, index, table.bulk)
        codes = parsed.encoded.indices.to_numpy(zero_copy_only=False)
        for at in np.flatnonzero(np.isin(codes, list(parsed.reasons))) if parsed.reasons else ():
            place = (table.name, sheet.file, sheet.sheet, int(chunk.numbers[at]))
            cell = raw[int(at)].as_py()
            value = mask(column.name, cell) if column.personal else cell
            issues.append(RowIssue(*place, column.zh, value, parsed.reasons[int(codes[at])], not column.needed))
        for code, how in parsed.remarks.items():
            zh, en = how
            remarks[Text(f"{column.zh}（{{n}} 格）{zh}", f"{column.name} ({{n}} cells): {en}")] += int(
                (codes == code).sum()
            )
    rows = pd.DataFrame(typed, index=index)
    bad = {i.row for i in issues if not i.cell_only}
    return (rows[~rows.index.isin(bad)] if bad else rows), issues, remarks
