"""Marks: of our scale, by stars and by words; those of another scale are no marks of ours."""

import pyarrow as pa
import pytest

from loaders.parse.issues import CellError, NotedValue
from loaders.parse.rows import parse_column
from loaders.parse.scores import scale_of, score
from loaders.tables import TABLES

WORDS = "非常满意、满意、基本满意、不满意、非常不满意"
CONVERT = "分制打分，此列是 1–5 分，请换算后填写"


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("4", 4), ("４.５分", 4.5), ("4星", 4), ("★★★★", 4), ("★★★☆☆", 3), ("⭐️⭐️", 2), ("4/5", 4), ("4分（5分制）", 4),
        ("5 分(满分5分)", 5),
    ],
)  # fmt: skip
def test_ours(cell: str, mark: float) -> None:
    assert score(1)(cell) == mark


@pytest.mark.parametrize(
    ("word", "mark"), [("非常满意", 5), ("满意", 4), ("基本满意", 3), ("不满意", 2), ("非常不满意", 1)]
)
def test_words(word: str, mark: float) -> None:
    found = score(1)(word)
    assert isinstance(found, NotedValue)
    assert (found.value, found.how.zh) == (mark, f"“{word}”按好差评五级读作 {mark} 分")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("95%", f"“95%”按 100 {CONVERT}"),
        ("4（百分制）", f"“4（百分制）”按 100 {CONVERT}"),
        ("9/10", f"“9/10”按 10 {CONVERT}"),
        ("5(满分10分)", f"“5(满分10分)”按 10 {CONVERT}"),
        ("95", "95 超出范围 1–5"),
        ("0.95", "0.95 超出范围 1–5"),
        ("好评", f"“好评”不是评分，请写 1–5 分，或 {WORDS}"),
        ("4-5分", "“4-5分”是区间，请写一个确定的数"),
    ],
)
def test_others(cell: str, reason: str) -> None:
    with pytest.raises(CellError) as error:
        score(1)(cell)
    assert error.value.reason.zh == reason


@pytest.mark.parametrize(
    ("said", "scale"),
    [("百分制", 100), ("10分制", 10), ("五分制", 5), ("满分10分", 10), ("满分：100", 100), ("1-5", 5),
     ("0～100分", 100), ("%", 100), ("分", None), ("必填", None), ("选填，1-5", None)],
)  # fmt: skip
def test_scales(said: str, scale: int | None) -> None:
    assert scale_of(said) == scale


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["95", "88", "4", "满意"], [None, None, None, 4.0]),  # marks out of 100, of which one looks like ours
        (["9", "4", "4"], [None, 4.0]),  # a slip of the pen
        (["4.5", "5", "3"], [4.5, 5.0, 3.0]),
    ],
)
def test_a_column_of_another_scale_gives_none(cells: list[str], values: list[float | None]) -> None:
    parsed = parse_column(TABLES["service_records"].column("satisfaction"), pa.array(cells))
    assert parsed.values == values


def test_it_is_said_by_what_it_is_told() -> None:
    parsed = parse_column(TABLES["resources"].column("rating"), pa.array(["95", "4"]))
    assert [reason.zh for reason in parsed.reasons.values()] == [
        "95 超出范围 0–5",
        "“4”的同列有“95”，看来不是 0–5 分制，请换算后填写",
    ]
