"""Demand of a province of nine places, all by hand: who counts where, and of which places nothing is known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graph.errors import BadParameter
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from queries.demand import DemandFacts, demand, read_demand, read_rates
from tests.support.handmade import link, write

AS_OF, FRESH = date(2026, 7, 1), 400
OLDEST = AS_OF - timedelta(days=FRESH)
LEVELS = {
    "510000": "province", "510100": "prefecture", "510101": "county", "510101001": "township", "510102": "county",
    "510200": "prefecture", "510201": "county", "510202": "county", "510203": "county", "510300": "prefecture",
    "510301": "county", "510302": "county",
}  # fmt: skip
GRID = ["510101", "510102", "510201", "510202", "510203", "510300", "510301", "510302"]
"""Every county, and the prefecture that has a count of its own."""
FIRMS: dict[str, tuple[str, str | None, list[str]]] = {
    "stated": ("510101", "1311", ["CH01"]),
    "shared": ("510101", "1311", []),  # of two chains' segments
    "shorter": ("510101", "1320", []),  # by the two digits of one
    "both": ("510102", None, ["CH01", "CH02"]),
    "nowhere": ("510102", "9900", []),
    "blank": ("510102", None, []),
    "provincial": ("510000", "1311", ["CH01"]),  # of a store from before such rows were refused
}
SPECIAL = ("stated", "both")
COUNTS: dict[str, tuple[str, str, float, date | None]] = {
    "over": ("510101", "CH02", 7.0, AS_OF),  # in the place of the firms that are listed there
    "stale": ("510201", "CH02", 40.0, OLDEST - timedelta(days=1)),
    "just": ("510202", "CH01", 20.0, OLDEST),
    "old": ("510203", "CH01", 30.0, OLDEST - timedelta(days=1)),
    "new": ("510203", "CH02", 10.0, OLDEST + timedelta(days=1)),
    "own": ("510300", "CH01", 1.0, None),
}
NEEDS: dict[str, tuple[str, str, str | None, str | None, float | None, str | None]] = {
    "of_chain": ("510101", "SC01", "CH02", "shared", 3.0, "open"),
    "of_firm": ("510101", "SC02", None, "shared", None, "in_progress"),
    "of_place": ("510101", "SC03", None, "nowhere", 9.5, None),
    "of_empty_place": ("510301", "SC01", None, None, 2.0, "open"),
    "of_one_firm": ("510300", "SC01", None, None, 4.0, "open"),
    "done": ("510101", "SC01", "CH01", None, 50.0, "closed"),
}
RATES = dict.fromkeys(vocabulary("service_types").ids, 0.0) | {"SC01": 0.1, "SC02": 0.5}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    nodes: dict[str, list[dict[str, Any]]] = {
        "Region": [{"key": k, "name": k, "level": level, "prefecture": k[:4] + "00", "zone": "panxi", "lon": 104.0,
                    "lat": 30.0} for k, level in LEVELS.items()],
        "Chain": [{"key": key, "name": f"{key}链"} for key in ("CH02", "CH01")],
        "ServiceType": [{"key": key} for key in ("SC01", "SC02", "SC03")],
        "Industry": [{"key": key} for key in ("13", "1311")],
        "ChainSegment": [{"key": key} for key in ("s1", "s2", "s3")],
        "Enterprise": [{"key": k, "industry": industry, "tags": ["little_giant"] if k in SPECIAL else ["high_tech"],
                        "data_class": "REAL"} for k, (_, industry, _) in FIRMS.items()],
        "EnterpriseCount": [{"key": k, "count": count, "as_of": day} for k, (_, _, count, day) in COUNTS.items()],
        "Need": [{"key": k, "quantity": quantity, "state": state} for k, (*_, quantity, state) in NEEDS.items()],
    }  # fmt: skip
    links = {
        ("LOCATED_IN", "Enterprise", "Region"): link({k: v[0] for k, v in FIRMS.items()}),
        ("BELONGS_TO", "Enterprise", "Chain"): link([(k, c) for k, v in FIRMS.items() for c in v[2]]),
        ("LOCATED_IN", "EnterpriseCount", "Region"): link({k: v[0] for k, v in COUNTS.items()}),
        ("BELONGS_TO", "EnterpriseCount", "Chain"): link({k: v[1] for k, v in COUNTS.items()}),
        ("LOCATED_IN", "Need", "Region"): link({k: v[0] for k, v in NEEDS.items()}),
        ("CONCERNS", "Need", "ServiceType"): link({k: v[1] for k, v in NEEDS.items()}),
        ("CONCERNS", "Need", "Chain"): link({k: v[2] for k, v in NEEDS.items() if v[2]}),
        ("NEEDS", "Enterprise", "Need"): link([(v[3], k) for k, v in NEEDS.items() if v[3]]),
        ("CLASSIFIED_AS", "ChainSegment", "Industry"): link({"s1": "13", "s2": "1311", "s3": "1311"}),
        ("BELONGS_TO", "ChainSegment", "Chain"): link({"s1": "CH01", "s2": "CH02", "s3": "CH01"}),
    }
    with open_store(f"ladybug://{tmp_path_factory.mktemp('demand') / 's.lbug'}") as made:
        write(made, nodes, links)
        yield made


@pytest.fixture(scope="module")
def facts(store: Store) -> DemandFacts:
    with store.read() as session:
        return read_demand(session)


def rows(frame: pd.DataFrame, *columns: str) -> set[tuple[Any, ...]]:
    listed = [tuple(None if pd.isna(v) else v for v in row) for row in frame[list(columns)].itertuples(index=False)]
    assert len(listed) == len(set(listed))
    return set(listed)


def test_what_is_read_is_what_is_stored(facts: DemandFacts) -> None:
    assert facts.regions["key"].tolist() == [k for k in LEVELS if k != "510101001"]
    assert rows(facts.regions.iloc[2:3], *facts.regions) == {
        ("510101", "510101", "county", "510100", "panxi", 104.0, 30.0)
    }
    assert facts.chains[["key", "name"]].to_numpy().tolist() == [["CH01", "CH01链"], ["CH02", "CH02链"]]
    assert rows(facts.counts, "region", "chain", "count") == {v[:3] for v in COUNTS.values()}
    assert rows(facts.needs, "need", "region", "service_type", "chain", "enterprise", "quantity", "state") == {
        (k, *v) for k, v in NEEDS.items()
    }


def test_a_firm_without_a_chain_is_of_the_chains_with_the_longest_beginning_of_its_code(facts: DemandFacts) -> None:
    assert rows(facts.enterprises, "enterprise", "region", "chain", "share", "special", "data_class") == {
        ("stated", "510101", "CH01", 1.0, True, "REAL"),
        ("shared", "510101", "CH01", 0.5, False, "REAL"),
        ("shared", "510101", "CH02", 0.5, False, "REAL"),
        ("shorter", "510101", "CH01", 1.0, False, "REAL"),
        ("both", "510102", "CH01", 0.5, True, "REAL"),
        ("both", "510102", "CH02", 0.5, True, "REAL"),
        ("nowhere", "510102", None, 1.0, False, "REAL"),
        ("blank", "510102", None, 1.0, False, "REAL"),
    }


def by_place(values: np.ndarray[Any, Any]) -> dict[str, list[float]]:
    """Return the rows of an array [R, …] of which anything is other than 0, by place."""
    return {key: row.tolist() for key, row in zip(GRID, values, strict=True) if row.any()}


def test_firms_are_counted_as_stated_else_as_listed(facts: DemandFacts) -> None:
    grid = demand(facts, as_of=AS_OF, freshness_days=FRESH, rates=RATES)
    assert (grid.regions["key"].tolist(), grid.chains["key"].tolist()) == (GRID, ["CH01", "CH02"])
    assert grid.types == vocabulary("service_types").ids
    assert by_place(grid.listed) == {"510101": [2.5, 0.5], "510102": [0.5, 0.5]}
    assert by_place(grid.special) == by_place(grid.undated) == {"510101": [1.0, 0.0], "510102": [0.5, 0.5]}
    assert by_place(grid.enterprises) == {
        "510101": [2.5, 7.0], "510102": [0.5, 0.5], "510201": [0.0, 40.0], "510202": [20.0, 0.0],
        "510203": [30.0, 10.0], "510300": [1.0, 0.0],
    }  # fmt: skip


def test_demand_is_firms_by_rate_and_open_needs(facts: DemandFacts) -> None:
    grid = demand(facts, as_of=AS_OF, freshness_days=FRESH, rates=RATES)
    first = dict(zip(GRID, grid.services[:, :, :3].round(9).tolist(), strict=True))
    unknown = [[pytest.approx(np.nan, nan_ok=True)] * 3] * 2
    assert first == {
        "510101": [[0.25, 1.25 + 0.5, 2.5], [0.7 + 3.0, 3.5 + 0.5, 7.0]],
        "510102": [[0.05, 0.25, 0.0], [0.05, 0.25, 0.0]],
        "510201": unknown,
        "510202": [[2.0, 10.0, 0.0], [0.0, 0.0, 0.0]],
        "510203": [[3.0, 15.0, 0.0], [1.0, 5.0, 0.0]],
        "510300": [[0.1 + 4.0, 0.5, 0.0], [0.0, 0.0, 0.0]],
        "510301": [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]],
        "510302": unknown,
    }
    assert np.nansum(grid.services[:, :, 3:]) == 0.0
    assert [key for key, old in zip(GRID, grid.stale, strict=True) if old] == ["510201"]


def test_a_firm_of_no_known_chain_and_a_need_alone_are_a_report(facts: DemandFacts) -> None:
    """Of 510102 and 510301 nothing else is known than firms without a chain, and a need."""
    firms = facts.enterprises[facts.enterprises["enterprise"] == "blank"]
    needs = facts.needs[facts.needs["region"] == "510301"]
    alone = replace(facts, counts=facts.counts.iloc[:0], enterprises=firms, needs=needs)
    grid = demand(alone, as_of=AS_OF, freshness_days=FRESH, rates=RATES)
    known = ~np.isnan(grid.services).any(axis=(1, 2))
    assert grid.regions.loc[known, "key"].tolist() == ["510102", "510301"]
    assert (grid.services[known].sum(axis=(1, 2)).tolist(), grid.stale.any()) == ([0.0, 2.0], False)


def test_without_rates_of_ones_own_those_of_the_file_count(facts: DemandFacts) -> None:
    one = facts.counts[facts.counts["region"] == "510202"]
    alone = replace(facts, counts=one, enterprises=facts.enterprises.iloc[:0], needs=facts.needs.iloc[:0])
    grid = demand(alone, as_of=AS_OF, freshness_days=FRESH)
    at = grid.regions.index[grid.regions["key"] == "510202"]
    assert grid.services[at].round(9).tolist() == [[[0.4] * len(grid.types), [0.0] * len(grid.types)]]


def test_rates_of_a_file_are_services_a_year_by_type(tmp_path: Path) -> None:
    file = tmp_path / "rates.yml"
    file.write_text("default: 0.5\nrates: {SC01: 0, 技术支持: 2}\n", encoding="utf-8")
    rates = read_rates(file)
    assert list(rates) == list(vocabulary("service_types").ids)
    assert {t: r for t, r in rates.items() if r != 0.5} == {"SC01": 0.0, "SC03": 2.0}
    file.write_text("rates:\n", encoding="utf-8")
    assert set(read_rates(file).values()) == {0.02}
    for wrong in ("[1]", "default: -0.1", "rates: {SC01: .inf}", "rates: {SC01: 一}"):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(BadParameter):
            read_rates(file)
