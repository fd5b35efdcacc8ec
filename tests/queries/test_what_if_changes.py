"""A plan that cannot be read is refused with its place, the value and what would do, in both languages."""

from datetime import date
from typing import Any

import pytest

from graph.errors import BadParameter
from queries.what_if.changes import ScenarioChange, plan_of

SHARE, UPGRADE, CLOSE = ({"action": action, "resource": "a"} for action in ("share", "upgrade", "close"))
AGREED = {"action": "share", "from": "成都市", "to": ["绵阳市"]}
NUMBER, PART = ("应为不小于 0 的数", "a number, at least 0"), ("应大于 0，不超过 1", "above 0, at most 1")
CHANGES: list[tuple[object, str, str, str, tuple[str, str]]] = [
    (["close"], "changes", "changes", "['close']", ("应为键值", "must be a mapping")),
    ({**CLOSE, "操作": "关闭"}, "changes", "changes", "action, resource, 操作",
     ("同一字段写了两次", "a field is given twice")),
    ({**CLOSE, "capacity": 3}, "能力（capacity）", "capacity", "3",
     ("“关闭”没有这个键；可用 carrier, organization, resource, window",
      "not of close: carrier, organization, resource, window")),
    ({**UPGRADE, "capacity": -1}, "能力（capacity）", "capacity", "-1", NUMBER),
    ({**UPGRADE, "capacity": True}, "能力（capacity）", "capacity", "True", NUMBER),
    ({**UPGRADE, "capacity": "many"}, "能力（capacity）", "capacity", "many", NUMBER),
    ({**SHARE, "to": ["绵阳"], "fraction": 0}, "比例（fraction）", "fraction", "0", PART),
    ({**SHARE, "to": ["绵阳"], "fraction": True}, "比例（fraction）", "fraction", "True", PART),
    ({**UPGRADE, "level": "cosmic"}, "级别（level）", "level", "cosmic",
     ("可用：国家级、省级、市级、县级", "Allowed: National, Provincial, City, County")),
    ({**UPGRADE, "since": "soon"}, "生效日期（since）", "since", "soon",
     ("应为 2026-01-31 这样的日期", "a day such as 2026-01-31")),
    ({**UPGRADE, "since": "2026-02-01", "until": "2026-01-01"}, "有效期至（until）", "until", "2026-01-01",
     ("早于 2026-02-01", "before 2026-02-01")),
    ({**CLOSE, "carrier": "b"}, "载体（carrier）", "carrier", "b", ("只能指明一个对象", "only one thing may be named")),
    ({"action": "close"}, "资源（resource）", "resource", "–", ("须指明对象", "name what is to change")),
    (SHARE, "到（to）", "to", "–", ("必填", "required")),
    ({**AGREED, "resource": "a"}, "从（from）", "from", "成都市",
     ("与对象二选一", "either this or a resource or carrier")),
    (AGREED, "服务类型（service_types）", "service_types", "–",
     ("协议须指明服务类型", "an agreement names its service types")),
    (UPGRADE, "能力（capacity）", "capacity", "–", ("没有写明提升什么", "says nothing to upgrade")),
]  # fmt: skip


def refused(stated: object) -> tuple[str, str]:
    with pytest.raises(BadParameter) as caught:
        plan_of(stated, where="plan.yml")
    return caught.value.say("zh"), caught.value.say("en")


@pytest.mark.parametrize(("change", "zh", "en", "value", "reason"), CHANGES, ids=[str(case[0]) for case in CHANGES])
def test_a_change_that_is_wrong_is_told(change: object, zh: str, en: str, value: str, reason: tuple[str, str]) -> None:
    right = {"action": "close", "resource": "b"}
    assert refused([right, change]) == (
        f"参数 plan.yml：第 2 项变更：{zh} 不正确：{value}（{reason[0]}）",
        f"Bad parameter plan.yml: change 2: {en}: {value} ({reason[1]})",
    )


WHOLE: list[tuple[Any, str, str]] = [
    ("text", "plan.yml 不正确：文字（应有 变更 列表）", "plan.yml: text (needs `changes`)"),
    ({"changes": "text"}, "plan.yml：变更 不正确：文字（应为列表，至多 1,000 项）",
     "plan.yml: changes: text (a list of at most 1,000)"),
    ({"other": 1}, "plan.yml: other 不正确：1（未知的键）", "plan.yml: other: 1 (unknown key)"),
]  # fmt: skip


@pytest.mark.parametrize(("stated", "zh", "en"), WHOLE, ids=[str(case[0]) for case in WHOLE])
def test_what_is_no_plan_is_told(stated: object, zh: str, en: str) -> None:
    assert refused(stated) == (f"参数 {zh}", f"Bad parameter {en}")


def test_chinese_and_english_words_make_the_same_plan() -> None:
    chinese = {"名称": "试", "变更": [
        {"操作": "新增", "名称": "站", "地点": "涪城区", "服务类型": "技术支持、SC01", "能力": 500, "方式": ["线上"],
         "生效日期": "2026-01-01"},
        {"操作": "共享", "从": "成都市", "到": ["绵阳市"], "服务类型": ["SC03"], "比例": 1},
    ]}  # fmt: skip
    english = {"name": "试", "changes": [
        {"action": "add", "name": "站", "place": "涪城区", "service_types": ["SC03", "SC01"], "capacity": 500.0,
         "modes": "online", "since": date(2026, 1, 1)},
        {"action": "share", "from": "成都市", "to": "绵阳市", "service_types": "SC03", "fraction": 1.0, "until": None},
    ]}  # fmt: skip
    made = plan_of(chinese, where="plan.yml")
    assert made == plan_of(english, where="plan.yml")
    assert (made.name, [change.action for change in made.changes]) == ("试", ["add", "share"])
    assert made.changes[0] == ScenarioChange(
        action="add", name="站", place="涪城区", service_types=("SC03", "SC01"), capacity=500.0, modes=("online",),
        since=date(2026, 1, 1),
    )  # fmt: skip
