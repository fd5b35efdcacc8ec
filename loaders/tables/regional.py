"""Whose rows go in where somebody may load for one region alone: those in it, and what is offered from there."""

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from graph import schema
from graph.delta import Spec
from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import places
from graph.schema import NodeSpec
from graph.stores.base import ReadSession
from loaders.parse.issues import RowIssue
from loaders.tables.base import Batch

SITED = ("Organization", "Enterprise", "Carrier", "Window")
"""Labels of what lies somewhere, and keeps its place and values where somebody from elsewhere speaks of it."""
AT_HOME = {"resources": (("carrier", "Carrier"), ("provider", "Organization"))}
"""Table without a region of its own -> the columns, first one first, that mention what it lies with."""


def reject_elsewhere(batch: Batch, own: str) -> None:
    """Reject the rows of a batch that lie outside a region, in GB/T 2260; those of which nobody can tell as well."""
    where = _where(batch)
    bad = where.map(lambda code: not (isinstance(code, str) and own in (code, prefecture_of(code))))
    named = batch.table.naming or batch.table.columns[0].name
    column = batch.table.column("region" if "region" in batch.rows else named)
    place = places()[own].full_name if own in places() else own
    reason = Text(
        f"不在本地区（{place}），须由枢纽管理员或当地载入", f"outside {place}: the hub or its own window loads it"
    )
    for row in bad.index[bad]:
        value = str(batch.rows.at[row, column.name])
        batch.issues.append(RowIssue(batch.table.name, batch.file, batch.sheet, int(row), column.zh, value, reason))
    batch.rows = batch.rows.drop(index=bad.index[bad])


def _where(batch: Batch) -> pd.Series:
    """Return the code of where each row lies, none where that cannot be told."""
    rows, nowhere = batch.rows, pd.Series(None, index=batch.rows.index, dtype=object)
    if "region" in rows:
        return rows["region"].astype(object)
    for column, label in AT_HOME.get(batch.table.name, ()):
        found = batch.directory.find((label,), rows[column])
        there = found["key"].map(lambda key, of=label: batch.directory.region_of(of, key), na_action="ignore")
        nowhere = nowhere.where(nowhere.notna(), there.astype(object))
    return nowhere


def check_homes(about: Iterable[tuple[Spec, pd.DataFrame]], session: ReadSession, own: str) -> None:
    """Refuse rows that speak of what is stored as lying outside a region: they would move it, or change its values.

    Raises:
        BadParameter: there is such a row.
    """
    for spec, frame in about:
        if not isinstance(spec, NodeSpec) or spec.name not in SITED or frame.empty:
            continue
        keys = pa.array(sorted(set(frame["key"].dropna())), pa.string())
        stored = session.relationships(schema.relationships()["LOCATED_IN", spec.name, "Region"], "from_key", keys)
        for key, code in zip(stored["from_key"].to_pylist(), stored["to_key"].to_pylist(), strict=True):
            if own not in (code, prefecture_of(code)):
                place = places()[code].full_name if code in places() else code
                reason = Text(f"已登记在{place}", f"it is known to lie in {place}")
                raise BadParameter(name=spec.name, value=key, reason=reason)
