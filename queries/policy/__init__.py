"""What the notice asks, clause by clause and target by target, against what the graph can say (all 21 clauses)."""

from queries.policy.clauses import clause_states
from queries.policy.targets import policy_targets

__all__ = ["clause_states", "policy_targets"]
