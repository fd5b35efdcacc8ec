"""A full delivery: what a table no longer holds of a region is retired."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import Facts
from graph.errors import BadParameter, DeliveryShrunk, ShuniuError
from graph.language import Text
from graph.places.gazetteer import PROVINCE, chain, division, places, region
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores.base import Query, ReadSession
from graph.vocabulary import fold
from loaders.identify.matching import plain_name
from loaders.keep.history import History
from loaders.merge.statements import first_statements
from loaders.merge.volume import LEAST
from loaders.read import Chunk
from loaders.read.rows.renamed import names_said
from loaders.tables import TABLES, Batch
from loaders.tables.scopes import WHOLE_PROVINCE
from loaders.tables.totals import is_part
from loaders.write.report import Fate, Held


class RowPlace(NamedTuple):
    """Where a row stands."""

    file: str
    sheet: str
    row: int


_COLUMNS = {"key": str, "name": str, "region": str}
STANDING = {
    "Organization": Query(
        "MATCH (n:Organization)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region",
        _COLUMNS,
    ),
    "Window": Query(
        "MATCH (n:Window)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region", _COLUMNS
    ),
    "Carrier": Query(
        "MATCH (n:Carrier)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region", _COLUMNS
    ),
    "Enterprise": Query(
        "MATCH (n:Enterprise)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region", _COLUMNS
    ),
    "EnterpriseCount": Query(
        "MATCH (n:EnterpriseCount)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region",
        _COLUMNS,
    ),
    "Need": Query(
        "MATCH (n:Need)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region", _COLUMNS
    ),
    "Activity": Query(
        "MATCH (n:Activity)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region", _COLUMNS
    ),
    "Resource": Query(
        "MATCH (o:Organization)-[:PROVIDES]->(n:Resource) OPTIONAL MATCH (c:Carrier)-[:HOSTS]->(n) "
        "OPTIONAL MATCH (c)-[:LOCATED_IN]->(h:Region) OPTIONAL MATCH (o)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, coalesce(h.key, r.key) AS region",
        _COLUMNS,
    ),
}


GOING = ("HOLDS", "ADDRESSED_TO", "DELIVERED_THROUGH")
"""Relationships that hold nothing where it is: they go with what they point to, or from."""

PART = Text(
    "只是{place}的一部分：会停用{place}别处的全部。完整交付以区县、市州或全省为单位，请交付{place}的全部，"
    "或不写 --replace",
    "is a part of {place}: all the rest of {place} would be retired. Deliver the whole of a county, prefecture or the"
    " province, or leave --replace out",
)


@dataclass(frozen=True)
class FullDelivery:
    """That the files hold everything of one table in one region (GB/T 2260 code; the province for all)."""

    table: str
    region: str

    def covers(self, region: str) -> bool:
        """Tell whether a place lies in the region."""
        return bool(region) and region.startswith(prefix(self.region))


def full_delivery(table: str, region: str) -> FullDelivery:
    """Return a full delivery of a table, of a whole division by code or name.

    Raises:
        BadParameter: the table has no region by which its rows could be told to be all, or the region is a part of a
            division, such as a zone: what else lies there would be retired.
        UnknownRegion, AmbiguousRegion: it is no division, or may be several.
    """
    if table != "service_records" and (table not in TABLES or not TABLES[table].subject):
        fit = "、".join(f"{t.label.zh} {t.name}" for t in TABLES.values() if t.subject or t.bulk)
        raise BadParameter(name="replace (--replace)", value=table, reason=Text(f"可用：{fit}", f"one of: {fit}"))
    code = PROVINCE if fold(region) in WHOLE_PROVINCE else division(region)
    if is_part(region):
        place = places()[code].full_name
        reason = Text(*(text.format(place=place) for text in PART))
        raise BadParameter(name="complete_for (--for)", value=region, reason=reason)
    return FullDelivery(table, code)


def prefix(region: str) -> str:
    """Return the beginning that the codes of all places in a region have in common."""
    return region[:2] if region == PROVINCE else region[:4] if region.endswith("00") else region


@dataclass
class RejectedRows:
    """The rejected rows of a full delivery, by what they may be known again: they were delivered, if badly.

    ``said`` has the place of the first row in which a text stands; ``nameless`` are the rows that do not say what they
    are about, so that it may be anything that is missing.
    """

    said: dict[str, RowPlace] = field(default_factory=dict)
    counted: dict[tuple[str | None, str | None], RowPlace] = field(default_factory=dict)
    nameless: list[RowPlace] = field(default_factory=list)

    def add(self, batch: Batch, raw: Chunk) -> None:
        """Take in the rejected rows of a batch."""
        bad = {issue.row: issue for issue in batch.issues if not issue.cell_only}
        naming = batch.table.naming
        unnamed = {i.row for i in batch.issues if naming and i.column == batch.table.column(naming).zh and not i.value}
        for row, cells in raw.originals(set(bad)):
            place = RowPlace(batch.file, batch.sheet, row)
            texts = {plain_name(name) for text in cells if text.strip() for name in names_said(text)}
            for text in texts:
                self.said.setdefault(text, place)
            if row in unnamed or not texts:
                self.nameless.append(place)
        if naming is None:
            understood = {row: (said["region"], said["chain"]) for row, said in raw.rows(set(bad))}
            for row, cells in raw.originals(set(bad)):
                of = (pair[:1], pair[1:]) if (pair := understood.get(row)) else ((*cells, *_pairs(cells)), cells)
                for about in product(_codes(region, of[0]), _codes(chain, of[1])):
                    self.counted.setdefault(about, RowPlace(batch.file, batch.sheet, row))

    def place_of(self, label: str, key: str, name: str) -> RowPlace | None:
        """Return the rejected row that is about something standing, None if there is none."""
        if label == "EnterpriseCount":
            code, _, of = key.partition("-")
            asked = ((code, of), (code, None), (None, of), (None, None))
            return next((self.counted[a] for a in asked if a in self.counted), None)
        found = self.said.get(plain_name(name)) or self.said.get(plain_name(key))
        return found or next(iter(self.nameless), None)


def _codes(resolve: Callable[[str], str], texts: Iterable[str]) -> set[str | None]:
    """Return what some texts mean; nothing known where they mean nothing. Of a misfit any cell may be the one."""
    found: set[str | None] = set()
    for text in texts:
        with suppress(ShuniuError):
            found.add(resolve(text))
    return found or {None}


def _pairs(cells: Sequence[str]) -> Iterator[str]:
    """Yield cells that stand side by side as one text: a prefecture's and its county's."""
    return (above.strip() + below.strip() for above, below in pairwise(cells))


def retire_missing(  # noqa: PLR0913 one parameter a party
    facts: Facts, full: FullDelivery, delivered: set[str], rejected: RejectedRows, session: ReadSession,
    history: History, alike: Mapping[str, str], *, shrink: bool,
) -> tuple[list[Fate], list[Fate], list[Held]]:  # fmt: skip
    """Retire in ``facts`` what stands in the region and was not delivered.

    Return what is retired, what is kept and what is held. What others still refer to is kept: a window that carriers
    report to, an organisation that provides resources. What a rejected row is about is held: it was delivered. What
    the reference data brought is none of the sender's. ``alike`` is, of each key, that of rows of its name alone.

    Raises:
        DeliveryShrunk: much less was delivered than stands, and that is not said to be right.
    """
    label = str(TABLES[full.table].subject)
    rows = session.table(STANDING[label]).to_pylist()
    ours = set(first_statements(schema.nodes()[label], history))
    here = (row for row in rows if row["key"] not in ours and full.covers(row["region"] or ""))
    standing = {row["key"]: row["name"] for row in here}
    missing = set(standing) - delivered
    held = {key: place for key in missing if (place := rejected.place_of(label, key, standing[key]))}
    missing -= set(held)
    check_standing(full, len(standing), len(standing) - len(missing), shrink=shrink)
    kept = referred(label, missing, session, facts)
    gone = missing - kept
    _take_out(facts, schema.nodes()[label], gone, {alike[key] for key in gone & alike.keys()} - delivered, session)
    return (
        [Fate(label, k, standing[k]) for k in sorted(gone)],
        [Fate(label, k, standing[k]) for k in sorted(kept)],
        [Held(label, k, standing[k], *held[k]) for k in sorted(held)],
    )


def _take_out(facts: Facts, spec: NodeSpec, gone: set[str], bare: set[str], session: ReadSession) -> None:
    """Leave no row of what is gone: another that has its name now brought back what was said of it.

    So did it of the rows of that ``bare`` name, which are no node of their own.
    """
    nodes = set(session.nodes(spec, pa.array(sorted(bare), pa.string()))["key"].to_pylist())
    left = pa.array(sorted(gone | (bare - nodes)), pa.string())
    facts.whole.setdefault(spec.name, set()).update(left.to_pylist())
    for of, rows in facts.tables.items():
        ends = {"key": of.name} if isinstance(of, NodeSpec) else {"from_key": of.source, "to_key": of.target}
        for end in (end for end, label in ends.items() if label == spec.name):
            rows = rows.filter(pc.invert(pc.is_in(rows[end], left)))  # noqa: PLW2901 one end after the other
        facts.tables[of] = rows


def check_standing(full: FullDelivery, standing: int, left: int, *, shrink: bool) -> None:
    """Refuse a full delivery that holds much less than what stands.

    Raises:
        DeliveryShrunk: it does, and that is not said to be right.
    """
    if not shrink and left < LEAST * standing:
        place = places()[full.region].full_name
        raise DeliveryShrunk(table=TABLES[full.table].label, place=place, stored=standing, delivered=left)


def referred(label: str, missing: set[str], session: ReadSession, facts: Facts | None = None) -> set[str]:
    """Return those of ``missing`` to which a row of something else, itself not missing, refers, stored or in ``facts``.

    A title that somebody holds is their own, and goes with them.
    """
    referring: list[tuple[str, str, bool]] = []
    keys = pa.array(sorted(missing), pa.string())
    for spec in (s for s in schema.relationships().values() if s.type not in GOING):
        for end, other, theirs in _ends_of_others(spec, label):
            found = [session.relationships(spec, end, keys)]
            if facts and (rows := facts.tables.get(spec)) is not None:
                found.append(rows.filter(pc.is_in(rows[end], keys)))
            referring += [
                (here, there, theirs == label)
                for some in found
                for here, there in zip(some[end].to_pylist(), some[other].to_pylist(), strict=True)
            ]
    kept: set[str] = set()
    while True:
        more = {here for here, there, same in referring if not (same and there in missing - kept)} - kept
        if not more:
            return kept
        kept |= more


def _ends_of_others(spec: RelationshipSpec, label: str) -> list[tuple[str, str, str]]:
    """Return (end, other end, its label) of a relationship where ``label`` stands at an end that does not own it."""
    ends = []
    if spec.source == label and spec.owner != "source":
        ends.append(("from_key", "to_key", spec.target))
    if spec.target == label and spec.owner != "target":
        ends.append(("to_key", "from_key", spec.source))
    return ends
