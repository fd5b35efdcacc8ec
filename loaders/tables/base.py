"""What an input table is: its columns, and the way from typed rows to facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from graph import schema
from graph.delta import Facts, Spec
from graph.language import Text
from loaders.identify.directory import Directory, Nobody
from loaders.parse.cells import is_name
from loaders.parse.issues import RowIssue
from loaders.tables.columns import Column
from loaders.tables.rejected import Rejected

INVENTED = "示例"
"""Names carrying this mark are synthetic, whatever their sender says."""


@dataclass(frozen=True)
class Origin:
    """What a delivery says of itself; goes with every fact."""

    source: str = "用户提交"
    verification: str = "user_supplied"
    data_class: str = "REAL"


@dataclass
class Batch:
    """Rows of one table from one file on their way to facts.

    ``rows`` is indexed by the row numbers of the file; a row that is rejected leaves it at once. ``subjects``
    is what the rows are about: identities in the graph, one a row, by which the ledger counts. ``number`` is that of
    the sheet among those of the load.
    """

    table: "Table"
    file: str
    sheet: str
    rows: pd.DataFrame
    origin: Origin
    directory: Directory
    facts: Facts
    issues: list[RowIssue] = field(default_factory=list)
    subjects: list[tuple[Spec, pd.DataFrame]] = field(default_factory=list)
    number: int = 0
    contacts: list[pd.DataFrame] = field(default_factory=list)
    rejected: Rejected = field(default_factory=Rejected)

    @property
    def where(self) -> str:
        """File and sheet for messages."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file

    def reject(self, reasons: pd.Series, column: str) -> None:
        """Reject the rows that have a reason (a CellError) in ``reasons``; of a column nobody needs, their cells."""
        bad = reasons.dropna()
        if bad.empty:
            return
        declared = self.table.column(column)
        for row, error in bad.items():
            place = (self.table.name, self.file, self.sheet, int(row))  # type: ignore[call-overload]
            value = str(self.rows.at[row, column])
            reason = self.rejected.explain(value, error) if isinstance(error, Nobody) else error.reason
            self.issues.append(RowIssue(*place, declared.zh, value, reason, cell_only=not declared.needed))
        if declared.needed:
            self.rows = self.rows.drop(index=bad.index)
        else:
            self.rows = self.rows.assign(**{column: self.rows[column].mask(self.rows.index.isin(bad.index), None)})

    def resolve(
        self, column: str, labels: tuple[str, ...], near: pd.Series | None = None, days: pd.Series | None = None
    ) -> pd.DataFrame:
        """Return ``label`` and ``key`` of the things that a column mentions, rejecting rows that mention nobody known.

        ``days`` say when it had the name that is meant. Rows without a mention have neither. The result is aligned with
        the rows that are left.
        """
        found = self.directory.find(labels, self.rows[column], near, days)
        self.reject(found["error"], column)
        return found.loc[self.rows.index, ["label", "key"]]

    def mention(self, column: str, regions: pd.Series) -> pd.Series:
        """Return the keys of organisations that a column mentions.

        One that no table lists is entered from the mention, as merely mentioned, in the place that ``regions``
        gives; without a place, or where the mention is a code or no name, the row is rejected.
        """
        found = self.directory.find(("Organization",), self.rows[column], near=regions)
        pairs = zip(found["error"], self.rows[column], strict=True)
        unlisted = [isinstance(error, Nobody) and is_name(mention) for error, mention in pairs]
        stranger = pd.Series(unlisted, index=found.index, dtype=bool) & regions.reindex(found.index).notna()
        names, homes = self.rows.loc[stranger, column], regions.reindex(found.index)[stranger]
        keys = self.directory.identify("Organization", names, homes)
        if len(keys):
            self.node("Organization", keys, names, mentioned=True)
            self.link("LOCATED_IN", "Organization", "Region", keys, homes)
        self.reject(found["error"].mask(stranger), column)
        return found["key"].where(~stranger, keys.reindex(found.index)).loc[self.rows.index]

    def about(self, label: str, keys: pd.Series) -> None:
        """Say which nodes the rows are about."""
        self.subjects.append((schema.nodes()[label], pd.DataFrame({"key": keys})))

    def about_relationship(self, type_: str, source: str, target: str, identity: pd.DataFrame) -> None:
        """Say which relationships the rows are about; columns as in the spec's ``key``."""
        self.subjects.append((schema.relationships()[type_, source, target], identity))

    def provenance(self, rows: pd.DataFrame, names: pd.Series | None = None) -> dict[str, Any]:
        """Return source, verification and data_class of rows; a name with the mark of invention makes synthetic."""
        stated = next((rows[c.name] for c in self.table.columns if c.provenance), None)
        source = stated.fillna(self.origin.source) if stated is not None else self.origin.source
        data_class: Any = self.origin.data_class
        if names is not None:
            invented = names.astype("str").str.contains(INVENTED, regex=False)
            data_class = np.where(invented, "SYNTHETIC", self.origin.data_class)
        return {"source": source, "verification": self.origin.verification, "data_class": data_class}

    def node(self, label: str, keys: pd.Series, names: pd.Series, **columns: Any) -> None:
        """Add nodes, one for each row of ``keys``."""
        rows = self.rows.loc[keys.index]
        if label in self.directory.namesakes:
            of = self.directory.namesakes[label].of()
            columns["namesake"] = pd.Series([of.get(key) for key in keys], index=keys.index, dtype=object)
        frame = pd.DataFrame({"key": keys, "name": names, **columns, **self.provenance(rows, names)})
        add(self.facts, schema.nodes()[label], frame, self.number)

    def link(
        self, type_: str, source: str, target: str, from_keys: pd.Series, to_keys: pd.Series, **columns: Any
    ) -> None:
        """Add relationships between rows' keys; a cell of several targets (a tuple) makes several."""
        frame = pd.DataFrame({"from_key": from_keys, "to_key": to_keys, **columns})
        frame = frame.dropna(subset=["from_key", "to_key"])
        if frame.empty:
            return
        names = self.rows.loc[frame.index, self.table.naming] if self.table.naming else None
        origin = pd.DataFrame(self.provenance(self.rows.loc[frame.index], names), index=frame.index)
        frame = frame.join(origin)
        if tuple in set(map(type, frame["to_key"])):
            frame = frame.explode("to_key")
        add(self.facts, schema.relationships()[type_, source, target], frame, self.number)

    def contact(self, label: str, keys: pd.Series) -> None:
        """Keep the people named in the rows apart from the facts."""
        personal = [c.name for c in self.table.columns if c.personal]
        people = self.rows.loc[keys.index, personal].dropna(how="all")
        if len(people):
            known = pd.DataFrame({"label": label, "key": keys, "name": self.rows["name"]}).loc[people.index]
            self.contacts.append(known.join(people).assign(place=place(people.index, self.number)))


SHEET_BITS = 32


def place(rows: pd.Index, sheet: int) -> NDArray[np.int64]:
    """Return where rows stand, as one number each: the sheet's and the row's."""
    return rows.to_numpy(dtype=np.int64) + (sheet << SHEET_BITS)


def place_of(number: int) -> tuple[int, int]:
    """Return sheet and row of a place."""
    return number >> SHEET_BITS, number & ((1 << SHEET_BITS) - 1)


def add(facts: Facts, spec: Spec, frame: pd.DataFrame, sheet: int | None = None) -> None:
    """Add a frame whose columns are named as the spec's; NaN and None are null. In a ``sheet`` its index is the row."""
    arrays, names = [], []
    for column in spec.arrow:
        if column.name in frame:
            arrays.append(arrow_array(frame[column.name], column.type))
            names.append(column.name)
    facts.add(spec, pa.table(arrays, names=names), None if sheet is None else pa.array(place(frame.index, sheet)))


def factorized(values: list[Any]) -> tuple[NDArray[np.intp], list[Any]]:
    """Return of each value where it stands among the distinct ones, and these; they may be tuples."""
    places_: dict[Any, int] = {}
    at = [places_.setdefault(value, len(places_)) for value in values]
    return np.array(at, dtype=np.intp), list(places_)


def taken(values: Sequence[Any], at: NDArray[np.intp]) -> NDArray[np.object_]:
    """Return the values at some places as an array of objects."""
    distinct = np.empty(len(values), dtype=object)
    distinct[:] = values
    return distinct[at]


def arrow_array(values: "pd.Series[Any]", type_: pa.DataType) -> pa.Array:
    """Return a column as Arrow, tuples as lists, missing values as null."""
    if values.dtype != object:
        return pa.Array.from_pandas(values).cast(type_)
    if not pa.types.is_list(type_):
        return pa.array(values, type=type_, from_pandas=True)
    # Each distinct value is converted once; −1 stands for missing.
    codes, distinct = pd.factorize(values)
    plain = pa.array([list(v) if isinstance(v, tuple) else v for v in distinct], type=type_)
    return plain.take(pa.array(codes, mask=codes < 0))


Build = Callable[[Batch], None]


@dataclass(frozen=True)
class Table:
    """An input table of the contract."""

    name: str
    label: Text
    columns: tuple[Column, ...]
    build: Build
    note: Text
    naming: str | None = "name"
    """Column whose text names the row's subject."""
    aliases: tuple[str, ...] = ()
    examples: tuple[dict[str, str], ...] = ()
    bulk: bool = False
    """Comes by the million: its rows stay Arrow columns."""
    sums: str | None = None
    """Column whose amounts add up over places, so that a row may be the total of others."""
    multiples: frozenset[str] = frozenset()
    """Headers, folded, of a number of what each row is one of: such a number is not read, and told."""
    subject: str | None = None
    """Label of the nodes that the rows are about, where a full delivery of them can be told from a part."""

    def column(self, name: str) -> Column:
        """Return a column by its field name."""
        return next(c for c in self.columns if c.name == name)

    def has(self, name: str) -> bool:
        """Tell whether the table has such a field."""
        return any(c.name == name for c in self.columns)

    @cached_property
    def required(self) -> tuple[Column, ...]:
        """The columns without which nothing can be loaded."""
        return tuple(c for c in self.columns if c.required)

    @cached_property
    def place(self) -> str:
        """Field name of the column that says where a row is; empty where none does."""
        return next((c.name for c in self.columns if c.place), "")

    @cached_property
    def headers(self) -> dict[str, str]:
        """Field name of a column by each of its folded headers."""
        return {header: column.name for column in self.columns for header in column.headers}
