"""What is wrong with what somebody stated, in both languages: of addresses, documents, and files of settings."""

from collections.abc import Mapping
from typing import Any

from graph.language import Text

_OBJECT = Text(
    "应为 JSON 对象 {{…}}，以 Content-Type: application/json 发送",
    "must be a JSON object {{…}}, sent as Content-Type: application/json",
)
REASONS: dict[str, Text] = {
    "missing": Text("必填", "required"),
    "extra_forbidden": Text("没有这个参数", "there is no such parameter"),
    "int_parsing": Text("应为整数", "must be a whole number"),
    "float_parsing": Text("应为数字", "must be a number"),
    "float_type": Text("应为数字", "must be a number"),
    "finite_number": Text("应为有限的数", "must be a finite number"),
    "greater_than": Text("应大于 {gt}", "must be greater than {gt}"),
    "greater_than_equal": Text("应不小于 {ge}", "must be {ge} or more"),
    "less_than_equal": Text("应不大于 {le}", "must be {le} or less"),
    "literal_error": Text("应为 {expected} 之一", "must be one of {expected}"),
    "enum": Text("应为 {expected} 之一", "must be one of {expected}"),
    "bool_parsing": Text("应为 true 或 false", "must be true or false"),
    "string_type": Text("应为文字", "must be text"),
    "list_type": Text("应为列表", "must be a list"),
    "json_invalid": Text("不是有效的 JSON（第 {at} 个字符处）", "is no valid JSON (at character {at})"),
    "body_not_utf8": Text("不是 UTF-8 编码；JSON 应以 UTF-8 发送", "is not UTF-8, in which JSON is sent"),
    "address_not_utf8": Text(
        "不是 UTF-8 编码（如 GBK）；地址中的汉字按 UTF-8 作百分号编码",
        "is not UTF-8 (perhaps GBK); characters in an address are percent-encoded UTF-8",
    ),
    "body_packed": Text(
        "是压缩过的（Content-Encoding: {encoding}）；请不压缩发送",
        "is packed (Content-Encoding: {encoding}); send it plain",
    ),
    "body_too_deep": Text("嵌套过深", "is nested too deep"),
    "body_number_too_long": Text("含有位数过多的数", "holds a number of too many digits"),
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "half_character": Text(
        "含有半个字符（不成对的代理码），不是有效的文字", "holds half a character (a lone surrogate)"
    ),
    "string_too_long": Text("不得超过 {max_length} 个字符", "must have at most {max_length} characters"),
    "string_too_short": Text("不得少于 {min_length} 个字符", "must have {min_length} characters or more"),
    "string_pattern_mismatch": Text("应符合 {pattern}", "must be of the form {pattern}"),
    "model_type": Text("应写成“名称: 值”", "must be names with values"),
    "tuple_type": Text("应为列表", "must be a list"),
    "too_short": Text("至少 {min_length} 项", "must have {min_length} items or more"),
    "floor_is_full": Text("floor 与 full 不能相等", "floor and full must differ"),
    "grades_in_order": Text("等次须由高到低，各不相同", "grades go from the highest down, each once"),
    "bonus_without_cap": Text(
        "有加分而没有加分上限 bonus_cap（缺省为 0，加分都不算）", "bonus asks for bonus_cap above 0, or it never counts"
    ),
    "indicator_twice": Text("同一指标写了两次", "an indicator stands there twice"),
    "target_twice": Text("同一目标标识写了两次", "an id of a target stands there twice"),
    "asked_twice": Text("同一指标、同一期限写了两个要求", "an indicator is asked for twice with the same year"),
    "path_in_order": Text("月份须由早到晚，各不相同", "months go from the earliest on, each once"),
    "path_beyond_target": Text("路径的值不得回落，也不得超过目标值", "a path does not fall, nor go beyond its target"),
    "path_beyond_year": Text("路径的月份不得晚于期限 by", "months of a path are no later than by"),
    "share_above_one": Text("占比写 0 到 1 之间的数，如 50% 写 0.5", "a share is 0 to 1, such as 0.5 for 50 %"),
    "unit_of_indicator": Text(
        "占比类指标的单位只能是“比例”（share），其他指标不能", "shares are counted in share, nothing else is"
    ),
    "until_before_issued": Text("止期 until 早于发布日期 issued", "until is earlier than issued"),
    "by_before_issued": Text("期限 by 早于发布的年份", "by is earlier than the year of issued"),
}
"""By the kind of pydantic's error; the last ones are our own."""
_MALFORMED = Text("格式不正确", "malformed")
_DATE = Text("应为日期，如 2026-01-31", "must be a date such as 2026-01-31")


def reason_of(error: Mapping[str, Any]) -> Text:
    """Return why a value is refused: of one entry of ``ValidationError.errors()``."""
    kind = str(error["type"])
    reason = _DATE if kind.startswith("date") else REASONS.get(kind, _MALFORMED)
    context = {name: _plain(value) for name, value in error.get("ctx", {}).items()}
    values = [part.strip("' ") for part in str(context.get("expected", "")).replace(" or ", ", ").split(",")]
    at = next((part for part in reversed(error.get("loc", ())) if isinstance(part, int)), 0) + 1
    zh, en = (context | {"expected": between.join(values), "at": at} for between in ("、", ", "))
    return Text(reason.zh.format(**zh), reason.en.format(**en))


def _plain(value: Any) -> Any:
    """Return a bound as people write it: 0, not 0.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
