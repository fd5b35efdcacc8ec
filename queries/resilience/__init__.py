"""What the loss of a window, carrier or organisation would cost (method.md, section 4)."""

from queries.resilience.impact import ResilienceQuestion
from queries.resilience.losses import resilience

__all__ = ["ResilienceQuestion", "resilience"]
