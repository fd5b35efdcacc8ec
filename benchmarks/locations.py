"""Location solvers against spopt (pysal) with its default solver, CBC, in the same run, and on what spopt cannot do.

The 183 county seats of the province with road-like distances; 3,000 rows and 500 candidate sites in a square; a random
graph of 900 nodes and 16,200 edges with all-pairs distances, as the OR-library's pmed38 to pmed40 are. spopt's time
includes building its model, which it cannot do without; so does ours.

    python -m benchmarks.locations [--time-limit 90] [--ours]
"""

import argparse
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from benchmarks._setting import machine, peak_mib, say, show
from graph.geography import road_km
from queries.solvers.locations import Plan, solve_max_cover, solve_p_median

SEED = 2020
REFERENCE = Path(__file__).parents[1] / "graph" / "reference" / "divisions.csv"
COUNTY = "3"


@dataclass(frozen=True)
class Peer:
    """What spopt found, and how long it took."""

    objective: float
    seconds: float


def counties() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return road-like distances between the county seats, and random demand."""
    rows = pd.read_csv(REFERENCE, dtype={"level": str})
    seats = rows[rows["level"] == COUNTY]
    lon, lat = seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy()
    demand = np.random.default_rng(SEED).integers(100, 5_000, len(seats)).astype(float)
    return road_km(lon[:, None], lat[:, None], lon, lat), demand


def square() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return distances of 3,000 rows to 500 sites in a square of 100 × 100, and random demand."""
    random = np.random.default_rng(SEED)
    at, sites = random.random((3_000, 1, 2)) * 100, random.random((1, 500, 2)) * 100
    return np.hypot(*np.moveaxis(at - sites, 2, 0)), random.integers(1, 1_000, 3_000).astype(float)


def graph(nodes: int = 900, edges: int = 16_200) -> np.ndarray[Any, Any]:
    """Return all-pairs distances of a random connected graph with lengths from 1 to 100."""
    random = np.random.default_rng(SEED)
    tails = np.concatenate((random.integers(0, nodes, edges), np.arange(nodes)))
    heads = np.concatenate((random.integers(0, nodes, edges), (np.arange(nodes) + 1) % nodes))
    lengths = np.full((nodes, nodes), np.inf)
    np.minimum.at(lengths, (tails, heads), random.integers(1, 101, len(tails)))
    np.fill_diagonal(lengths, 0)
    return np.asarray(dijkstra(np.where(np.isinf(lengths), 0, lengths), directed=False))


def by_spopt(model: str, *arguments: Any, **options: Any) -> Peer:
    """Build and solve a model of spopt."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp  # noqa: PLC0415 only where the peer runs
        from spopt import locate  # noqa: PLC0415

        started = time.perf_counter()
        made = getattr(locate, model).from_cost_matrix(*arguments, **options)
        made.solve(pulp.PULP_CBC_CMD(msg=False))
        return Peer(abs(float(made.problem.objective.value())), time.perf_counter() - started)


def line(what: str, plan: Plan, target: float | None = None, peer: Peer | None = None, ratio: float = 0.0) -> list[str]:
    """Return a row of the table."""
    aim = "" if target is None else f"≤ {target:g} s: {'yes' if plan.seconds <= target else 'NO'}"
    cells = [what, f"{plan.seconds:.2f}", f"{plan.objective:,.1f}", f"{plan.gap:.2%}", aim]
    if peer is None:
        return [*cells, "", ""]
    times = peer.seconds / plan.seconds
    assert abs(peer.objective - plan.objective) <= 1e-3 * plan.objective, "the peer found something else"
    return [*cells, f"{peer.seconds:.1f}", f"× {times:.0f} (≥ {ratio:g}: {'yes' if times >= ratio else 'NO'})"]


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--time-limit", type=float, default=90.0, help="seconds for each of our searches")
    parser.add_argument("--ours", action="store_true", help="leave the peer out")
    return parser.parse_args()


def main() -> None:
    arguments = read_arguments()
    limit, lines = arguments.time_limit, []

    def run(what: str, plan: Plan, **comparison: Any) -> None:
        say(f"{what}: {plan.seconds:.2f} s, gap {plan.gap:.2%}")
        lines.append(line(what, plan, **comparison))

    cost, demand = counties()
    for p in (10, 21):
        plan = solve_p_median(cost, demand, p, time_limit=limit)
        peer = None if arguments.ours else by_spopt("PMedian", cost, demand, p_facilities=p)
        run(f"p-median {len(cost)} × {len(cost)}, p = {p}", plan, target=1.0, peer=peer, ratio=5)
    cost, demand = square()
    plan = solve_max_cover(cost <= 5, demand, 30, time_limit=limit)
    peer = None if arguments.ours else by_spopt("MCLP", cost, demand, 5, p_facilities=30)
    run("max cover 3,000 × 500, p = 30", plan, target=1.5, peer=peer, ratio=15)
    for p in (10, 30, 60):
        run(f"p-median 3,000 × 500, p = {p}", solve_p_median(cost, demand, p, time_limit=limit))
    lengths = graph()
    for p in (5, 20, 50, 100, 200):
        plan = solve_p_median(lengths, np.ones(len(lengths)), p, time_limit=limit)
        run(f"p-median, graph of 900 nodes, p = {p}", plan)
    print(f"\n{machine()}\nat most {peak_mib():,.0f} MiB\n")
    show(["what", "seconds", "objective", "gap", "target", "spopt s", "ratio"], lines)


if __name__ == "__main__":
    main()
