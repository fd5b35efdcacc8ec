"""Which prefectures should work together and do not? Flows of the allocation without any partnership (section 6)."""

from datetime import date

import numpy as np
import pandas as pd

from graph.projection import plain_rows
from graph.stores.base import Store
from queries.allocation import AllocationQuestion, allocate
from queries.answers import Answer, meta
from queries.data_classes import among
from queries.ordering import comparable
from queries.suggestions.suggestion import FlowGap
from queries.suggestions.ties import Ties, day_number, ties_of


def flow_gaps(store: Store, as_of: date, *, everything: bool = False) -> Answer[list[FlowGap]]:
    """Return what the allocation moves between prefectures that are no partners, largest first.

    Args:
        store: Where the graph is kept.
        as_of: Day of analysis.
        everything: Also those between prefectures that are partners.
    """
    plan = allocate(store, AllocationQuestion(as_of=as_of, level="prefecture"))
    _, ties = ties_of(store)
    between = _partnerships(ties, as_of)
    flows = pd.DataFrame([flow.model_dump(by_alias=False) for flow in plan.data.flows])
    made = [] if flows.empty else _gaps(flows[flows["from_"] != flows["to"]], between, everything=everything)
    parameters = {"as_of": as_of, "all": everything}
    return Answer(data=made, meta=meta(plan.meta.graph_version, parameters, plan.meta.data_class))


def _partnerships(ties: Ties, as_of: date) -> dict[frozenset[str], int]:
    """Return how many pairs of parties of two prefectures are or were partners on a day."""
    prefecture = ties.parties["prefecture"].to_numpy(dtype=object)
    now = np.unique(ties.ends[ties.since <= day_number(as_of)], axis=0)
    counts: dict[frozenset[str], int] = {}
    for a, b in prefecture[now].tolist():
        if isinstance(a, str) and isinstance(b, str) and a != b:
            pair = frozenset((a, b))
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def _gaps(flows: pd.DataFrame, between: dict[frozenset[str], int], *, everything: bool) -> list[FlowGap]:
    ends = ["from_", "from_name", "to", "to_name"]
    flows = flows.assign(km=flows["quantity"] * flows["distance_km"])
    by_type = flows.groupby([*ends, "service_type"], as_index=False)[["quantity", "km"]].sum()
    by_type = by_type.sort_values("quantity", ascending=False, kind="stable", key=comparable)
    whole = by_type.groupby(ends, sort=True, as_index=False)
    made = whole.agg(quantity=("quantity", "sum"), km=("km", "sum"), service_types=("service_type", list))
    made["distance_km"] = made.pop("km") / made["quantity"]
    classes = flows.groupby(ends, sort=True)["data_class"].agg(lambda parts: among(c for part in parts for c in part))
    made["data_class"] = classes.tolist()
    made["partnerships"] = [between.get(frozenset(pair), 0) for pair in zip(made["from_"], made["to"], strict=True)]
    made = made if everything else made[made["partnerships"] == 0]
    made = made.sort_values(["quantity", "from_", "to"], ascending=[False, True, True], key=comparable)
    made = made.rename(columns={"from_": "from_region", "to": "to_region"})
    return [FlowGap.model_validate(row) for row in plain_rows(made)]
