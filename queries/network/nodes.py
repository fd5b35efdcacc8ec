"""What the network consists of: windows, carriers, parks, chains and their places, read once a version."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from graph.projection import cached_by_version
from graph.stores.base import Query, ReadSession, Store
from queries.recognitions import OWN, RECOGNITIONS, on_day
from queries.validity import active

PLACES = Query(
    "MATCH (r:Region) OPTIONAL MATCH (r)-[:PART_OF]->(p:Region) "
    "RETURN r.key AS region, r.name AS region_name, r.level AS region_level, r.prefecture AS prefecture, "
    "r.lon AS seat_lon, r.lat AS seat_lat, r.data_class AS data_class, p.key AS parent",
    {
        "region": str, "region_name": str, "region_level": str, "prefecture": str,
        "seat_lon": float, "seat_lat": float, "data_class": str, "parent": str,
    },
)  # fmt: skip
_FACT = {"source": str, "verification": str, "data_class": str}
WINDOWS = Query(
    "MATCH (n:Window) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, n.kind AS kind, n.since AS since, n.until AS until, "
    "r.key AS region, n.source AS source, n.verification AS verification, n.data_class AS data_class",
    {"key": str, "name": str, "kind": str, "since": date, "until": date, "region": str, **_FACT},
)
CARRIERS = Query(
    "MATCH (n:Carrier) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, n.kind AS kind, n.level AS level, n.lon AS lon, n.lat AS lat, "
    "n.since AS since, n.until AS until, "
    "r.key AS region, n.source AS source, n.verification AS verification, n.data_class AS data_class",
    {
        "key": str, "name": str, "kind": str, "level": str, "lon": float, "lat": float,
        "since": date, "until": date, "region": str, **_FACT,
    },
)  # fmt: skip
PARKS = Query(
    "MATCH (n:Park) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, r.key AS region, n.data_class AS data_class",
    {"key": str, "name": str, "region": str, "data_class": str},
)
CHAINS = Query(
    "MATCH (n:Chain) RETURN n.key AS key, n.name AS name, n.data_class AS data_class",
    {"key": str, "name": str, "data_class": str},
)
SERVED = Query(
    "MATCH (n:Window|Carrier)-[:SERVES]->(c:Chain) RETURN n.key AS key, c.key AS chain",
    {"key": str, "chain": str},
)
REPORTS = Query(
    "MATCH (a:Window|Carrier)-[r:REPORTS_TO]->(b:Window) "
    "RETURN a.key AS source, b.key AS target, r.data_class AS data_class",
    {"source": str, "target": str, "data_class": str},
)
FIGURES = Query(
    "MATCH (n:Figure) WHERE n.topic = '网络' RETURN n.name AS metric, n.value AS value, n.data_class AS data_class",
    {"metric": str, "value": float, "data_class": str},
)
PARTNERS = Query(
    "MATCH (a:Window|Carrier)-[r:PARTNERS_WITH]->(b:Window|Carrier) "
    "RETURN a.key AS source, b.key AS target, r.dimension AS dimension, r.since AS since, r.until AS until, "
    "r.data_class AS data_class",
    {"source": str, "target": str, "dimension": str, "since": date, "until": date, "data_class": str},
)


@dataclass(frozen=True)
class NetworkFacts:
    """The network as frames, sorted by key; shared between callers, not to be changed.

    Attributes:
        places: region (index), region_name (after its prefecture's, below one), region_level, prefecture, county,
            seat_lon, seat_lat, data_class. A township's county is the region it is part of; a province and a
            prefecture have none.
        sites: windows and carriers: key, label, name, kind, level, lon, lat, since, until, source,
            verification, data_class, region and the columns of its place; what carriers are on a day, of their
            several recognitions, :meth:`sites_on` tells.
        recognitions: key of a carrier, kind, level, since, until.
        parks: key, name, data_class, region and the columns of its place.
        chains: key, name, data_class.
        served: key of a window or carrier, chain that it says it serves.
        reports: source, target, data_class.
        partners: source, target, dimension, since, until, data_class.
        figures: metric, value, data_class: what is published of the network.
    """

    places: pd.DataFrame
    sites: pd.DataFrame
    recognitions: pd.DataFrame
    parks: pd.DataFrame
    chains: pd.DataFrame
    served: pd.DataFrame
    reports: pd.DataFrame
    partners: pd.DataFrame
    figures: pd.DataFrame

    def sites_on(self, day: date) -> pd.DataFrame:
        """Return the sites as they are on a day, with the column ``active``."""
        carriers = self.sites["label"] == "Carrier"
        sites = self.sites.astype(dict.fromkeys(OWN, object))
        if carriers.any():
            sites.loc[carriers, OWN] = on_day(sites[carriers], self.recognitions, day)[OWN]
        return sites.assign(active=active(sites, day))


def _places(session: ReadSession) -> pd.DataFrame:
    places = session.frame(PLACES).sort_values(["region", "parent"]).drop_duplicates("region")
    level, code = places["region_level"], places["region"]
    places["county"] = code.where(level == "county", places["parent"].where(level == "township"))
    places["prefecture"] = code.where(level == "prefecture", places["prefecture"].where(level != "province"))
    # County names come more than once in the province, with their prefecture's only once.
    above = places["prefecture"].map(places.set_index("region")["region_name"]).where(places["prefecture"] != code)
    places["region_name"] = above.fillna("").astype(object) + places["region_name"].astype(object)
    return places.drop(columns="parent").astype({"region": object}).set_index("region")


def _placed(frame: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the rows sorted by key, each once, with the columns of their place."""
    rows = frame.sort_values(["key", "region"]).drop_duplicates("key", ignore_index=True)
    # As objects: pandas cannot join two empty columns of Arrow text.
    return rows.astype({"region": object}).join(places.drop(columns="data_class"), on="region")


def _read(session: ReadSession) -> NetworkFacts:
    places = _places(session)
    windows, carriers = session.frame(WINDOWS), session.frame(CARRIERS)
    windows = windows.assign(label="Window", level=None, lon=np.nan, lat=np.nan)
    sites = pd.concat([windows, carriers.assign(label="Carrier")], ignore_index=True)
    return NetworkFacts(
        places=places,
        sites=_placed(sites, places),
        recognitions=session.frame(RECOGNITIONS),
        parks=_placed(session.frame(PARKS), places),
        chains=session.frame(CHAINS).sort_values("key", ignore_index=True),
        served=session.frame(SERVED).drop_duplicates(ignore_index=True),
        reports=session.frame(REPORTS).sort_values(["source", "target"], ignore_index=True),
        partners=session.frame(PARTNERS).sort_values(["source", "target", "dimension"], ignore_index=True),
        figures=session.frame(FIGURES).sort_values("metric", ignore_index=True),
    )


def network_facts(store: Store, session: ReadSession) -> tuple[int, NetworkFacts]:
    """Return the graph version that the session sees and the network of that version."""
    return cached_by_version(store, session, "network", _read)
