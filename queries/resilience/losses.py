"""What would the loss of a window, a carrier or an organisation cost? (method, section 4)

Access is a sum of contributions that do not depend on each other, so a loss leaves exactly A − a, and nothing has to
be computed again. Unmet demand added: Σ over known cells of D·(max(0, 1 − (A − a)) − max(0, 1 − A)).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text, listed
from graph.projection import cached_by_version, plain_rows
from graph.stores.base import ReadSession, Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, meta
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import Cube
from queries.data_classes import bits_of, joined, named
from queries.network.nodes import NetworkFacts, network_facts
from queries.network.report import lines_between
from queries.ordering import comparable, largest_first
from queries.resilience.coordination import coordination
from queries.resilience.impact import KINDS, CellLoss, Loss, PairLoss, PlaceLoss, Resilience, ResilienceQuestion
from queries.resilience.shares import OwnerFacts, Owners, contributions, owners, read_owners
from queries.resilience.structure import bridges, cut_points, without_hub
from queries.rollup import region_names
from queries.solvers.failures import membership, pair_failure_loss, place_losses
from queries.solvers.importance import shapley_importance

WORST = 3
"""Prefectures and cells that are named with each loss."""
SOLE = 1 - 1e-9
"""Share of a cell's access from which one owner alone supplies it."""


@dataclass(frozen=True)
class _Baseline:
    """What all kinds of loss share: the cube, demand [n] and access [n] of its cells, contributions [n, S]."""

    cube: Cube
    demand: Floats
    access: Floats
    given: sparse.csr_array

    @cached_property
    def prefectures(self) -> tuple[list[str], Ints]:
        """Codes of the prefectures, and [R] the number of each region's."""
        of, codes = pd.factorize(self.cube.grid.regions["key"].map(prefecture_of), sort=True)
        return list(codes), of

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of regions by code."""
        return region_names(self.cube)

    @cached_property
    def regions(self) -> list[str]:
        """Codes of the R regions."""
        return list(self.cube.grid.regions["key"])

    @cached_property
    def chains(self) -> list[tuple[str, str]]:
        """Code and name of the chains."""
        return list(zip(self.cube.grid.chains["key"], self.cube.grid.chains["name"], strict=True))

    def cell(self, number: int, added: float) -> CellLoss:
        """Return what a loss adds in one of the n cells."""
        region, column = divmod(number, self.cube.demand.shape[1])
        chain, type_ = divmod(column, len(self.cube.grid.types))
        (industry, industry_name), service = self.chains[chain], self.cube.grid.types[type_]
        place = self.regions[region]
        return CellLoss(
            region=place, region_name=self.names[place], industry=industry, industry_name=industry_name,
            service_type=service, service_type_name=vocabulary("service_types").text(service), unmet_added=added,
            data_class=named([self.cube.classes[region, column]])[0],
        )  # fmt: skip

    def by(self, owner: Owners) -> sparse.csr_array:
        """Return contributions [n, G] by owner."""
        belongs = membership(owner.of, len(owner.of))
        shape = (len(owner.of), len(owner.keys))  # the last owners may have nothing
        return sparse.csr_array(
            self.given @ sparse.csr_array((belongs.data, belongs.indices, belongs.indptr), shape=shape)
        )


def resilience(store: Store, question: ResilienceQuestion | None = None) -> Answer[Resilience]:
    """Return what single failures would cost, how much each owner matters, and who hangs on whom.

    Raises:
        BadParameter: an unknown kind, a place where nobody stands, a negative number of losses or pairs, or a
            freshness limit that is not positive.
    """
    question = question or ResilienceQuestion()
    _check(question)
    asked = CoverageQuestion(as_of=question.as_of, freshness_days=question.freshness_days, rates=question.rates)
    version, cube = cube_of(store, asked)
    with store.read() as session:
        _, network = network_facts(store, session)
        _, facts = cached_by_version(store, session, "owners", read_owners)
        baseline = _baseline(store, session, asked, cube)
        contacts = coordination(session, cube, network, question.as_of) if "window" in question.kinds else {}
    owned = {kind: owners(kind, cube, network, facts, question.as_of) for kind in KINDS if kind in question.kinds}
    labels = _labels(cube, network, facts, question.as_of)
    asked_for = _standing(cube, labels, question.region)
    losses = [
        x for kind, owner in owned.items() for x in _losses(baseline, kind, owner, labels, asked_for, question.limit)
    ]
    every = network.sites_on(question.as_of)
    sites = every[every["active"]].reset_index(drop=True)
    lines = lines_between(network, every, question.as_of)
    lines = lines[lines["source"].isin(sites["key"]) & lines["target"].isin(sites["key"])].reset_index(drop=True)
    found = Resilience(
        demand=float(baseline.demand.sum()),
        unmet=float(baseline.demand @ np.maximum(0.0, 1.0 - baseline.access)),
        counted={kind: int(owner.keys.isin(asked_for).sum()) for kind, owner in owned.items()},
        losses=[x.model_copy(update={"coordination": contacts.get(x.key)}) for x in losses],
        pairs=[x for kind, owner in owned.items() for x in _pairs(baseline, kind, owner, labels, question.pairs)],
        sites=len(sites),
        lines=len(lines),
        cut_points=[point for point in cut_points(sites, lines) if point.key in asked_for],
        bridges=[b for b in bridges(sites, lines) if b.source in asked_for or b.target in asked_for],
        without_hub=without_hub(sites, lines),
    )
    used = Counter(cube.facts.data_class()) + Counter(sites["data_class"].dropna())
    return Answer(data=found, meta=meta(version, question.model_dump(mode="json", exclude_none=True), dict(used)))


def _check(question: ResilienceQuestion) -> None:
    unknown = [kind for kind in question.kinds if kind not in KINDS]
    if unknown or not question.kinds:
        raise BadParameter(name="kinds", value=",".join(unknown), reason=listed(KINDS))
    for name in ("limit", "pairs"):
        if getattr(question, name) < 0:
            raise BadParameter(name=name, value=getattr(question, name), reason="≥ 0")


def _baseline(store: Store, session: ReadSession, asked: CoverageQuestion, cube: Cube) -> _Baseline:
    rates = tuple(sorted((asked.rates or {}).items()))
    key = ("contributions", asked.as_of, asked.freshness_days, rates)
    _, given = cached_by_version(store, session, key, lambda _: contributions(cube))
    return _Baseline(cube, np.nan_to_num(cube.demand).ravel(), cube.access.ravel(), given)


def _labels(cube: Cube, network: NetworkFacts, facts: OwnerFacts, day: date) -> pd.DataFrame:
    """Return name, site_kind, region, region_name and data_class of those who may fail; the index is the key."""
    columns = ["key", "name", "kind", "region", "data_class"]
    labels = pd.concat([network.sites_on(day)[columns], facts.organizations[columns]], ignore_index=True)
    labels = labels.drop_duplicates("key").rename(columns={"kind": "site_kind"}).set_index("key")
    names, places = region_names(cube), network.places["region_name"]
    labels["region_name"] = labels["region"].map(lambda r: names.get(r, places.get(r)))
    return labels.assign(name=labels["name"].fillna(""))


def _standing(cube: Cube, labels: pd.DataFrame, region: str | None) -> "pd.Index[str]":
    """Return the keys of those who stand in a division or economic zone, of all without one.

    Raises:
        BadParameter: nobody stands there.
    """
    if region is None or region.endswith("0000"):
        return labels.index
    zone = cube.facts.demand.regions.set_index("key")["zone"]
    home = labels["region"].fillna("").astype(str)
    prefecture = home.map(lambda code: prefecture_of(code) if code else "")
    found = labels.index[(home == region) | (prefecture == region) | (prefecture.map(zone) == region)]
    if found.empty:
        why = Text("那里没有窗口、载体或机构", "no window, carrier or organisation stands there")
        raise BadParameter(name="region", value=region, reason=why)
    return found


# --- single losses ------------------------------------------------------------------------------------


def _losses(
    baseline: _Baseline, kind: str, owner: Owners, labels: pd.DataFrame, asked_for: "pd.Index[str]", limit: int
) -> list[Loss]:
    """Return the ``limit`` worst losses of a kind among those asked for, ties by key."""
    given = baseline.by(owner)
    lost = place_losses(given, baseline.demand, baseline.access)
    entries = given.tocoo()
    cell, of = entries.coords
    asked = baseline.demand[cell] > 0
    count = len(owner.keys)
    sole = asked & (entries.data >= SOLE * baseline.access[cell])
    table = pd.DataFrame(
        {
            "resources": np.bincount(owner.of[(owner.of >= 0) & baseline.cube.offered.active], minlength=count),
            "reached": np.bincount(of, baseline.demand[cell], minlength=count),
            "unmet_added": np.bincount(lost.coords[1], lost.data, minlength=count),
            "cells_hit": np.bincount(lost.coords[1], minlength=count),
            "cells_emptied": np.bincount(of[sole], minlength=count),
            "importance": shapley_importance(given, baseline.demand),
        },
        index=owner.keys,
    ).sort_values("unmet_added", ascending=False, kind="stable", key=comparable)
    worst = table[table.index.isin(asked_for)].head(limit).join(labels, how="left")
    by_owner, found = lost.tocsc(), list[Loss]()
    columns = owner.keys.get_indexer(worst.index).tolist()
    worst["data_class"] = named(_classes(baseline, owner, labels)[columns])
    for column, row in zip(columns, plain_rows(worst.reset_index(names="key")), strict=True):
        its = slice(by_owner.indptr[column], by_owner.indptr[column + 1])
        places, cells = _where(baseline, by_owner.indices[its], by_owner.data[its])
        found.append(Loss(rank=len(found) + 1, kind=kind, **row, prefectures=places, cells=cells))
    return found


def _classes(baseline: _Baseline, owner: Owners, labels: pd.DataFrame) -> Ints:
    """Return the bits of the data classes of each owner and its resources."""
    owned = joined(owner.of, len(owner.keys), bits_of(baseline.cube.offered.resources["data_class"]))
    classes: Ints = owned | bits_of(labels["data_class"].reindex(owner.keys))
    return classes


def _where(baseline: _Baseline, cells: NDArray[Any], added: Floats) -> tuple[list[PlaceLoss], list[CellLoss]]:
    """Return the prefectures and the cells where a loss hits worst, from all cells that it hits; ties by code."""
    codes, prefecture = baseline.prefectures
    of = prefecture[cells // baseline.cube.demand.shape[1]]
    summed = np.bincount(of, added, minlength=len(codes)).astype(np.float64)
    classes = named(joined(of, len(codes), baseline.cube.classes.ravel()[cells]))
    places = [
        PlaceLoss(region=codes[at], region_name=baseline.names[codes[at]], unmet_added=float(summed[at]),
                  data_class=classes[at])
        for at in _worst(summed)
    ]  # fmt: skip
    return places, [baseline.cell(int(cells[at]), float(added[at])) for at in _worst(added)]


def _worst(added: Floats) -> list[int]:
    """Return the positions of the largest values over 0, the first of equals."""
    order = largest_first(added)[:WORST]
    return [int(at) for at in order if added[at] > 0]


# --- pairs --------------------------------------------------------------------------------------------


def _pairs(baseline: _Baseline, kind: str, owner: Owners, labels: pd.DataFrame, top: int) -> list[PairLoss]:
    """Return the ``top`` worst pairs of a kind."""
    if not top:
        return []
    found = pair_failure_loss(baseline.by(owner), baseline.demand, baseline.access, top=top)
    name = labels["name"].reindex(owner.keys).fillna("").to_numpy()
    classes = _classes(baseline, owner, labels)
    return [
        PairLoss(
            kind=kind, first=owner.keys[a], first_name=name[a], second=owner.keys[b], second_name=name[b],
            unmet_added=float(loss), beyond=float(beyond), data_class=named([classes[a] | classes[b]])[0],
        )
        for a, b, loss, beyond in zip(found.first, found.second, found.loss, found.beyond, strict=True)
    ]  # fmt: skip
