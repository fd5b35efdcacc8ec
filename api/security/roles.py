"""Roles, and what each may do; whoever has none may do nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph.errors import WrongUse
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.divisions import PROVINCE
from graph.stores.base import Store


class AccessRule(StrEnum):
    """What a route lets be done."""

    OPEN = "open"
    """Pages, files and probes, which tell nothing of the graph."""
    ASK = "ask"
    """Questions about the network."""
    COPY = "copy"
    """A copy of the whole graph, partner requests among it."""
    WORK = "work"
    """What is agreed and searched between bodies: partner requests, searches in vain."""
    PLAN = "plan"
    """What takes minutes of a processor."""
    OPERATE = "operate"
    """How the service itself fares."""
    CHANGE = "change"
    """What changes the graph: loads, decisions on who is the same, partner requests, feedback."""


class Role(StrEnum):
    """Who somebody is to this service."""

    ADMIN = "admin"
    EDITOR = "editor"
    ANALYST = "analyst"
    PUBLIC = "public"
    AUDITOR = "auditor"


NAMES = {
    Role.ADMIN: Text("枢纽管理员", "hub admin"),
    Role.EDITOR: Text("窗口编辑（限本地区）", "window editor (own region)"),
    Role.ANALYST: Text("分析人员", "analyst"),
    Role.PUBLIC: Text("公众", "public"),
    Role.AUDITOR: Text("审计员", "auditor"),
}
DEEDS = {
    AccessRule.OPEN: Text("打开页面", "open pages"),
    AccessRule.ASK: Text("查询网络", "ask about the network"),
    AccessRule.COPY: Text("复制整个图", "copy the whole graph"),
    AccessRule.WORK: Text("查看合作请求和检索记录", "see partner requests and searches"),
    AccessRule.PLAN: Text("做规划等耗时的计算", "have plans and reports computed"),
    AccessRule.OPERATE: Text("查看服务运行和审计", "see how the service fares, and its audit log"),
    AccessRule.CHANGE: Text("载入或改动数据", "load or change data"),
}
"""What each rule lets be done, in words that follow “may”."""
ALLOWED: dict[Role, frozenset[AccessRule]] = {
    Role.ADMIN: frozenset(AccessRule),
    Role.EDITOR: frozenset(AccessRule) - {AccessRule.OPERATE, AccessRule.COPY},
    Role.ANALYST: frozenset(AccessRule) - {AccessRule.OPERATE, AccessRule.CHANGE},
    Role.PUBLIC: frozenset({AccessRule.OPEN, AccessRule.ASK}),
    Role.AUDITOR: frozenset({AccessRule.OPEN, AccessRule.OPERATE}),
}
Held = Callable[[Store, Any, str], Any]
"""Returns what is asked as somebody of one region may ask it, or raises NotYourRegion."""


class NotYourRegion(WrongUse):
    """The key is for another region."""

    message = Text("密钥只限地区 {own}，不能查询 {region}", "The key is for region {own} alone, not for {region}")
    hint = Text("请只问本地区，或申请别的密钥。", "Ask about that region, or for another key.")


class OfTheProvince(NotYourRegion):
    """The key is for one region, and what is asked has no answer for one."""

    message = Text(
        "密钥只限地区 {own}；这里答的是全省，不能只答一地",
        "The key is for region {own} alone; this is told of the whole province, not of a part",
    )
    hint = Text(
        "本地区的情况请问 /v1/coverage、/v1/gaps、/v1/monitoring、/v1/regions；要看全省，请申请不限地区的密钥。",
        "Ask /v1/coverage, /v1/gaps, /v1/monitoring or /v1/regions about that region; for the province, ask the "
        "administrator for a key that is not held to one.",
    )


@dataclass(frozen=True)
class RouteRule:
    """The rule of a route: who may, and how somebody of one region is held to it."""

    allows: AccessRule
    held: Held
    public: Callable[[Any], Any] | None = None
    """What the public is told of an answer, where that is not all of it."""


def is_within(region: str, own: str) -> bool:
    """Tell whether a GB/T 2260 code is that of a region or of a part of it."""
    return own in (region, PROVINCE, prefecture_of(region))
