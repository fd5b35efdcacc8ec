"""Rows that were typed over an example of the template and kept its numbers."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from graph.language import Text
from graph.vocabulary import fold
from loaders.tables import Column, Table

FIRST = 20
"""Rows at the top that are looked at: the examples stand there."""
LEAST = 3
"""So many cells as in an example are no coincidence, where an amount is among them."""
DIGITS = 3
"""An amount of fewer digits, such as 2, is often the same by chance."""
KEPT = Text(
    "第 {rows} 行有几格与模板示例一字不差（如 {column} {cell}），请核对是否忘了改",
    "rows {rows} have cells of the template's examples ({column} {cell}); see whether they were left by mistake",
)


def near_examples(
    table: Table, columns: Mapping[str, int], numbers: np.ndarray, cells: Sequence[pa.Array]
) -> Iterator[Text]:
    """Yield what is to be said of rows, examples aside, that have an amount and more of an example."""
    amounts = [column for column in table.columns if column.quantity and column.name in columns]
    found: list[tuple[int, Column, str]] = []
    for row, number in enumerate(numbers[:FIRST].tolist() if amounts else ()):
        texts = {name: fold(cells[at][row].as_py()) for name, at in columns.items()}
        for example in table.examples:
            same = {name for name, text in texts.items() if text and text == fold(example.get(name, ""))}
            kept = next((c for c in amounts if c.name in same and len(texts[c.name]) >= DIGITS), None)
            if kept and len(same) >= LEAST:
                found.append((int(number), kept, texts[kept.name]))
    if found:
        _, column, cell = found[0]
        rows = "、".join(str(number) for number, *_ in found)
        yield Text(*(part.format(rows=rows, column=column.zh, cell=cell) for part in KEPT))
