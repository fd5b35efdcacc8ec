"""Which cells of a snapshot are asked for."""

import numpy as np
import pandas as pd

from graph.arrays import Bools
from graph.projection import cached
from graph.stores.base import Store
from queries.demand import CHAINS, REGIONS


def chosen(
    store: Store, cells: pd.DataFrame, region: str | None, industry: str | None, service_type: str | None
) -> Bools:
    """Tell which cells, [n], lie in a division or zone, are of a chain, pillar or system, and of a service type."""
    keep = np.ones(len(cells), dtype=bool)
    if region and not region.endswith("0000"):
        _, places = cached(store, "snapshot regions", lambda session: session.frame(REGIONS))
        inside = places["key"][(places[["key", "prefecture", "zone"]] == region).any(axis=1)]
        keep &= cells["region"].isin(inside).to_numpy()
    if industry:
        _, chains = cached(store, "snapshot chains", lambda session: session.frame(CHAINS))
        inside = chains["key"][(chains[["key", "pillar", "system"]] == industry).any(axis=1)]
        keep &= cells["industry"].isin(inside).to_numpy()
    if service_type:
        keep &= (cells["service_type"] == service_type).to_numpy()
    return keep
