"""What a region is specialised in, which activities go together, and how close a region is to one that it lacks.

    RCA_rc = (x_rc / x_r) / (x_c / x)          presence: RCA ≥ 1
    φ_cd   = min(P(c | d), P(d | c)) = n_cd / max(n_c, n_d)
    ω_rc   = Σ_d φ_cd · M_rd / Σ_d φ_cd        d over all activities, c itself among them

with x_r, x_c and x the sums of x; M the presence; n_c the regions with c, n_cd those with both.

B. Balassa: Trade liberalisation and “revealed” comparative advantage. The Manchester School 33 (1965) 99–123.
C. A. Hidalgo, B. Klinger, A.-L. Barabási, R. Hausmann: The product space conditions the development of nations.
Science 317 (2007) 482–487.
"""

import numpy as np
import numpy.typing as npt

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.language import Text

FLAT = 2
"""Dimensions of every table here."""


def revealed_comparative_advantage(x: npt.ArrayLike) -> Floats:
    """Return RCA [r, c]: the share of activity c in region r over its share everywhere; 1 is the average.

    A region or an activity with nothing at all is specialised in nothing: its row or column is 0.

    Args:
        x: [r, c] how much of activity c there is in region r, ≥ 0, in any one unit.

    Raises:
        BadParameter: no table of two dimensions, or values that are negative or no finite numbers.
    """
    made = _table("x", x)
    by_region, by_activity = made.sum(axis=1), made.sum(axis=0)
    share = np.divide(made, by_region[:, None], out=np.zeros(made.shape), where=by_region[:, None] > 0)
    everywhere = np.divide(by_activity, made.sum(), out=np.zeros(made.shape[1]), where=by_activity > 0)
    advantage: Floats = np.divide(share, everywhere, out=np.zeros(made.shape), where=everywhere > 0)
    return advantage


def proximity(presence: npt.ArrayLike) -> Floats:
    """Return φ [c, c], symmetric, 0 to 1: the smaller of the two chances that a region with one has the other.

    The diagonal is 1, also for an activity that no region has; such a one is at 0 from every other.

    Args:
        presence: [r, c] True or 1 where region r has activity c, else False or 0.

    Raises:
        BadParameter: no table of two dimensions, or values other than these.
    """
    there = _presence(presence)
    both, regions = there.T @ there, there.sum(axis=0)
    larger = np.maximum(regions[:, None], regions[None, :])
    close: Floats = np.divide(both, larger, out=np.zeros(both.shape), where=larger > 0)
    np.fill_diagonal(close, 1.0)
    return close


def density(presence: npt.ArrayLike, proximity: npt.ArrayLike) -> Floats:
    """Return ω [r, c], 0 to 1: the share of what is close to activity c that region r has.

    0 for an activity that nothing is close to, not even itself.

    Args:
        presence: [r, c] True or 1 where region r has activity c, else False or 0.
        proximity: [c, c] φ, ≥ 0, as of :func:`proximity`.

    Raises:
        BadParameter: shapes that do not fit, or values that cannot be.
    """
    there, close = _presence(presence), _table("proximity", proximity)
    wanted = (there.shape[1], there.shape[1])
    if close.shape != wanted:
        why = Text(f"形状应为 {list(wanted)}", f"the shape must be {list(wanted)}")
        raise BadParameter(name="proximity", value=list(close.shape), reason=why)
    total = close.sum(axis=1)
    near: Floats = np.divide(there @ close.T, total, out=np.zeros(there.shape), where=total > 0)
    return near


def _table(name: str, values: npt.ArrayLike) -> Floats:
    try:
        made = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        why = Text("应为数值表", "must be a table of numbers")
        raise BadParameter(name=name, value=type(values).__name__, reason=why) from error
    if made.ndim != FLAT:
        why = Text("应为二维数组", "must have two dimensions")
        raise BadParameter(name=name, value=f"{made.ndim}-d", reason=why)
    wrong = ~(np.isfinite(made) & (made >= 0))
    if wrong.any():
        why = Text("应为不小于 0 的有限数", "must be finite numbers of 0 or more")
        raise BadParameter(name=name, value=float(made[wrong][0]), reason=why)
    return made


def _presence(values: npt.ArrayLike) -> Floats:
    made = _table("presence", values)
    wrong = (made != 0) & (made != 1)
    if wrong.any():
        why = Text("应为 0 或 1", "must be 0 or 1")
        raise BadParameter(name="presence", value=float(made[wrong][0]), reason=why)
    return made
