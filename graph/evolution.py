"""The models by which landed versions stored, and whether what they left can be taken as the present model's.

``graph/models/<fingerprint>.txt`` holds what a model says, a statement a line. A later model that says all of it, and
more, finds everything where it looks for it: what was added is empty there. ``python -m graph.evolution graph/models``
describes the present model; a test proves that it is described.
"""

import sys
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from graph import errors, schema
from graph.delta import Spec
from graph.schema import Statement


@cache
def landed() -> dict[str, frozenset[Statement]]:
    """Return what each described model says, by its fingerprint."""
    folder = files("graph").joinpath("models")
    return {
        file.name.removesuffix(".txt"): frozenset(
            tuple(line.split()) for line in file.read_text(encoding="utf-8").splitlines()
        )
        for file in folder.iterdir()
        if file.name.endswith(".txt")
    }


def only_added_to(fingerprint: str) -> bool:
    """Tell whether the present model says all that another said.

    Raises:
        KeyError: no landed version had that model: a newer one has it, or another program.
    """
    return fingerprint == schema.fingerprint() or landed()[fingerprint] <= schema.statements()


def ensure_readable(fingerprints: Iterable[str], place: object) -> None:
    """Let only what the present model can read pass; ``place`` is where models of these fingerprints wrote.

    Raises:
        StoreNewer: one of them is not known here.
        StoreOutdated: the present model lacks, or says otherwise, what one of them said.
    """
    for fingerprint in fingerprints:
        try:
            readable = only_added_to(fingerprint)
        except KeyError as error:
            raise errors.StoreNewer(path=place) from error
        if not readable:
            raise errors.StoreOutdated(path=place)


def as_now(rows: pa.Table, spec: Spec) -> pa.Table:
    """Return rows that an older model wrote, with what was added to it empty."""
    columns = [rows[f.name] if f.name in rows.column_names else pa.nulls(len(rows), f.type) for f in spec.arrow]
    return pa.table(columns, names=spec.arrow.names).cast(spec.arrow)


def describe(folder: Path) -> None:
    """Write what the present model says into ``folder``."""
    lines = "".join(f"{' '.join(statement)}\n" for statement in sorted(schema.statements()))
    (folder / f"{schema.fingerprint()}.txt").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    describe(Path(sys.argv[1]))
