"""Supply of a few places by hand: who is active, what matches, and how far it reaches."""

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graph.geography import road_km
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from queries.demand import Demand
from queries.supply import ASSUMED_CAPACITY, Supply, SupplyFacts, placed_weight, read_supply, supply
from tests.support.handmade import link, write

AS_OF = date(2026, 7, 1)
TYPES = vocabulary("service_types").ids
SEATS = {
    "510000": (104.0, 30.0), "510100": (104.0, 30.0), "510101": (104.0, 30.0), "510102": (104.3, 30.0),
    "510200": (105.0, 30.0), "510201": (105.0, 30.0), "510202": (106.3, 30.0),
}  # fmt: skip
"""The last lies beyond three decays of every other but 510201."""
GRID = ["510101", "510102", "510201", "510202"]
DAYS: dict[str, tuple[date | None, date | None]] = {
    "plain": (None, None),
    "first_day": (AS_OF, None),
    "last_day": (None, AS_OF),
    "over": (None, date(2026, 6, 30)),
    "to_come": (date(2026, 7, 2), None),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two organisations, one of them without a place; a carrier elsewhere than its guest's provider."""
    resources: list[dict[str, Any]] = [
        {"key": key, "since": since, "until": until, "offline": True, "capacity": 10.0}
        for key, (since, until) in DAYS.items()
    ]
    resources[0] |= {"level": "city", "data_class": "REAL"}
    resources += [{"key": "hosted", "online": True, "offline": False}, {"key": "homeless", "offline": True}]
    provided = [("org", r["key"]) for r in resources if r["key"] != "homeless"] + [("elsewhere", "homeless")]
    nodes: dict[str, list[dict[str, Any]]] = {
        "Region": [{"key": key, "name": key} for key in SEATS],
        "Chain": [{"key": key} for key in ("CH01", "CH02")],
        "ServiceType": [{"key": key} for key in TYPES],
        "Organization": [{"key": "org"}, {"key": "elsewhere"}],
        "Carrier": [{"key": "carrier"}],
        "Resource": resources,
    }
    links = {
        ("LOCATED_IN", "Organization", "Region"): link({"org": "510101"}),
        ("LOCATED_IN", "Carrier", "Region"): link({"carrier": "510201"}),
        ("PROVIDES", "Organization", "Resource"): link(provided),
        ("HOSTS", "Carrier", "Resource"): link({"carrier": "hosted"}),
        ("OFFERS", "Resource", "ServiceType"): link([("plain", "SC02"), ("hosted", "SC01"), ("hosted", "SC03")]),
        ("SUITS", "Resource", "Chain"): link({"plain": "CH02"}),
        ("SERVES", "Resource", "Region"): link({"hosted": "510100"}),
    }
    with open_store(f"ladybug://{tmp_path_factory.mktemp('supply') / 's.lbug'}") as made:
        write(made, nodes, links)
        yield made


@pytest.fixture(scope="module")
def facts(store: Store) -> SupplyFacts:
    with store.read() as session:
        return read_supply(session)


def places(keys: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"key": keys, "level": "county", "lon": [SEATS[k][0] for k in keys],
                         "lat": [SEATS[k][1] for k in keys]})  # fmt: skip


def grid(asking: list[float] | None = None) -> Demand:
    """Return a grid of the four counties, two chains and all types, with the demand of each county at one cell."""
    shape = (len(GRID), 2)
    services = np.zeros((*shape, len(TYPES)))
    services[:, 0, 0] = [1.0] * len(GRID) if asking is None else asking
    none = np.zeros(shape)
    chains = pd.DataFrame({"key": ["CH01", "CH02"]})
    stale = np.zeros(len(GRID), dtype=bool)
    return Demand(places(GRID), chains, TYPES, services, stale, none, none, none, none)


def offered(*resources: dict[str, Any], scopes: dict[str, tuple[str, ...]] | None = None) -> Supply:
    """Return the supply of resources made up from what is stated of each; r0, r1 … are their keys."""
    blank = {"provider": "o", "home": "510101", "capacity": 10.0, "online": None, "offline": True, "level": None,
             "since": None, "until": None, "data_class": "REAL"}  # fmt: skip
    frame = pd.DataFrame([{"resource": f"r{n}", **blank, **r} for n, r in enumerate(resources)])
    none = {"resource": [], "chain": [], "service_type": []}
    stated = [(r, place) for r, some in (scopes or {}).items() for place in some]
    made = SupplyFacts(
        frame,
        pd.DataFrame({n: none[n] for n in ("resource", "service_type")}, dtype=object),
        pd.DataFrame({n: none[n] for n in ("resource", "chain")}, dtype=object),
        pd.DataFrame(stated, columns=["resource", "region"], dtype=object),
    )
    return supply(made, places(list(SEATS)), grid(), AS_OF)


def weights(made: Supply, name: str = "weight") -> list[list[float]]:
    """Return the reach [S, R] of each resource."""
    found: list[list[float]] = getattr(made, name)[made.profile].round(9).tolist()
    return found


def by_distance(one: str, other: str) -> float:
    km = float(road_km(*SEATS[one], *SEATS[other]))
    return round(math.exp(-0.5 * (km / 60) ** 2), 9) if km <= 180 else 0.0


def test_a_resource_is_at_its_carrier_else_at_its_provider(facts: SupplyFacts) -> None:
    found = facts.resources.astype(object).where(facts.resources.notna(), None)
    listed = {row.pop("resource"): row for row in found.to_dict("records")}
    assert {key: (row["provider"], row["home"]) for key, row in listed.items()} == {
        **dict.fromkeys(DAYS, ("org", "510101")), "hosted": ("org", "510201"), "homeless": ("elsewhere", None),
    }  # fmt: skip
    assert list(listed) == sorted(listed)
    assert listed["plain"] == {
        "provider": "org", "home": "510101", "capacity": 10.0, "online": None, "offline": True, "level": "city",
        "since": None, "until": None, "data_class": "REAL",
    }  # fmt: skip
    assert (listed["hosted"]["online"], listed["hosted"]["offline"]) == (True, False)
    pairs = [sorted(frame.itertuples(index=False, name=None)) for frame in (facts.types, facts.chains, facts.scopes)]
    assert pairs == [[("hosted", "SC01"), ("hosted", "SC03"), ("plain", "SC02")], [("plain", "CH02")],
                     [("hosted", "510100")]]  # fmt: skip


def test_what_has_a_home_counts_from_its_first_to_its_last_day(facts: SupplyFacts) -> None:
    made = supply(facts, places(list(SEATS)), grid(), AS_OF)
    keys = made.resources["resource"].tolist()
    assert keys == sorted([*DAYS, "hosted"])
    assert {k for k, on in zip(keys, made.active, strict=True) if on} == {"plain", "first_day", "last_day", "hosted"}
    assert dict(zip(keys, made.capacity.tolist(), strict=True)) == dict.fromkeys(DAYS, 10.0) | {
        "hosted": ASSUMED_CAPACITY
    }
    at = made.matches.tocoo()
    found = {(keys[s], ["CH01", "CH02"][n // len(TYPES)], TYPES[n % len(TYPES)])
             for s, n in zip(at.row, at.col, strict=True)}  # fmt: skip
    assert found == {("plain", "CH02", "SC02"), *(("hosted", c, t) for c in ("CH01", "CH02") for t in ("SC01", "SC03"))}
    assert set(at.data) == {1.0}
    assert made.matches.shape == (len(keys), 2 * len(TYPES))


def test_without_a_stated_scope_a_resource_serves_its_prefecture() -> None:
    near = by_distance("510101", "510102")
    made = offered({}, {"home": "510102"}, {"home": "510000"}, {"home": "510201"})
    assert 0 < near < 1
    assert weights(made) == [
        [1.0, near, 0.0, 0.0],
        [near, 1.0, 0.0, 0.0],
        [1.0, near, by_distance("510101", "510201"), 0.0],
        [0.0, 0.0, 1.0, by_distance("510201", "510202")],
    ]
    assert made.local.astype(int)[made.profile].tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]]


def test_only_the_prefecture_being_known_all_of_it_is_near() -> None:
    made = offered({"home": "510100"}, scopes={"r0": ("510000",)})
    assert weights(made) == [[1.0, 1.0, by_distance("510100", "510201"), 0.0]]


def test_a_scope_is_a_place_and_what_lies_in_it() -> None:
    near, far = by_distance("510101", "510102"), by_distance("510101", "510201")
    scopes = {"r0": ("510102",), "r1": ("510102", "510200"), "r2": ("510000",), "r3": ("510202",)}
    assert weights(offered({}, {}, {}, {}, scopes=scopes)) == [
        [0.0, near, 0.0, 0.0], [0.0, near, far, 0.0], [1.0, near, far, 0.0], [0.0, 0.0, 0.0, 0.0],
    ]  # fmt: skip


def test_online_any_place_of_the_scope_is_as_near_as_the_next() -> None:
    near = by_distance("510101", "510102")
    modes: list[dict[str, Any]] = [
        {"online": True, "offline": False}, {"online": True, "offline": True}, {"online": False, "offline": False},
        {"online": None, "offline": None},
    ]  # fmt: skip
    made = offered(*modes)
    assert weights(made) == [[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], *[[1.0, near, 0.0, 0.0]] * 2]
    assert weights(made, "offline_weight") == [[0.0] * 4, *[[1.0, near, 0.0, 0.0]] * 3]
    # Which differ in home, scope or mode reach differently; without a mode a resource is offline.
    assert made.profile.tolist() == [0, 1, 2, 2]


def test_only_regions_that_ask_share_what_is_handed_out(facts: SupplyFacts) -> None:
    made = supply(facts, places(list(SEATS)), grid([2.0, 0.0, np.nan, 3.0]), AS_OF, "bfca")
    at = made.profile[made.resources["resource"].tolist().index("plain")]
    # Of the two places in reach one asks: it alone has a part, and the other's is beside it.
    assert made.given_weight[at].round(9).tolist() == [1.0, by_distance("510101", "510102"), 0.0, 0.0]


def test_a_resource_that_does_not_exist_reaches_as_one_that_does() -> None:
    every, regions = places(list(SEATS)), places(GRID)
    offline = placed_weight("510102", ("510100", "510201"), every, regions, online=False)
    assert offline.round(9).tolist() == [by_distance("510102", "510101"), 1.0, by_distance("510102", "510201"), 0.0]
    assert placed_weight("510102", ("510202",), every, regions, online=True).tolist() == [0.0, 0.0, 0.0, 1.0]
