"""Distances on the ground, against values by hand."""

import math

import numpy as np
import pytest

from graph.geography import road_km

QUARTER = 1.3 * 6371.0088 * math.pi / 2


def test_quarters_of_the_earth() -> None:
    ends = [(0, 0, 90, 0), (0, 0, 0, 90), (17, 90, -30, 0), (0, 0, 180, 0)]
    assert [float(road_km(*e)) for e in ends] == pytest.approx([QUARTER, QUARTER, QUARTER, 2 * QUARTER], rel=1e-12)


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    """cos 60° = ½: sin(d/2) = ½ · sin(½°)."""
    by_hand = 1.3 * 2 * 6371.0088 * math.asin(0.5 * math.sin(math.radians(0.5)))
    assert float(road_km(104.0, 60.0, 105.0, 60.0)) == pytest.approx(by_hand, rel=1e-12)


def test_a_column_against_a_row_is_a_matrix_and_the_unknown_stays_unknown() -> None:
    lon, lat = np.array([104.0, 105.0, np.nan]), np.array([30.0, 31.0, 30.0])
    km = road_km(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    assert km.shape == (3, 3)
    np.testing.assert_array_equal(km, km.T)
    assert (km[0, 0], km[1, 1]) == (0.0, 0.0)
    assert km[0, 1] == pytest.approx(float(road_km(104.0, 30.0, 105.0, 31.0)))
    assert np.isnan(km[2]).all()
