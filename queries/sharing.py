"""What may move: the one meaning of spare capacity, in plans, allocations, partners and what-if (method, section 2.3).

Accessibility A already gives every resource's capacity to the demand that it reaches. Left over is what goes beyond:

    left(s, cell) = R(s)·w(s,r)·D·max(0, 1 − 1/A)       its part of the cell's supply beyond demand
    left(s)       = Σ over its cells of left(s, cell); all of K(s) where all demand in its reach is 0
    spare(s)      = min(left(s), K(s) − used(s))        where what is used is not stated: left(s)

Σ left over the resources of a cell is D·(A − 1): supply beyond demand is handed out once, and none of what A counts
as meeting demand moves. A resource counts for the chains and types it is made for; what is cut by use is cut evenly.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats
from graph.projection import cached_by_version
from graph.stores.base import Query, ReadSession, Store
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import Cube
from queries.unmet import unmet_demand

USE = Query(
    "MATCH (s:Resource) RETURN s.key AS resource, s.used AS used, s.shareable AS shareable ORDER BY s.key",
    {"resource": str, "used": float, "shareable": bool},
)


@dataclass(frozen=True)
class Spare:
    """Spare capacity and unmet demand of one day; S resources, R regions, N = C·T columns, chain-major.

    ``cube``: the cells. ``left``: sparse [S, N] spare services a year of each resource by column. ``shareable``: [S]
    open to sharing across regions. ``used_stated``: [S] what is used is known. ``unmet``: [R, N] services a year,
    NaN where demand is not known.
    """

    cube: Cube
    left: sparse.csr_array
    shareable: Bools
    used_stated: Bools
    unmet: Floats

    @property
    def resources(self) -> pd.DataFrame:
        """The resources, [S] rows: resource, provider, home, …"""
        return self.cube.offered.resources

    def agreed(self) -> Floats:
        """Return [S, T]: what an agreement on a type can move, of the resources that are open to sharing."""
        types = len(self.cube.grid.types)
        entries = self.left.tocoo()
        made = np.zeros((self.left.shape[0], types))
        np.add.at(made, (entries.row, entries.col % types), entries.data)
        return np.where(self.shareable[:, None], made, 0.0)


def spare_of(store: Store, question: CoverageQuestion) -> tuple[int, Spare]:
    """Return the graph version and what may move on a day, computed once for each version and set of parameters.

    Raises:
        BadParameter: see :func:`queries.coverage.cube_of`.
    """
    version, cube = cube_of(store, question)
    rates = tuple(sorted((question.rates or {}).items()))
    key = ("spare", question.as_of, question.freshness_days, rates, question.method)

    def build(session: ReadSession) -> Spare:
        return spare_capacity(cube, session.frame(USE))

    with store.read() as session:
        return version, cached_by_version(store, session, key, build)[1]


def spare_capacity(cube: Cube, use: pd.DataFrame) -> Spare:
    """Return what may move; ``use``: columns resource, used (NaN where not stated), shareable."""
    use = use.drop_duplicates("resource").set_index("resource").reindex(cube.offered.resources["resource"])
    used = use["used"].to_numpy(dtype=np.float64)
    shareable = use["shareable"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    unmet = unmet_demand(cube.demand, cube.access)
    return Spare(cube, _left(cube, used), shareable, ~np.isnan(used), unmet)


def _left(cube: Cube, used: Floats) -> sparse.csr_array:
    offered = cube.offered
    access, services = cube.access, np.nan_to_num(cube.demand)
    beyond = np.where(access > 1.0, services * (1.0 - 1.0 / np.maximum(access, 1.0)), 0.0)
    weighted = offered.given_weight @ beyond  # [P, N]: Σ over regions of w·D·(1 − 1/A)
    entries = offered.matches.tocoo()
    row, column = entries.row, entries.col
    profile = offered.profile[row]
    left = cube.share[row] * weighted[profile, column]
    # Without any demand in reach, all of it is left; where that demand is not known, nobody can tell.
    reached = (offered.weight > 0).astype(np.float64)  # a product of truths is ten times as slow as one of numbers
    asked_for, in_doubt = (
        np.bincount(row, (reached @ cells.astype(np.float64))[profile, column], len(used)) > 0
        for cells in (services > 0, np.isnan(cube.demand))
    )
    idle = offered.active & ~asked_for & ~in_doubt
    columns = np.bincount(row, minlength=len(used))
    left = np.where(idle[row], offered.capacity[row] / columns[row], left)
    whole = np.bincount(row, left, len(used))
    unused = np.where(np.isnan(used), np.inf, np.maximum(offered.capacity - used, 0.0))
    kept = np.divide(np.minimum(whole, unused), whole, out=np.zeros(len(used)), where=whole > 0)
    return sparse.csr_array((left * kept[row], (row, column)), shape=offered.matches.shape)
