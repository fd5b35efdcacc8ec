"""From raw text to typed rows, column by column; a row with a bad cell becomes an issue."""

import numpy as np
import pandas as pd

from graph.language import Text
from loaders.issues import CellError, RowIssue
from loaders.sources import Sheet
from loaders.tables import Column

REQUIRED = Text("必填项为空", "a required cell is empty")


def parse_column(column: Column, raw: pd.Series) -> tuple[pd.Series, dict[int, Text]]:
    """Return the values of a column (missing: None) and the reason for each bad row.

    Each distinct text is parsed once.
    """
    codes, distinct = pd.factorize(raw.to_numpy(dtype=object))
    values = np.empty(len(distinct), dtype=object)
    reasons: dict[int, Text] = {}
    for at, cell in enumerate(distinct):
        trimmed = cell.strip()
        if not trimmed:
            if column.required:
                reasons[at] = REQUIRED
            continue
        try:
            values[at] = column.parse(trimmed) if column.parse else trimmed
        except CellError as error:
            reasons[at] = error.reason
    bad: dict[int, Text] = {}
    if reasons:
        rows = raw.index.to_numpy()
        for place in np.flatnonzero(np.isin(codes, list(reasons))):
            bad[int(rows[place])] = reasons[int(codes[place])]
    return pd.Series(values[codes], index=raw.index, dtype=object), bad


def parse(sheet: Sheet, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[RowIssue]]:
    """Return the typed rows that are good, with every column of the table, and the issues of the others."""
    typed: dict[str, pd.Series] = {}
    issues: list[RowIssue] = []
    for column in sheet.table.columns:
        if column.name not in raw:
            typed[column.name] = pd.Series(None, index=raw.index, dtype=object)
            continue
        typed[column.name], bad = parse_column(column, raw[column.name])
        issues += [
            RowIssue(sheet.table.name, sheet.path.name, sheet.sheet, row, column.zh, raw.at[row, column.name], reason)
            for row, reason in bad.items()
        ]
    rows = pd.DataFrame(typed)
    return rows.drop(index=list({i.row for i in issues})), issues
