"""Synthetic service resources: what organisations and carriers offer, where, in which mode, how much."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.arrays import Bools, Floats, Ints
from loaders.sample.draws import choose, choose_distinct, days_before, scaled
from loaders.sample.institutions import supply_leaning
from loaders.sample.naming import synthetic_names
from loaders.sample.province import Province, Setting
from loaders.sample.sites import LEVELS, Network
from loaders.sample.weaknesses import ONLINE_ONLY_PREFECTURES, SCARCE_SERVICE_TYPES, SCARCITY

RESOURCES = 5320
CAPACITY = 540_000
"""Stated services a year at scale 1; with 100 assumed where none is stated, about 556,000."""

USED_WHERE_UNKNOWN = 75.0
ONLINE, OFFLINE, BOTH = 0, 1, 2
MODES = ("线上", "线下", "线上；线下")

KINDS = {
    "服务产品": 0.42, "专家导师": 0.14, "仪器设备": 0.10, "场地": 0.08, "技术成果": 0.07, "培训": 0.06,
    "资金": 0.05, "市场渠道": 0.05, "品牌": 0.03,
}  # fmt: skip

_TYPE_SHARES = {
    "信息咨询": 1.5, "创业辅导": 1.2, "技术支持": 1.2, "投资融资": 1.1, "财会税务": 1.1, "科技服务": 1.1,
}  # fmt: skip
_TYPES_OF_KIND = {
    "仪器设备": ("技术支持", "科技服务", "产学研协同"), "技术成果": ("科技服务", "知识产权", "产学研协同"),
    "资金": ("投资融资",), "市场渠道": ("市场开拓", "对外合作"), "品牌": ("市场开拓", "管理咨询"),
    "培训": ("创业辅导", "人才引进", "管理咨询", "财会税务"), "场地": ("创业辅导", "科技服务"),
    "专家导师": ("创业辅导", "管理咨询", "技术支持", "法律咨询"),
}  # fmt: skip
_AFFINITY = 8.0
_WEAK_PROVIDERS = 0.3
_UNSTATED = 0.03
_EXPIRED = 0.045
_EXPIRED_IN_WEAK_PLACES = 0.45
_MORE_CHAINS = (0.5, 0.32, 0.18)
_TYPE_COUNTS = (0.5, 0.32, 0.18)
_MODE_SHARES = (0.20, 0.38, 0.42)
_WEAK_MODE_SHARES = (0.75, 0.15, 0.10)
_SCOPES = (0.79, 0.15, 0.04, 0.02)
HOME, PROVINCE_WIDE, NEIGHBOUR, SEVERAL = 0, 1, 2, 3


@dataclass(frozen=True)
class Resources:
    """Synthetic resources; ``types`` and ``chains`` are index matrices filled up with -1."""

    names: pa.Array
    kind: Ints
    provider: Ints
    carrier: Ints
    prefecture: Ints
    types: Ints
    chains: Ints
    mode: Ints
    scope: Ints
    level: Ints
    capacity: Ints
    stated: Bools
    used: Ints
    since: Ints
    until: Ints
    unlimited: Bools

    def __len__(self) -> int:
        return len(self.kind)

    def demanded(self) -> Floats:
        """Return the services a year each one is used for, assumed where unknown."""
        return np.where(self.stated, self.used, USED_WHERE_UNKNOWN)


def make_resources(rng: np.random.Generator, setting: Setting, network: Network) -> Resources:
    """Draw resources: one for each carrier and organisation, but few in weak places, and some more."""
    province, organisations, carriers = setting.province, network.organisations, network.carriers
    provider, carrier = _providers(rng, setting, network)
    rows = len(provider)
    hosted = carrier >= 0
    prefecture = np.where(hosted, carriers.prefecture[carrier], organisations.prefecture[provider])
    county = np.where(hosted, carriers.county[carrier], organisations.county[provider])
    main_chain = np.where(hosted, carriers.chain[carrier], organisations.chain[provider])
    weak = _weak(province)[prefecture]
    kind = choose(rng, list(KINDS.values()), rows)
    mode = np.where(weak, choose(rng, _WEAK_MODE_SHARES, rows), choose(rng, _MODE_SHARES, rows))
    level = choose(rng, (0.03, 0.17, 0.48, 0.32), rows)
    level = np.where(hosted, carriers.level[carrier], level)
    since, until, unlimited = _validity(rng, weak, setting.as_of)
    capacity, stated, used = _capacity(rng, setting.scale, level)
    return Resources(
        names=synthetic_names(prefecture, province.short_names, kind, tuple(KINDS), 4),
        kind=kind,
        provider=provider,
        carrier=carrier,
        prefecture=prefecture,
        types=choose_distinct(rng, _type_weights(province)[kind], 1 + choose(rng, _TYPE_COUNTS, rows)),
        chains=_chains(rng, supply_leaning(province), county, main_chain),
        mode=mode,
        scope=_scopes(rng, mode, level, weak),
        level=level,
        capacity=capacity,
        stated=stated,
        used=used,
        since=since,
        until=until,
        unlimited=unlimited,
    )


def _weak(province: Province) -> Bools:
    return np.array([code in ONLINE_ONLY_PREFECTURES for code in province.prefecture_codes])


def _providers(rng: np.random.Generator, setting: Setting, network: Network) -> tuple[Ints, Ints]:
    """Draw provider and carrier (-1 for none) of each resource, mixed well."""
    weak, carriers = _weak(setting.province), network.carriers
    home = network.organisations.prefecture
    able = np.flatnonzero(~weak[home] | (rng.random(len(home)) < _WEAK_PROVIDERS))
    hosts = np.flatnonzero(~weak[carriers.prefecture] | (rng.random(len(carriers)) < _WEAK_PROVIDERS))
    strong = able[~weak[home[able]]]
    more = max(0, scaled(RESOURCES, setting.scale) - len(able) - len(hosts))
    again = strong[rng.integers(0, len(strong), more)]
    provider = np.concatenate([carriers.operator[hosts], able, again])
    carrier = np.concatenate([hosts, np.full(len(able) + more, -1)])
    order = rng.permutation(len(provider))
    return provider[order], carrier[order]


def _type_weights(province: Province) -> Floats:
    """Return the weights of the service types (columns) for each kind of resource (rows)."""
    types = province.service_types
    scarce = np.array([SCARCITY if t in SCARCE_SERVICE_TYPES else 1.0 for t in types])
    base = np.array([_TYPE_SHARES.get(t, 1.0) for t in types]) * scarce
    fitting = np.array([[t in _TYPES_OF_KIND.get(kind, ()) for t in types] for kind in KINDS])
    return np.asarray(base * np.where(fitting, _AFFINITY, 1.0))


def _chains(rng: np.random.Generator, leaning: Floats, counties: Ints, main: Ints) -> Ints:
    """Return the main chain and up to two more of the county; none where there is no main chain."""
    more = choose(rng, _MORE_CHAINS, len(main))
    chains = np.full((len(main), 3), -1)
    chains[:, 0] = main
    for county in np.unique(counties):
        here = np.flatnonzero((counties == county) & (main >= 0))
        others = np.tile(leaning[county], (len(here), 1))
        others[np.arange(len(here)), main[here]] = 0.0
        drawn = choose_distinct(rng, others, more[here])
        chains[here, 1 : 1 + drawn.shape[1]] = drawn
    return chains


def _validity(rng: np.random.Generator, weak: Bools, as_of: int) -> tuple[Ints, Ints, Bools]:
    rows = len(weak)
    expired = rng.random(rows) < np.where(weak, _EXPIRED_IN_WEAK_PLACES, _EXPIRED)
    past, future = days_before(rng, as_of, 1, 330, rows), days_before(rng, as_of, -1100, -20, rows)
    until = np.where(expired, past, future)
    since = days_before(rng, as_of, 60, 2200, rows) - np.where(expired, 360, 0)
    unlimited = ~expired & (rng.random(rows) < 0.3)
    return since, until, unlimited


def _capacity(rng: np.random.Generator, scale: float, level: Ints) -> tuple[Ints, Bools, Ints]:
    """Draw lognormal capacities that sum to the plan, whether they are stated, and what is used of them."""
    rows = len(level)
    factor = np.array([2.2, 1.5, 1.0, 0.7])[level]
    raw = factor * rng.lognormal(0.0, 0.8, rows)
    stated = rng.permutation(rows) >= round(_UNSTATED * rows)
    per_weight = CAPACITY * scale / raw[stated].sum()
    capacity = np.maximum(1, np.rint(raw * per_weight)).astype(np.int64)
    used = np.rint(capacity * (0.3 + 0.8 * rng.beta(2.4, 1.8, rows))).astype(np.int64)
    return capacity, stated, used


def _scopes(rng: np.random.Generator, mode: Ints, level: Ints, weak: Bools) -> Ints:
    """Who serves beyond its prefecture: mostly provincial or online ones may serve the whole province."""
    scope = choose(rng, _SCOPES, len(mode))
    wide = (scope == PROVINCE_WIDE) & ((mode == ONLINE) | (level <= LEVELS.index("省级")))
    widened = np.where(wide, PROVINCE_WIDE, HOME)
    return np.where((scope == PROVINCE_WIDE) | weak, np.where(weak, HOME, widened), scope)
