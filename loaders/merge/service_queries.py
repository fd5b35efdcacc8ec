"""Questions to the service ledger that the monthly aggregates cannot answer: distinct firms, fees, single records."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from graph.scratch import scratch
from loaders.keep.history import History, rows_in
from loaders.keep.journal import Journal
from loaders.merge.service_ledger import RECORDS, SCHEMA
from loaders.tables.base import place_of

_COLUMNS = {"region": "region[1:4] || '00'", "site": "site_key", "service_type": "service_type"}
_LAST = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY _load DESC) = 1"
_PLACED = """
SELECT id, region[1:4] || '00' AS region, site_key AS site, service_type
FROM {records} SEMI JOIN wanted USING (id) {last}
"""
_DONE = """
WITH touched AS (
    SELECT DISTINCT id FROM {records} WHERE strftime(day, '%Y-%m') BETWEEN $first AND $last
), standing AS (
    SELECT * FROM {records} SEMI JOIN touched USING (id) {last}
), done AS (
    SELECT * FROM standing
    WHERE strftime(day, '%Y-%m') BETWEEN $first AND $last AND coalesce(state, 'done') = 'done' AND {inside}
)
"""
_SERVED = """
SELECT {month} AS month, {group} AS "group", count(DISTINCT enterprise) AS firms,
    count(fee) AS priced, count(*) FILTER (fee = 0) AS free
FROM done GROUP BY ALL HAVING count(*) > 0 ORDER BY ALL
"""
_ROWS = """
SELECT id, day, region, site_key AS site, service_type, provider_key AS provider, enterprise, mode, satisfaction, fee,
    data_class, _load AS load, place
FROM done WHERE coalesce(site_key, '') = coalesce($site, site_key, '')
    AND coalesce(service_type, '') = coalesce($service_type, service_type, '')
ORDER BY day DESC, id
"""
ROWS = [
    "id", "day", "region", "site", "service_type", "provider", "enterprise", "mode", "satisfaction", "fee",
    "data_class", "load", "place",
]  # fmt: skip


class Records:
    """The records of one store's ledger; what ``queries.monitoring`` asks them."""

    def __init__(self, home: Path) -> None:
        self._home, self._files = home, History(home).files(RECORDS)

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
        text = _SERVED.format(
            group=_COLUMNS[by] if by else "NULL::VARCHAR", month="$span" if span else "strftime(day, '%Y-%m')"
        )
        with scratch() as db:
            rows: pd.DataFrame = self._done(db, text, first, last, regions, {"span": span} if span else {}).df()
        return rows

    def rows(
        self, first: str, last: str, regions: Iterable[str] | None, site: str | None, service_type: str | None
    ) -> pd.DataFrame:
        """Return the services done from a month to another, newest first, each with where it was stated.

        Columns id, day, region, site, service_type, provider, enterprise, mode, satisfaction, fee, data_class, load,
        and place, which :meth:`origin` reads. Of Arrow's types: a year of the province is half a million rows.
        """
        if not self._files:
            return pd.DataFrame(columns=ROWS, dtype=object)
        with scratch() as db:
            asked = {"site": site, "service_type": service_type}
            found = self._done(db, _ROWS, first, last, regions, asked).to_arrow_table()
        rows: pd.DataFrame = found.to_pandas(types_mapper=pd.ArrowDtype)
        return rows

    def origin(self, load: str, place: int | None) -> tuple[str | None, str | None, int | None]:
        """Return file, sheet and row that a record of a load was read from; nothing where nobody kept them."""
        sheets = self._sheets.get(load)
        if place is None or sheets is None:
            return None, None, None
        sheet, row = place_of(int(place))
        file, page = sheets[sheet]
        return file, page or None, row

    @cached_property
    def _sheets(self) -> dict[str, list[list[str]]]:
        return {event["load"]: event["sheets"] for event in Journal(self._home).loads() if "sheets" in event}

    def _done(
        self, db: duckdb.DuckDBPyConnection, text: str, first: str, last: str, regions: Iterable[str] | None,
        asked: dict[str, str | None],
    ) -> duckdb.DuckDBPyRelation:  # fmt: skip
        """Ask something of the services done from a month to another, by the last that was stated of each."""
        inside = "true" if regions is None else f"list_contains($regions, {_COLUMNS['region']})"
        given = {"first": first, "last": last, **asked} | ({} if regions is None else {"regions": sorted(regions)})
        return db.sql(_DONE.format(records=self._rows(db), last=_LAST, inside=inside) + text, params=given)

    def _rows(self, db: duckdb.DuckDBPyConnection) -> str:
        return rows_in(self._files, SCHEMA, db)
