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


def copy_store(file: str | Path, to: Path) -> Path:
    """Copy a closed embedded store, its file and the folder beside it, to a path or into a folder."""
    source = Path(str(file).removeprefix("ladybug://"))
    target = to / source.name if to.is_dir() else to
    shutil.copy(source, target)
    if (beside := source.with_name(f"{source.name}.d")).is_dir():
        shutil.copytree(beside, target.with_name(f"{target.name}.d"), dirs_exist_ok=True)
    return target
