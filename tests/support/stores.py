"""Stores for tests that need many: with the reference data in, copied instead of made anew."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.reference.graph import ensure_reference

NAME = "w.lbug"


@cache
def _pristine() -> Path:
    folder = Path(mkdtemp(prefix="shuniu-reference-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_store(f"ladybug://{folder / NAME}") as store:
        ensure_reference(store)
    return folder


def store_with_reference(folder: Path) -> Store:
    """Return a new embedded store in a folder; it holds the reference data alone."""
    shutil.copytree(_pristine(), folder, dirs_exist_ok=True)
    return open_store(f"ladybug://{folder / NAME}")
