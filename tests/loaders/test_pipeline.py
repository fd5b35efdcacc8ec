"""A load and its ledger: nothing skipped in silence, nothing doubled, nothing half done."""

import csv as plain_csv
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from graph import schema
from graph.delta import Delta
from graph.errors import DiskFull, FileMissing, FileUnreadable, MissingColumn, ShuniuError, UnknownTable
from graph.stores.base import Store
from loaders import pipeline
from loaders.keep.journal import Journal
from loaders.parse.issues import RowIssue
from loaders.pipeline import NOTHING_IN, load
from loaders.tables import TABLES
from loaders.write.report import LoadReport
from loaders.write.tally import TableTally
from tests.support.export import digest
from tests.support.soak import trials
from tests.worlds import World, random_world

Make = Callable[..., Path]
ORGANIZATIONS = "名称,类型,所在地区\n示例-甲,服务机构,绵阳市\n示例-乙,商会,510703\n"


def version(store: Store) -> int:
    with store.read() as session:
        return session.version()


def nodes(store: Store, label: str) -> dict[str, dict[str, Any]]:
    """Return what is stated of the nodes of a label, by name."""
    with store.read() as session:
        rows = session.nodes(schema.nodes()[label]).to_pylist()
    return {row["name"]: {name: value for name, value in row.items() if value is not None} for row in rows}


def ends(store: Store, *slot: str) -> set[tuple[str, str]]:
    """Return the names of both ends of a slot's relationships."""
    with store.read() as session:
        names = {
            label: {row["key"]: row["name"] for row in session.nodes(schema.nodes()[label]).to_pylist()}
            for label in slot[1:]
        }
        rows = session.relationships(schema.relationships()[slot]).to_pylist()  # type: ignore[index]
    return {(names[slot[1]][row["from_key"]], names[slot[2]][row["to_key"]]) for row in rows}


def counts(report: LoadReport, table: str) -> tuple[int, ...]:
    """Return read, created, updated, unchanged, merged, rejected of a table."""
    (found,) = [t for t in report.tables if t.table == table]
    return found.read, found.created, found.updated, found.unchanged, found.merged, found.rejected


def balanced(tally: TableTally) -> bool:
    return tally.read == tally.created + tally.updated + tally.unchanged + tally.merged + tally.rejected


# --- the ledger ---------------------------------------------------------------------------------------


def test_new_changed_same_and_double_rows(store: Store, csv: Make) -> None:
    assert counts(load(store, [csv("机构.csv", ORGANIZATIONS)]), "organizations") == (2, 2, 0, 0, 0, 0)
    text = ORGANIZATIONS.replace("商会", "行业协会") + "示例-丙,企业,绵阳市\n示例-丙,企业,绵阳市\n示例-丁,企业,无此地\n"
    report = load(store, [csv("机构.csv", text)])
    assert counts(report, "organizations") == (5, 1, 1, 1, 1, 1)
    found = nodes(store, "Organization")
    assert found["示例-乙"]["kind"] == "industry_association"
    assert found["示例-丙"]["kind"] == "enterprise"
    assert "示例-丁" not in found


def test_a_row_whose_relationship_alone_changed_is_updated(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", ORGANIZATIONS)])
    report = load(store, [csv("机构.csv", ORGANIZATIONS.replace("510703", "游仙区"))])
    assert counts(report, "organizations") == (2, 0, 1, 1, 0, 0)
    assert [(c.name, c.field, c.old, c.new) for c in report.changes() if c.field == "LOCATED_IN"] == [
        ("示例-乙", "LOCATED_IN", "510703", "510704")
    ]
    assert ("示例-乙", "游仙区") in ends(store, "LOCATED_IN", "Organization", "Region")
    assert ("示例-乙", "涪城区") not in ends(store, "LOCATED_IN", "Organization", "Region")


def test_a_corrected_row_below_the_wrong_one_wins(store: Store, csv: Make) -> None:
    text = ORGANIZATIONS + "示例-乙,商会,游仙区\n"
    assert counts(load(store, [csv("机构.csv", text)]), "organizations") == (3, 2, 0, 0, 1, 0)
    places = {place for name, place in ends(store, "LOCATED_IN", "Organization", "Region") if name == "示例-乙"}
    assert places == {"游仙区"}


def test_the_same_files_again_change_nothing(store: Store, tmp_path: Path) -> None:
    folder = random_world(1).write(tmp_path / "world")
    first = load(store, [folder])
    before = marks(store)
    again = load(store, [folder])
    assert (again.written, marks(store)) == (False, before)
    for tally, was in zip(again.tables, first.tables, strict=True):
        assert (tally.created, tally.updated, tally.rejected) == (0, 0, 0)
        assert tally.unchanged == was.created + was.updated + was.unchanged


def test_the_very_load_that_was_the_last_is_not_read_again(
    store: Store, csv: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is under other options, and where another came between."""
    path, other = csv("机构.csv", ORGANIZATIONS), csv("窗口.csv", "名称,类型,所在地区\n示例站,服务站点,绵阳市涪城区\n")
    read: list[int] = []
    whole = pipeline._load
    monkeypatch.setattr(pipeline, "_load", lambda *of: (read.append(1), whole(*of))[1])
    load(store, [path])
    event = Journal(store.home).loads()[-1]
    assert {name: event[name] for name in ("kind", "paths", "options", "rejected", "told", "rejects", "sealed")} == {
        "kind": "load", "paths": [str(path)], "rejected": 0, "told": False, "rejects": None, "sealed": True,
        "options": {"origin": None, "note": None, "full": None, "official": False},
    }  # fmt: skip
    again = load(store, [path])
    assert (len(read), again.written, counts(again, "organizations")) == (1, False, (2, 0, 0, 2, 0, 0))
    load(store, [path], official=True)
    load(store, [other])
    load(store, [path])
    assert len(read) == 4


@pytest.mark.slow
def test_shuffled_rows_and_split_files_make_the_same_graph(store: Store, tmp_path: Path) -> None:
    world, rng = random_world(2), Random(2)
    load(store, [world.write(tmp_path / "whole")])
    before, at = digest(store), version(store)
    halves: list[dict[str, Any]] = [{}, {}]
    for table, rows in world.tables.items():
        shuffled = rng.sample(rows, len(rows))
        halves[0][table], halves[1][table] = shuffled[::2], shuffled[1::2]
    for at_, half in enumerate(halves):
        report = load(store, [World(half).write(tmp_path / f"half{at_}", chinese_headers=bool(at_))])
        assert not report.issues
    assert (digest(store), version(store)) == (before, at)


SPOILS: list[Callable[[str], str]] = [
    lambda _: "",
    lambda cell: cell + "？",
    lambda cell: cell.upper() + " ",
    lambda _: "市中区",
    lambda _: "2026-02-30",
    lambda _: "-1",
    lambda _: "1e400",
    lambda _: "；",
    lambda _: "🐉",
    lambda _: "长" * 1500,
]


def corrupted(world: World, seed: int) -> World:
    """Spoil some cells of a world in the ways people do, and say some rows twice."""
    rng = Random(seed)
    tables = {name: [dict(row) for row in rows] for name, rows in world.tables.items()}
    for rows in tables.values():
        for row in rows:
            if rng.random() < 0.25:
                name = rng.choice(sorted(row))
                row[name] = rng.choice(SPOILS)(row[name])
        rows += [dict(row) for row in rows if rng.random() < 0.1]
    return World(tables)


def check_corrupted(store: Store, folder: Path, world: int, seed: int) -> None:
    """Load a corrupted world for trial: every row is accounted for, every issue has its place."""
    path = corrupted(random_world(world), seed).write(folder / f"{world}-{seed}")
    report = load(store, [path], dry_run=True)
    assert all(balanced(tally) for tally in report.tables), report.tables
    for tally in report.tables:
        rows = {(i.file, i.row) for i in report.issues if i.table == tally.table and not i.cell_only}
        assert len(rows) == tally.rejected
    for issue in report.issues:
        assert issue.file.endswith(".csv") and issue.row >= 2 and issue.reason.zh and issue.reason.en
    assert bool(report.rejected) == any(not issue.cell_only for issue in report.issues)


slow_is_fine = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@slow_is_fine
@given(st.integers(0, 9), st.integers(0, 10**6))
def test_every_row_is_accounted_for(reference_store: Store, tmp_path: Path, world: int, seed: int) -> None:
    check_corrupted(reference_store, tmp_path, world, seed)


@pytest.mark.slow
@settings(slow_is_fine, max_examples=trials(8, 120))
@given(st.integers(0, 99), st.integers(0, 10**6))
def test_every_row_of_many_is_accounted_for(reference_store: Store, tmp_path: Path, world: int, seed: int) -> None:
    check_corrupted(reference_store, tmp_path, world, seed)


@pytest.mark.slow
def test_good_rows_of_a_corrupted_world_are_in(store: Store, tmp_path: Path) -> None:
    report = load(store, [corrupted(random_world(4), 4).write(tmp_path / "world")])
    assert report.rejected and report.written
    assert all(balanced(tally) for tally in report.tables)
    again = load(store, [tmp_path / "world"])
    assert not again.written
    assert [t.rejected for t in again.tables] == [t.rejected for t in report.tables]


# --- issues -------------------------------------------------------------------------------------------


def test_an_issue_says_where_what_and_why(store: Store, csv: Make, xlsx: Make) -> None:
    text = ORGANIZATIONS + "示例-丙,企业,市中区\n\n,企业,绵阳市\n"
    lines = [["编号", "所在地区", "服务类型", "数量"], ["X1", "绵阳", "技术支撑", "很多"]]
    report = load(store, [csv("机构.csv", text), xlsx("全部.xlsx", {"需求清单": lines})])
    where = {(i.table, i.file, i.sheet, i.row, i.column, i.value) for i in report.issues}
    assert where == {
        ("organizations", "机构.csv", "", 4, "所在地区", "市中区"),
        ("organizations", "机构.csv", "", 6, "名称", ""),
        ("needs", "全部.xlsx", "需求清单", 2, "服务类型", "技术支撑"),
        ("needs", "全部.xlsx", "需求清单", 2, "数量", "很多"),
    }
    told = {issue.column: issue for issue in report.issues}
    assert "乐山市市中区" in told["所在地区"].reason.zh
    assert "技术支持" in told["服务类型"].reason.zh
    assert told["所在地区"].say("zh").startswith("机构.csv 第 4 行 所在地区“市中区”：")
    assert told["数量"].say("en").startswith("全部.xlsx[需求清单] row 2 数量 “很多”: ")
    assert counts(report, "organizations") == (4, 2, 0, 0, 0, 2)
    assert counts(report, "needs") == (1, 0, 0, 0, 0, 1)


def test_rejected_rows_of_two_files_of_one_name(store: Store, csv: Make) -> None:
    paths = [csv(f"{folder}/机构.csv", f"名称,所在地区\n示例-{folder},某地\n") for folder in "甲乙"]
    report = load(store, paths)
    assert counts(report, "organizations") == (2, 0, 0, 0, 0, 2)
    assert {row[0] for row in rejects(report)["机构"][1:]} == {"示例-甲", "示例-乙"}


def rejects(report: LoadReport) -> dict[str, list[list[Any]]]:
    """Return the lines of the rejects workbook by sheet."""
    assert report.rejects
    book = CalamineWorkbook.from_path(str(report.rejects))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_rejects_workbook_can_be_mended_and_loaded_again(store: Store, csv: Make, xlsx: Make) -> None:
    text = "名称,类型,所在地区\n示例-甲,服务机构,绵阳市\n=HYPERLINK(1),商会,某地\n示例-丙,无此类型,无此区\n"
    report = load(store, [csv("机构.csv", text)])
    lines = rejects(report)["机构"]
    assert lines[0] == ["名称", "类型", "所在地区", "退回原因", "原文件位置"]
    assert [line[:3] for line in lines[1:]] == [["=HYPERLINK(1)", "商会", "某地"], ["示例-丙", "无此类型", "无此区"]]
    assert "所在地区" in lines[1][3] and "某地" in lines[1][3]
    assert lines[2][4] == "机构.csv 4"
    lines[1][:3] = ["示例-乙", "商会", "涪城区"]
    lines[2][1:3] = ["企业", "游仙区"]
    mended = load(store, [xlsx("改好.xlsx", {"机构": lines})])
    assert counts(mended, "organizations") == (2, 2, 0, 0, 0, 0)
    assert mended.rejects is None
    assert {"示例-甲", "示例-乙", "示例-丙"} <= set(nodes(store, "Organization"))


def test_rejected_rows_are_kept_when_others_follow(store: Store, csv: Make) -> None:
    one = load(store, [csv("甲.机构.csv", "名称,所在地区\n示例-甲,某地\n")])
    other = load(store, [csv("乙.机构.csv", "名称,所在地区\n示例-乙,某地\n")])
    assert rejects(one)["机构"][1][0] == "示例-甲"
    assert rejects(other)["机构"][1][0] == "示例-乙"


# --- all or nothing -----------------------------------------------------------------------------------


def marks(store: Store) -> tuple[int, list[dict[str, Any]]]:
    """Return what every load that writes leaves behind."""
    return version(store), [event for event in Journal(store.home).events() if event["state"] != "read"]


def test_strict_loads_nothing_if_any_row_is_bad(store: Store, csv: Make) -> None:
    before = marks(store)
    report = load(store, [csv("机构.csv", ORGANIZATIONS + "示例-丙,企业,某地\n")], strict=True)
    assert marks(store) == before
    assert not report.written and report.rejects and report.warnings == (NOTHING_IN,)
    good = load(store, [csv("机构.csv", ORGANIZATIONS)], strict=True)
    assert (good.written, good.warnings) == (True, ())


def test_dry_run_changes_nothing_and_says_what_would(store: Store, csv: Make) -> None:
    path = csv("机构.csv", ORGANIZATIONS)
    before = marks(store), digest(store)
    trial = load(store, [path], dry_run=True)
    assert (marks(store), digest(store)) == before
    assert not trial.written
    done = load(store, [path])
    assert trial.tables == done.tables
    assert (trial.created, trial.changed) == (done.created, done.changed)


WRONG: dict[str, tuple[str, bytes, type[ShuniuError]]] = {
    "missing column": ("企业.csv", "名称,规模\n甲,小型\n".encode(), MissingColumn),
    "unknown table": ("别的.csv", ORGANIZATIONS.encode(), UnknownTable),
    "no workbook": ("企业.xlsx", b"no workbook", FileUnreadable),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_stops_the_load_before_it_begins(store: Store, csv: Make, tmp_path: Path, wrong: str) -> None:
    name, content, error = WRONG[wrong]
    (tmp_path / name).write_bytes(content)
    before = marks(store)
    with pytest.raises(error):
        load(store, [csv("机构.csv", ORGANIZATIONS), tmp_path / name])
    assert marks(store) == before


def test_a_missing_file_stops_the_load_before_it_begins(store: Store, csv: Make, tmp_path: Path) -> None:
    before = marks(store)
    with pytest.raises(FileMissing, match=r"没有\.csv"):
        load(store, [csv("机构.csv", ORGANIZATIONS), tmp_path / "没有.csv"])
    assert marks(store) == before


class Full:
    """A store whose disk is full: everything else is the real one's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def apply(self, delta: Delta) -> None:
        assert delta
        raise DiskFull(path="…")


def test_a_load_that_failed_can_be_done_again(store: Store, csv: Make) -> None:
    path = csv("机构.csv", ORGANIZATIONS)
    with pytest.raises(DiskFull):
        load(Full(store), [path])  # type: ignore[arg-type]
    assert load(store, [path]).written
    states = [(event["load"], event["state"]) for event in Journal(store.home).events()]
    assert [state for load, state in states if load == "load-000002"] == ["begun", "failed", "begun", "done"]


def test_a_load_leaves_its_mark(store: Store, csv: Make) -> None:
    path = csv("机构.csv", ORGANIZATIONS)
    report = load(store, [path])
    with store.read() as session:
        (mark,) = session.nodes(schema.nodes()["Load"], pa.array([report.load])).to_pylist()
    assert (mark["sequence"], mark["state"], mark["created"]) == (2, "done", report.created)
    assert mark["model"] == schema.fingerprint()
    begun = next(e for e in Journal(store.home).events() if e["load"] == report.load)
    assert set(begun["files"]) == {str(path)}
    assert all(len(sha) == 64 for sha in begun["files"].values())


# --- who is meant -------------------------------------------------------------------------------------

RESOURCES = "名称,资源类别,服务类型,提供机构,所在载体\n"


def reasons(report: LoadReport) -> dict[int, RowIssue]:
    return {issue.row: issue for issue in report.issues}


def test_an_unknown_provider_is_a_reason(store: Store, csv: Make) -> None:
    text = RESOURCES + "示例-培训-1,培训,创业辅导,无此机构,\n"
    report = load(store, [csv("服务资源.csv", text)])
    issue = reasons(report)[2]
    assert (issue.column, issue.value) == ("提供机构", "无此机构")
    assert "先在相应的表中登记" in issue.reason.zh


def test_an_unknown_operator_is_entered_as_merely_mentioned(store: Store, csv: Make) -> None:
    carriers = csv("服务载体.csv", "名称,类型,运营机构,所在地区\n示例-载体,众创空间,示例-运营方,涪城区\n")
    assert not load(store, [carriers]).issues
    assert nodes(store, "Organization")["示例-运营方"]["mentioned"] is True
    assert ("示例-运营方", "涪城区") in ends(store, "LOCATED_IN", "Organization", "Region")
    assert ("示例-载体", "示例-运营方") in ends(store, "OPERATED_BY", "Carrier", "Organization")
    load(store, [csv("机构.csv", "名称,类型,所在地区\n示例-运营方,企业,游仙区\n")])
    found = nodes(store, "Organization")["示例-运营方"]
    assert (found["mentioned"], found["kind"]) == (False, "enterprise")
    assert not load(store, [carriers]).written


def test_a_provider_at_a_carrier_may_be_new(store: Store, csv: Make) -> None:
    carriers = csv("服务载体.csv", "名称,类型,所在地区\n示例-载体,众创空间,涪城区\n")
    resources = csv("服务资源.csv", RESOURCES + "示例-培训-1,培训,创业辅导,示例-新机构,示例-载体\n")
    assert not load(store, [carriers, resources]).issues
    assert ("示例-新机构", "示例-培训-1") in ends(store, "PROVIDES", "Organization", "Resource")
    assert ("示例-载体", "示例-培训-1") in ends(store, "HOSTS", "Carrier", "Resource")


def test_namesakes_are_told_apart_by_place_or_not_at_all(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", "名称,所在地区\n示例-同名,绵阳市\n示例-同名,宜宾市\n")])
    carriers = "名称,类型,运营机构,所在地区\n示例-甲,众创空间,示例-同名,涪城区\n示例-乙,众创空间,示例-同名,成都市\n"
    report = load(store, [csv("服务载体.csv", carriers)])
    assert ("示例-甲", "示例-同名") in ends(store, "OPERATED_BY", "Carrier", "Organization")
    issue = reasons(report)[3]
    assert "绵阳市" in issue.reason.zh and "宜宾市" in issue.reason.zh
    assert issue.cell_only
    assert counts(report, "carriers") == (2, 2, 0, 0, 0, 0)
    assert {o for c, o in ends(store, "OPERATED_BY", "Carrier", "Organization") if c == "示例-乙"} == set()


def test_a_bad_cell_of_a_rejected_row_is_one_more_reason(store: Store, csv: Make) -> None:
    head = RESOURCES.replace("\n", ",年服务能力\n")
    rows = "示例-培训-1,培训,创业辅导,示例-无此机构,,每月10次\n示例-培训-2,培训,创业辅导,示例-机构,,每月10次\n"
    report = load(store, [csv("机构.csv", "名称,所在地区\n示例-机构,绵阳市\n"), csv("服务资源.csv", head + rows)])
    assert [(i.row, i.column, i.cell_only) for i in report.issues] == [
        (2, "年服务能力", False), (3, "年服务能力", True), (2, "提供机构", False)
    ]  # fmt: skip
    assert (report.rejected, report.cells) == (1, 1)


def test_what_hangs_on_a_rejected_row_names_that_row(store: Store, csv: Make) -> None:
    windows = (
        "名称,类型,上级,所在地区\n"
        "示例-站点-1,服务站点,,无此地\n"
        "示例-站点-2,服务站点,示例-站点-1,涪城区\n"
        "示例-站点-4,服务站点,绵阳市窗口平台,涪城区\n"
    )
    carriers = "名称,类型,上级窗口,所在地区\n示例-载体,无此类型,示例-站点-2,涪城区\n"
    resources = RESOURCES + "示例-培训-1,培训,创业辅导,示例-机构,示例-载体\n"
    paths = [csv("枢纽与窗口.csv", windows), csv("服务载体.csv", carriers), csv("服务资源.csv", resources)]
    report = load(store, paths)
    assert [t.rejected for t in report.tables] == [1, 1, 1]
    hanging = [(i.file, i.row, i.column, i.cell_only, i.reason.zh) for i in report.issues if "被退回" in i.reason.zh]
    assert hanging == [
        ("枢纽与窗口.csv", 3, "上级", True,
         "“示例-站点-1”自己的那一行被退回，请先改正：枢纽与窗口.csv 第 2 行 所在地区"),
        ("服务资源.csv", 2, "所在载体", False,
         "“示例-载体”自己的那一行被退回，请先改正：服务载体.csv 第 2 行 类型"),
    ]  # fmt: skip
    assert all(balanced(tally) for tally in report.tables)
    assert ("示例-站点-4", "绵阳市窗口平台") in ends(store, "REPORTS_TO", "Window", "Window")
    assert ("示例-站点-2", "示例-站点-1") not in ends(store, "REPORTS_TO", "Window", "Window")
    assert "示例-站点-1" not in nodes(store, "Window")


def test_an_organisation_by_its_code(store: Store, csv: Make) -> None:
    head = "名称,统一社会信用代码,所在地区\n"
    load(store, [csv("机构.csv", head + "示例-甲,91110000600037341L,绵阳市\n")])
    report = load(store, [csv("机构.csv", head + "示例-甲（更名）,91110000600037341l,宜宾市\n")])
    assert counts(report, "organizations") == (1, 0, 1, 0, 0, 0)
    found = nodes(store, "Organization")
    assert found["示例-甲（更名）"]["key"] == "91110000600037341L"
    assert "示例-甲" not in found


def test_partnerships_have_no_direction(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", ORGANIZATIONS)])
    one = "甲方,乙方,合作维度,内容\n示例-甲,示例-乙,创新链,设备\n"
    other = "甲方,乙方,合作维度,内容\n示例-乙,示例-甲,创新链,设备\n示例-甲,示例-甲,品牌链,\n"
    assert counts(load(store, [csv("合作关系.csv", one)]), "partnerships") == (1, 1, 0, 0, 0, 0)
    report = load(store, [csv("合作关系.csv", other)])
    assert counts(report, "partnerships") == (2, 0, 0, 1, 0, 1)
    assert "同一家" in reasons(report)[3].reason.zh


def test_demand_of_the_whole_province_is_refused(store: Store, csv: Make) -> None:
    text = "所在地区,产业链,企业数\n四川省,优质白酒,10\n绵阳市,优质白酒,１，２００\n"
    report = load(store, [csv("企业数量.csv", text)])
    assert set(reasons(report)) == {2}
    assert [row["count"] for row in nodes(store, "EnterpriseCount").values()] == [1200.0]


# --- where it comes from ------------------------------------------------------------------------------


def test_names_with_the_mark_are_synthetic_whoever_sends_them(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", "名称,所在地区,来源\n示例-甲,绵阳市,\n真实公司,绵阳市,市经信局\n")])
    found = nodes(store, "Organization")
    assert (found["示例-甲"]["data_class"], found["示例-甲"]["source"]) == ("SYNTHETIC", "用户提交")
    assert (found["真实公司"]["data_class"], found["真实公司"]["source"]) == ("REAL", "市经信局")
    assert found["真实公司"]["verification"] == "user_supplied"


def test_a_folder_says_where_its_rows_come_from(store: Store, csv: Make) -> None:
    stated = "source: {zh: 演示, en: demonstration}\nverification: 二手来源\ndata_class: SYNTHETIC\n"
    folder = csv("数据/source.yml", stated).parent
    csv("数据/机构.csv", "名称,所在地区\n无标记,绵阳市\n")
    load(store, [folder])
    found = nodes(store, "Organization")["无标记"]
    assert (found["source"], found["verification"], found["data_class"]) == ("演示", "secondary", "SYNTHETIC")


def test_contacts_never_enter_the_graph(store: Store, csv: Make) -> None:
    text = "名称,所在地区,联系人,联系电话\n示例-甲,绵阳市,张三丰,13800138000\n"
    assert not load(store, [csv("机构.csv", text)]).issues
    kept = str(nodes(store, "Organization")) + Journal(store.home).path.read_text(encoding="utf-8")
    assert "示例-甲" in kept
    assert "张三丰" not in kept and "13800138000" not in kept


# --- the template -------------------------------------------------------------------------------------


def test_rows_like_the_examples_load_together(store: Store, tmp_path: Path) -> None:
    """The examples themselves never enter; the same rows about others do, and refer to each other rightly."""
    for table in TABLES.values():
        with (tmp_path / f"{table.label.zh}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = plain_csv.DictWriter(file, [column.name for column in table.columns])
            writer.writeheader()
            for row in table.examples:
                others = {name: text.replace("示例-", "示例-另-") for name, text in row.items()}
                writer.writerow(others if "count" not in row else {**others, "count": row["count"] + "1"})
    report = load(store, [tmp_path])
    assert report.issues == ()
    assert {tally.table: tally.created for tally in report.tables} == {t.name: len(t.examples) for t in TABLES.values()}
    assert not load(store, [tmp_path]).written


def test_ignored_columns_are_reported(store: Store, csv: Make) -> None:
    report = load(store, [csv("机构.csv", "名称,备注,所在地区\n示例-甲,好,绵阳市\n")])
    assert report.ignored == ("机构.csv: 备注",)
