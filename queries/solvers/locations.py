"""Where to put sites: nearest on the whole (p-median), most reached (max cover), everyone reached (set cover), and
least spent on sites and ways together (facility location)."""

from queries.solvers.covering import solve_max_cover, solve_set_cover
from queries.solvers.facility import solve_facility_location
from queries.solvers.p_median import solve_p_median
from queries.solvers.plan import Plan

__all__ = ["Plan", "solve_facility_location", "solve_max_cover", "solve_p_median", "solve_set_cover"]
