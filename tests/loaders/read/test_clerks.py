"""Lists as clerks write them: what becomes of each, in every row and cell, by dry runs on one store."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.write.report import LoadReport

Sheets = Mapping[str, list[list[object]]]
ABOUT = ("source", "verification", "data_class", "key", "namesake", "mentioned", "name")


class Meant(NamedTuple):
    """What is to come of some files.

    ``nodes``: by name, the place and whatever else is stated; ``notes``: rows that are no data, with their kind;
    ``bad``: rows and columns of cells that are refused; ``says``: words of what is told.
    """

    nodes: dict[str, dict[str, object]]
    notes: Sequence[tuple[int, str]] = ()
    bad: Sequence[tuple[int, str]] = ()
    says: tuple[str, ...] = ()


def created(report: LoadReport, label: str) -> list[dict[str, Any]]:
    """Return the nodes of a label that a load creates, or would, each with its place as ``region``."""
    assert report.delta
    placed = {
        row["from_key"]: row["to_key"]
        for change in report.delta.of("LOCATED_IN")
        if change.spec.source == label  # type: ignore[union-attr]
        for row in change.created.to_pylist()
    }
    rows = (row for change in report.delta.of(label) for row in change.created.to_pylist())
    return [{"region": placed[row["key"]], **row} for row in rows]


def came(report: LoadReport, label: str) -> dict[str, dict[str, Any]]:
    """Return what a load would create of a label, by name: the place and what else is stated."""
    return {
        row["name"]: {k: v for k, v in row.items() if v not in (None, []) and k not in ABOUT}
        for row in created(report, label)
    }


def check(report: LoadReport, label: str, meant: Meant) -> None:
    for t in report.tables:
        assert t.read == t.created + t.updated + t.unchanged + t.merged + t.rejected
    assert came(report, label) == meant.nodes
    assert [(note.row, note.kind) for note in report.notes] == list(meant.notes)
    assert [(issue.row, issue.column) for issue in report.issues] == list(meant.bad)
    told = "\n".join(warning.zh for warning in report.warnings)
    assert all(word in told for word in meant.says), told


def counts(**of: float) -> dict[str, dict[str, object]]:
    """Return counts of 智能装备 by county of 绵阳: 涪城区=60."""
    codes = {"绵阳市": "510700", "涪城区": "510703", "游仙区": "510704", "三台县": "510722"}
    return {
        f"绵阳市{'' if name == '绵阳市' else name}·智能装备": {"region": codes[name], "count": float(count)}
        for name, count in of.items()
    }


HEAD: list[object] = ["地区", "产业链", "企业数"]
FU: list[object] = ["涪城区", "智能装备", 60]
YOU: list[object] = ["游仙区", "智能装备", 40]
COUNTS: dict[str, tuple[str, list[list[object]], Meant]] = {
    "units in a row of their own": (
        "企业数量",
        [["2025年统计表"], ["所在地", "", "产业", "企业情况"], ["市州", "县区", "", "总数"],
         ["", "", "产业链", "企业数"],
         ["", "", "", "（百家）"], ["绵阳市", "涪城区", "智能装备", "1.5"], ["绵阳市", "游仙区", "智能装备", 2]],
        Meant(counts(涪城区=150, 游仙区=200), says=("以“百家”计（依表头“企业数（百家）”）",)),
    ),
    "plain units below the header": (
        "企业数量",
        [HEAD, ["", "", "万家"], ["涪城区", "智能装备", "1.5"]],
        Meant(counts(涪城区=15000), says=("以“万家”计",)),
    ),
    "other words of totals": (
        "企业数量",
        [HEAD, ["全省总计", "智能装备", 100], FU, YOU, ["总量", "", 100], ["全部", "", 100], ["∑", "", 100],
         ["绵阳市（合计）", "智能装备", 100], ["其中", "", ""], ["-----", "——", "/"]],
        Meant(
            counts(涪城区=60, 游仙区=40),
            [(2, "total"), (5, "total"), (6, "figure"), (7, "figure"), (8, "total"), (9, "heading"), (10, "blank")],
        ),
    ),
    "a place with its own, its counties and their sum": (
        "绵阳市企业数量",
        [HEAD, ["全市", "智能装备", 110], ["市本级", "智能装备", 10], FU, YOU],
        Meant(counts(绵阳市=10, 涪城区=60, 游仙区=40), [(2, "explained_total")], says=("2 个地名按“绵阳市”理解",)),
    ),
    "a whole and its own that nothing else names": (
        "企业数量",
        [HEAD, ["全市", "智能装备", 103], ["市直属", "智能装备", 3], FU, YOU],
        Meant(
            counts(绵阳市=3, 涪城区=60, 游仙区=40), [(2, "explained_total")],
            says=("2 个地名按“绵阳市”理解（依同列的其他地名）",),
        ),
    ),
    "a sum that its own and its counties do not make": (
        "绵阳市企业数量",
        [HEAD, ["全市", "智能装备", 130], ["市本级", "智能装备", 10], FU, YOU],
        Meant(
            counts(绵阳市=10, 涪城区=60, 游仙区=40), [(2, "explained_total")],
            says=("绵阳市全市 的总数 130 与其本级和区县之和 110 不等，只计各项",),
        ),
    ),
    "its own and the sum in the column of counties": (
        "企业数量",
        [["市州", "县区", "产业链", "企业数"], ["绵阳市", "", "智能装备", 110], ["绵阳市", "市本级", "智能装备", 10],
         ["绵阳市", *FU], ["绵阳市", *YOU], ["绵阳市", "合计", "智能装备", 110]],
        Meant(counts(绵阳市=10, 涪城区=60, 游仙区=40), [(2, "explained_total"), (6, "total")]),
    ),
    "the day in the title, numbered places and dittos": (
        "企业数量",
        [["绵阳市企业统计（截至2025年6月底）"], ["填报日期：2025年7月1日"], HEAD,
         ["（1）涪城区", "智能装备", "1,200（家）"], ["2、游仙区", "″", 40], ["三、三台县", "同 上", 3]],
        Meant(
            {
                name: {**node, "as_of": date(2025, 6, 30)}
                for name, node in counts(涪城区=1200, 游仙区=40, 三台县=3).items()
            },
            says=("统计时间 没有填写的按“2025年6月底”载入（依 标题“绵阳市企业统计（截至2025年6月底）”）",),
        ),
    ),
    "one number twice, differently": (
        "企业数量",
        [HEAD, FU, ["绵阳市涪城区", "智能装备", 61], YOU, YOU],
        Meant(counts(游仙区=40), bad=[(2, "企业数"), (3, "企业数")]),
    ),
    "parts marked by strokes": (
        "企业数量",
        [HEAD, ["绵阳市", "智能装备", 103], ["#涪城区", "智能装备", 60], ["└游仙区", "智能装备", 40],
         ["# 三台县", "智能装备", 3]],
        Meant(counts(涪城区=60, 游仙区=40, 三台县=3), [(2, "explained_total")]),
    ),
    "words behind numbers": (
        "企业数量",
        [HEAD, ["涪城区", "智能装备", "12 家企业"], ["游仙区", "智能装备", "0.12万户"],
         ["三台县", "智能装备", "约300家"]],
        Meant(counts(涪城区=12, 游仙区=1200), bad=[(4, "企业数")]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_counts(reference_store: Store, xlsx: Callable[[str, Sheets], Path], name: str) -> None:
    file, lines, meant = COUNTS[name]
    report = load(reference_store, [xlsx(f"{file}.xlsx", {"Sheet1": lines})], dry_run=True)
    check(report, "EnterpriseCount", meant)


def test_the_newest_of_several_days_counts(reference_store: Store, csv: Callable[..., Path]) -> None:
    days = ("2025年第一季度", "2025Q2", "2024年下半年", "截至2025年5月底", "2025年1-4月", "2025年6月中旬")
    lines = "".join(f"涪城区,智能装备,{number},{day}\n" for number, day in enumerate(days, 10))
    report = load(reference_store, [csv("企业数量.csv", f"地区,产业链,企业数,统计截止日期\n{lines}")], dry_run=True)
    (node,) = came(report, "EnterpriseCount").values()
    assert (node["count"], f"{node['as_of']}") == (11.0, "2025-06-30")
    assert [(note.row, note.kind) for note in report.notes] == [(row, "older_count") for row in (2, 4, 5, 6, 7)]
    ends = ("2025-03-31", "2025-06-30", "2024-12-31", "2025-05-31", "2025-04-30", "2025-06-20")
    told = "\n".join(warning.zh for warning in report.warnings)
    assert all(f"“{day}”没有写明日，按末日 {end} 读入" in told for day, end in zip(days, ends, strict=True))


DAYS = {
    "企业数（2024年）,企业数（2025年6月底）": ("10,20", date(2025, 6, 30)),
    "企业户数（2025年；户）,企业户数（2024年；户）": ("20,10", date(2025, 12, 31)),
    "企业数（截至2025年6月）,产值": ("20,3.5", date(2025, 6, 30)),
}


@pytest.mark.parametrize("header", DAYS)
def test_days_behind_counts(reference_store: Store, csv: Callable[..., Path], header: str) -> None:
    row, day = DAYS[header]
    report = load(
        reference_store, [csv("企业数量.csv", f"地区,产业链,{header}\n涪城区,智能装备,{row}\n")], dry_run=True
    )
    assert came(report, "EnterpriseCount") == {
        "绵阳市涪城区·智能装备": {"region": "510703", "count": 20.0, "as_of": day}
    }
    assert report.issues == ()


EMPTY = (
    "（略）",
    "尚无",
    "没填",
    "暂未确定",
    "空值",
    "待完善",
    "目前无",
    "查无",
    "未 填 写。",
    "【暂无】",
    "tbd",
    "-----",
)


def test_more_marks_of_an_empty_cell(reference_store: Store, csv: Callable[..., Path]) -> None:
    lines = "".join(f"某{number}研究院,{mark},涪城区,{mark},{mark}\n" for number, mark in enumerate(EMPTY))
    report = load(reference_store, [csv("机构.csv", f"名称,类型,所在地区,地址,经度\n{lines}")], dry_run=True)
    nodes = {f"某{number}研究院": {"region": "510703"} for number in range(len(EMPTY))}
    check(report, "Organization", Meant(nodes))


def test_coordinates_that_are_none_or_swapped(reference_store: Store, csv: Callable[..., Path]) -> None:
    rows = ("甲院,涪城区,0,0", "乙院,涪城区,31.4,104.7", "丙院,涪城区,104.7,31.4", "丁院,涪城区,104°30′,0.0")
    text = "\n".join(("名称,所在地区,经度,纬度", *rows))
    nodes: dict[str, dict[str, object]] = {name: {"region": "510703"} for name in ("甲院", "乙院", "丙院", "丁院")}
    nodes["丙院"] |= {"lon": 104.7, "lat": 31.4}
    nodes["丁院"] |= {"lon": 104.5}
    report = load(reference_store, [csv("机构.csv", text)], dry_run=True)
    check(report, "Organization", Meant(nodes, bad=[(3, "经度"), (3, "纬度")]))


PLACES = {
    "县（市、区）/园区": ("所属市州", [
        ("绵阳市", "高新区", "510703"), ("内江", "市中区", "511002"), ("", "游仙区", "510704"),
        ("宜宾市", "", "511500"), ("泸州市", "泸州高新区", "510502"), ("德阳市", "市辖区", "510600"),
        ("凉山州", "州本级", "513400"),
    ]),
    "区/县": ("市/州", [("绵阳市", "涪城", "510703"), ("乐山市", "市中区", "511102")]),
    "所属县/市/区": ("市", [("绵阳", "三台", "510722"), ("绵阳", "江油市", "510781")]),
}  # fmt: skip


@pytest.mark.parametrize("county", PLACES)
def test_two_columns_of_a_place_by_other_names(reference_store: Store, csv: Callable[..., Path], county: str) -> None:
    prefecture, rows = PLACES[county]
    text = "".join(f"某{n}公司,{above},{below}\n" for n, (above, below, _) in enumerate(rows))
    report = load(reference_store, [csv("企业.csv", f"企业名称,{prefecture},{county}\n{text}")], dry_run=True)
    check(report, "Enterprise", Meant({f"某{n}公司": {"region": row[2]} for n, row in enumerate(rows)}))


def test_a_place_in_one_column_with_a_stroke(reference_store: Store, csv: Callable[..., Path]) -> None:
    text = "企业名称,市（州）/县（市、区）\n甲公司,绵阳市/涪城区\n乙公司,乐山/市中\n丙公司,成都市 高新区\n"
    regions = {"甲公司": "510703", "乙公司": "511102", "丙公司": "510107"}
    report = load(reference_store, [csv("企业.csv", text)], dry_run=True)
    check(report, "Enterprise", Meant({name: {"region": region} for name, region in regions.items()}))


def test_folders_and_archives_say_of_where_short_names_are(reference_store: Store, tmp_path: Path) -> None:
    text = "名称,所在地区\n{name},{place}\n"
    folder = tmp_path / "绵阳市报送" / "第一批"
    folder.mkdir(parents=True)
    (folder / "机构.csv").write_text(text.format(name="甲院", place="经开区"), encoding="utf-8")
    with zipfile.ZipFile(folder.parent / "各地.zip", "w") as file:
        file.writestr("内江/机构.csv", text.format(name="乙院", place="市中区"))
        file.writestr("乐山市/机构.csv", text.format(name="丙院", place="市中区"))
        file.writestr("机构.csv", text.format(name="丁院", place="高新区"))
    regions = {"甲院": "510700", "乙院": "511002", "丙院": "511102", "丁院": "510703"}
    report = load(reference_store, [folder.parent], dry_run=True)
    check(
        report, "Organization",
        Meant({name: {"region": region} for name, region in regions.items()}, says=("依文件夹“绵阳市报送”",)),
    )  # fmt: skip


def test_a_folder_of_another_place_than_the_senders_leaves_short_names_open(
    reference_store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "报送.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("source.yml", "sender: 内江市窗口\n")
        for folder, name, place in (("乐山", "甲院", "市中区"), ("内江", "乙院", "市中区"), ("材料", "丙院", "东兴区")):
            file.writestr(f"{folder}/机构.csv", f"名称,所在地区\n{name},{place}\n")
    report = load(reference_store, [path], dry_run=True)
    assert came(report, "Organization") == {"乙院": {"region": "511002"}, "丙院": {"region": "511011"}}
    (issue,) = report.issues
    assert (issue.file, issue.row, issue.column, issue.value) == ("报送.zip/乐山/机构.csv", 2, "所在地区", "市中区")
    assert "乐山市市中区" in issue.reason.zh and "内江市市中区" in issue.reason.zh


def test_sheets_and_headings_of_counties(reference_store: Store, xlsx: Callable[[str, Sheets], Path]) -> None:
    head: list[object] = ["名称", "类型"]
    sheets: Sheets = {
        **{name: [head, [f"{name}院", "服务机构"]] for name in ("涪城", "高新区")},
        "汇总": [["县区", "机构数"], ["涪城", 1], ["合计", 1]],
    }
    report = load(reference_store, [xlsx("绵阳市机构台账.xlsx", sheets)], dry_run=True)
    kind = {"region": "510703", "kind": "service_institution"}
    check(report, "Organization", Meant({"涪城院": kind, "高新区院": kind}, says=("[汇总] 不是已知的数据表，未载入",)))
    lines: list[list[object]] = [
        ["绵阳市规上企业名单"], ["序号", "企业名称", "行业代码"], ["一", "涪城区"], [1, "甲公司", "3562"],
        ["", "小计", 1], ["（二）", "游仙区"], [1, "乙公司", "3562"], ["", "合计", 2],
    ]  # fmt: skip
    report = load(reference_store, [xlsx("名单.xlsx", {"Sheet1": lines})], dry_run=True)
    firm = {"industry": "3562", "tags": ["above_scale"]}
    notes = [(3, "heading"), (5, "total"), (6, "heading"), (8, "total")]
    nodes = {"甲公司": {**firm, "region": "510703"}, "乙公司": {**firm, "region": "510704"}}
    check(report, "Enterprise", Meant(nodes, notes))


def test_a_heading_is_a_place_or_a_list_and_no_firm_or_sum(
    reference_store: Store, csv: Callable[[str, str], Path], xlsx: Callable[[str, Sheets], Path]
) -> None:
    text = "企业名称,资质\n三台县,\n三台县甲厂,\n三台县乙公司,小巨人\n三台县小计,\n绵阳高新区,\n丙厂,\n"
    report = load(reference_store, [csv("企业.csv", text)], dry_run=True)
    nodes = {"三台县甲厂": "510722", "三台县乙公司": "510722", "丙厂": "510703"}
    firms: dict[str, dict[str, object]] = {name: {"region": region} for name, region in nodes.items()}
    firms["三台县乙公司"]["tags"] = ["little_giant"]
    check(report, "Enterprise", Meant(firms, [(2, "heading"), (5, "total"), (6, "heading")]))
    head: list[object] = ["名称", "类型"]
    lines: list[list[object]] = [
        ["三台县机构名单"], head, ["甲站", "服务机构"], ["盐亭县机构名单"], head, ["乙站", "服务机构"],
    ]  # fmt: skip
    report = load(reference_store, [xlsx("机构.xlsx", {"Sheet1": lines})], dry_run=True)
    regions = {"甲站": "510722", "乙站": "510723"}
    stations = {name: {"region": code, "kind": "service_institution"} for name, code in regions.items()}
    check(report, "Organization", Meant(stations, says=("表中上下排有 2 张表",)))


def test_pages_go_on_and_a_cell_may_point_elsewhere(reference_store: Store, csv: Callable[[str, str], Path]) -> None:
    text = (
        "名称,类型,所在地区,地址\n甲站,商会,涪城区,见附件\n第1页 共2页,,,\n绵阳市机构名单（续表）,,,\n"
        "名称,类型,所在地区,地址\n乙站,商会,游仙区,同左\n永续站,,,\n第2页 共2页,,,\n"
    )
    report = load(reference_store, [csv("机构.csv", text)], dry_run=True)
    nodes: dict[str, dict[str, object]] = {
        name: {"region": region, "kind": "chamber"} for name, region in (("甲站", "510703"), ("乙站", "510704"))
    }
    notes = [(3, "footnote"), (4, "footnote"), (5, "header"), (8, "footnote")]
    check(report, "Organization", Meant(nodes, notes, [(7, "所在地区"), (2, "地址"), (6, "地址")]))
    assert [i.reason.zh for i in report.issues if i.column == "地址"] == [
        "“见附件”只是指向别处，请写出内容",
        "“同左”只是指向别处，请写出内容",
    ]


@pytest.mark.parametrize(
    ("file", "months", "count", "day"),
    [
        ("2026年企业数量", {"1月": 5, "2月": 6, "12月": 4}, 4, date(2026, 12, 31)),
        ("企业数量（2025年）", {"一季度": 5, "第二季度": 7}, 7, date(2025, 6, 30)),
        ("企业数量2025", {"上半年": 5, "下半年": 3}, 3, date(2025, 12, 31)),
    ],
)
def test_a_sheet_for_each_part_of_a_year(
    reference_store: Store,
    xlsx: Callable[[str, Sheets], Path],
    file: str,
    months: dict[str, int],
    count: int,
    day: date,
) -> None:
    book = xlsx(f"{file}.xlsx", {name: [HEAD, ["涪城区", "智能装备", n]] for name, n in months.items()})
    report = load(reference_store, [book], dry_run=True)
    nodes = {name: {**node, "as_of": day} for name, node in counts(涪城区=count).items()}
    check(report, "EnterpriseCount", Meant(nodes, says=("统计时间 没有填写的按",)))


def test_months_of_no_year_that_differ_are_told(reference_store: Store, xlsx: Callable[[str, Sheets], Path]) -> None:
    book = xlsx("企业数量.xlsx", {name: [HEAD, ["涪城区", "智能装备", n]] for name, n in {"1月": 5, "2月": 6}.items()})
    said = (
        "企业数量.xlsx[2月]：1 行与企业数量.xlsx[1月]同一天的数不同，以这里的为准：第 2 行（那里 5，这里 6）；"
        "若不是同一时间的，请写明统计时间",
    )
    check(load(reference_store, [book], dry_run=True), "EnterpriseCount", Meant(counts(涪城区=6), says=said))


def test_thousands_that_came_apart_in_a_csv_are_refused(reference_store: Store, csv: Callable[..., Path]) -> None:
    file = csv(
        "企业数量.csv", "地区,产业链,企业数,,\n涪城区,智能装备,1,234,\n游仙区,智能装备,40,,\n三台县,智能装备,5,0,\n"
    )
    report = load(reference_store, [file], dry_run=True)
    check(report, "EnterpriseCount", Meant(counts(游仙区=40, 三台县=5), bad=[(2, "")]))
    assert report.issues[0].reason.zh == ("“1”右边没有表头的格里是 234，像是 1,234 没有加引号被拆成了两格；请写作 1234")


def test_a_place_that_stands_above_is_asked_for(reference_store: Store, csv: Callable[..., Path]) -> None:
    file = csv("企业数量.csv", "地区,产业链,企业数\n涪城区,智能装备,5\n,新材料,6\n")
    report = load(reference_store, [file], dry_run=True)
    check(report, "EnterpriseCount", Meant(counts(涪城区=5), bad=[(3, "所在地区")]))
    assert report.issues[0].reason.zh == "必填项为空；与上一行相同的请写“同上”"


@pytest.mark.parametrize(
    ("title", "word"),
    [("绵阳市规上企业数量统计表", "规上"), ("2026年企业数量目标", "目标"), ("绵阳市企业数量统计表", "")],
)
def test_counts_of_some_firms_or_of_aims_are_told(
    reference_store: Store, csv: Callable[..., Path], title: str, word: str
) -> None:
    report = load(
        reference_store, [csv("企业数量.csv", f"{title}\n地区,产业链,企业数\n涪城区,智能装备,5\n")], dry_run=True
    )
    said = (
        f"企业数量.csv：标题“{title}”里有“{word}”：企业数量应是现有的全部企业，"
        "若是目标数或只是其中一部分，请不要按企业数量载入"
    )
    assert [w.zh for w in report.warnings if "全部企业" in w.zh] == ([said] if word else [])
