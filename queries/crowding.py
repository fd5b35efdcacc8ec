"""Where are providers over-subscribed?

A resource is crowded where it has less capacity than is asked within its reach, R(s) = K(s) / Σ D·w < standard
(method, section 2). What is asked of several resources counts for each, so R alone does not say who is missing
something; that is told by what is turned away, each cell's unmet demand laid on its resources as A is:

    turned_away(s) = Σ over its cells of (R(s)·w(s,r) / A) · D · max(0, 1 − A)

Σ over all resources is the unmet demand of all cells that somebody covers: nothing is counted twice.
"""

from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
from pydantic import Field

from graph.arrays import Floats
from graph.clock import today
from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import listed
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import ListAnswer, Result, meta
from queries.coverage import OF_DAY, CoverageQuestion, cube_of
from queries.cube import TOLERANCE, Cube
from queries.data_classes import BEHIND, bits_of, joined, named
from queries.explanation.cell_rows import read_resource_names, records
from queries.methods import DEFAULT, Method
from queries.ordering import comparable
from queries.rollup import region_names
from queries.unmet import unmet_demand

BY = ("resource", "provider", "prefecture", "service_type")
VALUES = ["asked", "capacity", "turned_away"]


class Crowded(Result):
    """A resource, or a group of them, that more is asked of than it can give."""

    rank: int
    resource: str | None = Field(description="资源 / resource; null where resources are summed")
    resource_name: str | None
    provider: str | None
    provider_name: str | None
    region: str | None = Field(description="所在市州 / home prefecture")
    region_name: str | None
    service_type: str | None
    service_type_name: str | None
    resources: int = Field(description="拥挤的资源数 / crowded resources")
    asked: float = Field(description="所及需求 Σ D·w（次/年）/ demand within reach, services a year")
    capacity: float = Field(description="年服务能力，按所及需求分摊到服务类型 / capacity, split by type as demand is")
    pressure: float | None = Field(description="所及需求 / 能力 / asked over capacity; null without capacity")
    turned_away: float = Field(description="归于它的未满足需求（次/年）/ unmet demand laid on it, services a year")
    data_class: list[str] = Field(description=BEHIND)


class CrowdingQuestion(Result):
    """What is asked: how to sum, where (codes), on which day."""

    by: tuple[str, ...] = ("resource",)
    region: str | None = None
    service_type: str | None = None
    as_of: date = Field(default_factory=today)
    standard: float = 1.0
    freshness_days: int = 400
    rates: dict[str, float] | None = None
    method: Method = DEFAULT


def crowding(store: Store, question: CrowdingQuestion | None = None) -> ListAnswer[Crowded]:
    """Return where providers are over-subscribed: most turned away first, then most asked for its capacity.

    Raises:
        BadParameter: a way of summing that there is none of, or a limit that is not positive.
    """
    question = question or CrowdingQuestion()
    unknown = [b for b in question.by if b not in BY]
    if unknown or not question.by:
        raise BadParameter(name="by", value=",".join(unknown or question.by), reason=listed(BY))
    same = question.model_dump(include=OF_DAY)
    version, cube = cube_of(store, CoverageQuestion(**same))
    with store.read() as session:
        names = read_resource_names(store, session)
    loads = loads_of(cube)
    crowded = loads[loads["share"] < question.standard - TOLERANCE]
    if question.region and not question.region.endswith("0000"):
        crowded = crowded[(crowded[["home", "prefecture", "zone"]] == question.region).any(axis=1)]
    if question.service_type:
        crowded = crowded[crowded["service_type"] == question.service_type]
    rows = _summed(crowded, question.by, names, cube)
    classes = Counter(cube.offered.resources["data_class"].dropna())
    facts = meta(version, question.model_dump(mode="json", exclude_none=True), classes)
    return ListAnswer(data=[Crowded(**row) for row in records(rows)], meta=facts, total=len(rows))


def loads_of(cube: Cube) -> pd.DataFrame:
    """Return what is asked of each active resource by service type.

    Returns:
        Frame with a row a resource and type: resource, provider, home, prefecture, zone, service_type, ``class``
        (bits), ``share`` (R), ``asked``, ``capacity`` (K, split as asked) and ``turned_away``, services a year.
    """
    offered = cube.offered
    demand = np.nan_to_num(cube.demand)
    lost = np.divide(unmet_demand(demand, cube.access), cube.access,
                     out=np.zeros_like(demand), where=cube.access > 0)  # fmt: skip
    asked = np.where(offered.active[:, None], _by_type(cube, offered.weight @ cube.asked), 0.0)
    total = asked.sum(axis=1, keepdims=True)
    capacity = offered.capacity[:, None] * np.divide(asked, total, out=np.zeros_like(asked), where=total > 0)
    turned_away = cube.share[:, None] * _by_type(cube, offered.given_weight @ lost)
    s, t = np.nonzero(asked > 0)
    stored = offered.resources.iloc[s].reset_index(drop=True)
    zones = cube.facts.demand.regions.set_index("key")["zone"]
    return pd.DataFrame(
        {
            "resource": stored["resource"],
            "provider": stored["provider"],
            "home": stored["home"],
            "prefecture": stored["home"].map(prefecture_of),
            "zone": stored["home"].map(zones),
            "service_type": np.array(cube.grid.types, dtype=object)[t],
            "class": bits_of(stored["data_class"]),
            "share": cube.share[s],
            "asked": asked[s, t],
            "capacity": capacity[s, t],
            "turned_away": turned_away[s, t],
        }
    )


def _by_type(cube: Cube, within: Floats) -> Floats:
    """Return [S, T] sums over the columns that each resource matches, by type, of what is ``within`` [profile, column]
    the reach of its profile."""
    offered, types = cube.offered, len(cube.grid.types)
    entries = offered.matches.tocoo()
    cells = entries.row.astype(np.int64) * types + entries.col % types
    flat = np.bincount(cells, within[offered.profile[entries.row], entries.col], len(offered.profile) * types)
    made: Floats = flat.astype(np.float64).reshape(-1, types)
    return made


def _summed(loads: pd.DataFrame, by: tuple[str, ...], names: pd.DataFrame, cube: Cube) -> pd.DataFrame:
    # A resource has one provider and one home, which stand beside it.
    kept = {"resource": ("resource", "provider", "prefecture"), "provider": ("provider",)}
    columns = list(dict.fromkeys(c for b in BY if b in by for c in kept.get(b, (b,))))
    grouped = loads.groupby(columns, sort=True)
    made = grouped[VALUES].sum().assign(resources=grouped["resource"].nunique()).reset_index()
    made["data_class"] = named(joined(np.asarray(grouped.ngroup()), len(made), np.asarray(loads["class"])))
    made["pressure"] = (made["asked"] / made["capacity"]).where(made["capacity"] > 0)
    made = made.sort_values(
        ["turned_away", "pressure", *columns], ascending=[False, False, *[True] * len(columns)], key=comparable
    ).reset_index(drop=True)
    made = made.rename(columns={"prefecture": "region"})
    names = names.reset_index()
    terms = vocabulary("service_types")
    labels = {
        "resource": dict(zip(names["resource"], names["name"], strict=True)),
        "provider": dict(zip(names["provider"], names["provider_name"], strict=True)),
        "region": region_names(cube),
        "service_type": {t: terms.text(t) for t in terms.ids},
    }
    for column, label in labels.items():
        stands = column in made
        made[f"{column}_name"] = made[column].map(label) if stands else None
        if not stands:
            made[column] = None
    made.insert(0, "rank", np.arange(1, len(made) + 1))
    return made[list(Crowded.model_fields)]
