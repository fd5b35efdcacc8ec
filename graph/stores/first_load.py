"""The token of a graph's first load, by which a graph and the folder of its history know each other."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph import errors
from graph.home import Home
from graph.home_files import files_in, read_json


@dataclass(frozen=True)
class _Note:
    """What is read here of the note of a load."""

    token: str


def first_token(home: Path) -> str | None:
    """Return the token of the first load of which a folder tells, None where it tells of none."""
    with suppress(errors.HomeDamaged):
        loads = Home(home).listing().loads
        if loads:
            return loads[min(loads)]
    with suppress(errors.HomeDamaged):
        folders = files_in(home / "loads")
        return read_json(folders[0] / "load.json", _Note).token if folders else None
    return ""
