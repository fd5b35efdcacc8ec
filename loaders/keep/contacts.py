"""People named in rows: on their way from a sheet to the vault, and nowhere else."""

import pandas as pd
import pyarrow as pa

from graph.vocabulary import fold
from loaders.keep.privacy import is_masked
from loaders.keep.vault import PERSONAL, Contacts
from loaders.read import Chunk, Sheet
from loaders.tables import Batch
from loaders.tables.base import place, place_of


def held(batch: Batch, raw: Chunk) -> list[pd.DataFrame]:
    """Return the people of rejected rows: the workbook of these rows shows them masked."""
    personal = [c.name for c in batch.table.columns if c.personal and c.name in raw.columns]
    rejected = {issue.row for issue in batch.issues}
    if not personal or not rejected:
        return []
    rows = {number: cells for number, cells in raw.rows(rejected) if any(cells[c] for c in personal)}
    if not rows:
        return []
    people = pd.DataFrame.from_dict(rows, orient="index")
    people = people.reindex(columns=["name", *personal]).assign(place=place(people.index, batch.number))
    return [people]


def assembled(contacts: Contacts, people: list[pd.DataFrame], load: str, sheets: list[Sheet]) -> pa.Table:
    """Return people as the vault keeps them; a masked cell stands for the value that is known with that mask.

    Raises:
        KeyMissing, SealBroken: what is known cannot be opened.
    """
    frame = pd.concat(people)
    masked = frame.reindex(columns=list(PERSONAL)).map(lambda cell: isinstance(cell, str) and is_masked(cell))
    if masked.to_numpy().any():
        known = contacts.unmask()
        for column in PERSONAL:
            frame[column] = [
                known.get((column, fold(name or ""), cell)) if hidden else cell
                for name, cell, hidden in zip(frame["name"], frame[column], masked[column], strict=True)
            ]
    where = [place_of(number) for number in frame.pop("place")]
    frame = frame.assign(
        load=load,
        file=[sheets[sheet].file for sheet, _ in where],
        sheet=[sheets[sheet].sheet for sheet, _ in where],
        row=[row for _, row in where],
    )
    return pa.Table.from_pandas(frame, preserve_index=False)
