"""From files to raw rows: every way in which people save tables."""

from collections.abc import Callable
from pathlib import Path

import pytest
from opencc import OpenCC

from graph.errors import FileMissing, FileUnreadable, MissingColumn, UnknownTable
from graph.stores.base import Store
from loaders.parse.rows import parse
from loaders.pipeline import load
from loaders.read import Sheet, find_table, open_all, source_files
from loaders.read.explaining import explain, write_note
from loaders.tables import TABLES

Make = Callable[..., Path]
LINES = "名称,类型,所在地区,地址\n示例-甲,服务机构,绵阳市,一号；院\n示例-乙,商会,涪城区,\n"
ROWS = {
    2: {"name": "示例-甲", "kind": "服务机构", "region": "绵阳市", "address": "一号；院"},
    3: {"name": "示例-乙", "kind": "商会", "region": "涪城区", "address": ""},
}


def raw(sheet: Sheet) -> dict[int, dict[str, str]]:
    """Return the rows of a sheet by their number."""
    return {number: row for chunk in sheet.chunks() for number, row in chunk.rows(set(chunk.numbers.tolist()))}


def one(path: Path) -> Sheet:
    (sheet,) = open_all([path])
    return sheet


# --- CSV ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(csv: Make, encoding: str) -> None:
    sheet = one(csv("机构.csv", LINES, encoding))
    assert raw(sheet) == ROWS
    assert [w for w in sheet.warnings if "GB18030" in w.zh] == list(sheet.warnings)
    assert bool(sheet.warnings) == encoding.startswith("gb")


def test_a_rare_character_needs_gb18030(csv: Make) -> None:
    text = LINES.replace("示例-甲", "示例-𬭚㐂")
    assert raw(one(csv("机构.csv", text, "gb18030")))[2]["name"] == "示例-𬭚㐂"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(csv: Make, delimiter: str) -> None:
    assert raw(one(csv("机构.csv", LINES.replace(",", delimiter)))) == ROWS


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(csv: Make, newline: str) -> None:
    assert raw(one(csv("机构.csv", LINES.replace("\n", newline)))) == ROWS
    assert raw(one(csv("机构.csv", LINES.replace("\n", newline).removesuffix(newline)))) == ROWS


@pytest.mark.parametrize(
    "header",
    [
        "name,kind,region,address",
        "名称*,类型,所在地区*,地址",
        " 机构名称 , 机构类型 ,地区,ADDRESS",
        "单位名称,Kind,区县,地址",
        '"名称","类型","所在地区","地址"',
        "名称（必填）,类 型,所在地区【必填】,地址（门牌号）",
        "★名称：,ＫＩＮＤ,所在地区＊,地址",
    ],
)
def test_headers(csv: Make, header: str) -> None:
    assert raw(one(csv("机构.csv", LINES.replace("名称,类型,所在地区,地址", header)))) == ROWS


def test_any_order(csv: Make) -> None:
    text = "地址,所在地区,名称,类型\n一号；院,绵阳市,示例-甲,服务机构\n,涪城区,示例-乙,商会\n"
    assert raw(one(csv("机构.csv", text))) == ROWS


def test_unknown_columns_are_named(csv: Make) -> None:
    text = "名称,备注,所在地区,名称,\n示例-甲,好,绵阳市,又名,\n"
    sheet = one(csv("机构.csv", text))
    assert sheet.ignored == ("备注", "名称")
    assert raw(sheet) == {2: {"name": "示例-甲", "region": "绵阳市"}}


@pytest.mark.parametrize("header", ["序号", "No.", "顺序号", "№", "*序号", "序 号"])
def test_running_numbers_are_no_unknown_column(csv: Make, header: str) -> None:
    assert one(csv("机构.csv", f"{header},名称,所在地区,编号\n1,示例-甲,绵阳市,7\n")).ignored == ("编号",)


def test_cells_under_no_header_of_a_text_are_told(csv: Make) -> None:
    sheet = one(csv("机构.csv", "机构名单,,,\n名称,所在地区,,\n示例-甲,绵阳市,,\n示例-乙,绵阳市,,某\n"))
    assert [w.zh for w in sheet.warnings] == ["机构.csv：表头上方的 1 行未读", "机构.csv：第 4 列没有表头，未读"]
    assert one(csv("机构.csv", "名称,所在地区,,\n示例-甲,绵阳市,, \n")).warnings == ()


def test_an_exact_header_goes_before_one_in_brackets_and_the_first_of_two(csv: Make) -> None:
    sheet = one(csv("机构.csv", "名称（英文）,名称,所在地区,所在地区\nA,示例-甲,绵阳市,成都市\n"))
    assert raw(sheet) == {2: {"name": "示例-甲", "region": "绵阳市"}}
    assert sheet.ignored == ("名称（英文）", "所在地区")
    assert ["所在地区" in w.zh or "名称（英文）" in w.zh for w in sheet.warnings] == [True, True]


def test_titles_above_the_header(csv: Make) -> None:
    text = '机构一览表,,,\n"单位：绵阳\n日期：2026",,,\n\n' + LINES
    sheet = one(csv("机构.csv", text))
    assert raw(sheet) == {number + 3: row for number, row in ROWS.items()}
    assert ["2 行" in w.zh for w in sheet.warnings] == [True]
    bad = one(csv("机构.csv", text + "少\n好,商会,绵阳市,\n"))
    assert [m.number for chunk in bad.chunks() for m in chunk.misfits] == [7]
    assert raw(bad)[8]["name"] == "好"


def test_a_title_full_of_commas_does_not_hide_the_delimiter(csv: Make) -> None:
    assert len(raw(one(csv("机构.csv", "一,二,三,四,五,六,七\n" + LINES.replace(",", ";"))))) == 2


def test_blank_cells_beyond_the_header_are_no_misfit(csv: Make) -> None:
    text = "名称,所在地区\n示例-甲,绵阳市,,\n示例-乙,涪城区\n示例-丙,涪城区, ,\n"
    (chunk,) = one(csv("机构.csv", text)).chunks()
    assert chunk.misfits == ()
    assert chunk.numbers.tolist() == [2, 3, 4]
    assert chunk.columns["name"].to_pylist() == ["示例-甲", "示例-乙", "示例-丙"]


def test_blank_rows_are_left_out_and_counted(csv: Make) -> None:
    text = "名称,所在地区\n\n示例-甲,绵阳市\n,\n  ,\t\n\n示例-乙,涪城区\n\n"
    assert list(raw(one(csv("机构.csv", text)))) == [3, 7]


def test_quotes_commas_and_lines_in_a_cell(csv: Make) -> None:
    text = '名称,所在地区,地址\n"示例-""甲"", 一",绵阳市,"一行\n二行"\n示例-乙,涪城区,\n'
    found = list(raw(one(csv("机构.csv", text))).values())
    assert found[0] == {"name": '示例-"甲", 一', "region": "绵阳市", "address": "一行\n二行"}
    assert found[1]["name"] == "示例-乙"


def test_a_text_that_a_program_wrapped_in_a_formula_is_the_text(csv: Make) -> None:
    text = '="名称",所在地区,地址\n="示例-甲",="510703",="一号"二楼\n"=""示例-乙""",绵阳市,=1+1\n'
    found = list(raw(one(csv("机构.csv", text))).values())
    assert found == [
        {"name": "示例-甲", "region": "510703", "address": '="一号"二楼'},
        {"name": "示例-乙", "region": "绵阳市", "address": "=1+1"},
    ]


def test_a_row_with_too_few_or_too_many_cells_is_an_issue_of_its_own(csv: Make) -> None:
    text = "名称,所在地区,地址\n示例-甲,绵阳市\n示例-乙,绵阳市,二号\n示例-丙,绵阳市,三号,多\n示例-丁,绵阳市,四号\n"
    sheet = one(csv("机构.csv", text))
    (chunk,) = sheet.chunks()
    rows, issues, _ = parse(sheet, chunk)
    assert rows["name"].to_dict() == {3: "示例-乙", 5: "示例-丁"}
    assert {issue.row for issue in issues} == {2, 4}
    assert len(chunk) == 4
    assert "2 个，应为 3 个" in issues[0].reason.zh
    assert dict(chunk.originals({2, 3, 4})) == {
        2: ("示例-甲", "绵阳市"),
        3: ("示例-乙", "绵阳市", "二号"),
        4: ("示例-丙", "绵阳市", "三号", "多"),
    }


def test_a_formula_that_failed_is_an_issue(csv: Make) -> None:
    sheet = one(csv("机构.csv", "名称,所在地区\n#N/A,绵阳市\n示例-乙,#REF!\n示例-丙,绵阳市\n"))
    (chunk,) = sheet.chunks()
    rows, issues, _ = parse(sheet, chunk)
    assert rows["name"].to_list() == ["示例-丙"]
    assert {(i.row, i.column, i.value) for i in issues} == {(2, "名称", "#N/A"), (3, "所在地区", "#REF!")}


def test_words_that_look_like_nothing_are_words(csv: Make) -> None:
    text = "名称,所在地区\nNA,绵阳市\nnull,绵阳市\n007,绵阳市\n1e5,绵阳市\ntrue,绵阳市\n"
    assert [row["name"] for row in raw(one(csv("机构.csv", text))).values()] == ["NA", "null", "007", "1e5", "true"]


def test_a_header_alone_is_a_table_without_rows(csv: Make) -> None:
    assert raw(one(csv("机构.csv", "名称,所在地区\n"))) == {}
    assert raw(one(csv("机构.csv", "名称,所在地区"))) == {}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileUnreadable),
        (b"\n\n", FileUnreadable),
        (bytes(range(128, 256)) * 4, FileUnreadable),
        ("名称,所在地区\n示例-甲,绵阳市\n".encode("utf-16-le"), FileUnreadable),
        (b"PK\x03\x04\x00\x00", FileUnreadable),
        ("名称,类型\n".encode(), MissingColumn),
        ("名称,所在地区\n".encode() + b"\x00\xff\xff\xff,\xff\n", FileUnreadable),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "机构.csv"
    path.write_bytes(content)
    with pytest.raises(error, match=r"机构\.csv"):
        for sheet in open_all([path]):
            raw(sheet)


# --- which table --------------------------------------------------------------------------------------


_traditional = OpenCC("s2t").convert


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_by_its_names(table: object) -> None:
    name, label = table.name, table.label  # type: ignore[attr-defined]
    for spelling in (
        name,
        name.upper(),
        label.zh,
        _traditional(label.zh),
        label.en,
        f"2026年-{label.zh}",
        f"{label.zh}（绵阳）",
        f"v2.{name}",
    ):
        assert find_table(spelling) is table, spelling


def test_names_of_tables_and_columns_are_unambiguous() -> None:
    for table in TABLES.values():
        spellings = [header for column in table.columns for header in column.headers]
        assert len(spellings) == len(set(spellings)), table.name


@pytest.mark.parametrize("name", ["随便.csv", "organisation.csv", "data.csv"])
def test_an_unknown_table(csv: Make, name: str) -> None:
    with pytest.raises(UnknownTable) as caught:
        open_all([csv(name, LINES)])
    assert "服务资源 resources" in caught.value.way_out("zh")


def test_a_table_by_its_headers_alone(csv: Make) -> None:
    text = "产业链,环节,位置\n优质白酒,酿造,中游\n"
    assert one(csv("随便.csv", text)).table.name == "chain_nodes"


def test_a_near_miss_is_suggested(csv: Make) -> None:
    with pytest.raises(MissingColumn) as caught:
        open_all([csv("企业.csv", "厂家名称,所在地域,备注\n甲,绵阳,\n")])
    way_out = caught.value.way_out("zh")
    block = "tables:\n  企业: 企业\nheaders:\n  企业:\n    厂家名称: 名称\n    所在地域: 所在地区\n"
    assert "“厂家名称”是否就是 名称？“所在地域”是否就是 所在地区？" in way_out
    assert block in way_out
    assert "按第 1 行为表头" in way_out
    assert block in caught.value.way_out("en")


@pytest.mark.parametrize("between", ["，", "    ", "、"])
def test_headers_in_one_cell_are_told(csv: Make, between: str) -> None:
    with pytest.raises(MissingColumn) as caught:
        open_all([csv("机构.csv", between.join(("名称", "类型", "所在地区")) + "\n")])
    assert caught.value.way_out("zh").startswith("表头挤在一格里：单元格之间请用半角逗号或制表符分隔，或另存为 XLSX。")


ENGLISH = {
    "of headers alone": ("Name of organisation,County,Type of services\n", ["甲一中心"]),
    "a row of a table": ("Siemens Type Ltd,Mianyang,Service\n", ["Siemens Type Ltd", "甲一中心"]),
    "with a gap": ("Name of organisation,,Type\n", ["Name of organisation", "甲一中心"]),
    "of other words": ("Alpha,Beta,Gamma\n", ["Alpha", "甲一中心"]),
}


@pytest.mark.parametrize(("below", "names"), ENGLISH.values(), ids=ENGLISH)
def test_a_second_row_of_headers_in_english_is_no_row(csv: Make, below: str, names: list[str]) -> None:
    sheet = one(csv("机构.csv", f"名称,所在地区,备注一\n{below}甲一中心,涪城区,好\n"))
    assert [row["name"] for row in raw(sheet).values()] == names
    assert [w.zh for w in sheet.warnings] == []


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ('"企业数 Number of firms (10,000)"\n', "12万"),
        ("企业数\nRegion,Industry chain,Firms (10 thousand)\n", "12万"),
        ("企业数 Firms（万家）\n", "12万家"),
        ("企业数 Firms (100)\n", "12"),
        ("企业数（%）\n", "12%"),
        ("企业数（2025年，％）\n", "12%"),
    ],
)
def test_units_of_headers_count(csv: Make, header: str, count: str) -> None:
    sheet = one(csv("企业数量.csv", f"地区,产业链,{header}涪城区,智能装备,12\n"))
    assert [row["count"] for row in raw(sheet).values()] == [count]


@pytest.mark.parametrize(
    ("subs", "counts"),
    [
        (("本年", "上年"), {"": ["60", "40"]}),
        (("上年同期", "本期"), {"": ["50", "30"]}),
        (("总数", "同比增长"), {"": ["60", "40"]}),
        (("2025年", "2024年"), {"2024年": ["50", "30"], "2025年": ["60", "40"]}),
    ],
)
def test_of_numbers_under_one_header_those_of_now_count(
    csv: Make, subs: tuple[str, str], counts: dict[str, list[str]]
) -> None:
    """The first of them was read, be it that of the year before, and the second row of headers was a bad row."""
    head = f"区县,产业链,企业数,,营业收入（亿元）,\n,,{','.join(subs)},2025年,同比\n"
    path = csv("企业数量.csv", f"{head}涪城区,智能装备,60,50,10,3\n游仙区,智能装备,40,30,2,4\n")
    rows = [row for sheet in open_all([path]) for row in raw(sheet).values()]
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.get("as_of", ""), []).append(row["count"])
    assert found == counts


def test_a_number_of_another_time_alone_is_none_of_now(csv: Make) -> None:
    path = csv("企业数量.csv", "区县,产业链,企业数（上年同期）\n涪城区,智能装备,60\n")
    with pytest.raises(MissingColumn) as caught:
        open_all([path])
    assert "“企业数（上年同期）”是否就是 企业数？" in caught.value.way_out("zh")
    csv("source.yml", "headers: {企业数（上年同期）: 企业数}\n")
    assert raw(one(path))[2]["count"] == "60"


def test_a_serial_number_is_no_id(csv: Make) -> None:
    rows = "序号,日期,服务类型,提供机构,服务地区,方式\n1,2025-06-01,法律服务,示例-甲,三台县,线下\n"
    path = csv("服务台账.csv", rows)
    with pytest.raises(MissingColumn) as caught:
        open_all([path])
    assert caught.value.way_out("zh").startswith("“序号”每张表都从 1 编起，不能当编号：请补一列 编号，如 202506-001")
    csv("source.yml", "headers: {序号: 编号}\n")
    assert raw(one(path))[2]["id"] == "1"


def test_nothing_at_the_path(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.csv", tmp_path):
        with pytest.raises(FileMissing):
            open_all([path])


def test_a_folder_is_read_in_the_order_of_the_tables(csv: Make) -> None:
    csv("数据/服务资源.csv", "名称,资源类别,服务类型,提供机构\n")
    csv("数据/机构.csv", LINES)
    csv("数据/~机构.csv", "临时文件")
    folder = csv("数据/读我.txt", "不是表").parent
    csv("数据/绵阳/需求清单.csv", "编号,所在地区,服务类型\n")
    csv("数据/source.yml", "sender: 省中心\ndata_class: SYNTHETIC\n")
    csv("数据/绵阳/source.yml", "sender: 绵阳市窗口\n")
    organizations, resources, needs = open_all([folder])
    assert [s.table.name for s in (organizations, resources, needs)] == ["organizations", "resources", "needs"]
    assert ["读我.txt" in w.zh for s in (organizations, resources, needs) for w in s.warnings] == [True]
    assert [s.sender for s in (organizations, resources, needs)] == ["省中心", "省中心", "绵阳市窗口"]
    assert needs.origin and needs.origin.data_class == "SYNTHETIC"
    named = [path.relative_to(folder).as_posix() for path in source_files([folder])]
    assert named == ["source.yml", "服务资源.csv", "机构.csv", "绵阳/source.yml", "绵阳/需求清单.csv"]


def test_two_files_of_one_name_are_told_apart(csv: Make) -> None:
    paths = [csv("甲/机构.csv", LINES), csv("乙/机构.csv", LINES), csv("企业.csv", "名称,所在地区\n")]
    files = [sheet.file for sheet in open_all(paths)]
    assert len(set(files)) == 3
    assert "企业.csv" in files


def test_the_note_of_an_explanation_changes_nothing_of_what_is_loaded(reference_store: Store, xlsx: Make) -> None:
    """A sheet that fits several tables, or lacks a column, is left out by the note as it is by the load."""
    path = xlsx(
        "上报.xlsx",
        {
            "绵阳": [["名称", "类型", "区县"], ["甲中心", "服务机构", "涪城区"]],
            "企业数量（万户）": [["县区", "产业链", "企业户数"], ["涪城区", "智能装备", 1.2]],
            "其他": [["a", "b"], ["1", "2"]],
        },
    )
    alone = explain([xlsx("甲.xlsx", {"绵阳": [["名称", "类型", "区县"], ["甲中心", "服务机构", "涪城区"]]})])
    assert alone.note == "tables:\n  绵阳: 不载入\n"
    explained = explain([path])
    assert explained.note == "tables:\n  企业数量（万户）: 企业数量\n  绵阳: 不载入\n  其他: 不载入\n"
    before = load(reference_store, [path], dry_run=True)
    assert write_note(explained, path.parent) == path.parent / "source.yml"
    after = load(reference_store, [path], dry_run=True)
    assert [(t.table, t.read, t.created) for t in after.tables] == [("demand_counts", 1, 1)]
    assert (before.tables, before.issues) == (after.tables, after.issues)
