"""What partner-finding rests on: who offers what where, who works with whom, how chains hang together.

Read once a version; what depends on the day stands in :mod:`queries.partners.setting`.
"""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from graph.stores.base import Query, ReadSession
from graph.vocabulary import fold

OFFERS = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(s:Resource) OPTIONAL MATCH (k:Carrier)-[:HOSTS]->(s) "
    "RETURN s.key AS resource, o.key AS organization, k.key AS carrier, s.level AS level, s.rating AS rating, "
    "s.shareable AS shareable, s.terms AS terms, s.online AS online, s.offline AS offline ORDER BY s.key",
    {"resource": str, "organization": str, "carrier": str, "level": str, "rating": float,
     "shareable": bool, "terms": str, "online": bool, "offline": bool},
)  # fmt: skip
DIMENSIONS = Query(
    "MATCH (s:Resource)-[:COOPERATES_IN]->(d:Dimension) RETURN s.key AS resource, d.key AS dimension",
    {"resource": str, "dimension": str},
)
ORGANIZATIONS = Query(
    "MATCH (n:Organization) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, n.kind AS kind, r.key AS region, n.data_class AS data_class ORDER BY n.key",
    {"key": str, "name": str, "kind": str, "region": str, "data_class": str},
)
CARRIERS = Query(
    "MATCH (n:Carrier) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, n.kind AS kind, r.key AS region, n.data_class AS data_class ORDER BY n.key",
    {"key": str, "name": str, "kind": str, "region": str, "data_class": str},
)
WINDOWS = Query(
    "MATCH (n:Window) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, n.kind AS kind, r.key AS region, n.data_class AS data_class ORDER BY n.key",
    {"key": str, "name": str, "kind": str, "region": str, "data_class": str},
)
_ENTERPRISE = {"key": str, "name": str, "region": str}
CALLED = Query(
    "MATCH (n:Enterprise) WHERE n.key IN $texts OR n.name IN $texts MATCH (n)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, r.key AS region ORDER BY n.key",
    _ENTERPRISE,
)
ENTERPRISES = Query(
    "MATCH (n:Enterprise)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, n.name AS name, r.key AS region "
    "ORDER BY n.key",
    _ENTERPRISE,
)
CARRIER_CHAINS = Query(
    "MATCH (k:Carrier)-[:SERVES]->(c:Chain) RETURN k.key AS carrier, c.key AS chain",
    {"carrier": str, "chain": str},
)
PARTNERSHIPS = Query(
    "MATCH (a:Organization|Carrier|Window|Region)-[r:PARTNERS_WITH]->(b:Organization|Carrier|Window|Region) "
    "RETURN a.key AS one, b.key AS other, r.dimension AS dimension, r.since AS since, r.until AS until, "
    "r.data_class AS data_class",
    {"one": str, "other": str, "dimension": str, "since": date, "until": date, "data_class": str},
)
FEEDS = Query(
    "MATCH (a:ChainSegment)-[:FEEDS]->(b:ChainSegment) MATCH (a)-[:BELONGS_TO]->(x:Chain) "
    "MATCH (b)-[:BELONGS_TO]->(y:Chain) RETURN DISTINCT x.key AS one, y.key AS other",
    {"one": str, "other": str},
)
SATISFACTION = Query(
    "MATCH (k:Carrier)-[:DELIVERED]->(m:ServiceMonth) WHERE m.month >= $first AND m.month <= $last "
    "RETURN k.key AS carrier, sum(m.rated) AS rated, sum(m.satisfied) AS satisfied",
    {"carrier": str, "rated": int, "satisfied": int},
)


@dataclass(frozen=True)
class PartnerFacts:
    """Frames with the queries' columns; shared between callers, not to be changed.

    ``parties``: organisations, carriers and windows, a row each: key (index), label, name, kind, region, data_class,
    folded (name).
    """

    offers: pd.DataFrame
    dimensions: pd.DataFrame
    parties: pd.DataFrame
    carrier_chains: pd.DataFrame
    partnerships: pd.DataFrame
    feeds: pd.DataFrame


def read_partner_facts(session: ReadSession) -> PartnerFacts:
    """Read everything about who could be whose partner."""
    found = {
        "Organization": session.frame(ORGANIZATIONS),
        "Carrier": session.frame(CARRIERS),
        "Window": session.frame(WINDOWS),
    }
    order = ["one", "other", "dimension"]
    return PartnerFacts(
        offers=session.frame(OFFERS).drop_duplicates("resource").set_index("resource"),
        dimensions=session.frame(DIMENSIONS).drop_duplicates(ignore_index=True),
        parties=_parties(found),
        carrier_chains=session.frame(CARRIER_CHAINS).drop_duplicates(ignore_index=True),
        partnerships=session.frame(PARTNERSHIPS).sort_values(order, ignore_index=True),
        feeds=session.frame(FEEDS).drop_duplicates(ignore_index=True),
    )


def with_enterprises(session: ReadSession, facts: PartnerFacts, texts: list[str] | None) -> PartnerFacts:
    """Return the facts with the enterprises that have one of ``texts`` as their key or name; with all where it is None.

    Of a hundred thousand enterprises a question names one; no other takes part in it.
    """
    found = session.frame(ENTERPRISES) if texts is None else session.frame(CALLED, texts=texts)
    parties = pd.concat(
        [facts.parties.reset_index(), _parties({"Enterprise": found.assign(kind="enterprise")}).reset_index()]
    )
    return replace(facts, parties=parties.drop_duplicates("key").set_index("key"))


def _parties(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    parties = pd.concat([frame.assign(label=label) for label, frame in found.items()], ignore_index=True)
    folded = parties["name"].map(lambda name: fold(name) if isinstance(name, str) else "")
    parties = parties.assign(folded=folded).astype({"key": object, "region": object})
    return parties.drop_duplicates("key").set_index("key")
