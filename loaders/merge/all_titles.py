"""The titles that a firm shows: all that its lists name, as each of these knows its own alone."""

from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import Facts
from graph.schema import NodeSpec
from graph.stores.base import ReadSession

TAGS = "tags"


def show_all_titles(facts: Facts, session: ReadSession) -> None:
    """Give each firm of whose titles the facts speak all that it holds, by what is stored and by the facts.

    Its dates stand where it holds them; what is over counts for nothing, but it was held.
    """
    spec, holds = schema.nodes()["Enterprise"], schema.relationships()["HOLDS", "Enterprise", "Title"]
    rows, held = facts.tables.get(spec), facts.tables.get(holds)
    if rows is None or held is None:
        return
    keys = pc.unique(held["from_key"].combine_chunks())
    gone = facts.whole.get(spec.name, set())
    known: dict[str, set[str]] = defaultdict(set)
    for table in (session.relationships(holds, "from_key", keys), held):
        stored = table is not held
        for key, title in zip(table["from_key"].to_pylist(), table["to_key"].to_pylist(), strict=True):
            if not (stored and key in gone):  # of these the facts say everything
                known[key].add(title)
    facts.tables[spec] = _with_tags(rows, spec, known)


def _with_tags(rows: pa.Table, spec: NodeSpec, known: dict[str, set[str]]) -> pa.Table:
    at = rows.column_names.index(TAGS)
    stated = zip(rows["key"].to_pylist(), rows[TAGS].to_pylist(), strict=True)
    all_ = [sorted(known[key] | set(tags)) if tags and key in known else tags for key, tags in stated]
    return rows.set_column(at, TAGS, pa.array(all_, spec.arrow.field(TAGS).type))
