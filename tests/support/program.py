"""A copy of the program, to be changed: as a later version would be, or as a page says."""

import shutil
from pathlib import Path

from tests.support.terminal import PROJECT, Said, apart

ROOMS = ("graph", "loaders", "queries", "viz", "api")


def copied_to(folder: Path) -> Path:
    """Copy the program's packages into a folder, with their bytecode: what is not changed is not compiled again."""
    for room in ROOMS:
        shutil.copytree(PROJECT / room, folder / room, ignore=shutil.ignore_patterns("*.pyc.*"))  # being written
    return folder


def run_there(copy: Path, *arguments: object, store: str) -> Said:
    """Run a command of a copy, in a process of its own, on a store."""
    return apart(*arguments, PYTHONPATH=str(copy), PYTHONSAFEPATH="1", SHUNIU_STORE=store)
