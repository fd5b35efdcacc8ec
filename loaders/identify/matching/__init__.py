"""Which organisations are surely or perhaps the same: normal forms of names, and pairs for a person to look at."""

from loaders.identify.matching.names import plain_name, plain_names
from loaders.identify.matching.pairs import candidates

__all__ = ["candidates", "plain_name", "plain_names"]
