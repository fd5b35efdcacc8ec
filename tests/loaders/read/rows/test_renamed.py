"""What stands around names: numbers, marks of footnotes, former names; and what only looks so."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.rows.renamed import split_former, without_ends, without_gaps, without_marks


@pytest.mark.parametrize(
    ("text", "name", "former"),
    [
        ("乙新站（原乙老站）", "乙新站", "乙老站"),
        ("乙新站(原名：乙老站)", "乙新站", "乙老站"),
        ("乙新站（前身为乙老站）", "乙新站", "乙老站"),
        ("乙新站（曾用名 乙老站，2020年更名）", "乙新站", "乙老站(2020年更名)"),
        ("乙新站（原址已搬迁）", "乙新站（原址已搬迁）", ""),
        ("四川乙（集团）公司", "四川乙（集团）公司", ""),
        ("（原乙老站）", "（原乙老站）", ""),
        ("乙新站", "乙新站", ""),
    ],
)
def test_a_former_name_behind_the_present_one(text: str, name: str, former: str) -> None:
    assert split_former(text) == (name, former)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1、甲公司", "甲公司"), ("12.甲公司", "甲公司"), ("★ ※甲公司", "甲公司"), ("甲公司①", "甲公司"),
        ("甲公司 [1]", "甲公司"),
        ("甲公司**", "甲公司"), ("3.5甲公司", "3.5甲公司"), ("360公司", "360公司"), ("**", "**"),
        ("#未计算", "#未计算"), ("甲公司（公章）", "甲公司"), ("甲公司(加盖公章)※", "甲公司"),
        ("1、甲公司（新增）", "甲公司"), ("甲（规章）公司", "甲（规章）公司"), ("甲公司（文章）", "甲公司（文章）"),
        ("*" * 300, "*" * 300),
        ("（一）甲公司", "甲公司"), ("(12)甲公司", "甲公司"), ("三、甲公司", "甲公司"), ("②甲公司", "甲公司"),
        ("1）甲公司", "甲公司"), ("（集团）公司", "（集团）公司"), ("一甲公司", "一甲公司"), ("十、", "十、"),
    ],
)  # fmt: skip
def test_numbers_and_marks_around_a_name(text: str, plain: str) -> None:
    names, found = without_marks(pa.array([text, "乙"], pa.string()))
    assert (names.to_pylist(), found) == ([plain, "乙"], int(text != plain))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("绵阳 某某 公司", "绵阳某某公司"), ("绵阳　甲\n有限公司", "绵阳甲有限公司"),
        ("四川乙 （集团） 公司", "四川乙（集团）公司"),
        ("甲公司\n（原乙公司）", "甲公司（原乙公司）"), ("甲公司\n乙公司", "甲公司 乙公司"),
        ("ABB\nMotors", "ABB\nMotors"),
        ("ABB Motors 有限公司", "ABB Motors 有限公司"), ("甲公司 绵阳分公司", "甲公司 绵阳分公司"),
        ("甲公司 乙公司", "甲公司 乙公司"), ("甲 " * 101, "甲 " * 101),
    ],
)  # fmt: skip
def test_white_space_within_a_name_is_none_of_it(text: str, plain: str) -> None:
    assert without_gaps(pa.array([text, "乙"], pa.string())).to_pylist() == [plain, "乙"]


def test_what_has_ended_is_known_by_its_name_and_told() -> None:
    said = ["甲公司（已注销）", "乙站(停业)", "丙（注销）公司", "丁中心（拟注销）", "戊"]
    names, ended = without_ends(pa.array(said, pa.string()))
    assert names.to_pylist() == ["甲公司", "乙站", "丙（注销）公司", "丁中心（拟注销）", "戊"]
    assert ended == ["甲公司（已注销）", "乙站(停业)"]


def test_names_of_a_list_and_mentions_of_them_are_the_same(reference_store: Store, csv: Callable[..., Path]) -> None:
    files = [
        csv("机构.csv", "名称,所在地区\n甲中心（盖章）,涪城区\n甲中心（已注销）,涪城区\n"),
        csv("服务资源.csv", "名称,资源类别,服务类型,提供机构\n设备,仪器设备,技术支持,甲中心（公章）\n"),
    ]
    report = load(reference_store, files, dry_run=True)
    assert [(t.table, t.read, t.created, t.merged, t.rejected) for t in report.tables] == [
        ("organizations", 2, 1, 1, 0), ("resources", 1, 1, 0, 0),
    ]  # fmt: skip
    assert [w.zh for w in report.warnings] == [
        "机构.csv：名称：1 个前面的编号或前后的标记（如 1、★ ①（公章））没有读作名称",
        "机构.csv：名称：1 个写着已注销、停业等（第一个：甲中心（已注销）），仍按在营载入；已不存在的请不要列入",
        "服务资源.csv：提供机构：1 个前面的编号或前后的标记（如 1、★ ①（公章））没有读作名称",
    ]
