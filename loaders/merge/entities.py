"""From own keys to nodes: the facts of a load as the graph shall hold them."""

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import Facts, Spec
from graph.schema import NodeSpec, RelationshipSpec, stated
from graph.vocabulary import fold
from loaders.identify.directory import Directory
from loaders.identify.known import LEGAL
from loaders.keep.history import History
from loaders.merge.statements import current
from loaders.parse.former_names import name_of

NAMESAKE = "namesake"
FORMER_NAMES = "former_names"
Mappings = dict[str, dict[str, str]]
"""Label -> own key -> key of its node, where that is another one."""


def merge(facts: Facts, directory: Directory, history: History) -> tuple[Facts, Mappings]:
    """Return the facts under the keys of their nodes, and the mapping.

    Where the load changes which rows are one node, the earlier statements of these nodes are added, and the facts are
    complete for them.
    """
    merged = Facts(dict(facts.tables), {label: set(keys) for label, keys in facts.whole.items()})
    for label in LEGAL:
        if again := directory.namesakes[label].resolve(directory.resolvers[label]):
            restate(merged, label, again, directory, history)
            _enter_apart(merged, label, again, directory)
    mappings = {label: directory.resolvers[label].mapping() for label in LEGAL}
    for label in LEGAL:
        _with_all_former_names(merged, schema.nodes()[label], mappings[label], history)
        _without_former_names(
            merged, schema.nodes()[label], directory.namesakes[label].former(directory.resolvers[label])
        )
    return renamed(merged, mappings), mappings


def _enter_apart(facts: Facts, label: str, keys: set[str], directory: Directory) -> None:
    """Enter what this load makes a node of its own again: whose it is has become doubtful, and is asked."""
    resolver = directory.resolvers[label]
    apart = {key for key in keys - directory.keys(label) if resolver.canonical(key) == key}
    rows = facts.tables.get(schema.nodes()[label])
    homes = facts.tables.get(schema.relationships()["LOCATED_IN", label, "Region"])
    if rows is None or homes is None:
        return
    names = dict(zip(rows["key"].to_pylist(), rows["name"].to_pylist(), strict=True))
    regions = dict(zip(homes["from_key"].to_pylist(), homes["to_key"].to_pylist(), strict=True))
    for key in sorted(apart & names.keys()):
        directory.split_off(label, key, names[key], regions.get(key, ""))


def _with_all_former_names(facts: Facts, spec: NodeSpec, mapping: Mapping[str, str], history: History) -> None:
    """Give a node the former names that all of its rows state: of two renamings in a row, each list knows one."""
    rows = facts.tables.get(spec)
    if rows is None or not mapping:
        return
    groups: dict[str, set[str]] = defaultdict(set)
    for own, node in mapping.items():
        groups[node] |= {own, node}
    stating = rows.filter(pc.is_valid(rows[FORMER_NAMES]))["key"].to_pylist()
    several = {mapping.get(key, key) for key in stating} & groups.keys()
    nodes = {own: node for node in several for own in groups[node]}
    last: dict[str, list[str]] = {}
    for table in (current(spec, set(nodes), history), rows):
        said = zip(table["key"].to_pylist(), table[FORMER_NAMES].to_pylist(), strict=True)
        last |= {key: names for key, names in said if key in nodes and names}
    together: dict[str, dict[str, str]] = defaultdict(dict)
    for key, names in sorted(last.items()):
        for name in sorted(names, key=len):  # the one with its days says more
            together[nodes[key]][fold(name_of(name))] = name
    if together:
        keys, stated_ = rows["key"].to_pylist(), rows[FORMER_NAMES].to_pylist()
        named = [
            sorted(together[nodes[key]].values()) if key in nodes else names
            for key, names in zip(keys, stated_, strict=True)
        ]
        at = rows.column_names.index(FORMER_NAMES)
        facts.tables[spec] = rows.set_column(at, FORMER_NAMES, pa.array(named, rows.schema.field(at).type))


def _without_former_names(facts: Facts, spec: NodeSpec, former: set[str]) -> None:
    """Take the name away from rows that have a former one: their node shows its present name."""
    rows = facts.tables.get(spec)
    if rows is None or not former:
        return
    past = pc.is_in(rows["key"], pa.array(sorted(former), pa.string()))
    named = pc.if_else(past, pa.scalar(None, pa.string()), rows["name"])
    facts.tables[spec] = rows.set_column(rows.column_names.index("name"), "name", named)


def restate(facts: Facts, label: str, keys: set[str], directory: Directory, history: History) -> None:
    """Add all statements that hold of the nodes that ``keys`` belong to, before what the facts say of them."""
    own = directory.namesakes[label].closure(keys, directory.resolvers[label])
    facts.whole.setdefault(label, set()).update(own)
    specs: list[Spec] = [schema.nodes()[label]]
    specs += [spec for spec in schema.relationships().values() if label in (spec.source, spec.target)]
    for spec in filter(stated, specs):
        earlier = current(spec, own, history, label)
        now = facts.tables.get(spec)
        if now is not None and isinstance(spec, RelationshipSpec) and spec.owner_column:
            said = pc.is_in(earlier[spec.owner_column], pc.unique(now[spec.owner_column].combine_chunks()))
            earlier = earlier.filter(pc.invert(said))
        if len(earlier):
            facts.tables[spec] = earlier if now is None else pa.concat_tables([earlier, now])


def renamed(facts: Facts, mappings: Mappings) -> Facts:
    """Return facts with every own key replaced by that of its node."""
    tables: dict[Spec, pa.Table] = {}
    for spec, rows in facts.tables.items():
        ends = {"key": spec.name} if isinstance(spec, NodeSpec) else {"from_key": spec.source, "to_key": spec.target}
        named = rows
        for column, label in ends.items():
            named = _replaced(named, column, mappings.get(label, {}))
        tables[spec] = named if named is rows or isinstance(spec, NodeSpec) else _in_order(spec, named)
    return Facts(tables, facts.whole)


def _replaced(rows: pa.Table, column: str, mapping: Mapping[str, str]) -> pa.Table:
    if not mapping:
        return rows
    at = pc.index_in(rows[column], value_set=pa.array(list(mapping), pa.string()))
    if at.null_count == len(at):
        return rows
    other = pc.take(pa.array(list(mapping.values()), pa.string()), at)
    if NAMESAKE in rows.column_names:  # by which the node itself is known, whoever was merged into it
        own = pc.if_else(pc.is_valid(at), pa.scalar(None, pa.string()), rows[NAMESAKE])
        rows = rows.set_column(rows.column_names.index(NAMESAKE), NAMESAKE, own)
    return rows.set_column(rows.column_names.index(column), column, pc.coalesce(other, rows[column]))


def _in_order(spec: RelationshipSpec, rows: pa.Table) -> pa.Table:
    """Put the ends of symmetric relationships in order again and leave out those between a node and itself."""
    if not spec.symmetric or spec.source != spec.target:
        return rows
    rows = rows.filter(pc.not_equal(rows["from_key"], rows["to_key"]))
    swap = pc.greater(rows["from_key"], rows["to_key"])
    first = pc.if_else(swap, rows["to_key"], rows["from_key"])
    second = pc.if_else(swap, rows["from_key"], rows["to_key"])
    return rows.set_column(0, "from_key", first).set_column(1, "to_key", second)


def renamed_subjects(subjects: list[tuple[Spec, pd.DataFrame]], mappings: Mappings) -> list[tuple[Spec, pd.DataFrame]]:
    """Return what rows are about under the keys of the nodes."""
    result = []
    for spec, frame in subjects:
        label = spec.name if isinstance(spec, NodeSpec) else ""
        mapping = mappings.get(label, {})
        result.append(
            (spec, frame.assign(key=frame["key"].map(lambda k, m=mapping: m.get(k, k))) if mapping else frame)
        )
    return result
