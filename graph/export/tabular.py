"""A file a label and a file a relationship slot: Parquet with its types, CSV for spreadsheets.

Parquet outlives any store: ``duckdb graph.duckdb < load.sql`` makes a DuckDB database of it, and
``graph.export.neo4j_admin`` what Neo4j's own tool imports.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from graph import schema
from graph.export.cells import BOM, cell
from graph.export.parts import BATCH, Part
from graph.schema import NodeSpec, RelationshipSpec

INTO_DUCKDB = "load.sql"


def file_of(part: Part, folder: Path, ending: str) -> Path:
    """Return the file of a part, its folder made."""
    path = folder / f"{part.name}.{ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_parquet(parts: Iterable[Part], folder: Path) -> None:
    """Write each part with the column types of the model, and what loads them all into DuckDB, a table each."""
    tables = []
    for part in parts:
        path = file_of(part, folder, "parquet")
        pq.write_table(part.table, path)
        tables.append(f"CREATE TABLE \"{path.stem}\" AS FROM '{path.relative_to(folder).as_posix()}';\n")
    (folder / INTO_DUCKDB).write_text("".join(tables), encoding="utf-8")


def read_parquet(folder: Path) -> Iterator[Part]:
    """Yield the parts of an export as Parquet, as a store would."""
    specs: list[NodeSpec | RelationshipSpec] = [*schema.nodes().values(), *schema.relationships().values()]
    for spec in specs:
        name = Part(spec, spec.arrow.empty_table()).name
        if (path := folder / f"{name}.parquet").exists():
            yield Part(spec, pq.read_table(path))


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
