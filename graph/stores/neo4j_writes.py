"""The texts that write to Neo4j: what many rows share is sent once, and a node is looked up once for all that it has.

A row of a node is [its properties in the model's order but the shared ones, number]; the number tells which of
``$facts`` has the shared ones. Relationships come in groups of those that have one end and all properties in common.
"""

from typing import NamedTuple

from graph.schema import NodeSpec, RelationshipSpec
from graph.stores.cypher import POINT, quote

SHARED = ("source", "verification", "data_class")
"""Properties of nodes of which many have the same; all those of a relationship are seen so, as they nearly are."""
_COUNT = "RETURN count(*) AS written"
_ROWS = "UNWIND $rows AS row WITH row, $facts[row[-1]] AS fact"


class Attachment(NamedTuple):
    """Relationships that are written with the nodes at their end ``at``, which are as new as they are."""

    spec: RelationshipSpec
    at: str

    @property
    def label(self) -> str:
        """The label of the new nodes."""
        return self.spec.source if self.at == "from_key" else self.spec.target

    @property
    def other_end(self) -> str:
        """The other end."""
        return "to_key" if self.at == "from_key" else "from_key"

    @property
    def other_label(self) -> str:
        """The label there."""
        return self.spec.target if self.at == "from_key" else self.spec.source


def create_nodes(spec: NodeSpec, ties: tuple[Attachment, ...] = ()) -> str:
    """Return the write of new nodes with their relationships, and how many rows it wrote.

    ``$ties`` has for each of ``ties`` its groups, [key at the other end, number, places of the nodes among the rows],
    and its facts. A node is looked up at the other end alone: the one at hand was just made.

    It is right for a load that nobody has begun before: of two loads with one number the second fails by the constraint
    on its own node, and with it all that it would have doubled.
    """
    create = f"{_ROWS} CREATE (n:{quote(spec.name)} {_properties(spec)})"
    if not ties:
        return f"{create} {_COUNT}"
    written = " + ".join(["size(nodes)", *(f"written{number}" for number in range(len(ties)))])
    tied = " ".join(_create_tied(tie, number) for number, tie in enumerate(ties))
    return f"{create} WITH collect(n) AS nodes {tied} RETURN {written} AS written"


def _create_tied(tie: Attachment, number: int) -> str:
    made = f"[:{quote(tie.spec.type)} {_facts(tie.spec)}]"
    path = f"(n)-{made}->(o)" if tie.at == "from_key" else f"(n)<-{made}-(o)"
    return (
        f"CALL (nodes) {{ UNWIND $ties[{number}].groups AS group "
        f"MATCH (o:{quote(tie.other_label)} {{key: group[0]}}) "
        f"WITH nodes, o, group[2] AS places, $ties[{number}].facts[group[1]] AS fact "
        f"UNWIND places AS place WITH nodes[place] AS n, o, fact CREATE {path} RETURN count(*) AS written{number} }}"
    )


def create_relationships(spec: RelationshipSpec, first: str = "to_key") -> str:
    """Return the write of new relationships between nodes that are there, and how many of them found their ends.

    A group is [key at the end ``first``, number, keys at the other end].
    """
    return f"{_ends(spec, first)} CREATE (a)-[:{quote(spec.type)} {_facts(spec)}]->(b) {_COUNT}"


def write_nodes(spec: NodeSpec) -> str:
    """Return the keyed write of nodes that are there already, or may be, and how many rows it wrote."""
    return f"{_ROWS} MERGE (n:{quote(spec.name)} {{key: row[0]}}) SET n = {_properties(spec)} {_COUNT}"


def write_relationships(spec: RelationshipSpec, first: str = "to_key") -> str:
    """Return the keyed write of relationships that are there already, or may be, and how many found their ends."""
    identity = ", ".join(f"{quote(c)}: fact.{quote(c)}" for c in spec.identity)
    pattern = f"[r:{quote(spec.type)}{f' {{{identity}}}' if identity else ''}]"
    return f"{_ends(spec, first)} MERGE (a)-{pattern}->(b) SET r = fact {_COUNT}"


def retire_nodes(spec: NodeSpec) -> str:
    """Return the removal of nodes with all that they have."""
    return f"UNWIND $rows AS row MATCH (n:{quote(spec.name)} {{key: row[0]}}) DETACH DELETE n"


def retire_relationships(spec: RelationshipSpec, first: str = "to_key") -> str:
    """Return the removal of relationships."""
    identity = " AND ".join(f"r.{quote(c)} = fact.{quote(c)}" for c in spec.identity)
    where = f" WHERE {identity}" if identity else ""
    return f"{_ends(spec, first)} MATCH (a)-[r:{quote(spec.type)}]->(b){where} DELETE r"


def own_properties(spec: NodeSpec) -> list[str]:
    """Return the names of the properties of a node that are not shared, in the order of a row."""
    return [p.name for p in spec.properties if p.name not in SHARED]


def has_place(spec: NodeSpec) -> bool:
    """Tell whether nodes of a label have a longitude and a latitude, of which Neo4j makes a ``point``."""
    return {"lon", "lat"} <= {p.name for p in spec.properties}


def _properties(spec: NodeSpec) -> str:
    """Return the properties of a node as a map; what is null in it is not there."""
    own = own_properties(spec)
    values = {name: f"row[{at}]" for at, name in enumerate(own)} | {name: f"fact.{quote(name)}" for name in SHARED}
    if has_place(spec):  # a point of something unknown is null, too
        values[POINT] = f"point({{longitude: {values['lon']}, latitude: {values['lat']}}})"
    return f"{{{', '.join(f'{quote(name)}: {value}' for name, value in values.items())}}}"


def _facts(spec: RelationshipSpec) -> str:
    """Return the properties of a relationship, one by one: to set a whole map, the server looks up each name a row."""
    return f"{{{', '.join(f'{quote(p.name)}: fact.{quote(p.name)}' for p in spec.properties)}}}"


def _ends(spec: RelationshipSpec, first: str) -> str:
    a, b = ("group[0]", "key") if first == "from_key" else ("key", "group[0]")
    ends = [f"MATCH (a:{quote(spec.source)} {{key: {a}}})", f"MATCH (b:{quote(spec.target)} {{key: {b}}})"]
    one, other = ends if first == "from_key" else reversed(ends)
    return f"UNWIND $groups AS group {one} UNWIND group[2] AS key {other} WITH a, b, $facts[group[1]] AS fact"
