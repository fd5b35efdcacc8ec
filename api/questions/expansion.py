"""Expansion: how its objective and its budgets are written."""

from typing import Any

from graph.errors import BadParameter
from queries.expansion.answer import HARMS, OBJECTIVES
from queries.expansion.sites import LOCATIONS

DEFAULT_BUDGET = 1000.0
"""10,000 yuan, where nothing else limits a plan."""


def goal(text: str) -> Any:
    """Return an objective.

    Raises:
        BadParameter: it is none.
    """
    if text not in OBJECTIVES:
        raise BadParameter(name="objective", value=text, reason="、".join(OBJECTIVES))
    return text


def harm_mode(text: str) -> Any:
    """Return how unmet demand that is added elsewhere counts.

    Raises:
        BadParameter: it is no such way.
    """
    if text not in HARMS:
        raise BadParameter(name="harm", value=text, reason="、".join(HARMS))
    return text


def asked_budget(
    budget: float | None, objective: str, target_ratio: float | None, curve: object, sites: int | None
) -> float | None:
    """Return the budget, or the usual one where nothing else limits the plan."""
    limited = target_ratio or curve or (sites and objective in LOCATIONS)
    return DEFAULT_BUDGET if budget is None and not limited else budget


def budgets(text: str) -> tuple[float, ...]:
    """Return the budgets of a curve.

    Raises:
        BadParameter: one is no number.
    """
    try:
        return tuple(float(part) for part in text.replace("，", ",").split(",") if part.strip())
    except ValueError as error:
        raise BadParameter(name="curve", value=text, reason="100,200,500") from error
