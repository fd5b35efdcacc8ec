"""What stands around names: numbers, marks of footnotes, former names; and what only looks so."""

import pyarrow as pa
import pytest

from loaders.read.renamed import split_former, without_marks


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
        ("#未计算", "#未计算"),
        ("*" * 300, "*" * 300),
    ],
)  # fmt: skip
def test_numbers_and_marks_around_a_name(text: str, plain: str) -> None:
    names, found = without_marks(pa.array([text, "乙"], pa.string()))
    assert (names.to_pylist(), found) == ([plain, "乙"], int(text != plain))
