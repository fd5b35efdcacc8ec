"""What chains consist of and where their firms, resources, clusters and partnerships are, read once a version."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from graph.identity import prefecture_of
from graph.projection import cached_by_version
from graph.stores.base import Query, ReadSession, Store
from queries.cube import CubeFacts, read_cube_facts

SEGMENTS = Query(
    "MATCH (s:ChainSegment)-[:BELONGS_TO]->(c:Chain) "
    "RETURN s.key AS segment, s.name AS name, s.stage AS stage, c.key AS chain, s.data_class AS data_class",
    {"segment": str, "name": str, "stage": str, "chain": str, "data_class": str},
)
FEEDS = Query(
    "MATCH (a:ChainSegment)-[:FEEDS]->(b:ChainSegment) RETURN a.key AS source, b.key AS target",
    {"source": str, "target": str},
)
CODES = Query(
    "MATCH (s:ChainSegment)-[:CLASSIFIED_AS]->(i:Industry) RETURN s.key AS segment, i.key AS code",
    {"segment": str, "code": str},
)
CLUSTERS = Query(
    "MATCH (n:Cluster)-[:LOCATED_IN]->(r:Region) "
    "RETURN n.key AS key, n.name AS name, r.key AS region, n.data_class AS data_class",
    {"key": str, "name": str, "region": str, "data_class": str},
)
SERVED = Query(
    "MATCH (n:Window|Carrier)-[:SERVES]->(c:Chain) RETURN n.key AS key, c.key AS chain",
    {"key": str, "chain": str},
)
PROVIDED = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(s:Resource)-[:SUITS]->(c:Chain) RETURN DISTINCT o.key AS key, c.key AS chain",
    {"key": str, "chain": str},
)
PARTIES = Query(
    "MATCH (n:Organization|Carrier|Window)-[:LOCATED_IN]->(r:Region) RETURN n.key AS key, r.key AS region",
    {"key": str, "region": str},
)
PARTNERSHIPS = Query(
    "MATCH (a:Organization|Carrier|Window|Region)-[p:PARTNERS_WITH]->(b:Organization|Carrier|Window|Region) "
    "RETURN a.key AS a, b.key AS b, p.dimension AS dimension, p.since AS since, p.until AS until, "
    "p.data_class AS data_class",
    {"a": str, "b": str, "dimension": str, "since": date, "until": date, "data_class": str},
)


@dataclass(frozen=True)
class ChainFacts:
    """Frames of one graph version; shared between callers, not to be changed.

    Attributes:
        facts: What coverage rests on: regions, chains, counts, enterprises with their chains, resources.
        segments: segment, name, stage, chain, data_class; by chain, stage (up to down) and key.
        feeds: source and target segment.
        placed: A row an enterprise and segment: enterprise, region, chain, segment (missing: in none of the
            chain's), share (those of one enterprise sum to 1), data_class.
        clusters: key, name, region, chain (missing: its name names none), data_class.
        partnerships: a, b, dimension, since, until, data_class, a_prefecture, b_prefecture.
        partnership_chains: at (row of ``partnerships``), chain.
    """

    facts: CubeFacts
    segments: pd.DataFrame
    feeds: pd.DataFrame
    placed: pd.DataFrame
    clusters: pd.DataFrame
    partnerships: pd.DataFrame
    partnership_chains: pd.DataFrame


def chain_facts(store: Store, session: ReadSession) -> tuple[int, ChainFacts]:
    """Return the graph version that the session sees and what it knows of chains."""
    _, facts = cached_by_version(store, session, "cube facts", read_cube_facts)
    return cached_by_version(store, session, "chains", lambda s: _read(s, facts))


def prefecture_or_none(codes: "pd.Series[str]") -> "pd.Series[str]":
    """Return the prefecture of each region; missing for the province and where there is no region."""
    found = codes.astype(object).map(prefecture_of, na_action="ignore")
    return found.mask(found == codes.astype(object).where(codes.astype(str).str.endswith("0000")))


def _read(session: ReadSession, facts: CubeFacts) -> ChainFacts:
    segments = session.frame(SEGMENTS)
    order = segments["stage"].map({s: i for i, s in enumerate(("upstream", "midstream", "downstream"))})
    segments = segments.assign(at=order).sort_values(["chain", "at", "segment"], ignore_index=True).drop(columns="at")
    partnerships = _partnerships(session, facts)
    return ChainFacts(
        facts=facts,
        segments=segments,
        feeds=session.frame(FEEDS).sort_values(["source", "target"], ignore_index=True),
        placed=_placed(facts.demand.enterprises, segments, session.frame(CODES)),
        clusters=_clusters(session.frame(CLUSTERS), facts.demand.chains, segments),
        partnerships=partnerships,
        partnership_chains=_concerned(partnerships, pd.concat([session.frame(SERVED), session.frame(PROVIDED)])),
    )


def _placed(enterprises: pd.DataFrame, segments: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Put each enterprise of a chain into those of its segments with the longest prefix of its GB/T code."""
    firms = enterprises.dropna(subset=["chain"]).drop(columns="special")
    of_chain = codes.merge(segments[["segment", "chain"]], on="segment")
    at = {k: sorted(set(g)) for k, g in of_chain.groupby(["chain", "code"])["segment"]}

    def matching(chain: str, industry: str) -> list[str] | None:
        prefixes = (industry[:n] for n in range(len(industry), 0, -1))
        return next((at[chain, p] for p in prefixes if (chain, p) in at), None)

    kinds = firms[["chain", "industry"]].drop_duplicates()
    known = kinds.dropna(subset=["industry"])
    found = [matching(c, i) for c, i in zip(known["chain"], known["industry"], strict=True)]
    kinds = kinds.merge(known.assign(segment=pd.Series(found, index=known.index, dtype=object)), how="left")
    rows = firms.merge(kinds, on=["chain", "industry"], how="left").explode("segment", ignore_index=True)
    several = rows.groupby(["enterprise", "chain"])["enterprise"].transform("size")
    return rows.assign(share=rows["share"] / several)


def _clusters(clusters: pd.DataFrame, chains: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Give a cluster the chain that its name names: the longest that it holds of a chain or segment.

    The published lists of clusters state no chain; what no name tells stays without one.
    """
    names = [
        (word, chain) for name, chain in zip(chains["name"], chains["key"], strict=True) for word in name.split("与")
    ]
    names += zip(segments["name"], segments["chain"], strict=True)
    names.sort(key=lambda pair: (-len(pair[0]), pair[1]))
    named = [next((chain for word, chain in names if word in name), None) for name in clusters["name"]]
    return clusters.assign(chain=pd.Series(named, index=clusters.index, dtype=object)).sort_values(
        "key", ignore_index=True
    )


def _partnerships(session: ReadSession, facts: CubeFacts) -> pd.DataFrame:
    rows = session.frame(PARTNERSHIPS).sort_values(["a", "b", "dimension"], ignore_index=True)
    places = session.frame(PARTIES).sort_values(["key", "region"]).drop_duplicates("key")
    home = dict(zip(places["key"], prefecture_or_none(places["region"]), strict=True))
    regions = facts.demand.regions["key"]
    home |= dict(zip(regions, prefecture_or_none(regions), strict=True))
    return rows.assign(**{f"{end}_prefecture": rows[end].astype(object).map(home) for end in ("a", "b")})


def _concerned(partnerships: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Return the chains of each partnership: those of both parties; of one, where the other states none."""
    chains = {key: frozenset(group) for key, group in stated.groupby("key")["chain"]}
    nothing: frozenset[str] = frozenset()
    rows = [(at, chain) for at, one, other in zip(
        partnerships.index, partnerships["a"], partnerships["b"], strict=True
    ) for chain in sorted(_common(chains.get(one, nothing), chains.get(other, nothing)))]  # fmt: skip
    return pd.DataFrame(rows, columns=["at", "chain"])


def _common(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one & other if one and other else one | other


def data_classes(*columns: "pd.Series[Any]") -> dict[str, int]:
    """Return how many facts of each data class there are in some columns."""
    counts: dict[str, int] = {}
    for column in columns:
        for name, number in column.value_counts().items():
            counts[str(name)] = counts.get(str(name), 0) + int(number)
    return counts
