"""From rows of a reference table to facts, with their source, verification and data_class."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from graph import schema
from graph.delta import Facts
from graph.identity import folded_key, prefecture_of
from graph.vocabulary import fold, vocabulary
from loaders.identify.matching import plain_name
from loaders.tables.base import add

NOTICE = {
    "source": "https://smesc.cn/news/show.php?itemid=373705 (=seed notice 2020-12-22)",
    "verification": "seen_on_official_or_press_page",
    "data_class": "REAL",
}
ORIGIN = ["source", "verification", "data_class"]


def node(facts: Facts, label: str, rows: pd.DataFrame, **columns: Any) -> None:
    """Add nodes from rows, whose origin columns go with them."""
    add(facts, schema.nodes()[label], text_of(rows[ORIGIN].assign(**columns)))


def link(facts: Facts, slot: tuple[str, str, str], rows: pd.DataFrame, from_key: Any, to_key: Any) -> None:
    """Add relationships from rows; rows with an empty end are left out."""
    frame = text_of(rows[ORIGIN].assign(from_key=from_key, to_key=to_key)).dropna(subset=["from_key", "to_key"])
    add(facts, schema.relationships()[slot], frame)


def text_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with empty cells as missing."""
    return frame.replace("", None)


def numbers(column: pd.Series) -> pd.Series:
    """Return a column of texts as numbers; empty is missing."""
    return pd.to_numeric(column.replace("", None))


def terms(column: pd.Series, list_: str) -> pd.Series:
    """Return the ids of a column's terms; 未核 (not verified) is not stated."""
    known = {v: vocabulary(list_).resolve(v) for v in column.unique() if v not in ("", "未核")}
    return column.map(known)


def each(rows: pd.DataFrame, *columns: str) -> Iterator[tuple[str, ...]]:
    """Yield some cells of each row."""
    return zip(*(rows[c] for c in columns), strict=True)


def named_keys(kind: str, rows: pd.DataFrame) -> list[str]:
    """Return keys by name and prefecture, as the loaders make them."""
    form = plain_name if kind == "organization" else fold
    return [folded_key(kind, form(name), prefecture_of(code)) for name, code in each(rows, "name", "adcode")]
