"""Plans of hypothetical changes: their form, read from YAML with Chinese or English keys, and checked row by row.

A plan is a name and a list of changes:

    名称: 绵阳补点
    变更:
      - {操作: 新增, 名称: 涪城站, 地点: 涪城区, 服务类型: [SC03], 能力: 500, 方式: [线上, 线下]}
      - {操作: 关闭, 资源: R-001}
      - {操作: 提升, 资源: R-002, 能力: 800}
      - {操作: 共享, 从: 成都市, 到: [绵阳市], 服务类型: [SC03]}
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, cast

from pydantic import Field

from graph.errors import BadParameter, ShuniuError
from graph.language import Text
from graph.settings_files import read_yaml
from graph.vocabulary import vocabulary
from queries.answers import Result

Action = Literal["add", "move", "close", "upgrade", "share"]
MOST_CHANGES = 1000
KEYS = {
    "操作": "action", "名称": "name", "资源": "resource", "载体": "carrier", "机构": "organization", "窗口": "window",
    "地点": "place", "服务类型": "service_types", "产业链": "chains", "能力": "capacity", "方式": "modes",
    "级别": "level", "服务地区": "serves", "生效日期": "since", "有效期至": "until", "从": "from_region", "到": "to",
    "from": "from_region", "比例": "fraction",
}  # fmt: skip
_CHINESE = {name: chinese for chinese, name in KEYS.items() if chinese != "from"}
TARGETS = ("resource", "carrier", "organization", "window")
DETAILS = {"capacity", "level", "modes", "serves", "since", "until"}
ALLOWED: dict[Action, set[str]] = {
    "add": {"name", "place", "service_types", "chains", *DETAILS},
    "move": {"resource", "carrier", "place"},
    "close": {*TARGETS},
    "upgrade": {"resource", "carrier", *DETAILS},
    "share": {"resource", "carrier", "from_region", "to", "service_types", "fraction"},
}
"""Fields of each action besides ``action``."""
LISTS = {"service_types", "chains", "modes", "serves", "to"}


class ScenarioChange(Result):
    """One change. What names it, ``resource`` to ``window`` or ``from_region``, is a key, code or name."""

    action: Action
    name: str | None = Field(default=None, description="新增者的名称 / name of what is added")
    resource: str | None = None
    carrier: str | None = None
    organization: str | None = None
    window: str | None = None
    place: str | None = Field(default=None, description="所在地区 / region")
    service_types: tuple[str, ...] = ()
    chains: tuple[str, ...] = Field(default=(), description="空为不限 / none: any industry")
    capacity: float | None = Field(default=None, description="年服务能力（次）/ services a year")
    modes: tuple[str, ...] = ()
    level: str | None = None
    serves: tuple[str, ...] = Field(default=(), description="新增：服务地区；提升：增加的服务地区 / regions (added)")
    since: date | None = None
    until: date | None = None
    from_region: str | None = Field(default=None, description="共享：提供方地区 / share: whose resources")
    to: tuple[str, ...] = Field(default=(), description="共享：受益地区 / share: regions that it then serves too")
    fraction: float | None = Field(default=None, description="共享：余量中转移的份额 / part of K − used that moves")

    def target(self) -> tuple[str, str] | None:
        """Return the kind and name of what is changed; None for what is added or agreed."""
        return next(((k, v) for k in TARGETS if (v := getattr(self, k))), None)


class Scenario(Result):
    """A named list of changes, applied to the graph in their order; nothing is written to it."""

    name: str
    changes: tuple[ScenarioChange, ...] = ()


class _Wrong(Exception):
    """A field and what is wrong with it, until the change's number is known."""

    def __init__(self, field: str, value: object, reason: Text) -> None:
        super().__init__(field)
        self.field, self.value, self.reason = field, value, reason


def read_plan(path: Path) -> Scenario:
    """Return the plan of a YAML file.

    Raises:
        FileMissing, NotYaml: it is no such file.
        BadParameter: a change is wrong; names the file, the change's number and the field.
    """
    return plan_of(read_yaml(path), where=str(path), name=path.stem)


def kind_of(raw: object) -> Text:
    """Return what a value is, in words."""
    kinds = (
        (Mapping, Text("名称: 值", "names with values")),
        (list, Text("列表", "a list")),
        (str, Text("文字", "text")),
    )
    other = Text("空", "nothing") if raw is None else Text("数", "a number")
    return next((said for kind, said in kinds if isinstance(raw, kind)), other)


def plan_of(raw: object, *, where: str, name: str = "plan") -> Scenario:
    """Return the plan that a mapping (or a list of changes) says; ``where`` stands in errors.

    Raises:
        BadParameter: an unknown key, a missing or impossible value, or changes that contradict each other.
    """
    raw = {"changes": raw} if isinstance(raw, list) else raw
    if not isinstance(raw, Mapping):
        raise BadParameter(name=where, value=kind_of(raw), reason=Text("应有 变更 列表", "needs `changes`"))
    named = {{"名称": "name", "变更": "changes"}.get(str(k), str(k)): v for k, v in raw.items()}
    for key in named.keys() - {"name", "changes"}:
        raise BadParameter(name=f"{where}: {key}", value=named[key], reason=Text("未知的键", "unknown key"))
    rows = named.get("changes") or []
    if not isinstance(rows, list) or len(rows) > MOST_CHANGES:
        reason = Text(f"应为列表，至多 {MOST_CHANGES:,} 项", f"a list of at most {MOST_CHANGES:,}")
        shown = f"{len(rows):,}" if isinstance(rows, list) else kind_of(rows)
        raise BadParameter(name=Text(f"{where}：变更", f"{where}: changes"), value=shown, reason=reason)
    changes = [_numbered(row, where, number) for number, row in enumerate(rows, 1)]
    check_together(changes, where)
    return Scenario(name=str(named.get("name") or name), changes=tuple(changes))


def wrong(where: str, number: int, field: str, value: object, reason: Text | str) -> BadParameter:
    """Return the error of a field of the change with this number."""
    chinese = _CHINESE.get(KEYS.get(field, field))
    named = f"{chinese}（{field}）" if chinese else field
    name = Text(f"{where}：第 {number} 项变更：{named}", f"{where}: change {number}: {field}")
    return BadParameter(name=name, value="–" if value is None else value, reason=reason)


def _numbered(row: object, where: str, number: int) -> ScenarioChange:
    try:
        return _change(row)
    except _Wrong as error:
        raise wrong(where, number, error.field, error.value, error.reason) from error


def _change(row: object) -> ScenarioChange:
    if not isinstance(row, Mapping):
        raise _Wrong("changes", row, Text("应为键值", "must be a mapping"))
    named = {KEYS.get(str(k), str(k)): v for k, v in row.items() if v is not None}
    if len(named) < sum(v is not None for v in row.values()):
        raise _Wrong("changes", ", ".join(map(str, row)), Text("同一字段写了两次", "a field is given twice"))
    action = cast("Action", _known("action", "plan_actions", str(named.pop("action", "–"))))
    for key in named.keys() - ALLOWED[action]:
        allowed, of = ", ".join(sorted(ALLOWED[action])), vocabulary("plan_actions")[action].label
        raise _Wrong(key, named[key], Text(f"“{of.zh}”没有这个键；可用 {allowed}", f"not of {action}: {allowed}"))
    values = {k: _value(k, v) for k, v in named.items()}
    made = ScenarioChange.model_validate({"action": action, **values})
    _check(made)
    return made


def _value(key: str, value: object) -> object:
    if key == "capacity":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise _Wrong(key, value, Text("应为不小于 0 的数", "a number, at least 0"))
        return float(value)
    if key == "fraction":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise _Wrong(key, value, Text("应大于 0，不超过 1", "above 0, at most 1"))
        return float(value)
    if key in ("since", "until"):
        return _day(key, value)
    if key in LISTS:
        items: Sequence[object] = value if isinstance(value, list) else str(value).replace("；", "、").split("、")
        lists = {"service_types": "service_types", "modes": "modes"}
        texts = [str(i).strip() for i in items]
        return tuple(_known(key, lists[key], t) if key in lists else t for t in texts)
    return _known(key, "levels", str(value)) if key == "level" else str(value)


def _known(key: str, of: str, value: str) -> str:
    try:
        return vocabulary(of).resolve(value)
    except ShuniuError as error:
        raise _Wrong(key, value, Text(error.way_out("zh"), error.way_out("en"))) from error


def _day(key: str, value: object) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise _Wrong(key, value, Text("应为 2026-01-31 这样的日期", "a day such as 2026-01-31")) from error


def _check(change: ScenarioChange) -> None:
    targets = [k for k in TARGETS if getattr(change, k)]
    if len(targets) > 1:
        raise _Wrong(targets[1], getattr(change, targets[1]), Text("只能指明一个对象", "only one thing may be named"))
    needed = {"add": ("name", "place", "service_types"), "move": ("place",), "share": ("to",)}.get(change.action, ())
    for field in needed:
        if not getattr(change, field):
            raise _Wrong(field, None, Text("必填", "required"))
    agreed = change.action == "share" and change.from_region
    if change.action != "add" and not agreed and not targets:
        raise _Wrong("resource", None, Text("须指明对象", "name what is to change"))
    if agreed and targets:
        raise _Wrong("from", change.from_region, Text("与对象二选一", "either this or a resource or carrier"))
    if agreed and not change.service_types:
        raise _Wrong("service_types", None, Text("协议须指明服务类型", "an agreement names its service types"))
    if change.since and change.until and change.since > change.until:
        raise _Wrong("until", change.until, Text(f"早于 {change.since}", f"before {change.since}"))
    details = any(getattr(change, f) not in (None, ()) for f in DETAILS)
    if change.action == "upgrade" and not details:
        raise _Wrong("capacity", None, Text("没有写明提升什么", "says nothing to upgrade"))


def contradiction(number: int, action: Action, what: str = "") -> Text:
    """Return the reason of a change that an earlier one rules out; ``what`` both are about."""
    label, of = vocabulary("plan_actions")[action].label, f": {what}" if what else ""
    return Text(f"与第 {number} 项变更（{label.zh}）矛盾{of}", f"contradicts change {number} ({action}){of}")


def check_together(changes: Sequence[ScenarioChange], where: str) -> None:
    """Refuse what cannot all be: the same thing closed and changed, moved twice, or added twice.

    Raises:
        BadParameter: names the later change.
    """
    seen: dict[tuple[str, str], list[tuple[int, Action]]] = {}
    for number, change in enumerate(changes, 1):
        key = ("new", change.name or "") if change.action == "add" else change.target()
        if key is None:
            continue
        for earlier, action in seen.setdefault(key, []):
            twice = action == change.action and action in ("add", "move", "close")
            if twice or "close" in (action, change.action):
                raise wrong(where, number, key[0], key[1], contradiction(earlier, action))
        seen[key].append((number, change.action))
