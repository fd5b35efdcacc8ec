"""Who gives what to which cell, and to whom it belongs: what losses are computed from.

A resource belongs to

- the *organisation* that provides it;
- the *carrier* that hosts it, if any;
- one *window*: that to which its carrier reports, as stated or else as the backbone implies. Without a carrier it is
  the window that its provider operates (of several the smallest key), else the window of the prefecture where it is at
  home; the hub, where it is at home in the province as such. Windows count while they are active on the day.

So a window stands for what hangs on it itself, and not for the windows below it, which go on without it: who is cut
off from the network then is another question (articulation points).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Ints
from graph.identity import prefecture_of
from graph.stores.base import Query, ReadSession
from queries.cube import Cube
from queries.network.nodes import NetworkFacts
from queries.network.report import lines_up, of_place

HOSTED = Query(
    "MATCH (k:Carrier)-[:HOSTS]->(s:Resource) RETURN s.key AS resource, k.key AS carrier ORDER BY s.key, k.key",
    {"resource": str, "carrier": str},
)
OPERATED = Query(
    "MATCH (w:Window)-[:OPERATED_BY]->(o:Organization) RETURN w.key AS window, o.key AS organization ORDER BY w.key",
    {"window": str, "organization": str},
)
ORGANIZATIONS = Query(
    "MATCH (o:Organization) OPTIONAL MATCH (o)-[:LOCATED_IN]->(r:Region) "
    "RETURN o.key AS key, o.name AS name, o.kind AS kind, r.key AS region, o.data_class AS data_class ORDER BY o.key",
    {"key": str, "name": str, "kind": str, "region": str, "data_class": str},
)


@dataclass(frozen=True)
class OwnerFacts:
    """Who hosts, operates and provides, as frames with the queries' columns."""

    hosted: pd.DataFrame
    operated: pd.DataFrame
    organizations: pd.DataFrame


@dataclass(frozen=True)
class Owners:
    """Those of one kind who may fail: ``keys`` in order, and ``of`` [S], the number of each resource's owner or −1.

    Organisations and carriers with a resource; of windows every active one.
    """

    keys: "pd.Index[str]"
    of: Ints


def read_owners(session: ReadSession) -> OwnerFacts:
    """Read who hosts, operates and provides."""
    return OwnerFacts(*(session.frame(q) for q in (HOSTED, OPERATED, ORGANIZATIONS)))


def contributions(cube: Cube) -> sparse.csr_array:
    """Return [R·N, S]: what each resource contributes to the access of each cell, R(s)·v(s,r), where not 0.

    Cells stand region by region, as in ``cube.access.ravel()``, of which the rows' sums are the values.
    """
    offered = cube.offered
    entries = offered.matches.tocoo()
    giving = cube.share[entries.row] > 0
    resource, column = entries.row[giving], entries.col[giving]
    reach = sparse.csr_array(offered.given_weight)
    profile = offered.profile[resource]
    start, times = reach.indptr[profile].astype(np.int64), np.diff(reach.indptr)[profile].astype(np.int64)
    # Every match once for each region that its profile reaches: positions in ``reach``, run after run.
    first = np.cumsum(times) - times
    at = np.arange(times.sum()) + np.repeat(start - first, times)
    resource, column = np.repeat(resource, times), np.repeat(column, times)
    cell = reach.indices[at].astype(np.int64) * cube.demand.shape[1] + column
    shape = (cube.demand.size, len(offered.profile))
    return sparse.csr_array((reach.data[at] * cube.share[resource], (cell, resource)), shape=shape)


def owners(kind: str, cube: Cube, network: NetworkFacts, facts: OwnerFacts, as_of: date) -> Owners:
    """Return the owners of one of ``KINDS`` and to whom each resource of the cube belongs."""
    resources = cube.offered.resources
    if kind == "organization":
        return _numbered(resources["provider"])
    carrier = resources["resource"].map(facts.hosted.drop_duplicates("resource").set_index("resource")["carrier"])
    if kind == "carrier":
        return _numbered(carrier)
    sites = network.sites_on(as_of)
    windows = pd.Index(sorted(sites.loc[sites["active"] & (sites["label"] == "Window"), "key"]), dtype=object)
    return Owners(windows, windows.get_indexer(pd.Index(_windows(resources, carrier, network, facts, as_of))))


def _numbered(owner: "pd.Series[str]") -> Owners:
    of, keys = pd.factorize(owner, sort=True)
    return Owners(pd.Index(keys), of.astype(np.int64))


def _windows(
    resources: pd.DataFrame, carrier: "pd.Series[str]", network: NetworkFacts, facts: OwnerFacts, as_of: date
) -> "pd.Series[str]":
    sites = network.sites_on(as_of)
    running = sites.loc[sites["active"], "key"]
    lines = lines_up(network, sites).drop_duplicates("source").set_index("source")["target"]
    hub, of_prefecture = of_place(sites)
    run = facts.operated[facts.operated["window"].isin(running)].drop_duplicates("organization")
    own = resources["provider"].map(run.set_index("organization")["window"]).astype(object)
    provincial = resources["home"].str.endswith("0000")
    at_home = resources["home"].map(prefecture_of).map(of_prefecture).astype(object).mask(provincial, hub)
    window = carrier.map(lines).astype(object).where(carrier.notna(), own.where(own.notna(), at_home))
    return window.where(window.isin(running))
