"""What the package offers by name, though nothing of it is imported before it is asked for."""

import pytest

import queries.solvers as package
from queries.solvers import solve_transport, two_step_catchment
from queries.solvers.catchment import two_step_catchment as in_its_module


def test_every_name_is_there() -> None:
    assert dir(package) == [
        "Plan", "Transport", "density", "k_best_paths", "pair_failure_loss", "proximity",
        "revealed_comparative_advantage", "shapley_importance", "shapley_supply", "single_failure_loss",
        "solve_facility_location", "solve_max_cover", "solve_p_median", "solve_set_cover", "solve_transport",
        "two_step_catchment",
    ]  # fmt: skip
    assert [getattr(package, name).__name__ for name in dir(package)] == dir(package)
    assert two_step_catchment is in_its_module
    assert solve_transport([2.0], [1.0], [[3.0]]).cost == 3


def test_another_one_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute"):
        _ = package.nothing
