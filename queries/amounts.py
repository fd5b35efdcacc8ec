"""Services a year as a sentence says them: a few are told to a decimal, as 0.4 is not 0."""

FEW = 10
"""From here on no decimal is told."""


def services(amount: float) -> str:
    """Return services a year, with a decimal where there are few."""
    return f"{amount:,.1f}" if 0 < amount < FEW else f"{amount:,.0f}"
