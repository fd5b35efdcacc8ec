"""What the loss of a window, carrier or organisation would cost (method.md, section 4)."""

from queries.resilience.losses import resilience
from queries.resilience.models import ResilienceQuestion

__all__ = ["ResilienceQuestion", "resilience"]
