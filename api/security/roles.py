"""Roles, and what each may do; whoever has none may do nothing."""

from enum import StrEnum

from graph.identity import prefecture_of
from graph.language import Text
from graph.places.divisions import PROVINCE


class AccessRule(StrEnum):
    """What a route lets be done."""

    OPEN = "open"
    """Pages, files and probes, which tell nothing of the graph."""
    ASK = "ask"
    """Questions about the network."""
    WHOLE = "whole"
    """All cells of the province at once."""
    WORK = "work"
    """What is agreed and searched between bodies: partner requests, searches in vain."""
    PLAN = "plan"
    """What takes minutes of a processor."""


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
ALLOWED: dict[Role, frozenset[AccessRule]] = {
    Role.ADMIN: frozenset(AccessRule),
    Role.EDITOR: frozenset(AccessRule) - {AccessRule.WHOLE},
    Role.ANALYST: frozenset(AccessRule),
    Role.PUBLIC: frozenset({AccessRule.OPEN, AccessRule.ASK, AccessRule.WHOLE}),
    Role.AUDITOR: frozenset({AccessRule.OPEN}),
}


def is_within(region: str, own: str) -> bool:
    """Tell whether a GB/T 2260 code is that of a region or of a part of it."""
    return own in (region, PROVINCE, prefecture_of(region))
