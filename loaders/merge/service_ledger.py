"""The service ledger: records as Parquet files, one a load, and the monthly aggregates made from them.

Records are many and flat; columnar files hold them and DuckDB answers over them. The graph keeps one
ServiceMonth for each month, site (a window or carrier; services outside of any are taken together), service
type and prefecture. A record that comes again under its id
replaces the earlier one, so the aggregates of its old and new month are both made anew.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import Facts
from graph.errors import SumsOnly, unwritable
from graph.identity import natural_key
from graph.language import Text
from graph.scratch import scratch
from loaders.keep.history import History, rows_in
from loaders.merge.reused_ids import among_records
from loaders.merge.withdrawn_records import of_full_delivery
from loaders.tables.base import Batch, arrow_array, place

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("day", pa.date32()),
        ("service_type", pa.string()),
        ("provider_key", pa.string()),
        ("resource", pa.string()),
        ("site_label", pa.string()),
        ("site_key", pa.string()),
        ("enterprise", pa.string()),
        ("region", pa.string()),
        ("chain", pa.string()),
        ("mode", pa.string()),
        ("satisfaction", pa.float64()),
        ("fee", pa.float64()),
        ("voucher", pa.string()),
        ("state", pa.string()),
        ("source", pa.string()),
        ("verification", pa.string()),
        ("data_class", pa.string()),
        ("place", pa.int64()),
    ]
)
RECORDS = "records.parquet"
"""File of a load's folder that holds its new and changed records."""
MONTHS = "months.parquet"
"""File of a load's folder that names the months of which only sums are known."""
_SAID = [n for n in SCHEMA.names if n not in ("id", "place")]
"""Columns by which two records of one id differ; where they were read tells nothing of the service."""


class RecordCounts(NamedTuple):
    """What became of the records of a load."""

    created: int
    updated: int
    unchanged: int
    merged: int
    withdrawn: int
    """Stored records of the region that a full delivery no longer holds."""
    said: tuple[Text, ...] = ()
    """What is to be said of their ids, and of those that a full delivery lacks."""


def records(batch: Batch) -> pa.Table:
    """Return a batch's records in the ledger's columns."""
    rows = batch.rows.rename(columns={"date": "day"})
    frame = rows.assign(**batch.provenance(rows, rows["id"]), place=place(rows.index, batch.number))
    return pa.table([arrow_array(frame[f.name], f.type) for f in SCHEMA], schema=SCHEMA)


def last_of_each(files: list[str], db: duckdb.DuckDBPyConnection) -> str:
    """Return the text of the records in some files: of each id the one that came last; a file has an id once."""
    last = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY _load DESC) = 1" if len(files) > 1 else ""
    return f"(SELECT * EXCLUDE _load FROM {rows_in(files, SCHEMA, db)} {last})"  # noqa: S608 own paths


def done_services(history: History) -> int:
    """Return the number of services in the ledger that count."""
    files = history.files(RECORDS)
    if not files:
        return 0
    with scratch() as db:
        text = f"SELECT count(*) FROM {last_of_each(files, db)} WHERE coalesce(state, 'done') = 'done'"  # noqa: S608
        return int(db.sql(text).fetchall()[0][0])


def region_of_record(history: History, id_: str) -> str | None:
    """Return the code of the region that the service with this id was for, None where the ledger lacks it."""
    files = history.files(RECORDS)
    if not files:
        return None
    with scratch() as db:
        text = f"SELECT region FROM {last_of_each(files, db)} WHERE id = $id"  # noqa: S608
        found = db.execute(text, {"id": id_}).fetchone()
    return str(found[0]) if found and found[0] else None


def services_of(history: History, providers: set[str]) -> dict[str, int]:
    """Return the services of the ledger's last twelve months by the own keys of their providers."""
    files = history.files(RECORDS)
    if not files or not providers:
        return {}
    with scratch() as db:
        db.register("wanted", pa.table({"provider_key": sorted(providers)}))
        return dict(db.execute(_OF_PROVIDERS.format(records=last_of_each(files, db))).fetchall())


_OF_PROVIDERS = """
WITH done AS (SELECT provider_key, day FROM {records} WHERE coalesce(state, 'done') = 'done')
SELECT provider_key, count(*) FROM done SEMI JOIN wanted USING (provider_key)
WHERE day > (SELECT max(day) FROM done) - INTERVAL 1 YEAR
GROUP BY provider_key
"""


def all_months(history: History) -> pa.Table:
    """Return every month's sums as all records together give them, in the columns of the graph."""
    facts, ledger = Facts(), Ledger(History(history.loads / "none"))
    with scratch() as db:
        text = f"SELECT * FROM {last_of_each(history.files(RECORDS), db)}"  # noqa: S608 own paths
        ledger.stage(db.sql(text).to_arrow_table().cast(SCHEMA))
    ledger.settle(facts, None)
    return facts.tables[schema.nodes()["ServiceMonth"]]


class Ledger:
    """The ledger of one store: the records in the folders of its loads."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._staged: list[pa.Table] = []

    def stage(self, table: pa.Table) -> None:
        """Keep records until the load is decided."""
        self._staged.append(table)

    def _stored(self, db: duckdb.DuckDBPyConnection) -> str:
        """Return the text of the stored records: of each id the one that came last."""
        files = self._history.files(RECORDS)
        return last_of_each(files, db) if files else "(SELECT * FROM staged WHERE false)"

    def _refuse_sums(self, db: duckdb.DuckDBPyConnection) -> None:
        """Refuse records of months of which only sums are known: they would take the place of these.

        Raises:
            SumsOnly: there are such records.
        """
        if files := self._history.files(MONTHS):
            months = [month for (month,) in db.execute(_TOUCHED_SUMS.format(files=files)).fetchall()]
            if months:
                raise SumsOnly(months="、".join(months))

    def settle(
        self, facts: Facts, folder: Path | None, whole: str | None = None, held: Callable[[str], bool] | None = None
    ) -> RecordCounts:
        """Compare the staged records with the stored ones and add the aggregates of every month they touch.

        The new and changed records are put into ``folder``, where there is one. Of a region in ``whole`` (the
        beginning of its code) the staged records are all there are: others become withdrawn, but for those ``held``
        by a rejected row. Afterwards nothing is staged.
        """
        if not self._staged and not whole:
            return RecordCounts(0, 0, 0, 0, 0)
        staged = pa.concat_tables([*self._staged, SCHEMA.empty_table()])
        columns = ", ".join(f'"{n}"' for n in SCHEMA.names)
        differs = " OR ".join(f's."{n}" IS DISTINCT FROM o."{n}"' for n in _SAID)
        # Looking for doubles takes longer than all the rest, so it is done only where there are some.
        doubled = pc.count_distinct(staged["id"]).as_py() < len(staged)
        last = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY _row DESC) = 1" if doubled else ""
        with scratch() as db:
            db.register("staged", staged.append_column("_row", pa.array(np.arange(len(staged)))))
            # Views, not tables: a million records stay where they are.
            db.execute(f"CREATE TEMP VIEW fresh AS SELECT {columns} FROM staged {last}")  # noqa: S608 names of the schema
            db.execute(f"CREATE TEMP VIEW old AS SELECT {columns} FROM {self._stored(db)}")  # noqa: S608
            if whole:
                # A rejected record was delivered: it counts as it stands.
                standing = pa.table({"id": pa.array(_held(db, whole, held), pa.string())})
                db.register("held", standing)
                db.execute(_WITHDRAWN.format(columns=columns, whole=whole))
            db.execute(
                "CREATE TEMP VIEW compared AS SELECT s.*, o.id IS NULL AS _new, "  # noqa: S608
                f"(o.id IS NOT NULL AND ({differs})) AS _differs, o.day AS _old_day "
                "FROM fresh s LEFT JOIN old o USING (id)"
            )
            created, updated, withdrawn, total = db.execute(_COUNTS).fetchall()[0]
            said = tuple(among_records(db, doubled=doubled)) if created + updated or doubled else ()
            said += tuple(of_full_delivery(db)) if whole else ()
            if created + updated + withdrawn:
                self._refuse_sums(db)
                _add_months(facts, db.sql(_MONTHS).df())
                if folder:
                    _keep(folder, db.sql(f"SELECT {columns} FROM compared WHERE _new OR _differs"))  # noqa: S608
        self._staged.clear()
        return RecordCounts(created, updated, total - created - updated, len(staged) - total, withdrawn, said)


_TOUCHED_SUMS = """
SELECT DISTINCT month FROM read_parquet({files}) WHERE month IN (
    SELECT strftime(day, '%Y-%m') FROM compared WHERE _new OR _differs
    UNION SELECT strftime(_old_day, '%Y-%m') FROM compared WHERE _differs)
ORDER BY month
"""


def _held(db: duckdb.DuckDBPyConnection, whole: str, held: Callable[[str], bool] | None) -> list[str]:
    if held is None:
        return []
    ids = db.execute("SELECT id FROM old WHERE region LIKE ? || '%'", [whole]).fetchall()
    return [id_ for (id_,) in ids if held(id_)]


def _keep(folder: Path, fresh: duckdb.DuckDBPyRelation) -> None:
    try:
        fresh.write_parquet(str(folder / RECORDS), compression="zstd")
    except (OSError, duckdb.Error) as error:
        raise unwritable(folder, error) from error


_COUNTS = """
SELECT count(*) FILTER (_new), count(*) FILTER (_differs AND state IS DISTINCT FROM 'withdrawn'),
    count(*) FILTER (_differs AND state = 'withdrawn'), count(*) FILTER (state IS DISTINCT FROM 'withdrawn')
FROM compared
"""
_WITHDRAWN = """
CREATE TEMP TABLE delivered AS SELECT {columns} FROM fresh;
CREATE OR REPLACE TEMP VIEW fresh AS SELECT {columns} FROM delivered UNION ALL BY NAME
SELECT * REPLACE ('withdrawn' AS state, NULL AS place) FROM old
WHERE region LIKE '{whole}%' AND coalesce(state, 'done') <> 'withdrawn' AND id NOT IN (SELECT id FROM delivered)
AND id NOT IN (SELECT id FROM held)
"""
"""Adds to the delivered records those of the region that the delivery no longer holds."""
_MONTHS = """
WITH now AS (
    SELECT * EXCLUDE (_new, _differs, _old_day), true AS counts FROM compared
    UNION ALL BY NAME SELECT *, true AS counts FROM old WHERE id NOT IN (SELECT id FROM compared)
    -- what a corrected record was before: counts nothing, but its old group is made anew, perhaps to zero
    UNION ALL BY NAME SELECT *, false AS counts FROM old WHERE id IN (SELECT id FROM compared WHERE _differs)
), touched AS (
    SELECT DISTINCT strftime(day, '%Y-%m') AS month FROM compared WHERE _new OR _differs
    UNION SELECT DISTINCT strftime(_old_day, '%Y-%m') FROM compared WHERE _differs
), done AS (
    SELECT *, counts AND coalesce(state, 'done') = 'done' AS here FROM now
    WHERE strftime(day, '%Y-%m') IN (SELECT month FROM touched)
)
SELECT strftime(day, '%Y-%m') AS month, site_label, site_key, service_type, region[1:4] || '00' AS region,
    count(*) FILTER (here) AS services,
    count(*) FILTER (here AND mode = 'online') AS online,
    count(satisfaction) FILTER (here) AS rated,
    count(*) FILTER (here AND satisfaction >= 4) AS satisfied,
    coalesce(sum(satisfaction) FILTER (here), 0) AS rating_sum,
    count(DISTINCT enterprise) FILTER (here) AS enterprises,
    min(source) AS source, min(verification) AS verification,
    CASE WHEN bool_or(data_class = 'SYNTHETIC') THEN 'SYNTHETIC' ELSE min(data_class) END AS data_class
FROM done
GROUP BY ALL ORDER BY ALL
"""


def _add_months(facts: Facts, months: pd.DataFrame) -> None:
    keys = [
        natural_key("month", *parts)
        for parts in zip(*(months[c].fillna("") for c in ("month", "site_key", "service_type", "region")), strict=True)
    ]
    months = months.assign(key=keys, name=months["month"])
    table = pa.Table.from_pandas(months, preserve_index=False)
    facts.add(schema.nodes()["ServiceMonth"], table)
    links = schema.relationships()
    origin = {c: table[c] for c in ("source", "verification", "data_class")}

    def link(slot: tuple[str, str, str], from_key: pa.ChunkedArray, to_key: pa.ChunkedArray, rows: pa.Array) -> None:
        filtered = pa.table({"from_key": from_key, "to_key": to_key, **origin}).filter(rows)
        facts.add(links[slot], filtered)

    everything = pa.array([True] * len(table))
    link(("LOCATED_IN", "ServiceMonth", "Region"), table["key"], table["region"], everything)
    link(("CONCERNS", "ServiceMonth", "ServiceType"), table["key"], table["service_type"], everything)
    for label in ("Window", "Carrier"):
        here = pa.array((months["site_label"] == label).to_numpy())
        link(("DELIVERED", label, "ServiceMonth"), table["site_key"], table["key"], here)
