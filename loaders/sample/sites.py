"""Synthetic carriers and service stations: where the network is present, and where it is not."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.arrays import Bools, Ints
from loaders.sample import cells
from loaders.sample.draws import choose, days_before, largest_remainder, scaled, slices, within
from loaders.sample.institutions import KINDS, Organisations, around_seats, draw_chains, supply_leaning
from loaders.sample.naming import synthetic_names
from loaders.sample.province import Province, Setting
from loaders.sample.weaknesses import PRESENCE_SHARE, USUAL_PRESENCE_SHARE
from loaders.sample.writer import TableWriter

LEVELS = ("国家级", "省级", "市级", "县级")
CLUSTER_KIND, STATION_KIND = "产业集群窗口", "服务站点"
STATIONS = 110
CARRIER_PLAN = (
    ("sme_service_platform_national", "公共服务示范平台", (1.0, 0.0, 0.0, 0.0)),
    ("sme_service_platform_provincial", "公共服务示范平台", (0.0, 1.0, 0.0, 0.0)),
    ("base_national", "小微双创示范基地", (1.0, 0.0, 0.0, 0.0)),
    ("base_provincial", "小微双创示范基地", (0.0, 1.0, 0.0, 0.0)),
    ("incubator", "科技企业孵化器", (0.15, 0.45, 0.40, 0.0)),
    ("maker_space", "众创空间", (0.10, 0.40, 0.40, 0.10)),
)
"""Column of the volume plan, kind of carrier, chances of the four levels."""

CARRIER_KINDS = tuple(dict.fromkeys(kind for _, kind, _ in CARRIER_PLAN))

_GENERALIST_CARRIERS = 0.35
_STATIONS_OF_CLUSTERS = 0.3
_EXPIRED_CARRIERS = 0.04
_UNLIMITED_CARRIERS = 0.2
_CLOSED_EXTRA_STATIONS = 0.05
_LEDGER_DAYS = 760


@dataclass(frozen=True)
class Carriers:
    """Synthetic carriers; ``operator`` is an organisation, ``chain`` -1 for any industry."""

    names: pa.Array
    prefecture: Ints
    county: Ints
    kind: Ints
    level: Ints
    chain: Ints
    operator: Ints

    def __len__(self) -> int:
        return len(self.county)


@dataclass(frozen=True)
class Stations:
    """Synthetic stations by county; ``cluster`` is the cluster window above, -1 for the prefecture window."""

    names: pa.Array
    prefecture: Ints
    county: Ints
    cluster: Ints
    operator: Ints
    closed: Bools

    def __len__(self) -> int:
        return len(self.county)


@dataclass(frozen=True)
class Network:
    """Who provides, and where: what other tables refer to."""

    organisations: Organisations
    carriers: Carriers
    stations: Stations


def present_counties(rng: np.random.Generator, province: Province) -> Bools:
    """Choose the counties the network reaches: in each prefecture its share, the weightier ones first."""
    appeal = province.weights * rng.lognormal(0.0, 0.3, len(province.counties))
    present = np.zeros(len(province.counties), dtype=np.bool_)
    for prefecture, code in enumerate(province.prefecture_codes):
        inside = np.flatnonzero(province.prefecture_of == prefecture)
        share = PRESENCE_SHARE.get(code, USUAL_PRESENCE_SHARE)
        number = max(1, round(share * len(inside)))
        present[inside[np.argsort(-appeal[inside], kind="stable")[:number]]] = True
    return present


def operators(rng: np.random.Generator, organisations: Organisations, prefectures: Ints) -> Ints:
    """Draw a service institution of each prefecture; any other organisation where it has none."""
    able = np.flatnonzero(organisations.kind == KINDS.index("服务机构"))
    able = able if len(able) else np.arange(len(organisations))
    home = organisations.prefecture[able]
    ordered = able[np.argsort(home, kind="stable")]
    counts = np.bincount(home, minlength=int(prefectures.max(initial=0)) + 1)
    starts = np.cumsum(counts) - counts
    drawn = within(rng, starts[prefectures], counts[prefectures])
    anywhere = rng.integers(0, len(ordered), len(prefectures))
    return ordered[np.where(drawn < 0, anywhere, drawn)]


def make_carriers(rng: np.random.Generator, setting: Setting, organisations: Organisations, present: Bools) -> Carriers:
    """Draw the carriers of the volume plan, kind by kind, in counties where the network is present."""
    province = setting.province
    counties, kinds, levels = [], [], []
    for column, label, chances in CARRIER_PLAN:
        planned = province.plan[column]
        numbers = largest_remainder(scaled(float(planned.sum()), setting.scale), planned)
        places = province.spread(rng, numbers, province.weights * present)
        counties.append(places)
        kinds.append(np.full(len(places), CARRIER_KINDS.index(label)))
        levels.append(choose(rng, chances, len(places)))
    county, kind = np.concatenate(counties), np.concatenate(kinds)
    prefecture = province.prefecture_of[county]
    return Carriers(
        names=synthetic_names(prefecture, province.short_names, kind, CARRIER_KINDS, 3),
        prefecture=prefecture,
        county=county,
        kind=kind,
        level=np.concatenate(levels),
        chain=draw_chains(rng, supply_leaning(province), county, _GENERALIST_CARRIERS),
        operator=operators(rng, organisations, prefecture),
    )


def make_stations(
    rng: np.random.Generator,
    setting: Setting,
    organisations: Organisations,
    carriers: Carriers,
    present: Bools,
) -> Stations:
    """Draw stations: first where the network shall be present without a carrier, then by weight."""
    province, wanted = setting.province, scaled(STATIONS, setting.scale)
    importance = province.weights * province.shares[province.prefecture_of] * present
    bare = np.setdiff1d(np.flatnonzero(present), carriers.county)
    first = bare[np.argsort(-importance[bare], kind="stable")[:wanted]]
    extra = choose(rng, np.sqrt(importance), wanted - len(first))
    closed = np.r_[np.zeros(len(first), dtype=np.bool_), rng.random(len(extra)) < _CLOSED_EXTRA_STATIONS]
    order = np.argsort(np.r_[first, extra], kind="stable")
    county = np.r_[first, extra][order]
    prefecture = province.prefecture_of[county]
    names = synthetic_names(prefecture, province.short_names, np.zeros_like(county), [STATION_KIND], 3)
    cluster = _cluster_above(rng, province, prefecture)
    operator = operators(rng, organisations, prefecture)
    return Stations(names, prefecture, county, cluster, operator, closed[order])


def _cluster_above(rng: np.random.Generator, province: Province, prefectures: Ints) -> Ints:
    above = np.full(len(prefectures), -1)
    for index, cluster in enumerate(province.clusters):
        taken = (prefectures == cluster.prefecture) & (rng.random(len(prefectures)) < _STATIONS_OF_CLUSTERS)
        above[taken] = index
    return above


def write_windows(writer: TableWriter, rng: np.random.Generator, setting: Setting, network: Network) -> None:
    """Write the table ``windows``: cluster windows and stations; hub and prefecture windows are reference data."""
    province, stations = setting.province, network.stations
    _write_cluster_windows(writer, province)
    parents = cells.labels([*province.windows, *(c.name for c in province.clusters)])
    chains = cells.labels(province.chains)
    chain_of_cluster = np.array([c.chain for c in province.clusters])
    for part in slices(len(stations)):
        cluster, county = stations.cluster[part], stations.county[part]
        rows = len(county)
        above = np.where(cluster < 0, stations.prefecture[part], len(province.windows) + cluster)
        writer.write(
            name=stations.names[part],
            kind=cells.repeated(STATION_KIND, rows),
            parent=cells.pick(parents, above),
            region=cells.pick(cells.labels(province.counties), county),
            chains=cells.pick(chains, np.where(cluster < 0, -1, chain_of_cluster[cluster])),
            serves=cells.pick(cells.labels(province.counties), county),
            operator=cells.pick(network.organisations.names, stations.operator[part]),
            since=cells.dates(days_before(rng, setting.as_of, _LEDGER_DAYS, 2500, rows)),
            until=cells.dates(days_before(rng, setting.as_of, 1, 400, rows), stations.closed[part]),
        )


def _write_cluster_windows(writer: TableWriter, province: Province) -> None:
    """Write the ten: the notice says how many there are, and nobody published which."""
    clusters = province.clusters
    writer.write(
        name=cells.labels([c.name for c in clusters]),
        kind=cells.repeated(CLUSTER_KIND, len(clusters)),
        parent=cells.repeated(province.hub, len(clusters)),
        region=cells.labels([c.place for c in clusters]),
        chains=cells.labels([province.chains[c.chain] for c in clusters]),
    )


def write_carriers(writer: TableWriter, rng: np.random.Generator, setting: Setting, network: Network) -> None:
    """Write the table ``carriers``."""
    province, carriers, as_of = setting.province, network.carriers, setting.as_of
    above, pool = _window_above(province, carriers, network.stations)
    for part in slices(len(carriers)):
        county, rows = carriers.county[part], len(carriers.county[part])
        expired = rng.random(rows) < _EXPIRED_CARRIERS
        until = np.where(expired, days_before(rng, as_of, 1, 300, rows), days_before(rng, as_of, -1095, -30, rows))
        writer.write(
            name=carriers.names[part],
            kind=cells.pick(cells.labels(CARRIER_KINDS), carriers.kind[part]),
            level=cells.pick(cells.labels(LEVELS), carriers.level[part]),
            operator=cells.pick(network.organisations.names, carriers.operator[part]),
            region=cells.pick(cells.labels(province.counties), county),
            chains=cells.pick(cells.labels(province.chains), carriers.chain[part]),
            window=cells.pick(pool, above[part]),
            since=cells.dates(days_before(rng, as_of, _LEDGER_DAYS, 3500, rows)),
            until=cells.dates(until, expired | (rng.random(rows) >= _UNLIMITED_CARRIERS)),
            **around_seats(rng, province, county),
        )


def _window_above(province: Province, carriers: Carriers, stations: Stations) -> tuple[Ints, pa.Array]:
    """Return the cluster window of chain and prefecture, else a station here, else the prefecture window."""
    windows = cells.labels([*province.windows, *(c.name for c in province.clusters)])
    pool = pa.concat_arrays([windows, stations.names])
    station_of = np.full(len(province.counties), -1)
    opened = np.flatnonzero(~stations.closed)
    station_of[stations.county[opened]] = opened
    near = station_of[carriers.county]
    above = np.where(near < 0, carriers.prefecture, len(windows) + near)
    for index, cluster in enumerate(province.clusters):
        same = (carriers.prefecture == cluster.prefecture) & (carriers.chain == cluster.chain)
        above[same] = len(province.windows) + index
    return above, pool
