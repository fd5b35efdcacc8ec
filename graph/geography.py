"""Distances on the ground."""

from typing import Any

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""
DETOUR = 1.3
"""A road is taken to be this many times as long as the great circle."""


def road_km(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return the road-like distance of points: 1.3 × great circle, haversine formula (method.md, 2).

    Args:
        lon1, lat1, lon2, lat2: Degrees; they broadcast, so that a column against a row gives a matrix.

    Returns:
        Kilometres in the broadcast shape (0-d for plain numbers); NaN where a coordinate is NaN.
    """
    x1, y1, x2, y2 = (np.radians(np.asarray(v, dtype=np.float64)) for v in (lon1, lat1, lon2, lat2))
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    distance: Any = DETOUR * 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return np.asarray(distance, dtype=np.float64)
