"""One load from files to graph, and its ledger: nothing skipped in silence, nothing doubled."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from graph.comparison import plan
from graph.delta import Delta, Facts, Spec
from graph.errors import StoreBusy
from graph.language import Text
from graph.manifest import JOURNAL
from graph.stores.base import Store
from loaders.identify.directory import Directory
from loaders.identify.resolver import Decision, decisions
from loaders.identify.review import find_doubtful, save_doubtful
from loaders.keep.contacts import held
from loaders.keep.custody import Custody, lost_copies
from loaders.keep.history import beside
from loaders.keep.journal import digest
from loaders.keep.vault import HELD, SEALED
from loaders.merge.entities import Mappings, merge, renamed_subjects
from loaders.merge.full_delivery import FullDelivery, RejectedRows, check_standing, prefix, retire_missing
from loaders.merge.service_ledger import Ledger, RecordCounts, records
from loaders.merge.statements import save
from loaders.merge.volume import Delivered, check_volume
from loaders.parse.issues import RowIssue
from loaders.parse.rows import parse
from loaders.read import Chunk, Sheet, open_all, source_files
from loaders.read.delivery import DeliveryNote
from loaders.read.headers import REASON
from loaders.tables import TABLES, Batch, Origin
from loaders.tables.rejected import Rejected
from loaders.tables.totals import leave_out_totals
from loaders.write.commit import Turn, my_turn
from loaders.write.rejects import write_rejects
from loaders.write.report import Fate, Held, LoadReport, RowNote
from loaders.write.tally import TableTally, tally, with_contacts

MENTIONED = ("Organization", "Enterprise", "Carrier", "Window")
"""Labels of what rows of other tables mention by name."""
Progress = Callable[[str, int], None]
"""Called with what is being done and the number of rows done since the last call."""


def silent(_what: str, _rows: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Options:
    """How a load is meant; see :func:`load`."""

    origin: Origin | None
    note: DeliveryNote | None
    strict: bool
    dry_run: bool
    full: FullDelivery | None
    shrink: bool
    official: bool

    def told(self) -> dict[str, Any]:
        """Return what the outcome depends on, as the journal keeps it."""
        return {
            "origin": asdict(self.origin) if self.origin else None,
            "note": asdict(self.note) if self.note else None,
            "full": asdict(self.full) if self.full else None,
            "official": self.official,
        }


@dataclass(frozen=True)
class Brought:
    """The paths that a load was given, and every file that it reads with the SHA-256 of its content."""

    paths: list[Path]
    digests: dict[Path, str]

    def told(self) -> dict[str, Any]:
        """Return them as the journal keeps them."""
        return {"paths": [str(p) for p in self.paths], "files": {str(p): d for p, d in self.digests.items()}}


@dataclass
class _Work:
    """Everything a load gathers before it decides."""

    brought: Brought
    sheets: list[Sheet]
    decided: list[Decision]
    directory: Directory
    ledger: Ledger
    custody: Custody
    rejected: Rejected
    facts: Facts = field(default_factory=Facts)
    issues: list[RowIssue] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    delivered: Delivered = field(default_factory=Counter)
    warnings: list[Text] = field(default_factory=list)
    subjects: dict[str, list[tuple[Spec, pd.DataFrame]]] = field(default_factory=dict)
    contacts: list[pd.DataFrame] = field(default_factory=list)
    held: list[pd.DataFrame] = field(default_factory=list)
    delivered_badly: RejectedRows = field(default_factory=RejectedRows)
    told: Counter[tuple[str, Text]] = field(default_factory=Counter)
    notes: list[RowNote] = field(default_factory=list)


def load(  # noqa: PLR0913 one parameter an option
    store: Store,
    paths: list[Path],
    *,
    origin: Origin | None = None,
    note: DeliveryNote | None = None,
    strict: bool = False,
    dry_run: bool = False,
    full: FullDelivery | None = None,
    shrink: bool = False,
    official: bool = False,
    password: str = "",
    progress: Progress = silent,
) -> LoadReport:
    """Load tables from files and folders.

    ``origin`` says where the rows come from; without it the delivery ``note`` or a folder's ``source.yml`` does, else
    they are the user's own. Good rows go in; each bad row is kept in the rejects workbook with its reason. With
    ``strict`` nothing goes in if any row is bad; with ``dry_run`` nothing goes in at all: the report says what would.
    ``full`` names a table and region of which the files hold everything; ``shrink`` says that much less than last
    time is right. With ``official`` a stored value yields only to one that is verified as well or better; else the
    newest shows. The ``password`` opens locked workbooks and is kept nowhere.

    Raises:
        FileMissing, FileUnreadable, FileRefused, UnknownTable, MissingColumn: before anything was loaded.
        DeliveryShrunk: a full or a sender's delivery holds much less than the one before; nothing was loaded.
        StoreProblem: the store failed; the transaction was rolled back.
    """
    options = Options(origin, note, strict, dry_run, full, shrink, official)
    paths = [path.absolute() for path in paths]
    brought = Brought(paths, {path: digest(path) for path in source_files(paths)})
    with my_turn(store) as turn:
        if turn.unfinished and turn.journal.loads()[-1].get("files") != brought.told()["files"]:
            raise StoreBusy(load=turn.unfinished)
        if again := _same_again(turn, brought, options):
            return again
        decided = decisions(turn.history)
        directory = Directory(turn.session, decided)
        sheets = open_all(paths, options.note, password)
        custody, rejected = Custody(store.home), Rejected(partial(_names, directory))
        work = _Work(brought, sheets, decided, directory, Ledger(turn.history), custody, rejected)
        return _load(turn, work, options, progress)


def _names(directory: Directory) -> list[str]:
    return [name for label in MENTIONED for name in directory.entities(label)["name"]]


def _same_again(turn: Turn, brought: Brought, options: Options) -> LoadReport | None:
    """Return the report of the very load that the graph's last one was, come again: nothing can have changed."""
    last = next((e for e in reversed(turn.journal.loads()) if e["state"] == "done"), None)
    if (
        last is None
        or last["load"] != f"load-{turn.version:06d}"
        or last.get("kind") != "load"
        or last.get("told", True)
    ):
        return None
    then = [(Path(name).name, digest_) for name, digest_ in last["files"].items()]
    now = [(path.name, digest_) for path, digest_ in brought.digests.items()]
    if not last.get("sealed", True) or lost_copies(turn.journal, turn.store.home):
        return None
    if then != now or last["options"] != json.loads(json.dumps(options.told())):
        return None
    tables = [TableTally(**t) for t in last["tables"]]
    seen = [replace(t, created=0, updated=0, unchanged=t.created + t.updated + t.unchanged) for t in tables]
    report = LoadReport(turn.load if options.dry_run else turn.unwritten(), tuple(seen))
    if not options.dry_run:
        told = {k: v for k, v in last.items() if k not in ("load", "state", "at", "begun")}
        turn.journal.write(report.load, "read", **{**told, "tables": [asdict(t) for t in seen]})
    return report


def _load(turn: Turn, work: _Work, options: Options, progress: Progress) -> LoadReport:
    custody = work.custody
    _gather(work, options, progress)
    if not options.dry_run:
        work.warnings += custody.begin()
    work.warnings += check_volume(work.delivered, turn.journal, shrink=options.shrink)
    wanted = not options.dry_run and not (options.strict and work.issues)
    with turn.stage() as staged:
        full = options.full
        whole = prefix(full.region) if full and full.table == "service_records" else None
        badly = work.delivered_badly
        counts = work.ledger.settle(
            work.facts, staged.folder if wanted else None, whole, lambda id_: badly.place_of("", id_, id_) is not None
        )
        if full and whole:
            standing = counts.withdrawn + counts.updated + counts.unchanged
            check_standing(full, standing, standing - counts.withdrawn, shrink=options.shrink)
        progress("delta", 0)
        outcome = _outcome(turn, work, options)
        delta = plan(outcome.facts, turn.session, official=options.official)
        doubtful = find_doubtful(work.directory, work.decided)
        report = _report(turn, work, outcome, delta, counts, len(doubtful))
        if wanted:
            people = custody.people(work.contacts, turn.load, work.sheets)
            touched = custody.news(people)
            news = save(work.facts, outcome.retired, turn.history, staged.folder) or bool(touched)
            news |= bool(delta or counts.created or counts.updated or counts.withdrawn)
            report = replace(report, tables=with_contacts(report.tables, touched, delta))
            if news:
                progress("write", 0)
                save_doubtful(doubtful, staged.folder)
                custody.write(people, staged.folder / SEALED)
                custody.keep(work.brought.digests)
                staged.commit(delta, _event(report, work, options))
                report = replace(report, written=True)
            else:
                custody.keep(work.brought.digests, only=lost_copies(turn.journal, turn.store.home))
    if report.rejects:
        custody.write(custody.people(work.held, turn.load, work.sheets), report.rejects.with_suffix(HELD))
    return _told(turn, report, work, options)


def _gather(work: _Work, options: Options, progress: Progress) -> None:
    for number, sheet in enumerate(work.sheets):
        name = sheet.table.name
        work.read.setdefault(name, 0)
        work.subjects.setdefault(name, [])
        for raw in sheet.chunks():
            rows, issues, told = parse(sheet, raw)
            origin = options.origin or sheet.origin or Origin()
            batch = Batch(
                sheet.table, sheet.file, sheet.sheet, rows, origin, work.directory, work.facts, issues, number=number,
                rejected=work.rejected,
            )  # fmt: skip
            notes = _without_totals(work, batch, raw)
            sheet.table.build(batch)
            _keep_rejected(work, batch, raw, options)
            for text, times in told.items():
                work.told[sheet.where, text] += times
            work.read[name] += len(raw) - notes
            if REASON not in sheet.header:  # corrected rows are no delivery
                work.delivered[sheet.sender, name] += len(raw) - notes
            work.issues += batch.issues
            work.subjects[name] += batch.subjects
            work.contacts += batch.contacts
            work.held += held(batch, raw)
            if sheet.table.bulk:
                work.ledger.stage(records(batch))
            progress(name, len(raw))


def _without_totals(work: _Work, batch: Batch, raw: Chunk) -> int:
    """Keep the notes of a chunk for the report; return how many of its rows turned out to be totals of others."""
    place = (batch.table.name, batch.file, batch.sheet)
    work.notes += [RowNote(*place, *note) for note in raw.notes]
    if batch.table.sums is None or "region" not in raw.columns:
        return 0
    written = pd.Series(raw.columns["region"].to_pylist(), index=raw.numbers)
    totals, said = leave_out_totals(batch, written, raw.among)
    work.notes += [RowNote(*place, row, "explained_total", written[row].strip()) for row in totals]
    for text in said:
        work.told[batch.where, text] += 1
    return len(totals)


def _keep_rejected(work: _Work, batch: Batch, raw: Chunk, options: Options) -> None:
    """Keep what rejected rows are about: others may mention it, and a full delivery does not retire it."""
    bad = {issue.row: issue for issue in batch.issues if not issue.cell_only}
    if not bad:
        return
    naming = batch.table.naming
    if naming and batch.table.subject in MENTIONED and naming in raw.columns:
        for row, texts in raw.rows(set(bad)):
            work.rejected.add(texts[naming], bad[row])
    if options.full and options.full.table == batch.table.name:
        work.delivered_badly.add(batch, raw)


@dataclass(frozen=True)
class _Outcome:
    """What the graph shall hold, and what follows for reports and history."""

    facts: Facts
    mappings: Mappings
    gone: list[Fate]
    kept: list[Fate]
    held: list[Held] = field(default_factory=list)

    @property
    def retired(self) -> dict[str, set[str]]:
        """Keys of retired nodes by label."""
        labels = {fate.what for fate in self.gone}
        return {label: {fate.key for fate in self.gone if fate.what == label} for label in labels}


def _outcome(turn: Turn, work: _Work, options: Options) -> _Outcome:
    facts, mappings = merge(work.facts, work.directory, turn.history)
    full = options.full
    if full is None or full.table == "service_records":
        return _Outcome(facts, mappings, [], [])
    subjects = renamed_subjects(work.subjects.get(full.table, []), mappings)
    delivered = {key for _, frame in subjects for key in frame["key"]}
    fates = retire_missing(
        facts, full, delivered, work.delivered_badly, turn.session, turn.history, shrink=options.shrink
    )
    return _Outcome(facts, mappings, *fates)


def _report(
    turn: Turn, work: _Work, outcome: _Outcome, delta: Delta, counts: RecordCounts, doubtful: int
) -> LoadReport:
    tallies = []
    for table in TABLES:
        if table in work.read:
            rejected = len({(i.file, i.sheet, i.row) for i in work.issues if i.table == table and not i.cell_only})
            subjects = renamed_subjects(work.subjects[table], outcome.mappings)
            records_ = counts if TABLES[table].bulk else None
            tallies.append(tally(table, work.read[table], rejected, subjects, delta, records_))
    rejects = None
    if work.issues:
        rejects = write_rejects(work.sheets, work.issues, turn.store.home / "rejects", turn.load)
    return LoadReport(
        load=turn.load,
        tables=tuple(tallies),
        issues=tuple(work.issues),
        ignored=tuple(f"{s.file}: {h}" for s in work.sheets for h in s.ignored),
        rejects=rejects,
        delta=delta,
        warnings=(*(w for s in work.sheets for w in s.warnings), *_said(work), *work.warnings),
        gone=tuple(outcome.gone),
        kept=tuple(outcome.kept),
        held=tuple(outcome.held),
        notes=tuple(sorted(work.notes)),
        doubtful=doubtful,
    )


def _said(work: _Work) -> Iterator[Text]:
    """Yield how cells were understood, each word once a sheet."""
    for (where, text), times in work.told.items():
        yield Text(*(f"{where}：{part.replace('{n}', str(times))}" for part in text))


def _told(turn: Turn, report: LoadReport, work: _Work, options: Options) -> LoadReport:
    """Give a load that wrote nothing a number of its own and tell the journal of it, unless it was only asked for."""
    if report.written or options.dry_run:
        return report
    report = replace(report, load=turn.unwritten())
    event = _event(report, work, options)
    turn.journal.write(report.load, "read", listed=False, **event)
    turn.history.home.enter(JOURNAL, *(n for n in beside(event) if (turn.store.home / n).exists()))
    return report


def _event(report: LoadReport, work: _Work, options: Options) -> dict[str, Any]:
    """Return what the journal keeps of a load: enough to tell it, to trace its rows and to do it again."""
    return {
        "kind": "load",
        **work.brought.told(),
        "sheets": [[s.file, s.sheet] for s in work.sheets],
        "options": options.told(),
        "tables": [asdict(t) for t in report.tables],
        "delivered": [[*of, rows] for of, rows in work.delivered.items() if of[0]],
        "rejected": report.rejected,
        "told": bool(report.issues or report.notes or report.warnings or report.ignored),
        "rejects": report.rejects.name if report.rejects else None,
        "doubtful": report.doubtful,
        "sealed": not work.custody.refusal,
    }
