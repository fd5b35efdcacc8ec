"""The targets of clause 2 against facts with known sums, and against a plain recomputation."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from queries.kpi import TargetStatus, kpi, last_full_months
from tests.support.handmade import link, write

DAY = date(2026, 6, 29)
Row = dict[str, Any]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path / 's.lbug'}") as made:
        yield made


def statuses(store: Store, day: date = DAY) -> dict[str, TargetStatus]:
    return {s.id: s for s in kpi(store, as_of=day).data}


def network_of(*counties: str) -> dict[str, Any]:
    """Nodes and links of a hub, the window of one prefecture, and stations in some of its two counties."""
    regions = [
        {"key": "510000", "level": "province"},
        {"key": "510100", "level": "prefecture", "prefecture": "510100"},
        {"key": "510101", "level": "county", "prefecture": "510100"},
        {"key": "510102", "level": "county", "prefecture": "510100"},
    ]
    homes = {"hub": "510000", "window": "510100", **{f"station-{c}": c for c in counties}}
    kinds = {"hub": "hub", "window": "prefecture_window"}
    windows = [{"key": k, "kind": kinds.get(k, "station"), "data_class": "REAL"} for k in homes]
    links = {("LOCATED_IN", "Window", "Region"): link(homes)}
    return {"nodes": {"Region": regions, "Window": windows}, "links": links}


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 6, 29), ("2025-06", "2026-05")),
        (date(2026, 6, 30), ("2025-07", "2026-06")),
        (date(2026, 1, 1), ("2025-01", "2025-12")),
        (date(2024, 2, 28), ("2023-02", "2024-01")),
        (date(2024, 2, 29), ("2023-03", "2024-02")),
        (date(2025, 12, 31), ("2025-01", "2025-12")),
    ],
)
def test_a_month_is_full_on_its_last_day(day: date, months: tuple[str, str]) -> None:
    assert last_full_months(day) == months


def test_every_target_of_the_vocabulary_is_answered_and_unknown_is_not_zero(store: Store) -> None:
    answer = kpi(store, as_of=DAY)
    assert [s.id for s in answer.data] == list(vocabulary("targets").ids)
    for status in answer.data:
        assert status.actual is status.met is None
        assert status.note_zh and status.note_en
        assert set(status.data_class.values()) == {0}
    assert answer.meta.graph_version == 0


def test_resources_and_their_stated_capacity(store: Store) -> None:
    resources: list[Row] = [
        {"key": "r1", "capacity": 300.0, "data_class": "REAL", "until": DAY},
        {"key": "r2", "capacity": 0.5, "data_class": "SYNTHETIC", "since": DAY},
        {"key": "r3", "data_class": "SYNTHETIC"},
        {"key": "r4", "capacity": 1000.0, "until": DAY - timedelta(days=1)},
        {"key": "r5", "capacity": 1000.0, "since": DAY + timedelta(days=1)},
        {"key": "r6"},
    ]
    write(store, {"Resource": resources})
    found = statuses(store)
    assert (found["resources"].actual, found["resources"].met) == (4, False)
    assert found["resources"].data_class == {"REAL": 1, "EDITORIAL": 0, "SYNTHETIC": 2}
    assert (found["capacity"].actual, found["capacity"].met) == (300.5, False)
    assert found["capacity"].data_class == {"REAL": 1, "EDITORIAL": 0, "SYNTHETIC": 1}
    assert "2 项未写明" in found["capacity"].note_zh and "2 more state none" in found["capacity"].note_en
    assert statuses(store, DAY + timedelta(days=1))["capacity"].actual == 1000.5


def test_the_shares_of_free_and_low_fee_resources(store: Store) -> None:
    classes = ("public_good", "public_good", "low_fee", "market", None)
    rows: list[Row] = [{"key": f"r{n}", **({"fee_class": fee} if fee else {})} for n, fee in enumerate(classes)]
    write(store, {"Resource": [*rows, {"key": "over", "fee_class": "market", "until": DAY - timedelta(days=1)}]})
    found = statuses(store)
    assert found["resources"].fees == {"public_good": 0.5, "low_fee": 0.25, "market": 0.25}
    assert "写明收费类型的 4 项中：公益 50%，低收费 25%，市场化 25%；1 项未写明。" in found["resources"].note_zh
    assert "Of the 4 that state a class of fee: Public good 50%, Low fee 25%, Market 25%" in found["resources"].note_en
    assert all(not status.fees for id_, status in found.items() if id_ != "resources")


def test_known_but_none_active_is_zero_and_no_stated_capacity_is_unknown(store: Store) -> None:
    write(store, {"Resource": [{"key": "r1", "until": DAY - timedelta(days=1)}]})
    found = statuses(store)
    assert (found["resources"].actual, found["resources"].met) == (0, False)
    assert found["capacity"].actual is None


def test_more_than_and_at_least(store: Store) -> None:
    months = [
        {"key": "m1", "month": "2026-05", "services": 10, "online": 5, "rated": 10, "satisfied": 9},
        {"key": "m2", "month": "2025-06", "services": 2, "data_class": "REAL"},
        {"key": "m3", "month": "2025-05", "services": 100, "online": 100, "rated": 100, "satisfied": 0},
        {"key": "m4", "month": "2026-06", "services": 100, "online": 100, "rated": 100, "satisfied": 0},
    ]
    write(store, {"ServiceMonth": months})
    found = statuses(store)
    assert (found["online_share"].actual, found["online_share"].met) == (
        0.5,
        False,
    )  # more than a half is asked
    assert (found["satisfaction"].actual, found["satisfaction"].met) == (0.9, True)  # at least nine tenths
    assert "2025-06—2026-05" in found["online_share"].note_zh
    assert "1 of 12 full months" in found["satisfaction"].note_en
    assert found["online_share"].data_class["REAL"] == 0  # m2 says nothing of online


def test_multi_level_coverage_is_the_weakest_level(store: Store) -> None:
    half = network_of("510101")
    write(store, half["nodes"], half["links"])
    status = statuses(store)["multi_level_coverage"]
    assert (status.actual, status.met) == (0.5, False)
    assert status.data_class == {"REAL": 3, "EDITORIAL": 0, "SYNTHETIC": 0}
    assert "1/2" in status.note_zh and "1/2" in status.note_en
    full = network_of("510101", "510102")
    write(store, full["nodes"], full["links"])
    status = statuses(store)["multi_level_coverage"]
    assert (status.actual, status.met) == (1.0, True)


def test_sums_equal_the_plain_recomputation(store: Store) -> None:
    rng = random.Random(7)
    classes = ("REAL", "EDITORIAL", "SYNTHETIC", None)

    def maybe(value: Any) -> Any:
        return value if rng.random() < 0.8 else None

    def day() -> date | None:
        return DAY + timedelta(days=rng.randint(-3, 3)) if rng.random() < 0.4 else None

    resources = [
        {"key": f"r{n}", "capacity": maybe(float(rng.randint(0, 500))), "since": day(), "until": day()}
        | {"data_class": rng.choice(classes)}
        for n in range(400)
    ]
    months = [
        {"key": f"m{n}", "month": f"{2025 + n % 2}-{1 + n % 12:02d}", "data_class": rng.choice(classes)}
        | {c: maybe(rng.randint(0, 90)) for c in ("services", "online", "rated", "satisfied")}
        for n in range(600)
    ]
    write(store, {"Resource": resources, "ServiceMonth": months})
    answer = kpi(store, as_of=DAY)
    found = {s.id: s for s in answer.data}
    now = [r for r in resources if (r["since"] or DAY) <= DAY <= (r["until"] or DAY)]
    assert found["resources"].actual == len(now)
    assert found["capacity"].actual == sum(r["capacity"] or 0 for r in now)
    for id_, part, whole in (("online_share", "online", "services"), ("satisfaction", "satisfied", "rated")):
        rows = [m for m in months if "2025-06" <= m["month"] <= "2026-05"]
        rows = [m for m in rows if m[part] is not None and m[whole] is not None]
        assert found[id_].actual == pytest.approx(sum(m[part] for m in rows) / sum(m[whole] for m in rows))
        assert found[id_].data_class == {c: sum(m["data_class"] == c for m in rows) for c in classes if c}
    assert answer.meta.parameters == {"as_of": "2026-06-29", "first": "2025-06", "last": "2026-05"}
    real = max(found[i].data_class["REAL"] for i in ("online_share", "satisfaction"))
    assert answer.meta.data_class["REAL"] == real + sum(r["data_class"] == "REAL" for r in now)
