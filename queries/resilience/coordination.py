"""What goes when a window stops co-ordinating while everything that hangs on it goes on.

Services recorded at the window itself in the last twelve full months; stations and carriers that report to it, as
stated or implied; and the counties of its prefecture where no other window, station or carrier stands, with their
enterprises: those have no other contact.
"""

from datetime import date

import numpy as np
import pandas as pd
from pydantic import Field

from graph.stores.base import Query, ReadSession
from queries.answers import Result
from queries.cube import Cube
from queries.kpi import last_full_months
from queries.network.nodes import NetworkFacts
from queries.network.report import lines_up

RECORDED = Query(
    "MATCH (w:Window)-[:DELIVERED]->(m:ServiceMonth) WHERE m.month >= $first AND m.month <= $last "
    "AND m.services IS NOT NULL RETURN w.key AS window, sum(m.services) AS services ORDER BY window",
    {"window": str, "services": int},
)


class Coordination(Result):
    """What the loss of a window as a point of contact alone would mean; nothing of it is in ``unmet_added``."""

    services: int = Field(
        description="近十二个完整月在该窗口登记的服务（次）/ services recorded at it in the last twelve full months"
    )
    sites: list[str] = Field(description="归它联系的站点和载体 / stations and carriers that report to it, by name")
    places: list[str] = Field(
        description="别无窗口、站点或载体的区县 / counties of its prefecture where nobody else stands"
    )
    firms: float | None = Field(
        description="这些区县的企业数，不明的不计，都不明则为空 / enterprises there; what is unknown does not count, "
        "null where all is"
    )


def coordination(session: ReadSession, cube: Cube, network: NetworkFacts, day: date) -> dict[str, Coordination]:
    """Return by key what each window that is active on the day co-ordinates."""
    sites = network.sites_on(day)
    first, last = last_full_months(day)
    services = session.frame(RECORDED, first=first, last=last).set_index("window")["services"]
    sites_now = sites[sites["active"]]
    lines = lines_up(network, sites)
    lines = lines[lines["source"].isin(sites_now["key"])]
    names = sites_now.set_index("key")["name"]
    below = {str(key): sorted(names[group]) for key, group in lines.groupby("target")["source"]}
    standing = sites_now[sites_now["kind"] != "hub"].dropna(subset=["county"]).groupby("county")["key"].agg(set)
    firms = pd.Series(np.nansum(cube.grid.enterprises, axis=1), index=cube.grid.regions["key"])
    demand = cube.facts.demand
    told = pd.concat(
        [demand.counts["region"], demand.enterprises["region"]]
    )  # needs tell nothing of how many there are
    firms = firms.where(firms.index.isin(told))
    counties = network.places[network.places["region_level"] == "county"]
    found: dict[str, Coordination] = {}
    for window in sites_now[sites_now["label"] == "Window"].itertuples():
        its = counties.index[counties["prefecture"] == window.prefecture]
        alone = (
            [c for c in its if not standing.get(c, set()) - {window.key}] if window.kind == "prefecture_window" else []
        )
        found[str(window.key)] = Coordination(
            services=int(services.get(window.key, 0)), sites=below.get(str(window.key), []),
            places=[str(counties.loc[c, "region_name"]) for c in sorted(alone)],
            firms=_number(firms.reindex(alone)),
        )  # fmt: skip
    return found


def _number(firms: pd.Series) -> float | None:
    """Return how many there are where it is known; of places that all did not report nothing is known."""
    return None if len(firms) and firms.isna().all() else float(firms.sum())
