"""Sharing agreements as changes of the facts: spare capacity moves from resources to parts that serve other regions.

The part of a resource has its home, modes, chains, level, days and provider; its types are those agreed on, its scope
the regions of the agreement. So the model needs no scope by type: K(s) falls by what moves, the part has that for K.
What is spare is what it is for the share actions of ``queries.expansion.candidates``.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from queries.expansion.costs import default_costs
from queries.sharing import spare_capacity
from queries.supply import ASSUMED_CAPACITY, SupplyFacts

PLANNED = "SYNTHETIC"
"""Data class of what a plan adds: it exists nowhere."""
MARK = "|plan:"


def shared_fraction() -> float:
    """Return the part of spare capacity that an agreement moves unless it says otherwise (``action_costs.yml``)."""
    declared = default_costs().share
    return declared.fraction if declared else 1.0


def spare(
    supply: SupplyFacts, owned: pd.DataFrame, keys: Sequence[str], types: Sequence[str], fraction: float, as_of: date
) -> pd.Series:
    """Return the capacity that moves, by resource: the fraction of K − used, at most what is left of it.

    Only shareable resources that are valid on the day, have a home and offer one of the types (all where none is
    named). ``owned``: columns resource, shareable, used, moved (by earlier agreements, counted in K − used).
    Without a stated ``used`` nothing is spare.
    """
    facts = owned.drop_duplicates("resource").set_index("resource").reindex(list(keys))
    stated = supply.resources.drop_duplicates("resource").set_index("resource").reindex(list(keys))
    capacity = stated["capacity"].astype(float).fillna(ASSUMED_CAPACITY)
    now, used, moved = (np.asarray(c.astype(float), np.float64) for c in (capacity, facts["used"], facts["moved"]))
    day = pd.Timestamp(as_of)
    valid = ~(pd.to_datetime(stated["since"]) > day) & ~(pd.to_datetime(stated["until"]) < day)
    offers = supply.types[supply.types["service_type"].isin(types)] if types else supply.types
    placed = stated["home"].notna() & stated.index.isin(offers["resource"])
    shareable = facts["shareable"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    left, first = (spare_capacity(k, used, shareable, valid.to_numpy(dtype=bool)) for k in (now, now + moved))
    amount = pd.Series(np.minimum(left, fraction * first), index=stated.index)
    return amount[placed & (amount > 0)]


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
