"""The token of a graph's first load, by which a graph and the folder of its history know each other."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph import errors
from graph.home import Home, read_json


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
    notes = sorted(home.glob("loads/load-*/load.json"))
    with suppress(errors.HomeDamaged):
        return read_json(notes[0], _Note).token if notes else None
    return ""
