"""What was delivered in a month, how it was judged, and how sure that is (clauses 18 and 20; method.md, section 8)."""

from queries.monitoring.monthly import MonitoringQuestion, monitoring

__all__ = ["MonitoringQuestion", "monitoring"]
