"""A sender's note: their words for our tables, columns and values."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from graph.errors import BadDeliveryNote, FileMissing, FileUnreadable, NotYaml
from loaders.read import Sheet, open_all
from loaders.read.words.delivery import REMARKS, DeliveryNote, read_note
from loaders.tables import TABLES, Origin

Make = Callable[..., Path]


def raw(sheet: Sheet) -> list[dict[str, str]]:
    return [row for chunk in sheet.chunks() for _, row in chunk.rows(set(chunk.numbers.tolist()))]


def noted(csv: Make, text: str) -> DeliveryNote:
    return read_note(csv("说明.yml", text))


def test_a_note_in_full(csv: Make, xlsx: Make) -> None:
    note = noted(
        csv,
        "sender: 绵阳市窗口\n"
        "verification: 二手来源\n"
        "tables: {Sheet1: 服务载体, 统计: 不载入, 空: }\n"
        "headers: {平台名称: 名称, 所在区: 所在地区, 服务载体: {性质: 类型}}\n"
        "values: {类型: {平台: 公共服务示范平台}, 服务载体: {级别: {Ⅰ 级: 国家级, 1: 省级}}}\n",
    )
    header = ["平台名称", "性质", "所在区", "级别"]
    rows = [header, ["示例-甲", " 平台 ", "绵阳", "Ⅰ级"], ["示例-乙", "众创空间", "绵阳", 1]]
    book = xlsx("月报.xlsx", {"Sheet1": rows, "统计": [["合计"], [2]], "空": [["x"]]})
    (sheet,) = open_all([book], note)
    assert raw(sheet) == [
        {"name": "示例-甲", "kind": "公共服务示范平台", "region": "绵阳", "level": "国家级"},
        {"name": "示例-乙", "kind": "众创空间", "region": "绵阳", "level": "省级"},
    ]
    assert dict(next(sheet.chunks()).originals({2})) == {2: ("示例-甲", "平台", "绵阳", "Ⅰ级")}
    assert sheet.sender == "绵阳市窗口"
    assert sheet.origin == Origin(source="绵阳市窗口", verification="secondary")


def test_the_senders_word_goes_before_ours(csv: Make) -> None:
    note = noted(csv, "headers: {机构: {名称: 地址, 全称: 名称}}")
    (sheet,) = open_all([csv("机构.csv", "名称,全称,所在地区\n旧址,示例-甲,绵阳市\n")], note)
    assert raw(sheet) == [{"address": "旧址", "name": "示例-甲", "region": "绵阳市"}]


def test_a_mapped_header_helps_to_find_table_header_and_delimiter(csv: Make) -> None:
    note = noted(csv, "headers: {链条: 产业链, 节点: 环节}")
    (sheet,) = open_all([csv("随便.csv", "某某统计表,,,,,\n链条;节点\n优质白酒;酿造\n")], note)
    assert (sheet.table.name, raw(sheet)) == ("chain_nodes", [{"chain": "优质白酒", "node": "酿造"}])


def test_constants_are_of_a_table_of_a_sheet_or_of_all(csv: Make) -> None:
    note = noted(
        csv, "defaults: {服务载体: {类型: 众创空间}, carriers: {级别: 市级}, 名 册: {类型: 其他}, 级别: 省级}\n"
    )
    assert note.defaults == {
        "table carriers": {"类型": "众创空间", "级别": "市级"}, "名册": {"类型": "其他"}, "": {"级别": "省级"},
    }  # fmt: skip
    carriers, resources = TABLES["carriers"], TABLES["resources"]
    assert note.constants(carriers, "Sheet1", "甲") == {"kind": "众创空间", "level": "市级"}
    assert note.constants(carriers, "Sheet1", "名册") == {"kind": "其他", "level": "市级"}
    assert note.constants(carriers, "名册", "甲") == {"kind": "其他", "level": "市级"}
    assert note.constants(resources, "Sheet1", "甲") == {"level": "省级"}


def test_a_given_note_is_completed_by_that_of_the_folder(csv: Make) -> None:
    csv("数据/source.yml", "source: 市局\ndata_class: SYNTHETIC\nheaders: {店名: 名称, 地方: 地址}\n")
    folder = csv("数据/机构.csv", "店名,地方\n示例-甲,绵阳市\n").parent
    note = noted(csv, "source: 省厅\nheaders: {地方: 所在地区}\nvalues: {所在地区: {绵阳市: '510700'}}")
    (sheet,) = open_all([folder], note)
    assert raw(sheet) == [{"name": "示例-甲", "region": "510700"}]
    assert sheet.origin == Origin(source="省厅", data_class="SYNTHETIC")


def test_a_note_is_plain_data(csv: Make) -> None:
    note = noted(csv, "sender: 甲\ntables: {a: 机构}\nheaders: {全称: 名称}\nvalues: {级别: {A: 国家级}}\n")
    assert DeliveryNote(**asdict(note)) == note
    assert note.over(DeliveryNote()).headers["organizations"] == {"全称": "name"}
    assert DeliveryNote().origin is None


def test_a_place_is_noted_by_its_full_name_and_a_remark_is_nobodys_business(csv: Make) -> None:
    assert noted(csv, f"region: 涪城\n{REMARKS}: 任何话\n") == DeliveryNote(region=noted(csv, "region: 510703").region)
    assert noted(csv, "region: 涪城区").region == "绵阳市涪城区"
    assert noted(csv, f"{REMARKS}: 任何话\n") == DeliveryNote()


WRONG = {
    "sender: [a]": "文字",
    "from: 甲": "from",
    "verification: 也许": "也许",
    "data_class: x": "“x”",
    "tables: {Sheet1: 无此表}": "无此表",
    "headers: {甲: 无此列}": "无此列",
    "headers: {机构: {甲: 行业代码}}": "行业代码",
    "headers: {无此表: {甲: 名称}}": "无此表",
    "headers: 名称": "headers",
    "region: 火星": "火星",
    "defaults: {所在地区: 火星}": "defaults 中的 所在地区",
    "defaults: {机构: {类型: 火星}}": "defaults 中的 类型",
    "defaults: {无此列: 火星}": "各表 中没有“无此列”列",
    "values: {无此列: {a: b}}": "无此列",
    "values: {类型: 平台}": "类型",
    'sender: "\\ud800"': "不成对的代理字符",
    'headers: {"\\ud800": 名称}': "不成对的代理字符",
    "- 甲": "名称",
    "甲": "名称",
    "": "名称",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_note_says_what_is_wrong(csv: Make, text: str) -> None:
    with pytest.raises(BadDeliveryNote, match=r"说明\.yml") as caught:
        noted(csv, text)
    assert WRONG[text] in caught.value.say("zh")
    assert caught.value.say("en")


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\t- x", "{[a]: b}", "a: " + "[" * 2_000, "x" * 2**21, "a: \x00"])
def test_a_note_that_is_no_yaml(csv: Make, text: str) -> None:
    with pytest.raises((NotYaml, FileUnreadable, BadDeliveryNote), match=r"说明\.yml"):
        noted(csv, text)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_a_note_as_an_editor_of_the_office_saves_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "source.yml"
    path.write_bytes("sender: 绵阳市窗口\nheaders: {单位全名: 名称}\n".encode(encoding))
    note = read_note(path)
    assert (note.sender, note.headers["organizations"]) == ("绵阳市窗口", {"单位全名": "name"})


def test_no_note(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_note(tmp_path / "无.yml")
