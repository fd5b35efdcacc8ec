"""The parts of a partner's score, each 0 to 1 (method, section 6). K candidates, S resources, N columns.

A part of a candidate is the mean over its fitting resources, weighted by their spare capacity for what is asked
(evenly where nobody has any); what is not known of a resource leaves the mean, and a part of which nothing is known
is NaN.
"""

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Floats
from graph.geography import road_km
from queries.methods import DECAY_KM, LIMIT_KM
from queries.ordering import comparable
from queries.partners.requester import Ask
from queries.partners.setting import PartnerSetting


def distances(setting: PartnerSetting, ask: Ask) -> tuple[Floats, Floats]:
    """Return for each resource the distance to the need, km, and the offline weight there; [S] each.

    Both are means over the requester's regions, weighted by their unmet demand.
    """
    places = setting.spare.cube.facts.demand.regions.set_index("key")
    home, homes = pd.factorize(setting.spare.resources["home"])
    seats = places.loc[homes, ["lon", "lat"]].to_numpy()
    there = setting.spare.cube.grid.regions.loc[ask.regions, ["lon", "lat"]].to_numpy()
    km = road_km(seats[:, 0, None], seats[:, 1, None], there[None, :, 0], there[None, :, 1])
    weight = np.where(km > LIMIT_KM, 0.0, np.exp(-0.5 * (km / DECAY_KM) ** 2))
    need = ask.need[ask.regions]
    return (km @ need)[home], (weight @ need)[home]


def spare_by_type(setting: PartnerSetting, ask: Ask) -> Floats:
    """Return [S, T]: spare capacity of each resource in the columns asked for, by service type."""
    count = len(setting.spare.cube.grid.types)
    made: Floats = setting.spare.left @ _by_type(ask.columns.astype(np.float64), count)
    return made


def _by_type(values: Floats, count: int) -> Floats:
    """Return [N, T]: the value of each column, in the column of its type."""
    made = np.zeros((len(values), count))
    made[np.arange(len(values)), np.arange(len(values)) % count] = values
    return made


def would_meet(setting: PartnerSetting, ask: Ask, has: sparse.csr_array, spare: Floats) -> Floats:
    """Return [K]: Σ over types of the smaller of a candidate's spare capacity and the unmet demand that it suits.

    Args:
        setting: See there.
        ask: See there.
        has: [K, S], 1 where a resource is the candidate's.
        spare: [S, T].
    """
    count = spare.shape[1]
    suits = (has @ setting.spare.cube.offered.matches).tocsr()
    suits.data = np.ones_like(suits.data)
    wanted = suits @ _by_type(ask.unmet, count)
    made: Floats = np.minimum(has @ spare, wanted).sum(axis=1)
    return made


def complementarity(meets: Floats, unmet: float, *, unknown: bool) -> Floats:
    """Return [K] log(1 + would meet) / log(1 + unmet), both in services a year: 0 nothing of it, 1 all of it.

    One organisation meets a few in a thousand of what a prefecture lacks; a plain share would tell none of them
    apart from nobody.
    """
    if unknown:
        return np.full(len(meets), np.nan)
    if unmet <= 0:
        return np.zeros(len(meets))
    made: Floats = np.minimum(np.log1p(meets) / np.log1p(unmet), 1.0)
    return made


def reach(setting: PartnerSetting, offline_weight: Floats) -> Floats:
    """Return [S]: the weight w at the need were the scope opened to it: online 1, offline by distance."""
    return np.where(setting.online, 1.0, offline_weight)


def related(setting: PartnerSetting, ask: Ask) -> Floats:
    """Return [S]: for each chain asked for the nearest chain of the resource, weighted by unmet demand."""
    wanted = np.flatnonzero(ask.chains)
    nearest = np.stack([np.where(setting.chain_sets, setting.related[c], 0.0).max(axis=1, initial=0.0) for c in wanted])
    made: Floats = (ask.chains[wanted] @ nearest)[setting.chain_set]
    return made


def record(setting: PartnerSetting, ask: Ask, keys: "pd.Index[str]") -> tuple[Floats, Floats]:
    """Return [K] x/(1+x) with x = partnerships with the requester + Adamic–Adar of shared partners; and the number.

    Adamic–Adar: Σ over shared partners z of 1 / log(partners of z) (Adamic & Adar 2003).
    """
    at = setting.nodes.get_indexer(keys)
    known = at >= 0
    direct, shared = np.zeros(len(keys)), np.zeros(len(keys))
    if known.any() and ask.nodes.any():
        linked = setting.ties.copy()
        linked.data = np.ones_like(linked.data)
        degree = linked.sum(axis=1)
        mine = ask.nodes.astype(np.float64)
        worth = np.divide(1.0, np.log(degree), out=np.zeros(len(degree)), where=degree > 1)
        between = worth * ((linked @ mine) > 0) * ~ask.nodes
        direct[known] = (setting.ties @ mine)[at[known]]
        shared[known] = (linked @ between)[at[known]]
    total = direct + shared
    return total / (1.0 + total), direct


def mean(has: sparse.csr_array, weight: Floats, values: Floats) -> Floats:
    """Return [K] the mean of what is known of the values [S], weighted; evenly where the known weigh nothing."""
    known = ~np.isnan(values)
    plain = np.where(known, values, 0.0)
    total, count = has @ (weight * known), has @ known.astype(np.float64)
    evenly = np.divide(has @ plain, count, out=np.full(len(count), np.nan), where=count > 0)
    made: Floats = np.divide(has @ (weight * plain), total, out=evenly, where=total > 0)
    return made


def standing(values: Floats) -> Floats:
    """Return [K] the share of the other known candidates that are below, equal ones counting half; NaN unknown.

    Many are at the end of a part's scale (whatever is online reaches everywhere); this tells how many are.
    """
    known = np.flatnonzero(~np.isnan(values))
    made = np.full(len(values), np.nan)
    if len(known) < 2:
        made[known] = 0.5
        return made
    level = comparable(values[known])
    ordered = np.sort(level)
    below, up_to = np.searchsorted(ordered, level), np.searchsorted(ordered, level, side="right")
    made[known] = (below + 0.5 * (up_to - 1 - below)) / (len(known) - 1)
    return made
