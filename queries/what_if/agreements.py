"""Sharing agreements as changes of the facts: spare capacity moves from resources to parts that serve other regions.

The part of a resource has its home, modes, chains, level, days and provider; its types are those agreed on, its scope
the regions of the agreement. So the model needs no scope by type: K(s) falls by what moves, the part has that for K.
What is spare is what it is everywhere (``queries.sharing``).
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from queries.action_costs import default_costs
from queries.supply import ASSUMED_CAPACITY, SupplyFacts
from queries.what_if.owners import ResourceOwners

PLANNED = "SYNTHETIC"
"""Data class of what a plan adds: it exists nowhere."""
MARK = "|plan:"


def shared_fraction() -> float:
    """Return the part of spare capacity that an agreement moves unless it says otherwise (``action_costs.yml``)."""
    declared = default_costs().share
    return declared.fraction if declared else 1.0


def agreed(
    supply: SupplyFacts, owned: ResourceOwners, keys: Sequence[str], types: Sequence[str], fraction: float, as_of: date
) -> pd.DataFrame:
    """Return the capacity that moves, resource × type: the fraction of what is spare, at most what is left of it.

    Spare is what it is before the plan (``queries.sharing``); a resource must still be in force and have a home, and
    gives no more than its capacity after earlier changes. All types where none is named.
    """
    stated = supply.resources.drop_duplicates("resource").set_index("resource").reindex(list(keys))
    day = pd.Timestamp(as_of)
    valid = ~(pd.to_datetime(stated["since"]) > day) & ~(pd.to_datetime(stated["until"]) < day)
    able = (valid & stated["home"].notna()).to_numpy(dtype=bool)
    of = list(types) or list(owned.spare.columns)
    spare, moved = (frame.reindex(list(keys)).fillna(0.0)[of] for frame in (owned.spare, owned.moved))
    amount = (spare - moved).clip(lower=0.0).clip(upper=fraction * spare).mul(able.astype(np.float64), axis=0)
    capacity = stated["capacity"].astype(float).fillna(ASSUMED_CAPACITY).to_numpy(dtype=np.float64)
    whole = amount.sum(axis=1).to_numpy(dtype=np.float64)
    kept = np.divide(np.minimum(whole, capacity), whole, out=np.zeros(len(whole)), where=whole > 0)
    gives: pd.DataFrame = amount.mul(kept, axis=0)[whole * kept > 0]
    return gives


def split(
    supply: SupplyFacts, moved: pd.Series, types: Sequence[str], places: Sequence[str], number: int
) -> tuple[SupplyFacts, dict[str, str]]:
    """Return supply with ``moved`` (capacity by resource) as parts that serve ``places``; and the part of each."""
    part = {str(key): f"{key}{MARK}{number}" for key in moved.index}
    resources = supply.resources.copy()
    taken = resources["resource"].map(moved)
    now = resources["capacity"].astype(float).fillna(ASSUMED_CAPACITY)
    resources["capacity"] = resources["capacity"].astype(float).where(taken.isna(), now - taken.fillna(0.0))
    parts = supply.resources[supply.resources["resource"].isin(part)].drop_duplicates("resource")
    parts = parts.assign(
        resource=parts["resource"].map(part), capacity=parts["resource"].map(moved), data_class=PLANNED
    )
    offers = supply.types[supply.types["resource"].isin(part)]
    offers = offers[offers["service_type"].isin(types)] if types else offers
    suits = supply.chains[supply.chains["resource"].isin(part)]
    scopes = pd.DataFrame([(p, r) for p in part.values() for r in places], columns=["resource", "region"])
    made = SupplyFacts(
        pd.concat([resources, parts], ignore_index=True),
        pd.concat([supply.types, offers.assign(resource=offers["resource"].map(part))], ignore_index=True),
        pd.concat([supply.chains, suits.assign(resource=suits["resource"].map(part))], ignore_index=True),
        pd.concat([supply.scopes, scopes], ignore_index=True),
    )
    return made, part
