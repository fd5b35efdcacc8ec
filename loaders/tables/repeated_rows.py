"""Rows of one list that are about one thing and say different things of it: the last one shows, and that is told."""

import pandas as pd

from graph.language import Text
from loaders.parse.titles import HeldTitle
from loaders.tables.base import Batch

SEVERAL = frozenset(("tags", "recognitions", "level", "since", "until", "former_names", "renamed", "source"))
"""Columns of which something may have several: they are all kept."""
UNLIKE = Text(
    "{n} 个对象在表中不止一行而内容不同，以后面的为准（如第 {rows} 行的 {column}）",
    "{n} things have several rows that differ; the last one shows (as {column} of rows {rows})",
)


def unlike(batch: Batch, rows: pd.DataFrame) -> Text | None:
    """Return what is to be said of rows about one thing that differ; ``rows`` are those that were built."""
    keys = next((frame["key"] for _, frame in batch.subjects if "key" in frame), None)
    if keys is None or not keys.duplicated().any():
        return None
    again = keys[keys.duplicated(keep=False)]
    found = []
    for _, same in again.groupby(again, sort=False):
        said = rows.loc[rows.index.intersection(same.index)]
        # Without codes rows are one for their names, which differ in their spelling alone.
        own = () if batch.table.has("uscc") and said["uscc"].notna().any() else ("name",)
        # Of what one may have several, rows add up.
        names = [c.name for c in batch.table.columns if not (c.name in (*SEVERAL, *own) or c.personal or c.many)]
        if differs := next((name for name in names if said[name].dropna().map(_plain).nunique() > 1), None):
            found.append((list(said.index), batch.table.column(differs)))
    if not found:
        return None
    at, column = found[0]
    values = {"n": len(found), "rows": "、".join(map(str, at)), "column": column.zh}
    return Text(*(part.format(**values) for part in UNLIKE))


def _plain(value: object) -> str:
    """Return a value as text; of a title its kind, as its level and days are several things, too."""
    return value.kind if isinstance(value, HeldTitle) else str(value)
