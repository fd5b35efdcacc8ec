"""Collaboration paths: who could help from elsewhere, and through whom (method.md, section 5)."""

from queries.paths.find import paths, paths_batch
from queries.paths.question import PathQuestion

__all__ = ["PathQuestion", "paths", "paths_batch"]
