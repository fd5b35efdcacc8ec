"""What would fill a gap best: the actions that a plan may take in its prefecture or for it, each alone, and partners.

Actions, their effects and costs are those of the expansion (:mod:`queries.expansion`). Of each kind the best is told:
the one that fills most of the gap for its cost among those that fill at least a tenth of it; where none does, the one
that fills most. What an action fills here counts no more than what it brings to the province, the harm that it does
elsewhere deducted. A partner is the organisation of another
prefecture whose spare capacity (:mod:`queries.sharing`) fills most of the gap, chain by chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.identity import prefecture_of
from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.action_costs import default_costs
from queries.cube import Cube
from queries.data_classes import bits_of, joined, named
from queries.demand import rates_in_use
from queries.expansion.actions import Baseline, Candidates
from queries.expansion.answer import KINDS
from queries.expansion.candidates import ActionFacts, candidates, read_action_facts
from queries.explanation.cell_rows import read_resource_names, records
from queries.methods import is_additive
from queries.rankings.answer import Assumption, GapQuestion, Remedy
from queries.rollup import column_groups, region_groups, region_names
from queries.sharing import Spare, spare_of
from queries.unmet import saved_by_action

WORTHWHILE = 0.1
"""Part of a gap that a remedy fills at least, where any does."""
LEAST = 1e-6
"""Services a year below which an effect is rounding."""
BLOCK = 256
"""Actions whose effects are held in memory at once."""
CAPACITY: list[Assumption] = ["capacity"]


@dataclass(frozen=True)
class GapCells:
    """Gaps as cells: ``member`` [G, R·N], 1 where a cell belongs to a gap; ``unmet`` [G]; ``places`` [G, R], the
    prefectures concerned; ``classes`` [G], bits of the data classes behind them.
    """

    member: sparse.csr_array
    unmet: Floats
    places: Bools
    classes: Ints

    @classmethod
    def of(cls, cube: Cube, question: GapQuestion, rows: pd.DataFrame) -> "GapCells":
        """Return the cells of ranked gaps, ``rows`` with the columns of Gap."""
        regions = region_groups(cube, question.groups, question.region)
        columns, codes = column_groups(cube, question.groups, question.industry, question.service_type)
        of_region = {code: at for at, code in enumerate(regions.codes)}
        of_column = {(code[0], code[2]): at for at, code in enumerate(codes)}
        shape = (len(rows), cube.demand.size)
        cells: list[Ints] = [np.zeros(0, dtype=np.int64)]
        places = np.zeros((len(rows), len(cube.demand)), dtype=bool)
        prefectures = cube.grid.regions["key"].map(prefecture_of).to_numpy()
        for at, row in enumerate(records(rows[["region", "industry", "service_type"]])):
            r = regions.of == of_region[row["region"]]
            n = columns.of == of_column[row["industry"], row["service_type"]]
            places[at] = np.isin(prefectures, prefectures[r])
            cells.append(np.flatnonzero((r[:, None] & n[None, :]).ravel()))
        row_of = np.repeat(np.arange(len(rows)), [len(c) for c in cells[1:]])
        member = sparse.csr_array((np.ones(len(row_of)), (row_of, np.concatenate(cells))), shape=shape)
        classes = joined(row_of, len(rows), cube.classes.ravel()[np.concatenate(cells)])
        return cls(member, rows["unmet"].to_numpy(np.float64), places, classes)

    @classmethod
    def joined(cls, parts: Sequence["GapCells"]) -> "GapCells":
        """Return several together, in order."""
        member = sparse.csr_array(sparse.vstack([p.member for p in parts]))
        return cls(member, *(np.concatenate([getattr(p, of) for p in parts]) for of in ("unmet", "places", "classes")))


def remedies_of(store: Store, cube: Cube, question: GapQuestion, found: GapCells) -> list[list[Remedy]]:
    """Return what would fill each gap, the best first; of the question day, freshness and rates count."""
    if not len(found.unmet):
        return []
    with store.read() as session:
        _, facts = cached_by_version(store, session, "expansion facts", read_action_facts)
        names = read_resource_names(store, session)
    _, spare = spare_of(store, question)
    assumed: list[Assumption] = [] if question.rates and question.rates != rates_in_use(None) else ["rate"]
    actions = _actions(cube, facts, found, assumed, question.as_of)
    partners = _partners(spare, names, found, assumed)
    return [[*one, *other] for one, other in zip(actions, partners, strict=True)]


# --- actions ------------------------------------------------------------------------------------------


def _actions(
    cube: Cube, facts: ActionFacts, found: GapCells, assumed: list[Assumption], day: date
) -> list[list[Remedy]]:
    """Return of each gap the best action of each kind, the best of all first; none where effects do not add up."""
    if not is_additive(cube.method):
        return [[] for _ in found.unmet]
    services = np.nan_to_num(cube.demand)
    on = Baseline(cube, services, region_names(cube))
    offered = candidates(on, facts, default_costs(), found.places.any(axis=0) & on.known, day)
    if offered.table.empty:
        return [[] for _ in found.unmet]
    relief, gain, harm = _effects(cube, offered, found)
    net, table = gain - harm, offered.table.assign(net=gain - harm, harm=harm)
    cost, kind, rows = table["cost"].to_numpy(np.float64), table["kind"].to_numpy(), records(table)
    stands = table["region"].map(prefecture_of).to_numpy()
    made: list[list[Remedy]] = []
    for at, unmet in enumerate(found.unmet):
        there = np.isin(stands, on.prefectures[found.places[at]])
        fills = np.where(there, np.maximum(0.0, np.minimum(relief[at], net)), 0.0)
        chosen = [j for k in KINDS if (j := _best(np.where(kind == k, fills, 0.0), cost, unmet)) is not None]
        worth = _worth(fills, cost, unmet)
        ordered = sorted(chosen, key=lambda j: (worth[j] == 0, -worth[j], -fills[j], rows[j]["key"]))
        made.append([_remedy(rows[j], float(relief[at, j]), float(unmet), assumed, found.classes[at]) for j in ordered])
    return made


def _effects(cube: Cube, offered: Candidates, found: GapCells) -> tuple[Floats, Floats, Floats]:
    """Return what each action alone fills of each gap, [G, J], and fills and adds in the province, [J] each."""
    demand, need = np.nan_to_num(cube.demand).ravel(), 1.0 - cube.access.ravel()
    made_of = sparse.csc_array(offered.made_of)
    relief, gain, harm = [], [], []
    for first in range(0, len(offered.table), BLOCK):
        saved = saved_by_action(demand, need, offered.effects, made_of[:, first : first + BLOCK])
        relief.append((found.member @ saved).toarray())
        gain.append(np.asarray(saved.maximum(0).sum(axis=0)).ravel())
        harm.append(0.0 - np.asarray(saved.minimum(0).sum(axis=0)).ravel())  # no −0
    return np.hstack(relief), np.concatenate(gain), np.concatenate(harm)


def _best(fills: Floats, cost: Floats, unmet: float) -> int | None:
    """Return the action that fills most for its cost of those worthwhile, else that which fills most; ties by order."""
    worth = _worth(fills, cost, unmet)
    best = worth if worth.any() else fills
    at = int(np.argmax(best))
    return at if best[at] > LEAST else None


def _worth(fills: Floats, cost: Floats, unmet: float) -> Floats:
    """Return what actions fill for their cost, 0 of those that are not worthwhile."""
    return np.where(fills >= WORTHWHILE * unmet, fills / cost, 0.0)


def _remedy(row: Mapping[str, Any], relief: float, unmet: float, assumed: list[Assumption], classes: int) -> Remedy:
    stated = row["kind"] == "share"
    return Remedy(
        kind=row["kind"], key=row["key"], name_zh=row["name_zh"], name_en=row["name_en"], region=row["region"],
        region_name=row["region_name"], quantity=row["quantity"], relief=relief, share=relief / unmet, net=row["net"],
        harm=row["harm"], data_class=named([classes | row["classes"]])[0],
        cost=row["cost"], assumptions=["cost", *([] if stated else CAPACITY), *assumed],
    )  # fmt: skip


# --- partners -----------------------------------------------------------------------------------------


def _partners(spare: Spare, names: pd.DataFrame, found: GapCells, assumed: list[Assumption]) -> list[list[Remedy]]:
    """Return of each gap the organisation elsewhere whose spare capacity fills most of it; none where none does."""
    resources = spare.resources
    provider, keys = pd.factorize(resources["provider"], sort=True)
    home = resources["home"].map(prefecture_of).to_numpy()
    places = spare.cube.grid.regions["key"].map(prefecture_of).to_numpy()
    wide, unmet = spare.unmet.shape[1], np.nan_to_num(spare.unmet).ravel()
    organizations = _organizations(spare, names)
    made: list[list[Remedy]] = []
    for at, whole in enumerate(found.unmet):
        cells = found.member[[at]].tocoo().coords[1]
        lacks = np.bincount(cells % wide, unmet[cells], wide)
        here = np.unique(places[cells // wide])
        elsewhere = home != here[0] if len(here) == 1 else np.ones(len(home), dtype=bool)
        columns = np.flatnonzero(lacks)
        of = sparse.csr_array((elsewhere * 1.0, (provider, np.arange(len(provider)))), (len(keys), len(provider)))
        has = (of @ spare.left[:, columns]).toarray()
        fills = np.minimum(has, lacks[columns]).sum(axis=1)
        best = int(np.argmax(fills)) if len(fills) else -1
        if best < 0 or fills[best] <= LEAST:
            made.append([])
            continue
        row = organizations.loc[keys[best]]
        made.append([Remedy(
            kind="partner", key=keys[best], name_zh=row["name"], name_en=row["name"], region=row["home"],
            region_name=row["home_name"], quantity=float(has[best].sum()), relief=float(fills[best]),
            share=float(fills[best] / whole), net=None, harm=None, cost=None,
            data_class=named([found.classes[at] | row["classes"]])[0],
            assumptions=[*(CAPACITY if row["assumed"] else []), *assumed],
        )])  # fmt: skip
    return made


def _organizations(spare: Spare, names: pd.DataFrame) -> pd.DataFrame:
    """Return providers by key: name, home with its name, whether the capacity of any resource is assumed, and the bits
    of the data classes of its resources.
    """
    by_provider = spare.resources.groupby("provider")
    home = by_provider["home"].first()
    provider, keys = pd.factorize(spare.resources["provider"], sort=True)
    return pd.DataFrame({
        "name": names["provider_name"].groupby(level="provider").first(),
        "home": home, "home_name": home.map(region_names(spare.cube)),
        "assumed": spare.resources["capacity"].isna().groupby(spare.resources["provider"]).any(),
        "classes": pd.Series(joined(provider, len(keys), bits_of(spare.resources["data_class"])), index=keys),
    })  # fmt: skip
