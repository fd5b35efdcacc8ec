"""Services a year, and shares of them, as a sentence says them: a few are told to a decimal, as 0.4 is not 0."""

FEW = 10
"""From here on no decimal is told."""
WHOLE = 0.1
"""From this share on no decimal is told: 72 of 15,786 is 0.5 %, not 0 %."""
ALL = 1 - 1e-9
"""A share beyond is the whole, but for rounding."""


def services(amount: float) -> str:
    """Return services a year, with a decimal where there are few."""
    return f"{amount:,.1f}" if 0 < amount < FEW else f"{amount:,.0f}"


def share(value: float) -> str:
    """Return a share, with a decimal where it is small; what is not all is 99 % at most."""
    return f"{value:.1%}" if value < WHOLE else f"{value if value > ALL else min(value, 0.99):.0%}"
