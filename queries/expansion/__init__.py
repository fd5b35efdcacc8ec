"""What to build, share or upgrade next under a budget (method.md, section 7)."""

from queries.expansion.answer import Expansion, ExpansionQuestion
from queries.expansion.expand import expand

__all__ = ["Expansion", "ExpansionQuestion", "expand"]
