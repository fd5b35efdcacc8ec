"""From raw text to typed rows, column by column; a row with a bad cell becomes an issue."""

import numpy as np
import pandas as pd
import pyarrow as pa

from graph.language import Text
from loaders.keep.privacy import mask
from loaders.parse.issues import CellError, RowIssue
from loaders.read import Chunk, Sheet
from loaders.tables import Column

REQUIRED = Text("必填项为空", "a required cell is empty")
FAILED = Text("公式出错（{cell}），请改为值", "a formula failed here ({cell}); put a value instead")
FORMULA_ERRORS = frozenset(
    (
        "#N/A",
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
    )
)
"""What a spreadsheet shows where a formula has no value."""


def parse_column(column: Column, raw: pa.Array) -> tuple[pa.DictionaryArray, list[object], dict[int, Text]]:
    """Return a column as codes, the value of each code (missing: None), and the reason for each bad code.

    Each distinct text is parsed once.
    """
    encoded = raw.dictionary_encode()
    values: list[object] = []
    reasons: dict[int, Text] = {}
    for code, cell in enumerate(encoded.dictionary.to_pylist()):
        trimmed = cell.strip()
        value = None
        if not trimmed:
            if column.required:
                reasons[code] = REQUIRED
        elif trimmed in FORMULA_ERRORS:
            reasons[code] = Text(*(part.format(cell=trimmed) for part in FAILED))
        elif column.parse is None:
            value = trimmed
        else:
            try:
                value = column.parse(trimmed)
            except CellError as error:
                reasons[code] = error.reason
        values.append(value)
    return encoded, values, reasons


def _typed(encoded: pa.DictionaryArray, values: list[object], index: pd.Index, bulk: bool) -> pd.Series:
    if bulk:
        return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values).take(encoded.indices)), index=index)
    distinct = np.empty(len(values), dtype=object)
    distinct[:] = values
    return pd.Series(distinct[encoded.indices.to_numpy(zero_copy_only=False)], index=index, dtype=object)


def parse(sheet: Sheet, chunk: Chunk) -> tuple[pd.DataFrame, list[RowIssue]]:
    """Return the typed rows that are good, with every column of the table, and the issues of the others."""
    table = sheet.table
    index = pd.Index(chunk.numbers)
    typed: dict[str, pd.Series] = {}
    # What stands in a misfit may be personal and in any place, so its value is not told.
    issues = [RowIssue(table.name, sheet.file, sheet.sheet, m.number, "", "", m.reason) for m in chunk.misfits]
    for column in table.columns:
        raw = chunk.columns.get(column.name)
        if raw is None:
            typed[column.name] = pd.Series(None, index=index, dtype=object)
            continue
        encoded, values, reasons = parse_column(column, raw)
        typed[column.name] = _typed(encoded, values, index, table.bulk)
        if reasons:
            codes = encoded.indices.to_numpy(zero_copy_only=False)
            for at in np.flatnonzero(np.isin(codes, list(reasons))):
                place = (table.name, sheet.file, sheet.sheet, int(chunk.numbers[at]))
                cell = raw[int(at)].as_py()
                told = mask(column.name, cell) if column.personal else cell
                issues.append(RowIssue(*place, column.zh, told, reasons[int(codes[at])]))
    rows = pd.DataFrame(typed, index=index)
    bad = {i.row for i in issues}
    return (rows[~rows.index.isin(bad)] if bad else rows), issues
