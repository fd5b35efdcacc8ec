"""What a load says of itself: its ledger, what it changes field by field, what is in conflict or left to decide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from graph.comparison import ABOUT
from graph.delta import Change, Delta, Facts, Spec, key_of
from graph.language import Text
from graph.schema import NodeSpec, stated
from loaders.merge.derived import COUNTED
from loaders.parse.issues import RowIssue
from loaders.write.tally import TableTally


class FieldChange(NamedTuple):
    """One field of one node or relationship that a load changes, with who said the old and the new value."""

    what: str
    key: str
    name: str
    field: str
    old: object
    new: object
    old_source: str | None
    new_source: str | None

    @property
    def conflict(self) -> bool:
        """Tell whether two sources disagree: both statements are kept, the new one shows. More is no other."""
        lists = isinstance(self.old, list) and isinstance(self.new, list)
        more = lists and set(self.old) <= set(self.new)  # type: ignore[call-overload]
        return self.old is not None and self.old_source != self.new_source and self.field not in ABOUT and not more


class Fate(NamedTuple):
    """A node or relationship that comes or goes."""

    what: str
    key: str
    name: str


class Held(NamedTuple):
    """Something that a full delivery does not retire, as a rejected row is about it."""

    what: str
    key: str
    name: str
    file: str
    sheet: str
    row: int


class RowNote(NamedTuple):
    """A row that is no data and was left out: a total, a footnote, an example (``kind`` as in ``row_notes.yml``)."""

    table: str
    file: str
    sheet: str
    row: int
    kind: str
    text: str


@dataclass(frozen=True)
class LoadReport:
    """What a load did; ``rejects`` is the workbook of rejected rows, None where every row was good.

    ``delta`` is None for a load that was recognised as the last one come again.
    """

    load: str
    tables: tuple[TableTally, ...]
    issues: tuple[RowIssue, ...] = ()
    ignored: tuple[str, ...] = ()
    rejects: Path | None = None
    written: bool = False
    delta: Delta | None = None
    warnings: tuple[Text, ...] = ()
    gone: tuple[Fate, ...] = ()
    kept: tuple[Fate, ...] = ()
    held: tuple[Held, ...] = ()
    notes: tuple[RowNote, ...] = ()
    doubtful: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of what has other relationships now, by key."""

    @property
    def rejected(self) -> int:
        """Rows rejected in all tables."""
        return sum(t.rejected for t in self.tables)

    @property
    def cells(self) -> int:
        """Cells left out of rows that are in."""
        return sum(issue.cell_only for issue in self.issues)

    @property
    def created(self) -> int:
        """Nodes and relationships created."""
        return self.delta.created if self.delta else 0

    @property
    def changed(self) -> int:
        """Nodes and relationships changed."""
        return self.delta.changed if self.delta else 0

    @property
    def retired(self) -> int:
        """Nodes and relationships retired."""
        return self.delta.retired if self.delta else 0

    def changes(self) -> Iterator[FieldChange]:
        """Yield every field that changes."""
        for change in self.delta.changes if self.delta else ():
            yield from _changed(change, self.names)

    @property
    def conflicts(self) -> list[FieldChange]:
        """Return the fields in which two sources disagree: ``new`` shows, ``old`` is kept and does not.

        About what the program itself sums and counts none can: there the numbers are of all sources together.
        """
        changes = [c for c in (self.delta.changes if self.delta is not None else ()) if _is_said(c.spec)]
        outdone = (field for c in changes for field in field_changes(c.spec, c.outdone, c.shown))
        found = (field for change in changes for field in _changed(change, self.names))
        return [field for field in chain(found, outdone) if field.conflict and field.new is not None]


def _is_said(spec: Spec) -> bool:
    """Tell whether rows of a spec hold what sources say, and nothing of ours."""
    return stated(spec) and (isinstance(spec, NodeSpec) or spec.type not in COUNTED)


def _changed(change: Change, names: Mapping[str, str]) -> Iterator[FieldChange]:
    yield from field_changes(change.spec, change.replaced, change.changed)
    yield from _moved(change, names)


def names_of_moved(delta: Delta, facts: Facts) -> dict[str, str]:
    """Return the names, as a load states them, of what has other relationships by it, by key."""
    owners = {
        key
        for change in delta.changes
        if not isinstance(change.spec, NodeSpec) and change.spec.owner_column and len(change.retired)
        for key in change.retired[change.spec.owner_column].to_pylist()
    }
    found: dict[str, str] = {}
    for spec, rows in facts.tables.items():
        if owners and isinstance(spec, NodeSpec):
            moved = rows.filter(pc.is_in(rows["key"], pa.array(sorted(owners), pa.string())))
            found |= zip(moved["key"].to_pylist(), moved["name"].to_pylist(), strict=True)
    return found


def field_changes(spec: Spec, old: pa.Table, new: pa.Table) -> Iterator[FieldChange]:
    """Yield the fields in which rows of the same identities, in the same order, differ."""
    names = old["name"].to_pylist() if isinstance(spec, NodeSpec) else [""] * len(old)
    keys = identities(spec, old)
    what = spec.name if isinstance(spec, NodeSpec) else spec.type
    sources = old["source"].to_pylist(), new["source"].to_pylist()
    for column in spec.arrow.names:
        if column in key_of(spec):
            continue
        before, after = old[column].to_pylist(), new[column].to_pylist()
        for at in (at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b):
            yield FieldChange(what, keys[at], names[at], column, before[at], after[at], sources[0][at], sources[1][at])


def _moved(change: Change, names: Mapping[str, str]) -> Iterator[FieldChange]:
    """Yield what owners say otherwise of their relationships, such as another region: each old end with a new one."""
    spec = change.spec
    if isinstance(spec, NodeSpec) or spec.owner_column is None or not len(change.retired):
        return
    label, other = (spec.source, "to_key") if spec.owner == "source" else (spec.target, "from_key")
    old, new = (_ends(rows, spec.owner_column, other) for rows in (change.retired, change.created))
    for key in sorted(old):
        for before, after in zip_longest(old[key], new.get(key, [])):
            yield FieldChange(label, key, names.get(key) or key, spec.type, before, after, None, None)


def _ends(rows: pa.Table, owner: str, other: str) -> dict[str, list[str]]:
    ends: dict[str, list[str]] = {}
    for key, end in zip(rows[owner].to_pylist(), rows[other].to_pylist(), strict=True):
        ends.setdefault(key, []).append(end)
    return ends


def identities(spec: Spec, rows: pa.Table) -> list[str]:
    """Return each row's identity as one text: a node's key, or both ends of a relationship."""
    columns = [pc.cast(rows[c], pa.string()).to_pylist() for c in key_of(spec)]
    return [" → ".join(c or "" for c in parts) for parts in zip(*columns, strict=True)] if len(rows) else []
