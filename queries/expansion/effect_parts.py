"""An action's effect by how far from it the demand is that it meets, and by what the figures of that demand are."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from graph.arrays import Floats
from graph.geography import road_km
from queries.answers import DATA_CLASSES
from queries.demand import DemandFacts
from queries.expansion.actions import Baseline

BANDS = {"to_30_km": 30.0, "to_60_km": 60.0, "beyond_60_km": math.inf}
"""Distances of seats up to which demand counts for a band."""
Parts = dict[str, float]


def by_distance(on: Baseline, origins: Sequence[str], effect: Floats) -> list[Parts]:
    """Return of each action the parts of its effect by the distance of the regions where it acts; they sum to it.

    Args:
        on: Names and seats of places.
        origins: [J] where each action stands; of an agreement the prefecture that gives.
        effect: [J, R] services a year.
    """
    seats = on.cube.facts.demand.regions.set_index("key").loc[list(origins), ["lon", "lat"]].to_numpy()
    there = on.regions[["lon", "lat"]].to_numpy()
    km = road_km(seats[:, 0, None], seats[:, 1, None], there[None, :, 0], there[None, :, 1])
    band = np.searchsorted(list(BANDS.values()), km)
    sums = [np.where(band == at, effect, 0.0).sum(axis=1) for at in range(len(BANDS))]
    return [dict(zip(BANDS, map(float, row), strict=True)) for row in np.array(sums).T]


def by_data_class(on: Baseline, effect: Floats) -> list[Parts]:
    """Return of each action the parts of its effect ([J, R]) by the data class of demand there; they sum to it."""
    sums = effect @ data_class_of(on.cube.facts.demand, on.regions["key"])
    return [dict(zip(DATA_CLASSES, map(float, row), strict=True)) for row in sums]


def data_class_of(facts: DemandFacts, regions: pd.Series) -> Floats:
    """Return [R, classes]: shares of the enterprises of each region by the class of what tells of them.

    Counts stand before lists of the same chain, as in demand; of a region without either its needs tell.
    """
    counts = facts.counts[["region", "chain", "data_class"]].assign(number=facts.counts["count"])
    listed = facts.enterprises.drop_duplicates(["enterprise", "region", "chain"])
    listed = listed.assign(number=1.0 / listed.groupby("enterprise")["enterprise"].transform("size"))
    merged = listed.merge(
        counts[["region", "chain"]].drop_duplicates(), on=["region", "chain"], how="left", indicator=True
    )
    firms = pd.concat([counts, merged[merged["_merge"] == "left_only"]])[["region", "data_class", "number"]]
    with_firms = firms.loc[firms["number"] > 0, "region"]
    needs = facts.needs[~facts.needs["region"].isin(with_firms)]
    rows = pd.concat([firms, needs[["region", "data_class"]].assign(number=needs["quantity"].fillna(1.0))])
    sums = rows.pivot_table(index="region", columns="data_class", values="number", aggfunc="sum", fill_value=0.0)
    made = sums.reindex(index=list(regions), columns=list(DATA_CLASSES), fill_value=0.0).to_numpy(dtype=np.float64)
    whole = made.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(made, whole, out=np.zeros_like(made), where=whole > 0)
    return shares
