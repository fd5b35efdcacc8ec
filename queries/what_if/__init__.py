"""What if: coverage before and after a plan of changes; the graph stays as it is (method.md, section 7)."""

from queries.what_if.changes import Scenario
from queries.what_if.impact import what_if

__all__ = ["Scenario", "what_if"]
