"""What a load gathers before it decides: the rows of every sheet as facts, and what is to be said of them."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from graph.delta import Facts, Spec
from graph.language import Text, about
from graph.places.gazetteer import places
from loaders.identify.directory import Directory
from loaders.keep.contacts import held
from loaders.keep.custody import Custody
from loaders.merge.full_delivery import FullDelivery, RejectedRows
from loaders.merge.newest_counts import NewestCounts
from loaders.merge.service_ledger import Ledger, records
from loaders.merge.totals_apart import totals_apart, without_rows
from loaders.merge.volume import Delivered
from loaders.parse.issues import RowIssue, of_whole_rows
from loaders.parse.quantities import slack
from loaders.parse.rows import parse
from loaders.read import Chunk, Sheet
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import REASON
from loaders.tables import Batch, Origin
from loaders.tables.base import place as place_number
from loaders.tables.base import place_of
from loaders.tables.held import unlike_levels, untitled
from loaders.tables.periods import leave_out_reversed, to_come
from loaders.tables.regional import reject_elsewhere
from loaders.tables.rejected import Rejected
from loaders.tables.repeated_counts import leave_out_older
from loaders.tables.repeated_rows import unlike
from loaders.tables.totals import is_part, leave_out_of_which, leave_out_totals
from loaders.write.report import RowNote

MENTIONED = ("Organization", "Enterprise", "Carrier", "Window")
"""Labels of what rows of other tables mention by name."""
ALONE = (*MENTIONED, "Resource", "Activity")
"""Labels of what one row tells of: a second row that differs is told."""
Progress = Callable[[str, int], None]
"""Called with what is being done and the number of rows done since the last call."""


def silent(_what: str, _rows: int) -> None:
    """Show no progress."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for cycles of garbage a hundred times less often: a load makes many objects and hardly a cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(100 * usual[0], *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


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
    only: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what the outcome depends on, as the journal keeps it."""
        return {
            **({"only": self.only} if self.only else {}),
            "origin": asdict(self.origin) if self.origin else None,
            "note": asdict(self.note) if self.note else None,
            "full": asdict(self.full) if self.full else None,
            "official": self.official,
        }


@dataclass(frozen=True)
class SourceFiles:
    """The paths that a load was given, and every file that it reads with the SHA-256 of its content.

    Below ``root`` lie copies, each under the path that it was first read from: these paths are told.
    """

    paths: list[Path]
    digests: dict[Path, str]
    root: Path = Path("/")

    def files(self) -> dict[str, str]:
        """Return the files as the journal keeps them."""
        return {self._told(path): digest for path, digest in self.digests.items()}

    def asked(self) -> list[str]:
        """Return the paths that were given, as the journal keeps them."""
        return [self._told(path) for path in self.paths]

    def _told(self, path: Path) -> str:
        return str("/" / path.relative_to(self.root))


@dataclass
class Work:
    """Everything a load gathers before it decides."""

    sources: SourceFiles
    sheets: list[Sheet]
    directory: Directory
    ledger: Ledger
    custody: Custody
    rejected: Rejected
    newest: NewestCounts
    facts: Facts = field(default_factory=Facts)
    issues: list[RowIssue] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    delivered: Delivered = field(default_factory=Counter)
    warnings: list[Text] = field(default_factory=list)
    subjects: dict[str, list[tuple[Spec, pd.DataFrame]]] = field(default_factory=dict)
    contacts: list[pd.DataFrame] = field(default_factory=list)
    held: list[pd.DataFrame] = field(default_factory=list)
    delivered_badly: RejectedRows = field(default_factory=RejectedRows)
    remarks: Counter[tuple[str, Text]] = field(default_factory=Counter)
    notes: list[RowNote] = field(default_factory=list)
    own: set[int] = field(default_factory=set)
    """Where amounts were read that are a prefecture's own, beside its counties'."""
    slacks: dict[int, float] = field(default_factory=dict)
    """By how much amounts may have been rounded, by where they were read."""


def names(directory: Directory) -> list[str]:
    """Return every name that rows may mention."""
    return [name for label in MENTIONED for name in directory.entities(label)["name"]]


def gather(work: Work, options: Options, progress: Progress) -> None:
    """Read every sheet and build the facts of its rows.

    Raises:
        FileUnreadable: a file is not what its name says.
    """
    for number, sheet in enumerate(work.sheets):
        name = sheet.table.name
        work.read.setdefault(name, 0)
        work.subjects.setdefault(name, [])
        for raw in sheet.chunks():
            batch, remarks = _parsed(work, sheet, number, raw, options)
            rows = len(raw) - _without_totals(work, batch, raw)
            _build(work, batch, raw, options)
            work.remarks.update({(sheet.where, text): times for text, times in remarks.items()})
            work.read[name] += rows
            if REASON not in sheet.header:  # corrected rows are no delivery
                work.delivered[sheet.sender, name] += rows
            _enter(work, batch, raw)
            progress(name, len(raw))
    _without_contradicted(work)


def _parsed(work: Work, sheet: Sheet, number: int, raw: Chunk, options: Options) -> tuple[Batch, Counter[Text]]:
    """Return the rows of a chunk of sheet ``number`` as they are read, and how often what is to be said of them."""
    rows, issues, remarks = parse(sheet, raw)
    origin = options.origin or sheet.origin or Origin()
    batch = Batch(
        sheet.table, sheet.file, sheet.sheet, rows, origin, work.directory, work.facts, issues, number=number,
        rejected=work.rejected,
    )  # fmt: skip
    return batch, remarks


def _build(work: Work, batch: Batch, raw: Chunk, options: Options) -> None:
    """Build the facts of the rows that are not rejected, and keep what is to be said of them."""
    _name_rejected(work, batch, raw)  # rows of one table may mention each other
    if options.only:
        reject_elsewhere(batch, options.only)
    leave_out_reversed(batch)
    work.remarks.update((batch.where, text) for text in (*to_come(batch), *unlike_levels(batch), *untitled(batch)))
    before = batch.rows
    batch.table.build(batch)
    if batch.table.subject in ALONE and (several := unlike(batch, before)):
        work.remarks[batch.where, several] += 1
    _name_rejected(work, batch, raw)
    if options.full and options.full.table == batch.table.name:
        work.delivered_badly.add(batch, raw)


def _enter(work: Work, batch: Batch, raw: Chunk) -> None:
    """Enter what came of a chunk in the account of the load."""
    work.issues += of_whole_rows(batch.issues)
    work.subjects[batch.table.name] += batch.subjects
    work.contacts += batch.contacts
    work.held += held(batch, raw)
    if batch.table.bulk:
        work.ledger.stage(records(batch))


def _without_totals(work: Work, batch: Batch, raw: Chunk) -> int:
    """Keep the notes of a chunk for the report; return how many of its rows turned out to be totals of others."""
    place = (batch.table.name, batch.file, batch.sheet)
    work.notes += [RowNote(*place, *note) for note in raw.notes]
    if batch.table.sums is None or "region" not in raw.columns:
        return 0
    written = pd.Series(raw.columns["region"].to_pylist(), index=raw.numbers)
    own = written.index[[is_part(text) for text in written]]
    work.own.update(place_number(own, batch.number).tolist())
    parts = leave_out_of_which(batch, written, raw.among)
    work.notes += [RowNote(*place, row, "figure", written[row].strip()) for row in parts]
    amounts = zip(raw.numbers.tolist(), raw.columns[batch.table.sums].to_pylist(), strict=True)
    slacks = {row: by for row, text in amounts if (by := slack(text))}
    work.slacks |= zip(place_number(pd.Index(slacks), batch.number).tolist(), slacks.values(), strict=True)
    totals, said = leave_out_totals(batch, written.drop(index=parts), raw.among, slacks)
    work.notes += [RowNote(*place, row, "explained_total", written[row].strip()) for row in totals]
    for text in said:
        work.remarks[batch.where, text] += 1
    older = leave_out_older(batch, written)
    work.notes += [RowNote(*place, row, "older_count", written[row].strip()) for row in older]
    work.remarks.update((batch.where, text) for text in work.newest.leave_out_older(batch, written))
    return len(parts) + len(totals) + len(older)


def _without_contradicted(work: Work) -> None:
    """Leave out counts for what other sheets say: totals, which are noted, and two of one place, which are refused."""
    refused = work.newest.contradicted
    without_rows(work.facts, refused)
    for number, (_, amount, error) in refused.items():
        of, row = _where(work, number)
        place = (of.table.name, of.file, of.sheet, row)
        work.issues.append(RowIssue(*place, of.table.column("count").zh, f"{amount:g}", error.reason))
    totals = totals_apart(work.facts, work.own, work.slacks)
    without_rows(work.facts, totals)
    for number, key in totals.items():
        of, row = _where(work, number)
        named = places()[key.partition("-")[0]].full_name
        work.notes.append(RowNote(of.table.name, of.file, of.sheet, row, "explained_total", named))
        work.read[of.table.name] -= 1
        work.delivered[of.sender, of.table.name] -= REASON not in of.header
    left = Counter([*totals.values(), *(key for key, *_ in refused.values())])
    for name in {_where(work, number)[0].table.name for number in (*totals, *refused)}:
        work.subjects[name] = [(spec, _less(frame, left)) for spec, frame in work.subjects[name]]


def _where(work: Work, number: int) -> tuple[Sheet, int]:
    sheet, row = place_of(number)
    return work.sheets[sheet], row


def _less(subjects: pd.DataFrame, left: Counter[str]) -> pd.DataFrame:
    """Return the subjects of rows without those that are left out; of a key that stays, one for each row that does."""
    again = subjects.groupby("key").cumcount()
    kept = again >= subjects["key"].map(left)
    left.subtract(subjects["key"][~kept])
    return subjects[kept]


def _name_rejected(work: Work, batch: Batch, raw: Chunk) -> None:
    """Keep the names of rejected rows, so that what mentions them says which row to mend."""
    bad = {issue.row: issue for issue in batch.issues if not issue.cell_only}
    naming = batch.table.naming
    if bad and naming and batch.table.subject in MENTIONED and naming in raw.columns:
        for row, texts in raw.rows(set(bad)):
            work.rejected.add(texts[naming], bad[row])


def said(work: Work) -> Iterator[Text]:
    """Yield how cells were understood, each word once a sheet."""
    for (where, text), times in work.remarks.items():
        yield about(where, Text(*(part.replace("{n}", str(times)) for part in text)))
