"""Which column is which: headers in Chinese or by field name, in any order."""

from graph.errors import MissingColumn
from graph.vocabulary import fold
from loaders.tables import Table


def match_header(table: Table, header: list[str], where: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the position of each known column, and the headers that fit none.

    Raises:
        MissingColumn: a required column is not there.
    """
    columns: dict[str, int] = {}
    ignored = []
    for at, title in enumerate(header):
        folded = fold(title.strip().rstrip("*"))
        name = next((c.name for c in table.columns if folded in c.headers), None)
        if name and name not in columns:
            columns[name] = at
        elif folded:
            ignored.append(title.strip())
    lacking = [f"{c.zh}（{c.name}）" for c in table.required if c.name not in columns]
    if lacking:
        raise MissingColumn(
            where=where,
            columns="、".join(lacking),
            found="、".join(t.strip() for t in header if t.strip()) or "—",
        )
    return columns, tuple(ignored)
