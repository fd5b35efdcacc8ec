"""What a plan loses, as arrays: candidates by their effects, and the unmet demand of any choice (no graph)."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from graph.arrays import Floats, Ints
from queries.solvers.plan import power_of_two

TOLERANCE = 1e-7
USUAL, COUNTED = (1.0, 2.0**30), 2.0**20
"""Demand of all cells in services a year for which tolerances are made, and about that in which other units are told.
"""


@dataclass(frozen=True)
class LossProblem:
    """M cells, Z basis effects, J actions, K groups of cells, W regions that are compared, L limits.

    ``need``: [M] 1 − A. ``demand``: [M] > 0. ``floor``: [M] unmet demand below which a cell's gain does not count.
    ``group``: [M] its k. ``effects``: [M, Z], A per unit of a basis effect. ``made_of``: [Z, J], units of each
    basis effect that an action brings. ``cost``: [J] > 0. ``limits``: [L, J] with ``limits @ x <= at_most``.
    ``compared``: [W, K], 1 where a group belongs to a region; ``weight``: [W] its demand; ``base``: [W] its unmet
    demand that no action changes.
    """

    need: Floats
    demand: Floats
    floor: Floats
    group: Ints
    effects: sparse.csr_array
    made_of: sparse.csr_array
    cost: Floats
    limits: sparse.csr_array
    at_most: Floats
    compared: sparse.csr_array
    weight: Floats
    base: Floats

    @property
    def groups(self) -> int:
        """K."""
        return int(self.compared.shape[1])

    def losses(self, x: Floats) -> Floats:
        """Return [K]: fₖ(x) less the floors, which no plan can change."""
        above = np.maximum(0.0, self.raw(x) - self.floor)
        summed: Floats = np.bincount(self.group, above, minlength=self.groups).astype(np.float64)
        return summed

    def loss(self, x: Floats) -> float:
        """Return f(x) less the floors."""
        return float(np.maximum(0.0, self.raw(x) - self.floor).sum())

    def worst(self, x: Floats) -> float:
        """Return the largest share of unmet demand of the compared regions."""
        return self.worst_of(self.losses(x))

    def worst_of(self, losses: Floats) -> float:
        """Return the largest share of unmet demand of the compared regions where groups lose ``losses`` [K]."""
        return float(((self.compared @ losses + self.base) / self.weight).max(initial=0.0))

    def raw(self, x: Floats) -> Floats:
        """Return [M]: D · (need − what actions ``x`` add); below 0 where they bring more than is needed."""
        raw: Floats = self.demand * (self.need - self.effects @ (self.made_of @ x))
        return raw

    def changed(self, x: Floats, y: Floats) -> Floats:
        """Return [M]: by how much the loss of each cell rises from plan ``x`` to plan ``y``."""
        made: Floats = np.maximum(self.raw(y), self.floor) - np.maximum(self.raw(x), self.floor)
        return made

    @property
    def unit(self) -> float:
        """What of demand counts as a service, a power of two: 1 where demand is such as services are."""
        total = float(self.demand.sum())
        return 1.0 if not total or USUAL[0] <= total < USUAL[1] else power_of_two(total) / COUNTED

    def told_in(self, unit: float) -> "LossProblem":
        """Return the problem with demand in another unit."""
        if unit == 1.0:
            return self
        scaled = {name: getattr(self, name) / unit for name in ("demand", "floor", "weight", "base")}
        return replace(self, **scaled)

    def allowed(self, x: Floats) -> bool:
        """Tell whether actions fit each other."""
        return bool(np.all(self.limits @ x <= self.at_most + TOLERANCE))
