"""What the loss of suppliers costs.

A place i with demand D_i has access A_i = Σ_j a_ij, the sum of what every supplier contributes. Its unmet demand is
D_i·max(0, standard − A_i). Access is a sum, and what a supplier gives does not depend on the others (two-step
floating catchment): the loss of j leaves exactly A_i − a_ij, so nothing has to be computed again.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arguments import amounts, weights

SLACK = 1e-9
"""Share of the access by which the contributions may exceed it, for rounding."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of suppliers, ``first`` < ``second``, [p] each. ``loss``: added by losing both.

    ``beyond``: by how much that is more than both single losses together; it is never negative.
    """

    first: Ints
    second: Ints
    loss: Floats
    beyond: Floats


@dataclass(frozen=True)
class Game:
    """Checked input: contributions [n, g] by rows, demand [n], access [n], the standard."""

    given: sparse.csr_array
    demand: Floats
    access: Floats
    standard: float

    def short(self, rows: npt.NDArray[Any], lost: Floats) -> Floats:
        """Return the unmet demand [k] that is added at ``rows`` [k] where so much of their access is ``lost`` [k]."""
        access = self.access[rows]
        left = np.maximum(0.0, access - lost)
        added = np.maximum(0.0, self.standard - left) - np.maximum(0.0, self.standard - access)
        unmet: Floats = self.demand[rows] * added
        return unmet


def checked_game(contribution: Any, demand: Any, access: Any, groups: Any, standard: float) -> Game:
    """Return the input, checked, by groups where some are given; for the solvers of this package.

    Raises:
        BadParameter: see :func:`single_failure_loss`.
    """
    given, asked = weights("contribution", contribution), amounts("demand", demand)
    rows, columns = given.shape
    if rows != len(asked):
        why = Text(f"应有 {len(asked)} 行，与需求一致", f"must have {len(asked)} rows, one for each demand")
        raise BadParameter(name="contribution", value=list(given.shape), reason=why)
    if not 0 < standard < np.inf:
        raise BadParameter(name="standard", value=standard, reason="> 0")
    summed: Floats = given @ np.ones(columns)
    whole = summed if access is None else amounts("access", access)
    if whole.shape != summed.shape or (summed > whole * (1 + SLACK)).any():
        why = Text("应逐行不小于各供给者之和", "must be no less, row by row, than the contributions together")
        raise BadParameter(name="access", value=list(whole.shape), reason=why)
    if groups is not None:
        given = given @ membership(groups, columns)
    return Game(sparse.csr_array(given), asked, whole, float(standard))


def membership(groups: npt.ArrayLike, suppliers: int) -> sparse.csr_array:
    """Return [m, g] with 1 where a supplier belongs to a group, from group numbers or such a matrix itself.

    Args:
        groups: [m] the number of each supplier's group from 0, −1 where it belongs to none; or a matrix [m, g], by
            which a supplier may belong to several.
        suppliers: m.

    Raises:
        BadParameter: shapes that do not fit, or numbers below −1.
    """
    if hasattr(groups, "tocsr") or np.ndim(groups) > 1:
        made = weights("groups", groups)
        if made.shape[0] == suppliers:
            return made
    else:
        number = np.asarray(groups)
        if number.shape == (suppliers,) and number.dtype.kind in "iu" and number.min(initial=0) >= -1:
            rows = np.flatnonzero(number >= 0)
            shape = (suppliers, int(number.max(initial=-1)) + 1)
            return sparse.csr_array((np.ones(len(rows)), (rows, number[rows])), shape=shape)
    why = Text(f"应为 {suppliers} 个不小于 −1 的整数", f"must be {suppliers} whole numbers of −1 or more")
    raise BadParameter(name="groups", value=list(np.shape(groups)), reason=why)


def place_losses(
    contribution: Any, demand: npt.ArrayLike, access: Any = None, *, groups: Any = None, standard: float = 1.0
) -> sparse.coo_array:
    """Return loss [n, g], sparse: unmet demand that the loss of each supplier (or group) adds at each place.

    The parameters are those of :func:`single_failure_loss`; entries of 0 are left out.
    """
    game = checked_game(contribution, demand, access, groups, standard)
    entries = game.given.tocoo()
    rows, columns = entries.coords
    added = game.short(rows, entries.data)
    hit = added > 0
    return sparse.coo_array((added[hit], (rows[hit], columns[hit])), shape=game.given.shape)


def single_failure_loss(
    contribution: Any, demand: npt.ArrayLike, access: Any = None, *, groups: Any = None, standard: float = 1.0
) -> Floats:
    """Return loss [g]: Σ_i D_i·(max(0, standard − (A_i − a_ij)) − max(0, standard − A_i)) for each supplier or group.

    Args:
        contribution: [n, m] access that supplier j gives place i, ≥ 0; dense or sparse.
        demand: [n] units of demand at each place, ≥ 0; the loss has its unit.
        access: [n] A, no less than the contributions together (there may be suppliers that cannot fail); else
            their sum.
        groups: which suppliers fail together, as :func:`membership` takes it; else each alone (g = m).
        standard: The access from which demand counts as met; 1 where access is capacity for each unit of demand.

    Raises:
        BadParameter: shapes that do not fit, negative values, or values that are no finite numbers.
    """
    lost = place_losses(contribution, demand, access, groups=groups, standard=standard)
    return np.bincount(lost.coords[1], lost.data, minlength=lost.shape[1]).astype(np.float64)


# --- pairs --------------------------------------------------------------------------------------------


def _beyond(game: Game, columns: sparse.csc_array, most: Floats, one: int) -> Floats:
    """Return [g]: what losing ``one`` and each other adds beyond both single losses; it comes from shared places."""
    at = slice(columns.indptr[one], columns.indptr[one + 1])
    rows, own = columns.indices[at], columns.data[at]
    # Where enough is left without both, nothing is added: convexity makes the difference 0 there.
    tight = (game.access[rows] - own - most[rows] < game.standard) & (game.demand[rows] > 0)
    rows, own = rows[tight], own[tight]
    shared = game.given[rows]
    place = np.repeat(np.arange(len(rows)), np.diff(shared.indptr))
    of, mine, other = rows[place], own[place], shared.data
    extra = game.short(of, mine + other) - game.short(of, mine) - game.short(of, other)
    made = np.bincount(shared.indices, np.maximum(0.0, extra), minlength=game.given.shape[1]).astype(np.float64)
    made[one] = 0.0
    return made


def pair_failure_loss(
    contribution: Any,
    demand: npt.ArrayLike,
    access: Any = None,
    *,
    pairs: Any = None,
    top: int = 20,
    groups: Any = None,
    standard: float = 1.0,
) -> Pairs:
    """Return what losing two suppliers (or groups) at once adds: for the given pairs, else for the worst of all.

    Takes time with Σ k² over places of k suppliers, and room with the answer; the other parameters are those of
    :func:`single_failure_loss`.

    Args:
        pairs: [p, 2] numbers of suppliers or groups; answered in that order, each with the smaller number first.
        top: Without ``pairs``: how many to return, by loss, ties by number; pairs without any loss are left out.

    Raises:
        BadParameter: also a pair of one supplier with itself, or with one that does not exist; ``top`` below 1.
    """
    game = checked_game(contribution, demand, access, groups, standard)
    single = single_failure_loss(game.given, game.demand, game.access, standard=standard)
    columns, most = game.given.tocsc(), game.given.max(axis=1).toarray().ravel() if game.given.nnz else game.access
    if pairs is None:
        return _worst(game, columns, most, single, top)
    first, second = _checked(pairs, len(single))
    beyond = np.zeros(len(first))
    for one in np.unique(first):
        asked = first == one
        beyond[asked] = _beyond(game, columns, most, int(one))[second[asked]]
    return Pairs(first, second, single[first] + single[second] + beyond, beyond)


def _checked(pairs: Any, count: int) -> tuple[Ints, Ints]:
    made = np.asarray(pairs)
    fits = made.ndim == 2 and made.shape[1] == 2 and made.dtype.kind in "iu"
    if not fits or (made < 0).any() or (made >= count).any() or (made[:, 0] == made[:, 1]).any():
        why = Text(f"应为 0 至 {count - 1} 的两个不同编号", f"each must be two different numbers, 0 to {count - 1}")
        raise BadParameter(name="pairs", value=list(made.shape), reason=why)
    ordered = np.sort(made.astype(np.int64), axis=1)
    return ordered[:, 0], ordered[:, 1]


def _candidates(game: Game, single: Floats, top: int) -> Ints:
    """Return the suppliers that can be in one of the ``top`` worst pairs.

    Losing j after k adds no more than all that j supplies, so that both cost at most loss_k + Σ D·a_j; and a pair costs
    at least both single losses, of which the worst ``top`` pairs are a floor.
    """
    leading = np.sort(single)[::-1][: top + 1]
    sums = np.sort((leading[:, None] + leading[None, :])[np.triu_indices(len(leading), 1)])[::-1]
    floor = sums[top - 1] if len(sums) >= top else 0.0
    supplied = game.given.T @ game.demand
    return np.flatnonzero(single.max(initial=0.0) + supplied >= floor * (1 - SLACK))


def _worst(game: Game, columns: sparse.csc_array, most: Floats, single: Floats, top: int) -> Pairs:
    if top < 1:
        raise BadParameter(name="top", value=top, reason="≥ 1")
    among = _candidates(game, single, top)
    first, second = np.empty(0, np.int64), np.empty(0, np.int64)
    loss, beyond = np.empty(0), np.empty(0)
    for at, one in enumerate(among[:-1].tolist()):
        others = among[at + 1 :]
        extra = _beyond(game, columns, most, one)[others]
        both = single[one] + single[others] + extra
        found = np.flatnonzero(both > (loss[-1] if len(loss) == top else 0.0))
        # Stable and from the front: of equals, the smaller numbers stay.
        found = found[np.argsort(-both[found], kind="stable")[:top]]
        loss, beyond = np.append(loss, both[found]), np.append(beyond, extra[found])
        first, second = np.append(first, np.full(len(found), one)), np.append(second, others[found])
        kept = np.argsort(-loss, kind="stable")[:top]
        first, second, loss, beyond = first[kept], second[kept], loss[kept], beyond[kept]
    return Pairs(first, second, loss, beyond)
