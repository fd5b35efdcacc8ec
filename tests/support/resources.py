"""What the tables of a random world leave open about its resources: sharing, terms, rating, dimensions."""

from graph.stores.base import Query, Store
from tests.support.handmade import link, write

KEYS = Query("MATCH (s:Resource) RETURN s.key AS resource ORDER BY s.key", {"resource": str})
SAID = (
    {"shareable": True, "terms": "按次收费", "rating": 4.0},
    {"shareable": False, "rating": 2.5},
    {},
    {"shareable": True, "terms": "", "rating": 5.0},
    {"shareable": True},
)
DIMENSIONS = ("supply", "innovation", "capital")


def say_more(store: Store) -> None:
    """Write it as the next load, resource by resource in turn; every third has no dimension."""
    with store.read() as session:
        keys = session.frame(KEYS)["resource"].tolist()
    rows = [{"key": key, **SAID[at % len(SAID)]} for at, key in enumerate(keys)]
    open_to = link([(key, DIMENSIONS[at % 3]) for at, key in enumerate(keys) if at % 4])
    write(store, {"Resource": rows}, {("COOPERATES_IN", "Resource", "Dimension"): open_to})
