"""What if: coverage before and after a plan of changes; the graph stays as it is (method.md, section 7)."""

from queries.what_if.changes import Plan
from queries.what_if.effects import what_if

__all__ = ["Plan", "what_if"]
