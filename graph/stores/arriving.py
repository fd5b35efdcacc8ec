"""The folder that comes with a graph put into a server: in its place when, and only when, the graph is there."""

import shutil
from pathlib import Path

from graph.errors import unwritable
from graph.home import Home, fresh_name


def _arriving(home: Path) -> Path:
    return home.with_name(f"{home.name}.arriving")


def put_ready(new_home: Path, home: Path) -> None:
    """Lay the folder of a new graph beside the one that it shall take the place of.

    Raises:
        DiskFull, FileUnwritable: nothing has changed.
    """
    arriving = _arriving(home)
    try:
        shutil.rmtree(arriving, ignore_errors=True)
        new_home.rename(arriving)
    except OSError as error:
        raise unwritable(arriving, error) from error


def waits(home: Path) -> bool:
    """Tell whether a folder lies ready."""
    return _arriving(home).is_dir()


def settle(home: Path, last: str | None) -> list[Path]:
    """Put the folder in its place if ``last``, the token of the graph's newest load, is among its own; else drop it.

    Return where the old folder is now.

    Raises:
        FileUnwritable: it cannot be renamed.
    """
    arriving = _arriving(home)
    if last not in Home(arriving).listing().loads.values():
        shutil.rmtree(arriving)
        return []
    aside = fresh_name(home)
    try:
        if home.exists():
            home.rename(aside)
        arriving.rename(home)
    except OSError as error:
        raise unwritable(home, error) from error
    return [aside] if aside.exists() else []
