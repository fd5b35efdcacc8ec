"""How far does a window, station, carrier, organisation or resource reach? (method.md, section 2)

A catchment is what the coverage cube was computed with, not a circle: of each region the weight by which the active
resources of a site reach it, the mean of them by capacity,

    weight(r) = Σ K(s)·w(s,r) / Σ K(s)

and what they bring there, Σ over its cells of R(s)·v(s,r)·D, services a year.
"""

from collections import Counter

import numpy as np
import pandas as pd
from pydantic import Field

from graph.errors import NotFound
from graph.language import Text
from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import Cube, by_profile
from queries.network.nodes import network_facts
from queries.resilience.shares import owners, read_owners

KINDS = ("resource", "carrier", "window", "organization")


class RegionReach(Result):
    """How a site reaches one region."""

    region: str
    weight: float = Field(description="可达权重，0 至 1，按能力平均 / reach weight, mean by capacity")
    services: float = Field(description="带来的可及供给（次/年）/ supply that it brings, services a year")


class Catchment(Result):
    """Every region that a site reaches, in the order of the cube's regions."""

    key: str
    kind: str = Field(description="resource | carrier | window | organization")
    resources: int = Field(description="当日有效的资源数 / resources that are valid on the day")
    capacity: float = Field(description="其年服务能力（次）/ their capacity, services a year")
    regions: list[RegionReach]


def catchment(store: Store, key: str, question: CoverageQuestion) -> Answer[Catchment]:
    """Return the catchment of a resource, carrier, window or organisation, by its key, on the question's day.

    Raises:
        NotFound: nothing of that key owns a resource.
    """
    version, cube = cube_of(store, question)
    kind, mine = _resources(store, cube, key, question)
    classes = cube.offered.resources.loc[mine, "data_class"].dropna()
    parameters = {"key": key, "as_of": question.as_of.isoformat()}
    return Answer(data=_of(cube, key, kind, mine), meta=meta(version, parameters, Counter(classes)))


def _resources(store: Store, cube: Cube, key: str, question: CoverageQuestion) -> tuple[str, "pd.Series[bool]"]:
    """Return what kind a key is of, and which of the cube's resources are its, and active."""
    resources = cube.offered.resources
    if (resources["resource"] == key).any():
        return "resource", (resources["resource"] == key) & cube.offered.active
    with store.read() as session:
        _, network = network_facts(store, session)
        _, facts = cached_by_version(store, session, "owners", read_owners)
    for kind in KINDS[1:]:
        found = owners(kind, cube, network, facts, question.as_of)
        at = found.keys.get_indexer(pd.Index([key]))[0]
        if at >= 0:
            return kind, pd.Series((found.of == at) & cube.offered.active, index=resources.index)
    raise NotFound(kind=Text("有资源的窗口、载体、机构或资源", "window, carrier, organisation or resource"), key=key)


def _of(cube: Cube, key: str, kind: str, mine: "pd.Series[bool]") -> Catchment:
    offered = cube.offered
    rows = np.flatnonzero(mine)
    capacity = offered.capacity[rows]
    reach = offered.weight[offered.profile[rows]]  # [own resources, R]
    total = float(capacity.sum())
    weight = capacity @ reach / total if total else reach.max(axis=0, initial=0.0)
    access = offered.given_weight.T @ by_profile(offered, np.where(mine, cube.share, 0.0))
    services = (access * np.nan_to_num(cube.demand)).sum(axis=1)
    regions = [
        RegionReach(region=r, weight=float(w), services=float(s))
        for r, w, s in zip(cube.grid.regions["key"], weight, services, strict=True)
        if w > 0
    ]
    return Catchment(key=key, kind=kind, resources=len(rows), capacity=total, regions=regions)
