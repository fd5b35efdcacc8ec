"""Ranking by computed figures: where two differ by rounding alone, the next column decides, not the rounding."""

from typing import TypeVar

import numpy as np
import pandas as pd

from graph.arrays import Floats, Ints

DIGITS = 9
"""Significant digits that rank: sums of thousands of rows agree to more, and no figure here means as much."""

TINY = 1e-290
"""Below this a power of ten that scales a figure to its digits would overflow."""

Figures = TypeVar("Figures", Floats, pd.Series)


def comparable(values: Figures) -> Figures:
    """Return figures to rank by, of ``DIGITS`` significant digits; NaN and infinity stay.

    Also the ``key`` of ``DataFrame.sort_values``, to which a column that holds no floats is itself.
    """
    if values.dtype.kind != "f":
        return values
    size = np.abs(np.asarray(values))
    usual = np.isfinite(size) & (size > TINY)
    scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.where(usual, size, 1.0))))
    return (values * scale).round() / scale


def largest_first(values: Floats) -> Ints:
    """Return the positions of figures from the largest, equal ones as they stand; NaN last."""
    return np.argsort(-comparable(values), kind="stable")
