"""The methods by which supply meets demand: one switch of every answer that rests on coverage (docs/decisions/0021).

``2sfca``, ``m2sfca`` and ``bfca`` are those of :mod:`queries.solvers.catchment`. ``remoteness`` is the first of them
with catchments that widen where places lie far apart: M. R. McGrail, J. S. Humphreys: Measuring spatial accessibility
to primary health care services: utilising dynamic catchment sizes. Applied Geography 54 (2014) 182–188. They found
sudden changes at the limits of classes to mislead and smoothed them; here the catchment is a continuous function.
"""

from typing import Literal, get_args

import numpy as np
import pandas as pd

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.geography import road_km
from graph.language import Text
from queries.solvers.catchment import Form

Method = Literal["2sfca", "m2sfca", "bfca", "remoteness"]
METHODS: tuple[Method, ...] = get_args(Method)
DEFAULT: Method = "2sfca"
FORMS: dict[Method, Form] = {"2sfca": "2sfca", "m2sfca": "m2sfca", "bfca": "bfca", "remoteness": "2sfca"}
NAMES: dict[str, Text] = {
    "2sfca": Text("两步移动搜寻法（2SFCA）", "two-step floating catchments (2SFCA)"),
    "m2sfca": Text("两步移动搜寻法，远处的能力打折（M2SFCA）", "catchments, capacity far away counts less (M2SFCA)"),
    "bfca": Text("平衡移动搜寻法（BFCA）", "balanced floating catchments (BFCA)"),
    "remoteness": Text("两步移动搜寻法，偏远处更广", "catchments that widen where places lie far apart"),
}
DECAY_KM = 60.0
"""Standard deviation of the Gaussian decay."""
LIMIT_DECAYS = 3.0
"""Nothing reaches beyond so many of it."""
LIMIT_KM = LIMIT_DECAYS * DECAY_KM
NEIGHBOURS = 5
"""County seats by whose mean distance a place is remote."""
NARROWEST, WIDEST = 0.5, 2.0
"""Catchments by remoteness, as multiples of the usual one."""
SAME_PLACE_KM = 1.0
"""A seat that is nearer is the place's own: that of a prefecture and its county."""


def is_additive(method: Method) -> bool:
    """Tell whether what one resource gives does not depend on the others, so that access is a sum over resources."""
    return method != "bfca"


def check_additive(method: Method) -> None:
    """Refuse a method for a question that takes what resources give to add up.

    Raises:
        BadParameter: it is balanced, so that each resource changes what the others give.
    """
    if not is_additive(method):
        why = Text(
            "平衡法中每项资源都会改变其他资源的份额，行动的效果不能相加；方案搜索用 2sfca、m2sfca 或 remoteness，"
            "要看某一方案在 bfca 下的结果用 what-if",
            "each resource changes what the others give, so effects of actions do not add up; plan by 2sfca, m2sfca or "
            "remoteness, and ask what-if for what one plan does under bfca",
        )
        raise BadParameter(name="method", value=method, reason=why)


def decay_km(method: Method, places: pd.DataFrame, regions: pd.DataFrame) -> Floats:
    """Return [R]: the standard deviation of the decay (km) by which each region reaches suppliers.

    Args:
        method: 60 km for every region but by ``remoteness``: there 60 km × the mean distance of its five nearest county
            seats over the median of the counties, between 30 and 120 km.
        places: Every county, prefecture and the province: level, lon, lat of its seat.
        regions: The grid's regions, with lon, lat.
    """
    if method != "remoteness":
        return np.full(len(regions), DECAY_KM)
    counties = places[places["level"] == "county"]
    usual = float(np.median(_apart(counties, counties)))
    return DECAY_KM * np.clip(_apart(regions, counties) / usual, NARROWEST, WIDEST)


def _apart(regions: pd.DataFrame, counties: pd.DataFrame) -> Floats:
    """Return [R]: the mean distance (km) of the nearest seats of other counties."""
    km = road_km(
        regions["lon"].to_numpy()[:, None], regions["lat"].to_numpy()[:, None],
        counties["lon"].to_numpy()[None, :], counties["lat"].to_numpy()[None, :],
    )  # fmt: skip
    others = np.sort(np.where(km < SAME_PLACE_KM, np.inf, km), axis=1)[:, :NEIGHBOURS]
    made: Floats = others.mean(axis=1)
    return made
