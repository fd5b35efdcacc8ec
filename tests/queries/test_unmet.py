"""Unmet demand and what actions save of it, by hand."""

import numpy as np
from scipy import sparse

from queries.unmet import saved_by_action, unmet_demand


def test_unmet_demand_is_what_access_does_not_reach() -> None:
    demand, access = np.array([10.0, 10.0, 10.0, 0.0, np.nan]), np.array([0.0, 0.75, 1.5, 0.0, 0.5])
    np.testing.assert_array_equal(unmet_demand(demand, access), [10.0, 2.5, 0.0, 0.0, np.nan])


def test_an_action_saves_up_to_what_is_needed_and_takes_only_beyond_what_is_spare() -> None:
    """Three cells: half needed, nothing needed, a quarter to spare; an action gives, one gives twice, one takes."""
    demand, need = np.array([100.0, 40.0, 8.0]), np.array([0.5, 0.0, -0.25])
    effects = sparse.csr_array(np.array([[0.25, 0.0], [0.25, 0.0], [0.0, -0.5]]))
    made_of = sparse.csr_array(np.array([[1.0, 4.0, 0.0], [0.0, 0.0, 1.0]]))
    saved = saved_by_action(demand, need, effects, made_of)
    np.testing.assert_array_equal(saved.toarray(), [[25.0, 50.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, -2.0]])
    assert saved.shape == (3, 3)
