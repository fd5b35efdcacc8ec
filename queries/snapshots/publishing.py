"""A snapshot's figures in the graph, for who looks at it in Neo4j Browser: a node a prefecture and service type.

No load brings them and no question of ours reads them; they can be taken away again at any time.
"""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from graph import schema
from graph.comparison import plan
from graph.delta import Facts
from graph.errors import NotFound
from graph.home import Home
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import places
from graph.stores.base import Query, Store
from graph.vocabulary import vocabulary
from queries.snapshots.differences import Snapshot
from queries.snapshots.keeping import SNAPSHOT, TO_MAKE, NoneYet, read_cells
from queries.snapshots.months import in_order, meant

PUBLISHED = Query("MATCH (c:CoverageFigure) WHERE c.snapshot = $name RETURN c.key AS key", {"key": str})
GROUP = ["region", "service_type"]
ENDS = {
    ("LOCATED_IN", "CoverageFigure", "Region"): "region",
    ("CONCERNS", "CoverageFigure", "ServiceType"): "service_type",
}
"""What a node is tied to -> column that names it."""


def publish(store: Store, name: str | None = None) -> tuple[str, int]:
    """Put the figures of a snapshot into the graph; return its id, and how many nodes say it.

    Args:
        store: Where it is kept.
        name: Its id, day or month; the newest without.

    Raises:
        NotFound: there is no such snapshot.
        HomeDamaged: its file is not what was written.
        StoreProblem: the store failed; nothing is changed.
    """
    snapshot = _named(store, name)
    facts = facts_of(snapshot, read_cells(store, snapshot))
    _replace(store, snapshot.id, facts)
    return snapshot.id, len(facts.tables[schema.nodes()["CoverageFigure"]])


def withdraw(store: Store, name: str | None = None) -> tuple[str, int]:
    """Take the figures of a snapshot (id, day or month; the newest without) out of the graph; return as ``publish``.

    Raises:
        NotFound: it is not there.
        StoreProblem: the store failed; nothing is changed.
    """
    try:
        id_ = _named(store, name).id
    except NotFound:
        if not name:
            raise
        id_ = name  # its file may be gone, and its figures still be there
    count = _replace(store, id_, Facts())
    if not count:
        raise NotFound(kind=Text("图中的快照", "snapshot in the graph"), key=id_)
    return id_, count


def _named(store: Store, name: str | None) -> Snapshot:
    every = in_order(store)
    if not (name or every):
        raise NoneYet(kind=SNAPSHOT, way=TO_MAKE)
    return meant(store, name) if name else every[-1]


def _replace(store: Store, id_: str, facts: Facts) -> int:
    """Let the graph say of a snapshot what the facts say, and nothing else; return how many nodes said something."""
    with Home(store.home).lock():
        store.settle()
        with store.read() as session:
            session.version()  # it refuses a graph that a load has written in part
            present = set(session.table(PUBLISHED, name=id_)["key"].to_pylist())
            facts.whole = {"CoverageFigure": present}
            delta = plan(facts, session)
        if delta:
            store.apply(delta)
    return len(present)


def facts_of(snapshot: Snapshot, cells: pd.DataFrame) -> Facts:
    """Return the figures of a snapshot's cells, by prefecture and service type, as facts of the graph."""
    rows, types = figures(cells), vocabulary("service_types")
    data_class = "SYNTHETIC" if snapshot.data_class.get("SYNTHETIC") else "EDITORIAL"
    pairs = list(zip(rows["region"], rows["service_type"], strict=True))
    nodes = rows.drop(columns=GROUP).assign(
        key=[f"{snapshot.id}/{region}/{type_}" for region, type_ in pairs],
        name=[f"{places()[region].name}·{types.text(type_)}" for region, type_ in pairs],
        snapshot=snapshot.id, as_of=date.fromisoformat(snapshot.day), data_class=data_class,
    )  # fmt: skip
    facts = Facts()
    facts.add(schema.nodes()["CoverageFigure"], pa.Table.from_pandas(nodes, preserve_index=False))
    for slot, column in ENDS.items():
        ends = pd.DataFrame({"from_key": nodes["key"], "to_key": rows[column], "data_class": data_class})
        facts.add(schema.relationships()[slot], pa.Table.from_pandas(ends, preserve_index=False))
    return facts


def figures(cells: pd.DataFrame) -> pd.DataFrame:
    """Return demand, supply, ratio, unmet and state of each prefecture and service type: cells rolled up.

    They are those of :func:`queries.rollup.rolled_up` (method, section 3).
    """
    known = cells["demand"].notna()
    made = cells.assign(
        region=cells["region"].map(prefecture_of), known=known,
        **{state: cells["state"] == state for state in ("covered", "partial", "empty", "unknown")},
    )  # fmt: skip
    sums = made.groupby(GROUP, as_index=False)[
        ["demand", "supply", "unmet", "known", "covered", "partial", "empty", "unknown"]
    ].sum()
    needed = sums["covered"] + sums["partial"] + sums["empty"]
    blank = np.where(sums["unknown"] > 0, "unknown", "not_applicable")
    state = np.where(sums["covered"] == needed, "covered", np.where(sums["empty"] == needed, "empty", "partial"))
    for column in ("demand", "supply", "unmet"):
        sums[column] = sums[column].where(sums["known"] > 0)
    ratio = 1.0 - sums["unmet"] / sums["demand"].where(sums["demand"] > 0)
    return sums[[*GROUP, "demand", "supply", "unmet"]].assign(ratio=ratio, state=np.where(needed == 0, blank, state))
