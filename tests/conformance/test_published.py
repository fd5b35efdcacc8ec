"""Figures of a snapshot come into the graph and leave it at a word, on each store, and no answer knows of them."""

from datetime import date

import pytest

from graph import schema
from graph.errors import NotFound
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion
from queries.search.entity import entity
from queries.snapshots import create
from queries.snapshots.publishing import publish, withdraw
from tests.support.handmade import link, write

FIRST, SECOND = date(2026, 6, 30), date(2026, 7, 31)
COVERAGE = schema.nodes()["CoverageFigure"]
CHAIN, TYPES = "CH01", vocabulary("service_types").ids
COUNTIES = {"510703": "510700", "510704": "510700", "510104": "510100"}
PLACES = {"510000": "province", **dict.fromkeys(COUNTIES.values(), "prefecture"), **dict.fromkeys(COUNTIES, "county")}
NODES = len(set(COUNTIES.values())) * len(TYPES)
TIES = [spec for spec in schema.relationships().values() if spec.source == "CoverageFigure"]


def said(store: Store) -> dict[str, int]:
    """Return how many nodes each published snapshot has; each is tied to one region and one type."""
    with store.read() as session:
        nodes = session.nodes(COVERAGE)
        for spec in TIES:
            assert sorted(session.relationships(spec)["from_key"].to_pylist()) == sorted(nodes["key"].to_pylist())
    counted = nodes.group_by("snapshot").aggregate([([], "count_all")]).to_pylist()
    return {row["snapshot"]: row["count_all"] for row in counted}


def fill(store: Store) -> None:
    """Write three counties of two prefectures, with firms in each and one provider."""
    nodes = {
        "Region": [{"key": k, "name": k, "level": level, "prefecture": COUNTIES.get(k, k), "lon": 104.7, "lat": 31.4}
                   for k, level in PLACES.items()],
        "Chain": [{"key": CHAIN, "name": "链"}],
        "ServiceType": [{"key": key, "name": key} for key in TYPES],
        "EnterpriseCount": [{"key": f"n-{k}", "count": 100.0, "as_of": FIRST, "data_class": "REAL"} for k in COUNTIES],
        "Organization": [{"key": "o", "name": "甲"}],
        "Resource": [{"key": "r", "name": "乙", "capacity": 10.0, "offline": True, "any_chain": True}],
    }  # fmt: skip
    links = {
        ("LOCATED_IN", "EnterpriseCount", "Region"): link({f"n-{k}": k for k in COUNTIES}),
        ("BELONGS_TO", "EnterpriseCount", "Chain"): link({f"n-{k}": CHAIN for k in COUNTIES}),
        ("LOCATED_IN", "Organization", "Region"): link({"o": "510703"}),
        ("PROVIDES", "Organization", "Resource"): link({"o": "r"}),
        ("OFFERS", "Resource", "ServiceType"): link({"r": TYPES[0]}),
    }
    write(store, nodes, links)


@pytest.mark.slow
def test_figures_come_and_go(store: Store) -> None:
    fill(store)
    before = entity(store, "Region", "510700").data
    one, other = (create(store, CoverageQuestion(as_of=day)).data.id for day in (FIRST, SECOND))
    assert publish(store, "2026-06") == (one, NODES)
    assert publish(store) == (other, NODES)
    assert publish(store, other) == (other, NODES), "once more: nothing is doubled"
    assert said(store) == {one: NODES, other: NODES}
    assert entity(store, "Region", "510700").data == before
    with pytest.raises(NotFound):
        entity(store, "CoverageFigure", f"{one}/510700/SC01")
    with store.read() as session:
        assert session.version() == 1, "no load"
    assert withdraw(store, "2026-06-30") == (one, NODES)
    assert said(store) == {other: NODES}
    for gone in ("2026-06-30", "2026-01"):
        with pytest.raises(NotFound):
            withdraw(store, gone)
    assert withdraw(store, other) == (other, NODES)
    assert said(store) == {}
