"""What is asked of single service records: each answer is that of a plain count over the last word on each id."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loaders.keep.journal import Journal
from loaders.merge.service_ledger import RECORDS, SCHEMA
from loaders.merge.service_queries import ROWS, Records
from loaders.tables.base import SHEET_BITS

Row = dict[str, Any]
FIRST, LAST = "2026-03", "2026-04"
REGIONS = ("510703", "510704", "510700", "511502")
GROUPS: dict[str | None, Callable[[Row], str | None]] = {
    None: lambda _: None,
    "region": lambda row: row["region"][:4] + "00",
    "site": lambda row: row["site_key"],
    "service_type": lambda row: row["service_type"],
}


def drawn(rng: Random, id_: int) -> Row:
    """Return a record from February to May: some unfinished, without a firm, a fee, a site."""
    return {
        "id": f"s-{id_:03d}",
        "day": date(2026, rng.randint(2, 5), rng.choice([1, 2, 15, 28])),
        "service_type": rng.choice(["SC01", "SC05", None]),
        "provider_key": rng.choice(["p1", "p2"]),
        "site_key": rng.choice([None, "w1", "w2"]),
        "enterprise": rng.choice([None, "f1", "f2", "f3"]),
        "region": rng.choice(REGIONS),
        "mode": rng.choice(["online", "offline"]),
        "satisfaction": rng.choice([None, 2.5, 5.0]),
        "fee": rng.choice([None, 0.0, 0.0, 80.0]),
        "state": rng.choice([None, "done", "done", "open"]),
        "data_class": rng.choice(["REAL", "SYNTHETIC"]),
        "place": (rng.randint(0, 1) << SHEET_BITS) + id_,
    }


def write(home: Path, loads: Iterable[list[Row]]) -> Records:
    for number, rows in enumerate(loads, 2):
        folder = home / "loads" / f"load-{number:06d}"
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / RECORDS)
    return Records(home)


LOADS = [[drawn(rng, id_) for id_ in ids] for rng in [Random(7)] for ids in (range(90), range(60, 130), range(0, 20))]
STANDING = {row["id"]: {**row, "load": f"load-{n:06d}"} for n, rows in enumerate(LOADS, 2) for row in rows}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Three loads, in each of which some records come again."""
    return write(tmp_path_factory.mktemp("ledger"), LOADS)


@pytest.fixture
def nothing(tmp_path: Path) -> Records:
    return Records(tmp_path)


def done(regions: Iterable[str] | None) -> list[Row]:
    """Return the records that were done in March and April, in these prefectures."""
    return [
        row for row in STANDING.values()
        if FIRST <= row["day"].isoformat()[:7] <= LAST and row["state"] != "open"
        and (regions is None or row["region"][:4] + "00" in regions)
    ]  # fmt: skip


def plain(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False)]


@pytest.mark.parametrize("regions", [None, ["511500"], ["511500", "510700"], []])
@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("span", [None, "2026Q1"])
def test_firms_and_fees_are_counted_by_month_and_group(
    ledger: Records, regions: list[str] | None, by: str | None, span: str | None
) -> None:
    groups: dict[tuple[str, str | None], list[Row]] = {}
    for row in done(regions):
        groups.setdefault((span or row["day"].isoformat()[:7], GROUPS[by](row)), []).append(row)
    counted = [
        (
            month, group, len({row["enterprise"] for row in rows} - {None}),
            sum(row["fee"] is not None for row in rows), sum(row["fee"] == 0 for row in rows),
        )
        for (month, group), rows in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1] or "~"))
    ]  # fmt: skip
    found = ledger.served(FIRST, LAST, regions, by, span)
    assert plain(found) == counted
    assert [*found] == ["month", "group", "firms", "priced", "free"]


@pytest.mark.parametrize("regions", [None, ["511500"]])
@pytest.mark.parametrize(("site", "service_type"), [(None, None), ("w1", None), (None, "SC05"), ("w2", "SC01")])
def test_single_records_come_newest_first(
    ledger: Records, regions: list[str] | None, site: str | None, service_type: str | None
) -> None:
    wanted = [
        (
            row["id"], row["day"], row["region"], row["site_key"],
            row["service_type"], row["provider_key"], row["enterprise"], row["mode"], row["satisfaction"], row["fee"],
            row["data_class"], row["load"], row["place"],
        )
        for row in sorted(done(regions), key=lambda row: (-row["day"].toordinal(), row["id"]))
        if site in (None, row["site_key"]) and service_type in (None, row["service_type"])
    ]  # fmt: skip
    found = ledger.rows(FIRST, LAST, regions, site, service_type)
    assert wanted
    assert plain(found) == wanted
    assert [*found] == ROWS
    assert {str(kind).rpartition("[")[2] for kind in found.dtypes} == {"pyarrow]"}


def test_where_records_belong_is_told_of_those_asked_for(ledger: Records) -> None:
    wanted = ["s-001", "s-070", "s-129", "s-001", "s-999"]
    found = ledger.placed(wanted)
    rows = {row["id"]: row for row in STANDING.values() if row["id"] in wanted}
    assert [*found] == ["id", "region", "site", "service_type"]
    assert sorted(plain(found), key=str) == sorted(
        ((id_, row["region"][:4] + "00", row["site_key"], row["service_type"]) for id_, row in rows.items()), key=str
    )
    assert len(found) == 3


def test_nothing_is_found_where_nothing_is_asked_or_kept(ledger: Records, nothing: Records) -> None:
    for empty, columns in (
        (ledger.placed([]), ["id", "region", "site", "service_type"]),
        (nothing.placed(["s-001"]), ["id", "region", "site", "service_type"]),
        (nothing.served(FIRST, LAST, None, None), ["month", "group", "firms", "priced", "free"]),
        (nothing.rows(FIRST, LAST, None, None, None), ROWS),
    ):
        assert ([*empty], len(empty)) == (columns, 0)


def test_a_record_is_traced_to_file_sheet_and_row(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write("load-000001", "done", listed=False, kind="reference")
    sheets = [["台账.xlsx", "五月"], ["台账.csv", ""]]
    journal.write("load-000002", "done", listed=False, kind="load", sheets=sheets)
    records = Records(tmp_path)
    assert records.origin("load-000002", 17) == ("台账.xlsx", "五月", 17)
    assert records.origin("load-000002", (1 << SHEET_BITS) + 3) == ("台账.csv", None, 3)
    for load, place in (("load-000002", None), ("load-000001", 17), ("load-000009", 17)):
        assert records.origin(load, place) == (None, None, None)
