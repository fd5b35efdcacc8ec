"""What supply is used for, cell by cell; how evenly access is spread, against the library ``inequality``."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from graph.identity import prefecture_of
from graph.stores.base import Store
from queries.coverage import CoverageCell, CoverageQuestion, coverage, cube_of
from queries.equity import measures
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("world")
    with loaded_store(random_world(2).write(folder / "tables"), folder / "store") as store:
        yield store


@pytest.fixture(scope="module")
def cells(world: Store) -> list[CoverageCell]:
    return coverage(world, CoverageQuestion(as_of=AS_OF)).rows()


def naive_use(cells: list[CoverageCell]) -> dict[str, float]:
    """Give rest to lack, first in one place and type, then in one place, then anywhere."""
    rest, lack, found = defaultdict(float), defaultdict(float), {"effective": 0.0}
    for c in cells:
        demand, supply, unmet = c.demand or 0.0, c.supply or 0.0, c.unmet or 0.0
        found["effective"] += demand - unmet
        rest[c.region, c.service_type] += supply - (demand - unmet)
        lack[c.region, c.service_type] += unmet
    for name, area in (("other_chains", lambda k: k), ("other_types", lambda k: k[:1]), ("other_places", lambda _: ())):
        sums: tuple[dict, dict] = (defaultdict(float), defaultdict(float))
        for of, into in ((rest, sums[0]), (lack, sums[1])):
            for key, value in of.items():
                into[area(key)] += value
        moved = {key: min(sums[0][key], sums[1][key]) for key in sums[0]}
        found[name] = sum(moved.values())
        rest = {key: sums[0][key] - moved[key] for key in sums[0]}
        lack = {key: sums[1][key] - moved.get(key, 0.0) for key in sums[1]}
    return found | {"nobody": sum(rest.values())}


@pytest.mark.parametrize("group_by", [(), ("prefecture",), ("prefecture", "service_type"), ("pillar",)])
def test_supply_is_told_apart_by_what_would_use_it(
    world: Store, cells: list[CoverageCell], group_by: tuple[str, ...]
) -> None:
    groups = coverage(world, CoverageQuestion(as_of=AS_OF, group_by=group_by)).rows()
    _, cube = cube_of(world, CoverageQuestion(as_of=AS_OF))
    pillar = dict(zip(cube.grid.chains["key"], cube.grid.chains["pillar"], strict=True))
    its = defaultdict[tuple[str | None, ...], list[CoverageCell]](list)
    for c in cells:
        within = {
            "prefecture": prefecture_of(c.region or ""), "pillar": pillar[c.industry or ""],
            "service_type": c.service_type,
        }  # fmt: skip
        its[tuple(within[level] if level in group_by else None for level in within)].append(c)
    tried = 0
    for group in groups:
        if group.supply_use is None:
            assert group.supply is None
            continue
        of = its[group.region, group.industry, group.service_type]
        assert group.supply_use == pytest.approx(naive_use(of), abs=1e-6)
        assert sum(group.supply_use.values()) == pytest.approx(group.supply)
        tried += 1
    assert tried


def test_a_single_cell_has_no_split(cells: list[CoverageCell]) -> None:
    assert {(c.supply_use, c.equity) for c in cells} == {(None, None)}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 40), st.integers(1, 4), st.integers(0, 2)), min_size=1, max_size=30
    )
)
def test_measures_are_those_of_the_library(members: list[tuple[int, int, int, int]]) -> None:
    group, value, weight, zone = (np.array(part) for part in zip(*members, strict=True))
    ours = measures(group, value / 10, weight.astype(float), zone)
    for at in np.unique(group):
        its = group == at
        one_by_one = np.repeat(value[its] / 10, weight[its])
        zones = np.repeat(zone[its], weight[its])
        row = ours.loc[at]
        if not one_by_one.any():
            assert row.isna().all()
            continue
        assert row["gini"] == pytest.approx(Gini(one_by_one).g, abs=1e-9)
        filled = np.where(one_by_one > 0, one_by_one, 1e-300)  # the library knows no 0
        assert row["theil"] == pytest.approx(Theil(filled).T, abs=1e-6)
        parts = TheilD(filled, zones)
        assert (row["theil_between"], row["theil_within"]) == (
            pytest.approx(float(np.ravel(parts.bg)[0]), abs=1e-6), pytest.approx(float(np.ravel(parts.wg)[0]), abs=1e-6)
        )  # fmt: skip


def test_palma_is_the_top_tenth_over_the_lower_two_fifths() -> None:
    ten = np.arange(1.0, 11.0)
    row = measures(np.zeros(10, int), ten, np.ones(10), np.zeros(10, int)).loc[0]
    assert row["palma"] == pytest.approx(10 / (1 + 2 + 3 + 4))
    two = measures(np.zeros(2, int), np.array([1.0, 3.0]), np.ones(2), np.zeros(2, int)).loc[0]
    assert two["palma"] == pytest.approx((0.2 * 3.0) / (0.8 * 1.0))
    assert measures(np.zeros(2, int), np.array([0.0, 3.0]), np.ones(2), np.zeros(2, int))["palma"].isna().all()


def test_every_roll_up_weighs_cells_by_enterprises(world: Store) -> None:
    _, cube = cube_of(world, CoverageQuestion(as_of=AS_OF))
    weight = np.repeat(cube.grid.enterprises, 13, axis=1)
    kept = ~np.isnan(cube.demand) & (weight > 0)
    whole = coverage(world, CoverageQuestion(as_of=AS_OF, group_by=())).rows()[0]
    zeros = np.zeros(int(kept.sum()), int)
    alone = measures(zeros, cube.access[kept], weight[kept], zeros).loc[0]
    assert whole.equity is not None
    assert {k: whole.equity[k] for k in ("gini", "theil")} == pytest.approx({k: alone[k] for k in ("gini", "theil")})
    assert 0 < (whole.equity["gini"] or 0) < 1
