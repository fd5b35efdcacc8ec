"""A chosen set of sites with its proof, and what all location solvers check and use."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import highspy
import numpy as np
from scipy import sparse

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.language import Text

Matrix: TypeAlias = "sparse.csr_array[Any, tuple[int, int]]"
SLACK = 1e-9
"""The share by which sums of floats may pass a limit: 0.1 + 0.2 keeps within 0.3."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Where to build, whom each site serves, and how far from the best that can be at most.

    Attributes:
        sites: Chosen columns, ascending, the fixed ones among them.
        assignment: [n] the chosen site that serves each row: the nearest, or for covers, which know no distance, the
            first that covers it; -1 if none does.
        objective: What the sites achieve, computed from them: Σ demand·cost, demand covered, or Σ site_cost.
        bound: What no other choice can better: ≤ objective where little is good, ≥ objective where much is.
        seconds: Time taken.
    """

    sites: Ints
    assignment: Ints
    objective: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Return |objective − bound| as a share of the objective; 0 if the plan is proven best."""
        off = abs(self.objective - self.bound)
        return 0.0 if off == 0 else off / abs(self.objective) if self.objective else float("inf")


def within(spent: float | Floats, budget: float) -> Any:
    """Tell which sums, one or [n], keep within a budget, whatever their unit."""
    return spent <= budget * (1 + SLACK)


def power_of_two(size: float) -> float:
    """Return the power of two just above a size, 1 for 0: dividing by it rounds nothing."""
    return float(2.0 ** np.frexp(size)[1]) if size > 0 else 1.0


def matrix_shape(name: str, shape: tuple[int, ...]) -> None:
    """Accept the shape of a matrix that has at least one column.

    Raises:
        BadParameter: it is not two-dimensional or has no column.
    """
    if len(shape) != 2 or shape[1] == 0:
        raise BadParameter(
            name=name,
            value=shape,
            reason=Text("应为二维矩阵（需求点 × 候选站点），至少一列", "must be a matrix, rows × candidate sites, of one site or more"),  # noqa: E501
        )  # fmt: skip


def locked(fixed: Iterable[Any], sites: int) -> Ints:
    """Return the sites that must be chosen, [k], ascending, each once.

    Raises:
        BadParameter: one of them is not a site.
    """
    given = list(fixed)
    for site in given:
        if isinstance(site, (bool, np.bool_)) or not isinstance(site, (int, np.integer)) or not 0 <= site < sites:
            raise BadParameter(
                name="fixed",
                value=site,
                reason=Text(
                    f"不是站点；站点编号为 0 至 {sites - 1}", f"no such site; they are numbered 0 to {sites - 1}"
                ),
            )
    return np.unique(np.asarray(given, dtype=np.int64))


def count(p: Any, sites: int, fixed: Ints) -> int:
    """Return the number of sites to choose.

    Raises:
        BadParameter: it is no whole number from 1 (or the number of fixed sites) to the number of sites.
    """
    if isinstance(p, (bool, np.bool_)) or not isinstance(p, (int, np.integer)) or not 1 <= p <= sites:
        raise BadParameter(
            name="p", value=p, reason=Text(f"应为 1 至 {sites} 的整数", f"must be a whole number from 1 to {sites}")
        )
    if p < len(fixed):
        raise BadParameter(
            name="p",
            value=p,
            reason=Text(f"少于已锁定的 {len(fixed)} 个站点", f"fewer than the {len(fixed)} fixed sites"),
        )
    return int(p)


def seconds(time_limit: float) -> float:
    """Return the time limit.

    Raises:
        BadParameter: it is not above 0.
    """
    if not time_limit > 0:
        raise BadParameter(name="time_limit", value=time_limit, reason=Text("应大于 0 秒", "must be above 0 seconds"))
    return float(time_limit)


def open_solver(time_limit: float = float("inf")) -> highspy.Highs:
    """Return a silent HiGHS on one thread that proves what it finds."""
    highs = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "mip_rel_gap": 0.0,
        "time_limit": max(time_limit, 1e-3),
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs
