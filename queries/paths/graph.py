"""The graph that collaboration paths run in: who is linked to whom on a day, and how strongly."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from graph.arrays import Bools, Ints
from graph.identity import prefecture_of
from graph.projection import Projection, cached_by_version, project
from graph.stores.base import ReadSession, Store
from graph.vocabulary import fold
from queries.paths.scoring import HUB_PENALTY, hub_costs, strength_of, strengths
from queries.solvers.arcs import Arcs, to_arcs

LABELS = ("Region", "Window", "Carrier", "Organization", "Resource", "Enterprise", "Chain", "ChainSegment")
OWNS = ("PROVIDES", "HOSTS")
"""What gives a resource to somebody."""
PARTNERS = ("Organization", "Carrier", "Window", "Region")
"""Who can be a partner."""
OFFERS = ("ServiceType", "OFFERS")
"""What tells a provider of a service; too many share a service for a path to run through it."""


@dataclass(frozen=True)
class PathLimits:
    """Which part of the graph paths may use.

    Attributes:
        edge_types: Only these; none means any.
        dimensions: Of partnerships only those of these dimensions; none means any.
        avoided: Node numbers that no path may touch.
        hub_penalty: Weight of log degree.
    """

    edge_types: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()
    avoided: frozenset[int] = frozenset()
    hub_penalty: float = HUB_PENALTY


@dataclass(frozen=True)
class PathGraph:
    """Nodes and edges of a day; shared between callers, not to be changed.

    Attributes:
        nodes: A row a node: label, key, name, kind, data_class, prefecture (code of its home's; missing for chains
            and segments), active. The index is the node's number.
        edges: A row an edge between active nodes: source, target (node numbers), type, dimension, strength.
        offers: Columns resource (node number) and service_type (key), of active resources.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    offers: pd.DataFrame

    @cached_property
    def degrees(self) -> Ints:
        """How many neighbours each node has, over all edges, whatever a question leaves out."""
        ends = self.edges[["source", "target"]].to_numpy()
        pairs = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
        return np.bincount(pairs.ravel(), minlength=len(self.nodes))

    def _arcs(self, used: Bools, penalty: float) -> Arcs:
        edges = self.edges[used]
        costs = hub_costs(self.degrees, penalty) if penalty else np.zeros(len(self.nodes))
        arcs = to_arcs(
            edges["source"].to_numpy(), edges["target"].to_numpy(), -np.log(edges["strength"].to_numpy()), costs
        )
        return replace(arcs, rows=edges.index.to_numpy()[arcs.rows])

    @cached_property
    def _usual(self) -> Arcs:
        return self._arcs(np.ones(len(self.edges), dtype=bool), HUB_PENALTY)

    @cached_property
    def _ends(self) -> tuple[Ints, Ints]:
        return self.edges["source"].to_numpy(dtype=np.int64), self.edges["target"].to_numpy(dtype=np.int64)

    def arcs(self, limits: PathLimits, allowed: Bools | None = None) -> Arcs:
        """Return the part of the graph that may be used, of ``allowed`` nodes; ``rows`` are rows of ``edges``."""
        if allowed is None and limits == PathLimits():
            return self._usual
        used = np.ones(len(self.edges), dtype=bool)
        if allowed is not None:
            source, target = self._ends
            used &= allowed[source] & allowed[target]
        if limits.edge_types:
            used &= self.edges["type"].isin(limits.edge_types).to_numpy()
        if limits.dimensions:
            other = (self.edges["type"] == "PARTNERS_WITH") & ~self.edges["dimension"].isin(limits.dimensions)
            used &= ~other.to_numpy()
        if limits.avoided:
            avoided = list(limits.avoided)
            used &= ~(self.edges["source"].isin(avoided) | self.edges["target"].isin(avoided)).to_numpy()
        return self._arcs(used, limits.hub_penalty)

    @cached_property
    def names(self) -> dict[str, list[int]]:
        """Node numbers by folded name, by key, and by label and key (``Window:W00``)."""
        found: dict[str, list[int]] = defaultdict(list)
        columns = (self.nodes[c].tolist() for c in ("label", "key", "name"))
        for number, (label, key, name) in enumerate(zip(*columns, strict=True)):
            for text in dict.fromkeys((fold(key), fold(f"{label}:{key}"), fold(name) if isinstance(name, str) else "")):
                if text:
                    found[text].append(number)
        return dict(found)

    def offered(self, numbers: Sequence[int]) -> dict[int, tuple[int, list[str]]]:
        """Return for those who provide or host active resources how many, and their service types, most first."""
        owned = self.edges[self.edges["type"].isin(OWNS) & self.edges["source"].isin(numbers)]
        joined = owned.merge(self.offers, left_on="target", right_on="resource")
        counts = joined.groupby(["source", "service_type"], observed=True).size().reset_index(name="count")
        counts = counts.sort_values(["source", "count", "service_type"], ascending=[True, False, True])
        types = counts.groupby("source")["service_type"].agg(list)
        owners, sizes = np.unique(owned["source"].to_numpy(dtype=np.int64), return_counts=True)
        return {at: (n, types.get(at, [])) for at, n in zip(owners.tolist(), sizes.tolist(), strict=True)}

    def providers(self, service_type: str, chain: str | None) -> Bools:
        """Return flags: who provides an active resource of a service type that suits a chain, or any chain."""
        offering = set(self.offers.loc[self.offers["service_type"] == service_type, "resource"])
        if chain is not None:
            suits = self.edges[self.edges["type"] == "SUITS"]
            fitting = self.nodes["key"].to_numpy()[suits["target"]] == chain
            offering -= set(suits["source"]) - set(suits.loc[fitting, "source"])
        provides = self.edges[self.edges["type"] == "PROVIDES"]
        flags = np.zeros(len(self.nodes), dtype=bool)
        flags[provides.loc[provides["target"].isin(offering), "source"]] = True
        return flags


def path_graph(store: Store, session: ReadSession, as_of: date) -> tuple[int, PathGraph]:
    """Return the graph version and the graph of a day, built once a version."""
    return cached_by_version(store, session, ("path graph", as_of), lambda _: _build(store, as_of))


def _build(store: Store, as_of: date) -> PathGraph:
    return path_graph_of(project(store, (*LABELS, OFFERS[0]), (*strengths().types, OFFERS[1])), as_of)


def path_graph_of(whole: Projection, as_of: date) -> PathGraph:
    """Return the graph of a day in a projection of the whole graph, or of the part of it that a question is about."""
    nodes = whole.nodes[["label", "key", "name", "kind", "data_class"]].assign(
        label=whole.nodes["label"].astype(str), prefecture=_prefectures(whole), active=_in_force(whole.nodes, as_of)
    )
    active = nodes["active"].to_numpy()
    edges = whole.edges[_in_force(whole.edges, as_of)]
    edges = edges[active[edges["source"]] & active[edges["target"]]]
    offering = edges[edges["type"] == OFFERS[1]]
    offers = pd.DataFrame(
        {
            "resource": offering["source"].to_numpy(),
            "service_type": nodes["key"].to_numpy(dtype=object)[offering["target"]],
        }
    )
    edges = edges[edges["type"] != OFFERS[1]].reset_index(drop=True)
    edges = edges[["source", "target", "type", "dimension"]].assign(strength=strength_of(edges, as_of))
    return PathGraph(nodes, edges, offers)


def _in_force(frame: pd.DataFrame, as_of: date) -> Bools:
    """Return flags: since ≤ day ≤ until, where stated."""
    day, since, until = pd.Timestamp(as_of), pd.to_datetime(frame["since"]), pd.to_datetime(frame["until"])
    return ~((since > day) | (until < day)).to_numpy(bool)


def _prefectures(whole: Projection) -> pd.Series:
    """Return the prefecture of each node's home: its region's; a resource's is its carrier's, else its provider's."""
    keys = whole.nodes["key"]
    regions = keys.where(whole.nodes["label"] == "Region").map(prefecture_of, na_action="ignore")
    homes = regions.astype(object).to_numpy(dtype=object).copy()
    for type_, owner, owned in (
        ("LOCATED_IN", "target", "source"),
        ("PROVIDES", "source", "target"),
        ("HOSTS", "source", "target"),
    ):
        edges = whole.edges[whole.edges["type"] == type_]
        known = ~pd.isna(homes[edges[owner]])
        homes[edges.loc[known, owned]] = homes[edges.loc[known, owner]]
    return pd.Series(homes, index=whole.nodes.index, dtype=object)
