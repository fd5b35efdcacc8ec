"""Questions to the service ledger that the monthly aggregates cannot answer: distinct firms, fees, single records."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from graph.scratch import scratch
from loaders.keep.history import History, rows_in
from loaders.merge.service_ledger import RECORDS, SCHEMA

_COLUMNS = {"region": "region[1:4] || '00'", "site": "site_key", "service_type": "service_type"}
_LAST = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY _load DESC) = 1"
_PLACED = """
SELECT id, region[1:4] || '00' AS region, site_key AS site, service_type
FROM {records} SEMI JOIN wanted USING (id) {last}
"""
_SERVED = """
WITH touched AS (
    SELECT DISTINCT id FROM {records} WHERE strftime(day, '%Y-%m') BETWEEN $first AND $last
), standing AS (
    SELECT * FROM {records} SEMI JOIN touched USING (id) {last}
)
SELECT {month} AS month, {group} AS "group", count(DISTINCT enterprise) AS firms,
    count(fee) AS priced, count(*) FILTER (fee = 0) AS free
FROM standing
WHERE strftime(day, '%Y-%m') BETWEEN $first AND $last AND coalesce(state, 'done') = 'done' AND {inside}
GROUP BY ALL ORDER BY ALL
"""


class Records:
    """The records of one store's ledger; what ``queries.monitoring`` asks them."""

    def __init__(self, home: Path) -> None:
        self._files = History(home).files(RECORDS)

    def placed(self, ids: Iterable[str]) -> pd.DataFrame:
        """Return where the records of some ids belong: columns id, region (prefecture), site, service_type."""
        wanted = pa.table({"id": pa.array(sorted(set(ids)), pa.string())})
        if not self._files or not len(wanted):
            return pd.DataFrame(columns=["id", "region", "site", "service_type"], dtype=object)
        with scratch() as db:
            db.register("wanted", wanted)
            return db.execute(_PLACED.format(records=self._rows(db), last=_LAST)).df()

    def served(
        self, first: str, last: str, regions: Iterable[str] | None, by: str | None, span: str | None = None
    ) -> pd.DataFrame:
        """Return firms and fees of the services done from a month to another (YYYY-MM), of which there are records.

        Columns month, group (of ``by``: region, site or service_type; None for all), firms (distinct, named ones),
        priced (services that state a fee), free (of them at no fee). ``regions`` are prefectures, None for all.
        With ``span`` all months are one, of this name: a firm that came in several counts once.
        """
        if not self._files:
            return pd.DataFrame(columns=["month", "group", "firms", "priced", "free"], dtype=object)
        asked = {"first": first, "last": last}
        inside = "true" if regions is None else f"list_contains($regions, {_COLUMNS['region']})"
        given = asked if regions is None else {**asked, "regions": sorted(regions)}
        with scratch() as db:
            text = _SERVED.format(
                records=self._rows(db), last=_LAST, group=_COLUMNS[by] if by else "NULL::VARCHAR", inside=inside,
                month="$span" if span else "strftime(day, '%Y-%m')",
            )  # fmt: skip
            given |= {"span": span} if span else {}
            return db.execute(text, given).df()

    def _rows(self, db: duckdb.DuckDBPyConnection) -> str:
        return rows_in(self._files, SCHEMA, db)
