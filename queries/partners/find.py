"""Who could help from elsewhere? Candidates for a region, carrier or enterprise, ranked (method, section 6).

Score = Σ weight · part over complementarity, reach, relatedness, quality, record and openness, each 0 to 1; the weights
are the asker's and are brought to a sum of 1; a part of which nothing is known leaves the sum, not the candidate.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats
from graph.errors import BadParameter, NotFound
from graph.language import Text, listed
from graph.projection import plain_rows
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import Meta, meta
from queries.coverage import CoverageQuestion
from queries.data_classes import bits_of, joined, named
from queries.ordering import comparable
from queries.partners import parts as parts_of
from queries.partners.candidates import (
    DEFAULT_WEIGHTS,
    PARTS,
    CandidateRelaxation,
    Partner,
    PartnerQuestion,
    Partners,
    Requester,
)
from queries.partners.filters import CandidatePool, candidate_pool
from queries.partners.offers import with_enterprises
from queries.partners.requester import Ask, Place, ask_of
from queries.partners.setting import PartnerSetting, partner_setting
from queries.partners.wording import explained

PER_PART = ("parts", "weights", "standings")
"""What is told of each part."""


@dataclass(frozen=True)
class PartnerAnswer:
    """The answer: ``ranked`` is a frame, best first: the columns of Partner, a column for each part and its weight."""

    ranked: pd.DataFrame
    who: Requester
    relaxations: list[CandidateRelaxation]
    meta: Meta

    def rows(self, start: int = 0, stop: int | None = None) -> list[Partner]:
        """Return some of the candidates as result models, each with its sentence."""
        found = []
        for row in plain_rows(self.ranked.iloc[start:stop]):
            by_part = {of: {part: row.pop(f"{of}.{part}") for part in PARTS} for of in PER_PART}
            said = explained({**row, **by_part}, self.who, len(self.ranked))
            del row["partnerships"]
            found.append(Partner(**row, **by_part, **said))
        return found

    def page(self, limit: int, start: int = 0) -> Partners:
        """Return ``limit`` candidates from position ``start``; ``next`` is the following position, if any."""
        end = start + limit
        following = str(end) if end < len(self.ranked) else None
        return Partners(
            data=self.rows(start, end), meta=self.meta, total=len(self.ranked), next=following,
            requester=self.who, relaxations=self.relaxations,
        )  # fmt: skip


def partners(store: Store, question: PartnerQuestion, place: Place | None = None) -> PartnerAnswer:
    """Return who could help the requester, best first; pinned ones before all; ties by key.

    Args:
        store: Where the graph is kept.
        question: What is asked.
        place: Returns the code of a region or zone by name, for requesters that are called by name.

    Raises:
        NotFound: the requester, a pin or an exclusion is nobody.
        BadParameter: weights that are negative, unknown or all 0; filters that contradict each other or cannot be.
    """
    return search(store, question, place)[0]


def search(store: Store, question: PartnerQuestion, place: Place | None) -> tuple[PartnerAnswer, CandidatePool, Bools]:
    """Return the answer, everyone who could be a partner, and which pairs [Q] of the pool were ranked.

    Raises:
        NotFound, BadParameter: see :func:`partners`.
    """
    weights = checked_weights(question.weights)
    _check(question)
    named = [question.requester, *question.pins, *question.exclude]
    try:
        return _search(store, question, place, weights, named)
    except NotFound:  # an enterprise that is written otherwise in the graph is found among all of them
        return _search(store, question, place, weights, None)


def _search(
    store: Store, question: PartnerQuestion, place: Place | None, weights: dict[str, float], named: list[str] | None
) -> tuple[PartnerAnswer, CandidatePool, Bools]:
    asked = CoverageQuestion(as_of=question.as_of, freshness_days=question.freshness_days, rates=question.rates)
    version, setting = partner_setting(store, asked)
    with store.read() as session:
        setting = replace(setting, facts=with_enterprises(session, setting.facts, named))
    ask = ask_of(setting, question, place)
    km, offline_weight = parts_of.distances(setting, ask)
    pool = candidate_pool(setting, question, ask, km)
    passing = pool.chosen()
    relaxations = [] if passing.any() else pool.relaxations()
    chosen = pool.with_pinned(passing)
    ranked = _ranked(pool, chosen, weights, km, offline_weight)
    parameters = question.model_dump(mode="json", exclude_none=True) | {"weights": weights}
    found = PartnerAnswer(ranked, ask.who, relaxations, meta(version, parameters, setting.data_class))
    return found, pool, chosen


def checked_weights(weights: "dict[str, float] | None") -> dict[str, float]:
    """Return the weights of all parts, summing to 1; parts that are not named have none.

    Raises:
        BadParameter: an unknown part, a weight that is negative or no number, or all 0.
    """
    given = DEFAULT_WEIGHTS if weights is None else weights
    if unknown := [name for name in given if name not in PARTS]:
        raise BadParameter(name="weights", value=listed(unknown), reason=listed(PARTS))
    for name, weight in given.items():
        if not 0 <= weight < math.inf:
            raise BadParameter(name=f"weights.{name}", value=weight, reason="≥ 0")
    total = sum(given.values())
    if not 0 < total < math.inf:
        reason = Text("至少一个权重应大于 0", "at least one must be above 0")
        raise BadParameter(name="weights", value=total, reason=reason)
    return {name: given.get(name, 0.0) / total for name in PARTS}


def _check(question: PartnerQuestion) -> None:
    for name in ("max_km", "min_spare"):
        value = getattr(question, name)
        if value is not None and not 0 <= value < math.inf:
            raise BadParameter(name=name, value=value, reason="≥ 0")
    for name, values, known in (
        ("service_types", question.service_types, vocabulary("service_types")),
        ("dimensions", question.dimensions, vocabulary("cooperation_dimensions")),
        ("level", (question.level,) if question.level else (), vocabulary("levels")),
    ):
        if wrong := [v for v in values if v not in known]:
            raise BadParameter(name=name, value=listed(wrong), reason=listed(known.ids))


def _ranked(pool: CandidatePool, chosen: Bools, weights: dict[str, float], km: Floats, near: Floats) -> pd.DataFrame:
    """Return the candidates of the chosen pairs with parts, score and facts, best first; of resources [S] ``km`` is how
    far they are, ``near`` what that leaves of them offline."""
    setting, ask = pool.setting, pool.ask
    of, owner = np.unique(pool.owner[chosen], return_inverse=True)
    resource, keys = pool.resource[chosen], pool.keys[of]
    has = sparse.csr_array((np.ones(len(owner)), (owner, resource)), shape=(len(keys), len(km)))
    by_type = parts_of.spare_by_type(setting, ask)
    weight = by_type.sum(axis=1)
    meets = parts_of.would_meet(setting, ask, has, by_type)
    record, direct = parts_of.record(setting, ask, keys)
    values = _part_values(pool, has, weight, near) | {
        "complementarity": parts_of.complementarity(meets, ask.who.unmet, unknown=ask.who.unknown), "record": record
    }  # fmt: skip
    # Rounding may carry a mean a hair beyond what it is a mean of.
    values = {part: np.clip(value, 0.0, 1.0) for part, value in values.items()}
    score, used = _scored(np.stack([values[p] for p in PARTS]), np.array([weights[p] for p in PARTS]))
    made = _who(setting, ask, keys, has)
    made |= {
        "score": score,
        "spare_capacity": has @ weight,
        "would_meet": np.full(len(keys), np.nan) if ask.who.unknown else meets,
        "share_met": meets / ask.who.unmet if ask.who.unmet > 0 else np.full(len(keys), np.nan),
        "distance_km": parts_of.mean(has, weight, km),
        "resources": np.bincount(owner, minlength=len(keys)),
        "data_class": named(joined(owner, len(keys), bits_of(setting.spare.resources["data_class"])[resource])),
        "pinned": pool.pinned[of],
        "partnerships": direct.astype(int),
    }
    made |= {f"parts.{part}": values[part] for part in PARTS}
    made |= {f"weights.{part}": used[at] for at, part in enumerate(PARTS)}
    made |= {f"standings.{part}": parts_of.standing(values[part]) for part in PARTS}
    order, falling = ["pinned", "score", "key"], [False, False, True]
    frame = pd.DataFrame(made).sort_values(order, ascending=falling, key=comparable, ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame


def _part_values(pool: CandidatePool, has: sparse.csr_array, weight: Floats, near: Floats) -> dict[str, Floats]:
    """Return for each part that is one of resources the [K] means of what candidates have ([K, S]), by weight [S]."""
    setting = pool.setting
    of_resources = {
        "reach": parts_of.reach(setting, near), "relatedness": parts_of.related(setting, pool.ask),
        "quality": setting.quality, "openness": setting.openness,
    }  # fmt: skip
    return {part: parts_of.mean(has, weight, values) for part, values in of_resources.items()}


def _scored(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return [K] scores and [parts, K] the weights they come from: those of known parts, brought to a sum of 1."""
    known = ~np.isnan(values)
    used = weights[:, None] * known
    total = used.sum(axis=0)
    used = np.divide(used, total, out=np.zeros_like(used), where=total > 0)
    return (used * np.nan_to_num(values)).sum(axis=0), used


def _who(setting: PartnerSetting, ask: Ask, keys: "pd.Index[str]", has: sparse.csr_array) -> dict[str, object]:
    """Return name, kind, place and service types of the candidates."""
    parties = setting.facts.parties.loc[keys]
    homes = setting.spare.resources["home"].to_numpy()[has.indices[has.indptr[:-1]]]
    # Where it serves from: its own place, unless what it offers stands elsewhere, from where distances are told.
    region, entries = parties["region"].astype(object), has.tocoo()
    at_home = setting.spare.resources["home"].to_numpy()[entries.col] == region.to_numpy()[entries.row]
    region = region.where(np.bincount(entries.row, at_home, len(keys)) > 0, homes)
    types = np.array(setting.spare.cube.grid.types)
    asked = ask.columns.reshape(-1, len(types)).any(axis=0)
    offered = (has @ (setting.types & asked).astype(np.float64)) > 0
    return {
        "key": keys,
        "name": parties["name"].to_numpy(),
        "kind": parties["kind"].astype(object).where(parties["kind"].notna(), None).to_numpy(),
        "label": parties["label"].to_numpy(),
        "region": region.to_numpy(),
        "region_name": region.map(setting.names).to_numpy(),
        "service_types": [types[row].tolist() for row in offered],
    }
