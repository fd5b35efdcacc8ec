"""Snapshots are fixed, the same twice, and say what changed between two and why."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from api.questions.origins import with_origins
from graph.errors import BadParameter, HomeDamaged, NotFound
from graph.home import NOT_WHOLE
from graph.identity import prefecture_of
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.snapshots import DiffQuestion, create, diff, find, keep_month, kept_series, series, snapshots
from queries.snapshots.comparing import DiffAnswer
from tests.support.stores import loaded_store, new_store
from tests.worlds import AS_OF, random_world

ASKED = CoverageQuestion(as_of=AS_OF)
LATER = CoverageQuestion(as_of=AS_OF + timedelta(days=300))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("snapshots")
    with loaded_store(random_world(3).write(folder / "tables"), folder / "store") as loaded:
        yield loaded


def between(store: Store, one: str, other: str, **narrowed: str) -> DiffAnswer:
    return diff(store, DiffQuestion.model_validate({"before": one, "after": other, **narrowed}))


def test_the_same_snapshot_has_the_same_bytes(store: Store) -> None:
    one = create(store, ASKED).data
    files = {p.name: p.read_bytes() for p in (store.home / "snapshots").iterdir()}
    assert create(store, ASKED).data == one == find(store, one.id)
    assert {p.name: p.read_bytes() for p in (store.home / "snapshots").iterdir()} == files
    assert [s.id for s in snapshots(store)] == [one.id]


def test_where_no_demand_is_known_nothing_is_said_to_be_met(tmp_path: Path) -> None:
    with new_store(tmp_path / "graph.lbug") as nothing:
        made = create(nothing, ASKED).data
    assert (made.unmet, made.ratio) == (None, None)


def test_nothing_differs_from_itself(store: Store) -> None:
    one = create(store, ASKED).data
    assert between(store, one.id, one.id).rows() == []


def test_a_diff_adds_up(store: Store) -> None:
    one, other = create(store, ASKED).data, create(store, LATER).data
    found = between(store, one.id, other.id)
    change = sum((c.unmet_after or 0.0) - (c.unmet_before or 0.0) for c in found.rows())
    assert change == pytest.approx(other.unmet - one.unmet, abs=1e-6)
    assert sum(found.counts.values()) == len(found.cells) > 0


def test_filters_narrow_the_cells_and_not_the_counts(store: Store) -> None:
    one, other = create(store, ASKED).data.id, create(store, LATER).data.id
    whole = between(store, one, other)
    cell = whole.rows(0, 1)[0]
    for name in ("kind", "region", "industry", "service_type"):
        value = getattr(cell, name)
        narrowed = between(store, one, other, **{name: value})
        assert narrowed.counts == whole.counts
        assert narrowed.rows() == [row for row in whole.rows() if getattr(row, name) == value]


# --- causes -------------------------------------------------------------------------------------------


def naive_contributions(store: Store, day: date) -> dict[tuple[str, str, str], dict[str, float]]:
    """What each resource brings to each cell, services a year, one by one."""
    _, cube = cube_of(store, CoverageQuestion(as_of=day))
    matches, keys = cube.offered.matches.toarray() > 0, cube.offered.resources["resource"].tolist()
    types = len(cube.grid.types)
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for r, region in enumerate(cube.grid.regions["key"]):
        for n in range(cube.demand.shape[1]):
            cell = (region, cube.grid.chains["key"].iloc[n // types], cube.grid.types[n % types])
            demand = 0.0 if np.isnan(cube.demand[r, n]) else float(cube.demand[r, n])
            found[cell] = {
                keys[s]: float(cube.share[s] * cube.offered.weight[cube.offered.profile[s], r]) * demand
                for s in range(len(keys))
                if matches[s, n] and cube.offered.active[s]
            }
    return found


@pytest.mark.parametrize(("first", "second", "change"), [(ASKED, LATER, "expired"), (LATER, ASKED, "started")])
def test_causes_are_what_each_resource_brought(
    store: Store, first: CoverageQuestion, second: CoverageQuestion, change: str
) -> None:
    """In this world nothing begins within the days between: forwards all that differ expire, backwards they start."""
    one, other = create(store, first).data, create(store, second).data
    was, now = naive_contributions(store, first.as_of), naive_contributions(store, second.as_of)
    _, cube = cube_of(store, LATER)
    ends = cube.offered.resources.set_index("resource")[["since", "until"]]
    differ = {
        key
        for key, row in ends.iterrows()
        if valid(row["since"], row["until"], ASKED.as_of) != valid(row["since"], row["until"], LATER.as_of)
    }
    rows = between(store, one.id, other.id).rows()
    assert any(cause.kind == "resource" for row in rows for cause in row.causes)
    for row in rows:
        cell = (row.region, row.industry, row.service_type)
        wanted = {}
        for key in differ:
            a, b = was[cell].get(key, 0.0), now[cell].get(key, 0.0)
            if abs(a - b) > 1e-9:
                wanted[key] = (change, pytest.approx(a), pytest.approx(b))
        assert {c.key: (c.change, c.before, c.after) for c in row.causes if c.kind == "resource"} == wanted


def valid(since: object, until: object, day: date) -> bool:
    begun = pd.isna(since) or date.fromisoformat(str(since)[:10]) <= day  # type: ignore[call-overload]
    return begun and (pd.isna(until) or date.fromisoformat(str(until)[:10]) >= day)  # type: ignore[call-overload]


def test_the_causes_sum_to_the_change_of_supply(store: Store) -> None:
    one, other = create(store, ASKED).data, create(store, LATER).data
    for row in between(store, one.id, other.id).rows():
        assert row.causes_total == len(row.causes)
        change = sum((c.after or 0.0) - (c.before or 0.0) for c in row.causes if c.kind != "demand")
        supply = [0.0 if s is None else s for s in (row.supply_before, row.supply_after)]
        assert change == pytest.approx(supply[1] - supply[0], abs=1e-6)


@pytest.fixture
def grown(store: Store, tmp_path: Path) -> Iterator[Store]:
    """The same graph with one more resource and more demand in one place, loaded since."""
    path = Path(shutil.copy(store.url.removeprefix("ladybug://"), tmp_path / "g.lbug"))
    shutil.copytree(store.home, path.with_name("g.lbug.d"))
    with open_store(f"ladybug://{path}") as copy:
        yield copy


def test_a_new_resource_is_the_cause_where_it_reaches_and_nowhere_else(grown: Store, tmp_path: Path) -> None:
    one = create(grown, ASKED).data
    table = tmp_path / "资源.csv"
    table.write_text(
        "提供机构,名称,资源类别,服务类型,服务地区,服务方式,年服务能力,所在地区\n"
        "新机构,新资源,设备,技术支持,绵阳市,线下,5000,绵阳市涪城区\n",
        encoding="utf-8",
    )
    (tmp_path / "机构.csv").write_text("名称,类型,所在地区\n新机构,高校,绵阳市涪城区\n", encoding="utf-8")
    report = load(grown, [tmp_path / "机构.csv", table])
    assert not report.issues, report.issues
    other = create(grown, ASKED).data
    answer = between(grown, one.id, other.id)
    cells = with_origins(grown, answer.rows(), other.graph_version)
    new = [(cell, c) for cell in cells for c in cell.causes if c.kind == "resource"]
    assert {cause.name for _, cause in new} == {"新资源"}
    assert {cell.region[:4] for cell, _ in new} == {"5107"}
    assert all(cell.service_type == "SC03" for cell in cells)
    assert all(cause.change == "added" and cause.before == 0 for _, cause in new)
    origin = new[0][1].origin
    assert origin
    assert (origin.load, origin.file, origin.row) == (report.load, "资源.csv", 2)


def test_more_demand_is_a_cause_of_its_own(grown: Store, tmp_path: Path) -> None:
    one = create(grown, ASKED).data
    before = {(c["region"], c["industry"]): c["demand"] for c in coverage(grown, ASKED).records()}
    region, chain = next(key for key, demand in before.items() if demand)
    (tmp_path / "企业数量.csv").write_text(
        f"所在地区,产业链,企业数,统计时间\n{region},{chain},99999,{AS_OF}\n", encoding="utf-8"
    )
    assert not load(grown, [tmp_path / "企业数量.csv"]).issues
    other = create(grown, ASKED).data
    answer = between(grown, one.id, other.id)
    cells = with_origins(grown, answer.rows(), other.graph_version)
    mine = [cell for cell in cells if (cell.region, cell.industry) == (region, chain)]
    assert mine
    for cell in mine:
        own = next(c for c in cell.causes if c.kind == "demand")
        assert (own.before, own.after) == (cell.demand_before, cell.demand_after)
        assert own.origin
        assert own.origin.file == "企业数量.csv"
    elsewhere = [cell for cell in cells if (cell.region, cell.industry) != (region, chain)]
    assert {c.kind for cell in elsewhere for c in cell.causes} <= {"sharing"}


# --- in all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("narrowed", [{}, {"region": "510700"}], ids=str)
def test_the_summary_is_the_sum_of_the_cells(store: Store, narrowed: dict[str, str]) -> None:
    one, other = create(store, ASKED).data, create(store, LATER).data
    answer = between(store, one.id, other.id, **narrowed)
    rows, found = answer.rows(), answer.summary
    for at, day in (("before", ASKED), ("after", LATER)):
        group = coverage(store, day.model_copy(update={"group_by": (), "region": narrowed.get("region")})).rows()[0]
        side = getattr(found, at)
        assert (side.demand, side.supply, side.unmet) == pytest.approx((group.demand, group.supply, group.unmet))
    moved: dict[tuple[str, str], float] = {}
    for cause in (c for row in rows for c in row.causes):
        key = (cause.kind, cause.change if cause.kind == "resource" else "changed")
        moved[key] = moved.get(key, 0.0) + (cause.after or 0.0) - (cause.before or 0.0)
    assert all(row.causes_total == len(row.causes) for row in rows)
    assert {(c.kind, c.change): c.amount for c in found.causes} == pytest.approx(moved, abs=1e-6)
    places: dict[str, float] = {}
    for row in rows:
        place = prefecture_of(row.region)
        places[place] = places.get(place, 0.0) + (row.unmet_after or 0.0) - (row.unmet_before or 0.0)
    assert {p.region: p.unmet_change for p in found.places} == pytest.approx(places, abs=1e-6)
    assert [e.until for e in found.expiring] == sorted(e.until for e in found.expiring)


def test_each_month_keeps_its_last_state_and_what_was_asked_for(grown: Store, tmp_path: Path) -> None:
    asked = create(grown, CoverageQuestion(as_of=date(2026, 6, 3))).data
    may, june = (keep_month(grown, date(2026, month, 2)) for month in (5, 6))
    (tmp_path / "机构.csv").write_text("名称,类型,所在地区\n新机构,高校,绵阳市涪城区\n", encoding="utf-8")
    assert load(grown, [tmp_path / "机构.csv"]).written
    again = keep_month(grown, date(2026, 6, 9))
    assert {s.id: s.automatic for s in snapshots(grown) if s.day[:7] in ("2026-05", "2026-06")} == {
        may.id: True, asked.id: False, again.id: True
    }  # fmt: skip
    assert june.known_at is not None
    assert again.known_at is not None
    assert again.known_at > june.known_at
    answer = diff(grown, DiffQuestion(after=again.id))
    assert answer.meta.parameters == {"before": may.id, "after": again.id}
    assert diff(grown, DiffQuestion(before="2026-05", after="2026-06-03")).meta.parameters["after"] == asked.id
    with pytest.raises(NotFound):
        diff(grown, DiffQuestion(before="2031-01"))


# --- files and series ---------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [".parquet", ".facts.parquet", ".reach.parquet"])
def test_a_damaged_snapshot_is_told(store: Store, end: str) -> None:
    made = create(store, CoverageQuestion(as_of=AS_OF - timedelta(days=3))).data
    path = store.home / "snapshots" / f"{made.id}{end}"
    whole = path.read_bytes()
    path.write_bytes(b"no")
    with pytest.raises(HomeDamaged) as damaged:
        between(store, made.id, made.id)
    assert damaged.value.details == {"path": path, "reason": NOT_WHOLE}
    path.unlink()
    with pytest.raises(HomeDamaged) as damaged:
        between(store, made.id, made.id)
    assert damaged.value.details == {"path": path, "reason": "No such file or directory"}
    path.write_bytes(whole)
    with pytest.raises(NotFound):
        find(store, "../journal")


def test_a_series_has_a_point_a_step(store: Store) -> None:
    points = series(store, ASKED, date(2026, 5, 1), date(2026, 7, 1))
    assert [p.as_of.month for p in points] == [5, 6, 7]
    with pytest.raises(BadParameter):
        series(store, ASKED, date(2026, 7, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    "narrowed", [{}, {"region": "510700"}, {"service_type": "SC03"}, {"industry": "modern_agriculture"}]
)
def test_kept_snapshots_tell_the_same_as_their_days(store: Store, narrowed: dict[str, str]) -> None:
    for asked in (ASKED, LATER):
        create(store, asked)
    asked = CoverageQuestion(group_by=(), **narrowed)  # type: ignore[arg-type]
    found = {p.as_of: p for p in kept_series(store, asked)}
    for day in (ASKED.as_of, LATER.as_of):
        (wanted,) = series(store, asked, day, day, "day")
        assert found[day].snapshot
        assert (found[day].demand, found[day].unmet) == pytest.approx((wanted.demand, wanted.unmet))
