"""Three counties, two chains, four resources: all cells of so small a province can be worked out by hand.

The firms of 甲 (510101) and 丙 (510401) are known, of 乙 (510102) nothing is. An agency ``p`` helps with SC01, online
everywhere and on the spot in its own county; ``q`` with SC02 around 丙, and until last year in 甲.
"""

from datetime import date

import pandas as pd

from graph.vocabulary import vocabulary
from queries.cube import Cube, CubeFacts, build_cube
from queries.demand import DemandFacts
from queries.methods import DEFAULT, Method
from queries.supply import SupplyFacts

AS_OF = date(2026, 7, 1)
TYPES = vocabulary("service_types").ids
RATES = dict.fromkeys(TYPES, 0.0) | {"SC01": 0.1, "SC02": 0.2}
PILLARS = vocabulary("industry_pillars").ids
SYSTEMS = vocabulary("industry_systems").ids
REGIONS = {
    "510000": ("省", "province", None), "510100": ("市一", "prefecture", "chengdu_plain"),
    "510101": ("甲", "county", "chengdu_plain"), "510102": ("乙", "county", "chengdu_plain"),
    "510400": ("市四", "prefecture", "panxi"), "510401": ("丙", "county", "panxi"),
}  # fmt: skip


def _demand() -> DemandFacts:
    places = [
        {
            "key": key,
            "name": name,
            "level": level,
            "prefecture": key[:4] + "00",
            "zone": zone,
            "lon": 104.0,
            "lat": 30.0,
        }
        for key, (name, level, zone) in REGIONS.items()
    ]
    counts = [("510101", "CH01", 100.0), ("510101", "CH02", 20.0), ("510401", "CH01", 50.0)]
    firms = [("one", True), ("two", False)]
    return DemandFacts(
        regions=pd.DataFrame(places),
        chains=pd.DataFrame({"key": ["CH01", "CH02"], "name": ["链一", "链二"], "pillar": PILLARS[:2],
                             "system": [SYSTEMS[0]] * 2}),
        counts=pd.DataFrame([(*row, AS_OF, "REAL") for row in counts],
                            columns=["region", "chain", "count", "as_of", "data_class"]),
        enterprises=pd.DataFrame([(firm, "510401", special, "CH01", "EDITORIAL", 1.0) for firm, special in firms],
                                 columns=["enterprise", "region", "special", "chain", "data_class", "share"]),
        titles=pd.DataFrame(columns=["enterprise", "title", "since", "until"], dtype=object),
        needs=pd.DataFrame(columns=["need", "region", "service_type", "chain", "enterprise", "quantity", "state",
                                    "data_class"], dtype=object),
    )  # fmt: skip


def _supply() -> SupplyFacts:
    # resource, provider, home, capacity, online, level, until
    stated = [
        ("everywhere", "p", "510101", 7.5, True, "city", None),
        ("here", "p", "510101", 1.0, False, None, None),
        ("over", "q", "510101", 9.0, False, None, date(2025, 12, 31)),
        ("there", "q", "510401", None, False, None, AS_OF),
    ]
    resources = pd.DataFrame(
        [(*row[:5], not row[4], row[5], None, row[6], "SYNTHETIC") for row in stated],
        columns=["resource", "provider", "home", "capacity", "online", "offline", "level", "since", "until",
                 "data_class"],
    )  # fmt: skip
    types = {"everywhere": "SC01", "here": "SC01", "over": "SC02", "there": "SC02"}
    chains = {"everywhere": "CH01", "here": "CH01", "over": "CH02"}
    return SupplyFacts(
        resources,
        pd.DataFrame({"resource": list(types), "service_type": list(types.values())}),
        pd.DataFrame({"resource": list(chains), "chain": list(chains.values())}),
        pd.DataFrame({"resource": ["everywhere"], "region": ["510000"]}),
    )


def small_cube(method: Method = DEFAULT) -> Cube:
    """Return the cells of the province, with a standard of 1."""
    facts = CubeFacts(_demand(), _supply())
    return build_cube(facts, as_of=AS_OF, standard=1.0, freshness_days=400, rates=RATES, method=method)
