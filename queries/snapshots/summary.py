"""What changed between two snapshots in all: totals, by cause, by place, and what expires next.

The supply that causes moved sums to the difference of supply over the cells that changed: each resource's is
Σ over those cells of R(s)·w(s,r)·D after, less the same before (method, section 2).
"""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Floats
from graph.identity import prefecture_of
from graph.stores.base import Query, Store
from queries.data_classes import among
from queries.ordering import comparable, largest_first
from queries.snapshots.causes import LEAST, Causes
from queries.snapshots.differences import CauseTotal, DiffSummary, DiffTotals, Expiry, PlaceTotal
from queries.snapshots.keeping import CELL, Kept

NAMED = 3
"""Resources that are named of each kind of cause, those that moved most."""
EXPIRING_DAYS = 90
LISTED = 20
"""Expiries that are listed; all are counted."""
BLOCK = 4096
"""Resources whose demand by chain and type is held in memory at once."""
EXPIRING = Query(
    "MATCH (s:Resource) WHERE s.until >= $first AND s.until <= $last AND (s.since IS NULL OR s.since <= $first) "
    "RETURN s.key AS key, s.name AS name, s.until AS until, s.capacity AS capacity, "
    "s.data_class AS data_class ORDER BY s.until, s.key",
    {"key": str, "name": str, "until": date, "capacity": float, "data_class": str},
)


def summary(store: Store, causes: Causes, every: pd.DataFrame, changed: pd.DataFrame) -> DiffSummary:
    """Return what changed in all.

    Args:
        store: Where the graph is, for what expires next.
        causes: Of the two snapshots.
        every: All cells asked for, with demand, supply and unmet of both sides.
        changed: Those of them that differ.
    """
    day = date.fromisoformat(causes.after.snapshot.day)
    until = {"first": day, "last": day + timedelta(days=EXPIRING_DAYS)}
    with store.read() as session:
        soon = session.frame(EXPIRING, **until)
    expiring = [
        Expiry(
            key=key, name=name, until=end.date() if hasattr(end, "date") else end, capacity=None if np.isnan(c) else c,
            data_class=among([of]),
        )
        for key, name, end, c, of in zip(
            *(soon[column] for column in ("key", "name", "until", "capacity", "data_class")), strict=True
        )
    ]  # fmt: skip
    return DiffSummary(
        before=_totals(every, "before"), after=_totals(every, "after"), causes=_causes(causes, changed),
        places=_places(changed), expiring=expiring[:LISTED], expiring_total=len(expiring),
        expiring_days=EXPIRING_DAYS,
    )  # fmt: skip


def _totals(every: pd.DataFrame, end: str) -> DiffTotals:
    known = every[every[f"demand_{end}"].notna()]
    demand, supply, unmet = (float(known[f"{name}_{end}"].sum()) for name in ("demand", "supply", "unmet"))
    return DiffTotals(
        demand=demand if len(known) else None, supply=supply if len(known) else None,
        unmet=unmet if len(known) else None, ratio=1.0 - unmet / demand if demand > 0 else None,
    )  # fmt: skip


def _causes(causes: Causes, changed: pd.DataFrame) -> list[CauseTotal]:
    one = brought(causes.before, changed, changed["demand_before"], causes.keys)
    other = brought(causes.after, changed, changed["demand_after"], causes.keys)
    moved = other - one
    kinds = np.array([change or "" for change in causes.change], dtype=object)
    names = np.array([name or key for name, key in zip(causes.names, causes.keys, strict=True)], dtype=object)
    found = [_total(kind, moved[kinds == kind], names[kinds == kind]) for kind in sorted(set(kinds))]
    asked = changed["demand_after"].fillna(0.0) - changed["demand_before"].fillna(0.0)
    demand = CauseTotal(kind="demand", change="changed", resources=0, amount=float(asked.sum()), largest=[])
    made = [c for c in [*found, demand] if abs(c.amount) > LEAST or c.resources]
    return sorted(made, key=lambda c: (c.kind == "demand", -abs(c.amount)))


def _total(kind: str, moved: Floats, names: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> CauseTotal:
    order = largest_first(np.abs(moved))[:NAMED]
    return CauseTotal(
        kind="resource" if kind else "sharing", change=kind or "changed",
        resources=int((np.abs(moved) > LEAST).sum()), amount=float(moved.sum()),
        largest=[str(names[at]) for at in order if kind and abs(moved[at]) > LEAST],
    )  # fmt: skip


def brought(kept: Kept, cells: pd.DataFrame, demand: "pd.Series[float]", keys: "pd.Index[str]") -> Floats:
    """Return [S]: what each resource of ``keys`` brings to some cells together, services a year."""
    resources = kept.resources
    made = np.zeros(len(keys))
    if cells.empty or resources.empty:
        return made
    (r, regions), (c, chains), (t, types) = (pd.factorize(cells[name]) for name in CELL)
    asked = np.zeros((len(regions), len(chains), len(types)))
    asked[r, c, t] = np.nan_to_num(demand.to_numpy(dtype=np.float64))
    reach = kept.reach[kept.reach["region"].isin(regions)]
    at = pd.Index(regions).get_indexer(pd.Index(reach["region"]))
    shape = (int(resources["profile"].max()) + 1, len(regions))
    weight = sparse.csr_array((reach["weight"], (reach["profile"], at)), shape=shape)
    by_profile = (weight @ asked.reshape(len(regions), -1)).reshape(shape[0], *asked.shape[1:])
    suits = _among(resources["chains"], chains, default=True)
    offers = _among(resources["types"], types, default=False)
    profile, share = resources["profile"].to_numpy(), resources["share"].to_numpy(dtype=np.float64)
    blocks = [slice(first, first + BLOCK) for first in range(0, len(resources), BLOCK)]
    total = np.concatenate([np.einsum("sct,sc,st->s", by_profile[profile[b]], suits[b], offers[b]) for b in blocks])
    np.add.at(made, keys.get_indexer(pd.Index(resources["key"])), share * total)
    return made


def _among(lists: "pd.Series[Any]", values: "pd.Index[Any]", *, default: bool) -> Floats:
    """Return [S, values] 1 where a resource's list has the value, or is empty and that means any."""
    at = {value: position for position, value in enumerate(values)}
    made = np.zeros((len(lists), len(values)))
    for row, have in enumerate(lists):
        made[row, [at[value] for value in have if value in at]] = 1.0
        if default and not len(have):
            made[row] = 1.0
    return made


def _places(changed: pd.DataFrame) -> list[PlaceTotal]:
    """Return the prefectures whose unmet demand changed, largest difference first; ties by code."""
    frame = pd.DataFrame({
        "region": changed["region"].map(prefecture_of), "before": changed["unmet_before"].fillna(0.0),
        "after": changed["unmet_after"].fillna(0.0), "cells": 1,
    })  # fmt: skip
    summed = frame.groupby("region")[["before", "after", "cells"]].sum().reset_index()
    summed["change"] = summed["after"] - summed["before"]
    order = summed.reindex(summed["change"].abs().sort_values(ascending=False, kind="stable", key=comparable).index)
    return [
        PlaceTotal(region=region, unmet_change=float(change), cells=int(cells))
        for region, change, cells in zip(order["region"], order["change"], order["cells"], strict=True)
    ]
