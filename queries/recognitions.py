"""Recognitions of carriers: what a carrier is on a day, of the several that it may have had one after another.

As with the titles of firms, what says no day counts on every day, unless a dated recognition of the same kind and level
says more. What an earlier version stored has no recognitions of its own; there the carrier's own days count.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.stores.base import Query
from graph.vocabulary import vocabulary
from queries.validity import active

RECOGNITIONS = Query(
    "MATCH (k:Carrier)-[h:HOLDS]->(t:Title) "
    "RETURN k.key AS key, t.key AS kind, h.level AS level, h.since AS since, h.until AS until "
    "ORDER BY key, kind, since",
    {"key": str, "kind": str, "level": str, "since": date, "until": date},
)
OWN = ["kind", "level", "since", "until"]


def telling(recognitions: pd.DataFrame) -> pd.DataFrame:
    """Return the recognitions without the undated of which a dated one says more: same kind, same level if stated."""
    undated = recognitions["since"].isna() & recognitions["until"].isna()
    stated = recognitions["level"].notna()
    said = np.where(
        stated,
        _among(recognitions, ~undated, ["key", "kind", "level"]),
        _among(recognitions, ~undated, ["key", "kind"]),
    )
    return recognitions[~(undated & said)]


def _among(rows: pd.DataFrame, some: "pd.Series[bool]", columns: list[str]) -> NDArray[np.bool_]:
    """Tell which rows agree in some columns with one of ``some``."""
    number = rows.groupby(columns, dropna=False, sort=False).ngroup()
    return number.isin(number[some]).to_numpy()


def recognised(carriers: pd.DataFrame, recognitions: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each recognition of carriers, with their other columns; one without any has its own row."""
    left = telling(recognitions)
    rest = carriers.drop(columns=OWN).astype({"key": object})
    several = left.astype({"key": object}).merge(rest, on="key")
    own = carriers[~carriers["key"].astype(object).isin(left["key"].astype(object))]
    return pd.concat([own.astype(object), several[list(carriers)].astype(object)], ignore_index=True)


def on_day(carriers: pd.DataFrame, recognitions: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return carriers with kind, level, since and until of the recognition that counts on a day.

    Of several in force it is that of the highest level, then the latest; where none is, the latest of all, which is not
    in force either.

    Args:
        carriers: Columns ``key`` and those of ``OWN``, among others; a row a carrier.
        recognitions: Columns ``key`` and those of ``OWN``.
        day: The day.
    """
    best = counting(recognised(carriers, recognitions), day).set_index("key")
    return best.loc[carriers["key"]].reset_index()[list(carriers)].set_axis(carriers.index)


def counting(every: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return of the rows of :func:`recognised` the one of each carrier that counts on a day."""
    running = active(every, day)
    ranks = {e.id: int(e["rank"]) for e in vocabulary("levels")}
    order = every.assign(
        _running=running,
        _rank=every["level"].map(ranks).fillna(0).where(running, 0),
        _since=pd.to_datetime(every["since"]),
    )
    order = order.sort_values(["_running", "_rank", "_since"], kind="stable", na_position="first").drop_duplicates(
        "key", keep="last"
    )
    return order[list(every)]
