"""Partnerships between synthetic organisations in the six dimensions, and the activities they hold."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from graph.arrays import Bools, Floats, Ints
from loaders.sample import cells
from loaders.sample.draws import choose, days_before, scaled, slices
from loaders.sample.institutions import Organisations
from loaders.sample.naming import synthetic_names
from loaders.sample.province import Province, Setting
from loaders.sample.supply_table import DIMENSIONS
from loaders.sample.weaknesses import PARTNERSHIP_HOLES
from loaders.sample.writer import TableWriter

PARTNERSHIPS = 1500
ACTIVITIES = 800
BRANDS = {
    "中小企业科技服务港": 0.8, "银企校院四方联动": 1.0, "中小企业手机报": 0.3, "中小企业服务券": 0.8,
    "订单式服务": 0.8, "中小企业服务年": 0.6, "中小微企业云服务大会": 0.5, "创客天府": 1.2, "税务助企": 1.2,
    "双创大讲堂": 1.5, "银河培训": 1.5,
}  # fmt: skip
"""Service and activity brands of clause 12, and how often they occur."""

ONLINE_BRANDS = frozenset({"中小企业手机报", "中小微企业云服务大会"})

_DIMENSION_SHARES = (0.28, 0.24, 0.16, 0.12, 0.12, 0.08)
_TEAM_SHARES = (0.45, 0.35, 0.20)
_NEAR_KM = 90.0
_EVIDENCE = ("示例：合作协议", "示例：备忘录", "示例：联合项目", "示例：会员关系")
_PEERS, _GENERALISTS, _OUTSIDERS = 120, 20, 40
_MIXED_TEAMS = 0.15
_ACTIVITY_SPREAD = 1.2
_TRIES = 50
_ACTIVITY_DAYS = 730


@dataclass(frozen=True)
class Partnerships:
    """Pairs of organisations, the dimension of each, and the chain it is about."""

    a: Ints
    b: Ints
    dimension: Ints
    chain: Ints


def partnership_holes(rng: np.random.Generator, province: Province) -> Bools:
    """Choose the cells (chains × dimensions) that stay without any partnership."""
    return rng.random((len(province.chains), len(DIMENSIONS))) < PARTNERSHIP_HOLES


@dataclass(frozen=True)
class _Candidates:
    """Organisations to draw teams from: those of each chain, generalists last, and how active each one is."""

    by_chain: list[Ints]
    activity: Floats


def make_partnerships(rng: np.random.Generator, setting: Setting, organisations: Organisations) -> Partnerships:
    """Draw teams of 2 to 4 organisations of one chain near each other; all pairs of a team cooperate.

    Complete teams give triangles, active organisations belong to several teams, and now and then one of
    another chain joins, so that teams are linked.
    """
    province, wanted = setting.province, scaled(PARTNERSHIPS, setting.scale)
    holes, candidates = partnership_holes(rng, province), _candidates(rng, province, organisations)
    leaders = choose(rng, candidates.activity, _TRIES * wanted)
    found: dict[tuple[int, int, int], int] = {}
    for leader in map(int, leaders):
        chain = int(organisations.chain[leader])
        chain = int(rng.integers(0, len(province.chains))) if chain < 0 else chain
        dimension = int(choose(rng, _DIMENSION_SHARES, 1)[0])
        if holes[chain, dimension]:
            continue
        team = _team(rng, province, organisations, candidates, (leader, chain))
        for a, b in combinations(team, 2):
            found.setdefault((min(a, b), max(a, b), dimension), chain)
        if len(found) >= wanted:
            break
    pairs = list(found.items())[:wanted]
    columns = np.array([(*pair, chain) for pair, chain in pairs], dtype=np.int64).reshape(-1, 4)
    return Partnerships(*columns.T)


def _candidates(rng: np.random.Generator, province: Province, organisations: Organisations) -> _Candidates:
    groups = [np.flatnonzero(organisations.chain == chain) for chain in range(len(province.chains))]
    generalists = np.flatnonzero(organisations.chain < 0)
    return _Candidates([*groups, generalists], rng.lognormal(0.0, _ACTIVITY_SPREAD, len(organisations)))


def _team(
    rng: np.random.Generator,
    province: Province,
    organisations: Organisations,
    candidates: _Candidates,
    start: tuple[int, int],
) -> list[int]:
    """Draw the members of one team around its leader (``start``: leader and chain), the leader first."""
    leader, chain = start
    outsiders = _OUTSIDERS if rng.random() < _MIXED_TEAMS else 0
    peers, generalists = candidates.by_chain[chain], candidates.by_chain[-1]
    met = np.concatenate(
        [
            peers[rng.integers(0, max(len(peers), 1), _PEERS if len(peers) else 0)],
            generalists[rng.integers(0, max(len(generalists), 1), _GENERALISTS if len(generalists) else 0)],
            rng.integers(0, len(organisations), outsiders),
        ]
    )
    met = met[met != leader]
    if not len(met):
        return [leader]
    near = province.distances[organisations.prefecture[leader], organisations.prefecture[met]]
    weights = candidates.activity[met] * np.exp(-near / _NEAR_KM)
    others = met[choose(rng, weights, 1 + int(choose(rng, _TEAM_SHARES, 1)[0]))]
    return list(dict.fromkeys([leader, *map(int, others)]))


def write_partnerships(
    writer: TableWriter,
    rng: np.random.Generator,
    setting: Setting,
    organisations: Organisations,
    partnerships: Partnerships,
) -> None:
    """Write the table ``partnerships``."""
    chains, dimensions = cells.labels(setting.province.chains), cells.labels(DIMENSIONS)
    for part in slices(len(partnerships.a)):
        rows = len(partnerships.a[part])
        since = days_before(rng, setting.as_of, 20, 1800, rows)
        dimension = cells.pick(dimensions, partnerships.dimension[part])
        writer.write(
            a=cells.pick(organisations.names, partnerships.a[part]),
            b=cells.pick(organisations.names, partnerships.b[part]),
            dimension=dimension,
            content=cells.joined("示例：", cells.pick(chains, partnerships.chain[part]), dimension, "合作"),
            since=cells.dates(since),
            until=cells.dates(since + rng.integers(1, 5, rows) * 365, rng.random(rows) < 0.6),
            evidence=cells.pick(cells.labels(_EVIDENCE), rng.integers(0, len(_EVIDENCE), rows)),
        )


def write_activities(
    writer: TableWriter, rng: np.random.Generator, setting: Setting, organisations: Organisations
) -> None:
    """Write the table ``activities``: two years of events under the brands of clause 12."""
    province = setting.province
    brands = tuple(BRANDS)
    online_brand = np.array([b in ONLINE_BRANDS for b in brands])
    rows = writer.expected
    day = np.sort(setting.as_of - rng.integers(0, _ACTIVITY_DAYS, rows))
    organiser = rng.integers(0, len(organisations), rows)
    brand = choose(rng, list(BRANDS.values()), rows)
    prefecture = organisations.prefecture[organiser]
    names = synthetic_names(prefecture, province.short_names, brand, brands, 3)
    for part in slices(rows):
        size = len(day[part])
        writer.write(
            name=names[part],
            brand=cells.pick(cells.labels(brands), brand[part]),
            date=cells.dates(day[part]),
            organizer=cells.pick(organisations.names, organiser[part]),
            region=cells.pick(cells.labels(province.counties), organisations.county[organiser[part]]),
            mode=cells.either(online_brand[brand[part]] | (rng.random(size) < 0.35), "线上", "线下"),
            participants=np.maximum(8, np.rint(rng.lognormal(4.2, 0.7, size))).astype(np.int64),
        )
