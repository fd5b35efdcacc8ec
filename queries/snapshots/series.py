"""A group of cells over time: computed for each day on the present graph, or read from the snapshots that are kept."""

from datetime import date

import pandas as pd

from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from queries.coverage import CoverageQuestion, cells_of, cube_of
from queries.data_classes import among_lists
from queries.snapshots.differences import Point
from queries.snapshots.filters import chosen
from queries.snapshots.keeping import read_cells, snapshots

STEPS = {"day": "D", "week": "7D", "month": "MS", "year": "YS"}
MOST_DAYS = 400


def series(store: Store, question: CoverageQuestion, first: date, last: date, every: str = "month") -> list[Point]:
    """Return the group that the question's filters make, on each day from first to last, on the present graph.

    Raises:
        BadParameter: days reversed, too many, or an unknown step.
    """
    if every not in STEPS:
        raise BadParameter(name="every", value=every, reason=" | ".join(STEPS))
    if first > last:
        raise BadParameter(name="from", value=first, reason=Text(f"晚于 {last}", f"after {last}"))
    days = [first, *(d.date() for d in pd.date_range(first, last, freq=STEPS[every]) if d.date() != first)]
    if len(days) > MOST_DAYS:
        raise BadParameter(name="every", value=every, reason=Text(f"多于 {MOST_DAYS} 点", f"over {MOST_DAYS} points"))
    made = []
    for day in days:
        asked = question.model_copy(update={"as_of": day, "group_by": ()})
        version, cube = cube_of(store, asked)
        row = cells_of(cube, asked).iloc[0]
        numbers = {n: None if pd.isna(row[n]) else float(row[n]) for n in ("demand", "unmet", "ratio")}
        made.append(
            Point(
                as_of=day, graph_version=version, providers=int(row["providers"]), state=str(row["state"]),
                data_class=row["data_class"], **numbers,
            )
        )  # fmt: skip
    return made


def kept_series(store: Store, question: CoverageQuestion) -> list[Point]:
    """Return the same group in every snapshot that is kept, by day and graph version.

    Raises:
        HomeDamaged: a file is not what was written.
    """
    made = []
    for snapshot in snapshots(store):
        cells = read_cells(store, snapshot)
        cells = cells[chosen(store, cells, question.region, question.industry, question.service_type)]
        known = cells[cells["demand"].notna()]
        demand, unmet = float(known["demand"].sum()), float(known["unmet"].sum())
        made.append(
            Point(
                as_of=date.fromisoformat(str(snapshot.parameters["as_of"])), snapshot=snapshot.id,
                graph_version=snapshot.graph_version, demand=demand if len(known) else None,
                unmet=unmet if len(known) else None, ratio=1.0 - unmet / demand if demand > 0 else None,
                providers=None, state=None, data_class=among_lists(cells["data_class"]),
            )
        )  # fmt: skip
    return sorted(made, key=lambda point: (point.as_of, point.graph_version, point.snapshot or ""))
