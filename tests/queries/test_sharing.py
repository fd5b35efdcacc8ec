"""What an agreement can move: only what is shareable, in force, and stated to be unused."""

import numpy as np
import pytest

from queries.sharing import spare_capacity


@pytest.mark.parametrize(
    ("capacity", "used", "shareable", "active", "expected"),
    [
        (100.0, 30.0, True, True, 70.0),
        (100.0, 0.0, True, True, 100.0),
        (100.0, 100.0, True, True, 0.0),
        (100.0, 130.0, True, True, 0.0),
        (100.0, np.nan, True, True, 0.0),
        (100.0, 30.0, False, True, 0.0),
        (100.0, 30.0, True, False, 0.0),
        (100.0, 30.0, False, False, 0.0),
    ],
)
def test_what_is_spare(capacity: float, used: float, shareable: bool, active: bool, expected: float) -> None:
    found = spare_capacity(np.array([capacity]), np.array([used]), np.array([shareable]), np.array([active]))
    assert found.tolist() == [expected]
