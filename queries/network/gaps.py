"""Where the network is present and where not: levels, places out of reach, chains that nobody serves."""

import numpy as np
import pandas as pd
from pydantic import Field

from graph.errors import UnknownCode
from graph.geography import road_km
from graph.language import Text
from graph.projection import plain_rows
from graph.vocabulary import vocabulary
from queries.answers import Result
from queries.data_classes import BEHIND, among, by_group
from queries.network.gap_kinds import GAP_REASONS
from queries.network.nodes import NetworkFacts


class LevelPresence(Result):
    """How far the network reaches on one level."""

    level: str = Field(description="province | prefecture | county | park")
    name_zh: str
    name_en: str
    total: int
    with_presence: int = Field(
        description="省：省级枢纽；市州：市州窗口；区县：窗口、站点或载体；园区：所在区县有之"
        " / province: a hub; prefecture: a prefecture window; county: a window, station, carrier; park: one"
        " in its county, or at the prefecture where only that is known; all active on the day"
    )
    share: float | None = Field(description="占比 0–1，无从得知时为空 / null where nothing is known")
    target: float | None = Field(description="通知第二条目标 / target of clause 2; null where it sets none")
    data_class: list[str] = Field(description=BEHIND)


class StatedSites(Result):
    """How many hubs and windows of a kind the notice states, and how many of them anybody has named."""

    kind: str = Field(description="hub | prefecture_window | cluster_window")
    name_zh: str
    name_en: str
    stated: int = Field(description="通知所载个数 / how many the notice states")
    known: int = Field(description="图中当日在运行的个数 / how many are in the graph and active on the day")
    data_class: list[str] = Field(description=BEHIND)


class NetworkGap(Result):
    """One place or chain that the network does not reach."""

    kind: str = Field(description="id in GAP_REASONS")
    key: str
    name: str
    region: str | None
    region_name: str | None
    reason_zh: str
    reason_en: str
    nearest_km: float | None = Field(
        description="最近者的距离（公里，1.3 × 大圆距离）/ road-like km to the nearest one"
    )
    nearest_name: str | None
    data_class: str | None


class ChainSites(Result):
    """Who says that it serves a chain, on the day."""

    chain: str
    chain_name: str
    cluster_windows: int
    carriers: int
    data_class: list[str] = Field(description=BEHIND)


OUTPOSTS = ("prefecture_window", "cluster_window", "station")
"""Windows and stations that bring a park or base within reach; the hub stands for the province only."""
PARK_CARRIERS = ("industrial_park", "development_zone")
"""Carriers that are parks themselves: input tables bring parks this way."""
BASE_CARRIERS = ("entrepreneurship_base",)


def level_presence(facts: NetworkFacts, sites: pd.DataFrame) -> list[LevelPresence]:
    """Return presence on the three levels and at parks, as :class:`LevelPresence` defines it.

    Args:
        facts: The network.
        sites: Those of its sites that are active on the day.
    """
    places, labels = facts.places.assign(at=facts.places.index), vocabulary("region_levels")
    target, known = vocabulary("targets")["multi_level_coverage"]["value"], len(facts.sites) > 0
    below, counties = _outside_hub(sites), _with_site(sites)
    hubs, windows = (sites[sites["kind"] == kind] for kind in ("hub", "prefecture_window"))
    of = {
        "province": (hubs, set(places["at"]) if len(hubs) else set()),
        "prefecture": (windows, _with_window(sites)),
        "county": (below, counties),
    }
    return [
        *(_presence(level, labels[level].label, places[places["region_level"] == level], *by, target, known=known)
          for level, by in of.items()),
        _presence("park", Text("园区与开发区", "Parks and development zones"),
                  facts.parks.assign(at=_park_places(facts.parks)), below, counties | set(below["region"]), None,
                  known=known),
    ]  # fmt: skip


def stated_sites(facts: NetworkFacts, sites: pd.DataFrame) -> list[StatedSites]:
    """Return how many of each kind are published and how many known; empty without the reference data.

    Args:
        facts: The network.
        sites: Those of its sites that are active on the day.
    """
    kinds = vocabulary("window_kinds")
    figures = facts.figures[facts.figures["metric"].map(_is_kind).astype(bool)]
    figures = figures.assign(kind=figures["metric"].map(kinds.resolve).astype(object))
    published = dict(zip(figures["kind"], figures["value"].astype(int), strict=True))
    windows = sites[sites["label"] == "Window"]
    known, behind = windows["kind"].value_counts(), by_group("kind", figures, windows)
    return [
        StatedSites(
            kind=kind.id, name_zh=kind.label.zh, name_en=kind.label.en,
            stated=published[kind.id], known=int(known.get(kind.id, 0)), data_class=behind[kind.id],
        )
        for kind in kinds if kind.id in published
    ]  # fmt: skip


def _is_kind(metric: str) -> bool:
    try:
        vocabulary("window_kinds").resolve(metric)
    except UnknownCode:
        return False
    return True


def _with_window(sites: pd.DataFrame) -> set[str]:
    return set(sites.loc[sites["kind"] == "prefecture_window", "prefecture"].dropna())


def _with_site(sites: pd.DataFrame) -> set[str]:
    return set(_outside_hub(sites)["county"].dropna())


def _outside_hub(sites: pd.DataFrame) -> pd.DataFrame:
    return sites[sites["kind"] != "hub"].dropna(subset="region")


def _park_places(parks: pd.DataFrame) -> "pd.Series[str]":
    return parks["county"].fillna(parks["region"])


def _presence(
    level: str, name: Text, where: pd.DataFrame, by: pd.DataFrame, present: set[str], target: float | None,
    *, known: bool,
) -> LevelPresence:  # fmt: skip
    """Return how many places (column ``at``) are among those where some sites are."""
    total, reached = len(where), int(where["at"].isin(present).sum())
    return LevelPresence(
        level=level,
        name_zh=name.zh,
        name_en=name.en,
        total=total,
        with_presence=reached,
        share=reached / total if total and known else None,
        target=target,
        data_class=among([*where["data_class"], *by["data_class"]]),
    )


def _nearest(rows: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with km (seat to seat) and name of the nearest site; of equals the smallest key."""
    seats = sites.dropna(subset=["seat_lon", "seat_lat"]).drop_duplicates("region")
    if seats.empty or rows.empty:
        return rows.assign(nearest_km=np.nan, nearest_name=None)
    lon, lat = rows["seat_lon"].to_numpy()[:, None], rows["seat_lat"].to_numpy()[:, None]
    km = road_km(lon, lat, seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy())
    known = ~np.isnan(km).any(axis=1)
    at = np.where(known, km.argmin(axis=1), 0)
    names = pd.Series(seats["name"].to_numpy()[at], index=rows.index, dtype=object)
    return rows.assign(
        nearest_km=km[np.arange(len(rows)), at],
        nearest_name=names.where(pd.Series(known, index=rows.index), None),
    )


def _out_of_reach(rows: pd.DataFrame, outposts: pd.DataFrame, reach_km: float) -> pd.DataFrame:
    """Keep the rows without an outpost in the same county (or same region) and within ``reach_km``."""
    rows = _nearest(rows, outposts)
    same = rows["county"].isin(outposts["county"].dropna()) | rows["region"].isin(outposts["region"].dropna())
    return rows[~same & ~(rows["nearest_km"] <= reach_km)]


def _whereabouts(km: float | None, name: str | None, *, located: bool) -> Text:
    if km is not None and km < HERE_KM:
        return Text(
            f"，最近的是{name}，只知道它在哪个市（州），位置按驻地计",
            f"; the nearest is {name}, of which only the prefecture is known (taken to be at its seat)",
        )
    if km is not None:
        return Text(f"，最近的是{name}，约 {km:.0f} 公里", f"; the nearest is {name}, about {km:.0f} km away")
    return (
        Text("", "") if located else Text("（所在地坐标不详，无法测距）", " (its place is not known, so no distance)")
    )


def _gaps(kind: str, rows: pd.DataFrame, reach_km: float = 0.0) -> list[NetworkGap]:
    """Return the rows as gaps, sorted by region and key."""
    reason = GAP_REASONS[kind]
    gaps = []
    for row in plain_rows(rows.sort_values(["region", "key"]).assign(located=rows["seat_lon"].notna())):
        more = _whereabouts(row["nearest_km"], row["nearest_name"], located=row["located"])
        gaps.append(
            NetworkGap(
                kind=kind,
                reason_zh=reason.zh.format(reach=reach_km) + more.zh,
                reason_en=reason.en.format(reach=reach_km) + more.en,
                **{c: row[c] for c in _GAP_COLUMNS},
            )
        )
    return gaps


HERE_KM = 0.6
"""What is no farther from a county's seat than this, and not in the county, is placed at it for want of its own."""
_GAP_COLUMNS = ("key", "name", "region", "region_name", "nearest_km", "nearest_name", "data_class")


def vertical_gaps(facts: NetworkFacts, sites: pd.DataFrame, reach_km: float) -> list[NetworkGap]:
    """Return prefectures without a window, counties without presence, parks and bases out of reach.

    A park or base is within reach of an outpost in the same county, or no farther than ``reach_km`` of
    road-like distance from seat to seat. A carrier that is a park counts once with its namesake in a region.

    Args:
        facts: The network.
        sites: Those of its sites that are active on the day.
        reach_km: Kilometres.
    """
    places = facts.places.reset_index().assign(key=lambda p: p["region"], name=lambda p: p["region_name"])
    prefectures = places[(places["region_level"] == "prefecture") & ~places["region"].isin(_with_window(sites))]
    counties = places[(places["region_level"] == "county") & ~places["region"].isin(_with_site(sites))]
    outposts = sites[sites["kind"].isin(OUTPOSTS)]
    parks = pd.concat([facts.parks, sites[sites["kind"].isin(PARK_CARRIERS)]], ignore_index=True)
    parks = parks.drop_duplicates(["name", "region"])
    bases = sites[sites["kind"].isin(BASE_CARRIERS)]
    return [
        *_gaps("prefecture_without_window", _nearest(prefectures, sites[sites["kind"] == "prefecture_window"])),
        *_gaps("county_without_presence", _nearest(counties, sites[sites["kind"] != "hub"])),
        *_gaps("park_out_of_reach", _out_of_reach(parks, outposts, reach_km), reach_km),
        *_gaps("base_out_of_reach", _out_of_reach(bases, outposts, reach_km), reach_km),
    ]


def chain_sites(facts: NetworkFacts, sites: pd.DataFrame) -> pd.DataFrame:
    """Return the chains with the numbers of active cluster windows and carriers that say they serve them.

    Returns:
        key, name, data_class, cluster_windows, carriers, behind (classes of all of these); sorted by key.
    """
    serving = sites[(sites["kind"] == "cluster_window") | (sites["label"] == "Carrier")]
    served = facts.served.merge(serving[["key", "label", "data_class"]], on="key")
    windows, carriers = (served.loc[served["label"] == of, "chain"].value_counts() for of in ("Window", "Carrier"))
    key = facts.chains["key"]
    behind = by_group("chain", served, facts.chains.rename(columns={"key": "chain"}).drop(columns="name"))
    return facts.chains.assign(
        cluster_windows=key.map(windows).fillna(0).astype(int),
        carriers=key.map(carriers).fillna(0).astype(int),
        behind=key.map(behind).astype(object),
    )


def told_of(chains: pd.DataFrame) -> list[ChainSites]:
    """Return the rows of :func:`chain_sites` as they are told."""
    return [
        ChainSites(chain=r.key, chain_name=r.name, cluster_windows=r.cluster_windows, carriers=r.carriers,
                   data_class=r.behind)
        for r in chains.itertuples(index=False)
    ]  # fmt: skip


def horizontal_gaps(chains: pd.DataFrame) -> list[NetworkGap]:
    """Return the chains of :func:`chain_sites` that lack a cluster window, a carrier or both."""
    rows = chains.assign(region=None, region_name=None, nearest_km=None, nearest_name=None, seat_lon=0.0)
    window, carrier = rows["cluster_windows"] > 0, rows["carriers"] > 0
    return [
        *_gaps("chain_unserved", rows[~window & ~carrier]),
        *_gaps("chain_without_window", rows[~window & carrier]),
        *_gaps("chain_without_carrier", rows[window & ~carrier]),
    ]
