"""What should be looked at: rules as data, findings of the day, each a case that is opened once (clauses 18 and 20)."""

from queries.alerts.findings import AlertFinding, findings
from queries.alerts.rules import Rule, read_rules

__all__ = ["AlertFinding", "Rule", "findings", "read_rules"]
