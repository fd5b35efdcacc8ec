"""Lower bounds of a p-median from prices: Lagrangean relaxation by subgradients.

With a price λ_i for serving row i, no p sites cost less than
    L(λ) = Σ_i λ_i + the p smallest of r_j,   r_j = −Σ_i (λ_i − w_ij)⁺
(Cornuéjols, Fisher, Nemhauser 1977). A site whose choice alone lifts L above a known solution is not in a better one.
"""

import time
from dataclasses import dataclass

import numpy as np

from graph.arrays import Floats, Ints
from queries.solvers.interchange import total

ROUNDS = 400
PATIENCE = 15
"""Rounds without a better bound after which the step is halved."""
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
    pair = np.sort(weighted[:, sites], axis=1)[:, :2]
    prices = np.minimum(pair.mean(axis=1), ceiling)
    floor = weighted.min(axis=1)
    best = Prices(prices, -np.inf, np.zeros(len(left)), sites)
    step, idle = 1.0, 0
    for _ in range(ROUNDS):
        reach = prices[:, None] - weighted
        reduced = -np.maximum(reach, 0.0).sum(axis=0)
        taken = smallest(reduced, p)
        bound = float(prices.sum() + reduced[taken].sum())
        if bound > best.bound:
            idle = 0 if bound > best.bound + 1e-5 * (value - best.bound) else idle + 1
            best.prices, best.bound, best.reduced = prices, bound, reduced
            suggested = total(weighted, taken)
            if suggested < value:
                value, best.sites = suggested, left[taken]
            keep = _hopeful(bound, reduced, p, value)
            if len(keep) < len(left):
                weighted, left, reach = weighted[:, keep], left[keep], reach[:, keep]
                best.reduced, taken = reduced[keep], np.searchsorted(keep, taken)
        else:
            idle += 1
        if idle >= PATIENCE:
            step, idle, prices = step / 2, 0, best.prices
            continue
        slope = 1.0 - (reach[:, taken] > 0).sum(axis=1)
        steep = float(slope @ slope)
        if steep == 0 or step < SHORTEST or bound >= value or time.perf_counter() > deadline:
            break
        prices = np.clip(prices + step * (value - bound) / steep * slope, floor, ceiling)
    return best, left
