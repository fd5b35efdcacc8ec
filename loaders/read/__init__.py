"""From paths to raw rows: numbered, as text, under the field names of their table."""

from loaders.read.chunks import Chunk, Misfit, Sheet
from loaders.read.headers import find_table
from loaders.read.opening import open_all, source_files

__all__ = ["Chunk", "Misfit", "Sheet", "find_table", "open_all", "source_files"]
