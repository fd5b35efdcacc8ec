"""The fewest partners that together fill a share of what the requester lacks (exact, :mod:`queries.solvers.fewest`).

What a resource has to spare of a type serves any chain it suits, as in ``would_meet`` of one candidate; here no two
partners fill the same unmet demand. Who may be a partner, and how good each is, is the search's
(:mod:`queries.partners.find`): filters, pins and weights mean the same.
"""

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from graph.projection import plain_rows
from graph.stores.base import Store
from queries.answers import Answer
from queries.ordering import comparable
from queries.partners import parts as parts_of
from queries.partners.candidates import FewestQuestion, PartnerSet, SetMember, SetOther
from queries.partners.filters import CandidatePool
from queries.partners.find import PartnerAnswer, search
from queries.partners.requester import Place
from queries.solvers.fewest import FewestGivers, Giving, solve_fewest

OTHERS = 2
"""Other sets of the same size that are told."""


def fewest_partners(store: Store, question: FewestQuestion, place: Place | None = None) -> Answer[PartnerSet]:
    """Return the fewest partners that together fill a share of the requester's gap.

    Of the sets that are smallest that of the highest sum of scores is named, then others. Where all candidates
    together cannot fill the share, it is the fewest who fill as much as all can.

    Raises:
        NotFound, BadParameter: as :func:`queries.partners.partners`; a share that is none; demand that is not known.
    """
    if not 0 < question.share <= 1:
        raise BadParameter(name="share", value=question.share, reason="0 < … ≤ 1")
    found, pool, chosen = search(store, question.of, place)
    if found.who.unknown:
        reason = Text("其需求不明，无从判断补多少", "its demand is not known, and so not what would fill it")
        raise BadParameter(name="requester", value=found.who.name, reason=reason)
    wanted = question.share * found.who.unmet
    giving = _giving(found, pool, chosen)
    possible = float(giving.filled(np.arange(len(giving.worth))).sum())
    best = solve_fewest(giving, wanted, OTHERS, question.time_limit)
    basis = found.meta.model_copy(
        update={"parameters": found.meta.parameters | {"share": question.share, "time_limit": question.time_limit}}
    )
    return Answer(data=_answer(found, best, question, wanted, possible), meta=basis)


def _giving(found: PartnerAnswer, pool: CandidatePool, chosen: Bools) -> Giving:
    """Return what the ranked candidates have to spare, in groups of one type and one set of chains."""
    setting, ask, ranked = pool.setting, pool.ask, found.ranked
    types = len(setting.spare.cube.grid.types)
    by_type = parts_of.spare_by_type(setting, ask)  # [S, T]
    resource = pool.resource[chosen]
    at = pd.Index(ranked["key"]).get_indexer(pool.keys[pool.owner[chosen]])
    spare = by_type[resource]
    row, type_ = np.nonzero(spare > 0)
    group = setting.chain_set[resource[row]] * types + type_
    used, of = np.unique(group, return_inverse=True)
    has = sparse.csr_array((spare[row, type_], (at[row], of)), shape=(len(ranked), len(used)))
    has.sum_duplicates()
    asked = np.flatnonzero(ask.unmet > 0)
    serves = setting.chain_sets[used // types][:, asked // types] & ((used % types)[:, None] == asked % types)
    fixed = np.flatnonzero(ranked["pinned"].to_numpy(dtype=bool)).astype(np.int64)
    return Giving(has, serves.reshape(len(used), len(asked)), ask.unmet[asked], ranked["score"].to_numpy(), fixed)


def _answer(
    found: PartnerAnswer, best: FewestGivers, question: FewestQuestion, wanted: float, possible: float
) -> PartnerSet:
    return PartnerSet(
        requester=found.who,
        service_types=list(question.of.service_types),
        share=question.share,
        wanted=wanted,
        possible=possible,
        filled=best.filled,
        members=_members(found, best.chosen, best.fills),
        least=best.bound,
        proven=best.proven,
        others=[_other(found, best.chosen, each) for each in best.others],
        only=best.only,
    )


def _members(found: PartnerAnswer, chosen: Ints, fills: Floats) -> list[SetMember]:
    """Return the members of a set, who fills most first."""
    order = chosen[np.lexsort((chosen, -comparable(fills[chosen])))]
    names = ["key", "name", "region", "region_name", "score", "would_meet", "distance_km", "pinned", "data_class"]
    rows = plain_rows(found.ranked.loc[order, names])
    return [SetMember(**row, fills=float(fills[at])) for at, row in zip(order.tolist(), rows, strict=True)]


def _other(found: PartnerAnswer, chosen: Ints, other: Ints) -> SetOther:
    out, new = np.setdiff1d(chosen, other), np.setdiff1d(other, chosen)
    names, keys = found.ranked["name"], found.ranked["key"]
    return SetOther(without=names[out].tolist(), instead=names[new].tolist(), keys=keys[other].tolist())
