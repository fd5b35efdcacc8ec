"""Text cells -> values: how each kind of cell is read, and what is wrong with one that cannot be."""
