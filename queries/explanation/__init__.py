"""Why a cell has the figures it has, and what would close its gap (method.md, sections 2 and 3)."""

from queries.explanation.cell import explain, explain_cell

__all__ = ["explain", "explain_cell"]
