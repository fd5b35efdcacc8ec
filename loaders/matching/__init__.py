"""Which organisations are surely or perhaps the same: normal forms of names, and pairs for a person to look at."""

from loaders.matching.names import plain_name
from loaders.matching.pairs import candidates

__all__ = ["candidates", "plain_name"]
