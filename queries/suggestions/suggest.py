"""Which partnerships could be? Pairs that never worked together, ranked by how likely they are to (method, section 6).

Candidates are two or three steps apart in the partnership network; who has no partner at all is found by
:mod:`queries.partners` and by the flows of the allocation.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter, NotFound
from graph.geography import road_km
from graph.language import Text
from graph.projection import cached_by_version
from graph.stores.base import Store
from graph.vocabulary import fold
from queries.answers import Meta, meta
from queries.data_classes import among
from queries.suggestions.scores import candidates, scored
from queries.suggestions.suggestion import Method, Suggestion, SuggestionQuestion, Suggestions
from queries.suggestions.ties import Ties, day_number, ties_of
from queries.suggestions.wording import explained

NAMED = 5
"""Partners between two that are named."""
EACH = 20
"""Suggestions that each party keeps: pairs grow faster than the parties, and nobody reads past the first of each."""


@dataclass(frozen=True)
class SuggestionAnswer:
    """The answer: ``pairs`` [Q, 2], best first, with their ``score`` [Q]; ``linked`` [P, P] who had been partners."""

    ties: Ties
    linked: sparse.csr_array
    pairs: Ints
    score: Floats
    method: Method
    meta: Meta

    def rows(self, start: int = 0, stop: int | None = None) -> list[Suggestion]:
        """Return some of the suggestions as result models."""
        chosen = self.pairs[start:stop]
        km = _distances(self.ties, chosen)
        return [self._row(start + at, a, b, float(km[at])) for at, (a, b) in enumerate(chosen.tolist())]

    def page(self, limit: int, start: int = 0) -> Suggestions:
        """Return ``limit`` suggestions from position ``start``; ``next`` is the following position, if any."""
        end = start + limit
        following = str(end) if end < len(self.pairs) else None
        return Suggestions(
            data=self.rows(start, end), meta=self.meta, total=len(self.pairs), next=following, method=self.method
        )

    def _row(self, at: int, a: int, b: int, km: float) -> Suggestion:
        ties = self.ties
        common = np.intersect1d(self._partners(a), self._partners(b))
        between = common if len(common) else self._bridge(a, b)
        chains = np.intersect1d(ties.serves(a), ties.serves(b))
        made = Suggestion(
            rank=at + 1,
            **self._party("a", a),
            **self._party("b", b),
            score=float(self.score[at]),
            steps=2 if len(common) else 3,
            common=len(common),
            via=[ties.party_rows[z]["name"] for z in between[:NAMED].tolist()],
            chains=[ties.chain_keys[c] for c in chains],
            dimensions=self._dimensions({a, b}, set(between.tolist())),
            distance_km=None if np.isnan(km) else km,
            cross_region=ties.prefectures[a] != ties.prefectures[b],
            data_class=among(ties.data_classes[z] for z in (a, b, *between.tolist())),
            explanation="",
            explanation_en="",
        )
        said = explained(made, ties.industries["name"])
        return made.model_copy(update={"explanation": said.zh, "explanation_en": said.en})

    def _partners(self, of: int) -> Ints:
        found: Ints = np.sort(self.linked.indices[self.linked.indptr[of] : self.linked.indptr[of + 1]])
        return found

    def _bridge(self, a: int, b: int) -> Ints:
        """Return the first two, by key, that join a and b in three steps."""
        mine, yours = self._partners(a), self._partners(b)
        joined = self.linked[mine][:, yours].tocoo()
        first = np.lexsort((joined.col, joined.row))[0]
        return np.array([mine[joined.row[first]], yours[joined.col[first]]])

    def _party(self, side: str, at: int) -> dict[str, Any]:
        row = self.ties.party_rows[at]
        known = {f"{side}_{name}": value for name, value in row.items()}
        return {side: str(self.ties.parties.index[at]), **known, f"{side}_partners": len(self._partners(at))}

    def _dimensions(self, pair: set[int], between: set[int]) -> list[str]:
        """Return the dimensions in which the two work with those between them, most frequent first."""
        ties = self.ties
        own = ((m, one) for one in pair for m in ties.of(one) if int(ties.ends[m].sum()) - one in between)
        counts = Counter(name for m in dict(own) if isinstance(name := ties.dimension[m], str))
        return sorted(counts, key=lambda name: (-counts[name], name))


def suggestions(store: Store, question: SuggestionQuestion) -> SuggestionAnswer:
    """Return the pairs that are likely to become partners, best first; ties by key.

    Raises:
        NotFound: nobody is called as the party asked for, or it has no partner yet.
        BadParameter: several are called so; too little to learn from for the method asked for.
    """
    version, ties = ties_of(store)
    day = day_number(question.as_of)

    def build(_: object) -> tuple[sparse.csr_array, Ints, Method, Floats]:
        linked = ties.known(day)
        pairs = candidates(linked)
        method, score = scored(ties, pairs, day, question.method)
        order = np.lexsort((pairs[:, 1], pairs[:, 0], -score))
        kept = order[among_first(pairs[order], EACH)]
        return linked, pairs[kept], method, score[kept]

    with store.read() as session:
        key = ("suggestions", question.as_of, question.method)
        _, (linked, pairs, method, score) = cached_by_version(store, session, key, build)
    chosen = _chosen(ties, linked, pairs, question)
    parameters = question.model_dump(mode="json", exclude_none=True) | {"method": method, "each": EACH}
    basis = meta(version, parameters, ties.data_class)
    return SuggestionAnswer(ties, linked, pairs[chosen], score[chosen], method, basis)


def among_first(pairs: Ints, each: int) -> Bools:
    """Tell which pairs [Q, 2], best first, are among the first ``each`` of one of their two."""
    ends = pairs.ravel()
    order = np.argsort(ends, kind="stable")
    ranked = ends[order]
    place = np.empty(len(ends), dtype=np.int64)
    place[order] = np.arange(len(ends)) - np.searchsorted(ranked, ranked)
    return np.asarray((place.reshape(-1, 2) < each).any(axis=1), dtype=bool)


def _chosen(ties: Ties, linked: sparse.csr_array, pairs: Ints, question: SuggestionQuestion) -> Bools:
    """Tell which pairs pass the filters, [Q]."""
    keep = np.ones(len(pairs), dtype=bool)
    if question.party:
        party = _find(ties, linked, question.party)
        keep &= (pairs == party).any(axis=1)
    if question.region and not question.region.endswith("0000"):
        places = ties.parties[["region", "prefecture", "zone"]]
        inside = (places == question.region).any(axis=1).to_numpy()
        keep &= inside[pairs].any(axis=1)
    if question.cross_region:
        prefecture = ties.parties["prefecture"].to_numpy(dtype=object)[pairs]
        keep &= prefecture[:, 0] != prefecture[:, 1]
    if question.industry:
        asked = (ties.industries.reindex(ties.chain_keys)[["pillar", "system"]] == question.industry).any(axis=1)
        wanted = asked.to_numpy() | (np.array(ties.chain_keys, dtype=object) == question.industry)
        serves = (ties.chains @ wanted.astype(np.float64)) > 0
        keep &= serves[pairs].all(axis=1)
    return keep


def _find(ties: Ties, linked: sparse.csr_array, text: str) -> int:
    """Return the number of a party by key or name."""
    keys = ties.parties.index
    named = keys[keys == text] if text in keys else keys[(ties.parties["folded"] == fold(text)).to_numpy(dtype=bool)]
    if len(named) > 1:
        listed = "、".join(named[:NAMED])
        reason = Text(f"{len(named)} 个同名，请用标识：{listed}", f"{len(named)} are called so; use a key: {listed}")
        raise BadParameter(name="party", value=text, reason=reason)
    at = int(keys.get_indexer(named)[0]) if len(named) else -1
    if at < 0 or not linked[[at]].nnz:
        raise NotFound(
            kind=Text("已有合作的机构、载体或窗口", "organisation, carrier or window with a partner"), key=text
        )
    return at


def _distances(ties: Ties, pairs: Ints) -> Floats:
    lon, lat = (ties.parties[c].to_numpy(dtype=np.float64)[pairs] for c in ("seat_lon", "seat_lat"))
    return road_km(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])
