"""From paths to raw rows: numbered, as text, under the field names of their table."""

from loaders.headers import find_table
from loaders.sources.chunks import Chunk, Misfit, Sheet
from loaders.sources.opening import open_all, source_files

__all__ = ["Chunk", "Misfit", "Sheet", "find_table", "open_all", "source_files"]
