"""Where the facts behind an answer were stated: load, file, sheet and row, for whoever asks why."""

from collections.abc import Sequence
from typing import Any

from graph.stores.base import Store
from loaders.keep.tracing import newest
from queries.snapshots.differences import Cause, CellDiff, FactOrigin


def with_origins(store: Store, cells: Sequence[CellDiff], until: int) -> list[CellDiff]:
    """Return the cells with the origin of each cause that is a fact, as it was stated up to a graph version."""
    keys = {cause.key for cell in cells for cause in cell.causes if cause.key}
    found = {
        key: FactOrigin(load=said.load, file=said.file, sheet=said.sheet, row=said.row, source=said.source)
        for key, said in newest(store, keys, until).items()
    }
    return [
        cell.model_copy(
            update={"causes": [c.model_copy(update={"origin": found.get(c.key or "")}) for c in cell.causes]}
        )
        for cell in cells
    ]


FLAT = [name for name in CellDiff.model_fields if name != "causes"] + ["causes"]


def flat(cell: CellDiff) -> dict[str, Any]:
    """Return a cell as a row of a table: its causes in one text."""
    return {**cell.model_dump(exclude={"causes"}), "causes": "; ".join(cause_text(c) for c in cell.causes)}


def cause_text(cause: Cause) -> str:
    """Return a cause in a few words: what, by how much, and where it was stated."""
    change = (cause.after or 0.0) - (cause.before or 0.0)
    where = f" [{cause.origin.load} {cause.origin.file}:{cause.origin.row}]" if cause.origin else ""
    return f"{cause.change} {cause.key or f'sharing({cause.resources})'} {change:+,.1f}{where}"
