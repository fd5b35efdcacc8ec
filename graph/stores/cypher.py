"""All Cypher that is put together: DDL and keyed writes, from the model, in both dialects.

Only names of the model enter these texts, quoted; every value is a parameter.
"""

from collections.abc import Iterator
from datetime import date, datetime

from graph import schema
from graph.schema import NodeSpec, Property, RelationshipSpec, Statement

LADYBUG_TYPES: dict[object, str] = {
    str: "STRING",
    int: "INT64",
    float: "DOUBLE",
    bool: "BOOL",
    date: "DATE",
    datetime: "TIMESTAMP",
    list[str]: "STRING[]",
}

VERSION_TEXT = (
    "MATCH (l:`Load`) RETURN max(CASE WHEN l.state = 'done' THEN l.sequence END) AS version, "
    "max(CASE WHEN l.state = 'writing' THEN l.key END) AS unfinished"
)

NEO4J_BEGIN = (
    "MERGE (n:`Load` {key: $load.key}) ON CREATE SET n.state = 'writing', n.name = $load.name, "
    "n.sequence = $load.sequence, n.started = $load.started, n.model = $load.model "
    "RETURN n.state = 'writing' AND n.name = $load.name AS written"
)
"""Announces a load of several transactions, or takes up again one that the same machine left half written."""
NEO4J_CLEAR = (
    "UNWIND $rows AS row MERGE (n:`Load` {key: row.key}) ON CREATE SET n.state = 'writing', n.name = row.name "
    "FOREACH (mine IN CASE WHEN n.state = 'writing' AND n.name = row.name THEN [n] ELSE [] END | DELETE mine) "
    "RETURN count(row) AS written"
)
"""Takes back the announcement, and with it the lock of this load's number; the node of the finished load comes last."""
NEO4J_SETTLE = (
    "OPTIONAL MATCH (l:`Load`) WITH coalesce(max(l.sequence), 0) + 1 AS next "
    "MERGE (n:`Load` {key: 'load-' + right('00000' + toString(next), 6)}) RETURN n.key AS key"
)
"""Waits for the lock that a load holds until it is committed or undone; to be rolled back."""

POINT = "point"
"""What Neo4j alone has of a node with longitude and latitude, derived when it is written: for questions of distance."""


def quote(name: str) -> str:
    """Quote a name of the model."""
    return f"`{name}`"


def _fields(variable: str, properties: tuple[Property, ...]) -> str:
    return ", ".join(f"{variable}.{quote(p.name)} AS {quote(p.name)}" for p in properties)


# --- reading: the same text in both dialects but for the way keys are handed in -----------------------


def read_nodes(spec: NodeSpec, prefix: str = "") -> str:
    """Return the text that reads all nodes of a label; ``prefix`` may bind ``key``."""
    match = f"MATCH (n:{quote(spec.name)}{' {key: key}' if prefix else ''})"
    return f"{prefix} {match} RETURN {_fields('n', spec.properties)}"


def read_relationships(spec: RelationshipSpec, end: str = "from_key", prefix: str = "") -> str:
    """Return the text that reads all relationships of a pair; ``prefix`` may bind ``key`` to one ``end``."""
    a, b = f"(a:{quote(spec.source)})", f"(b:{quote(spec.target)})"
    bound = ""
    if prefix:
        variable, label = ("a", spec.source) if end == "from_key" else ("b", spec.target)
        bound = f"MATCH ({variable}:{quote(label)} {{key: key}}) "
        a, b = ("(a)", b) if variable == "a" else (a, "(b)")
    properties = ", ".join(["", *(f"r.{quote(p.name)} AS {quote(p.name)}" for p in spec.properties)])
    return (
        f"{prefix} {bound}MATCH {a}-[r:{quote(spec.type)}]->{b} RETURN a.key AS from_key, b.key AS to_key{properties}"
    )


def count_ties(spec: NodeSpec, type_: str, label: str, *, outgoing: bool) -> str:
    """Return the text that counts what one node is tied to, in the words of a dialect for type and label."""
    way = "-[r]->" if outgoing else "<-[r]-"
    match = f"MATCH (n:{quote(spec.name)} {{key: $key}}){way}(m)"
    return f"{match} RETURN {type_} AS type, {label} AS label, count(*) AS number"


def read_ends(spec: RelationshipSpec, end: str) -> str:
    """Return the text that reads key and name of some of the nodes that one at an ``end`` is tied to, by name."""
    a, b, other = (" {key: $key}", "", "b") if end == "from_key" else ("", " {key: $key}", "a")
    return (
        f"MATCH (a:{quote(spec.source)}{a})-[r:{quote(spec.type)}]->(b:{quote(spec.target)}{b}) "
        f"RETURN DISTINCT {other}.key AS key, {other}.name AS name ORDER BY name, key LIMIT $most"
    )


# --- Ladybug ------------------------------------------------------------------------------------------


def ladybug_schema() -> Iterator[str]:
    """Yield the statements that make all tables."""
    yield from map(_ladybug_label, schema.nodes().values())
    yield from map(_ladybug_type, schema.relationship_types().values())


def _ladybug_label(node: NodeSpec) -> str:
    columns = ", ".join(f"{quote(p.name)} {LADYBUG_TYPES[p.type]}" for p in node.properties)
    return f"CREATE NODE TABLE IF NOT EXISTS {quote(node.name)}({columns}, PRIMARY KEY({quote('key')}))"


def _ladybug_type(specs: list[RelationshipSpec]) -> str:
    pairs = ", ".join(f"FROM {quote(s.source)} TO {quote(s.target)}" for s in specs)
    columns = ", ".join(f"{quote(p.name)} {LADYBUG_TYPES[p.type]}" for p in specs[0].properties)
    return f"CREATE REL TABLE IF NOT EXISTS {quote(specs[0].type)}({pairs}, {columns})"


def ladybug_additions(lacking: frozenset[Statement]) -> Iterator[str]:
    """Yield the statements that add to a file's tables what they lack of the model."""
    nodes, types = schema.nodes(), schema.relationship_types()
    new = {words[1] for words in lacking if words[0] in ("label", "type")}
    yield from (_ladybug_label(node) for name, node in nodes.items() if name in new)
    yield from (_ladybug_type(specs) for name, specs in types.items() if name in new)
    for kind, of, *words in sorted(lacking):
        if of not in new and kind == "pair":
            source, target = map(quote, words)
            yield f"ALTER TABLE {quote(of)} ADD FROM {source} TO {target}"
        elif of not in new:
            spec = nodes.get(of) or types[of][0]
            (added,) = (p for p in spec.properties if p.name == words[0])
            yield f"ALTER TABLE {quote(of)} ADD {quote(added.name)} {LADYBUG_TYPES[added.type]}"


LADYBUG_MODELS = "MATCH (l:`Load`) WHERE l.model IS NOT NULL RETURN DISTINCT l.model"


def ladybug_columns(table: str) -> str:
    """Return the text that reads name and type of a table's columns."""
    return f"CALL table_info('{table}') RETURN name, type"


def ladybug_pairs(table: str) -> str:
    """Return the text that reads the pairs of labels between which a relationship table stands."""
    return f"CALL show_connection('{table}') RETURN `source table name`, `destination table name`"


def _ladybug_set(variable: str, properties: tuple[Property, ...], skip: tuple[str, ...]) -> str:
    return ", ".join(f"{variable}.{quote(p.name)} = {quote(p.name)}" for p in properties if p.name not in skip)


def _ladybug_pair(spec: RelationshipSpec) -> str:
    # Two MATCH clauses on purpose: a pattern with both nodes in one MATCH exhausts memory.
    return (
        f"LOAD FROM $rows MATCH (a:{quote(spec.source)} {{key: from_key}}) "
        f"MATCH (b:{quote(spec.target)} {{key: to_key}})"
    )


def _ladybug_ends(spec: RelationshipSpec) -> str:
    identity = " AND ".join(f"r.{quote(c)} = {quote(c)}" for c in spec.identity)
    where = f" WHERE {identity}" if identity else ""
    return f"{_ladybug_pair(spec)} MATCH (a)-[r:{quote(spec.type)}]->(b){where}"


def ladybug_copy(spec: NodeSpec | RelationshipSpec) -> str:
    """Return the bulk write of new rows; what was added to a table later stands last in it, so columns are named."""
    columns = ", ".join(quote(p.name) for p in spec.properties)
    if isinstance(spec, NodeSpec):
        return f"COPY {quote(spec.name)}({columns}) FROM $rows"
    return f"COPY {quote(spec.type)}({columns}) FROM $rows (from='{spec.source}', to='{spec.target}')"


def ladybug_create(spec: NodeSpec | RelationshipSpec) -> str:
    """Return the write of a few new rows, each of which stands in the log; it answers how many were written."""
    values = ", ".join(f"{quote(p.name)}: {quote(p.name)}" for p in spec.properties)
    if isinstance(spec, NodeSpec):
        return f"LOAD FROM $rows CREATE (:{quote(spec.name)} {{{values}}}) RETURN count(*)"
    return f"{_ladybug_pair(spec)} CREATE (a)-[:{quote(spec.type)} {{{values}}}]->(b) RETURN count(*)"


def ladybug_change(spec: NodeSpec | RelationshipSpec) -> str:
    """Return the keyed write of changed rows."""
    if isinstance(spec, NodeSpec):
        sets = _ladybug_set("n", spec.properties, skip=("key",))
        return f"LOAD FROM $rows MATCH (n:{quote(spec.name)} {{key: key}}) SET {sets}"
    return f"{_ladybug_ends(spec)} SET {_ladybug_set('r', spec.properties, skip=spec.identity)}"


def ladybug_retire(spec: NodeSpec | RelationshipSpec) -> str:
    """Return the removal of retired rows."""
    if isinstance(spec, NodeSpec):
        return f"LOAD FROM $rows MATCH (n:{quote(spec.name)} {{key: key}}) DETACH DELETE n"
    return f"{_ladybug_ends(spec)} DELETE r"


# --- Neo4j --------------------------------------------------------------------------------------------


def neo4j_schema() -> dict[str, str]:
    """Return the statement of each constraint and look-up index by its name.

    Constraints come first: they make MERGE safe between loaders.
    """
    constraints = {
        f"{label}_key": f"CREATE CONSTRAINT {quote(f'{label}_key')} IF NOT EXISTS FOR (n:{quote(label)}) "
        "REQUIRE n.key IS UNIQUE"
        for label in schema.nodes()
    }
    looked_up = [(node.name, f"(n:{quote(node.name)})", node.indexes) for node in schema.nodes().values()]
    looked_up += [
        (type_, f"()-[n:{quote(type_)}]-()", specs[0].indexes) for type_, specs in schema.relationship_types().items()
    ]
    indexes = {
        f"{name}_{p}": f"CREATE {'POINT ' if p == POINT else ''}INDEX {quote(f'{name}_{p}')} "
        f"IF NOT EXISTS FOR {pattern} ON (n.{quote(p)})"
        for name, pattern, properties in looked_up
        for p in properties
    }
    return constraints | indexes


def neo4j_former_indexes() -> dict[str, str]:
    """Return the statement that drops each index that an earlier version made, and nothing asks for, by its name."""
    names = (f"{spec.name}_{p.name}" for spec in schema.nodes().values() for p in spec.properties)
    return {name: f"DROP INDEX {quote(name)} IF EXISTS" for name in names if name not in neo4j_schema()}


def neo4j_count(spec: NodeSpec | RelationshipSpec) -> str:
    """Return the text that asks for the most that there can be of a spec; the server has it counted."""
    if isinstance(spec, NodeSpec):
        return f"MATCH (n:{quote(spec.name)}) RETURN count(n) AS number"
    source, target, type_ = map(quote, (spec.source, spec.target, spec.type))
    return (
        f"MATCH (:{source})-[r:{type_}]->() RETURN count(r) AS number "
        f"UNION MATCH ()-[r:{type_}]->(:{target}) RETURN count(r) AS number"
    )
