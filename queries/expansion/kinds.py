"""The names of actions as --kinds knows them: a kind (build, share, upgrade), or a variant (station, online …)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.arrays import Bools


def names_of(table: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return kind and variant of each action (``table`` of Candidates), [J] each; '' without a variant."""
    variant = table["key"].str.split(":").str[1].where(table["kind"] != "share", "")
    return table["kind"].to_numpy(dtype=object), variant.to_numpy(dtype=object)


def named(table: pd.DataFrame, names: Sequence[str]) -> Bools:
    """Return the actions that some names mean, [J]."""
    kind, variant = names_of(table)
    # "online" is a variant of two kinds, and means both.
    return np.asarray(np.isin(kind, names) | np.isin(variant, names), dtype=bool)
