"""How figures are told, in tables, reports and sentences: grouped thousands, and some is never told as none."""

import re

FEW = 10
"""From here on no decimal is told."""
WHOLE = 0.1
"""From this share on no decimal is told: 72 of 15,786 is 0.5 %, not 0 %."""
ALL = 1 - 1e-9
"""A share beyond is the whole, but for rounding."""
NOTHING = 1e-9
"""What is smaller is none, but for rounding."""
DIGITS = 9
"""Decimals at most."""
MINUS = "−"
"""A minus sign, as wide as a plus; a hyphen is none, and a line may end behind it."""


def signed(text: str) -> str:
    """Return a figure as it is formatted with the sign that people write: a minus, and none before nothing."""
    return text.lstrip("+-") if re.fullmatch(r"[+-][0.,]+%?", text) else text.replace("-", MINUS)


def figure(value: float, decimals: int, unit: str = "", *, plus: bool = False) -> str:
    """Return a figure with so many decimals; one too small for the last of them is <0.1, or >−0.1, and never 0.0.

    ``plus``: a change, whose sign is told either way.
    """
    least = 10.0**-decimals
    if decimals and NOTHING < abs(value) < least / 2:
        return f"<{'+' if plus else ''}{least}{unit}" if value > 0 else f">{MINUS}{least}{unit}"
    return signed(f"{value:{'+' if plus else ''},.{decimals}f}{unit}")


def below(value: float, bound: float, decimals: int) -> str:
    """Return what is less than a bound with so many decimals, or as many more as it takes to read as less."""
    while decimals < DIGITS and float(f"{value:.{decimals}f}") >= bound:
        decimals += 1
    return figure(value, decimals)


def services(amount: float) -> str:
    """Return services a year, with a decimal where there are few."""
    return figure(amount, int(0 < amount < FEW))


def share(value: float) -> str:
    """Return a share, with a decimal where it is small; what is not all is 99 % at most."""
    return figure(100 * value, 1, "%") if value < WHOLE else f"{value if value > ALL else min(value, 0.99):.0%}"
