"""Two-step floating catchment areas: how much capacity there is for each unit of demand, counted once.

    R_j = K_j / Σ_i D_i·w_ij          step 1: what supplier j has for each unit of demand that reaches it
    A_i = Σ_j w_ij·R_j                step 2: what place i gets from all of them

W. Luo, F. Wang: Measures of spatial accessibility to health care in a GIS environment. Environment and Planning B 30
(2003) 865–884. With weights between 0 and 1 for distance it is the enhanced method: W. Luo, Y. Qi, Health & Place 15
(2009) 1100–1107; Gaussian weights: D. Dai, Health & Place 16 (2010) 1038–1052.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.language import Text


def two_step_catchment(demand: npt.ArrayLike, capacity: npt.ArrayLike, weight: Any) -> Floats:
    """Return access [n]: capacity for each unit of demand at every place.

    No capacity is counted twice: Σ demand·access = Σ capacity of the suppliers that some demand reaches.

    Args:
        demand: [n] units of demand at each place, ≥ 0.
        capacity: [m] units that each supplier can give, ≥ 0, in the same units and period as demand.
        weight: [n, m] how well place i reaches supplier j, ≥ 0; 0 is not at all. Dense, or any scipy sparse array or
            matrix, of which only the stored entries are looked at.

    Raises:
        BadParameter: shapes that do not fit, negative values, or values that are no finite numbers.
    """
    asked = amounts("demand", demand)
    offered = amounts("capacity", capacity)
    reach = weights("weight", weight)
    if reach.shape != (len(asked), len(offered)):
        wanted = f"[{len(asked)}, {len(offered)}]"
        why = Text(f"形状应为 {wanted}（需求 × 供给）", f"the shape must be {wanted}: demand × capacity")
        raise BadParameter(name="weight", value=list(reach.shape), reason=why)
    access: Floats = reach @ supply_ratio(offered, reach.T @ asked)
    return access


def supply_ratio(capacity: Floats, reached: Floats) -> Floats:
    """Return R [m], step 1: each supplier's capacity for a unit of the demand that it reaches; 0 where it reaches none.

    Args:
        capacity: [m] K, ≥ 0.
        reached: [m] Σ_i D_i·w_ij, ≥ 0, in the same units.
    """
    ratio: Floats = np.divide(capacity, reached, out=np.zeros(len(capacity)), where=reached > 0)
    return ratio


def amounts(name: str, values: npt.ArrayLike) -> Floats:
    """Return a vector of finite numbers of 0 or more.

    Raises:
        BadParameter: it is no such vector.
    """
    made = _numbers(name, values)
    if made.ndim != 1:
        why = Text("应为一维数组", "must have one dimension")
        raise BadParameter(name=name, value=f"{made.ndim}-d", reason=why)
    _check(name, made)
    return made


def weights(name: str, values: Any) -> sparse.csr_array:
    """Return a matrix of finite numbers of 0 or more as a sparse array by rows, entries of one cell summed.

    Raises:
        BadParameter: it is no such matrix.
    """
    given: Any = values
    if sparse.issparse(values):
        made = sparse.csr_array(given, dtype=np.float64, copy=True)
        made.sum_duplicates()  # in the copy: the caller's own is never changed
        _check(name, made.data)
        return made
    dense = _numbers(name, values)
    if dense.ndim != 2:
        raise BadParameter(name=name, value=f"{dense.ndim}-d", reason=Text("应为二维数组", "must have two dimensions"))
    _check(name, dense)
    return sparse.csr_array(dense)


def _numbers(name: str, values: npt.ArrayLike) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadParameter(
            name=name, value=type(values).__name__, reason=Text("应为数组", "must be numbers")
        ) from error


def _check(name: str, values: Floats) -> None:
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        why = Text("应为不小于 0 的有限数", "must be finite and 0 or more")
        raise BadParameter(name=name, value=values[wrong][0], reason=why)
