"""Stores that earlier versions made: what has come to the reference data since, and what was no fact and goes."""

from graph import schema
from graph.delta import PLACE, Facts
from graph.places.gazetteer import reference
from graph.schema import NodeSpec
from graph.stores.base import ReadSession
from graph.vocabulary import vocabulary
from loaders.merge.full_delivery import STANDING, referred
from loaders.reference.graph import TITLES, titles
from loaders.reference.taxonomy import lacking
from loaders.write.report import Fate


def add_lacking(facts: Facts, session: ReadSession) -> None:
    """Add to ``facts`` what has come to the reference data since the store was made, where it is needed."""
    held = any(isinstance(s, schema.RelationshipSpec) and s.type == "HOLDS" for s in facts.tables)
    listed = {entry.id for list_ in TITLES for entry in vocabulary(list_)}
    if held and not listed <= set(session.nodes(schema.nodes()["Title"])["key"].to_pylist()):
        titles(facts)
    for added, rows in lacking(session).tables.items():
        facts.add(added, rows.drop(PLACE.name))


def retire_withdrawn(facts: Facts, session: ReadSession) -> list[Fate]:
    """Retire in ``facts`` the windows that an earlier version invented; return them.

    They stay where anything hangs on one of them, or where this load speaks of one: that is a store with the sample.
    """
    invented = set(reference("sample_cluster_windows")["window_id"])
    rows = session.table(STANDING["Window"]).to_pylist()
    standing = {row["key"]: row["name"] for row in rows if row["key"] in invented}
    if not standing or not standing.keys().isdisjoint(_windows(facts)) or referred("Window", set(standing), session):
        return []
    facts.whole.setdefault("Window", set()).update(standing)
    return [Fate("Window", key, standing[key]) for key in sorted(standing)]


def _windows(facts: Facts) -> set[str]:
    """Return the keys of all windows of which some facts speak."""
    found: set[str] = set()
    for spec, table in facts.tables.items():
        ends = {"key": spec.name} if isinstance(spec, NodeSpec) else {"from_key": spec.source, "to_key": spec.target}
        for column in (column for column, label in ends.items() if label == "Window"):
            found.update(table[column].to_pylist())
    return found
