"""What figures rank by, as a reader would say it."""


def told(figure: float) -> float:
    """Return a figure as nine digits tell it: what differs beyond is rounding, and decides no order."""
    return float(f"{figure:.9g}")
