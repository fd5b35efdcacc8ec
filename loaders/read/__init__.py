"""From paths to raw rows: numbered, as text, under the field names of their table."""

from loaders.read.chunks import Chunk, Misfit, Note
from loaders.read.headers import find_table
from loaders.read.opening import open_all, source_files
from loaders.read.sheets import Sheet

__all__ = ["Chunk", "Misfit", "Note", "Sheet", "find_table", "open_all", "source_files"]
