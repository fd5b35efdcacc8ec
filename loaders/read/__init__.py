"""From paths to raw rows of known tables: the rooms know each other in one order, words, files, rows, grids."""

from loaders.read.files.chunks import Chunk, Misfit, Note
from loaders.read.grids.sheets import Sheet
from loaders.read.opening import open_all, source_files
from loaders.read.words.headers import find_table

__all__ = ["Chunk", "Misfit", "Note", "Sheet", "find_table", "open_all", "source_files"]
