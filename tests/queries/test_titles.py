"""Titles count on the days on which they hold; of those without a date it is said that they have none."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store
from queries.demand import demand, read_demand, special_firms
from queries.rankings import GapQuestion, gaps
from tests.support.handmade import link, write

FIRMS = "abcdefgh"
HELD: list[tuple[str, str, date | None, date | None]] = [
    ("a", "specialized", date(2024, 3, 1), date(2027, 3, 1)),
    ("b", "specialized", None, None),
    ("c", "specialized", None, date(2025, 1, 1)),  # and once more without a date, which says less
    ("c", "specialized", None, None),
    ("d", "specialized", date(2020, 1, 1), date(2023, 1, 1)),
    ("d", "little_giant", None, None),
    ("e", "high_tech", date(2024, 1, 1), None),
    ("f", "specialized", date(2021, 1, 1), date(2023, 12, 31)),  # and renewed
    ("f", "specialized", date(2026, 1, 1), None),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    holds: list[dict[str, Any]] = [
        {"from_key": firm, "to_key": title, "recognition": f"- {since or '-'}", "since": since, "until": until}
        for firm, title, since, until in HELD
    ]
    holds[3]["recognition"] = "provincial -"
    firms = [{"key": key, "name": key, "tags": ["specialized"] if key == "g" else None} for key in FIRMS]
    nodes: dict[str, list[dict[str, Any]]] = {
        "Region": [
            {"key": "510000", "name": "省", "level": "province"},
            {"key": "510100", "name": "市", "level": "prefecture", "prefecture": "510100"},
            {"key": "510101", "name": "县", "level": "county", "prefecture": "510100"},
        ],
        "Chain": [{"key": "CH01", "name": "链"}],
        "Title": [{"key": key} for key in ("specialized", "little_giant", "high_tech")],
        "Enterprise": firms,
    }
    links = {
        ("LOCATED_IN", "Enterprise", "Region"): link(dict.fromkeys(FIRMS, "510101")),
        ("BELONGS_TO", "Enterprise", "Chain"): link(dict.fromkeys(FIRMS, "CH01")),
        ("HOLDS", "Enterprise", "Title"): holds,
    }
    with open_store(f"ladybug://{tmp_path_factory.mktemp('titles') / 's.lbug'}") as made:
        write(made, nodes, links)
        yield made


@pytest.mark.parametrize(
    ("day", "dated"),
    [
        (date(2022, 6, 1), {"c", "d", "f"}),
        (date(2024, 3, 1), {"a", "c"}),
        (date(2026, 1, 1), {"a", "f"}),
        (date(2027, 3, 1), {"a", "f"}),
        (date(2027, 3, 2), {"f"}),
    ],
)
def test_titles_hold_from_their_first_to_their_last_day(store: Store, day: date, dated: set[str]) -> None:
    with store.read() as session:
        facts = read_demand(session)
    # g has the bare word of a store of before there were titles, d a second title without a date.
    assert special_firms(facts, day) == (dated, {"b", "d", "g"} - dated)
    grid = demand(facts, as_of=day, freshness_days=400)
    assert (grid.special.sum(), grid.undated.sum(), grid.listed.sum()) == (
        len(dated | {"b", "d", "g"}), len({"b", "d", "g"} - dated), 8,
    )  # fmt: skip


@pytest.mark.parametrize("group_by", [None, ("county",), ("county", "service_type"), ("chain",)])
def test_severity_says_how_many_of_its_firms_have_no_date(store: Store, group_by: tuple[str, ...] | None) -> None:
    asked = GapQuestion(as_of=date(2027, 3, 2), group_by=group_by, sort="severity", per_place=0)
    rows = gaps(store, asked).records()
    assert {row["undated"] for row in rows} == {3.0}
    assert all(row["severity"] == pytest.approx(row["unmet"] * 1.5) for row in rows)
