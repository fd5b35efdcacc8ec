"""Why cells differ between two snapshots: what each resource brought to them before and after.

The supply of a cell is the sum over resources of R(s)·w(s,r)·D, where chain and type suit (method, section 2). Both
snapshots keep R and w, so the differences of the resources sum to the difference of the supply, exactly.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Floats, Ints
from queries.ordering import comparable
from queries.snapshots.differences import Cause
from queries.snapshots.keeping import CELL, Kept

LEAST = 1e-9
"""Services a year below which a difference is nothing but rounding."""
MOST = 20
"""Causes of a cell that are named; the others are counted."""


@dataclass(frozen=True)
class Causes:
    """Two snapshots, ready to be asked about some cells.

    ``keys``, ``names``, ``change``: of the S resources of either; how their facts differ, None where they do not.
    """

    before: Kept
    after: Kept
    keys: "pd.Index[str]"
    names: list[str | None]
    change: list[Any]

    def of(self, cells: pd.DataFrame) -> list[tuple[list[Cause], int]]:
        """Return the causes of each cell, largest first, and their number.

        ``cells`` has the columns CELL, demand_before and demand_after.
        """
        moved = self._moved(cells)
        own, others = moved[moved["own"]], moved[~moved["own"]]
        shared = others.groupby("cell").agg(was=("was", "sum"), now=("now", "sum"), n=("was", "size")).reset_index()
        found: dict[int, list[Cause]] = {
            at: [_sharing(*row)] for at, *row in _records(shared, ["cell", "was", "now", "n"])
        }
        for at, *row in _records(own[own.groupby("cell").cumcount() < MOST], ["cell", "resource", "was", "now"]):
            found.setdefault(at, []).append(self._resource(*row))
        total = np.bincount(own["cell"], minlength=len(cells)) + np.isin(np.arange(len(cells)), shared["cell"])
        made = []
        for at, cell in enumerate(_records(cells, [*CELL, "demand_before", "demand_after"])):
            first = _demand(*cell)
            ranked = sorted(found.get(at, ()), key=_size, reverse=True)
            made.append(([*first, *ranked][:MOST], len(first) + int(total[at])))
        return made

    def _moved(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return what resources brought to cells, where that differs: cell, resource, was, now, own (facts differ)."""
        one = _supplied(self.before, cells, cells["demand_before"], self.keys)
        other = _supplied(self.after, cells, cells["demand_after"], self.keys)
        differ = (other - one).tocoo()
        frame = pd.DataFrame({"cell": differ.row, "resource": differ.col, "size": np.abs(differ.data)})
        order = {"cell": True, "size": False, "resource": True}
        frame = frame[frame["size"] > LEAST].sort_values(list(order), ascending=list(order.values()), key=comparable)
        at = frame["cell"].to_numpy(), frame["resource"].to_numpy()
        itself = np.array([change is not None for change in self.change], dtype=bool)
        return frame.assign(was=_values(one, *at), now=_values(other, *at), own=itself[at[1]])

    def _resource(self, at: int, was: float, now: float) -> Cause:
        key, name, change = str(self.keys[at]), self.names[at], self.change[at]
        return Cause(kind="resource", change=change, key=key, name=name, before=was, after=now, resources=1)


def _records(frame: pd.DataFrame, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as plain Python values."""
    return zip(*(frame[column].tolist() for column in columns), strict=True)


def _values(matrix: sparse.csr_array, row: Ints, column: Ints) -> Floats:
    """Return the values at some places; scipy gives another kind of array where there are none."""
    return np.asarray(matrix[row, column], dtype=np.float64).ravel() if len(row) else np.zeros(0)


def _size(cause: Cause) -> float:
    return abs((cause.after or 0.0) - (cause.before or 0.0))


def _sharing(was: float, now: float, resources: int) -> Cause:
    return Cause(
        kind="sharing",
        change="changed",
        key=None,
        name=None,
        before=float(was),
        after=float(now),
        resources=int(resources),
    )


def _demand(region: str, chain: str, _: str, was: float, now: float) -> list[Cause]:
    """Return the cause that the cell's own demand is, if it differs; NaN is unknown."""
    before, after = (None if math.isnan(value) else value for value in (was, now))
    if before == after or abs(now - was) <= LEAST:
        return []
    change = "added" if before is None else "removed" if after is None else "changed"
    return [
        Cause(
            kind="demand", change=change, key=f"{region}-{chain}", name=None, before=before, after=after, resources=0
        )
    ]  # fmt: skip


def causes_between(before: Kept, after: Kept) -> Causes:
    """Return the causes of whatever differs between two snapshots."""
    one, other = (kept.resources.set_index("key") for kept in (before, after))
    keys = pd.Index(sorted({*one.index, *other.index}), dtype=object)
    had, has = keys.isin(one.index), keys.isin(other.index)
    facts = [frame["told"].reindex(keys).to_numpy(dtype=object) for frame in (one, other)]
    active = [frame["active"].reindex(keys).fillna(False).to_numpy(dtype=bool) for frame in (one, other)]
    change = np.select(
        [~had, ~has, ~active[0] & active[1], active[0] & ~active[1], facts[0] != facts[1]],
        ["added", "removed", "started", "expired", "changed"], default="",
    )  # fmt: skip
    names = other["name"].reindex(keys).combine_first(one["name"].reindex(keys))
    return Causes(before, after, keys, _known(names), [text or None for text in change.tolist()])


def _known(values: "pd.Series[Any]") -> list[Any]:
    return [None if pd.isna(value) else value for value in values.tolist()]


def _supplied(kept: Kept, cells: pd.DataFrame, demand: "pd.Series[float]", keys: "pd.Index[str]") -> sparse.csr_array:
    """Return [cells, S]: what each resource brings to each cell, services a year."""
    resources = kept.resources
    column = keys.get_indexer(pd.Index(resources["key"]))
    region, chain, type_ = (pd.factorize(cells[name]) for name in CELL)
    profiles = int(resources["profile"].max()) + 1 if len(resources) else 0
    reach = kept.reach[kept.reach["region"].isin(region[1])]
    at = pd.Index(region[1]).get_indexer(pd.Index(reach["region"]))
    weight = sparse.csr_array((reach["weight"], (at, reach["profile"])), shape=(len(region[1]), profiles))
    shape = (len(resources), len(keys))
    place = sparse.csr_array((resources["share"], (np.arange(len(resources)), column)), shape=shape)
    by_region = weight[:, resources["profile"].to_numpy()] @ place
    suits = _suits(resources["chains"], list(chain[1]), column, len(keys), default=True)
    offers = _suits(resources["types"], list(type_[1]), column, len(keys), default=False)
    found = by_region[region[0]].multiply(suits[chain[0]]).multiply(offers[type_[0]])
    made: sparse.csr_array = sparse.csr_array(found.multiply(np.nan_to_num(demand.to_numpy(dtype=np.float64))[:, None]))
    return made


def _suits(lists: "pd.Series[Any]", values: list[str], column: Ints, width: int, *, default: bool) -> sparse.csr_array:
    """Return [values, S] 1 where a resource's list has the value, or is empty and that means any."""
    suits = np.array([[v in have if len(have) else default for have in map(set, lists)] for v in values], dtype=bool)
    row, resource = np.nonzero(suits.reshape(len(values), len(lists)))
    return sparse.csr_array((np.ones(len(row)), (row, column[resource])), shape=(len(values), width))
