"""Which regions complete each other? Every pair, both ways: what one has to spare against what the other lacks.

    a → b = Σ over chains and service types of min(spare(a,c,t), unmet(b,c,t))

What is left over in one chain serves no other, as in the allocation. As if a gave to b alone; what can be given to all
at once is the allocation's answer (:mod:`queries.allocation`).
"""

from typing import Literal

import numpy as np
import pandas as pd

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.geography import road_km
from graph.identity import prefecture_of
from graph.stores.base import Store
from queries.answers import ListAnswer, meta
from queries.coverage import CoverageQuestion
from queries.data_classes import bits_of, joined, named
from queries.ordering import largest_first
from queries.partners.candidates import RegionPair
from queries.rollup import region_names
from queries.sharing import Spare, spare_of

Between = Literal["prefecture", "zone"]


def complementarity_matrix(
    store: Store, question: CoverageQuestion | None = None, *, level: Between = "prefecture"
) -> ListAnswer[RegionPair]:
    """Return every pair of prefectures or zones, those that can do most for each other first.

    Only day, freshness and rates of the question count.

    Raises:
        BadParameter: another level.
    """
    if level not in ("prefecture", "zone"):
        raise BadParameter(name="level", value=level, reason="prefecture | zone")
    question = question or CoverageQuestion()
    version, spare = spare_of(store, question)
    places = spare.cube.facts.demand.regions
    codes, has, lacks, classes = _sums(spare, level)
    gives = np.stack([np.minimum(one, lacks).sum(axis=1) for one in has])
    pairs = _pairs(codes, gives, lacks.sum(axis=1), _seats(places, codes), region_names(spare.cube),
                   classes)  # fmt: skip
    parameters = question.model_dump(mode="json", include={"as_of", "freshness_days", "rates"}, exclude_none=True)
    behind = spare.cube.facts.data_class()
    return ListAnswer(data=pairs, meta=meta(version, parameters | {"level": level}, behind), total=len(pairs))


def _sums(spare: Spare, level: Between) -> tuple[list[str], Floats, Floats, Ints]:
    """Return the codes of the level, by code and column what is to spare and what is unmet (NaN where nothing of a
    code's demand is known), [G, N] each, and [G] the classes (bits) of the facts behind them.
    """
    places, grid = spare.cube.facts.demand.regions, spare.cube.grid
    zones = dict(zip(places["key"], places["zone"], strict=True))
    area = prefecture_of if level == "prefecture" else zones.get
    codes = sorted({code for c in grid.regions["key"] if isinstance(code := area(c), str)})
    left, known, unmet = spare.left.toarray(), ~np.isnan(spare.unmet), np.nan_to_num(spare.unmet)
    sums, classes = [], np.zeros(len(codes), dtype=np.int64)
    bits = bits_of(spare.resources["data_class"]), np.bitwise_or.reduce(spare.cube.classes, axis=1)
    homes = spare.resources["home"], grid.regions["key"]
    for values, where, its in zip((left, unmet), homes, bits, strict=True):
        row = pd.Index(codes).get_indexer(pd.Index([area(c) for c in where], dtype=object))
        into = np.zeros((len(codes), unmet.shape[1]))
        np.add.at(into, row[row >= 0], values[row >= 0])
        sums.append(into)
        classes |= joined(row, len(codes), its)
    reported = {area(c) for c in grid.regions["key"].to_numpy()[known.any(axis=1)]}
    sums[1][[code not in reported for code in codes]] = np.nan
    return codes, sums[0], sums[1], classes


def _seats(places: pd.DataFrame, codes: list[str]) -> Floats:
    """Return lon and lat of each code's seat; of a zone the middle of its prefectures' seats."""
    prefectures = places[places["level"] == "prefecture"]
    zones = prefectures.groupby("zone")[["lon", "lat"]].mean()
    seats = pd.concat([prefectures.set_index("key")[["lon", "lat"]], zones])
    return seats.loc[codes].to_numpy(dtype=np.float64)


def _pairs(
    codes: list[str], gives: Floats, lacks: Floats, seats: Floats, names: dict[str, str], classes: Ints
) -> list[RegionPair]:
    km = road_km(seats[:, 0, None], seats[:, 1, None], seats[None, :, 0], seats[None, :, 1])
    share = np.divide(gives, lacks[None, :], out=np.full_like(gives, np.nan), where=lacks[None, :] > 0)
    one, other = np.triu_indices(len(codes), 1)
    both_ways = np.nan_to_num(gives)
    order = largest_first(both_ways[one, other] + both_ways[other, one])
    both = named(classes[one[order]] | classes[other[order]])
    return [
        RegionPair(
            a=codes[a], a_name=names[codes[a]], b=codes[b], b_name=names[codes[b]],
            a_to_b=_known(gives[a, b]), a_to_b_share=_known(share[a, b]),
            b_to_a=_known(gives[b, a]), b_to_a_share=_known(share[b, a]),
            distance_km=km[a, b], data_class=behind,
        )
        for a, b, behind in zip(one[order], other[order], both, strict=True)
    ]  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
