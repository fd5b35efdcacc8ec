"""Amounts of a day come after those of a later one: the newest counts, in whichever order they are delivered."""

import datetime as dt

import pandas as pd
import pyarrow as pa

from graph import schema
from graph.language import Text
from graph.stores.base import ReadSession
from loaders.tables import Batch
from loaders.tables.demand_counts import keys_of
from loaders.tables.repeated_counts import DAY

OLDER = Text(
    "{n} 行的统计时间早于已有的数，保留较新的：第 {rows} 行（已有 {day} 的数）",
    "{n} rows are of a day before that of what is there, and the newer is kept: rows {rows} (there is one of {day})",
)
NAMED = 5
"""Rows that are named."""


class NewestCounts:
    """The day of each amount, as stored and as the load has brought it so far."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._days: dict[str, dt.date | None] = {}

    def leave_out_older(self, batch: Batch) -> Text | None:
        """Take the rows out of a batch of which there is a newer amount; they change nothing. Return what is said."""
        if batch.table.subject != "EnterpriseCount" or batch.rows.empty:
            return None
        keys, days = keys_of(batch.rows), batch.rows[DAY]
        if unread := set(keys) - self._days.keys():
            self._read(sorted(unread))
        older = [
            isinstance(day, dt.date) and (there := self._days.get(key)) is not None and day < there
            for key, day in zip(keys, days, strict=True)
        ]
        self._days |= {
            k: d for k, d, past in zip(keys, days, older, strict=True) if isinstance(d, dt.date) and not past
        }
        if not any(older):
            return None
        past = pd.Series(older, index=batch.rows.index)
        batch.about("EnterpriseCount", keys[past])
        batch.rows = batch.rows[~past]
        rows = list(past.index[past])
        listed = "、".join(map(str, rows[:NAMED])) + ("…" if len(rows) > NAMED else "")
        of = self._days[keys[past].iloc[0]]
        return Text(*(part.format(n=len(rows), rows=listed, day=of) for part in OLDER))

    def _read(self, keys: list[str]) -> None:
        self._days |= dict.fromkeys(keys)
        stored = self._session.nodes(schema.nodes()["EnterpriseCount"], pa.array(keys, pa.string()))
        self._days |= dict(zip(stored["key"].to_pylist(), stored[DAY].to_pylist(), strict=True))
