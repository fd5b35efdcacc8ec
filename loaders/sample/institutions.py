"""Synthetic organisations that provide, operate and partner, and the table they are written to."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.arrays import Floats, Ints
from loaders.sample import cells
from loaders.sample.draws import choose, largest_remainder, scaled, slices
from loaders.sample.naming import social_credit_codes, synthetic_names
from loaders.sample.province import Province, Setting
from loaders.sample.weaknesses import SCARCE_CHAINS, SCARCITY
from loaders.sample.writer import TableWriter

INSTITUTION_KINDS = {
    "服务机构": 0.85, "龙头企业": 0.05, "科研院所": 0.03,
    "志愿者组织": 0.03, "服务联盟": 0.02, "高等院校": 0.02,
}  # fmt: skip
ASSOCIATION_KINDS = {"行业协会": 0.6, "商会": 0.4}
KINDS = (*INSTITUTION_KINDS, *ASSOCIATION_KINDS)
SOURCE = "示例数据（shuniu sample 生成）"

_AUTHORITIES = ("91", "12", "51", "52")
_AUTHORITY_OF_KIND = {
    "科研院所": "12", "高等院校": "12", "行业协会": "51", "商会": "51", "服务联盟": "51", "志愿者组织": "52",
}  # fmt: skip
_GENERALIST_SHARE = 0.3
_JITTER_DEGREES = 0.01
_URBAN_PULL = 1.3


@dataclass(frozen=True)
class Organisations:
    """All synthetic organisations; ``chain`` is -1 for one that serves any industry."""

    names: pa.Array
    prefecture: Ints
    county: Ints
    kind: Ints
    chain: Ints

    def __len__(self) -> int:
        return len(self.county)


def supply_leaning(province: Province) -> Floats:
    """Return how likely specialised supply in a county (rows) suits a chain (columns)."""
    scarcity = np.array([SCARCITY if c in SCARCE_CHAINS else 1.0 for c in province.chains])
    return np.asarray(province.leaning * scarcity)


def draw_chains(rng: np.random.Generator, leaning: Floats, counties: Ints, generalists: float) -> Ints:
    """Draw one chain for each county given, or -1 for a generalist."""
    chains = np.empty(len(counties), dtype=np.int64)
    for county in np.unique(counties):
        here = np.flatnonzero(counties == county)
        chains[here] = choose(rng, leaning[county], len(here))
    chains[rng.random(len(counties)) < generalists] = -1
    return chains


def around_seats(rng: np.random.Generator, province: Province, counties: Ints) -> dict[str, Floats]:
    """Return points near the seats of the counties, degrees with five decimals."""
    shift = rng.normal(0.0, _JITTER_DEGREES, (2, len(counties)))
    return {
        "lon": np.round(province.lon[counties] + shift[0], 5),
        "lat": np.round(province.lat[counties] + shift[1], 5),
    }


def make_organisations(rng: np.random.Generator, setting: Setting) -> Organisations:
    """Draw institutions, associations and chambers in the numbers of the volume plan."""
    province = setting.province
    groups = [("service_institution_other", INSTITUTION_KINDS), ("association_chamber", ASSOCIATION_KINDS)]
    counties, kinds = [], []
    for column, shares in groups:
        planned = province.plan[column]
        numbers = largest_remainder(scaled(float(planned.sum()), setting.scale), planned)
        places = province.spread(rng, numbers, province.weights**_URBAN_PULL)
        counties.append(places)
        kinds.append(KINDS.index(next(iter(shares))) + choose(rng, list(shares.values()), len(places)))
    county, kind = np.concatenate(counties), np.concatenate(kinds)
    prefecture = province.prefecture_of[county]
    names = synthetic_names(prefecture, province.short_names, kind, KINDS, 4)
    chain = draw_chains(rng, supply_leaning(province), county, _GENERALIST_SHARE)
    return Organisations(names, prefecture, county, kind, chain)


def write_organisations(
    writer: TableWriter, rng: np.random.Generator, setting: Setting, organisations: Organisations
) -> None:
    """Write the table ``organizations``; contacts and addresses stay empty on purpose."""
    province = setting.province
    authority = np.array([_AUTHORITIES.index(_AUTHORITY_OF_KIND.get(k, "91")) for k in KINDS])
    for part in slices(len(organisations)):
        county, kind = organisations.county[part], organisations.kind[part]
        writer.write(
            name=organisations.names[part],
            uscc=social_credit_codes(_AUTHORITIES, authority[kind], first=1 + part.start),
            kind=cells.pick(cells.labels(KINDS), kind),
            region=cells.pick(cells.labels(province.counties), county),
            source=cells.repeated(SOURCE, len(county)),
            **around_seats(rng, province, county),
        )
