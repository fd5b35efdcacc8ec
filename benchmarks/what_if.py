"""A plan of ten actions laid over the cube against building all cells anew, warm, on the store of SHUNIU_STORE.

SHUNIU_STORE=ladybug:///path python -m benchmarks.what_if
"""

import statistics
import time
from collections.abc import Callable

from api.settings import read_settings
from graph.stores.base import Store
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import build_cube
from queries.what_if.changes import Scenario, plan_of
from queries.what_if.impact import impact_of, what_if

ROUNDS, PAGE = 7, 100


def plan_for(store: Store) -> Scenario:
    """Return ten actions of mixed kinds on resources that the store has."""
    _, cube = cube_of(store, CoverageQuestion())
    keys = list(cube.offered.resources["resource"][cube.share > 0][::97])[:6]
    return plan_of(
        [
            {"action": "close", "resource": keys[0]},
            {"action": "close", "resource": keys[1]},
            {"action": "upgrade", "resource": keys[2], "capacity": 900},
            {"action": "upgrade", "resource": keys[3], "modes": ["online"], "serves": ["510000"]},
            {"action": "move", "resource": keys[4], "place": "510703"},
            {"action": "move", "resource": keys[5], "place": "513401"},
            {"action": "add", "name": "A", "place": "510703", "service_types": ["SC03"], "capacity": 500},
            {"action": "add", "name": "B", "place": "511302", "service_types": ["SC01", "SC05"], "capacity": 300},
            {"action": "share", "from": "510100", "to": ["510700"], "service_types": ["SC03"]},
            {"action": "share", "from": "510100", "to": ["511300"], "service_types": ["SC05"]},
        ],
        where="benchmark",
    )


def warm(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds, medians."""
    wall, cpu = [], []
    work()
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - used)
    return statistics.median(wall), statistics.median(cpu)


def main() -> None:
    """Print our time, that of building all cells anew, and the ratio."""
    with read_settings().open_store() as store:
        if not len(cube_of(store, CoverageQuestion())[1].offered.resources):
            raise SystemExit("No resources here: set SHUNIU_STORE to a loaded store, as that of `shuniu demo`.")
        plan, asked = plan_for(store), CoverageQuestion()
        laid = impact_of(store, plan, asked)

        def anew() -> object:
            return build_cube(
                laid.after.facts, as_of=asked.as_of, standard=asked.standard, freshness_days=asked.freshness_days
            )

        names = ("what-if of ten actions, whole answer", "its cells alone", "all cells anew")
        works = (lambda: what_if(store, plan, asked, limit=PAGE), lambda: impact_of(store, plan, asked), anew)
        took = [warm(work) for work in works]
        for name, (wall, cpu) in zip(names, took, strict=True):
            print(f"{name}: {wall * 1000:.0f} ms, processor {cpu * 1000:.0f} ms")
        print(f"anew / laid over: {took[2][1] / took[1][1]:.1f} x (processor), limit of the answer 1 s")


if __name__ == "__main__":
    main()
