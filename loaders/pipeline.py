"""One load from files to graph, and its ledger: nothing skipped in silence, nothing doubled."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa

from graph import schema
from graph.delta import Delta, Facts, Spec, all_new, plan
from graph.stores.base import ReadSession, Store
from loaders.directory import Directory
from loaders.issues import RowIssue
from loaders.journal import Journal, digest, turn
from loaders.ledger import Ledger, RecordCounts, records
from loaders.rejects import write_rejects
from loaders.rows import parse
from loaders.sources import Sheet, open_all
from loaders.tables import TABLES, Batch, Origin
from loaders.tally import TableTally, tally

Progress = Callable[[str, int], None]
"""Called with what is being done and the number of rows done since the last call."""


def silent(_what: str, _rows: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did; ``rejects`` is the workbook of rejected rows, None where every row was good."""

    load: str
    tables: tuple[TableTally, ...]
    issues: tuple[RowIssue, ...]
    ignored: tuple[str, ...]
    rejects: Path | None
    written: bool
    created: int
    changed: int
    retired: int

    @property
    def rejected(self) -> int:
        """Rows rejected in all tables."""
        return sum(t.rejected for t in self.tables)


@dataclass
class _Work:
    """Everything a load gathers before it decides."""

    facts: Facts
    ledger: Ledger
    issues: list[RowIssue]
    read: dict[str, int]
    subjects: dict[str, list[tuple[Spec, pd.DataFrame]]]


def _gather(sheets: list[Sheet], session: ReadSession, origin: Origin | None, home: Path, progress: Progress) -> _Work:
    work = _Work(Facts(), Ledger(home), [], {}, {})
    directory = Directory(session)
    for sheet in sheets:
        name = sheet.table.name
        work.read.setdefault(name, 0)
        for raw in sheet.chunks():
            rows, issues = parse(sheet, raw)
            stated = origin or sheet.origin or Origin()
            batch = Batch(sheet.table, sheet.file, sheet.sheet, rows, stated, directory, work.facts, issues)
            sheet.table.build(batch)
            work.read[name] += len(raw)
            work.issues += batch.issues
            work.subjects.setdefault(name, []).extend(batch.subjects)
            if name == "service_records":
                work.ledger.stage(records(batch))
            progress(name, len(raw))
    return work


def load(
    store: Store,
    paths: list[Path],
    *,
    origin: Origin | None = None,
    strict: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
) -> LoadReport:
    """Load tables from files and folders.

    ``origin`` says where the rows come from; without it a folder's ``source.yml`` does, else they are the
    user's own. Good rows go in; each bad row is kept in the rejects workbook with its reason. With ``strict`` nothing
    goes
    in if any row is bad; with ``dry_run`` nothing goes in at all, and the report says what would.

    Raises:
        FileMissing, FileUnreadable, UnknownTable, MissingColumn: before anything was loaded.
        StoreProblem: the store failed; the transaction was rolled back.
    """
    started = datetime.now(UTC)
    sheets = open_all(paths)
    with turn(store.home):
        with store.read() as session:
            version = session.version()
            work = _gather(sheets, session, origin, store.home, progress)
            wanted = not dry_run and not (strict and work.issues)
            record_counts = work.ledger.settle(work.facts, keep=wanted)
            progress("delta", 0)
            delta = plan(work.facts, session)
        name = f"load-{version + 1:06d}"
        if written := wanted and bool(delta or record_counts.created or record_counts.updated):
            journal = Journal(store.home)
            files = {str(s.path): digest(s.path) for s in sheets}
            journal.write(name, "begun", files=files)
            progress("write", 0)
            store.apply(with_load(delta, version + 1, name, started))
            work.ledger.publish(name)
            journal.write(name, "done", created=delta.created, changed=delta.changed, retired=delta.retired)
    return _report(work, delta, record_counts, sheets, name, store.home, written)


def with_load(delta: Delta, sequence: int, name: str, started: datetime) -> Delta:
    """Return the delta with the node of its own load, by which readers see it."""
    facts = Facts()
    spec = schema.nodes()["Load"]
    row = {
        "key": name,
        "name": name,
        "sequence": sequence,
        "state": "done",
        "started": started.replace(tzinfo=None),
        "finished": datetime.now(UTC).replace(tzinfo=None),
        "created": delta.created,
        "changed": delta.changed,
        "retired": delta.retired,
        "model": schema.fingerprint(),
    }
    facts.add(spec, pa.Table.from_pylist([row]))

    return Delta((*delta.changes, *all_new(facts).changes))


def _report(
    work: _Work,
    delta: Delta,
    record_counts: RecordCounts,
    sheets: list[Sheet],
    name: str,
    home: Path,
    written: bool,
) -> LoadReport:
    tallies = []
    for table in TABLES:
        if table not in work.read:
            continue
        rejected = len({(i.file, i.sheet, i.row) for i in work.issues if i.table == table})
        counts = record_counts if table == "service_records" else None
        tallies.append(tally(table, work.read[table], rejected, work.subjects[table], delta, counts))
    rejects = None
    if work.issues:
        rejects = write_rejects(sheets, work.issues, home / "rejects", name)
    return LoadReport(
        load=name,
        tables=tuple(tallies),
        issues=tuple(work.issues),
        ignored=tuple(f"{s.file}: {h}" for s in sheets for h in s.ignored),
        rejects=rejects,
        written=written,
        created=delta.created,
        changed=delta.changed,
        retired=delta.retired,
    )
