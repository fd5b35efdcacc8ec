"""How strong an edge is on a day and what a hub costs, against the table and by hand."""

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from queries.paths.scoring import hub_costs, new_partnership, strength_of, strengths

DAY = date(2026, 7, 1)
TABLE = strengths()
AGEING, STEADY = TABLE.age.types[0], next(t for t in TABLE.types if t not in TABLE.age.types)
DIMENSION = min(TABLE.dimensions, key=TABLE.dimensions.__getitem__)


def strength(type_: str, since: date | None = None, dimension: str | None = None) -> float:
    edges = pd.DataFrame({"type": [type_], "dimension": [dimension], "since": [since]}, dtype=object)
    (found,) = strength_of(edges, DAY)
    return float(found)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (0, 1.0), (-30, 1.0), (365, 0.5 ** (365 / 365.25 / TABLE.age.half_life_years)), (40_000, TABLE.age.floor),
    ],
)  # fmt: skip
def test_an_edge_fades_from_its_first_day_on_down_to_a_floor(days: int, left: float) -> None:
    assert strength(AGEING, DAY - timedelta(days=days)) == pytest.approx(TABLE.types[AGEING] * left)


def test_an_edge_of_unknown_age_and_one_that_does_not_age() -> None:
    assert strength(AGEING) == pytest.approx(TABLE.types[AGEING] * TABLE.age.unknown)
    assert strength(STEADY, date(1990, 1, 1)) == strength(STEADY) == TABLE.types[STEADY]


def test_a_dimension_counts_where_the_table_names_it() -> None:
    plain = strength(AGEING, DAY)
    assert strength(AGEING, DAY, DIMENSION) == pytest.approx(plain * TABLE.dimensions[DIMENSION])
    assert strength(AGEING, DAY, "friendship") == plain
    assert math.isnan(strength("KNOWS", DAY))


def test_the_strongest_partnership_is_that_of_today() -> None:
    assert new_partnership() == max(strength("PARTNERS_WITH", DAY, dimension) for dimension in TABLE.dimensions)


def test_a_hub_costs_by_the_logarithm_of_its_neighbours() -> None:
    assert hub_costs(np.array([0, 1, 2, 10]), 0.4).tolist() == [0.0, 0.0, 0.4 * math.log(2), 0.4 * math.log(10)]
