"""Formulas over layers, made at random, with a reckoning of our own beside them."""

import math
import random
from typing import Any

MEASURES = ("ratio", "local", "unmet", "demand", "supply", "surplus")


def figures(rng: random.Random) -> dict[str, float]:
    """Return measures of a cell; some are unknown, some nought."""
    return {m: rng.choice([math.nan, 0.0, rng.uniform(-2, 2), rng.uniform(0, 1e5)]) for m in MEASURES}


def formula(rng: random.Random, depth: int = 4) -> tuple[str, Any]:
    """Return a formula as text, and a function that reckons it from the figures of two days."""
    kind = rng.choice(["layer", "number"] if not depth else ["layer", "number", "sign", "two", "two", "many", "over"])
    if kind == "layer":
        name, past = rng.choice(MEASURES), rng.random() < 0.4
        return ("before." if past else "") + name, lambda now, then: (then if past else now)[name]
    if kind == "number":
        number = round(rng.uniform(0, 9), 2)
        return str(number), lambda _now, _then: number
    parts = [formula(rng, depth - 1) for _ in range(rng.randint(1, 3) if kind in {"many", "over"} else 2)]
    text, reckon = parts[0]
    if kind == "sign":
        return f"-({text})", lambda now, then: -reckon(now, then)
    if kind == "two":
        sign = rng.choice("+-*/")
        other = parts[1][1]
        return f"({text}) {sign} ({parts[1][0]})", lambda now, then: _by(sign, reckon(now, then), other(now, then))
    if kind == "many":
        name = rng.choice(["max", "min"])
        joined = ", ".join(t for t, _ in parts)
        return f"{name}({joined})", lambda now, then: _among(name, [r(now, then) for _, r in parts])
    return f"over(0.5, {', '.join(t for t, _ in parts)})", lambda now, then: _over([r(now, then) for _, r in parts])


def _by(sign: str, a: float, b: float) -> float:
    if sign == "/":
        return a / b if b else math.nan
    return {"+": a + b, "-": a - b, "*": a * b}[sign]


def _among(name: str, values: list[float]) -> float:
    if any(map(math.isnan, values)):
        return math.nan
    return max(values) if name == "max" else min(values)


def _over(values: list[float]) -> float:
    if any(map(math.isnan, values)):
        return math.nan
    return sum(v > 0.5 for v in values) / len(values)
