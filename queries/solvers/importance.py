"""How much each supplier matters: exact Shapley values of the games of covering and of meeting demand."""

from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.failures import checked_game

ENUMERATED = 16
"""Suppliers of one place up to which :func:`shapley_supply` goes through all of their subsets."""
CHUNK = 1 << 22
"""Numbers held at once while subsets are gone through."""


def shapley_importance(covers: Any, demand: npt.ArrayLike) -> Floats:
    """Return the exact Shapley value [m] of every supplier in the covering game.

    A set of suppliers is worth the demand of the places that at least one of them covers. Whoever comes first at a
    place in a random order gets all of its demand, and each coverer is first equally often:

        φ_j = Σ_i covered by j of D_i / (number of suppliers that cover i)

    so that the values sum to the demand that is covered at all. T. Michalak, K. Aadithya, P. Szczepański, B. Ravindran,
    N. Jennings: Efficient computation of the Shapley value for game-theoretic network centrality. Journal of
    Artificial Intelligence Research 46 (2013) 607–650, game 1; the idea of sharing among the users of each part is
    S. Littlechild, G. Owen, Management Science 20 (1973) 370–372.

    Args:
        covers: [n, m] whether supplier j covers place i: anything but 0; dense or sparse.
        demand: [n] units of demand, ≥ 0.

    Raises:
        BadParameter: shapes that do not fit, negative values, or values that are no finite numbers.
    """
    game = checked_game(covers, demand, None, None, 1.0)
    entries = game.given.tocoo()
    rows, columns = (c[entries.data > 0] for c in entries.coords)
    sharers = np.bincount(rows, minlength=len(game.demand))
    return np.bincount(columns, game.demand[rows] / sharers[rows], minlength=game.given.shape[1]).astype(np.float64)


def shapley_supply(contribution: Any, demand: npt.ArrayLike, *, standard: float = 1.0) -> Floats:
    """Return the exact Shapley value [m] of every supplier in the game of met demand, where that is cheap.

    A set of suppliers is worth Σ_i D_i·min(standard, Σ of their a_ij). Where a place's suppliers together do not
    exceed the standard, each is worth D_i·a_ij; elsewhere all subsets of its suppliers are gone through, so that
    a place may have no more than ``ENUMERATED`` of them (:func:`shapley_importance` has no such limit).

    Raises:
        BadParameter: as above, or a place is over-supplied by more than ``ENUMERATED`` suppliers.
    """
    game = checked_game(contribution, demand, None, None, standard)
    game.given.eliminate_zeros()
    number = np.diff(game.given.indptr)
    full = (game.access > standard) & (game.demand > 0)
    if (number[full] > ENUMERATED).any():
        why = Text(f"每处至多 {ENUMERATED} 个供给者", f"at most {ENUMERATED} suppliers at one place")
        raise BadParameter(name="contribution", value=int(number[full].max()), reason=why)
    value: Floats = game.given.T @ np.where(full, 0.0, game.demand)
    for k in np.unique(number[full]):
        rows = np.flatnonzero(full & (number == k))
        for part in np.array_split(rows, -(-len(rows) * 2**k // CHUNK)):
            own = game.given[part]
            marginal = _marginal(own.data.reshape(len(part), k), standard) * game.demand[part, None]
            value += np.bincount(own.indices, marginal.ravel(), minlength=len(value))
    return value


def _marginal(given: Floats, standard: float) -> Floats:
    """Return [rows, k]: each supplier's mean marginal part of min(standard, sum) over all orders."""
    k = given.shape[1]
    sets = np.arange(2**k)
    member = (sets[:, None] >> np.arange(k)) & 1
    worth = np.minimum(standard, given @ member.T)
    size = member.sum(axis=1)
    made = np.empty_like(given)
    for j in range(k):
        without = sets[member[:, j] == 0]
        often = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) for s in size[without]])
        made[:, j] = (worth[:, without | 1 << j] - worth[:, without]) @ often
    return made
