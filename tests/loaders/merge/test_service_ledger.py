"""Service records: the ledger keeps them, the graph their monthly sums, and both agree with a plain count."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph import schema
from graph.delta import Facts
from graph.errors import DeliveryShrunk, DiskFull, FileUnwritable, SumsOnly
from graph.identity import prefecture_of
from graph.stores.base import Store
from loaders.identify.directory import Directory
from loaders.keep.history import History
from loaders.merge.full_delivery import FullDelivery
from loaders.merge.service_ledger import (
    MONTHS,
    RECORDS,
    SCHEMA,
    Ledger,
    RecordCounts,
    done_services,
    region_of_record,
    services_of,
)
from loaders.pipeline import load
from loaders.write.report import LoadReport
from tests.loaders.test_pipeline import Full, version
from tests.support.soak import trials

Make = Callable[..., Path]
Record = dict[str, str]
FIELDS = ("id", "date", "service_type", "provider", "carrier", "enterprise", "region", "mode", "satisfaction", "state")
SITES = {"示例-载体": ("Carrier", "510703"), "绵阳市窗口平台": ("Window", "510700")}
PROVIDERS = ("示例-甲", "示例-乙")
DONE = {"", "已完成"}


def record(id_: str, **cells: str) -> Record:
    """Return a record; what is not given is usual."""
    usual = {"date": "2026-05-18", "service_type": "SC03", "provider": "示例-甲", "region": "510703", "mode": "线上"}
    return {"id": id_, **usual, **cells}


def random_records(seed: int, number: int = 120) -> list[Record]:
    rng = Random(seed)
    return [
        record(
            f"示例-{at:03d}",
            date=f"2026-{rng.randint(3, 6):02d}-{rng.randint(1, 28):02d}",
            service_type=rng.choice(["SC01", "SC03"]),
            provider=rng.choice(PROVIDERS),
            carrier=rng.choice(["", "", *SITES]),
            enterprise=rng.choice(["", "企业一", "企业二", "企业三"]),
            region=rng.choice(["510703", "510700", "511502"]),
            mode=rng.choice(["线上", "线下"]),
            satisfaction=rng.choice(["", "1", "2.5", "3", "4", "5"]),
            state=rng.choice(["", "已完成", "已完成", "服务中", "已取消"]),
        )
        for at in range(number)
    ]


def naive(records: list[Record]) -> dict[tuple[str, ...], dict[str, Any]]:
    """Count plainly: the done ones among the last of each id, by month, site (if any), type and prefecture."""
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for row in {row["id"]: row for row in records}.values():
        if row.get("state", "") in DONE:
            groups[row["date"][:7], row.get("carrier", ""), row["service_type"], prefecture_of(row["region"])].append(
                row
            )
    sums = {}
    for group, rows in groups.items():
        ratings = [float(row["satisfaction"]) for row in rows if row.get("satisfaction")]
        sums[group] = {
            "services": len(rows),
            "online": sum(row["mode"] == "线上" for row in rows),
            "rated": len(ratings),
            "satisfied": sum(rating >= 4 for rating in ratings),
            "rating_sum": sum(ratings),
            "enterprises": len({row["enterprise"] for row in rows if row.get("enterprise")}),
        }
    return sums


def months(store: Store) -> dict[tuple[str, ...], dict[str, Any]]:
    """Read the monthly aggregates in which something was delivered."""
    with store.read() as session:
        found = {row["key"]: row for row in session.nodes(schema.nodes()["ServiceMonth"]).to_pylist()}
        where, what, who = {}, {}, {}
        for row in session.relationships(schema.relationships()["LOCATED_IN", "ServiceMonth", "Region"]).to_pylist():
            where[row["from_key"]] = row["to_key"]
        for row in session.relationships(schema.relationships()["CONCERNS", "ServiceMonth", "ServiceType"]).to_pylist():
            what[row["from_key"]] = row["to_key"]
        for label in ("Window", "Carrier"):
            names = {row["key"]: row["name"] for row in session.nodes(schema.nodes()[label]).to_pylist()}
            for row in session.relationships(schema.relationships()["DELIVERED", label, "ServiceMonth"]).to_pylist():
                assert row["to_key"] not in who, "one site a month"
                who[row["to_key"]] = names[row["from_key"]]
    columns = ("services", "online", "rated", "satisfied", "rating_sum", "enterprises")
    return {
        (row["month"], who.get(key, ""), what[key], where[key]): {name: row[name] for name in columns}
        for key, row in found.items()
        if row["services"]
    }


@pytest.fixture
def ready(store: Store, csv: Make) -> Store:
    """A store that knows the providers and sites."""
    organizations = csv("机构.csv", "名称,所在地区\n示例-甲,绵阳市\n示例-乙,宜宾市\n")
    carriers = csv("服务载体.csv", "名称,类型,所在地区\n示例-载体,众创空间,涪城区\n")
    assert not load(store, [organizations, carriers]).issues
    return store


@pytest.fixture
def tell(ready: Store, tmp_path: Path) -> Callable[..., LoadReport]:
    """Load records into the store."""

    def load_records(*records: Record, into: Store = ready, full: FullDelivery | None = None) -> LoadReport:
        path = tmp_path / "服务台账.csv"
        lines = [",".join(FIELDS), *(",".join(row.get(f, "") for f in FIELDS) for row in records)]
        path.write_text("\n".join(lines), encoding="utf-8")
        return load(into, [path], full=full)

    return load_records


def counts(report: LoadReport) -> tuple[int, ...]:
    (t,) = report.tables
    assert t.read == t.created + t.updated + t.unchanged + t.merged + t.rejected
    return t.created, t.updated, t.unchanged, t.merged, t.rejected


Tell = Callable[..., LoadReport]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, trials(2, 24)))])
def test_months_equal_a_plain_count_through_corrections(ready: Store, tell: Tell, seed: int) -> None:
    first, second, third = (random_records(seed * 10 + at) for at in range(3))
    tell(*first)
    assert months(ready) == naive(first)
    corrections = Random(seed).sample(second, 40)
    tell(*corrections)
    assert months(ready) == naive([*first, *corrections])
    more = [{**row, "id": row["id"] + "-新"} for row in third[:30]]
    tell(*more, *more[:5])
    assert months(ready) == naive([*first, *corrections, *more])


def test_a_record_moved_to_another_month_changes_both(ready: Store, tell: Tell) -> None:
    tell(record("a"), record("b"), record("c", date="2026-06-01"))
    assert counts(tell(record("b", date="2026-06-30"))) == (0, 1, 0, 0, 0)
    found = {group[0]: sums["services"] for group, sums in months(ready).items()}
    assert found == {"2026-05": 1, "2026-06": 2}
    tell(record("a", date="2026-06-30"))
    assert {group[0]: sums["services"] for group, sums in months(ready).items()} == {"2026-06": 3}


def test_where_a_service_was_is_that_of_its_last_statement(ready: Store, tell: Tell) -> None:
    history = History(ready.home)
    assert region_of_record(history, "a") is None
    tell(record("a"), record("b", region="511502"))
    assert [region_of_record(history, id_) for id_ in ("a", "b", "c")] == ["510703", "511502", None]
    tell(record("a", region="510700"))
    assert region_of_record(history, "a") == "510700"


def test_a_record_moved_to_another_site(ready: Store, tell: Tell) -> None:
    tell(record("a"), record("b"))
    tell(record("b", carrier="示例-载体"))
    assert {group[1]: sums["services"] for group, sums in months(ready).items()} == {"": 1, "示例-载体": 1}


def test_the_same_records_again(ready: Store, tell: Tell) -> None:
    records = random_records(7)
    assert counts(tell(*records)) == (120, 0, 0, 0, 0)
    at = version(ready)
    again = tell(*records)
    assert counts(again) == (0, 0, 120, 0, 0)
    assert (again.written, version(ready)) == (False, at)


def test_of_an_id_twice_in_a_file_the_last_counts(ready: Store, tell: Tell) -> None:
    assert counts(tell(record("a", satisfaction="1"), record("a", satisfaction="5"))) == (1, 0, 0, 1, 0)
    assert [sums["rating_sum"] for sums in months(ready).values()] == [5.0]


def test_a_correction_that_no_sum_shows_is_kept_too(ready: Store, tell: Tell) -> None:
    tell(record("a", enterprise="企业一"))
    at = version(ready)
    assert counts(tell(record("a", enterprise="企业二"))) == (0, 1, 0, 0, 0)
    assert version(ready) == at + 1
    assert counts(tell(record("a", enterprise="企业二"))) == (0, 0, 1, 0, 0)


def test_a_full_delivery_withdraws_what_is_missing_and_keeps_what_came_badly(ready: Store, tell: Tell) -> None:
    tell(*(record(name) for name in "abcde"), record("f", region="511502"))
    badly = record("c", date="2026-02-30")
    report = tell(record("a"), record("b", mode="线下"), badly, full=FullDelivery("service_records", "510700"))
    assert counts(report) == (0, 1, 1, 0, 1)
    assert [(i.row, i.column) for i in report.issues] == [(4, "日期")]
    assert [text.zh for text in report.warnings] == [
        "服务台账：这次没有的 2 条已有记录撤回，不再计入（如 d）",
        "服务台账：1 条已有记录的行被退回，仍按原样计（如 c）",
    ]
    # a, b and the c of before stay, d and e are withdrawn, f lies elsewhere
    by_place = {group[3]: (sums["services"], sums["online"]) for group, sums in months(ready).items()}
    assert by_place == {"510700": (3, 2), "511500": (1, 1)}


def test_a_full_delivery_of_less_than_half_is_refused(ready: Store, tell: Tell) -> None:
    tell(*(record(name) for name in "abcde"), record("f", region="511502"))
    at = version(ready)
    with pytest.raises(DeliveryShrunk) as refused:
        tell(record("a"), record("b"), full=FullDelivery("service_records", "510700"))
    assert {name: refused.value.details[name] for name in ("place", "stored", "delivered")} == {
        "place": "绵阳市", "stored": 5, "delivered": 2,
    }  # fmt: skip
    assert version(ready) == at
    assert sum(sums["services"] for sums in months(ready).values()) == 6


def test_a_full_delivery_with_a_row_that_has_no_id_withdraws_nothing(ready: Store, tell: Tell) -> None:
    tell(*(record(name) for name in "abc"))
    report = tell(record("a"), record("b"), record(""), full=FullDelivery("service_records", "510700"))
    assert [(i.row, i.column) for i in report.issues] == [(4, "编号")]
    assert sum(sums["services"] for sums in months(ready).values()) == 3


def test_unknown_providers_and_sites_are_reasons(ready: Store, tell: Tell) -> None:
    report = tell(record("a", provider="无此机构"), record("b", carrier="无此载体"), record("c"))
    assert counts(report) == (2, 0, 0, 0, 1)
    assert {(i.row, i.column, i.cell_only) for i in report.issues} == {(2, "提供机构", False), (3, "载体或窗口", True)}
    assert sum(sums["services"] for sums in months(ready).values()) == 2


def test_records_of_a_load_that_failed_are_not_kept(ready: Store, tell: Tell) -> None:
    with pytest.raises(DiskFull):
        tell(record("a"), record("b"), into=Full(ready))
    assert months(ready) == {}
    tell(record("c", date="2026-07-01"))
    assert counts(tell(record("a"), record("b"))) == (2, 0, 0, 0, 0)
    assert sum(sums["services"] for sums in months(ready).values()) == 3


def test_a_failed_load_of_records_leaves_nothing_to_the_next(ready: Store, tell: Tell, csv: Make) -> None:
    with pytest.raises(DiskFull):
        tell(record("a"), into=Full(ready))
    load(ready, [csv("机构.csv", "名称,所在地区\n示例-丙,绵阳市\n")])
    assert counts(tell(record("a"))) == (1, 0, 0, 0, 0)


def test_sums_of_invented_records_are_synthetic(ready: Store, tell: Tell) -> None:
    tell(record("真实-1"), record("示例-1", date="2026-06-01"), record("真实-2", date="2026-06-02"))
    with ready.read() as session:
        found = session.nodes(schema.nodes()["ServiceMonth"]).to_pylist()
    assert {row["month"]: row["data_class"] for row in found} == {"2026-05": "REAL", "2026-06": "SYNTHETIC"}


def test_a_providers_services_are_the_done_ones_of_the_last_twelve_months(ready: Store, tell: Tell) -> None:
    history = History(ready.home)
    with ready.read() as session:
        found = Directory(session).find(("Organization",), pd.Series(PROVIDERS))["key"]
    one, other = found
    assert services_of(history, {one}) == {}  # there is no ledger yet
    days = ("2025-05-18", "2025-05-19", "2026-05-01", "2026-05-18")
    tell(
        *(record(f"示例-{at}", date=day, provider="示例-甲") for at, day in enumerate(days)),
        record("示例-乙", provider="示例-乙"), record("示例-未完", provider="示例-甲", state="服务中"),
    )  # fmt: skip
    assert services_of(history, {one, other, "nobody"}) == {one: 3, other: 1}
    assert services_of(history, {other}) == {other: 1}
    assert services_of(history, set()) == {}


# --- a ledger without a graph -------------------------------------------------------------------------


def rows_of(*rows: dict[str, Any]) -> pa.Table:
    usual = {"day": date(2026, 5, 18), "service_type": "SC03", "region": "510700", "mode": "online"}
    return pa.Table.from_pylist([{**usual, **row} for row in rows], schema=SCHEMA)


def ledger_of(home: Path, *loads: list[dict[str, Any]], sums: tuple[str, ...] = ()) -> Ledger:
    for number, rows in enumerate(loads, 1):
        (home / "loads" / f"load-{number:06d}").mkdir(parents=True)
        pq.write_table(rows_of(*rows), home / "loads" / f"load-{number:06d}" / RECORDS)
    if sums:
        (home / "loads" / "load-000000").mkdir(parents=True)
        pq.write_table(pa.table({"month": [*sums]}), home / "loads" / "load-000000" / MONTHS)
    return Ledger(History(home))


JULY, JUNE, MAY = date(2026, 7, 1), date(2026, 6, 30), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("stored", "staged", "months"),
    [
        ([], {"id": "a", "day": JULY}, ""),
        ([], {"id": "a", "day": JUNE}, "2026-06"),
        ([{"id": "a", "day": JUNE}], {"id": "a", "day": JULY}, "2026-06"),
        ([{"id": "a", "day": JUNE}], {"id": "a", "day": MAY}, "2026-05、2026-06"),
        ([{"id": "a", "day": JUNE}], {"id": "a", "day": JUNE}, ""),
        ([{"id": "b", "day": JUNE}], {"id": "a", "day": JULY}, ""),
    ],
)
def test_months_of_which_only_sums_are_known_take_no_records(
    tmp_path: Path, stored: list[dict[str, Any]], staged: dict[str, Any], months: str
) -> None:
    ledger = ledger_of(tmp_path, *([stored] if stored else []), sums=("2026-06", "2026-05", "2026-04"))
    ledger.stage(rows_of(staged))
    if not months:
        ledger.settle(Facts(), None)
        return
    with pytest.raises(SumsOnly) as raised:
        ledger.settle(Facts(), None)
    assert raised.value.details == {"months": months}


def test_of_a_whole_region_what_is_missing_is_withdrawn_but_for_what_is_held(tmp_path: Path) -> None:
    stored = [{"id": id_, "region": region} for id_, region in
              (("a", "510700"), ("b", "510703"), ("c", "510704"), ("d", "511500"))]  # fmt: skip
    ledger = ledger_of(tmp_path / "h", stored)
    ledger.stage(rows_of({"id": "a"}, {"id": "e"}))
    folder = tmp_path / "to"
    folder.mkdir()
    assert ledger.settle(Facts(), folder, "5107", lambda id_: id_ == "c")[:5] == (1, 0, 1, 0, 1)
    found = pq.read_table(folder / RECORDS).to_pylist()
    assert sorted((row["id"], row["state"]) for row in found) == [("b", "withdrawn"), ("e", None)]
    assert ledger.settle(Facts(), folder) == RecordCounts(0, 0, 0, 0, 0)


def test_without_anything_held_all_that_is_missing_is_withdrawn(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, [{"id": "a"}, {"id": "b", "region": "511500"}])
    assert ledger.settle(Facts(), None, "51")[:5] == (0, 0, 0, 0, 2)


def test_the_last_of_doubled_records_counts_and_is_kept(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path / "h", [{"id": "a", "mode": "offline"}])
    ledger.stage(rows_of({"id": "a"}, {"id": "b"}))
    ledger.stage(rows_of({"id": "b", "mode": "offline"}, {"id": "c"}))
    (tmp_path / "to").mkdir()
    assert ledger.settle(Facts(), tmp_path / "to")[:5] == (2, 1, 0, 1, 0)
    found = pq.read_table(tmp_path / "to" / RECORDS).to_pylist()
    assert sorted((row["id"], row["mode"]) for row in found) == [("a", "online"), ("b", "offline"), ("c", "online")]


def test_records_that_cannot_be_kept_are_named_by_their_folder(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    ledger.stage(rows_of({"id": "a"}))
    with pytest.raises(FileUnwritable) as raised:
        ledger.settle(Facts(), tmp_path / "nowhere")
    assert raised.value.details["path"] == tmp_path / "nowhere"


def test_done_services_and_regions_are_those_of_the_last_word(tmp_path: Path) -> None:
    ledger_of(
        tmp_path,
        [{"id": "a"}, {"id": "b", "state": "done"}, {"id": "c", "state": "open"}, {"id": "d", "region": None}],
        [{"id": "b", "state": "open", "region": "511500"}, {"id": "c"}],
    )  # fmt: skip
    history = History(tmp_path)
    assert done_services(history) == 3
    assert [region_of_record(history, id_) for id_ in "abde"] == ["510700", "511500", None, None]
    nothing = History(tmp_path / "none")
    assert (done_services(nothing), region_of_record(nothing, "a")) == (0, None)
