"""The allocation's problem as arrays: who has what to spare, who lacks what, how far apart they are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.arrays import Bools, Floats, Ints
from graph.geography import road_km
from graph.identity import prefecture_of
from queries.allocation.flows import AllocationQuestion, Within
from queries.data_classes import bits_of, joined
from queries.rollup import column_groups, region_groups, region_names
from queries.sharing import Spare


@dataclass(frozen=True)
class AllocationProblem:
    """The problem as arrays; H homes, R regions. ``km``: [H, R]. ``inside``: [H, R] flows that stay in their area.

    ``spare``: [H, G], ``unmet``: [R, G] (0 where unknown) with a column for each of ``groups``: (chain, its name,
    type), without a chain where capacity may serve any; ``classes``: of both, the data classes (bits) behind them.
    """

    question: AllocationQuestion
    homes: list[str]
    regions: list[str]
    names: dict[str, str]
    zones: dict[str, str | None]
    km: Floats
    inside: Bools
    spare: Floats
    unmet: Floats
    classes: tuple[Ints, Ints]
    groups: list[tuple[str | None, str | None, str]]


def problem_of(spare: Spare, question: AllocationQuestion) -> AllocationProblem:
    """Return the problem of a question."""
    grid = spare.cube.grid
    columns, codes = column_groups(
        spare.cube, ("chain", "service_type") if question.by_chain else ("service_type",),
        question.industry, question.service_type,
    )  # fmt: skip
    into = columns.indicator().T  # [N, G]
    home, homes = pd.factorize(spare.resources["home"], sort=True)
    left = spare.left.tocoo()
    may = np.flatnonzero(spare.shareable[left.row] if question.shareable else np.ones(left.nnz, dtype=bool))
    by_home = np.zeros((len(homes), into.shape[0]))
    np.add.at(by_home, (home[left.row[may]], left.col[may]), left.data[may])
    group = columns.of[left.col[may]]
    given, wide = bits_of(spare.resources["data_class"])[left.row[may]], into.shape[1]
    lent = joined(np.where(group < 0, -1, home[left.row[may]] * wide + group), len(homes) * wide, given)
    lacking = [np.bitwise_or.reduce(spare.cube.classes[:, columns.of == at], axis=1) for at in range(wide)]
    receives = region_groups(spare.cube, ("county",), question.region).of >= 0
    places = spare.cube.facts.demand.regions.set_index("key")
    zones = {str(code): zone if isinstance(zone, str) else None for code, zone in places["zone"].items()}
    seats = places.loc[homes, ["lon", "lat"]].to_numpy()
    regions = grid.regions
    km = road_km(seats[:, 0, None], seats[:, 1, None], regions["lon"].to_numpy()[None], regions["lat"].to_numpy()[None])
    return AllocationProblem(
        question=question,
        homes=list(homes),
        regions=regions["key"].tolist(),
        names=region_names(spare.cube),
        zones=zones,
        km=km,
        inside=_inside(list(homes), regions["key"].tolist(), zones, question.within),
        spare=by_home @ into,
        unmet=(np.nan_to_num(spare.unmet) * receives[:, None]) @ into,
        classes=(lent.reshape(-1, wide), np.stack(lacking, axis=1)),
        groups=[(chain, chain and name, type_) for chain, name, type_, _ in codes],
    )


def _inside(homes: list[str], regions: list[str], zones: dict[str, str | None], within: Within) -> Bools:
    """Tell [H, R] which homes may give to which regions; what is the province's own may go anywhere."""

    def area(code: str) -> str:
        return {"province": "", "zone": zones.get(code) or "", "prefecture": prefecture_of(code)}[within]

    one, other = (np.array([area(k) for k in of], dtype=object) for of in (homes, regions))
    anywhere = np.array([h.endswith("0000") for h in homes], dtype=bool)
    found: Bools = (one[:, None] == other[None, :]) | anywhere[:, None]
    return found
