"""Floating catchment areas: how much capacity there is for each unit of demand, in three forms.

    R_j = K_j / Σ_i D_i·u_ij          step 1: what supplier j has for each unit of demand that reaches it
    A_i = Σ_j v_ij·R_j                step 2: what place i gets from all of them

``2sfca``: u = v = w. No capacity is counted twice, and none is lost: Σ D·A = Σ K. W. Luo, F. Wang: Measures of spatial
accessibility to health care in a GIS environment. Environment and Planning B 30 (2003) 865–884. With weights between 0
and 1 for distance it is the enhanced method: W. Luo, Y. Qi, Health & Place 15 (2009) 1100–1107; Gaussian weights:
D. Dai, Health & Place 16 (2010) 1038–1052.

``m2sfca``: u = w, v = w². Distance costs supply: of a supplier far from all of its demand only the part w is used.
P. L. Delamater: Spatial accessibility in suboptimally configured health care systems: a modified two-step floating
catchment area (M2SFCA) metric. Health & Place 24 (2013) 30–43.

``bfca``: u_ij = w_ij / Σ_j w_ij, so that each unit of demand is counted once, and v_ij = w_ij / Σ_i w_ij, so that a
level of service R is handed out once: Σ A = Σ R. A. Páez, C. D. Higgins, S. F. Vivona: Demand and level of service
inflation in Floating Catchment Area (FCA) methods. PLoS ONE 14 (2019) e0218773. A is a part of a level of service, not
a share of demand: a place cut in two has half of it in each part.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arguments import amounts, weights

Form = Literal["2sfca", "m2sfca", "bfca"]


def two_step_catchment(demand: npt.ArrayLike, capacity: npt.ArrayLike, weight: Any, form: Form = "2sfca") -> Floats:
    """Return access [n]: capacity for each unit of demand at every place.

    Args:
        demand: [n] units of demand at each place, ≥ 0.
        capacity: [m] units that each supplier can give, ≥ 0, in the same units and period as demand.
        weight: [n, m] how well place i reaches supplier j, ≥ 0; 0 is not at all. Dense, or any scipy sparse array or
            matrix, of which only the stored entries are looked at.
        form: Which of the three.

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
    if form == "bfca":
        asked = evenly(asked, reach @ (offered > 0).astype(np.float64))
    access: Floats = given_weight(reach, form) @ supply_ratio(offered, reach.T @ asked)
    return access


def given_weight(reach: Any, form: Form, places: Floats | None = None) -> Any:
    """Return v [n, m] of step 2, dense or sparse as w is.

    Args:
        reach: [n, m] w.
        form: Which of the three.
        places: [n] how many places each row stands for; 1 where it is left out.
    """
    if form == "2sfca":
        return reach
    if form == "m2sfca":
        return reach * reach
    summed = reach.T @ (np.ones(reach.shape[0]) if places is None else places)
    return reach * np.divide(1.0, summed, out=np.zeros(len(summed)), where=summed > 0)[None, :]


def evenly(demand: Floats, reached: Floats) -> Floats:
    """Return demand for a unit of weight, [n]: each is split over the suppliers that it reaches.

    Args:
        demand: D, ≥ 0.
        reached: Σ_j w_ij over the suppliers that have a capacity, ≥ 0; where it is 0, so is what comes back.
    """
    made: Floats = np.divide(demand, reached, out=np.zeros_like(demand), where=reached > 0)
    return made


def supply_ratio(capacity: Floats, reached: Floats) -> Floats:
    """Return R [m], step 1: each supplier's capacity for a unit of the demand that it reaches; 0 where it reaches none.

    Args:
        capacity: [m] K, ≥ 0.
        reached: [m] Σ_i D_i·w_ij, ≥ 0, in the same units.
    """
    ratio: Floats = np.divide(capacity, reached, out=np.zeros(len(capacity)), where=reached > 0)
    return ratio
