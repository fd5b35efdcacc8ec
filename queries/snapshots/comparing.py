"""What changed from one snapshot to another: cells new, closed, better and worse, each with its causes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from graph.projection import plain_rows
from graph.stores.base import Store
from queries.answers import Meta, Result, meta
from queries.data_classes import among_lists
from queries.ordering import comparable
from queries.snapshots.causes import Causes, causes_between
from queries.snapshots.differences import CellDiff, Diff, DiffSummary, Kind
from queries.snapshots.filters import chosen
from queries.snapshots.keeping import CELL, NAMES, read_kept
from queries.snapshots.months import pair
from queries.snapshots.summary import summary

DIFFERENT = 1e-9
SIDES = ["demand", "supply", "unmet", "state", "data_class"]


class DiffQuestion(Result):
    """What is asked: ids of two snapshots, or days or months; kind and codes narrow the cells.

    Without ``after`` the newest, without ``before`` the last of an earlier month (:func:`.months.pair`).
    """

    before: str | None = None
    after: str | None = None
    kind: Kind | None = None
    region: str | None = None
    industry: str | None = None
    service_type: str | None = None


@dataclass(frozen=True)
class DiffAnswer:
    """The answer: ``cells`` is a frame with the columns of CellDiff but the causes, in order."""

    cells: pd.DataFrame
    counts: dict[Kind, int]
    summary: DiffSummary
    causes: Causes
    meta: Meta

    def rows(self, start: int = 0, stop: int | None = None) -> list[CellDiff]:
        """Return some of the cells as result models, with their causes."""
        part = self.cells.iloc[start:stop]
        found = self.causes.of(part)
        return [
            CellDiff.model_validate({**row, "causes": causes, "causes_total": total})
            for row, (causes, total) in zip(plain_rows(part), found, strict=True)
        ]

    def page(self, limit: int, start: int = 0) -> Diff:
        """Return ``limit`` cells from position ``start``; ``next`` is the following position, if any."""
        end = start + limit
        following = str(end) if end < len(self.cells) else None
        return Diff(
            data=self.rows(start, end), meta=self.meta, total=len(self.cells), next=following,
            before=self.causes.before.snapshot, after=self.causes.after.snapshot, counts=self.counts,
            summary=self.summary,
        )  # fmt: skip


@dataclass(frozen=True)
class SnapshotPair:
    """Two snapshots side by side.

    ``both``: CELL, NAMES, SIDES of both ends, and ``kind``, empty where nothing changed; ``changed``: those that did,
    largest difference of unmet demand first, ties by cell; ``counts`` of them by kind.
    """

    both: pd.DataFrame
    changed: pd.DataFrame
    counts: dict[Kind, int]
    causes: Causes

    def answer(self, store: Store, question: DiffQuestion) -> DiffAnswer:
        """Return what differs of the cells that a question asks for, which two it compares aside."""
        before, after = self.causes.before.snapshot, self.causes.after.snapshot
        asked = question.model_dump(exclude_none=True) | {"before": before.id, "after": after.id}
        basis = meta(after.graph_version, asked, after.data_class)
        narrowed = self.changed if question.kind is None else self.changed[self.changed["kind"] == question.kind]
        of = (question.region, question.industry, question.service_type)
        cells = narrowed[chosen(store, narrowed, *of)].copy()
        behind = [cells.pop(f"data_class_{end}").map(_listed) for end in ("before", "after")]
        cells["data_class"] = pd.Series(map(among_lists, zip(*behind, strict=True)), index=cells.index, dtype=object)
        whole = self.both[chosen(store, self.both, *of)]
        made = summary(store, self.causes, whole, whole[whole["kind"] != ""])
        return DiffAnswer(cells.reset_index(drop=True), self.counts, made, self.causes, basis)


def diff(store: Store, question: DiffQuestion) -> DiffAnswer:
    """Return the cells that differ between two snapshots, largest difference of unmet demand first; ties by cell.

    Raises:
        NotFound: there is no such snapshot.
        HomeDamaged: a file of it is not what was written.
    """
    return compare(store, question.before, question.after).answer(store, question)


def compare(store: Store, before: str | None, after: str | None) -> SnapshotPair:
    """Return two snapshots side by side, for one question or several; see :func:`.months.pair` and :func:`diff`."""
    one, other = (read_kept(store, id_) for id_ in pair(store, before, after))
    sides = [
        kept.cells.set_index(CELL)[SIDES].add_suffix(f"_{end}") for kept, end in ((one, "before"), (other, "after"))
    ]
    both = sides[0].join(sides[1], how="outer").reset_index()
    names = pd.concat([one.cells, other.cells]).drop_duplicates(CELL, keep="last").set_index(CELL)[NAMES]
    both = both.join(names, on=CELL)
    both["kind"], change = _kinds(both)
    order = change.abs().sort_values(ascending=False, kind="stable", key=comparable).index
    changed = both.loc[order].query("kind != ''")
    counts: dict[Kind, int] = {kind: int((changed["kind"] == kind).sum()) for kind in get_args(Kind)}
    return SnapshotPair(both, changed, counts, causes_between(one, other))


def _listed(classes: object) -> list[str]:
    """Return the classes of a cell on one side; none where it is on the other alone."""
    return [str(name) for name in classes] if isinstance(classes, Iterable) else []


def _kinds(both: pd.DataFrame) -> "tuple[pd.Series[str], pd.Series[float]]":
    """Return how each cell changed, empty where it did not, and by how much unmet demand."""
    had, has = (both[f"demand_{end}"].fillna(0.0) > 0 for end in ("before", "after"))
    change = both["unmet_after"].fillna(0.0) - both["unmet_before"].fillna(0.0)
    kinds = np.select(
        [~had & has, had & ~has, had & has & (change > DIFFERENT), had & has & (change < -DIFFERENT)],
        ["new", "closed", "worse", "better"], default="",
    )  # fmt: skip
    return pd.Series(kinds, index=both.index, dtype=object), change
