"""What is to be said of service records that a full delivery no longer holds, or holds badly."""

from collections.abc import Iterator

import duckdb

from graph.language import Text

WITHDRAWN = Text(
    "服务台账：这次没有的 {n} 条已有记录撤回，不再计入（如 {example}）",
    "service records: {n} known ones are not in this delivery, are withdrawn and count no more (such as {example})",
)
HELD = Text(
    "服务台账：{n} 条已有记录的行被退回，仍按原样计（如 {example}）",
    "service records: the rows of {n} known ones were rejected; they count as they stood (such as {example})",
)
_ASKED = {
    WITHDRAWN: "SELECT count(*), min(id) FROM compared WHERE _differs AND state = 'withdrawn'",
    HELD: "SELECT count(*), min(id) FROM held WHERE id NOT IN (SELECT id FROM delivered)",
}


def of_full_delivery(db: duckdb.DuckDBPyConnection) -> Iterator[Text]:
    """Yield what is to be said; ``db`` has the views compared, held and delivered."""
    for text, asked in _ASKED.items():
        number, example = db.execute(asked).fetchall()[0]
        if number:
            yield Text(*(part.format(n=number, example=example) for part in text))
