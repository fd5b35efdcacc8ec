"""Whose database it is: our constraints and indexes in it, and what is not ours.

Only a load changes the schema. Who reads may have no right to, and needs none.
"""

from collections.abc import Iterable

import neo4j

from graph import schema
from graph.errors import DatabaseShared
from graph.language import Text
from graph.stores import cypher

INDEXES = (
    "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint "
    "RETURN collect(name) AS names, collect(CASE "
    "WHEN size(labelsOrTypes) = 1 AND size(properties) = 1 "
    "AND (properties[0] <> 'key' OR owningConstraint IS NOT NULL) "
    "AND type = CASE properties[0] WHEN $point THEN 'POINT' ELSE 'RANGE' END "
    "THEN labelsOrTypes[0] + '_' + properties[0] END) AS owns"
)
"""Names of all indexes, and what we would call those that stand where one of ours would, whatever they are called. A
constraint of uniqueness stands on an index of the same name."""
LOADS = "MATCH (l:`Load`) RETURN count(l) AS loads"
TAKEN = (
    "MATCH (n) WITH labels(n) AS labels, count(*) AS nodes WHERE any(l IN labels WHERE l IN $labels) "
    "RETURN labels, nodes ORDER BY nodes DESC, labels"
)
"""Nodes under labels of ours."""
FOREIGN_NODES = (
    "MATCH (n) WITH labels(n) AS labels, n.key IS :: STRING NOT NULL AS keyed, count(*) AS nodes "
    "WHERE NOT (keyed AND size(labels) = 1 AND labels[0] IN $labels) RETURN labels, keyed, nodes "
    "ORDER BY nodes DESC, labels, keyed"
)
FOREIGN_RELATIONSHIPS = (
    "MATCH (a)-[r]->(b) WITH labels(a) AS source, type(r) AS type, labels(b) AS target, count(*) AS relationships "
    "WHERE NOT [type] + source + target IN $slots "
    "RETURN source, type, target, relationships ORDER BY relationships DESC, source, type, target"
)
SHOWN = 5
"""Kinds of foreign things that are named, the most frequent first."""


def differing(session: neo4j.Session) -> tuple[list[str], list[str]]:
    """Return the names of our constraints and indexes that the database lacks, and of those that only cost writing."""
    there = session.run(INDEXES, point=cypher.POINT).single(strict=True)
    lacking = [name for name in cypher.neo4j_schema() if name not in {*there["owns"]}]
    return lacking, [name for name in cypher.neo4j_former_indexes() if name in {*there["names"]}]


def filled(session: neo4j.Session) -> bool:
    """Tell whether a load was written here, or begun."""
    return bool(session.run(LOADS).single(strict=True)["loads"])


def make(session: neo4j.Session, names: Iterable[str]) -> None:
    """Make constraints and indexes by their names, or drop them where nothing asks for them any more; all or none."""
    statements = cypher.neo4j_schema() | cypher.neo4j_former_indexes()

    def run(transaction: neo4j.ManagedTransaction) -> None:
        for name in names:
            transaction.run(statements[name]).consume()

    session.execute_write(run)


def ensure_free(session: neo4j.Session, url: str) -> None:
    """Refuse a database that nobody loaded into and that yet has nodes under labels of ours.

    Raises:
        DatabaseShared: it names them.
    """
    taken = [(_labels(row["labels"]), row["nodes"]) for row in session.run(TAKEN, labels=_LABELS)]
    if taken and not filled(session):
        raise DatabaseShared(url=url, what=_counted(taken))


def ensure_own(session: neo4j.Session, url: str) -> None:
    """Refuse a database that holds anything that no load wrote; all of it is read.

    Raises:
        DatabaseShared: it names what.
    """
    ensure_free(session, url)
    foreign = [
        (_labels(row["labels"]) + ("" if row["keyed"] else " (key?)"), row["nodes"])
        for row in session.run(FOREIGN_NODES, labels=_LABELS)
    ] or [
        (f"{_labels(row['source'])}-[:{row['type']}]->{_labels(row['target'])}", row["relationships"])
        for row in session.run(FOREIGN_RELATIONSHIPS, slots=[list(slot) for slot in schema.relationships()])
    ]
    if foreign:
        raise DatabaseShared(url=url, what=_counted(foreign))


_LABELS = list(schema.nodes())


def _labels(labels: list[str]) -> str:
    return f"({''.join(f':{label}' for label in sorted(labels))})"


def _counted(kinds: list[tuple[str, int]]) -> Text:
    """Return kinds of things with how many there are of each."""
    named = [f"{name} × {count}" for name, count in kinds[:SHOWN]]
    if len(kinds) > SHOWN:
        named.append("…")
    return Text("、".join(named), ", ".join(named))
