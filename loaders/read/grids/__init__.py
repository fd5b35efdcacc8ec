"""From grids to tables: which table a grid is, where its header stands, and how it lies (down, across, in pieces)."""
