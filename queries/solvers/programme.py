"""A mixed-integer programme handed to HiGHS as it lies in memory."""

from dataclasses import dataclass

import highspy
import numpy as np

from graph.arrays import Floats, Ints
from queries.solvers.plan import Matrix, open_solver


@dataclass(frozen=True)
class Programme:
    """The best Σ worth·x with lower ≤ matrix·x ≤ upper and 0 ≤ x ≤ 1, whole in the first ``whole`` columns."""

    matrix: Matrix
    sides: tuple[Floats, Floats]
    worth: Floats
    whole: int
    fixed: Ints
    most: bool

    def load(self, highs: highspy.Highs) -> None:
        """Hand it to a solver, as it lies in memory."""
        rows, columns = self.matrix.shape
        lower, kinds = np.zeros(columns), np.zeros(columns, dtype=np.int32)
        lower[self.fixed] = 1.0
        kinds[: self.whole] = int(highspy.HighsVarType.kInteger)
        sense = highspy.ObjSense.kMaximize if self.most else highspy.ObjSense.kMinimize
        highs.passModel(
            columns, rows, self.matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(sense), 0.0,
            self.worth, lower, np.ones(columns), *self.sides,
            self.matrix.indptr.astype(np.int32), self.matrix.indices.astype(np.int32), self.matrix.data, kinds,
        )  # fmt: skip


def solved(programme: Programme, known: Floats, time_limit: float) -> tuple[Ints, float]:
    """Return the whole columns that are 1 in the best solution found, and the bound; ``known`` is a solution."""
    columns = programme.matrix.shape[1]
    sites, bound = np.flatnonzero(known[: programme.whole]), np.inf if programme.most else -np.inf
    if programme.matrix.shape[0] == 0:
        return sites, float(programme.worth[programme.fixed].sum())
    highs = open_solver(time_limit)
    programme.load(highs)
    highs.setSolution(columns, np.arange(columns, dtype=np.int32), known)
    highs.run()
    info = highs.getInfo()
    if np.isfinite(info.mip_dual_bound):
        bound = float(info.mip_dual_bound)
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        values = np.asarray(highs.getSolution().col_value)
        sites = np.flatnonzero(values[: programme.whole] > 0.5)
    return sites.astype(np.int64), bound
