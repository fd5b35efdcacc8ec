"""Where services are delivered (carriers, stations, cluster windows) and how satisfied firms leave.

Never a prefecture window: those are real, and no service is attributed to them.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.arrays import Floats, Ints
from loaders.sample import cells
from loaders.sample.draws import within
from loaders.sample.province import Province
from loaders.sample.sites import Network
from loaders.sample.weaknesses import UNSATISFYING_SITES

_USUAL_SATISFACTION = 0.955
_POOR_SATISFACTION = 0.78
_AT_STATIONS = 0.45
_AT_CLUSTER_WINDOWS = 0.6


@dataclass(frozen=True)
class Sites:
    """Carriers, then stations, then cluster windows in one list; starts and counts find stations by place."""

    names: pa.Array
    satisfied: Floats
    first_station: int
    county_starts: Ints
    county_counts: Ints
    prefecture_starts: Ints
    prefecture_counts: Ints
    cluster_of: Ints
    prefecture_of: Ints

    def draw(self, rng: np.random.Generator, carriers: Ints, counties: Ints, chains: Ints) -> Ints:
        """Return where each service happens: its carrier, else a cluster window or station near, else -1."""
        rows = len(counties)
        prefectures = self.prefecture_of[counties]
        near = within(rng, self.county_starts[counties], self.county_counts[counties])
        farther = within(rng, self.prefecture_starts[prefectures], self.prefecture_counts[prefectures])
        station = np.where(near >= 0, near, farther)
        used = (station >= 0) & (rng.random(rows) < _AT_STATIONS)
        station = np.where(used, self.first_station + station, -1)
        cluster = self.cluster_of[prefectures, chains]
        cluster = np.where(rng.random(rows) < _AT_CLUSTER_WINDOWS, cluster, -1)
        return np.where(carriers >= 0, carriers, np.where(cluster >= 0, cluster, station))

    def satisfaction(self, sites: Ints) -> Floats:
        """Return the share of satisfied firms at each site, the usual one for no site."""
        return np.where(sites < 0, _USUAL_SATISFACTION, self.satisfied[sites])


def make_sites(rng: np.random.Generator, province: Province, network: Network, hosting: Ints) -> Sites:
    """Gather the sites and choose the few that satisfy too little; ``hosting`` carriers have resources."""
    carriers, stations = network.carriers, network.stations
    opened = np.flatnonzero(~stations.closed)
    county = stations.county[opened]
    per_county = np.bincount(county, minlength=len(province.counties))
    per_prefecture = np.bincount(province.prefecture_of[county], minlength=len(province.prefectures))
    first_cluster = len(carriers) + len(opened)
    cluster_of = np.full((len(province.prefectures), len(province.chains)), -1)
    for index, cluster in enumerate(province.clusters):
        cluster_of[cluster.prefecture, cluster.chain] = first_cluster + index
    satisfied = np.full(first_cluster + len(province.clusters), _USUAL_SATISFACTION)
    groups = {
        "carriers": np.unique(hosting),
        "stations": np.arange(len(carriers), first_cluster),
        "clusters": np.arange(first_cluster, len(satisfied)),
    }
    for name, sites in groups.items():
        number = min(UNSATISFYING_SITES[name], max(1, len(sites) // 5))
        satisfied[rng.permutation(sites)[:number]] = _POOR_SATISFACTION
    windows = cells.labels([c.name for c in province.clusters])
    return Sites(
        names=pa.concat_arrays([carriers.names, cells.pick(stations.names, opened), windows]),
        satisfied=satisfied,
        first_station=len(carriers),
        county_starts=np.cumsum(per_county) - per_county,
        county_counts=per_county,
        prefecture_starts=_first_of_prefectures(province, county),
        prefecture_counts=per_prefecture,
        cluster_of=cluster_of,
        prefecture_of=province.prefecture_of,
    )


def _first_of_prefectures(province: Province, ordered_counties: Ints) -> Ints:
    """Stations are ordered by county, and counties by prefecture."""
    return np.searchsorted(province.prefecture_of[ordered_counties], np.arange(len(province.prefectures)))
