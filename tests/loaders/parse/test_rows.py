"""Which marks of an empty cell are an answer: 无 where conditions are asked for, a term that its list has."""

import pyarrow as pa
import pytest

from loaders.parse.rows import _answers, parse_column
from loaders.tables import TABLES


@pytest.mark.parametrize(
    ("table", "column", "mark", "answers"),
    [
        ("resources", "terms", "无", True), ("resources", "fee", "无", True), ("resources", "name", "无", False),
        ("needs", "state", "未办理", True), ("needs", "state", "无", False),
        ("needs", "quantity", "未办理", False), ("organizations", "address", "未办理", False),
    ],
)  # fmt: skip
def test_a_mark_is_a_value_where_it_answers(table: str, column: str, mark: str, answers: bool) -> None:
    assert _answers(TABLES[table].column(column), mark) is answers


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("0001-01-01", "“0001-01-01”的年份不在 1900–2099 之间，请写实际的日期"),
        ("9999-12-31", "“9999-12-31”的年份不在 1900–2099 之间，请写实际的日期"),
        ("NaT", "“NaT”是程序写出的空值，请填写"),
    ],
)
def test_only_of_what_may_be_empty_it_is_said_that_it_may(cell: str, reason: str) -> None:
    for table, column, more in (("activities", "date", ""), ("needs", "date", "；没有可留空")):
        parsed = parse_column(TABLES[table].column(column), pa.array([cell]))
        assert [text.zh for text in parsed.reasons.values()] == [reason + more]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("成都\N{REPLACEMENT CHARACTER}公司", "含有无法辨认的字符（乱码），请改正"),
        ("#REF!", "公式出错（#REF!），请改为值"),
        ("〃", "“同上”的上面没有可承接的行"),
        ("见附件", "“见附件”只是指向别处，请写出内容"),
        ("\N{ZERO WIDTH SPACE}", "只有看不见的字符"),
    ],
)
def test_what_is_no_value_of_any_column_is_refused_by_its_reason(cell: str, reason: str) -> None:
    parsed = parse_column(TABLES["organizations"].column("name"), pa.array([cell]))
    assert [(text.zh, parsed.values) for text in parsed.reasons.values()] == [(reason, [None])]


@pytest.mark.parametrize(
    ("table", "column", "cell", "value"),
    [
        ("organizations", "address", "0", None), ("organizations", "uscc", "０", None),
        ("organizations", "contact_phone", "0", None), ("enterprises", "industry", "0", None),
        ("enterprises", "tags", "0", None), ("needs", "date", "0.0", None), ("needs", "enterprise", "00", None),
        ("service_records", "voucher", "0", None), ("resources", "terms", "0", None),
        ("resources", "fee", "0", "0"), ("resources", "shareable", "0", False), ("resources", "capacity", "0", 0.0),
        ("resources", "rating", "0", 0.0), ("needs", "quantity", "0", 0.0),
    ],
)  # fmt: skip
def test_nought_is_nothing_where_it_can_be_no_value(table: str, column: str, cell: str, value: object) -> None:
    parsed = parse_column(TABLES[table].column(column), pa.array([cell]))
    assert (parsed.values, parsed.reasons) == ([value], {})


@pytest.mark.parametrize("name", ["0", "123", "☆", "13812341234", "915107007091705437"])
def test_digits_and_signs_are_nobodys_name(name: str) -> None:
    parsed = parse_column(TABLES["organizations"].column("name"), pa.array([name]))
    shown = "138****1234" if len(name) == 11 else name
    assert list(parsed.reasons.values()) == [
        (
            f"“{shown}”只是数字、符号或信用代码，请写名称",
            f"“{shown}” is nothing but digits, signs or a credit code; write a name",
        )
    ]


@pytest.mark.parametrize(
    ("cell", "code", "said"),
    [
        ("510132", "510118", "510132 是旧代码，按 成都市新津区（510118）读入"),
        ("510724.0", "510705", "510724 是旧代码，按 绵阳市安州区（510705）读入"),
        ("513701000000", "511900", "513701 是旧代码，按 巴中市（511900）读入"),
        ("510118", "510118", None), ("510118001", "510118", None), ("新津县", "510118", None),
    ],
)  # fmt: skip
def test_a_code_that_is_no_more_is_told_with_the_one_of_today(cell: str, code: str, said: str | None) -> None:
    for table in ("organizations", "demand_counts"):
        parsed = parse_column(TABLES[table].column("region"), pa.array([cell]))
        assert (parsed.values, [text.zh for text in parsed.remarks.values()]) == ([code], [said] if said else [])
