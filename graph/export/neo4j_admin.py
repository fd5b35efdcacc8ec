"""CSV as ``neo4j-admin database import full`` reads it: the fastest way to fill an empty server.

    cd OUT && neo4j-admin database import full neo4j @import.args

Values are as they are, for a database and not for a spreadsheet. An empty field is a missing value, ``""`` is not.

An export as Parquet is turned into it without any store:

    python -m graph.export.neo4j_admin PARQUET OUT
"""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from graph.export.parts import Part
from graph.export.tabular import file_of, read_parquet
from graph.schema import NodeSpec
from graph.stores.neo4j_writes import has_place

TYPES: dict[object, str] = {
    str: "string",
    int: "long",
    float: "double",
    bool: "boolean",
    date: "date",
    datetime: "localdatetime",
    list[str]: "string[]",
}
ARRAY_DELIMITER = "\x1f"
"""ASCII's unit separator: no name holds it."""
OPTIONS = ("--array-delimiter=U+001F", "--multiline-fields=true", "--bad-tolerance=0")
ARGUMENTS = "import.args"


def write_neo4j_admin(parts: Iterable[Part], folder: Path) -> None:
    """Write a CSV a part, its header in the tool's words, and the file of arguments that names them all."""
    arguments = list(OPTIONS)
    for part in parts:
        path = file_of(part, folder, "csv")
        csv.write_csv(_table(part), path, csv.WriteOptions(quoting_style="needed"))
        place = path.relative_to(folder).as_posix()
        what = f"nodes={part.spec.name}" if isinstance(part.spec, NodeSpec) else f"relationships={part.spec.type}"
        arguments.append(f"--{what}={place}")
    (folder / ARGUMENTS).write_text("\n".join(arguments) + "\n", encoding="utf-8")


def _table(part: Part) -> pa.Table:
    spec = part.spec
    heads = {p.name: f"{p.name}:{TYPES[p.type]}" for p in spec.properties}
    if isinstance(spec, NodeSpec):
        heads["key"] = f"key:ID({spec.name})"
    else:
        heads = {"from_key": f":START_ID({spec.source})", "to_key": f":END_ID({spec.target})", **heads}
    columns = {heads[name]: _texts(part.table[name]) for name in part.table.column_names}
    if isinstance(spec, NodeSpec) and has_place(spec):
        columns["point:point{crs:WGS-84}"] = _points(part.table)
    return pa.table(columns)


def _points(table: pa.Table) -> pa.ChunkedArray:
    """Return the points that a load would have made of longitude and latitude, missing where one of them is."""
    lon, lat = (table[name].cast(pa.string()) for name in ("lon", "lat"))
    return pc.binary_join_element_wise("{longitude:", lon, ", latitude:", lat, "}", "")


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column that pyarrow writes in the tool's words: lists joined, times with a T."""
    if pa.types.is_list(column.type):
        return pc.binary_join(column, ARRAY_DELIMITER)
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%S")
    return column


if __name__ == "__main__":
    write_neo4j_admin(read_parquet(Path(sys.argv[1])), Path(sys.argv[2]))
