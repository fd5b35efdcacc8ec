"""Sums of money as people read them: plans count in 10,000 yuan (万元), English readers expect yuan or millions."""

from graph.language import Text

MILLION = 100.0
"""A million yuan, in 10,000 yuan."""


def money(amount: float) -> Text:
    """Return a sum in words; ``amount``: 10,000 yuan."""
    en = f"{millions(amount)} million yuan" if amount >= MILLION else f"{_plain(amount * 1e4)} yuan"
    return Text(f"{_plain(amount)} 万元", en)


def millions(amount: float) -> str:
    """Return a sum of 10,000 yuan in millions."""
    return _plain(amount / MILLION)


def _plain(number: float) -> str:
    """Return a number with no more decimals than it has, two at most; of a smaller one three digits."""
    if number and abs(number) < 0.01:
        return f"{number:.3g}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")
