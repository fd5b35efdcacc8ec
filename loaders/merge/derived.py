"""What follows from records, feedback and other facts: nobody states it, and every load keeps it true.

An organisation's services of each year by type, chain and resource, and what feedback is on, come from the ledger of
records under the keys of the nodes; they are made anew for every organisation that a load, or a decision, touches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import PLACE, Facts, Spec
from graph.schema import NodeSpec, RelationshipSpec
from graph.scratch import scratch
from graph.stores.base import ReadSession
from graph.vocabulary import fold
from loaders.keep.history import read_rows
from loaders.merge.service_ledger import RECORDS, last_of_each

NUMBERS = ("services", "online", "rated", "satisfied")
BY = {"ServiceType": ("DELIVERED_AS", "service_type"), "Chain": ("DELIVERED_FOR", "chain"),
      "Resource": ("DELIVERED_THROUGH", "resource_key")}  # fmt: skip
"""Label of what services are told by -> type of the relationship, column."""
COUNTED = frozenset(type_ for type_, _ in BY.values())
"""Types of the relationships whose numbers the program counts."""
FEEDBACK_ON = {
    ("ADDRESSED_TO", "Organization"): "node", ("ADDRESSED_TO", "Window"): "at_window", ("ADDRESSED_TO", "Carrier"):
    "at_carrier", ("CONCERNS", "ServiceType"): "service_type", ("CONCERNS", "Chain"): "chain",
    ("LOCATED_IN", "Region"): "region",
}  # fmt: skip
"""What feedback is linked with -> column that names it."""
AUTOMATIC = {
    ("CLASSIFIED_AS", "Enterprise"), ("SERVES", "Window"), ("PART_OF", "Clause"), ("PART_OF", "Chain"),
    ("PART_OF", "Pillar"), ("SPECIALIZES_IN", "Park"), ("SPECIALIZES_IN", "Cluster"), ("PUBLISHED_IN", "Figure"),
    ("PUBLISHED_IN", "Title"), ("GOVERNED_BY", "System"),
    *((type_, "Organization") for type_, _ in BY.values()), *((type_, "Feedback") for type_, _ in FEEDBACK_ON),
}  # fmt: skip
"""Type and label of relationships whose ends the program itself finds: in an older store they may lack, or be gone."""


@dataclass(frozen=True)
class RecordBasis:
    """What facts are derived from.

    Attributes:
        files: The files of records, the newest last.
        fresh: Of these the one of this load, if it has any.
        nodes: Own key of an organisation -> key of its node, where that is another.
        providers: Own keys of organisations that are new, or that have become others.
        gone: Keys of nodes that this load retires, by label.
    """

    files: list[str]
    fresh: Path | None
    nodes: Mapping[str, str]
    providers: set[str] = field(default_factory=set)
    gone: Mapping[str, set[str]] = field(default_factory=dict)


def add_derived(facts: Facts, session: ReadSession, basis: RecordBasis) -> None:
    """Add to the facts of a load, under the keys of their nodes, what follows from them and the ledger."""
    _say_any_chain(facts, session)
    if basis.files:
        with scratch() as db:
            db.execute(f"CREATE TEMP VIEW records AS SELECT * FROM {last_of_each(basis.files, db)}")  # noqa: S608 own paths
            _Derivation(facts, session, basis, db).add()
    _leave_out_dangling(facts, session, basis.gone)


def _say_any_chain(facts: Facts, session: ReadSession) -> None:
    """Say of each resource whether it suits any chain: neither the facts nor the store name one."""
    spec, suits = schema.nodes()["Resource"], schema.relationships()["SUITS", "Resource", "Chain"]
    rows = facts.tables.get(spec)
    if rows is None:
        return
    stated = facts.tables.get(suits)
    named = set() if stated is None else set(stated["from_key"].to_pylist())
    rest = pa.array(sorted(set(rows["key"].to_pylist()) - named), pa.string())
    named |= set(session.relationships(suits, "from_key", rest)["from_key"].to_pylist())
    free = pa.array([key not in named for key in rows["key"].to_pylist()], pa.bool_())
    facts.tables[spec] = rows.set_column(rows.column_names.index("any_chain"), "any_chain", free)


@dataclass(frozen=True)
class _Derivation:
    """One derivation; ``db`` has the records, of each id the last, as ``records``."""

    facts: Facts
    session: ReadSession
    basis: RecordBasis
    db: duckdb.DuckDBPyConnection

    def add(self) -> None:
        """Add services by year, and what feedback is on."""
        nodes = self.basis.nodes
        self.db.register("node_of", pa.table({"own": pa.array(list(nodes), pa.string()),
                                              "node": pa.array(list(nodes.values()), pa.string())}))  # fmt: skip
        own = [str(self.basis.fresh)] if self.basis.fresh else []
        self.db.register("fresh", read_records(own, ["id"]))
        wanted = self._wanted()
        if wanted:
            self._add_services(wanted)
        self._add_feedback(wanted)

    def _is_new(self, type_: str, target: str) -> bool:
        """Tell whether the store is of before there were such relationships; it gets them all."""
        source = "Feedback" if type_ == "ADDRESSED_TO" else "Organization"
        return not len(self.session.relationships(schema.relationships()[type_, source, target]))

    def _wanted(self) -> set[str]:
        """Return the nodes of the providers whose services are to be told anew."""
        whole = self.facts.whole.get("Organization", set())
        if self._is_new("DELIVERED_AS", "ServiceType"):
            text = "SELECT DISTINCT provider_key FROM records"
        else:
            # Also who was said to have provided what is now said of another.
            self.db.register("said", read_records(self.basis.files, ["id", "provider_key"]))
            text = "SELECT DISTINCT provider_key FROM said SEMI JOIN fresh USING (id)"
        touched = {key for (key,) in self.db.execute(text).fetchall() if key} | self.basis.providers
        found = {self.basis.nodes.get(key, key) for key in touched} | whole
        return found - self.basis.gone.get("Organization", set())

    def _add_services(self, wanted: set[str]) -> None:
        self.db.register("wanted", pa.table({"node": pa.array(sorted(wanted), pa.string())}))
        self.db.execute(_DONE)
        self.db.execute(_ORIGINS)
        self.db.register("named", self._resources(wanted))
        for target, (type_, column) in BY.items():
            spec = schema.relationships()[type_, "Organization", target]
            delivered = "done JOIN named USING (from_key, resource)" if target == "Resource" else "done"
            rows = self.db.sql(_SERVICES.format(column=column, delivered=delivered)).to_arrow_table()
            self.facts.add(spec, rows)
            silent = wanted - set(rows["from_key"].to_pylist()) - self.facts.whole.get("Organization", set())
            self.facts.add(spec, self._none(spec, silent))

    def _none(self, spec: RelationshipSpec, silent: set[str]) -> pa.Table:
        """Return the stored relationships of those who, it turns out, delivered nothing, with zeros."""
        stored = self.session.relationships(spec, "from_key", pa.array(sorted(silent), pa.string()))
        for name in NUMBERS:
            zeros = pa.array([0] * len(stored), pa.int64())
            stored = stored.set_column(stored.column_names.index(name), name, zeros)
        return stored

    def _resources(self, wanted: set[str]) -> pa.Table:
        """Return provider, name as records have it, and key of each resource that a record names without doubt."""
        spec, provides = schema.nodes()["Resource"], schema.relationships()["PROVIDES", "Organization", "Resource"]
        owned = self._both(provides, self.session.relationships(provides, "from_key", pa.array(sorted(wanted))))
        owner = dict(zip(owned["to_key"].to_pylist(), owned["from_key"].to_pylist(), strict=True))
        keys = pa.array(sorted(owner), pa.string())
        rows = self._both(spec, self.session.nodes(spec, keys))
        known: dict[tuple[str, str], set[str]] = {}
        for key, name in zip(rows["key"].to_pylist(), rows["name"].to_pylist(), strict=True):
            if key in owner and name and key not in self.basis.gone.get("Resource", set()):
                known.setdefault((owner[key], fold(name)), set()).add(key)
        said = self.db.execute("SELECT DISTINCT from_key, resource FROM done WHERE resource IS NOT NULL").fetchall()
        found = [(node, name, known.get((node, fold(name)), set())) for node, name in said]
        plain = [(node, name, next(iter(keys))) for node, name, keys in found if len(keys) == 1]
        return pa.Table.from_pandas(pd.DataFrame(plain, columns=["from_key", "resource", "resource_key"], dtype=str))

    def _both(self, spec: Spec, stored: pa.Table) -> pa.Table:
        """Return what is stored, then what this load says."""
        now = self.facts.tables.get(spec)
        return stored if now is None else pa.concat_tables([stored, now.drop(PLACE.name)])

    def _add_feedback(self, wanted: set[str]) -> None:
        """Link feedback that is new, whose record is, or whose provider has become another."""
        spec, links = schema.nodes()["Feedback"], schema.relationships()
        stored = self.session.nodes(spec)
        rows = self._both(spec, stored).select(["key", "record", "source", "verification", "data_class"])
        if not len(rows):
            return
        stated = self.facts.tables.get(spec)
        self.db.register("stated", pa.table({"key": pa.array([], pa.string()) if stated is None else stated["key"]}))
        self.db.register("wanted_nodes", pa.table({"node": pa.array(sorted(wanted), pa.string())}))
        everything = len(stored) > 0 and self._is_new("ADDRESSED_TO", "Organization")
        self.db.register("feedback", rows)
        self.db.execute(_FEEDBACK.format(all="true" if everything else "false"))
        for (type_, target), column in FEEDBACK_ON.items():
            text = _LINKS.format(column=column)
            self.facts.add(links[type_, "Feedback", target], self.db.sql(text).to_arrow_table())


_DONE = """
CREATE TEMP TABLE done AS
SELECT coalesce(node_of.node, provider_key) AS from_key, year(day) AS year, service_type, chain, resource, mode,
    satisfaction, source, verification, data_class
FROM records LEFT JOIN node_of ON own = provider_key
WHERE coalesce(state, 'done') = 'done' AND coalesce(node_of.node, provider_key) IN (SELECT node FROM wanted)
"""
_ORIGINS = """
CREATE TEMP TABLE origins AS
SELECT from_key, min(source) AS source, min(verification) AS verification,
    CASE WHEN bool_or(data_class = 'SYNTHETIC') THEN 'SYNTHETIC' ELSE min(data_class) END AS data_class
FROM (SELECT DISTINCT from_key, source, verification, data_class FROM done) GROUP BY from_key
"""
"""A provider's services have one origin, whatever they are told by."""
_SERVICES = """
SELECT * FROM (
    SELECT from_key, {column} AS to_key, year, count(*) AS services, count(*) FILTER (mode = 'online') AS online,
        count(satisfaction) AS rated, count(*) FILTER (satisfaction >= 4) AS satisfied
    FROM {delivered} WHERE {column} IS NOT NULL GROUP BY ALL)
JOIN origins USING (from_key)
"""
_FEEDBACK = """
CREATE TEMP TABLE linked AS
SELECT f.key AS from_key, coalesce(node_of.node, provider_key) AS node, service_type, chain, region,
    CASE WHEN site_label = 'Window' THEN site_key END AS at_window,
    CASE WHEN site_label = 'Carrier' THEN site_key END AS at_carrier,
    f.source, f.verification, f.data_class
FROM (SELECT key, last(record) AS record, last(source) AS source, last(verification) AS verification,
        last(data_class) AS data_class FROM feedback GROUP BY key) f
    JOIN records r ON r.id = f.record LEFT JOIN node_of ON own = provider_key
WHERE {all} OR f.key IN (SELECT key FROM stated) OR r.id IN (SELECT id FROM fresh)
    OR coalesce(node_of.node, provider_key) IN (SELECT node FROM wanted_nodes)
"""
_LINKS = """
SELECT from_key, {column} AS to_key, source, verification, data_class FROM linked WHERE {column} IS NOT NULL ORDER BY 1
"""


def _leave_out_dangling(facts: Facts, session: ReadSession, gone: Mapping[str, set[str]]) -> None:
    """Leave out what the program itself would link with a node that is not there."""
    for spec, rows in list(facts.tables.items()):
        if isinstance(spec, RelationshipSpec) and spec.slot[:2] in AUTOMATIC and len(rows):
            for end, label in (("from_key", spec.source), ("to_key", spec.target)):
                keys = pc.unique(facts.tables[spec][end].combine_chunks())
                standing = _standing(schema.nodes()[label], keys, facts, session, gone.get(label, set()))
                facts.tables[spec] = facts.tables[spec].filter(pc.is_in(facts.tables[spec][end], standing))


def _standing(spec: NodeSpec, keys: pa.Array, facts: Facts, session: ReadSession, gone: set[str]) -> pa.Array:
    """Return those of some keys that have a node after the load."""
    now = facts.tables.get(spec)
    stated = pa.array([], pa.string()) if now is None else now["key"].combine_chunks()
    rest = keys.filter(pc.invert(pc.is_in(keys, stated)))
    stored = session.nodes(spec, rest)["key"].combine_chunks() if len(rest) else rest
    return pa.array([key for key in pa.concat_arrays([stated, stored]).to_pylist() if key not in gone], pa.string())


def read_records(files: list[str], columns: list[str]) -> pa.Table:
    """Return some columns of all records in some files."""
    none = pa.table({name: pa.array([], pa.string()) for name in columns})
    return pa.concat_tables([none, *(read_rows(Path(file), columns=columns) for file in files)])


def record_files(earlier: list[str], folder: Path) -> tuple[list[str], Path | None]:
    """Return all files of records, and that of the load in ``folder``, if it has one."""
    own = folder / RECORDS
    return ([*earlier, str(own)], own) if own.exists() else (earlier, None)
