"""Pure mathematics on arrays and tables, usable without any graph.

Catchments, locations, relatedness, losses, paths and transport; every docstring gives shapes, units and the source.
"""

from queries.solvers.catchment import two_step_catchment
from queries.solvers.failures import pair_failure_loss, single_failure_loss
from queries.solvers.importance import shapley_importance, shapley_supply
from queries.solvers.locations import (
    Plan,
    solve_facility_location,
    solve_max_cover,
    solve_p_median,
    solve_set_cover,
)
from queries.solvers.paths import k_best_paths
from queries.solvers.relatedness import density, proximity, revealed_comparative_advantage
from queries.solvers.transport import Transport, solve_transport

__all__ = [
    "Plan",
    "Transport",
    "density",
    "k_best_paths",
    "pair_failure_loss",
    "proximity",
    "revealed_comparative_advantage",
    "shapley_importance",
    "shapley_supply",
    "single_failure_loss",
    "solve_facility_location",
    "solve_max_cover",
    "solve_p_median",
    "solve_set_cover",
    "solve_transport",
    "two_step_catchment",
]
