"""One load from files to graph, and its ledger: nothing skipped in silence, nothing doubled."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from graph.comparison import plan
from graph.delta import Delta, Facts
from graph.errors import StoreBusy
from graph.language import Text
from graph.manifest import JOURNAL
from graph.stores.base import Store
from loaders.gathering import Options, Progress, SourceFiles, Work, gather, names, rare_collections, said, silent
from loaders.identify.directory import Directory
from loaders.identify.resolver import decisions
from loaders.identify.review import find_doubtful, save_doubtful
from loaders.keep.custody import Custody
from loaders.keep.events import Details
from loaders.keep.history import beside
from loaders.keep.journal import digest
from loaders.keep.vault import HELD, SEALED
from loaders.merge.all_titles import show_all_titles
from loaders.merge.derived import RecordBasis, add_derived, record_files
from loaders.merge.doubled_totals import doubled_totals
from loaders.merge.entities import Mappings, merge, renamed_subjects
from loaders.merge.finer_places import keep_counties
from loaders.merge.full_delivery import FullDelivery, check_standing, prefix, retire_missing
from loaders.merge.newest_counts import NewestCounts
from loaders.merge.reused_ids import among_nodes
from loaders.merge.second_windows import second_windows
from loaders.merge.service_ledger import RECORDS, Ledger, RecordCounts
from loaders.merge.several_codes import several_codes
from loaders.merge.statements import save
from loaders.merge.unlike_sheets import unlike_sheets
from loaders.merge.volume import check_volume
from loaders.read import Sheet, open_all, source_files
from loaders.read.words.delivery import DeliveryNote
from loaders.reference.upkeep import add_lacking, retire_withdrawn
from loaders.repeated import same_again
from loaders.tables import TABLES, Origin
from loaders.tables.regional import check_homes
from loaders.tables.rejected import Rejected
from loaders.write.commit import Staged, WriteLock, write_lock
from loaders.write.rejects import write_rejects
from loaders.write.report import Fate, Held, LoadReport, names_of_moved
from loaders.write.tally import tally, with_contacts
from loaders.write.wording import in_number

NOTHING_IN = Text(
    "因为 --strict，有退回的行或格时一行也不载入；账上是没有 --strict 时的数。请改正后再载入整个文件",
    "with --strict nothing goes in where a row or cell is bad; the account is what it would be without. Mend the file"
    " and load all of it again",
)


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
    only: str | None = None,
    root: Path = Path("/"),
) -> LoadReport:
    """Load tables from files and folders.

    ``origin`` says where the rows come from; without it the delivery ``note`` or a folder's ``source.yml`` does, else
    they are the user's own. Good rows go in; each bad row is kept in the rejects workbook with its reason. With
    ``strict`` nothing goes in if any row is bad; with ``dry_run`` nothing goes in at all: the report says what would.
    ``full`` names a table and region of which the files hold everything; ``shrink`` says that much less than last
    time is right. With ``official`` a stored value yields only to one that is verified as well or better; else the
    newest shows. The ``password`` opens locked workbooks and is kept nowhere. Of the rows those in the region ``only``
    go in, and none of them changes what lies elsewhere. Below ``root`` the files are copies, each under the path from
    which it was first loaded.

    Raises:
        BadParameter: a row would change something outside the region ``only``; nothing was loaded.
        FileMissing, FileUnreadable, FileRefused, UnknownTable, MissingColumn: before anything was loaded.
        DeliveryShrunk: a full or a sender's delivery holds much less than the one before; nothing was loaded.
        StoreProblem: the store failed; the transaction was rolled back.
    """
    options = Options(origin, note, strict, dry_run, full, shrink, official, only)
    paths = [path.absolute() for path in paths]
    sources = SourceFiles(paths, {path: digest(path) for path in source_files(paths)}, root)
    with write_lock(store) as lock, rare_collections():
        if lock.unfinished and lock.journal.loads()[-1].get("files") != sources.files():
            raise StoreBusy(load=lock.unfinished)
        if again := same_again(lock, sources, options):
            return again
        return _load(lock, _work(lock, sources, open_all(paths, options.note, password)), options, progress)


def _work(lock: WriteLock, sources: SourceFiles, sheets: list[Sheet]) -> Work:
    directory = Directory(lock.session, decisions(lock.history))
    custody, rejected = Custody(lock.store.home), Rejected(partial(names, directory))
    return Work(sources, sheets, directory, Ledger(lock.history), custody, rejected, NewestCounts(lock.session))


def _load(lock: WriteLock, work: Work, options: Options, progress: Progress) -> LoadReport:
    custody = work.custody
    gather(work, options, progress)
    if not options.dry_run:
        work.warnings += custody.begin()
    work.warnings += check_volume(work.delivered, lock.journal, shrink=options.shrink)
    with lock.stage() as staged:
        counts = _settled(work, options, staged.folder)
        progress("delta", 0)
        outcome = _derived(lock, work, _outcome(lock, work, options), staged.folder)
        delta = plan(outcome.facts, lock.session, official=options.official)
        doubtful = find_doubtful(work.directory, work.facts, outcome.facts)
        compared = _Comparison(outcome, delta, counts, doubtful)
        report = _report(lock, work, compared)
        if not options.dry_run and not (options.strict and work.issues):
            report = _written(staged, work, options, compared, report, progress)
    if report.rejects:
        custody.write(custody.people(work.held, lock.load, work.sheets), report.rejects.with_suffix(HELD))
    return _recorded(lock, report, work, options)


def _settled(work: Work, options: Options, folder: Path) -> RecordCounts:
    """Settle the records of the load with those of the ledger, in ``folder``; return how many are new, changed or gone.

    Raises:
        DeliveryShrunk: of a full delivery of the ledger much is gone.
    """
    whole = options.full if options.full and options.full.table == "service_records" else None
    within = prefix(whole.region) if whole else None
    badly = work.delivered_badly
    counts = work.ledger.settle(work.facts, folder, within, lambda id_: badly.place_of("", id_, id_) is not None)
    if whole:
        standing = counts.withdrawn + counts.updated + counts.unchanged
        check_standing(whole, standing, standing - counts.withdrawn, shrink=options.shrink)
    return counts


def _written(
    staged: Staged, work: Work, options: Options, compared: "_Comparison", report: LoadReport, progress: Progress
) -> LoadReport:
    """Write what is new, in the graph and beside it, as one; where nothing is, restore lost copies of sources alone."""
    lock, custody = staged.lock, work.custody
    people = custody.people(work.contacts, lock.load, work.sheets)
    touched = custody.news(people)
    said_anew = save(work.facts, compared.outcome.retired, lock.history, staged.folder)
    report = replace(report, tables=with_contacts(report.tables, touched, compared.delta))
    if not (said_anew or touched or compared.differs):
        custody.keep(work.sources.digests, only=custody.lost(work.sources.digests, lock.journal))
        return report
    progress("write", 0)
    save_doubtful(compared.doubtful, staged.folder)
    custody.write(people, staged.folder / SEALED)
    custody.keep(work.sources.digests)
    staged.commit(compared.delta, _event(report, work, options))
    return replace(report, written=True)


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


@dataclass(frozen=True)
class _Comparison:
    """A load beside what is stored: what the graph shall hold, how that differs, its records, and who may be one."""

    outcome: _Outcome
    delta: Delta
    counts: RecordCounts
    doubtful: pd.DataFrame

    @property
    def differs(self) -> bool:
        """Whether the graph or the ledger changes."""
        return bool(self.delta or self.counts.created or self.counts.updated or self.counts.withdrawn)


def _outcome(lock: WriteLock, work: Work, options: Options) -> _Outcome:
    add_lacking(work.facts, lock.session)
    facts, mappings = merge(work.facts, work.directory, lock.history)
    work.warnings += keep_counties(facts, lock.session)
    work.warnings += doubled_totals(facts, lock.session)
    work.warnings += [NOTHING_IN] if options.strict and work.issues and not options.dry_run else []
    show_all_titles(facts, lock.session)
    if options.only:
        about = (one for read in work.subjects.values() for one in renamed_subjects(read, mappings))
        check_homes(about, lock.session, options.only)
    withdrawn = retire_withdrawn(facts, lock.session)
    full = options.full
    if full is None or full.table == "service_records":
        return _Outcome(facts, mappings, withdrawn, [])
    subjects = renamed_subjects(work.subjects.get(full.table, []), mappings)
    delivered = {key for _, frame in subjects for key in frame["key"]}
    label = str(TABLES[full.table].subject)
    same, namesakes = mappings.get(label, {}), work.directory.namesakes.get(label)
    delivered |= {own for own, node in same.items() if node in delivered}  # what has a code now went by its name
    gone, kept, held = retire_missing(
        facts, full, delivered, work.delivered_badly, lock.session, lock.history,
        namesakes.of() if namesakes else {}, shrink=options.shrink,
    )  # fmt: skip
    return _Outcome(facts, mappings, [*withdrawn, *gone], kept, held)


def _derived(lock: WriteLock, work: Work, outcome: _Outcome, folder: Path) -> _Outcome:
    """Return the outcome with what follows from the records, those in ``folder`` among them."""
    files, fresh = record_files(lock.history.files(RECORDS), folder)
    new = set(work.directory.fresh["Organization"])
    basis = RecordBasis(files, fresh, outcome.mappings["Organization"], new, outcome.retired)
    add_derived(outcome.facts, lock.session, basis)
    return outcome


def _report(lock: WriteLock, work: Work, compared: _Comparison) -> LoadReport:
    outcome, delta = compared.outcome, compared.delta
    tallies = []
    for table in TABLES:
        if table in work.read:
            rejected = len({(i.file, i.sheet, i.row) for i in work.issues if i.table == table and not i.cell_only})
            subjects = renamed_subjects(work.subjects[table], outcome.mappings)
            records_ = compared.counts if TABLES[table].bulk else None
            tallies.append(tally(table, work.read[table], rejected, subjects, delta, records_))
    rejects = None
    if work.issues:
        rejects = write_rejects(work.sheets, work.issues, lock.store.home / "rejects", lock.load)
    return LoadReport(
        load=lock.load,
        tables=tuple(tallies),
        issues=tuple(work.issues),
        ignored=tuple(dict.fromkeys(f"{s.file}: {h}" for s in work.sheets for h in s.ignored)),
        rejects=rejects,
        delta=delta,
        warnings=tuple(map(in_number, _warnings(lock, work, compared))),
        gone=tuple(outcome.gone),
        kept=tuple(outcome.kept),
        held=tuple(outcome.held),
        notes=tuple(sorted(work.notes)),
        doubtful=len(compared.doubtful),
        names=names_of_moved(delta, outcome.facts),
    )


def _warnings(lock: WriteLock, work: Work, compared: _Comparison) -> Iterator[Text]:
    """Yield all that is to be said of a load."""
    yield from (warning for sheet in work.sheets for warning in sheet.warnings)
    yield from said(work)
    yield from work.warnings
    yield from unlike_sheets(work.facts, work.sheets)
    yield from compared.counts.said
    yield from second_windows(compared.outcome.facts, lock.session)
    yield from several_codes(work.directory, compared.delta)
    yield from among_nodes(compared.outcome.facts, compared.delta, lock.session)


def _recorded(lock: WriteLock, report: LoadReport, work: Work, options: Options) -> LoadReport:
    """Give a load that wrote nothing a number of its own and tell the journal of it, unless it was only asked for."""
    if report.written or options.dry_run:
        return report
    report = replace(report, load=lock.unwritten())
    event = _event(report, work, options)
    lock.journal.write(report.load, "read", listed=False, **event)
    lock.history.home.enter(JOURNAL, *(n for n in beside(event) if (lock.store.home / n).exists()))
    return report


def _event(report: LoadReport, work: Work, options: Options) -> Details:
    """Return what the journal keeps of a load: enough to tell it, to trace its rows and to do it again."""
    return {
        "kind": "load",
        "paths": work.sources.asked(),
        "files": work.sources.files(),
        "sheets": [[s.file, s.sheet] for s in work.sheets],
        "options": options.as_json(),
        "tables": [asdict(t) for t in report.tables],
        "delivered": [(*of, rows) for of, rows in work.delivered.items() if of[0]],
        "rejected": report.rejected,
        "told": bool(report.issues or report.notes or report.warnings or report.ignored),
        "rejects": report.rejects.name if report.rejects else None,
        "doubtful": report.doubtful,
        "sealed": not work.custody.refusal,
    }
