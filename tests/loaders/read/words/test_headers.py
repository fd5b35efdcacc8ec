"""Which table a name stands for, and which column a header: word by word."""

import pytest

from loaders.read.words.headers import (
    Matched,
    find_column,
    find_table,
    lacking,
    match,
    near_titles,
    nearness,
    plain_header,
    spellings,
    suggested,
)
from loaders.tables import TABLES

ORGANIZATIONS = TABLES["organizations"]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        *((name, "organizations") for name in ("机构", "Organizations", "Organisations", "机构(1)", "a_机构_b")),
        ("2025年-机构-绵阳", "organizations"), ("企业数量", "demand_counts"), ("2025 企业数量", "demand_counts"),
        ("别的", None), ("", None), ("机构名", None),
    ],
)  # fmt: skip
def test_a_name_stands_for_a_table(name: str, table: str | None) -> None:
    found = find_table(name)
    assert (found and found.name) == table


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("区/县", "区县"), ("市（州）/县（市、区）", "所在地区"), ("所属市州/州", "市州"), ("園區/街道", "区县"),
        ("县（市、区）/园区", "区县"), ("市|县", "所在地区"),
        ("所在市州及区县", "所在地区"), ("名称*", "名称"), ("★名称：", "名称"),
        ("名称/别名", "名称/别名"), ("市/别名", "市/别名"),
        ("市/州/市州/地市/地级市", "市州"), ("所在市", "市州"), ("（市）", "(市)"), ("", ""),
        *((title, "区县") for title in ("县", "所属县", "所属区（县）", "区、县", "县级", "县（市、区）名称")),
        *((title, "区县") for title in ("注册地区县", "企业所在县区", "注册地（县）")),
        *((title, "市州") for title in ("市（州）名称", "企业所在市州", "归属市州", "所在地市州", "注册地（市）")),
        *((title, "所在地区") for title in ("所在区域", "区域", "地区", "所属行政区划", "企业所在地区", "所属市县")),
        *((title, title) for title in ("所在地区", "园区", "注册地", "单位名称", "服务区域", "管辖区域", "注册地址")),
    ],
)  # fmt: skip
def test_a_header_without_its_marks(title: str, plain: str) -> None:
    assert plain_header(title) == plain


def test_a_header_is_known_with_brackets_or_without() -> None:
    assert spellings("经度（度）") == ("经度(度)", "经度")
    assert spellings("（必填）") == ("(必填)", "(必填)")
    found = [find_column(ORGANIZATIONS, title) for title in ("机构名称（必填）", "縣區", "NAME", "别的", "")]
    assert [column and column.name for column in found] == ["name", "region", "name", None, None]


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("机构名称 Name of organisation", "name"), ("名称/Name", "name"), ("名称\nName", "name"), ("Name 名称", "name"),
        ("Organisation (名称)", "name"), ("1.名称", "name"), ("名称*必填", "name"), ("3、所在地区", "region"),
        ("County（所在地区）", "region"), ("县（市、区）/County", "region"), ("联系人/Contact", "contact_name"),
        ("联系人Email", None), ("联系人微信WeChat", None), ("联系人QQ", None), ("Contact（是否公开）", None),
        ("机构URL", None), ("名称甲 Name", None), ("Name", "name"), ("（名称）", None),
    ],
)  # fmt: skip
def test_a_header_in_two_languages_or_with_a_number_is_known_by_its_chinese(title: str, column: str | None) -> None:
    found = find_column(ORGANIZATIONS, title)
    assert (found and found.name) == column


NO_WORDS: dict[str, str] = {}
MATCHES: list[tuple[list[str], dict[str, str], Matched]] = [
    (
        ["名称", "所在地区", "类型", "名称", "所在市州", "备注", " "], NO_WORDS,
        Matched({"name": 0, "region": 4, "kind": 2}, ("名称", "备注"), ("名称",), (1,)),
    ),
    # the prefecture's column goes first, wherever it stands, and the county's is a part
    (["县区", "市州", "名称"], NO_WORDS, Matched({"region": 1, "name": 2}, (), (), (0,))),
    (["市州", "县区", "名称"], NO_WORDS, Matched({"region": 0, "name": 2}, (), (), (1,))),
    (["市州", "所在地区", "县区", "名称"], NO_WORDS,
     Matched({"region": 0, "name": 3}, ("县区",), ("县区",), (1,))),
    (["所在地区", "地区", "名称"], NO_WORDS, Matched({"region": 0, "name": 2}, ("地区",), ("地区",), ())),
    # the sender's word goes before the header itself, and that before one with brackets
    (["甲", "乙", "丙", "丁"], {"甲": "name", "乙": "region", "丙": "region", "丁": "region"},
     Matched({"name": 0, "region": 1}, (), (), (2, 3))),
    (["甲", "县区", "乙"], {"甲": "region", "乙": "name"}, Matched({"region": 0, "name": 2}, (), (), (1,))),
    (["甲", "乙"], {"甲": "region", "乙": "region"}, Matched({"region": 0}, (), (), (1,))),
    (["甲", "地区"], {"甲": "region"}, Matched({"region": 0}, ("地区",), ("地区",), ())),
    (["单位（必填）"], {"单位(必填)": "name"}, Matched({"name": 0}, (), (), ())),
    (["甲（市）", "乙（县）"], {"甲(市)": "region", "乙(县)": "region"}, Matched({"region": 0}, (), (), (1,))),
    (["甲", "市州", "县区"], {"甲": "region"}, Matched({"region": 1}, ("县区",), ("县区",), (0,))),
    (["名称", "甲"], {"甲": "name"}, Matched({"name": 1}, ("名称",), ("名称",), ())),
    (["名称（全称）", "名称"], NO_WORDS, Matched({"name": 1}, ("名称（全称）",), ("名称（全称）",), ())),
    (["名称（全称）"], NO_WORDS, Matched({"name": 0}, (), (), ())),
    # the columns that a rejects workbook adds say nothing
    (["退回原因", "名称", "原文件位置", "外"], NO_WORDS, Matched({"name": 1}, ("外",), (), ())),
]  # fmt: skip


@pytest.mark.parametrize(("header", "renamed", "found"), MATCHES)
def test_which_column_is_where(header: list[str], renamed: dict[str, str], found: Matched) -> None:
    assert match(ORGANIZATIONS, header, renamed) == found


def test_what_is_lacking_and_what_comes_near() -> None:
    named = match(ORGANIZATIONS, ["名称"], {})
    assert [column.name for column in lacking(ORGANIZATIONS, named)] == ["region"]
    assert lacking(ORGANIZATIONS, named, ["region"]) == []
    assert suggested(ORGANIZATIONS, ["机构名", "联系电", "所在的区", "类型"]) == [
        ("机构名", "名称"), ("所在的区", "所在地区"), ("联系电", "联系人"),
    ]  # fmt: skip
    name = ORGANIZATIONS.columns[0]
    assert near_titles(name, ["名", "机构称", "单位"]) == ["机构称"]
    assert near_titles(name, ["机构名甲乙丙"]) == ["机构名甲乙丙"]  # of 10 characters 6 stand in 机构名称, too: 0.6
    assert near_titles(name, ["机构名甲乙丙丁"]) == []
    assert near_titles(name, []) == []


@pytest.mark.parametrize(
    ("header", "fits"),
    [
        (["名称", "所在地区"], 4.0), (["名称", "类型"], 2.9), (["类型"], 0.8), (["机构名", "联系电"], 0.8),
        (["类型", "机构名"], 0.8), (["甲"], -0.2), (["市州", "县区", "名称"], 5.0),
    ],
)  # fmt: skip
def test_how_well_a_row_fits_as_a_header(header: list[str], fits: float) -> None:
    assert nearness(ORGANIZATIONS, header) == pytest.approx(fits)


@pytest.mark.parametrize(
    "title", ["注册地", "企业所在地", "注册所在地", "推荐市州", "申报地区", "落户地", "注册地所在区县"]
)
def test_where_a_firm_is_registered_or_who_recommends_it_is_asked_where_no_other_place_is(title: str) -> None:
    firms = TABLES["enterprises"]
    assert match(firms, ["名称", title], {}) == Matched({"name": 0, "region": 1}, ())
    if title != "企业所在地":
        assert match(firms, ["名称", title, "区县"], {}) == Matched({"name": 0, "region": 2}, (title,))


def test_a_header_of_another_field_comes_near_none() -> None:
    assert suggested(TABLES["resources"], ["服务产品名称", "联系方式", "服务方式方法"]) == [
        ("服务产品名称", "名称"), ("服务方式方法", "方式"),
    ]  # fmt: skip
