"""A load as it is asked for at both doors: its options, what is done, and the account of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from api.questions.declaration import AtTerminal, Name, Parameters, Rates
from graph.clock import today
from graph.errors import BadParameter, DiskFull, FileUnwritable
from graph.language import Text
from graph.places.divisions import PROVINCE
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.gathering import Progress, silent
from loaders.merge.full_delivery import FullDelivery, full_delivery
from loaders.parse.issues import RowIssue
from loaders.pipeline import load
from loaders.read import find_table
from loaders.read.words.delivery import DeliveryNote
from loaders.tables import Origin
from loaders.write.report import LoadReport
from queries.snapshots import keep_month

Prefer = Literal["newest", "official"]
LISTED = 1000
"""Changes told to programs."""


class LoadParameters(Parameters):
    """How tables are loaded."""

    strict: bool = Field(default=False, description="有坏行则一行不入 / nothing goes in if any row is bad")
    dry_run: bool = Field(default=False, description="只报告，不写入 / only report what would be")
    source: Name | None = Field(
        default=None, examples=["绵阳市经信局"], description="来源，默认按 source.yml / where the rows come from"
    )
    data_class: Name = Field(
        default="REAL", examples=["REAL"], description="数据性质 / REAL, EDITORIAL or SYNTHETIC"
    )  # fmt: skip
    replace: Name | None = Field(
        default=None, examples=["resources"], description="该表为完整交付 / the table is delivered complete"
    )
    complete_for: Annotated[Name | None, AtTerminal(spellings=("--for",))] = Field(
        default=None, examples=["510700"], description="完整交付的地区，默认全省 / region that it is complete for"
    )
    shrink: bool = Field(default=False, description="允许大幅减少 / much less than before is right")
    prefer: Prefer = Field(
        default="newest", description="以谁为准：最新的，或核实程度更高的 / which source shows: newest or best verified"
    )

    def origin(self) -> Origin | None:
        """Return where the rows come from, where that is stated.

        Raises:
            UnknownCode: there is no such class of data.
        """
        if self.source is None and self.data_class == "REAL":
            return None
        kind = vocabulary("data_classes").resolve(self.data_class)
        return Origin(self.source or Origin.source, data_class=kind)

    def full(self) -> FullDelivery | None:
        """Return of what the delivery is complete, where that is stated.

        Raises:
            BadParameter: a region alone or a part of one, or no such table.
            UnknownRegion, AmbiguousRegion: no such place, or several.
        """
        if self.replace is None:
            if self.complete_for:
                missing = Text("要与 replace（--replace 表名）同用", "goes with `replace` (--replace TABLE)")
                raise BadParameter(name="complete_for (--for)", value=self.complete_for, reason=missing)
            return None
        found = find_table(self.replace)
        return full_delivery(found.name if found else self.replace, self.complete_for or PROVINCE)

    def checked(self) -> "LoadParameters":
        """Return them if they can be.

        Raises:
            BadParameter, UnknownCode, UnknownRegion, AmbiguousRegion: see :meth:`origin` and :meth:`full`.
        """
        self.origin(), self.full()
        return self


def load_files(
    store: Store, paths: Sequence[Path], asked: LoadParameters, progress: Progress = silent, *,
    note: DeliveryNote | None = None, password: str = "", only: str | None = None,
) -> LoadReport:  # fmt: skip
    """Load files as it is asked, ``only`` the rows of a region; see :func:`loaders.pipeline.load`."""
    return load(
        store, list(paths), origin=asked.origin(), note=note, strict=asked.strict, dry_run=asked.dry_run,
        full=asked.full(), shrink=asked.shrink, official=asked.prefer == "official", password=password,
        progress=progress, only=only,
    )  # fmt: skip


def keep_month_after(store: Store, report: LoadReport, rates: Rates) -> DiskFull | FileUnwritable | None:
    """Leave a snapshot of the month after a load; that it cannot be kept is returned and does not undo the load."""
    if report.written:
        try:
            keep_month(store, today(), rates)
        except (DiskFull, FileUnwritable) as error:
            return error
    return None


def account(report: LoadReport) -> dict[str, Any]:
    """Return the answer for programs: the ledger always, the rest where there is something to tell."""
    changes = list(report.changes())
    more = {
        "changes": [c._asdict() for c in changes[:LISTED]],
        "conflicts": [c._asdict() for c in report.conflicts[:LISTED]],
        "retired": [f._asdict() for f in report.gone],
        "kept": [f._asdict() for f in report.kept],
        "held": [f._asdict() for f in report.held],
        "notes": [n._asdict() for n in report.notes],
        "cells": [_cell(issue) for issue in report.issues if issue.cell_only][:LISTED],
        "doubtful": report.doubtful,
        "warnings": [{"zh": w.zh, "en": w.en} for w in report.warnings],
    }
    rejects = str(report.rejects) if report.rejects else None
    rows = [vars(t) for t in report.tables]
    return {"data": rows, "rejects": rejects, "load": report.load, **{k: v for k, v in more.items() if v}}


def as_text(made: dict[str, Any]) -> str:
    """Return an account as JSON; days and the like in it are texts."""
    return json.dumps(made, ensure_ascii=False, default=str)


def _cell(issue: RowIssue) -> dict[str, Any]:
    fields = {k: v for k, v in vars(issue).items() if k not in ("reason", "cell_only")}
    return {**fields, "reason": {"zh": issue.reason.zh, "en": issue.reason.en}}
