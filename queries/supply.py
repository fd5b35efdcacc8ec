"""What is offered, and how far it reaches: resources with home, scope, modes and validity (method, section 2)."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.geography import road_km
from graph.identity import prefecture_of
from graph.projection import among, in_order
from graph.stores.base import Query, ReadSession
from queries.demand import Demand
from queries.methods import DEFAULT, FORMS, LIMIT_DECAYS, Method, decay_km
from queries.solvers.catchment import given_weight

ASSUMED_CAPACITY = 100.0
"""Services a year of a resource that states no capacity; its cells carry the reason ``capacity_assumed``."""

RESOURCES = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(s:Resource) OPTIONAL MATCH (k:Carrier)-[:HOSTS]->(s) "
    "OPTIONAL MATCH (k)-[:LOCATED_IN]->(kr:Region) OPTIONAL MATCH (o)-[:LOCATED_IN]->(r:Region) "
    "RETURN s.key AS resource, o.key AS provider, coalesce(kr.key, r.key) AS home, s.capacity AS capacity, "
    "s.online AS online, s.offline AS offline, s.level AS level, s.since AS since, s.until AS until, "
    "s.data_class AS data_class ORDER BY s.key",
    {"resource": str, "provider": str, "home": str, "capacity": float, "online": bool, "offline": bool,
     "level": str, "since": date, "until": date, "data_class": str},
)  # fmt: skip
TYPES = Query(
    "MATCH (s:Resource)-[:OFFERS]->(t:ServiceType) RETURN s.key AS resource, t.key AS service_type",
    {"resource": str, "service_type": str},
)
CHAINS = Query(
    "MATCH (s:Resource)-[:SUITS]->(c:Chain) RETURN s.key AS resource, c.key AS chain",
    {"resource": str, "chain": str},
)
SCOPES = Query(
    "MATCH (s:Resource)-[:SERVES]->(r:Region) RETURN s.key AS resource, r.key AS region",
    {"resource": str, "region": str},
)


@dataclass(frozen=True)
class SupplyFacts:
    """Everything read from the store about resources, as frames with the queries' columns."""

    resources: pd.DataFrame
    types: pd.DataFrame
    chains: pd.DataFrame
    scopes: pd.DataFrame


@dataclass(frozen=True)
class Supply:
    """Resources as arrays; S resources, P reach profiles, R regions, C chains, T types.

    Resources of one home, scope and mode reach alike, so reach is kept by profile.
    ``resources``: frame of S rows; ``profile``: [S] its profile; ``active``: [S] valid on the day;
    ``capacity``: [S] services a year; ``matches``: sparse [S, C·T], 1 where chain and type match;
    ``weight``, ``offline_weight``: [P, R] reach weight within the scope; ``given_weight``: [P, R] that of what is
    given, the same by ``2sfca``; ``local``: [P, R] home prefecture is the region's.
    """

    resources: pd.DataFrame
    profile: Ints
    active: Bools
    capacity: Floats
    matches: sparse.csr_array
    weight: Floats
    given_weight: Floats
    offline_weight: Floats
    local: Bools


def read_supply(session: ReadSession) -> SupplyFacts:
    """Read everything that supply rests on."""
    return SupplyFacts(*(in_order(session, q) for q in (RESOURCES, TYPES, CHAINS, SCOPES)))


def supply(facts: SupplyFacts, places: pd.DataFrame, grid: Demand, as_of: date, method: Method = DEFAULT) -> Supply:
    """Return supply on the grid of a day.

    Args:
        facts: What was read.
        places: Every county, prefecture and the province, with key, lon and lat of its seat.
        grid: The grid; ``bfca`` hands out over its regions with known demand for anything.
        as_of: Day of analysis; since ≤ day ≤ until counts.
        method: By which supply meets demand.
    """
    resources = facts.resources.dropna(subset=["home"]).drop_duplicates("resource").reset_index(drop=True)
    day = pd.Timestamp(as_of)
    active = ~(pd.to_datetime(resources["since"]) > day) & ~(pd.to_datetime(resources["until"]) < day)
    profile, weight, offline, local = _reach(resources, facts.scopes, places, grid, method)
    return Supply(
        resources=resources,
        profile=profile,
        active=active.to_numpy(),
        capacity=resources["capacity"].fillna(ASSUMED_CAPACITY).to_numpy(dtype=np.float64),
        matches=_matches(resources, facts, tuple(grid.chains["key"]), grid.types),
        weight=weight,
        given_weight=_given(weight, grid, method),
        offline_weight=offline,
        local=local,
    )


def reach_weights(
    resources: pd.DataFrame, scopes: pd.DataFrame, places: pd.DataFrame, grid: Demand, method: Method
) -> tuple[Ints, Floats, Floats]:
    """Return the profiles [S] of resources that may not exist, and ``weight`` and ``given_weight`` of those [P, R]."""
    profile, weight, *_ = _reach(resources, scopes, places, grid, method)
    return profile, weight, _given(weight, grid, method)


def _given(weight: Floats, grid: Demand, method: Method) -> Floats:
    asking = np.where((np.nan_to_num(grid.services) > 0).any(axis=(1, 2)), 1.0, 0.0)
    made: Floats = given_weight(weight.T, FORMS[method], asking).T
    return made


def _matches(
    resources: pd.DataFrame, facts: SupplyFacts, chains: tuple[str, ...], types: tuple[str, ...]
) -> sparse.csr_array:
    """Return the sparse [S, C·T] matrix of matching chain and type; a resource without chains suits any."""
    row = pd.Series(resources.index, index=resources["resource"])
    suits = facts.chains[among(facts.chains["resource"], resources["resource"])].drop_duplicates()
    stated = np.zeros((len(resources), len(chains)), dtype=bool)
    stated[row[suits["resource"]].to_numpy(), pd.Index(chains).get_indexer(pd.Index(suits["chain"]))] = True
    stated[~stated.any(axis=1)] = True
    offers = facts.types[among(facts.types["resource"], resources["resource"])].drop_duplicates()
    s, t = row[offers["resource"]].to_numpy(), pd.Index(types).get_indexer(pd.Index(offers["service_type"]))
    pair, c = np.nonzero(stated[s])
    shape = (len(resources), len(chains) * len(types))
    return sparse.csr_array((np.ones(len(pair)), (s[pair], c * len(types) + t[pair])), shape=shape)


def _reach(
    resources: pd.DataFrame, scopes: pd.DataFrame, places: pd.DataFrame, grid: Demand, method: Method
) -> tuple[Ints, Floats, Floats, Bools]:
    """Return each resource's profile and the profiles' weights on the regions."""
    regions, decay = grid.regions, decay_km(method, places, grid.regions)
    ours = scopes[among(scopes["resource"], resources["resource"])]
    by_resource: dict[str, list[str]] = {}
    for resource, region in zip(ours["resource"].tolist(), ours["region"].tolist(), strict=True):
        by_resource.setdefault(resource, []).append(region)
    stated = {resource: tuple(sorted(group)) for resource, group in by_resource.items()}
    # Without any mode a resource is offline.
    online = resources["online"].astype("boolean").fillna(False).astype(bool)
    offline = resources["offline"].astype("boolean").fillna(False).astype(bool) | ~online
    keys = pd.DataFrame(
        {
            "home": resources["home"],
            # Without a stated scope it is the home's prefecture; the province for a provincial home.
            "scope": [
                stated.get(resource) or (prefecture_of(home),)
                for resource, home in zip(resources["resource"].tolist(), resources["home"].tolist(), strict=True)
            ],
            "online": online,
            "offline": offline,
        }
    )
    profiles = keys.drop_duplicates().reset_index(drop=True)
    number = {key: at for at, key in enumerate(profiles.itertuples(index=False, name=None))}
    profile = np.array([number[k] for k in keys.itertuples(index=False, name=None)], dtype=np.int64)

    in_scope = _scopes(profiles["scope"], regions)
    by_distance = _decay(profiles["home"], places, regions, decay)
    offline_weight = np.where(in_scope & profiles["offline"].to_numpy()[:, None], by_distance, 0.0)
    online_weight = (in_scope & profiles["online"].to_numpy()[:, None]).astype(np.float64)
    prefectures = regions["key"].map(prefecture_of).to_numpy()
    local = profiles["home"].map(prefecture_of).to_numpy()[:, None] == prefectures[None, :]
    return profile, np.maximum(offline_weight, online_weight), offline_weight, local


def _scopes(scopes: pd.Series, regions: pd.DataFrame) -> Bools:
    """Tell for each scope (a tuple of places) and region whether the region is one of the places or lies in one."""
    keys = regions["key"].tolist()
    inside = {place: np.array([place in _self_and_above(k) for k in keys]) for place in {*scopes.explode()}}
    rows = [np.any([inside[place] for place in scope], axis=0) for scope in scopes]
    return np.array(rows, dtype=bool).reshape(len(rows), len(keys))


def _self_and_above(key: str) -> tuple[str, str, str]:
    return key, prefecture_of(key), key[:2] + "0000"


def _decay(homes: pd.Series, places: pd.DataFrame, regions: pd.DataFrame, decay: Floats) -> Floats:
    """Return the offline weight of each home on each region before scope.

    1 in the home county, or anywhere in the prefecture where only that is known; else exp(−½(d/b)²), 0 beyond 3·b, d
    the road-like distance of the seats and b the region's ``decay`` [R]: 60 km.
    """
    seats = places.set_index("key").loc[homes, ["lon", "lat"]].to_numpy()
    distance = road_km(
        seats[:, 0, None],
        seats[:, 1, None],
        regions["lon"].to_numpy()[None, :],
        regions["lat"].to_numpy()[None, :],
    )
    weight = np.where(distance > LIMIT_DECAYS * decay, 0.0, np.exp(-0.5 * (distance / decay) ** 2))
    keys, home = regions["key"].to_numpy(), homes.to_numpy()[:, None]
    is_prefecture = [h == prefecture_of(h) and not h.endswith("0000") for h in homes]
    known_as_prefecture = np.array(is_prefecture, dtype=bool)[:, None]
    same_prefecture = regions["key"].map(prefecture_of).to_numpy()[None, :] == home
    return np.where((keys[None, :] == home) | (known_as_prefecture & same_prefecture), 1.0, weight)


def placed_weight(
    home: str, scope: tuple[str, ...], places: pd.DataFrame, regions: pd.DataFrame, *, online: bool,
    method: Method = DEFAULT,
) -> Floats:  # fmt: skip
    """Return the reach weight [R] of a resource that does not exist: of one mode, at a home, with a scope."""
    in_scope = _scopes(pd.Series([scope]), regions)[0]
    decay = decay_km(method, places, regions)
    by_distance = np.ones(len(regions)) if online else _decay(pd.Series([home]), places, regions, decay)[0]
    return np.where(in_scope, by_distance, 0.0)
