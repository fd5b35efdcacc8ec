"""Pure mathematics on arrays and tables, usable without any graph.

Catchments, locations, relatedness, losses, paths and transport; every docstring gives shapes, units and the source.
What is named here is imported when it is first asked for: the libraries behind take long, and most commands need none.
"""

from importlib import import_module
from typing import Any

_MODULES = {
    "catchment": ("two_step_catchment",),
    "failures": ("pair_failure_loss", "single_failure_loss"),
    "importance": ("shapley_importance", "shapley_supply"),
    "locations": ("Plan", "solve_facility_location", "solve_max_cover", "solve_p_median", "solve_set_cover"),
    "paths": ("k_best_paths",),
    "relatedness": ("density", "proximity", "revealed_comparative_advantage"),
    "transport": ("Transport", "solve_transport"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_MODULE_OF)
