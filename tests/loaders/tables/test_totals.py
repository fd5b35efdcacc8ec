"""Totals among counts by hand: which rows go, which count for the rest, what is rejected and what is said."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from graph.delta import Facts
from graph.stores.base import Store
from loaders.identify.directory import Directory
from loaders.pipeline import load
from loaders.tables import TABLES, Batch, Origin
from loaders.tables.repeated_counts import leave_out_older
from loaders.tables.totals import is_part, leave_out_totals

MIANYANG, FUCHENG, YOUXIAN, PROVINCE = "510700", "510703", "510704", "510000"
JUNE, MAY = dt.date(2026, 6, 30), dt.date(2026, 5, 31)
Row = tuple[str, str, float, dt.date | None]
"""How the place is written, its code, the amount and its day."""


class Judged(NamedTuple):
    """Amounts that are left, by row; rows that were left out; what is said; rejected rows with their reasons."""

    left: dict[int, float]
    out: list[int]
    said: list[str]
    rejected: list[tuple[int, str]]


@pytest.fixture(scope="module")
def directory(reference_store: Store) -> Iterator[Directory]:
    with reference_store.read() as session:
        yield Directory(session)


def batch_of(rows: list[Row], directory: Directory) -> Batch:
    """Return counts of one chain; their rows are numbered from 2, as below a header."""
    columns = {
        "region": [r[1] for r in rows],
        "chain": "CH01",
        "count": [r[2] for r in rows],
        "as_of": [r[3] for r in rows],
    }
    frame = pd.DataFrame(columns, index=range(2, len(rows) + 2)).astype({"as_of": object})
    return Batch(TABLES["demand_counts"], "数.csv", "", frame, Origin(), directory, Facts())


def places_of(rows: list[Row], batch: Batch) -> pd.Series:
    """Return how the place of each row is written."""
    return pd.Series([row[0] for row in rows], index=batch.rows.index)


def judged(
    rows: list[Row], directory: Directory, among: tuple[int, ...] = (), slacks: Mapping[int, float] | None = None
) -> Judged:
    batch = batch_of(rows, directory)
    out, said = leave_out_totals(batch, places_of(rows, batch), frozenset(among), slacks or {})
    rejected = [(issue.row, issue.reason.zh) for issue in batch.issues]
    return Judged(batch.rows["count"].to_dict(), out, [text.zh for text in said], rejected)


def row(written: str, code: str, amount: float, day: dt.date | None = JUNE) -> Row:
    return written, code, amount, day


def test_of_a_total_whose_parts_stand_below_the_parts_count(directory: Directory) -> None:
    rows = [row("绵阳市", MIANYANG, 100), row("其中涪城区", FUCHENG, 60), row("其中游仙区", YOUXIAN, 40)]
    assert judged(rows, directory, (3, 4)) == Judged({3: 60, 4: 40}, [2], [], [])
    # Of two places or more the sum is no coincidence, though nobody says that they are parts; of one it may be.
    assert judged(rows, directory) == Judged({3: 60, 4: 40}, [2], [], [])
    one = [row("绵阳市", MIANYANG, 60), row("涪城区", FUCHENG, 60)]
    assert judged(one, directory, (3,)) == Judged({3: 60}, [2], [], [])
    found = judged(one, directory)
    assert (found.left, found.out, found.rejected) == ({2: 60, 3: 60}, [], [])


def test_where_some_parts_stand_below_the_total_counts_for_the_rest(directory: Directory) -> None:
    rows = [row("绵阳市", MIANYANG, 100), row("其中涪城区", FUCHENG, 60)]
    assert judged(rows, directory, (3,)) == Judged(
        {2: 40, 3: 60}, [], ["绵阳市 的 100 中 60 已由其中的区县列出，只计其余 40"], []
    )


def test_parts_that_are_more_than_their_total_contradict_it(directory: Directory) -> None:
    rows = [row("绵阳市", MIANYANG, 100), row("其中涪城区", FUCHENG, 100.5)]
    assert judged(rows, directory, (3,)) == Judged({3: 100.5}, [], [], [(2, "其中各项之和 100.5 大于总数 100")])


def test_what_may_be_a_total_or_not_counts_and_is_told(directory: Directory) -> None:
    rows = [row("绵阳市", MIANYANG, 100), row("涪城区", FUCHENG, 60), row("游仙区", YOUXIAN, 39)]
    assert judged(rows, directory) == Judged(
        {2: 100, 3: 60, 4: 39}, [],
        ["1 个市州与其区县并列，看不出是不是总数（如第 2 行 绵阳市 100，区县合计 99），两者都计；"
         "若是全市总数，请在区县前写“其中”；若是市本级，请写“绵阳市本级”"], [],
    )  # fmt: skip


def test_a_prefectures_own_is_a_part_and_no_total(directory: Directory) -> None:
    own, county = row("绵阳市本级", MIANYANG, 30), row("涪城区", FUCHENG, 70)
    assert judged([own, county], directory) == Judged({2: 30, 3: 70}, [], [], [])
    assert judged([own, county, row("绵阳市", MIANYANG, 100)], directory) == Judged({2: 30, 3: 70}, [4], [], [])
    assert judged([own, county, row("绵阳市", MIANYANG, 105)], directory) == Judged(
        {2: 30, 3: 70}, [4], ["绵阳市 的总数 105 与其本级和区县之和 100 不等，只计各项"], []
    )


@pytest.mark.parametrize(("amount", "explained"), [(101, True), (102, False)])
def test_the_provinces_row_goes_where_the_places_add_up_to_it(
    directory: Directory, amount: float, explained: bool
) -> None:
    rows = [row("全省", PROVINCE, amount), row("成都市", "510100", 1), row("绵阳市", MIANYANG, 100)]
    assert judged(rows, directory) == Judged(
        {**({} if explained else {2: amount}), 3: 1, 4: 100}, [2] if explained else [], [], []
    )


def test_a_zones_row_is_that_of_its_prefectures_alone(directory: Directory) -> None:
    zone = row("川南经济区", "川南经济区", 5)
    rows = [zone, row("泸州市", "510500", 2), row("江阳区", "510502", 3), row("绵阳市", MIANYANG, 7)]
    assert judged(rows, directory).left == {3: 2, 4: 3, 5: 7}


def test_only_what_counts_the_same_is_a_part(directory: Directory) -> None:
    """A day that one of them does not state may be the other's; another day is not."""
    total, one, other = row("绵阳市", MIANYANG, 100), row("涪城区", FUCHENG, 60, None), row("游仙区", YOUXIAN, 40)
    assert judged([total, one, other], directory).out == [2]
    assert judged([total, row("涪城区", FUCHENG, 60, MAY), other], directory).out == []


def test_what_is_said_to_be_among_is_a_part_where_it_lies_there_and_counts_the_same(directory: Directory) -> None:
    for other in (row("其中涪城区", FUCHENG, 60, MAY), row("其中锦江区", "510104", 60)):
        assert judged([row("绵阳市", MIANYANG, 100), other], directory, (3,)) == Judged({2: 100, 3: 60}, [], [], [])


def test_of_counts_of_several_days_the_newest_counts(directory: Directory) -> None:
    rows = [row("涪城区", FUCHENG, 5, None), row("涪城区", FUCHENG, 6, JUNE), row("涪城区", FUCHENG, 7, MAY),
            row("游仙区", YOUXIAN, 1, MAY)]  # fmt: skip
    batch = batch_of(rows, directory)
    assert sorted(leave_out_older(batch, places_of(rows, batch))) == [2, 4]
    assert (batch.rows["count"].to_dict(), batch.issues) == ({3: 6, 5: 1}, [])


def test_counts_of_one_day_that_differ_are_rejected(directory: Directory) -> None:
    rows = [row("涪城区", FUCHENG, 5), row("涪城区", FUCHENG, 6), row("涪城区", FUCHENG, 4, MAY),
            row("游仙区", YOUXIAN, 1), row("游仙区", YOUXIAN, 1)]  # fmt: skip
    batch = batch_of(rows, directory)
    assert leave_out_older(batch, places_of(rows, batch)) == [4]
    reason = "同一天的同一个数在第 2、3 行写得不同（5、6），请只留一行，或写明各自的统计时间"
    assert [(issue.row, issue.reason.zh) for issue in batch.issues] == [(2, reason), (3, reason)]
    assert batch.rows["count"].to_dict() == {5: 1, 6: 1}


def test_a_zone_and_its_county_are_not_one_number(directory: Directory) -> None:
    rows = [row("涪城区", FUCHENG, 5), row("绵阳高新区", FUCHENG, 3)]
    batch = batch_of(rows, directory)
    assert leave_out_older(batch, places_of(rows, batch)) == []
    reason = (
        "第 2、3 行（涪城区、绵阳高新区）都在绵阳市涪城区，同一天的数不同（5、3）：若是分开统计的，请相加后只写一行"
    )
    assert [(issue.row, issue.reason.zh) for issue in batch.issues] == [(2, reason), (3, reason)]
    assert batch.rows.empty


def test_the_whole_of_a_prefecture_is_a_total_beside_one_county(directory: Directory) -> None:
    county = row("涪城区", FUCHENG, 50)
    assert judged([row("绵阳市全市", MIANYANG, 50), county], directory) == Judged({3: 50}, [2], [], [])
    said = ["绵阳市全市 的 80 中 50 已由其中的区县列出，只计其余 30"]
    assert judged([row("绵阳市全市", MIANYANG, 80), county], directory) == Judged({2: 30, 3: 50}, [], said, [])
    wrong = [(2, "其中各项之和 50 大于总数 40")]
    assert judged([row("绵阳市全市", MIANYANG, 40), county], directory) == Judged({3: 50}, [], [], wrong)
    assert judged([row("绵阳市全市", MIANYANG, 40)], directory) == Judged({2: 40}, [], [], [])
    batch = batch_of([row("涪城区", FUCHENG, 5), row("绵阳高新区", FUCHENG, 5)], directory)
    assert leave_out_older(batch, pd.Series({2: "涪城区", 3: "绵阳高新区"})) == []
    assert [issue.row for issue in batch.issues] == [2, 3]  # be they equal


@pytest.mark.parametrize(
    ("written", "part"),
    [
        *((text, True) for text in ("绵阳市本级", "绵阳高新区", "高新区（绵阳）本级", "科技城新区", "绵阳市经开区")),
        *((text, False) for text in ("绵阳", "绵阳市全市", "本市", "绵阳市涪城区", "510703", "新津县", "成都市新津区")),
        *((text, False) for text in ("绵阳市（含三台县）", "涪城区服务机构名单", "Mianyang", "")),
    ],
)
def test_a_part_of_a_place(written: str, part: bool) -> None:
    assert is_part(written) == part


def test_a_zone_in_a_prefecture_is_no_total_of_its_counties(directory: Directory) -> None:
    rows = [row("绵阳经开区", MIANYANG, 100), row("涪城区", FUCHENG, 60), row("游仙区", YOUXIAN, 40)]
    assert judged(rows, directory).out == []


@pytest.mark.parametrize(
    ("slacks", "parts", "out"),
    [
        ({2: 500}, (60_000, 40_500), [2]),
        ({2: 500}, (60_000, 39_500), [2]),
        ({2: 500}, (60_000, 40_501), []),
        ({2: 500, 3: 50}, (60_000, 40_550), [2]),
        ({3: 50, 4: 50}, (60_000, 39_900), [2]),
        ({3: 50, 4: 50}, (60_000, 39_899), []),
        ({2: 50_000}, (60_000, 45_000), [2]),
        ({2: 50_000}, (60_000, 45_001), []),
    ],
)
def test_what_was_rounded_away_is_not_lacking(
    directory: Directory, slacks: dict[int, float], parts: tuple[int, int], out: list[int]
) -> None:
    counties = [row("涪城区", FUCHENG, parts[0]), row("游仙区", YOUXIAN, parts[1])]
    for place, code in (("绵阳市", MIANYANG), ("全省", PROVINCE)):
        found = judged([row(place, code, 100_000), *counties], directory, slacks=slacks)
        assert found.out == out, place
    among = judged([row("绵阳市", MIANYANG, 100_000), *counties], directory, (3, 4), slacks)
    assert (among.out, bool(among.rejected)) == (out, not out and sum(parts) > 100_000)


ROUNDED = {
    "in one sheet": {"数": "绵阳市,智能装备,12.3\n涪城区,智能装备,5.12\n游仙区,智能装备,7.22\n"},
    "without a name": {"数": "涪城区,智能装备,5.12\n游仙区,智能装备,7.22\n,,12.3\n"},
    "in two": {"数/市": "绵阳市,智能装备,12.3\n", "数/县": "涪城区,智能装备,5.12\n游仙区,智能装备,7.22\n"},
}


@pytest.mark.parametrize("files", ROUNDED.values(), ids=ROUNDED)
def test_a_rounded_total_counts_once(reference_store: Store, csv: Callable[..., Path], files: dict[str, str]) -> None:
    paths = [csv(f"{name}企业数量.csv", f"地区,产业链,企业数（万家）\n{rows}") for name, rows in files.items()]
    report = load(reference_store, paths, dry_run=True)
    assert report.delta
    (counts,) = report.delta.of("EnterpriseCount")
    assert sorted(row["count"] for row in counts.created.to_pylist()) == [51_200, 72_200]
    assert (len(report.notes), report.issues) == (1, ())


COUNTS = "地区,产业链,企业数\n"
AMONG = {
    "below its county": ("涪城区,A,60\n其中：高新区,A,10\n游仙区,A,40\n", [40, 60], [3]),
    "below all": ("全市,A,100\n涪城区,A,60\n游仙区,A,40\n其中：高新区,A,10\n", [40, 60], [2, 5]),
    "first of the total's": ("全市,A,50\n其中：高新区,A,10\n游仙区,A,40\n", [10, 40], [2]),
    "of another chain": ("涪城区,A,60\n其中：高新区,新材料,10\n", [10, 60], []),
}


@pytest.mark.parametrize(("rows", "counted", "left"), AMONG.values(), ids=AMONG)
def test_a_zone_among_a_county_counts_in_it(
    reference_store: Store, csv: Callable[..., Path], rows: str, counted: list[float], left: list[int]
) -> None:
    text = COUNTS + rows.replace(",A,", ",智能装备,")
    report = load(reference_store, [csv("绵阳企业数量.csv", text)], dry_run=True)
    assert report.delta
    (counts,) = report.delta.of("EnterpriseCount")
    assert sorted(row["count"] for row in counts.created.to_pylist()) == counted
    assert ([note.row for note in report.notes], report.issues) == (left, ())
