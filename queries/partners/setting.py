"""Partner-finding on one day: every resource as a row of arrays, ready to be scored for anyone who asks.

S resources in the order of the coverage cube, R regions, C chains, T types, N = C·T columns, chain-major.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.projection import cached, cached_by_version
from graph.stores.base import ReadSession, Store
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion
from queries.kpi import last_full_months
from queries.partners.offers import SATISFACTION, PartnerFacts, read_partner_facts
from queries.rollup import region_names
from queries.sharing import Spare, spare_of
from queries.validity import active

ADJACENT = 0.5
"""Relatedness of two chains a segment of one of which feeds a segment of the other."""
HIGHEST_RATING = 5.0


@dataclass(frozen=True)
class PartnerSetting:
    """Shared between callers, not to be changed.

    ``owners``: [S] rows: organization, carrier. ``chains``: [S, C] and ``types``: [S, T] what a resource suits.
    ``chain_sets``: the distinct rows of ``chains``, ``chain_set``: [S] each resource's among them. ``related``: [C, C]
    relatedness of chains, 1 on the diagonal. ``quality``, ``openness``: [S], 0 to 1, NaN unknown. ``rank``: [S] of the
    level, 0 where not stated. ``ties``: [X, X] number of partnerships between the nodes of ``nodes``, on the day.
    ``names``: of places by code. ``data_class``: number of facts behind it all.
    """

    spare: Spare
    facts: PartnerFacts
    owners: pd.DataFrame
    chains: Bools
    types: Bools
    chain_sets: Bools
    chain_set: Ints
    related: Floats
    quality: Floats
    openness: Floats
    rank: Floats
    online: Bools
    offline: Bools
    shareable: Bools
    ties: sparse.csr_array
    nodes: "pd.Index[str]"
    names: dict[str, str]
    data_class: dict[str, int]


def partner_setting(store: Store, question: CoverageQuestion) -> tuple[int, PartnerSetting]:
    """Return the graph version and the setting of a day, made once for each version and set of parameters."""
    version, spare = spare_of(store, question)
    _, facts = cached(store, "partner facts", read_partner_facts)
    rates = tuple(sorted((question.rates or {}).items()))
    key = ("partners", question.as_of, question.freshness_days, rates)

    def build(session: ReadSession) -> PartnerSetting:
        first, last = last_full_months(question.as_of)
        return _setting(spare, facts, session.frame(SATISFACTION, first=first, last=last), question.as_of)

    with store.read() as session:
        return version, cached_by_version(store, session, key, build)[1]


def _setting(spare: Spare, facts: PartnerFacts, satisfaction: pd.DataFrame, day: date) -> PartnerSetting:
    cube = spare.cube
    entries = cube.offered.matches.tocoo()
    count = len(cube.grid.types)
    chains = np.zeros((len(spare.resources), len(cube.grid.chains)), dtype=bool)
    types = np.zeros((len(spare.resources), count), dtype=bool)
    chains[entries.row, entries.col // count] = True
    types[entries.row, entries.col % count] = True
    sets, of = np.unique(chains, axis=0, return_inverse=True)
    offers = facts.offers.reindex(spare.resources["resource"])
    ranks = {e.id: float(e["rank"]) for e in vocabulary("levels")}
    rank: Any = offers["level"].map(ranks).to_numpy(dtype=np.float64)
    online, offline = (offers[c].astype("boolean").fillna(False).to_numpy(dtype=bool) for c in ("online", "offline"))
    ties, nodes = _ties(facts.partnerships, day)
    return PartnerSetting(
        spare=spare,
        facts=facts,
        owners=offers[["organization", "carrier"]],
        chains=chains,
        types=types,
        chain_sets=sets,
        chain_set=of.ravel(),
        related=relatedness(cube.demand, list(cube.grid.chains["key"]), facts.feeds),
        quality=_quality(offers, rank, satisfaction),
        openness=_openness(offers),
        rank=np.nan_to_num(rank),
        online=online,
        offline=offline | ~online,
        shareable=spare.shareable,
        ties=ties,
        nodes=nodes,
        names=region_names(cube),
        data_class=_behind(cube.facts.data_class(), facts.partnerships),
    )


def _behind(counts: dict[str, int], partnerships: pd.DataFrame) -> dict[str, int]:
    """Return the facts behind coverage and the partnerships by data class."""
    more = partnerships["data_class"].value_counts()
    return {c: number + int(more.get(c, 0)) for c, number in counts.items()}


def _quality(offers: pd.DataFrame, rank: Floats, satisfaction: pd.DataFrame) -> Floats:
    """Return the mean of what is known of level (of the highest), rating (of 5) and its carrier's satisfied share."""
    rated = satisfaction[satisfaction["rated"] > 0].set_index("carrier")
    satisfied = offers["carrier"].map(rated["satisfied"] / rated["rated"]).to_numpy(dtype=np.float64)
    highest = max(float(e["rank"]) for e in vocabulary("levels"))
    rating = offers["rating"].to_numpy(dtype=np.float64) / HIGHEST_RATING
    known = np.stack([rank / highest, np.clip(rating, 0.0, 1.0), satisfied])
    count = (~np.isnan(known)).sum(axis=0)
    made: Floats = np.divide(np.nansum(known, axis=0), count, out=np.full(len(offers), np.nan), where=count > 0)
    return made


def _openness(offers: pd.DataFrame) -> Floats:
    """Return ½ where shareable and 1 where its terms are stated too; NaN where nothing is said of sharing."""
    shareable: Any = offers["shareable"].astype("boolean").astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    stated = (offers["terms"].notna() & (offers["terms"] != "")).to_numpy()
    made: Floats = np.asarray(shareable, dtype=np.float64) * np.where(stated, 1.0, 0.5)
    return made


def relatedness(demand: Floats, chains: list[str], feeds: pd.DataFrame) -> Floats:
    """Return how close chains are, [C, C]: 1 the same, else the larger of 0.5 (a segment feeds one) and proximity φ.

    φ(c,c') is the smaller of the two conditional probabilities that a region strong in one is strong in the other,
    strong being RCA ≥ 1 (Hidalgo et al. 2007), over regions whose demand is known.

    Args:
        demand: [R, C·T] services a year, NaN unknown; stands for the enterprises of a chain.
        chains: chain_ids, C.
        feeds: Pairs ``one``, ``other`` of chains.
    """
    known = np.nan_to_num(demand).reshape(len(demand), len(chains), -1).sum(axis=2)
    here, there, whole = known.sum(axis=1, keepdims=True), known.sum(axis=0, keepdims=True), known.sum()
    expected = here * there / whole if whole > 0 else np.zeros_like(known)
    strong = ((known >= expected) & (expected > 0)).astype(np.float64)
    both, each = strong.T @ strong, strong.sum(axis=0)
    larger = np.maximum(each[:, None], each[None, :])
    made: Any = np.divide(both, larger, out=np.zeros_like(both), where=larger > 0)
    at = pd.Index(chains)
    one, other = at.get_indexer(pd.Index(feeds["one"])), at.get_indexer(pd.Index(feeds["other"]))
    for a, b in ((one, other), (other, one)):
        made[a, b] = np.maximum(made[a, b], ADJACENT)
    np.fill_diagonal(made, 1.0)
    return np.asarray(made, dtype=np.float64)


def _ties(partnerships: pd.DataFrame, day: date) -> tuple[sparse.csr_array, "pd.Index[str]"]:
    """Return the partnerships that hold on a day as a symmetric matrix, and the nodes it is about."""
    now = partnerships[active(partnerships, day)]
    now = now[now["one"] != now["other"]]
    nodes = pd.Index(sorted({*now["one"], *now["other"]}), dtype=object)
    one, other = nodes.get_indexer(pd.Index(now["one"])), nodes.get_indexer(pd.Index(now["other"]))
    ends = (np.concatenate([one, other]), np.concatenate([other, one]))
    return sparse.csr_array((np.ones(2 * len(now)), ends), shape=(len(nodes), len(nodes))), nodes
