"""Which parts of the network are missing? (clauses 3 to 6 of the notice; method.md, section 4)"""

import math
from collections import Counter
from datetime import date

import pandas as pd
from pydantic import Field

from graph.errors import BadParameter
from graph.language import Text
from graph.projection import plain_rows
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.network.gaps import (
    ChainSites,
    LevelPresence,
    NetworkGap,
    StatedSites,
    chain_sites,
    horizontal_gaps,
    level_presence,
    stated_sites,
    told_of,
    vertical_gaps,
)
from queries.network.nodes import NetworkFacts, network_facts
from queries.validity import active


class NetworkNode(Result):
    """A hub, window, station or carrier as a point of the network picture."""

    key: str
    label: str = Field(description="Window | Carrier")
    name: str
    kind: str = Field(description="id in window_kinds or carrier_kinds")
    level: str | None
    region: str
    region_name: str
    prefecture: str | None
    lon: float | None
    lat: float | None
    active: bool
    source: str | None
    verification: str | None
    data_class: str | None


class NetworkEdge(Result):
    """A line of the network picture."""

    source: str
    target: str
    type: str = Field(
        description="REPORTS_TO | PARTNERS_WITH | IMPLIED（推定，非入库事实 / derived, not a stored fact）"
    )
    dimension: str | None = None
    data_class: str | None = None


class NetworkGraph(Result):
    """The hub–window–carrier network as nodes and edges."""

    nodes: list[NetworkNode]
    edges: list[NetworkEdge]


class NetworkReport(Result):
    """Presence by level, what the notice states of the network, and its gaps.

    Gaps of both directions come by kind in the order of GAP_REASONS, then by code.
    """

    presence: list[LevelPresence]
    stated: list[StatedSites]
    vertical: list[NetworkGap]
    horizontal: list[NetworkGap]
    windows_by_chain: list[ChainSites]


# --- the picture --------------------------------------------------------------------------------------


def of_place(sites: pd.DataFrame) -> tuple[str | None, "pd.Series[str]"]:
    """Return the active hub, and the active window of each prefecture (index); of several the smallest key.

    Args:
        sites: Those of a :class:`NetworkFacts`, with the column ``active``.
    """
    running = sites[sites["active"]]
    hub = next(iter(running.loc[running["kind"] == "hub", "key"]), None)
    windows = running[running["kind"] == "prefecture_window"].drop_duplicates("prefecture")
    return hub, windows.set_index("prefecture")["key"].dropna()


def lines_up(facts: NetworkFacts, sites: pd.DataFrame) -> pd.DataFrame:
    """Return who hangs on which window: the stored REPORTS_TO, and the IMPLIED backbone where nobody stated it.

    Returns:
        source, target, type, and data_class (missing where implied).
    """
    return pd.concat([facts.reports.assign(type="REPORTS_TO"), _implied(facts, sites)], ignore_index=True)


def _implied(facts: NetworkFacts, sites: pd.DataFrame) -> pd.DataFrame:
    hub, of_prefecture = of_place(sites)
    alone = sites[~sites["key"].isin(facts.reports["source"]) & (sites["kind"] != "hub")]
    below_hub = alone["kind"].isin(["prefecture_window", "cluster_window"]) | (alone["region_level"] == "province")
    target = alone["prefecture"].map(of_prefecture).astype(object).mask(below_hub, hub)
    return pd.DataFrame({"source": alone["key"], "target": target, "type": "IMPLIED"}).dropna()


def lines_between(facts: NetworkFacts, sites: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return all lines of the picture: those of :func:`lines_up`, and the PARTNERS_WITH in force on the day.

    Returns:
        source, target, type, dimension and data_class (missing where there is none).
    """
    partners = facts.partners[active(facts.partners, as_of)].assign(type="PARTNERS_WITH")
    return pd.concat([lines_up(facts, sites), partners], ignore_index=True)


def _with_line_up(own: "pd.Series[str]", lines: pd.DataFrame) -> set[str]:
    """Return the keys and those of all windows above them."""
    shown: set[str] = set()
    fresh = set(own)
    while fresh:
        shown |= fresh
        fresh = set(lines.loc[lines["source"].isin(fresh), "target"]) - shown
    return shown


def network_graph(store: Store, *, as_of: date, prefecture: str | None = None) -> NetworkGraph:
    """Return all windows and carriers with their place, and the lines among them, as :func:`network_frames` does.

    Raises:
        BadParameter: ``prefecture`` is not the code of a prefecture.
    """
    sites, edges = network_frames(store, as_of=as_of, prefecture=prefecture)
    return NetworkGraph(
        nodes=[NetworkNode(**r) for r in plain_rows(sites)], edges=[NetworkEdge(**r) for r in plain_rows(edges)]
    )


def network_frames(store: Store, *, as_of: date, prefecture: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all windows and carriers with their place, and the lines among them; columns as :class:`NetworkGraph`.

    A node stands at its own coordinates where stated, else at the seat of its region. Edges are the stored
    REPORTS_TO, the stored PARTNERS_WITH in force on the day, and the backbone that the notice implies where
    nobody stated it, of type IMPLIED: prefecture and cluster windows (and what sits at the province itself)
    under the active hub, any other carrier or station under the active window of its prefecture. An IMPLIED
    edge is derived here; it is no stored fact and has no data_class.

    Args:
        store: Where the graph is kept.
        as_of: The day on which ``active`` is judged.
        prefecture: Its code; then only what lies there, and the windows above it up to the hub.

    Raises:
        BadParameter: ``prefecture`` is not the code of a prefecture.
    """
    with store.read() as session:
        _, facts = network_facts(store, session)
    sites = facts.sites_on(as_of)
    edges = lines_between(facts, sites, as_of)
    if prefecture is not None:
        if prefecture not in facts.places.index[facts.places["region_level"] == "prefecture"]:
            reason = Text("应为市（州）的行政区划代码", "must be the code of a prefecture")
            raise BadParameter(name="prefecture", value=prefecture, reason=reason)
        up = edges[edges["type"] != "PARTNERS_WITH"]
        shown = _with_line_up(sites.loc[sites["prefecture"] == prefecture, "key"], up)
        sites = sites[sites["key"].isin(shown)]
        edges = edges[edges["source"].isin(shown) & edges["target"].isin(shown)]
    stated = sites["lon"].notna() & sites["lat"].notna()
    sites = sites.assign(
        lon=sites["lon"].where(stated, sites["seat_lon"]),
        lat=sites["lat"].where(stated, sites["seat_lat"]),
        **{c: sites[c].fillna("") for c in ("name", "kind", "region", "region_name")},
    ).sort_values(["label", "key"], ascending=[False, True])
    return sites[list(NetworkNode.model_fields)], edges[list(NetworkEdge.model_fields)]


# --- the report ---------------------------------------------------------------------------------------


def network(store: Store, *, as_of: date, reach_km: float = 30.0) -> Answer[NetworkReport]:
    """Return where the network is present and which parts of it are missing.

    Args:
        store: Where the graph is kept.
        as_of: The day; windows and carriers count while since ≤ day ≤ until.
        reach_km: A park or base this far by road-like distance from a window or station is within its reach.

    Raises:
        BadParameter: ``reach_km`` is negative or no number.
    """
    if not 0 <= reach_km < math.inf:
        raise BadParameter(
            name="reach_km", value=reach_km, reason=Text("应为不小于 0 的公里数", "must be 0 km or more")
        )
    with store.read() as session:
        version, facts = network_facts(store, session)
    sites = facts.sites_on(as_of)
    sites = sites[sites["active"]]
    chains = chain_sites(facts, sites)
    report = NetworkReport(
        presence=level_presence(facts, sites),
        stated=stated_sites(facts, sites),
        vertical=vertical_gaps(facts, sites, reach_km),
        horizontal=horizontal_gaps(chains),
        windows_by_chain=told_of(chains),
    )
    used = Counter([*sites["data_class"].dropna(), *facts.parks["data_class"].dropna()])
    return Answer(data=report, meta=meta(version, {"as_of": as_of.isoformat(), "reach_km": reach_km}, used))
