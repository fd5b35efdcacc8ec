"""What monitoring rests on: monthly aggregates, feedback, activities and fees of the graph, and the service ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

import pandas as pd

from graph.errors import BadParameter
from graph.language import Text
from graph.places.divisions import PROVINCE, reference
from graph.places.gazetteer import places
from graph.projection import in_order
from graph.stores.base import Query, ReadSession
from graph.vocabulary import vocabulary
from queries import supply

Column = Literal["region", "site", "service_type"]

MONTHS = Query(
    "MATCH (m:ServiceMonth) WHERE m.services IS NOT NULL "
    "OPTIONAL MATCH (m)-[:LOCATED_IN]->(r:Region) OPTIONAL MATCH (m)-[:CONCERNS]->(t:ServiceType) "
    "OPTIONAL MATCH (s:Window|Carrier)-[:DELIVERED]->(m) "
    "RETURN m.key AS key, m.month AS month, r.key AS region, t.key AS service_type, s.key AS site, "
    "s.name AS site_name, m.services AS services, m.online AS online, m.rated AS rated, m.satisfied AS satisfied, "
    "m.rating_sum AS rating_sum, m.data_class AS data_class",
    {
        "key": str, "month": str, "region": str, "service_type": str, "site": str, "site_name": str, "services": int,
        "online": int, "rated": int, "satisfied": int, "rating_sum": float, "data_class": str,
    },
)  # fmt: skip
FEEDBACK = Query(
    "MATCH (f:Feedback) WHERE f.day IS NOT NULL "
    "RETURN f.key AS key, f.kind AS kind, f.record AS id, f.day AS day, f.closed AS closed, f.data_class AS data_class",
    {"key": str, "kind": str, "id": str, "day": date, "closed": date, "data_class": str},
)
ACTIVITIES = Query(
    "MATCH (a:Activity) WHERE a.day IS NOT NULL OPTIONAL MATCH (a)-[:LOCATED_IN]->(r:Region) "
    "OPTIONAL MATCH (a)-[:BRANDED_AS]->(b:Brand) "
    "RETURN a.key AS key, a.day AS day, r.prefecture AS region, b.key AS brand, a.participants AS participants, "
    "a.data_class AS data_class",
    {"key": str, "day": date, "region": str, "brand": str, "participants": int, "data_class": str},
)
FEES = Query(
    "MATCH (s:Resource) WHERE s.fee_class IS NOT NULL RETURN s.key AS resource, s.fee_class AS fee_class",
    {"resource": str, "fee_class": str},
)


class ServiceLedger(Protocol):
    """The records of services, one by one, that lie beside a graph."""

    def placed(self, ids: Iterable[str]) -> pd.DataFrame:
        """Return where the records of some ids belong: columns id, region (prefecture), site, service_type."""

    def served(
        self, first: str, last: str, regions: Iterable[str] | None, by: Column | None, span: str | None = None
    ) -> pd.DataFrame:
        """Return firms and fees of the services done from a month to another, of which there are records.

        Columns month, group (of ``by``; None for all), firms (distinct, named ones), priced (services that state a
        fee), free (of them at no fee). ``regions`` are prefectures, None for all. With ``span`` all months are one,
        of this name: a firm that came in several counts once.
        """

    def rows(
        self, first: str, last: str, regions: Iterable[str] | None, site: str | None, service_type: str | None
    ) -> pd.DataFrame:
        """Return the services done from a month to another, newest first.

        Columns id, day, region, site, service_type, provider, enterprise, mode, satisfaction, fee, data_class, load,
        place.
        """

    def origin(self, load: str, place: int | None) -> tuple[str | None, str | None, int | None]:
        """Return file, sheet and row that a record of a load was read from."""


@dataclass(frozen=True)
class MonitoringFacts:
    """Frames with the columns of the queries; ``region`` is a prefecture everywhere. Not to be changed.

    Attributes:
        months: a row an aggregate of month, site, service type and prefecture.
        feedback: with ``month``.
        activities: with ``month``.
        resources: resource, home prefecture as ``region``, since, until, data_class, fee_class.
    """

    months: pd.DataFrame
    feedback: pd.DataFrame
    activities: pd.DataFrame
    resources: pd.DataFrame


def read_monitoring_facts(session: ReadSession) -> MonitoringFacts:
    """Read everything that monitoring rests on but the ledger."""
    resources = in_order(session, supply.RESOURCES).drop_duplicates("resource")
    resources = resources.astype({"resource": object}).merge(
        in_order(session, FEES).astype({"resource": object}), on="resource", how="left"
    )
    return MonitoringFacts(
        months=in_order(session, MONTHS).astype({"month": object, "site": object}),
        feedback=_dated(in_order(session, FEEDBACK)),
        activities=_dated(in_order(session, ACTIVITIES)),
        resources=resources.assign(region=resources["home"].astype(object).str[:4] + "00"),
    )


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(month=[day.isoformat()[:7] for day in pd.to_datetime(frame["day"]).dt.date])


def prefectures_in(region: str | None) -> frozenset[str] | None:
    """Return the prefectures of a zone, or a prefecture alone; None for the whole province.

    Raises:
        BadParameter: it is none of these, and months are known by prefecture only.
    """
    if region in (None, PROVINCE):
        return None
    zones, rows = vocabulary("economic_zones"), reference("divisions")
    if region in zones:
        inside = rows[(rows["economic_zone"] == zones[str(region)].label.zh) & (rows["level"] == "2")]
        return frozenset(inside["adcode"])
    place = places().get(str(region))
    if place is None or place.is_county:
        reason = Text("月度数据以市（州）为单位", "months are known by prefecture")
        raise BadParameter(name="region", value=region, reason=reason)
    return frozenset([place.code])
