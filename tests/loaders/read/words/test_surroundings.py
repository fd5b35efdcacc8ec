"""What the words around a table say of it."""

from pathlib import PurePosixPath

import pytest

from graph.language import Text
from loaders.read.rows.contexts import context
from loaders.read.rows.understanding import Context
from loaders.read.words.surroundings import (
    TitleWords,
    around,
    constants_said,
    folders,
    is_listing,
    noun,
    tables_named,
    titles,
    unheld,
    unlisted,
)
from loaders.tables import TABLES

FILE = PurePosixPath("绵阳/包.ZIP/德阳/a.csv")
INCUBATORS = "2025年度绵阳市省级科技企业孵化器名单"


def words(*texts: str) -> list[TitleWords]:
    return [TitleWords(text, Text(text, text)) for text in texts]


def said(value: str) -> tuple[str, Text]:
    return value, Text(INCUBATORS, INCUBATORS)


def test_the_nearest_words_come_first() -> None:
    assert around("f", "s", ["t1", "t2"]) == [
        TitleWords("s", Text("工作表名“s”", "the sheet's name “s”")),
        TitleWords("t1", Text("标题“t1”", "the title “t1”")),
        TitleWords("t2", Text("标题“t2”", "the title “t2”")),
        TitleWords("f", Text("文件名“f”", "the file's name “f”")),
    ]
    assert [one.text for one in around("f", "", [])] == ["f"]
    assert folders(FILE) == [
        TitleWords(name, Text(f"文件夹“{name}”", f"the folder “{name}”")) for name in ("德阳", "包", "绵阳")
    ]
    assert list(titles([["a", " a ", "b", ""], ["a"]])) == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("title", "found", "listing"),
    [
        ("机构（共3家）名录", "机构", True), ("“众创”空间一览表（2025）", "众创空间", True), ("机构", "机构", False),
        ("关于公布众创空间的通知", "众创空间", True), ("名单", None, True), ("附件1", None, True),
        ("绵阳", None, False), ("机构众创空间", "众创空间", False), ("", None, False),
        ("甲站名单", None, True),
    ],
)  # fmt: skip
def test_the_noun_before_a_word_for_a_list(title: str, found: str | None, listing: bool) -> None:
    assert (noun(title, {"机构": "o", "空间": "s", "众创空间": "c", "站": "w"}), is_listing(title)) == (found, listing)


def test_tables_are_named_by_the_nearest_words() -> None:
    found = tables_named(words("科技企业孵化器名单", "机构台账", "众创空间", "高校名单", "台账"))
    assert {table: one.text for table, one in found.items()} == {"carriers": "科技企业孵化器", "organizations": "机构"}
    assert found["carriers"].source.zh == "科技企业孵化器名单"
    assert tables_named(words("其他名单", "台账")) == {}
    assert [*tables_named(words("企业服务需求征集表")), *tables_named(words("2025年需求摸底调查表"))] == ["needs"] * 2


def test_what_a_title_says_of_every_row() -> None:
    carriers, firms, organizations = (TABLES[name] for name in ("carriers", "enterprises", "organizations"))
    assert constants_said(carriers, words(INCUBATORS, "2024年国家级众创空间")) == {
        "kind": said("科技企业孵化器"), "level": said("省级"), "since": said("2025年"),
    }  # fmt: skip
    found = constants_said(carriers, words("国家备案众创空间名单"))
    assert {name: value for name, (value, _) in found.items()} == {"kind": "众创空间", "level": "国家备案"}
    found = constants_said(firms, words("2025年专精特新企业名单", "2024年度小巨人名单"))
    assert {name: value for name, (value, _) in found.items()} == {"tags": "专精特新", "since": "2025年"}
    assert constants_said(firms, words("2025年企业统计表", "2025年3月企业", "2025年底企业")) == {}
    found = constants_said(organizations, words("2025年省级高校名单"))
    assert {name: value for name, (value, _) in found.items()} == {"kind": "高等院校"}
    assert constants_said(TABLES["demand_counts"], words("2025年省级高校名单")) == {}


@pytest.mark.parametrize(
    ("title", "chain"),
    [("绵阳市白酒产业链企业名单", "白酒"), ("新材料", "新材料"), ("重点产业链企业名单", None),
     ("白酒企业名单", None), ("产业链", None)],
)  # fmt: skip
def test_a_title_or_sheet_may_say_of_which_chain_firms_are(title: str, chain: str | None) -> None:
    found = constants_said(TABLES["enterprises"], words(title))
    assert {name: value for name, (value, _) in found.items() if name != "tags"} == ({"chains": chain} if chain else {})
    assert constants_said(TABLES["demand_counts"], words(title)) == {}


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("2023年省级专精特新中小企业名单（有效期2023.6-2026.6）",
         {"tags": "专精特新", "level": "省级", "until": "有效期2023.6-2026.6"}),
        ("2023年省级专精特新中小企业名单（有效期三年）",
         {"tags": "专精特新", "level": "省级", "until": "有效期三年", "since": "2023年"}),
        ("2023年省级专精特新中小企业名单（有效期见附件）", {"tags": "专精特新", "level": "省级", "since": "2023年"}),
        ("2024年拟推荐省级专精特新中小企业名单", {}),
        ("2024年撤销省级专精特新中小企业名单", {}),
    ],
)  # fmt: skip
def test_a_title_says_how_long_recognitions_hold_or_that_there_are_none(title: str, found: dict[str, str]) -> None:
    said = constants_said(TABLES["enterprises"], words(title))
    assert {name: value for name, (value, _) in said.items()} == found
    told = unheld(TABLES["enterprises"], words("名单", title))
    assert [text.zh[: len(title)] for text in told] == ([] if found else [title])
    assert unheld(TABLES["organizations"], words(title)) == []


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("2025年四川省科技小巨人企业名单", "科技小巨人"), ("附件：第三批国家级绿色工厂公示名单", "绿色工厂"),
        ("农业产业化国家重点龙头企业名单", "农业产业化国家重点龙头"), ("四川省“贡嘎培优”企业名单", "贡嘎培优"),
        ("2024年上市企业名单", "上市"), ("2024年省级专精特新中小企业名单", ""), ("绵阳市中小企业名录", ""),
        ("示范园区企业名单", ""), ("拟推荐绿色工厂名单", ""),
    ],
)  # fmt: skip
def test_a_list_of_firms_by_a_title_that_our_list_lacks_says_so_and_gives_no_dates(title: str, other: str) -> None:
    firms = TABLES["enterprises"]
    assert unlisted(firms, title) == other
    if other:
        assert constants_said(firms, words(title)) == {}
        assert [text.zh for text in unheld(firms, words(title))] == [
            f"{title}中的“{other}”不在资质词表中，这项资质没有读入"
        ]
    assert unlisted(TABLES["organizations"], title) == ""


def test_a_title_says_only_what_nobody_else_does_of_columns_that_nobody_requires() -> None:
    carriers = TABLES["carriers"]  # their kind is required
    assert context(carriers, ["名称"], {"name": 0}, words(INCUBATORS), {"level": "市级"}, None) == Context(
        {"level": "市级", "since": "2025年"}, "", {"since": Text(INCUBATORS, INCUBATORS)}, {}
    )
    place = "绵阳市", Text("甲", "a")
    assert context(carriers, ["名称", "级别"], {"name": 0, "level": 1}, words(INCUBATORS), {}, place) == Context(
        {"since": "2025年"}, "绵阳市", {"since": Text(INCUBATORS, INCUBATORS), "": place[1]}, {}
    )
    firms = TABLES["demand_counts"]
    measured = context(firms, ["企业数"], {"count": 0}, words("单位：万家"), {}, None).units
    assert {name: unit.word for name, unit in measured.items()} == {"count": "万家"}
