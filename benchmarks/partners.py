"""Partners for a prefecture and the allocation of the province, warm, on the store of SHUNIU_STORE.

SHUNIU_STORE=ladybug:///path python -m benchmarks.partners
"""

import statistics
import time
from collections.abc import Callable

from api.settings import read_settings
from queries.allocation.allocate import allocate
from queries.allocation.flows import AllocationQuestion
from queries.partners.candidates import PartnerQuestion
from queries.partners.find import partners
from queries.partners.matrix import complementarity_matrix

ROUNDS = 7


def warm(name: str, limit: float, work: Callable[[], object]) -> None:
    begun = time.perf_counter()
    work()
    first, took = time.perf_counter() - begun, []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    middle = statistics.median(took)
    print(f"{name}: first {first:.2f} s, then {middle * 1000:.0f} ms (best {min(took) * 1000:.0f}), limit {limit:g} s")


def main() -> None:
    with read_settings().open_store() as store:
        warm("partners of a prefecture", 0.2, lambda: partners(store, PartnerQuestion(requester="510700")).page(20))
        warm("partners of a zone", 0.2, lambda: partners(store, PartnerQuestion(requester="panxi")).page(20))
        warm("matrix of 21 prefectures", 0.2, lambda: complementarity_matrix(store))
        warm("allocation, counties × 13 types", 5, lambda: allocate(store, AllocationQuestion(level="county")))


if __name__ == "__main__":
    main()
