"""Lower bounds of a p-median from prices: Lagrangean relaxation by subgradients.

With a price λ_i for serving row i, no p sites cost less than
    L(λ) = Σ_i λ_i + the p smallest of r_j,   r_j = −Σ_i (λ_i − w_ij)⁺
(Cornuéjols, Fisher, Nemhauser 1977). A site whose choice alone lifts L above a known solution is not in a better one.
"""

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graph.arrays import Floats, Ints
from queries.solvers.interchange import total

ROUNDS = 400
PATIENCE = 15
"""Rounds without a better bound after which the step is halved."""
ENOUGH = 1e-5
"""A bound is better that comes nearer to the solution by this share."""
SHORTEST = 1e-3
ROUNDING = 1e-9
"""Columns stay unless they lift the bound by this share above the solution: sums of floats are not exact."""


@dataclass
class Prices:
    """The best prices found: λ [n], the bound they prove, r [m] of the columns left, and the sites they suggest."""

    prices: Floats
    bound: float
    reduced: Floats
    sites: Ints


def smallest(reduced: Floats, p: int) -> Ints:
    """Return the positions of the ``p`` smallest of the numbers [m], ties in order."""
    return np.argsort(reduced, kind="stable")[:p]


def hopeless(bound: float, reduced: Floats, p: int, value: float) -> Ints:
    """Return columns that are in no solution below ``value``, given the reduced costs [m] that the bound is made of."""
    ordered = np.sort(reduced)
    return np.flatnonzero(bound + reduced - ordered[p - 1] > value * (1 + ROUNDING))


def _hopeful(bound: float, reduced: Floats, p: int, value: float) -> Ints:
    """Return the columns that are not hopeless; all of them if too few are to be worth a copy of the matrix."""
    useless = hopeless(bound, reduced, p, value)
    every = np.arange(len(reduced))
    return np.setdiff1d(every, useless) if len(useless) > len(reduced) // 20 else every


class _Bound(NamedTuple):
    """L at some prices: ``reach`` [n, m] is λ_i − w_ij, ``reduced`` [m] the r_j, ``taken`` [p] the smallest of them."""

    value: float
    reach: Floats
    reduced: Floats
    taken: Ints


@dataclass
class _Search:
    """How far the search is: costs [n, m] of the columns ``left``, the best prices, and the best solution's total."""

    weighted: Floats
    p: int
    left: Ints
    total: float
    best: Prices

    def bound_at(self, prices: Floats) -> _Bound:
        """Return the bound that prices [n] prove."""
        reach = prices[:, None] - self.weighted
        reduced = -np.maximum(reach, 0.0).sum(axis=0)
        taken = smallest(reduced, self.p)
        return _Bound(float(prices.sum() + reduced[taken].sum()), reach, reduced, taken)

    def rises(self, bound: float) -> bool:
        """Tell whether a bound is better by enough to keep the step as it is."""
        return bound > self.best.bound + ENOUGH * (self.total - self.best.bound)

    def take(self, prices: Floats, bound: _Bound) -> _Bound:
        """Keep better prices [n] and the solution they suggest; return the bound without columns that are hopeless."""
        best = self.best
        best.prices, best.bound, best.reduced = prices, bound.value, bound.reduced
        suggested = total(self.weighted, bound.taken)
        if suggested < self.total:
            self.total, best.sites = suggested, self.left[bound.taken]
        keep = _hopeful(bound.value, bound.reduced, self.p, self.total)
        if len(keep) == len(self.left):
            return bound
        self.weighted, self.left, best.reduced = self.weighted[:, keep], self.left[keep], bound.reduced[keep]
        return _Bound(bound.value, bound.reach[:, keep], best.reduced, np.searchsorted(keep, bound.taken))


def priced(
    weighted: Floats, p: int, ceiling: Floats, sites: Ints, value: float, deadline: float
) -> tuple[Prices, Ints]:
    """Return the best prices found by subgradients and the columns that may still be in a better solution.

    Args:
        weighted: [n, m] finite costs ≥ 0.
        p: Sites to choose.
        ceiling: [n] what a row costs at most.
        sites: A solution; better ones found on the way are returned.
        value: Its total.
        deadline: On the clock of ``time.perf_counter``.
    """
    left = np.arange(weighted.shape[1])
    prices = np.minimum(np.sort(weighted[:, sites], axis=1)[:, :2].mean(axis=1), ceiling)
    floor = weighted.min(axis=1)
    search = _Search(weighted, p, left, value, Prices(prices, -np.inf, np.zeros(len(left)), sites))
    step, idle = 1.0, 0
    for _ in range(ROUNDS):
        bound = search.bound_at(prices)
        better = bound.value > search.best.bound
        idle = 0 if better and search.rises(bound.value) else idle + 1
        if better:
            bound = search.take(prices, bound)
        if idle >= PATIENCE:
            step, idle, prices = step / 2, 0, search.best.prices
            continue
        slope = 1.0 - (bound.reach[:, bound.taken] > 0).sum(axis=1)
        steep = float(slope @ slope)
        if steep == 0 or step < SHORTEST or bound.value >= search.total or time.perf_counter() > deadline:
            break
        prices = np.clip(prices + step * (search.total - bound.value) / steep * slope, floor, ceiling)
    return search.best, search.left
