"""The figures of a month against a plain count of the very rows that were loaded, and honest answers where none are."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import BadParameter, NotFound
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.merge.service_queries import Records
from loaders.pipeline import load
from queries.assessment.records import RecordsQuestion, figure_records
from queries.assessment.scheme import INDICATORS
from queries.monitoring import MonitoringQuestion, monitoring
from queries.monitoring.figures import MonthFigures
from queries.monitoring.monthly import By, Monitoring
from queries.monitoring.shares import shrunk, wilson
from tests.support.stores import new_store

DAY, MONTH = date(2026, 6, 20), "2026-05"
SITES = {"": None, "示例-载体": "示例-载体", "绵阳市窗口平台": "绵阳市窗口平台"}
PLACES = {"510703": "510700", "510700": "510700", "511502": "511500"}


def _services(rng: Random) -> pd.DataFrame:
    rows = [
        {
            "id": f"F{at:04d}",
            "date": date(rng.choice([2025, 2026]), rng.choice([4, 5, 5, 5]), rng.randint(1, 28)),
            "service_type": rng.choice(["SC01", "SC03"]),
            "provider": "示例-甲",
            "carrier": rng.choice(list(SITES)),
            "enterprise": rng.choice(["", "企业一", "企业二", "企业三"]),
            "region": rng.choice(list(PLACES)),
            "mode": rng.choice(["线上", "线下"]),
            "satisfaction": rng.choice(["", "", "2", "3.5", "4", "5", "5"]),
            "fee": rng.choice(["", "0", "0", "300"]),
            "state": rng.choice(["已完成", "已完成", "已完成", "已取消"]),
        }
        for at in range(500)
    ]
    return pd.DataFrame(rows)


def _feedback(rng: Random, services: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for at, record in enumerate(services["id"].sample(120, random_state=1)):
        day = date(2026, 5, rng.randint(1, 31))
        closed = day + timedelta(days=rng.randint(0, 45)) if rng.random() < 0.7 else ""
        rows.append(
            {
                "id": f"P{at}",
                "record": record,
                "kind": rng.choice(["投诉", "回访", "评价"]),
                "date": day,
                "closed": closed,
            }
        )
    rows += [{"id": kind, "record": "NOBODY", "kind": kind, "date": date(2026, 5, 3), "closed": ""}
             for kind in ("投诉", "回访", "评价")]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = Random(18)
    services = _services(rng)
    return services, _feedback(rng, services)


@pytest.fixture(scope="module")
def store(tables: tuple[pd.DataFrame, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("month")
    services, feedback = tables
    pd.DataFrame([{"name": "示例-甲", "region": "510703"}]).to_csv(folder / "organizations.csv", index=False)
    pd.DataFrame([{"name": "示例-载体", "kind": "众创空间", "region": "510703"}]).to_csv(
        folder / "carriers.csv", index=False
    )
    pd.DataFrame([{"name": "绵阳市窗口平台", "kind": "市州窗口", "region": "510700"}]).to_csv(
        folder / "windows.csv", index=False
    )
    one = timedelta(days=1)
    fees = [
        ("公益", "", DAY), ("公益", DAY, ""), ("低收费", "", ""), ("", "", ""),
        ("市场价", "", DAY - one), ("市场价", DAY + one, ""),
    ]  # fmt: skip
    pd.DataFrame(
        [
            {
                "name": f"示例-资源{n}",
                "kind": "服务产品",
                "service_types": "SC01",
                "provider": "示例-甲",
                "fee": fee,
                "since": since,
                "until": until,
            }
            for n, (fee, since, until) in enumerate(fees)
        ]
    ).to_csv(folder / "resources.csv", index=False)
    pd.DataFrame(
        [{"name": "银河一", "brand": "银河培训", "date": "2026-05-03", "region": "510700", "participants": "40"},
         {"name": "银河二", "brand": "银河培训", "date": "2026-05-09", "region": "510700", "participants": ""},
         {"name": "夜校", "brand": "", "date": "2026-05-11", "region": "511500", "participants": ""}]
    ).to_csv(folder / "activities.csv", index=False)  # fmt: skip
    services.to_csv(folder / "service_records.csv", index=False)
    feedback.to_csv(folder / "feedback.csv", index=False)
    with new_store(tmp_path_factory.mktemp("store") / "g.lbug") as made:
        assert not load(made, [folder]).issues
        yield made


def ask(store: Store, by: By = "region", **asked: Any) -> Monitoring:
    question = MonitoringQuestion(**{"as_of": DAY, "month": MONTH, "by": by, **asked})
    return monitoring(store, question, Records(store.home)).data


def plain(services: pd.DataFrame, feedback: pd.DataFrame | None, month: str) -> dict[str, Any]:
    """Count the rows of one group in one month, one by one."""
    done = services[services["state"] == "已完成"]
    months = done["date"].map(lambda d: d.isoformat()[:7])
    now, year_ago = done[months == month], done[months == f"{int(month[:4]) - 1}{month[4:]}"]
    ratings = [float(v) for v in now["satisfaction"] if v]
    good = sum(r >= 4 for r in ratings)
    told = feedback if feedback is not None else pd.DataFrame(columns=["kind", "closed", "date"])
    complaints = told[told["kind"] == "投诉"]
    closed = [
        (c - d).days for c, d in zip(complaints["closed"], complaints["date"], strict=True) if c != "" and c <= DAY
    ]
    priced = [float(v) for v in now["fee"] if v]
    return {
        "month": month,
        "services": len(now),
        "services_before": len(year_ago),
        "year_on_year": len(now) / len(year_ago) - 1 if len(year_ago) else None,
        "firms": len({e for e in now["enterprise"] if e}),
        "online_share": (now["mode"] == "线上").mean(),
        "rated": len(ratings),
        "answer_rate": len(ratings) / len(now),
        "satisfaction": good / len(ratings),
        "few_ratings": len(ratings) < 30,
        "mean_rating": sum(ratings) / len(ratings),
        "complaints": len(complaints),
        "complaints_open": len(complaints) - len(closed),
        "days_to_close": float(np.median(closed)) if closed else None,
        "return_visits": int((told["kind"] == "回访").sum()),
        "priced": len(priced),
        "free_share": sum(v == 0 for v in priced) / len(priced),
    }


UNCOUNTED = {
    "data_class",
    "suppressed",
    "group",
    "name",
    "satisfaction_low",
    "satisfaction_high",
    "satisfaction_shrunk",
    "shrunk_error",
}


def counted(row: MonthFigures) -> dict[str, Any]:
    return row.model_dump(exclude=UNCOUNTED)


def exactly(wanted: dict[str, Any]) -> dict[str, Any]:
    return {k: pytest.approx(v) if isinstance(v, float) else v for k, v in wanted.items()}


def test_the_whole_province_counts_even_feedback_on_nobody(store: Store, tables: tuple[pd.DataFrame, ...]) -> None:
    services, feedback = tables
    found = ask(store)
    assert counted(found.total) == exactly(plain(services, feedback, MONTH))
    assert found.feedback_unplaced == 2  # an evaluation asks for no answer
    assert [f.model_dump() for f in found.fees] == [
        {"fee_class": "public_good", "resources": 2, "share": pytest.approx(2 / 3), "data_class": ["SYNTHETIC"]},
        {"fee_class": "low_fee", "resources": 1, "share": pytest.approx(1 / 3), "data_class": ["SYNTHETIC"]},
        {"fee_class": "market", "resources": 0, "share": 0.0, "data_class": []},
    ]
    assert found.fees_unstated == 1  # and two are not in force
    assert [b.model_dump() for b in found.brands] == [
        {"brand": "galaxy_training", "activities": 2, "participants": 40, "data_class": ["REAL"]},
        {"brand": None, "activities": 1, "participants": None, "data_class": ["REAL"]},
    ]


def test_feedback_counts_from_its_day_on(store: Store, tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    feedback, day = tables[1], date(2026, 5, 3)
    told = feedback[feedback["date"] <= day]
    assert (told["date"] == day).any()
    total = ask(store, as_of=day).total
    assert (total.complaints, total.return_visits) == tuple((told["kind"] == kind).sum() for kind in ("投诉", "回访"))


@pytest.mark.parametrize(
    ("by", "column"), [("region", "place"), ("window", "carrier"), ("service_type", "service_type")]
)
def test_every_group_is_what_its_own_rows_say(
    store: Store, tables: tuple[pd.DataFrame, pd.DataFrame], by: By, column: str
) -> None:
    services = tables[0].assign(place=tables[0]["region"].map(PLACES))
    feedback = tables[1].merge(services[["id", column]].rename(columns={"id": "record"}), on="record")
    groups = ask(store, by).groups
    assert [row.services for row in groups] == sorted((row.services or 0 for row in groups), reverse=True)
    found = {row.name if by == "window" else row.group: counted(row) for row in groups}
    names = {"": "不在窗口或载体"} if by == "window" else {}
    wanted = {
        names.get(key, key): exactly(plain(own, feedback[feedback[column] == key], MONTH))
        for key, own in services.groupby(column)
    }
    assert found == wanted


def test_windows_are_drawn_towards_each_other_and_no_window_is_none_of_them(store: Store) -> None:
    rows = {row.name: row for row in ask(store, "window").groups}
    nowhere = rows.pop("不在窗口或载体")
    assert (nowhere.satisfaction_shrunk, nowhere.shrunk_error) == (None, None)
    rated = np.array([float(row.rated or 0) for row in rows.values()])
    satisfied = np.array([(row.satisfaction or 0) * (row.rated or 0) for row in rows.values()])
    wanted = zip(*shrunk(satisfied, rated), strict=True)
    assert [(r.satisfaction_shrunk, r.shrunk_error) for r in rows.values()] == [pytest.approx(w) for w in wanted]
    assert {r.satisfaction_shrunk for r in ask(store).groups} == {None}


def test_a_region_is_its_own_rows_alone(store: Store, tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    services, feedback = tables
    own = services[services["region"].map(PLACES) == "511500"]
    found = ask(store, region="511500")
    wanted = exactly(plain(own, feedback[feedback["record"].isin(own["id"])], MONTH))
    assert counted(found.total) == wanted
    assert [(row.group, counted(row)) for row in found.groups] == [("511500", wanted)]
    with pytest.raises(BadParameter):
        ask(store, region="510703")


def test_a_month_without_data_is_unknown_and_never_zero(store: Store) -> None:
    for month in ("2024-02", "2026-06"):  # before the first complaint, after the last service
        found = ask(store, month=month)
        known = {k: v for k, v in found.total.model_dump().items() if v is not None}
        assert known == {"month": month, "data_class": []}
    assert (found.groups, found.newest) == ([], MONTH)
    series = ask(store, "month").groups
    assert [row.month for row in series][::23] == ["2024-06", MONTH]
    assert [row.month for row in series if row.services is not None] == ["2025-04", "2025-05", "2026-04", MONTH]
    assert counted(series[-1]) == counted(ask(store).total)


def test_nothing_at_all_is_unknown_all_over(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as empty:
        found = ask(empty)
    assert {k: v for k, v in found.total.model_dump().items() if v is not None} == {"month": MONTH, "data_class": []}
    assert (found.groups, found.newest, found.brands, found.fees_unstated) == ([], None, [], 0)


counts = st.lists(
    st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


@given(counts)
def test_intervals_are_where_the_score_test_just_does_not_reject(pairs: list[tuple[int, int]]) -> None:
    s, n = (np.array(c, dtype=float) for c in zip(*pairs, strict=True))
    low, high = wilson(s, n)
    for successes, trials, bounds in zip(s, n, zip(low, high, strict=True), strict=True):
        if not trials:
            assert math.isnan(bounds[0])
            continue
        p = successes / trials
        for bound in bounds:
            if 1e-9 < bound < 1 - 1e-9:
                assert abs(p - bound) / math.sqrt(bound * (1 - bound) / trials) == pytest.approx(1.959963985)
        assert 0 <= bounds[0] <= p <= bounds[1] <= 1


@given(counts)
def test_a_shrunk_share_lies_between_its_own_and_that_of_all(pairs: list[tuple[int, int]]) -> None:
    s, n = (np.array(c, dtype=float) for c in zip(*pairs, strict=True))
    drawn, error = shrunk(s, n)
    if not n.sum():
        assert np.isnan(drawn).all()
        return
    mean = s.sum() / n.sum()
    for value, off, successes, trials in zip(drawn, error, s, n, strict=True):
        own = successes / trials if trials else mean
        assert min(own, mean) - 1e-12 <= value <= max(own, mean) + 1e-12
        assert off >= 0


def test_shrinkage_of_a_case_done_by_hand() -> None:
    # m = 60/100 = 0.6; n̄ = 50; Σn(p−m)²/Σn = (90·(1/15)² + 10·0.6²)/100 = 0.04; A = 0.04 − 0.24/50 = 0.0352.
    drawn, error = shrunk(np.array([60.0, 0.0]), np.array([90.0, 10.0]))
    keep = 0.0352 / (0.0352 + 0.24 / np.array([90, 10]))
    assert drawn == pytest.approx(0.6 + keep * np.array([1 / 15, -0.6]))
    assert error == pytest.approx(np.sqrt(0.0352 * (1 - keep) + (1 - keep) ** 2 * 0.0024))


def behind(store: Store, **asked: Any) -> Any:
    question = RecordsQuestion(**{"as_of": DAY, "month": MONTH, **asked})
    return figure_records(store, question, Records(store.home)).page(1000)


@pytest.mark.parametrize("where", [{}, {"region": "510700"}, {"window": "示例-载体"}, {"service_type": "SC03"}])
def test_every_figure_opens_to_the_records_that_give_it(store: Store, where: dict[str, str]) -> None:
    by: By = "window" if "window" in where else "service_type" if "service_type" in where else "region"
    made = ask(store, by, region=where.get("region"))
    of = made.total if by == "region" else next(g for g in made.groups if where[by] in (g.name, g.group))
    complaints, services = of.complaints or 0, of.services or 0
    wanted = {
        **{name: getattr(of, name) for name in ("services", "online_share", "answer_rate", "satisfaction", "firms")},
        "growth": of.year_on_year, "free_share": of.free_share, "days_to_close": of.days_to_close,
        "complaint_rate": complaints / services, "visit_rate": (of.return_visits or 0) / services,
        "complaints_closed": (complaints - (of.complaints_open or 0)) / complaints,
    }  # fmt: skip
    found = {name: behind(store, indicator=name, **where) for name in INDICATORS}
    assert {name: one.value for name, one in found.items()} == pytest.approx(wanted)
    for one in found.values():
        assert one.counted == sum(row.counted for row in one.data) <= one.total == len(one.data)
        assert one.data == sorted(one.data, key=lambda row: (-row.day.toordinal(), row.id))
    assert (found["services"].services, found["services"].services_summed) == (services, services)


def test_a_record_behind_a_figure_says_where_it_was_stated(
    store: Store, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    for row in behind(store, indicator="satisfaction", window="示例-载体").data:
        stated = tables[0].iloc[(row.row or 0) - 2]
        assert (row.file, row.id, row.site_name) == ("service_records.csv", stated["id"], "示例-载体")
        assert (row.satisfaction, row.counted) == (float(stated["satisfaction"]), float(stated["satisfaction"]) >= 4)


def test_records_of_no_window_are_none(store: Store) -> None:
    with pytest.raises(NotFound, match="没有的窗口"):
        behind(store, window="没有的窗口")
    assert behind(store, month="2020-01").model_dump(include={"total", "value", "services", "services_summed"}) == {
        "total": 0, "value": 0, "services": 0, "services_summed": None
    }  # fmt: skip
