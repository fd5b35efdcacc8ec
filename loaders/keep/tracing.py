"""The history of one fact: who stated what, when, in which file, sheet and row."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graph import schema
from graph.delta import PLACE, Spec
from graph.errors import NotFound
from graph.language import Text
from graph.schema import NodeSpec, stated
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.identify.known import LEGAL
from loaders.identify.resolver import Resolver, decisions
from loaders.keep.events import Details, LoadEvent
from loaders.keep.history import History, read_rows
from loaders.keep.journal import Journal
from loaders.merge.service_ledger import RECORDS
from loaders.merge.statements import RETIRED, slug
from loaders.tables.base import place_of

RECORD = "ServiceRecord"
"""What a row of the service ledger is called here; it is no node of the graph."""
_HIDDEN = {"key", "from_key", "to_key", PLACE.name, RETIRED.name, "source", "verification", "data_class", "place", "id"}


@dataclass(frozen=True)
class Statement:
    """One statement about a thing: ``fields`` as stated, ``changes`` against the one before (field -> old, new)."""

    load: str
    at: str
    file: str
    sheet: str
    row: int | None
    source: str
    verification: str
    data_class: str
    what: str
    key: str
    fields: dict[str, Any]
    changes: dict[str, tuple[Any, Any]]
    retired: bool


def trace(store: Store, key: str) -> list[Statement]:
    """Return everything that was stated about a node or a service record, oldest first.

    ``key`` is the key of a node, one that was merged into it, its name, or the id of a service record. Statements of
    relationships count where the thing itself states them.

    Raises:
        NotFound: nothing was ever stated under that key.
    """
    history = History(store.home)
    loads = {e["load"]: e for e in Journal(store.home).loads()}
    found: list[Statement] = []
    keys = set().union(*(_clusters(history, one) for one in {key, *_named(history, key)}))
    for name in (*(slug(s) for s in _specs()), RECORDS):
        for file in history.files(name):
            found += _statements(Path(file), name, keys, loads)
    if not found:
        raise NotFound(kind=Text("事实", "fact"), key=key)
    # Within a load the more official statement counts, then the later one, as in graph.comparison.
    in_order = sorted(found, key=lambda s: (s.load, s.what, _rank(s), s.row or 0))
    return _compared(in_order, {name for name, event in loads.items() if event.get("options", {}).get("official")})


def newest(
    store: Store, keys: Collection[str], until: int, among: Collection[Spec] | None = None
) -> dict[str, Statement]:
    """Return the latest statement of each thing, by key, up to a graph version; nothing of what was never stated.

    Without ``among`` a key may be that of anything.
    """
    history = History(store.home)
    loads = {e["load"]: e for e in Journal(store.home).loads()}
    found: dict[str, Statement] = {}
    for spec in (among or _specs()) if keys else ():
        for file in map(Path, history.files(slug(spec))):
            if file.parent.name > f"load-{until:06d}":
                continue
            for one in _statements(file, slug(spec), set(keys), loads):
                if one.key not in found or found[one.key].load <= one.load:
                    found[one.key] = one
    return found


def _rank(statement: Statement) -> int:
    """Return how official a statement is: the vocabulary lists the most official first."""
    ids = vocabulary("verifications").ids
    return len(ids) - ids.index(statement.verification) if statement.verification in ids else 0


def _specs() -> Iterator[Spec]:
    yield from filter(stated, schema.nodes().values())
    yield from (spec for spec in schema.relationships().values() if stated(spec) and spec.owner_column)


def _named(history: History, name: str) -> set[str]:
    """Return the keys of all nodes that were ever stated under a name."""
    files = [file for spec in _specs() if isinstance(spec, NodeSpec) for file in history.files(slug(spec))]
    tables = (read_rows(file, columns=["key"], filters=[("name", "=", name)]) for file in files)
    return {key for table in tables for key in table["key"].to_pylist()}


def _clusters(history: History, key: str) -> set[str]:
    decided = decisions(history)
    return {key}.union(*(Resolver(label, decided).cluster(key) for label in LEGAL))


def _statements(path: Path, name: str, keys: set[str], loads: dict[str, LoadEvent]) -> Iterator[Statement]:
    column, what = _owner(name)
    rows = read_rows(path, filters=[(column, "in", list(keys))])
    event: LoadEvent | Details = loads.get(path.parent.name, Details())
    for row in rows.to_pylist():
        place = row.get(PLACE.name, row.get("place"))
        sheet, number = place_of(place) if place is not None else (None, None)
        file, page = event["sheets"][sheet] if sheet is not None and "sheets" in event else ("", "")
        fields = {k: v for k, v in row.items() if k not in _HIDDEN and v is not None}
        other = "to_key" if column == "from_key" else "from_key"
        if other in row:
            fields[what] = row[other]
        yield Statement(
            load=path.parent.name,
            at=str(event.get("begun", event.get("at", ""))),
            file=file,
            sheet=page,
            row=number,
            source=row["source"] or "",
            verification=row["verification"] or "",
            data_class=row["data_class"] or "",
            what=what,
            key=row[column],
            fields=fields,
            changes={},
            retired=bool(row.get(RETIRED.name)),
        )


def _owner(name: str) -> tuple[str, str]:
    """Return the column that holds the key, and what the file's rows are."""
    if name == RECORDS:
        return "id", RECORD
    spec = next(s for s in _specs() if slug(s) == name)
    if isinstance(spec, NodeSpec):
        return "key", spec.name
    return str(spec.owner_column), spec.type


def _compared(found: list[Statement], official: set[str]) -> list[Statement]:
    """Fill in what each statement of the thing itself changed.

    In the loads named by ``official`` one that is verified less well than what was known only adds what was not.
    """
    known: dict[str, Any] = {}
    rank = 0
    result = []
    for one in found:
        itself = one.what in schema.nodes() or one.what == RECORD
        yields = one.load in official and _rank(one) < rank
        counting = {k: v for k, v in one.fields.items() if itself and not (yields and k in known)}
        changes = {k: (known.get(k), v) for k, v in counting.items() if known.get(k) != v}
        known |= counting
        if itself and not yields:
            rank = _rank(one)
        result.append(replace(one, changes=changes))
    return result
