"""Single services: who serves whom, with what, in which mode, and how it was rated."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.arrays import Bools, Floats, Ints
from loaders.sample import cells
from loaders.sample.delivery import Sites
from loaders.sample.demand import Enterprises
from loaders.sample.draws import choose, within
from loaders.sample.institutions import Organisations
from loaders.sample.naming import synthetic_ids
from loaders.sample.province import Province
from loaders.sample.supply import BOTH, ONLINE, PROVINCE_WIDE, Resources
from loaders.sample.writer import TableWriter

STATES = ("服务中", "已完成")

_NAMED_RESOURCES = 0.8
_NAMED_ENTERPRISES = 0.97
_AWAY_FROM_HOME = 0.8
_RATED = 0.82
_FIVE_STARS = 0.6
_OPEN_DAYS, _OPEN = 15, 0.3
_PAID, _WITH_VOUCHER = 0.35, 0.3
_FEE_STEP = 10


@dataclass(frozen=True)
class World:
    """Everything a service record may refer to; ``as_of`` in days since 1970."""

    province: Province
    organisations: Organisations
    resources: Resources
    enterprises: Enterprises
    sites: Sites
    as_of: int


@dataclass(frozen=True)
class Month:
    """What may be drawn in a month: the weight of each resource, and the share of online services.

    ``online`` is the share over all; ``both_online`` that of resources offered in both modes (above 1: all of it).
    """

    available: Floats
    online: float
    both_online: float


@dataclass(frozen=True)
class Services:
    """Some services as parallel columns; -1 is none, a rating of 0 not rated."""

    ids: pa.Array
    day: Ints
    resource: Ints
    named: Bools
    service_type: Ints
    enterprise: Ints
    site: Ints
    online: Bools
    done: Bools
    rating: Ints


def month_of(resources: Resources, first: int, last: int, online: float) -> Month:
    """Return what resources offer in a month: nothing outside their validity."""
    valid = (resources.since <= first) & (resources.unlimited | (resources.until >= last))
    available = resources.demanded() * (valid if valid.any() else 1.0)
    only = float(available[resources.mode == ONLINE].sum() / available.sum())
    both = float(available[resources.mode == BOTH].sum() / available.sum())
    return Month(available, online, max((online - only) / both, 0.0) if both else 0.0)


def draw_services(rng: np.random.Generator, world: World, day: Ints, month: Month, first: int) -> Services:
    """Draw one service for each day given, numbered from ``first``."""
    rows, resources = len(day), world.resources
    resource = choose(rng, month.available, rows)
    named = rng.random(rows) < _NAMED_RESOURCES
    enterprise = _clients(rng, world, resource)
    mode = resources.mode[resource]
    chance = np.where(mode == BOTH, month.both_online, np.where(mode == ONLINE, 1.0, 0.0))
    carrier = np.where(named, resources.carrier[resource], -1)
    county, chain = world.enterprises.county[enterprise], world.enterprises.chain[enterprise]
    site = world.sites.draw(rng, carrier, county, chain)
    done = (day <= world.as_of - _OPEN_DAYS) | (rng.random(rows) >= _OPEN)
    return Services(
        ids=synthetic_ids("FW", first, rows),
        day=day,
        resource=resource,
        named=named,
        service_type=_one_of(rng, resources.types[resource]),
        enterprise=enterprise,
        site=site,
        online=rng.random(rows) < np.where(named, chance, month.online),
        done=done,
        rating=_ratings(rng, world.sites.satisfaction(site), done),
    )


def _one_of(rng: np.random.Generator, choices: Ints) -> Ints:
    """Draw one value of each row of a matrix filled up with -1 at its end; -1 where the row is empty."""
    rows = len(choices)
    column = within(rng, np.zeros(rows, dtype=np.int64), (choices >= 0).sum(axis=1))
    return choices[np.arange(rows), np.maximum(column, 0)]


def _clients(rng: np.random.Generator, world: World, resource: Ints) -> Ints:
    """Draw enterprises of chains the resources suit, at home or, where one serves the province, anywhere."""
    rows = len(resource)
    home = world.resources.prefecture[resource]
    wide = world.resources.scope[resource] == PROVINCE_WIDE
    anywhere = choose(rng, world.province.shares, rows)
    prefecture = np.where(wide & (rng.random(rows) < _AWAY_FROM_HOME), anywhere, home)
    return world.enterprises.draw(rng, prefecture, _one_of(rng, world.resources.chains[resource]))


def _ratings(rng: np.random.Generator, satisfaction: Floats, done: Bools) -> Ints:
    rows = len(done)
    good = 4 + (rng.random(rows) < _FIVE_STARS)
    poor = 3 - choose(rng, (0.6, 0.25, 0.15), rows)
    rating = np.where(rng.random(rows) < satisfaction, good, poor)
    return np.where(done & (rng.random(rows) < _RATED), rating, 0)


def write_services(writer: TableWriter, rng: np.random.Generator, world: World, services: Services) -> None:
    """Append services to the table ``service_records``; regions are codes, as it is the largest table."""
    province, rows = world.province, len(services.day)
    county, chain = world.enterprises.county, world.enterprises.chain
    known = rng.random(rows) < _NAMED_ENTERPRISES
    paid = rng.random(rows) < _PAID
    fee = np.rint(rng.lognormal(6.5, 0.8, rows) / _FEE_STEP).astype(np.int64) * _FEE_STEP * paid
    writer.write(
        id=services.ids,
        date=cells.dates(services.day),
        service_type=cells.pick(cells.labels(province.service_types), services.service_type),
        provider=cells.pick(world.organisations.names, world.resources.provider[services.resource]),
        resource=cells.pick(world.resources.names, np.where(services.named, services.resource, -1)),
        carrier=cells.pick(world.sites.names, services.site),
        enterprise=cells.pick(world.enterprises.names, np.where(known, services.enterprise, -1)),
        region=cells.pick(cells.labels(province.county_codes), county[services.enterprise]),
        chain=cells.pick(cells.labels(province.chains), chain[services.enterprise]),
        mode=cells.either(services.online, "线上", "线下"),
        satisfaction=cells.blank_unless(services.rating, services.rating > 0),
        fee=fee,
        voucher=cells.blank_unless(fee // 2, paid & (fee > 0) & (rng.random(rows) < _WITH_VOUCHER)),
        state=cells.either(services.done, STATES[1], STATES[0]),
    )
