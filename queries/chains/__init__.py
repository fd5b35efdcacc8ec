"""Industry chains: segments, cooperation along six dimensions, links that are missing (method.md, section 9)."""

from queries.chains.missing_links import missing_links
from queries.chains.segments import segments

__all__ = ["missing_links", "segments"]
