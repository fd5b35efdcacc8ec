"""Totals in another sheet of a load than their parts: numbers of firms of prefectures that their counties add up to.

Within one sheet they are known as its rows are read. A sheet beside those of the counties holds totals where each of
its prefectures is the sum of what the load has of its counties; one that is not may be what the prefecture itself has,
so that all count, and are told (see :mod:`loaders.merge.doubled_totals`).
"""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import PLACE, Facts
from loaders.merge.doubled_totals import total_of
from loaders.tables.base import SHEET_BITS
from loaders.tables.repeated_counts import DAY
from loaders.tables.totals import is_sum

LEAST_PARTS = 2
"""Of so many counties the sum is no coincidence."""
SUBJECT = "EnterpriseCount"


def totals_apart(facts: Facts, own: set[int], slacks: Mapping[int, float]) -> dict[int, str]:
    """Return the keys of the totals among the facts of a load by where they were read, as one number.

    Args:
        facts: All that the load brings.
        own: Where rows were read that say of a prefecture what it has beside its counties (市本级).
        slacks: By how much numbers may have been rounded, by where they were read.
    """
    counts = facts.tables.get(schema.nodes()[SUBJECT])
    if counts is None:
        return {}
    frame = counts.select(["key", "count", DAY, "source", PLACE.name]).to_pandas()
    frame["slack"] = frame[PLACE.name].map(slacks).fillna(0.0)
    found = _totals(frame[~frame[PLACE.name].isin(own)], frame)
    return dict(zip(found[PLACE.name].tolist(), found["key"].tolist(), strict=True))


def without_rows(facts: Facts, numbers: Collection[int]) -> None:
    """Take out of the facts what rows of counts brought, which are given by where they stand."""
    gone = pa.array(numbers, PLACE.type)
    for spec, rows in facts.tables.items():
        if SUBJECT in (getattr(spec, "name", ""), getattr(spec, "source", "")):
            facts.tables[spec] = rows.filter(pc.invert(pc.is_in(rows[PLACE.name], gone)))


def _totals(wide: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the sheets of which each prefecture's number is the sum of its counties' elsewhere."""
    counts = counts.assign(total=counts["key"].map(total_of), sheet=counts[PLACE.name] // (1 << SHEET_BITS))
    is_wide = (counts["total"] == counts["key"]) & counts.index.isin(wide.index)
    parts = counts[~is_wide].drop_duplicates("key", keep="last").groupby(["total", "source"])
    sums = parts.agg(
        parts=("count", "sum"), of_parts=("slack", "sum"), n=("count", "size"), sheets=("sheet", set), days=(DAY, set)
    )
    judged = counts[is_wide].merge(sums.reset_index(), on=["total", "source"])
    columns = ("count", "slack", "parts", "of_parts", "n", "sheet", "sheets", DAY, "days")
    explained = [
        n >= LEAST_PARTS and is_sum(total, slack, [(of, by)]) and sheet not in sheets and _is_one({day, *days})
        for total, slack, of, by, n, sheet, sheets, day, days in zip(*(judged[c] for c in columns), strict=True)
    ]
    whole = pd.Series(explained, judged.index, dtype=bool).groupby(judged["sheet"]).transform("all")
    return judged[whole.astype(bool)]


def _is_one(days: set[Any]) -> bool:
    """Tell whether all days are one; a row that says none may be of any."""
    return len({day for day in days if not pd.isna(day)}) <= 1
