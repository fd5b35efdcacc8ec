"""Ids that may stand for several things: numbers begun anew with every list, and zeros that a spreadsheet took away.

An id that comes again replaces what it named, so that a list numbered from 1 every month would take the place of the
last one. It is loaded as it says, and told.
"""

from collections.abc import Iterator

import duckdb

from graph import schema
from graph.delta import Delta, Facts
from graph.language import Text
from graph.scratch import scratch
from graph.stores.base import Query, ReadSession

WITHIN = Text(
    "{table}：{n} 个编号在本次不止一行而内容不同（如 {example}），只计最后一行；若各表分别编号，请在编号前加地区或年月",
    "{table}: {n} ids stand in several rows of this load that differ (such as {example}); the last one counts. Where"
    " each list has numbers of its own, put the place or month before them",
)
AGAIN = Text(
    "{table}：{n} 个编号与已有的相同而日期和对象都不同（如 {example}），已作为更正替换；"
    "若每次重新编号，请在编号前加年月",
    "{table}: {n} ids are those of others, of another day and party (such as {example}), and replaced them. Where each"
    " list is numbered anew, put the month before the numbers",
)
ZEROS = Text(
    "{table}：{n} 个编号与已有的只差开头的 0（如 {example}），作为新的载入；若是同一个，请把该列设为文本并补上 0",
    "{table}: {n} ids differ from known ones by leading zeros alone (such as {example}) and are loaded as new. If"
    " they are the same, make the column text and write the zeros",
)
_DIGITS = "SELECT id, ltrim(id, '0') AS bare FROM ({ids}) WHERE regexp_full_match(id, '[0-9]+')"
RECORDS = Text("服务台账", "service records")
PARTIES = {"Need": "description", "Feedback": "record"}
"""Property that tells, beside the day, what a node with an id is about."""
IDS = {
    "Need": Query("MATCH (n:Need) RETURN n.key AS id", {"id": str}),
    "Feedback": Query("MATCH (n:Feedback) RETURN n.key AS id", {"id": str}),
}


def among_records(db: duckdb.DuckDBPyConnection, *, doubled: bool) -> Iterator[Text]:
    """Yield what is to be said of ids of service records; ``db`` has the views staged, compared and old.

    ``doubled`` tells whether the staged ones have an id twice: to look for it takes time.
    """
    said = "(day, provider_key, enterprise, region, service_type)"
    if doubled:
        unlike = f"SELECT id FROM staged GROUP BY id HAVING count(DISTINCT {said}) > 1"  # noqa: S608 names of ours
        yield from _said(db, WITHIN, RECORDS, unlike)
    yield from _said(
        db, AGAIN, RECORDS,
        "SELECT c.id FROM compared c JOIN old o USING (id) WHERE c._differs AND c.day <> o.day"
        " AND c.state IS DISTINCT FROM 'withdrawn'"
        " AND (c.provider_key <> o.provider_key OR c.enterprise <> o.enterprise)",
    )  # fmt: skip
    yield from _zeros(db, RECORDS, "SELECT id FROM compared WHERE _new", "SELECT id FROM old")


def among_nodes(facts: Facts, delta: Delta, session: ReadSession) -> Iterator[Text]:
    """Yield what is to be said of ids of needs and feedback."""
    for label, party in PARTIES.items():
        spec = schema.nodes()[label]
        rows = facts.tables.get(spec)
        if rows is None:
            continue
        (change,) = delta.of(label)
        table = spec.label
        with scratch() as db:
            for name, frame in (("staged", rows), ("changed", change.changed), ("replaced", change.replaced)):
                db.register(name, frame)
            db.register("created", change.created.select(["key"]))
            said = f"(day, {party})"
            yield from _said(
                db,
                WITHIN,
                table,
                f"SELECT key AS id FROM staged GROUP BY key HAVING count(DISTINCT {said}) > 1",  # noqa: S608
            )
            yield from _said(
                db, AGAIN, table,
                f"SELECT c.key AS id FROM changed c JOIN replaced o USING (key) WHERE c.day <> o.day"  # noqa: S608
                f" AND c.{party} <> o.{party}",
            )  # fmt: skip
            db.register("known", session.table(IDS[label]))
            yield from _zeros(db, table, "SELECT key AS id FROM created", "SELECT id FROM known")


def _zeros(db: duckdb.DuckDBPyConnection, table: Text, new: str, old: str) -> Iterator[Text]:
    pairs = (
        f"SELECT n.id || ' 与 ' || o.id AS id FROM ({_DIGITS.format(ids=new)}) n "  # noqa: S608 texts of ours
        f"JOIN ({_DIGITS.format(ids=old)}) o ON n.bare = o.bare AND n.id <> o.id"
    )
    yield from _said(db, ZEROS, table, pairs)


def _said(db: duckdb.DuckDBPyConnection, text: Text, table: Text, rows: str) -> Iterator[Text]:
    number, example = db.execute(f"SELECT count(*), min(id) FROM ({rows})").fetchall()[0]  # noqa: S608 texts of ours
    if number:
        yield Text(*(p.format(table=of, n=number, example=example) for p, of in zip(text, table, strict=True)))
