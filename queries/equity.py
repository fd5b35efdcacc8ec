"""How evenly access is spread over enterprises: Gini, Theil, Palma of A, each enterprise and service type counted once.

    Gini   = 1 − Σ wᵢ(Sᵢ₋₁ + Sᵢ) / (W·Sₙ)       cells in order of A, w enterprises, S running sums of w·A
    Theil  = Σ (wᵢ/W)·(Aᵢ/μ)·ln(Aᵢ/μ)           between + within economic zones (Theil 1967)
    Palma  = access of the tenth that has most ÷ access of the two fifths that have least (Palma 2011)

Cells whose demand is unknown do not count. All are null where nobody has access.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.arrays import Floats, Ints
from queries.cube import Cube
from queries.rollup import Groups

MEASURES = ("gini", "theil", "theil_between", "theil_within", "palma")
LEAST, MOST = 0.4, 0.9
"""Shares of the enterprises between which the Palma ratio leaves out the middle."""


def equity(cube: Cube, regions: Groups, columns: Groups) -> NDArray[Any]:
    """Return of each group, [regions, columns], a mapping of MEASURES of A; null where it has none."""
    groups = len(columns.codes)
    weight = np.repeat(cube.grid.enterprises, len(cube.grid.types), axis=1)
    kept = ~np.isnan(cube.demand) & (weight > 0) & (regions.of >= 0)[:, None] & (columns.of >= 0)[None, :]
    row, column = np.nonzero(kept)
    zone = pd.factorize(cube.grid.regions["zone"])[0][row]
    group = regions.of[row] * groups + columns.of[column]
    made = np.full((len(regions.codes), groups), None, dtype=object)
    frame = measures(group, cube.access[kept], weight[kept], zone)
    at = frame.index.to_numpy()
    values = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    made.reshape(-1)[:] = [dict.fromkeys(MEASURES) for _ in range(made.size)]
    for place, row_values in zip(at, values, strict=True):
        made.reshape(-1)[place] = dict(zip(MEASURES, row_values, strict=True))
    return made


def measures(group: Ints, value: Floats, weight: Floats, zone: Ints) -> pd.DataFrame:
    """Return the measures of each group (index) over its members.

    Args:
        group: [n] the group of each member.
        value: [n] ≥ 0.
        weight: [n] > 0, how many have this value.
        zone: [n] the part of the group that a member belongs to, for Theil's decomposition.
    """
    order = np.lexsort((value, group))
    f = pd.DataFrame({"group": group[order], "value": value[order], "weight": weight[order], "zone": zone[order]})
    f["amount"] = f["value"] * f["weight"]
    by = f.groupby("group", sort=True)
    whole = by[["weight", "amount"]].transform("sum")
    running = by[["weight", "amount"]].cumsum()
    before = running - f[["weight", "amount"]]
    f["gini"] = f["weight"] * (before["amount"] + running["amount"])
    f["theil"] = _theil(f["weight"] / whole["weight"], f["value"] * whole["weight"] / whole["amount"])
    for name, share in (("least", LEAST), ("most", MOST)):
        # Access of the first ``share`` of the enterprises: a member on the border counts in part.
        part = ((share * whole["weight"] - before["weight"]) / f["weight"]).clip(0.0, 1.0)
        f[name] = part * f["amount"]
    total = f.groupby("group", sort=True)[["weight", "amount", "gini", "theil", "least", "most"]].sum()
    made = pd.DataFrame({"gini": 1.0 - total["gini"] / (total["weight"] * total["amount"]), "theil": total["theil"]})
    made["theil_between"] = _between(f, total)
    made["theil_within"] = made["theil"] - made["theil_between"]
    made["palma"] = (total["amount"] - total["most"]) / total["least"].where(total["least"] > 0)
    return made.where(total["amount"] > 0)[list(MEASURES)]


def _theil(share: pd.Series, ratio: pd.Series) -> pd.Series:
    """Return share·ratio·ln(ratio), 0 where the ratio is 0."""
    positive = ratio.where(ratio > 0, 1.0)
    part: pd.Series = share * positive * np.log(positive)
    return part


def _between(f: pd.DataFrame, total: pd.DataFrame) -> pd.Series:
    zones = f.groupby(["group", "zone"])[["weight", "amount"]].sum().reset_index("zone")
    whole = total.loc[zones.index, ["weight", "amount"]]
    mean = (zones["amount"] / zones["weight"]) / (whole["amount"] / whole["weight"])
    return _theil(zones["weight"] / whole["weight"], mean).groupby(level="group").sum()
