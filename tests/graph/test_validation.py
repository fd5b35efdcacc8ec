"""What is wrong with a value is told in both languages, with the bounds that it should keep."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import BadParameter
from graph.language import Text
from graph.settings_files import checked
from graph.validation import reason_of


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    standard: Annotated[float, Field(gt=0.0, le=10.0)] = 1.0
    limit: Annotated[int, Field(ge=1)] = 1
    kind: Literal["window", "carrier", "hub"] = "hub"
    day: date | None = None
    texts: Annotated[list[Annotated[str, Field(max_length=3, min_length=1)]], Field(min_length=1)] = Field(
        default=["a"]
    )
    on: bool = True


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"standard": 0}, "应大于 0", "must be greater than 0"),
    ({"standard": 10.5}, "应不大于 10", "must be 10 or less"),
    ({"standard": "much"}, "应为数字", "must be a number"),
    ({"limit": 0}, "应不小于 1", "must be 1 or more"),
    ({"limit": "two"}, "应为整数", "must be a whole number"),
    ({"kind": "park"}, "应为 window、carrier、hub 之一", "must be one of window, carrier, hub"),
    ({"day": "soon"}, "应为日期，如 2026-01-31", "must be a date such as 2026-01-31"),
    ({"texts": ["long"]}, "不得超过 3 个字符", "must have at most 3 characters"),
    ({"texts": [""]}, "不得少于 1 个字符", "must have 1 characters or more"),
    ({"texts": []}, "至少 1 项", "must have 1 items or more"),
    ({"texts": "a"}, "应为列表", "must be a list"),
    ({"texts": [1]}, "应为文字", "must be text"),
    ({"on": "perhaps"}, "应为 true 或 false", "must be true or false"),
    ({"other": 1}, "没有这个参数", "there is no such parameter"),
]


@pytest.mark.parametrize(("stated", "zh", "en"), WRONG, ids=[str(case[0]) for case in WRONG])
def test_a_reason_names_the_bound(stated: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate(stated)
    assert reason_of(caught.value.errors()[0]) == Text(zh, en)


def test_what_has_no_words_is_malformed() -> None:
    assert reason_of({"type": "never_heard_of", "loc": ("body", 7)}) == Text("格式不正确", "malformed")


def test_broken_json_is_told_with_the_character() -> None:
    error = {"type": "json_invalid", "loc": ("body", 11), "ctx": {"error": "Expecting value"}}
    assert reason_of(error) == Text("不是有效的 JSON（第 12 个字符处）", "is no valid JSON (at character 12)")
    assert reason_of({**error, "loc": ("body",)}).en == "is no valid JSON (at character 1)"


@pytest.mark.parametrize(
    ("stated", "value", "reason"),
    [
        ({"limit": 0}, "limit = 0", "must be 1 or more"),
        ({"texts": ["a", "long"]}, "texts.1 = long", "must have at most 3 characters"),
        ({"texts": {"a": 1}}, "texts", "must be a list"),
        ([], "—", "must be names with values"),
    ],
)
def test_of_a_file_the_first_part_that_is_wrong_is_named(stated: object, value: str, reason: str) -> None:
    with pytest.raises(BadParameter) as caught:
        checked(Asked, stated, "方案.yml")
    told = caught.value.details
    assert (told["name"], told["value"], told["reason"].en) == ("方案.yml", value, reason)


def test_a_file_that_is_right_becomes_the_model() -> None:
    day = date(2026, 1, 31)
    assert checked(Asked, {"standard": 2, "day": day}, "方案.yml") == Asked(standard=2.0, day=day)
