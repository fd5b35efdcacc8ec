"""How fast are two-step floating catchments? Ours against pysal's ``access``, on the same pairs.

    python -m benchmarks.catchment [--places 3000] [--suppliers 20000] [--pairs 1900000]

Both get what they are made for: we a sparse matrix, ``access`` its frame of pairs with the weight as the cost. The
answers must be equal.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks._setting import machine, say, show
from queries.solvers.catchment import two_step_catchment

SEED = 2020
TARGET_SECONDS, TARGET_RATIO = 0.6, 4.0


def made(places: int, suppliers: int, pairs: int) -> tuple[Any, Any, sparse.csr_array]:
    """Draw demand, capacity and weights; every place and supplier has a pair at least."""
    rng = np.random.default_rng(SEED)
    drawn = rng.choice(places * suppliers, size=pairs, replace=False)
    row, column = np.divmod(drawn, suppliers)
    weight = sparse.csr_array((rng.uniform(0.05, 1.0, pairs), (row, column)), shape=(places, suppliers))
    return rng.uniform(1, 100, places), rng.uniform(1, 500, suppliers), weight


def pysal(demand: Any, capacity: Any, pairs: pd.DataFrame) -> Any:
    """Ask ``access`` for the enhanced two-step catchment."""
    from access import fca  # noqa: PLC0415 a peer, only here

    found = fca.two_stage_fca(
        pd.DataFrame({"demand": demand}), pd.DataFrame({"supply": capacity}), pairs, demand_index=True,
        weight_fn=lambda cost: cost,
    )  # fmt: skip
    return found.reindex(range(len(demand)), fill_value=0.0).to_numpy()


def timed(what: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Return the median of the seconds, and the last answer."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        answer = what()
        seconds.append(time.perf_counter() - started)
    return median(seconds), answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=3_000)
    parser.add_argument("--suppliers", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=1_900_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    demand, capacity, weight = made(asked.places, asked.suppliers, asked.pairs)
    entries = weight.tocoo()
    frame = pd.DataFrame({"origin": entries.coords[0], "dest": entries.coords[1], "cost": entries.data})
    ours, answer = timed(lambda: two_step_catchment(demand, capacity, weight), asked.repeats)
    say("access …")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, other = timed(lambda: pysal(demand, capacity, frame), 3)
    np.testing.assert_allclose(answer, other, rtol=1e-9)
    print(f"\n{machine()}\n{asked.places:,} × {asked.suppliers:,}, {weight.nnz:,} pairs; equal answers\n")
    show(
        ["what", "seconds", "target", "access takes", "target"],
        [
            ["two_step_catchment", f"{ours:.3f}", f"≤ {TARGET_SECONDS:g} s: {verdict(ours <= TARGET_SECONDS)}",
             f"× {theirs / ours:,.1f}", f"≥ {TARGET_RATIO:g}: {verdict(theirs / ours >= TARGET_RATIO)}"],
            ["pysal access (two_stage_fca)", f"{theirs:.2f}", "", "", ""],
        ],
    )  # fmt: skip


def verdict(good: bool) -> str:
    return "yes" if good else "NO"


if __name__ == "__main__":
    main()
