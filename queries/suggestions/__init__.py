"""Partnerships that could be: pairs likely to work together, and flows without a partnership (method.md, section 6)."""

from queries.suggestions.back_test import back_test
from queries.suggestions.flows import flow_gaps
from queries.suggestions.suggest import suggestions
from queries.suggestions.suggestion import SuggestionQuestion

__all__ = ["SuggestionQuestion", "back_test", "flow_gaps", "suggestions"]
