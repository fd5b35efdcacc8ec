"""How strong an edge is and what a hub costs: the parts of a path's score (method.md, section 5).

score = Σ log σ(edge) − penalty · Σ log degree(inner node); each part is at most 0, and 0 is the best.
"""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from pydantic import Field

from graph.arrays import Floats, Ints
from graph.shipped import read_shipped
from queries.answers import Result

HUB_PENALTY = 0.4
"""Default weight of log degree, as in degree-weighted path counts."""
DAYS_OF_YEAR = 365.25


class Ageing(Result):
    """How an edge loses strength as it grows old."""

    types: tuple[str, ...]
    half_life_years: float = Field(gt=0)
    floor: float = Field(gt=0, le=1)
    unknown: float = Field(gt=0, le=1)


class Strengths(Result):
    """The table of ``edge_strengths.yml``."""

    types: dict[str, float]
    dimensions: dict[str, float]
    age: Ageing


@cache
def strengths() -> Strengths:
    """Return the table."""
    return Strengths.model_validate(read_shipped("queries.paths", "edge_strengths.yml"))


def strength_of(edges: pd.DataFrame, as_of: date) -> Floats:
    """Return σ of each of the edges [e] on a day, in (0, 1]; NaN for a type that the table does not name.

    Args:
        edges: Columns type, dimension, since (missing where an edge has none).
        as_of: The day; age counts from ``since`` in years of 365.25 days.
    """
    table = strengths()
    by_type = edges["type"].astype(object).map(table.types).to_numpy(float)
    by_dimension = edges["dimension"].astype(object).map(table.dimensions).fillna(1.0).to_numpy(float)
    days = (pd.Timestamp(as_of) - pd.to_datetime(edges["since"])).dt.days.to_numpy(float)
    years = np.maximum(days, 0) / DAYS_OF_YEAR
    faded = np.maximum(table.age.floor, 0.5 ** (years / table.age.half_life_years))
    by_age = np.where(np.isnan(years), table.age.unknown, faded)
    return by_type * by_dimension * np.where(edges["type"].isin(table.age.types), by_age, 1.0)


def new_partnership() -> float:
    """Return σ of a partnership that is agreed today, of the strongest dimension."""
    table = strengths()
    return table.types["PARTNERS_WITH"] * max(table.dimensions.values())


def hub_costs(degrees: Ints, penalty: float) -> Floats:
    """Return [n] what passing through each node costs: penalty · log degree, 0 with one neighbour or none."""
    return penalty * np.log(np.maximum(degrees, 1))
