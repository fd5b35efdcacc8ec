"""Demand: private enterprises counted by county and chain, a register of some of them, and their needs."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.arrays import Bools, Ints
from loaders.sample import cells
from loaders.sample.draws import choose, largest_remainder, scaled, slices, within
from loaders.sample.naming import social_credit_codes, synthetic_ids, synthetic_names
from loaders.sample.province import Province, Setting
from loaders.sample.weaknesses import SCARCE_SERVICE_TYPES
from loaders.sample.writer import TableWriter

PRIVATE_ENTERPRISES = 2_442_000
"""Published for the end of 2023 (published_figures.csv, 私营企业); a sample of any scale spreads them all."""

ENTERPRISES = "registered_enterprise_demo"
NEEDS = 2000
NEED_STATES = ("待对接", "对接中", "已完成")

_SIZES = {"微型": 0.70, "小型": 0.24, "中型": 0.06}
_TAGS = {"创新型": 0.05, "专精特新": 0.03, "小巨人": 0.003, "高新技术企业": 0.06}
_FIRST_CODE_SERIAL = 50_000_000
_ABSENT_CHAINS = 0.25
_SECOND_CHAINS = 0.08
_UNSTATED_CHAINS = 0.10


def count_enterprises(rng: np.random.Generator, province: Province) -> Ints:
    """Spread the private enterprises over counties (rows) and chains (columns), exactly.

    Counties that do not report stay empty; in the others small chains are absent more often than large ones.
    """
    share = province.weights * province.shares[province.prefecture_of] * province.reported
    relative = province.leaning * len(province.chains)
    absent = rng.random(province.leaning.shape) < _ABSENT_CHAINS * np.exp(-relative)
    weights = share[:, None] * np.where(absent, 0.0, province.leaning)
    return largest_remainder(PRIVATE_ENTERPRISES, weights)


def write_demand_counts(writer: TableWriter, setting: Setting, counts: Ints) -> None:
    """Write the table ``demand_counts``; a chain that a county does not have has no row."""
    province = setting.province
    county, chain = np.nonzero(counts)
    for part in slices(len(county)):
        writer.write(
            region=cells.pick(cells.labels(province.counties), county[part]),
            chain=cells.pick(cells.labels(province.chains), chain[part]),
            count=counts[county[part], chain[part]],
            as_of=cells.dates(np.full(len(county[part]), setting.as_of)),
        )


@dataclass(frozen=True)
class Enterprises:
    """Synthetic enterprises, ordered by prefecture and chain; ``starts`` and ``counts`` find a pair's."""

    names: pa.Array
    prefecture: Ints
    county: Ints
    chain: Ints
    starts: Ints
    counts: Ints

    def __len__(self) -> int:
        return len(self.county)

    def draw(self, rng: np.random.Generator, prefectures: Ints, chains: Ints) -> Ints:
        """Draw an enterprise for each pair; where there is none or the chain is -1, another one there."""
        rows = len(prefectures)
        number = self.counts[prefectures, chains]
        exact = within(rng, self.starts[prefectures, chains], number * (chains >= 0))
        local = within(rng, self.starts[prefectures, 0], self.counts[prefectures].sum(axis=1))
        anywhere = rng.integers(0, len(self), rows)
        return np.where(exact >= 0, exact, np.where(local >= 0, local, anywhere))


def make_enterprises(rng: np.random.Generator, setting: Setting, counts: Ints) -> Enterprises:
    """Draw the enterprises of the volume plan from the cells that have any."""
    province = setting.province
    planned = province.plan[ENTERPRISES]
    numbers = largest_remainder(scaled(float(planned.sum()), setting.scale), planned)
    drawn = np.zeros_like(counts)
    for place, number in enumerate(numbers):
        inside = np.flatnonzero(province.prefecture_of == place)
        chances = counts[inside].ravel() / counts[inside].sum()
        drawn[inside] = rng.multinomial(int(number), chances).reshape(len(inside), -1)
    rows, columns = np.indices(drawn.shape)
    order = np.lexsort((rows.ravel(), columns.ravel(), province.prefecture_of[rows.ravel()]))
    times = drawn.ravel()[order]
    county = np.repeat(rows.ravel()[order], times)
    chain = np.repeat(columns.ravel()[order], times)
    prefecture = province.prefecture_of[county]
    shape = len(province.prefectures), len(province.chains)
    pair = prefecture * shape[1] + chain
    per_pair = np.bincount(pair, minlength=shape[0] * shape[1]).reshape(shape)
    starts = (np.cumsum(per_pair) - per_pair.ravel()).reshape(per_pair.shape)
    names = synthetic_names(prefecture, province.short_names, chain, province.chains, 5)
    return Enterprises(names, prefecture, county, chain, starts, per_pair)


def write_enterprises(
    writer: TableWriter, rng: np.random.Generator, setting: Setting, enterprises: Enterprises, counts: Ints
) -> None:
    """Write the table ``enterprises``; some state no chain, only an industry code."""
    province = setting.province
    for part in slices(len(enterprises)):
        county, chain = enterprises.county[part], enterprises.chain[part]
        rows = len(county)
        industry = _industries(rng, province, chain)
        by_code = _recognisable(province, counts)[county, industry] & (rng.random(rows) < _UNSTATED_CHAINS)
        stated = np.column_stack([chain, _second_chains(rng, counts, county, chain)])
        stated[by_code] = -1
        writer.write(
            name=enterprises.names[part],
            uscc=social_credit_codes(["91"], np.zeros(rows, dtype=np.int64), _FIRST_CODE_SERIAL + part.start),
            region=cells.pick(cells.labels(province.counties), county),
            industry=cells.pick(cells.labels(_codes(province)), industry),
            chains=cells.pick_many(cells.labels(province.chains), stated),
            size=cells.pick(cells.labels(tuple(_SIZES)), choose(rng, list(_SIZES.values()), rows)),
            tags=cells.pick_many(cells.labels(tuple(_TAGS)), _tags(rng, rows)),
        )


def _codes(province: Province) -> list[str]:
    return sorted({code for codes in province.chain_industries for code in codes})


def _industries(rng: np.random.Generator, province: Province, chains: Ints) -> Ints:
    """Draw a national industry of each chain, as an index into the sorted codes."""
    position = {code: i for i, code in enumerate(_codes(province))}
    pool = np.array([position[code] for codes in province.chain_industries for code in codes])
    counts = np.array([len(codes) for codes in province.chain_industries])
    starts = np.cumsum(counts) - counts
    return pool[within(rng, starts[chains], counts[chains])]


def _recognisable(province: Province, counts: Ints) -> Bools:
    """Whether (county, code) leads only to chains that the county has, so that no stray demand arises."""
    codes = _codes(province)
    carries = np.array([[code in own for own in province.chain_industries] for code in codes], dtype=np.int64)
    absent = (counts == 0).astype(np.int64)
    return np.asarray(absent @ carries.T == 0)


def _second_chains(rng: np.random.Generator, counts: Ints, counties: Ints, chains: Ints) -> Ints:
    second = np.full(len(chains), -1)
    for i in np.flatnonzero(rng.random(len(chains)) < _SECOND_CHAINS):
        drawn = int(choose(rng, counts[counties[i]].astype(np.float64), 1)[0])
        second[i] = -1 if drawn == chains[i] else drawn
    return second


def _tags(rng: np.random.Generator, rows: int) -> Ints:
    tagged = rng.random((rows, len(_TAGS))) < np.array(list(_TAGS.values()))
    return np.where(tagged, np.arange(len(_TAGS)), -1)


def write_needs(writer: TableWriter, rng: np.random.Generator, setting: Setting, enterprises: Enterprises) -> None:
    """Write the table ``needs``: what enterprises asked for in the last year; old ones are mostly settled."""
    province = setting.province
    types = province.service_types
    wanted = [2.0 if t in SCARCE_SERVICE_TYPES else 1.0 for t in types]
    pool, chains = cells.labels(types), cells.labels(province.chains)
    for part in slices(writer.expected):
        rows = part.stop - part.start
        who, what = rng.integers(0, len(enterprises), rows), choose(rng, wanted, rows)
        age = rng.integers(0, 365, rows)
        settled = rng.random(rows) < age / 400
        state = np.where(settled, 2, (rng.random(rows) < 0.4).astype(np.int64))
        topic = cells.pick(chains, enterprises.chain[who])
        writer.write(
            id=synthetic_ids("XQ", part.start + 1, rows),
            enterprise=cells.pick(enterprises.names, who),
            region=cells.pick(cells.labels(province.counties), enterprises.county[who]),
            chain=topic,
            service_type=cells.pick(pool, what),
            quantity=rng.geometric(0.35, rows),
            description=cells.joined("示例需求：", topic, "企业需要", cells.pick(pool, what), "服务"),
            date=cells.dates(setting.as_of - age),
            state=cells.pick(cells.labels(NEED_STATES), state),
        )
