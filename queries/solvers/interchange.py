"""A good p-median by adding and exchanging sites: not proven, but fast and nearly always within a few thousandths.

Fast interchange (Whitaker 1983): the worth of every exchange of one site for another is computed at once, as
    gain_j = Σ_i (near_i − w_ij)⁺,   loss_r = Σ_{i at r} (next_i − near_i),
    change(r, j) = loss_r − gain_j − Σ_{i at r} (next_i − max(w_ij, near_i))⁺
where near_i and next_i are what row i pays at the nearest and second nearest site.
"""

import time

import numpy as np
from scipy import sparse

from graph.arrays import Floats, Ints

NOISE = 1e-12
"""An exchange that improves the total by a smaller share than this is none."""
SEED, TRIES = 1964, 8


def total(weighted: Floats, sites: Ints) -> float:
    """Return Σ_i min_{j in sites} w_ij of weighted costs [n, m]."""
    return float(weighted[:, sites].min(axis=1).sum())


def greedy(weighted: Floats, p: int, sites: Ints) -> Ints:
    """Return ``p`` columns of [n, m] costs, ``sites`` and others added one by one, each the one that helps most."""
    chosen = sites.tolist() or [int(weighted.sum(axis=0).argmin())]
    near = weighted[:, chosen].min(axis=1)
    while len(chosen) < p:
        sums = np.minimum(weighted, near[:, None]).sum(axis=0)
        sums[chosen] = np.inf
        chosen.append(int(sums.argmin()))
        np.minimum(near, weighted[:, chosen[-1]], out=near)
    return np.asarray(sorted(chosen), dtype=np.int64)


def exchange(weighted: Floats, sites: Ints, deadline: float) -> tuple[Ints, float]:
    """Exchange one site for another while that lowers the total; best exchange first.

    Args:
        weighted: [n, m] finite costs ≥ 0.
        sites: Columns to start from.
        deadline: On the clock of ``time.perf_counter``.

    Returns:
        The sites, ascending, and their total.
    """
    sites = np.sort(sites)
    best = total(weighted, sites)
    while len(sites) < weighted.shape[1] and time.perf_counter() < deadline:
        leaves, enters = _best_exchange(weighted, sites)
        trial = np.sort(np.append(np.delete(sites, leaves), enters))
        value = total(weighted, trial)
        if value >= best - NOISE * best:
            break
        sites, best = trial, value
    return sites, best


def shaken(weighted: Floats, sites: Ints, value: float, deadline: float) -> tuple[Ints, float]:
    """Leave a fifth of the sites to chance, refill and exchange again while that helps; ``weighted``: [n, m] costs.

    The same input gives the same answer: chance starts from a fixed seed.
    """
    random = np.random.default_rng(SEED)
    idle = 0
    while idle < TRIES and len(sites) > 1 and time.perf_counter() < deadline:
        kept = random.choice(sites, size=min(len(sites) - 1, -(-4 * len(sites) // 5)), replace=False)
        trial, found = exchange(weighted, greedy(weighted, len(sites), kept), deadline)
        idle += 1
        if found < value * (1 - NOISE):
            sites, value, idle = trial, found, 0
    return sites, value


def _best_exchange(weighted: Floats, sites: Ints) -> tuple[int, int]:
    """Return the position of the site that leaves, and the column that enters."""
    n, p = len(weighted), len(sites)
    rows = np.arange(n)
    at = weighted[:, sites].argmin(axis=1)
    near = weighted[rows, sites[at]]
    if p == 1:
        return 0, int(weighted.sum(axis=0).argmin())
    others = weighted[:, sites]
    others[rows, at] = np.inf
    following = others.min(axis=1)
    gain = np.maximum(near[:, None] - weighted, 0.0).sum(axis=0)
    loss = np.bincount(at, weights=following - near, minlength=p)
    again = np.maximum(following[:, None] - np.maximum(weighted, near[:, None]), 0.0)
    groups = sparse.csr_array((np.ones(n), (at, rows)), shape=(p, n))
    change = loss[:, None] - gain[None, :] - groups @ again
    change[:, sites] = np.inf
    leaves, enters = np.unravel_index(int(change.argmin()), change.shape)
    return int(leaves), int(enters)
