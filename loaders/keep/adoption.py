"""A history for a graph whose own is lost: what the graph holds becomes what was stated.

Which file and row a fact came from is not known any more, nor the records behind sums of services: a month that was
adopted takes no more records (``SumsOnly``), as they would replace a sum whose parts nobody has.
"""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph import schema
from graph.clock import as_then
from graph.delta import Facts, Spec
from graph.errors import NotFound, unwritable
from graph.home import OF_PLACE, bring, fresh_name
from graph.language import Text
from graph.schema import NodeSpec, stated
from graph.stores.base import Query, ReadSession, Store
from loaders.keep.history import History, committed, finished
from loaders.keep.journal import Journal
from loaders.merge.service_ledger import MONTHS
from loaders.merge.statements import save
from loaders.reference.graph import reference_facts

KEPT = ("key", "graph.crc32")
"""What a store keeps beside itself whatever its history."""
KNOWN_MONTHS = Query("MATCH (m:ServiceMonth) RETURN DISTINCT m.month AS month ORDER BY month", {"month": str})


def adopt_graph(store: Store) -> tuple[int, Path | None]:
    """Make the folder beside a store anew from its graph; return how many loads it tells of, and where the old one is.

    Raises:
        NotFound: the graph holds no load.
        StoreBusy: a load is half written.
        DiskFull, FileUnwritable: the folder cannot be written.
    """
    with store.read() as session:
        session.version()
        tokens, times = committed(session), finished(session)
        if not tokens:
            raise NotFound(kind=Text("载入", "load"), key=store.url)
        old = _set_aside(store.home)
        history, journal = History(store.home), Journal(store.home)
        first, last = min(tokens), max(tokens)
        for load, token in sorted(tokens.items()):
            with history.stage(load) as folder:
                if load == first:
                    save(reference_facts(), {}, history, folder)
                if load == last:
                    save(_everything(session), {}, history, folder)
                    _keep_months(session, folder)
                history.seal(folder, token, {"kind": "adopted"})
            history.publish(load)
            with as_then(times.get(load)):
                journal.write(load, "begun", listed=False, kind="adopted")
                journal.write(load, "done", listed=False)
            history.enter(load)
    return len(tokens), old


def _set_aside(home: Path) -> Path | None:
    """Put a folder that tells of a history aside, but keep what is of the place: keys, the file's sum, the audit."""
    if not home.exists() or {path.name for path in home.iterdir()} <= {*KEPT, *OF_PLACE}:
        return None
    aside = fresh_name(home)
    try:
        home.rename(aside)
        home.mkdir(mode=0o700)
        for name in KEPT:
            if (aside / name).exists():
                os.link(aside / name, home / name)
        for name in OF_PLACE:
            bring(aside / name, home / name)
    except OSError as error:
        raise unwritable(home, error) from error
    return aside


def _everything(session: ReadSession) -> Facts:
    facts = Facts()
    specs: list[Spec] = [*schema.nodes().values(), *schema.relationships().values()]
    for spec in specs:
        if stated(spec):
            rows = session.nodes(spec) if isinstance(spec, NodeSpec) else session.relationships(spec)
            if len(rows):
                facts.add(spec, rows)
    return facts


def _keep_months(session: ReadSession, folder: Path) -> None:
    months: pa.Table = session.table(KNOWN_MONTHS)
    if len(months):
        pq.write_table(months, folder / MONTHS)
