"""Every figure that a clause is judged by, counted on a small record: what holds, what is over, what is yet to come."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store
from queries.policy.measures import MEASURES, read_record
from tests.support.handmade import link, write

DAY = date(2026, 7, 1)
GONE, TO_COME = {"until": DAY - timedelta(days=1)}, {"since": DAY + timedelta(days=1)}
YEAR_AGO = date(2025, 7, 1)
"""The last year begins on the day after it."""
IN_YEAR = YEAR_AGO + timedelta(days=1)
Row = dict[str, Any]


def kinds(**of: str) -> list[Row]:
    return [{"key": key, "kind": kind} for key, kind in of.items()]


def states(label: str, *found: str | None) -> list[Row]:
    return [{"key": f"{label}{n}", "state": state} for n, state in enumerate(found)]


NODES: dict[str, list[Row]] = {
    "Window": [
        *kinds(hub="hub", p1="prefecture_window", c1="cluster_window", c2="cluster_window", s1="station"),
        {"key": "p0", "kind": "prefecture_window", **GONE}, {"key": "s2", "kind": "station", "until": DAY},
        {"key": "s3", "kind": "station", "since": DAY}, {"key": "s4", "kind": "station", **TO_COME},
    ],
    "Carrier": [
        *kinds(k1="demonstration_platform", k5="starred_institution"),
        {"key": "k2", "kind": "entrepreneurship_base", "level": "provincial"},
        {"key": "k3", "kind": "incubator", "level": "city", "since": DAY},
        {"key": "k4", "kind": "makerspace", "level": "county"},
        {"key": "k6", "kind": "service_alliance", "level": "national", **GONE},
        {"key": "k7", "kind": "incubator", "level": "provincial", "until": DAY},
    ],
    "Title": [{"key": "demonstration_platform"}, {"key": "incubator"}],
    "Organization": kinds(
        o1="industry_association", o2="chamber", o3="service_alliance", o4="volunteer_group", o5="university",
        o6="research_institute", o7="research_institute", o8="government", o9="government", o0="service_institution",
    ),
    "Resource": [
        {"key": "r1", "kind": "expert", "online": True, "offline": True, "shareable": True, "fee": "免费",
         "fee_class": "public_good", "since": YEAR_AGO},
        {"key": "r2", "kind": "training", "online": True, "offline": False, "shareable": False, "fee": "低收费",
         "fee_class": "low_fee", "since": IN_YEAR},
        {"key": "r3", "kind": "expert", "offline": True, "fee": "100", "fee_class": "market", "since": DAY},
        {"key": "r4", "kind": "expert", "online": True, "offline": True, "shareable": True, "fee": "免费",
         "fee_class": "public_good", **GONE},
        {"key": "r5", "kind": "equipment", "shareable": True},
    ],
    "ServiceType": [{"key": key} for key in ("SC01", "SC02", "SC03")],
    "Need": states("n", "open", "matched", "closed", "cancelled", None),
    "Request": states("q", "asked", "agreed", "delivered", "closed", "declined"),
    "Brand": [{"key": "b1"}, {"key": "b2"}],
    "Activity": [
        {"key": key, "day": day}
        for key, day in (("a1", DAY), ("a2", IN_YEAR), ("a3", YEAR_AGO), ("a4", DAY + timedelta(days=1)))
    ],
    "Feedback": [
        {"key": "f1", "kind": "complaint", "day": DAY, "closed": DAY},
        {"key": "f2", "kind": "complaint", "day": IN_YEAR, "closed": DAY + timedelta(days=1)},
        {"key": "f3", "kind": "complaint", "day": YEAR_AGO, "closed": DAY},
        {"key": "f4", "kind": "follow_up", "day": DAY}, {"key": "f5", "kind": "follow_up", "day": IN_YEAR},
        {"key": "f6", "kind": "evaluation", "day": DAY},
    ],
    "ServiceMonth": [
        {"key": f"m{n}", "month": month, "services": services, "online": online, "rated": rated}
        for n, (month, services, online, rated) in enumerate(
            (("2025-07", 10, 4, 3), ("2026-06", 20, 5, 2), ("2026-06", 1, 1, 0), ("2025-06", 100, 50, 50),
             ("2026-07", 200, 90, 90))
        )
    ],
}  # fmt: skip
LINKS = {
    ("HOLDS", "Carrier", "Title"): [
        {"from_key": "k1", "to_key": title, "recognition": day.isoformat(), "level": level, "since": day}
        for title, level, day in (("demonstration_platform", "national", DAY), ("incubator", "city", YEAR_AGO))
    ],
    ("REPORTS_TO", "Window", "Window"): link({"p1": "hub", "s1": "p1"}),
    ("REPORTS_TO", "Carrier", "Window"): link({"k1": "p1"}),
    ("OFFERS", "Resource", "ServiceType"): link([("r1", "SC01"), ("r1", "SC02"), ("r2", "SC01"), ("r4", "SC03")]),
    ("PARTNERS_WITH", "Organization", "Organization"): [
        *link({"o1": "o2"}, dimension="innovation"), *link({"o1": "o3"}, dimension="innovation", since=DAY),
        *link({"o1": "o4"}, dimension="capital", **GONE),
    ],
    ("PARTNERS_WITH", "Carrier", "Window"): link({"k1": "p1"}, dimension="supply", until=DAY),
    ("BRANDED_AS", "Activity", "Brand"): link({"a1": "b1", "a2": "b1", "a3": "b2"}),
    ("DELIVERED", "Window", "ServiceMonth"): link([("p1", "m0"), ("p1", "m2"), ("s1", "m3")]),
    ("DELIVERED", "Carrier", "ServiceMonth"): link({"k1": "m1"}),
}  # fmt: skip
EXPECTED = {
    "hub": 1, "prefecture_windows": 1, "cluster_windows": 2, "stations": 3, "reporting_lines": 3, "services_year": 31,
    "services_windows": 11, "requests_agreed": 3, "platforms": 1, "bases": 5, "starred": 1, "recognised": 4,
    "recognised_undated": 1, "associations": 4, "academia": 3, "shareable": 2, "partnerships": 3, "dimensions": 2,
    "types_offered": 2, "needs": 5, "needs_matched": 2, "fees_open": 3, "public_good": 2, "experts": 2, "trainings": 1,
    "activities": 2, "brands": 1, "fresh": 2, "online_resources": 2, "both_modes": 1, "online_services": 10,
    "government": 2, "months": 2, "sites_monitored": 2, "rated": 5, "complaints": 2, "complaints_closed": 1,
    "return_visits": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path_factory.mktemp('measures') / 's.lbug'}") as made:
        write(made, NODES, LINKS)
        yield made


def test_every_measure(store: Store) -> None:
    with store.read() as session:
        record = read_record(session, DAY)
    assert {name: measure.count(record) for name, measure in MEASURES.items()} == EXPECTED
