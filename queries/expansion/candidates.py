"""Candidates that rest on what exists: sharing agreements and upgrades of carriers (method, section 7)."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.english import in_english
from graph.stores.base import Query, ReadSession
from graph.vocabulary import vocabulary
from queries.action_costs import ActionCosts, Share, Upgrade, assumed_of, default_costs
from queries.expansion.actions import Baseline, Candidates, Collected, Column, ResourceReach, builds, joined, reach_of
from queries.expansion.offered import LastOffered
from queries.methods import check_additive
from queries.recognitions import OWN, RECOGNITIONS, counting, recognised
from queries.sharing import USE, spare_capacity
from queries.validity import active

HOSTED = Query(
    "MATCH (k:Carrier)-[:HOSTS]->(s:Resource) OPTIONAL MATCH (k)-[:LOCATED_IN]->(r:Region) "
    "RETURN s.key AS resource, k.key AS carrier, k.name AS name, r.key AS region "
    "ORDER BY s.key, k.key",
    {"resource": str, "carrier": str, "name": str, "region": str},
)
HOSTS = Query(
    "MATCH (k:Carrier)-[:LOCATED_IN]->(r:Region) "
    "RETURN k.key AS key, k.name AS name, r.key AS region, k.kind AS kind, k.level AS level, "
    "k.since AS since, k.until AS until ORDER BY k.key",
    {"key": str, "name": str, "region": str, "kind": str, "level": str, "since": date, "until": date},
)
BRANCHES = Query(  # CONTAINS would ask Neo4j's index of names for what such an index cannot tell, and fail
    "MATCH (o:Organization)-[:LOCATED_IN]->(r:Region) WHERE o.name =~ '.*银行.*' "
    "RETURN o.key AS key, o.name AS name, r.key AS region ORDER BY o.key",
    {"key": str, "name": str, "region": str},
)
VARIANTS = {
    "capacity": Text("扩容", "more capacity"),
    "online": Text("上线", "online mode"),
    "level": Text("提升级别", "a higher level"),
    "full": Text("扩容上线提级", "capacity, online mode and level"),
}


@dataclass(frozen=True)
class ActionFacts:
    """What candidates rest on beyond the cube.

    ``hosted``: carriers with their resources. ``use``: what resources use and share. ``hosts``: carriers, a row for
    each recognition, then bank branches, with key, name, region, kind, level, since and until.
    """

    hosted: pd.DataFrame
    use: pd.DataFrame
    hosts: pd.DataFrame
    last: LastOffered = field(default_factory=LastOffered, compare=False, repr=False)

    def hosts_on(self, day: date) -> pd.Series:
        """Return the name of the first host that is active in each county on a day, carriers before branches."""
        found = self.hosts[active(self.hosts, day)].drop_duplicates("region").set_index("region")["name"]
        return found[[code != prefecture_of(code) for code in found.index]]

    def hosted_on(self, day: date) -> pd.DataFrame:
        """Return ``hosted`` with the level of each carrier on a day."""
        levels = counting(self.hosts, day).set_index("key")["level"]
        return self.hosted.assign(level=self.hosted["carrier"].map(levels).astype(object))


def read_action_facts(session: ReadSession) -> ActionFacts:
    """Read what candidates rest on."""
    hosted = session.frame(HOSTED).drop_duplicates("resource")
    carriers = recognised(session.frame(HOSTS), session.frame(RECOGNITIONS)).sort_values("key", kind="stable")
    branches = session.frame(BRANCHES).assign(**dict.fromkeys(OWN))
    hosts = pd.concat([carriers.astype(object), branches.astype(object)], ignore_index=True)
    return ActionFacts(hosted.dropna(subset=["region"]), session.frame(USE).drop_duplicates("resource"), hosts)


def candidates(on: Baseline, facts: ActionFacts, costs: ActionCosts, within: Bools, day: date) -> Candidates:
    """Return every candidate with an effect; ``within`` ([R]) are the regions that actions stand in or bring to.

    ``day``: that on which a host must be active. What comes back is shared, and not to be changed.

    Raises:
        BadParameter: the cube's method is one by which effects do not add up.
    """
    check_additive(on.cube.method)
    key = costs.model_dump_json(), within.tobytes(), day
    return facts.last.of(on.cube, key, lambda: _all(on, facts, costs, within, day))


def _all(on: Baseline, facts: ActionFacts, costs: ActionCosts, within: Bools, day: date) -> Candidates:
    made = Collected()
    builds(made, on, costs, within, facts.hosts_on(day))
    moved = _shares(made, on, facts, costs.share, within) if costs.share else {}
    _upgrades(made, on, facts.hosted_on(day), costs.upgrade, within, moved)
    return joined(made, on)


Moved = dict[int, list[int]]
"""Row of a shared resource -> the agreements that draw on it."""


def _shares(made: Collected, on: Baseline, facts: ActionFacts, costs: Share, within: Bools) -> Moved:
    """Add the agreements of every two prefectures and type between which capacity can move.

    What the province has at its seat belongs to no prefecture.
    """
    offered = on.cube.offered
    has = spare_capacity(on.cube, facts.use)
    spare = has.agreed()
    rows = np.flatnonzero((spare > 0).any(axis=1) & ~offered.resources["home"].str.endswith("0000").to_numpy())
    if not len(rows):
        return {}
    reach = reach_of(on, offered.resources.iloc[rows].reset_index(drop=True), everywhere=True)
    place, homes = pd.factorize(offered.resources["home"].iloc[rows].map(prefecture_of), sort=True)
    types = on.by_type.shape[2]
    offers = [sparse.csr_array(offered.matches[rows][:, np.arange(t, offered.matches.shape[1], types)])
              for t in range(types)]  # fmt: skip
    moved: Moved = {}
    for number, prefecture in enumerate(homes):
        here = np.flatnonzero(place == number)
        for t in np.flatnonzero((spare[rows[here]] > 0).any(axis=0)):
            at = here[spare[rows[here], t] > 0]
            source = _Source(str(prefecture), int(t), rows[at], spare[rows[at], t], reach[at],
                             sparse.csr_array(offers[t][at]), has.used_stated[rows[at]])  # fmt: skip
            drawn = _agreements(made, on, source, costs, within)
            for together in sorted({tuple(agreements) for agreements in drawn.values()}):
                made.limit(list(together), [costs.fraction] * len(together))
            for row, agreements in drawn.items():
                moved.setdefault(row, []).extend(agreements)
    return moved


@dataclass(frozen=True)
class _Source:
    """The resources of a prefecture with spare capacity of a type: rows of the supply, spare [S], reach, chains [S, C],
    whether their use is stated [S].
    """

    prefecture: str
    type_: int
    rows: Ints
    spare: Floats
    reach: ResourceReach
    chains: sparse.csr_array
    stated: Bools


def _agreements(made: Collected, on: Baseline, source: _Source, costs: Share, within: Bools) -> Moved:
    """Add the agreements of one prefecture and type; return the numbers of those that draw on each resource."""
    code, label = on.cube.grid.types[source.type_], vocabulary("service_types")
    here = on.names[source.prefecture]
    draws: dict[bytes, int] = {}
    moved: Moved = {}
    for target in sorted(set(on.prefectures[within]) - {source.prefecture}):
        flow, goes = _flow(on, source, np.flatnonzero(on.prefectures == target))
        if not goes.any():
            continue
        # Agreements by which the same resources move draw on the same basis effect.
        if goes.tobytes() not in draws:
            draws[goes.tobytes()] = made.basis(*_present(on, source.rows[goes], -source.spare[goes]))
        there = on.names[target]
        number = made.action(
            [(draws[goes.tobytes()], costs.fraction), (made.basis(*flow), costs.fraction)],
            key=f"share:{source.prefecture}-{target}:{code}", kind="share",
            name_zh=f"{here}向{there}共享{label.text(code, 'zh')}余量",
            name_en=f"{in_english(source.prefecture, here)} shares spare capacity with {in_english(target, there)}: "
            f"{label.text(code, 'en')}",
            region=target, origin=source.prefecture, region_name=there, service_type=code, cost=costs.cost,
            quantity=float(source.spare[goes].sum()) * costs.fraction, classes=_classes(on, source.rows[goes]),
            assumed=assumed_of(costs, default_costs().share) + (() if source.stated[goes].all() else ("use",)),
        )  # fmt: skip
        for row in source.rows[goes]:
            moved.setdefault(int(row), []).append(number)
    return moved


def _classes(on: Baseline, rows: Ints) -> int:
    """Return the bits of the data classes of some resources."""
    return int(np.bitwise_or.reduce(on.bits[rows], initial=0))


def _flow(on: Baseline, source: _Source, there: Ints) -> tuple[Column, Bools]:
    """Return what the whole spare capacity would add to A of the regions ``there``, and which resources go.

    A resource that reaches no demand there stays.
    """
    reach = source.reach
    asked = reach.asked[reach.profile[:, None], there]
    total = ((source.chains @ on.by_type[there, :, source.type_].T) * asked).sum(axis=1)
    per = np.divide(source.spare, total, out=np.zeros(len(total)), where=total > 0)
    given, capacity = reach.summed(per, source.chains)
    value = given[:, there].T @ capacity.toarray()
    place, chain = np.nonzero(value)
    chains, types = on.by_type.shape[1:]
    cell = (there[place] * chains + chain) * types + source.type_
    return (cell, value[place, chain]), total > 0


def _present(on: Baseline, rows: Ints, amount: Floats) -> Column:
    """Return what ``amount`` of the capacity of active resources adds to A now."""
    offered = on.cube.offered
    capacity = offered.capacity[rows]
    value = np.divide(on.cube.share[rows] * amount, capacity, out=np.zeros(len(rows)), where=capacity > 0)
    return _added(on, rows, ResourceReach(offered.profile[rows], offered.weight, offered.given_weight), value)


def _added(on: Baseline, rows: Ints, reach: ResourceReach, per_demand: Floats) -> Column:
    """Return Σ over resources of R(s)·v(s,r) where they match; ``per_demand``: R [rows]."""
    given, capacity = reach.summed(per_demand, on.cube.offered.matches[rows])
    added = sparse.coo_array(sparse.csr_array(given.T) @ capacity)
    region, column = added.coords
    return region.astype(np.int64) * on.services.shape[1] + column, added.data


def _upgrades(
    made: Collected, on: Baseline, carried: pd.DataFrame, costs: dict[str, Upgrade], within: Bools, moved: Moved
) -> None:
    """Add the upgrades of carriers in the scope that have active resources; at most one of each carrier."""
    offered = on.cube.offered
    at = pd.Series(np.arange(len(offered.resources)), index=offered.resources["resource"])
    hosted = carried.assign(row=carried["resource"].map(at)).dropna(subset=["row"])
    places = {*on.regions["key"][within], *on.prefectures[within]}
    hosted = hosted[hosted["region"].isin(places) & offered.active[hosted["row"].to_numpy(dtype=np.int64)]]
    rows = hosted["row"].to_numpy(dtype=np.int64)
    if not len(rows):
        return
    online = reach_of(on, offered.resources.iloc[rows].reset_index(drop=True).assign(online=True))
    for carrier, group in hosted.assign(at=np.arange(len(rows))).groupby("carrier", sort=True):
        its = _Carrier(str(carrier), group.iloc[0], rows[group["at"]], online[group["at"]])
        numbers = _variants(made, on, its, costs)
        made.limit(list(numbers), [1.0] * len(numbers))
        _keep_apart(made, [n for n, v in numbers.items() if v.online], {j for r in its.rows for j in moved.get(r, ())})


@dataclass(frozen=True)
class _Carrier:
    """A carrier: its key, its row of HOSTED with level, rows of its resources, their reach once online."""

    key: str
    said: pd.Series
    rows: Ints
    online: ResourceReach


def _variants(made: Collected, on: Baseline, its: _Carrier, costs: dict[str, Upgrade]) -> dict[int, Upgrade]:
    """Add a carrier's upgrades with an effect; return them by number."""
    offered, levels = on.cube.offered, vocabulary("levels")
    capacity = offered.capacity[its.rows]
    reaches_more = bool((its.online.each_asked > offered.weight[offered.profile[its.rows]]).any())
    rank = {e.id: e["rank"] for e in levels}
    highest, level = max(rank.values()), its.said["level"]
    now = made.basis(*_present(on, its.rows, capacity))
    then = made.basis(*_online(on, its, capacity)) if reaches_more else -1
    numbers = {}
    for variant, upgrade in costs.items():
        online = upgrade.online and reaches_more
        too_high = upgrade.levels and (pd.isna(level) or rank[level] + upgrade.levels > highest)
        if too_high or (upgrade.online and not reaches_more) or not (online or upgrade.gain):
            continue
        units = [(then, 1.0 + upgrade.gain), (now, -1.0)] if online else [(now, upgrade.gain)]
        label = VARIANTS.get(variant, Text(variant, variant))
        place = on.names[its.said["region"]]
        number = made.action(
            units, key=f"upgrade:{variant}:{its.key}", kind="upgrade", name_zh=f"{its.said['name']}{label.zh}",
            name_en=f"{its.said['name']}: {label.en}", region=its.said["region"], origin=its.said["region"],
            region_name=place,
            service_type=None, cost=upgrade.cost, quantity=float(capacity.sum()) * upgrade.gain, site=its.said["name"],
            classes=_classes(on, its.rows),
            assumed=assumed_of(upgrade, default_costs().upgrade.get(variant)),
        )  # fmt: skip
        numbers[number] = upgrade
    return numbers


def _online(on: Baseline, its: _Carrier, capacity: Floats) -> Column:
    """Return what a carrier's resources would add to A, were they online too."""
    matches = on.cube.offered.matches[its.rows]
    total = ((matches @ on.services.T) * its.online.each_asked).sum(axis=1)
    per = np.divide(capacity, total, out=np.zeros(len(total)), where=total > 0)
    return _added(on, its.rows, its.online, per)


def _keep_apart(made: Collected, online: list[int], agreements: set[int]) -> None:
    """Allow no online upgrade beside an agreement on the same resource: what they do together is no sum."""
    if online and agreements:
        n = len(agreements)
        made.limit([*sorted(agreements), *online], [1.0] * n + [float(n)] * len(online), float(n))
