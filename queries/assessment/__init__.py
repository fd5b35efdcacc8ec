"""Scores by a scheme that is data: what points consist of, how much ranks hang on weights (clause 19)."""

from queries.assessment.assess import assess
from queries.assessment.scheme import Scheme, read_scheme, schemes

__all__ = ["Scheme", "assess", "read_scheme", "schemes"]
