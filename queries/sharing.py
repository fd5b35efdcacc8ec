"""Capacity that an agreement can move: one rule for plans that somebody writes and for plans that are sought.

    spare(s) = max(0, K(s) − used(s))      of resources that are shareable and in force

What is not stated to be shareable, or of which nobody states what is used, has none (method, section 7).
"""

import numpy as np

from graph.arrays import Bools, Floats
from graph.stores.base import Query

USE = Query(
    "MATCH (s:Resource) RETURN s.key AS resource, s.used AS used, s.shareable AS shareable ORDER BY s.key",
    {"resource": str, "used": float, "shareable": bool},
)


def spare_capacity(capacity: Floats, used: Floats, shareable: Bools, active: Bools) -> Floats:
    """Return [S] spare capacity, services a year.

    Args:
        capacity: [S] K.
        used: [S], NaN where not stated.
        shareable: [S] open to others.
        active: [S] in force on the day.
    """
    return np.where(shareable & active & ~np.isnan(used), np.fmax(0.0, capacity - used), 0.0)
