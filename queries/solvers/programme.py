"""A mixed-integer programme handed to HiGHS as it lies in memory."""

from dataclasses import dataclass

import highspy
import numpy as np

from graph.arrays import Floats, Ints
from queries.solvers.plan import SLACK, Matrix, open_solver, power_of_two

TOLERANCES = ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance")


@dataclass(frozen=True)
class Programme:
    """The best Σ worth·x with lower ≤ matrix·x ≤ upper and 0 ≤ x ≤ 1, whole in the first ``whole`` columns.

    The entries of ``matrix`` [k, m] and its two ``sides`` [k] should be about 1; ``worth`` [m] may have any unit. The
    columns numbered in ``fixed`` are 1, those in ``shut`` are 0. ``most``: the largest sum is the best, else the least.
    """

    matrix: Matrix
    sides: tuple[Floats, Floats]
    worth: Floats
    whole: int
    fixed: Ints
    shut: Ints
    most: bool

    def load(self, highs: highspy.Highs, worth: Floats) -> None:
        """Hand it to a solver, as it lies in memory, with ``worth`` [m] in a unit in which it is about 1."""
        rows, columns = self.matrix.shape
        lower, upper, kinds = np.zeros(columns), np.ones(columns), np.zeros(columns, dtype=np.int32)
        upper[self.shut] = 0.0
        lower[self.fixed] = upper[self.fixed] = 1.0
        kinds[: self.whole] = int(highspy.HighsVarType.kInteger)
        sense = highspy.ObjSense.kMaximize if self.most else highspy.ObjSense.kMinimize
        highs.passModel(
            columns, rows, self.matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(sense), 0.0,
            worth, lower, upper, *self.sides,
            self.matrix.indptr.astype(np.int32), self.matrix.indices.astype(np.int32), self.matrix.data, kinds,
        )  # fmt: skip

    def size(self, known: Floats) -> float:
        """Return the order of what a best solution is worth; ``known`` [m] is a solution."""
        return float(self.worth.max(initial=0.0) if self.most else self.worth @ known)


def open_counted(nodes: int) -> highspy.Highs:
    """Return a solver that stops after so many nodes, at least one, on any machine after the same steps.

    Programmes within the programme and fresh starts are left out: no limit holds them, and one may take a hundred times
    as long as a node.
    """
    highs = open_solver()
    options = {
        "mip_max_nodes": max(nodes, 1),
        "mip_allow_restart": False,
        "mip_heuristic_effort": 0.0,
        "mip_heuristic_run_rins": False,
        "mip_heuristic_run_rens": False,
        "mip_heuristic_run_root_reduced_cost": False,
        "mip_heuristic_run_feasibility_jump": False,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def solved(programme: Programme, known: Floats, highs: highspy.Highs) -> tuple[Ints, float]:
    """Return the whole columns that are 1 in the best solution found, and the bound; ``known`` [m] is a solution.

    HiGHS compares with absolute tolerances, so it is given the worth in units of what a solution is worth. What is
    dearer than a known solution of least worth is in no better one, and would only hide what is not.
    """
    columns, size = programme.matrix.shape[1], programme.size(known)
    sites, bound = np.flatnonzero(known[: programme.whole]), np.inf if programme.most else -np.inf
    if programme.matrix.shape[0] == 0:
        return sites, float(programme.worth[programme.fixed].sum())
    if size == 0 and not programme.most:
        return sites, 0.0
    unit = power_of_two(size)
    worth = programme.worth / unit
    for name in TOLERANCES:
        highs.setOptionValue(name, SLACK)
    highs.setOptionValue("mip_abs_gap", SLACK)
    programme.load(highs, worth if programme.most else np.minimum(worth, 2.0))
    if not programme.most:
        dear = np.setdiff1d(np.flatnonzero(programme.worth > size * (1 + SLACK)), programme.fixed).astype(np.int32)
        highs.changeColsBounds(len(dear), dear, np.zeros(len(dear)), np.zeros(len(dear)))
    highs.setSolution(columns, np.arange(columns, dtype=np.int32), known)
    highs.run()
    info = highs.getInfo()
    if np.isfinite(info.mip_dual_bound):
        bound = float(info.mip_dual_bound) * unit
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        values = np.asarray(highs.getSolution().col_value)
        sites = np.flatnonzero(values[: programme.whole] > 0.5)
    return sites.astype(np.int64), bound


def relaxed(programme: Programme) -> tuple[Floats, float]:
    """Return the best solution [columns] where no column need be whole, and its value; there must be one."""
    columns = programme.matrix.shape[1]
    highs = open_solver()
    unit = power_of_two(float(np.abs(programme.worth).max(initial=0.0)))
    programme.load(highs, programme.worth / unit)
    kinds = [highspy.HighsVarType.kContinuous] * columns
    highs.changeColsIntegrality(columns, np.arange(columns, dtype=np.int32), np.array(kinds))
    highs.run()
    return np.asarray(highs.getSolution().col_value, dtype=np.float64), highs.getInfo().objective_function_value * unit
