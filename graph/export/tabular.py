"""A file a label and a file a relationship slot: Parquet with its types, CSV for spreadsheets."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from graph.export.cells import BOM, cell
from graph.export.parts import BATCH, Part


def file_of(part: Part, folder: Path, ending: str) -> Path:
    """Return the file of a part, its folder made."""
    path = folder / f"{part.name}.{ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_parquet(parts: Iterable[Part], folder: Path) -> None:
    """Write each part with the column types of the model."""
    for part in parts:
        pq.write_table(part.table, file_of(part, folder, "parquet"))


def write_csv(parts: Iterable[Part], folder: Path) -> None:
    """Write each part as UTF-8 with a byte order mark; cells are safe to open, see ``graph.export.cells``."""
    for part in parts:
        with file_of(part, folder, "csv").open("w", encoding="utf-8", newline="") as file:
            file.write(BOM)
            writer = csv.writer(file)
            writer.writerow(part.table.column_names)
            for batch in part.table.to_batches(BATCH):
                columns = [map(cell, column.to_pylist()) for column in batch.columns]
                writer.writerows(zip(*columns, strict=True))
