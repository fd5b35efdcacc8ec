"""What has a name in the graph: how it is asked for, and the keys that names make."""

from typing import NamedTuple

from graph.identity import folded_key, prefecture_of
from graph.stores.base import Query
from loaders.identify.matching import plain_names

COLUMNS = {"key": str, "name": str, "region": str, "uscc": str, "namesake": str}
KNOWN = {
    "Organization": Query(
        "MATCH (n:Organization) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, n.uscc AS uscc, n.namesake AS namesake",
        COLUMNS,
    ),
    "Enterprise": Query(
        "MATCH (n:Enterprise) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, n.uscc AS uscc, n.namesake AS namesake",
        COLUMNS,
    ),
    "Window": Query(
        "MATCH (n:Window) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, '' AS uscc, '' AS namesake",
        COLUMNS,
    ),
    "Carrier": Query(
        "MATCH (n:Carrier) OPTIONAL MATCH (n)-[:LOCATED_IN]->(r:Region) "
        "RETURN n.key AS key, n.name AS name, r.key AS region, '' AS uscc, '' AS namesake",
        COLUMNS,
    ),
    # A segment's name is unique in its chain only, so it is known as CH11/窖池酿造.
    "ChainSegment": Query(
        "MATCH (n:ChainSegment)-[:BELONGS_TO]->(c:Chain) "
        "RETURN n.key AS key, c.key + '/' + n.name AS name, '' AS region, '' AS uscc, '' AS namesake",
        COLUMNS,
    ),
    "Region": Query(
        "MATCH (n:Region) WHERE n.level <> 'township' "
        "RETURN n.key AS key, n.name AS name, n.key AS region, '' AS uscc, '' AS namesake",
        COLUMNS,
    ),
}
FORMER = {
    "Organization": Query(
        "MATCH (n:Organization)-[:LOCATED_IN]->(r:Region) WHERE n.former_names IS NOT NULL "
        "RETURN n.key AS key, r.key AS region, n.former_names AS names",
        {"key": str, "region": str, "names": list[str]},
    ),
    "Enterprise": Query(
        "MATCH (n:Enterprise)-[:LOCATED_IN]->(r:Region) WHERE n.former_names IS NOT NULL "
        "RETURN n.key AS key, r.key AS region, n.former_names AS names",
        {"key": str, "region": str, "names": list[str]},
    ),
}
"""What legal persons were called before."""


LEGAL = ("Organization", "Enterprise")
"""Labels of legal persons, which a social credit code names."""
NAMED = (*LEGAL, "Window", "Carrier")
"""Labels whose names people write in several ways."""


class Known(NamedTuple):
    """One thing with a name, its present or a former one."""

    label: str
    key: str
    name: str
    region: str
    former: bool = False


def namesake(label: str, name: str, region: str) -> str:
    """Return the own key that a row without a code has: by normalised name and prefecture."""
    return namesakes(label, [name], [region])[0]


def namesakes(label: str, names: list[str], regions: list[str]) -> list[str]:
    """Return the own key of each of several rows; see :func:`namesake`."""
    kind, prefectures = label.lower(), {region: prefecture_of(region) for region in set(regions)}
    plain = zip(plain_names(names), regions, strict=True)
    return [folded_key(kind, name, prefectures[region]) for name, region in plain]
