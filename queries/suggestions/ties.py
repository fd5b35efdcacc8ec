"""The partnership network through time: who is linked with whom since when, and what is known of each side."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Floats, Ints
from graph.projection import cached, cached_by_version, plain_rows
from graph.stores.base import Query, ReadSession, Store
from queries.demand import CHAINS as INDUSTRIES
from queries.demand import REGIONS
from queries.network.nodes import network_facts
from queries.partners.offers import PartnerFacts, read_partner_facts

PARTIES = ("Organization", "Carrier", "Window")
CHAINS = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(:Resource)-[:SUITS]->(c:Chain) RETURN DISTINCT o.key AS key, c.key AS chain",
    {"key": str, "chain": str},
)
WINDOW_CHAINS = Query(
    "MATCH (w:Window)-[:SERVES]->(c:Chain) RETURN DISTINCT w.key AS key, c.key AS chain", {"key": str, "chain": str}
)
TYPES = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(:Resource)-[:OFFERS]->(t:ServiceType) "
    "RETURN DISTINCT o.key AS key, t.key AS service_type",
    {"key": str, "service_type": str},
)


@dataclass(frozen=True)
class Ties:
    """Shared between callers, not to be changed. P parties that ever had a partner, in the order of their keys.

    ``parties``: [P] rows: key (index), label, name, kind, region, data_class, folded (name), region_name, prefecture,
    zone, seat_lon, seat_lat. ``industries``: of each chain by key: name, pillar, system.
    ``ends``: [M, 2] parties of each partnership, the lesser number first; ``since``: [M] days of 1970, −∞ where not
    stated; ``dimension``: [M]. ``chains``: [P, C] and ``types``: [P, T], 1 where a party serves one.
    """

    parties: pd.DataFrame
    ends: Ints
    since: Floats
    dimension: NDArray[np.object_]
    chains: sparse.csr_array
    chain_keys: list[str]
    industries: pd.DataFrame
    types: sparse.csr_array
    data_class: dict[str, int]

    @cached_property
    def party_rows(self) -> list[dict[str, Any]]:
        """What is told of each party, [P]: name, label, kind, region, region_name."""
        return plain_rows(self.parties[["name", "label", "kind", "region", "region_name"]])

    @cached_property
    def data_classes(self) -> list[Any]:
        """The class of what is known of each party, [P]."""
        return self.parties["data_class"].tolist()

    @cached_property
    def prefectures(self) -> list[Any]:
        """The prefecture of each party, [P]; NaN, unlike any other, where there is none."""
        return self.parties["prefecture"].tolist()

    @cached_property
    def _by_party(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.ends.ravel(), kind="stable")
        starts = np.searchsorted(self.ends.ravel()[order], np.arange(len(self.parties) + 1))
        return order // 2, starts.astype(np.int64)

    def of(self, party: int) -> list[int]:
        """Return the partnerships (rows of ``ends``) of a party."""
        rows, starts = self._by_party
        found: list[int] = rows[starts[party] : starts[party + 1]].tolist()
        return found

    def serves(self, party: int) -> Ints:
        """Return the chains (numbers) that a party serves."""
        return self.chains.indices[slice(*self.chains.indptr[party : party + 2])].astype(np.int64)

    def known(self, day: float) -> sparse.csr_array:
        """Return who had been partners by a day, [P, P], 1 each; what has ended stays known."""
        return adjacency(self.ends[self.since <= day], len(self.parties))

    def begun(self, after: float, until: float) -> Ints:
        """Return the pairs, [Q, 2], whose first partnership began in ``after`` < day ≤ ``until``."""
        count = len(self.parties)
        first = pd.Series(self.since).groupby(codes(self.ends, count)).min()
        new = first.index[(first > after) & (first <= until)].to_numpy(dtype=np.int64)
        return np.stack([new // count, new % count], axis=1)


def adjacency(ends: Ints, count: int) -> sparse.csr_array:
    """Return the symmetric matrix [count, count] of pairs [q, 2], 1 where there is at least one."""
    one, other = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    made = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(count, count))
    made.sum_duplicates()
    made.data[:] = 1.0
    return made


def codes(pairs: Ints, count: int) -> Ints:
    """Return one number for each of the pairs [q, 2]."""
    made: Ints = pairs[:, 0] * count + pairs[:, 1]
    return made


def day_number(day: date) -> float:
    """Return a day as days since 1970."""
    return float((day - date(1970, 1, 1)).days)


def ties_of(store: Store) -> tuple[int, Ties]:
    """Return the graph version and the partnership network of that version."""
    _, facts = cached(store, "partner facts", read_partner_facts)

    def build(session: ReadSession) -> Ties:
        _, network = network_facts(store, session)
        served = pd.concat(
            [session.frame(CHAINS), session.frame(WINDOW_CHAINS),
             facts.carrier_chains.rename(columns={"carrier": "key"})], ignore_index=True
        )  # fmt: skip
        regions = session.frame(REGIONS).set_index("key")
        places = network.places.assign(zone=network.places["prefecture"].map(regions["zone"]))
        return _ties(facts, places, served, session.frame(TYPES), session.frame(INDUSTRIES))

    with store.read() as session:
        return cached_by_version(store, session, "ties", build)


def _ties(
    facts: PartnerFacts, places: pd.DataFrame, chains: pd.DataFrame, types: pd.DataFrame, industries: pd.DataFrame
) -> Ties:
    known = facts.parties[facts.parties["label"].isin(PARTIES)]
    rows = facts.partnerships
    rows = rows[(rows["one"] != rows["other"]) & rows["one"].isin(known.index) & rows["other"].isin(known.index)]
    parties = known.loc[sorted({*rows["one"], *rows["other"]})]
    at = ["region_name", "prefecture", "zone", "seat_lon", "seat_lat"]
    parties = parties.join(places[at], on="region")
    keys = pd.Index(parties.index)
    ends = np.stack([keys.get_indexer(pd.Index(rows[end])) for end in ("one", "other")], axis=1).astype(np.int64)
    since = pd.to_datetime(rows["since"]).to_numpy(dtype="datetime64[D]")
    days = np.where(np.isnat(since), -np.inf, since.astype(np.int64).astype(np.float64))
    served, chain_keys = _incidence(keys, chains)
    return Ties(
        parties=parties,
        ends=np.sort(ends, axis=1).reshape(-1, 2),
        since=days,
        dimension=rows["dimension"].to_numpy(dtype=object),
        chains=served,
        chain_keys=chain_keys,
        industries=industries.set_index("key"),
        types=_incidence(keys, types)[0],
        data_class={str(c): int(n) for c, n in rows["data_class"].value_counts().items()},
    )


def _incidence(keys: "pd.Index[str]", pairs: pd.DataFrame) -> tuple[sparse.csr_array, list[str]]:
    """Return [P, V] 1 where a party has a value of the second column, and the values."""
    ours = pairs[pairs["key"].isin(keys)].drop_duplicates()
    of, values = pd.factorize(ours.iloc[:, 1], sort=True)
    shape = (len(keys), len(values))
    made = sparse.csr_array((np.ones(len(ours)), (keys.get_indexer(pd.Index(ours["key"])), of)), shape=shape)
    return made, [str(v) for v in values]
