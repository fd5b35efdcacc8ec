"""What hangs on a decision: resources, capacity, services and sites of an organisation, and the firms around it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.identity import prefecture_of
from graph.language import Text
from graph.stores.base import Query, ReadSession
from loaders.identify.directory import Directory
from loaders.keep.history import History
from loaders.merge.service_ledger import services_of

COUNTED = Query(
    "MATCH (n:EnterpriseCount)-[:LOCATED_IN]->(r:Region) RETURN r.key AS region, sum(n.count) AS firms",
    {"region": str, "firms": float},
)
LISTED = Query(
    "MATCH (n:Enterprise)-[:LOCATED_IN]->(r:Region) RETURN r.key AS region, count(n) AS firms",
    {"region": str, "firms": float},
)


class Stake(NamedTuple):
    """What stands under the name of one organisation.

    ``capacity`` is the stated capacity of its resources in services a year, ``services`` those of the last twelve
    months of the ledger, ``sites`` the windows and carriers that it operates.
    """

    resources: int = 0
    capacity: float = 0.0
    services: int = 0
    sites: int = 0

    @property
    def weight(self) -> float:
        """One number by which decisions are ranked."""
        return self.capacity + self.services + self.resources + self.sites

    @property
    def sentence(self) -> Text:
        """Say it in a sentence."""
        zh, en = [], []
        if self.resources:
            zh.append(f"{self.resources:,} 项资源")
            en.append(f"{self.resources:,} resources")
        if self.capacity:
            zh.append(f"年服务能力 {self.capacity:,.0f} 次")
            en.append(f"a capacity of {self.capacity:,.0f} a year")
        if self.services:
            zh.append(f"近一年服务 {self.services:,} 次")
            en.append(f"{self.services:,} services in the last year")
        if self.sites:
            zh.append(f"运营窗口和载体 {self.sites:,} 个")
            en.append(f"{self.sites:,} windows and carriers")
        return Text("，".join(zh) or "名下没有资源和服务", ", ".join(en) or "no resources, no services")


def stakes(
    label: str, keys: set[str], directory: Directory, session: ReadSession, history: History
) -> dict[str, Stake]:
    """Return what stands under each of some organisations, by the key of its node."""
    wanted = pa.array(sorted(keys), pa.string())
    provides = session.relationships(schema.relationships()["PROVIDES", label, "Resource"], "from_key", wanted)
    resources = session.nodes(schema.nodes()["Resource"], provides["to_key"].combine_chunks())
    capacity = dict(zip(resources["key"].to_pylist(), resources["capacity"].to_pylist(), strict=True))
    offered: dict[str, list[float]] = defaultdict(list)
    for key, resource in zip(provides["from_key"].to_pylist(), provides["to_key"].to_pylist(), strict=True):
        offered[key].append(capacity.get(resource) or 0.0)
    sites: dict[str, int] = defaultdict(int)
    for of in ("Window", "Carrier"):
        operated = session.relationships(schema.relationships()["OPERATED_BY", of, label], "to_key", wanted)
        for found in pc.value_counts(operated["to_key"]).to_pylist():
            sites[found["values"]] += found["counts"]
    own = {key: directory.own_keys(label, key) for key in keys}
    served = services_of(history, {o for some in own.values() for o in some})
    return {
        key: Stake(len(offered[key]), sum(offered[key]), sum(served.get(o, 0) for o in own[key]), sites[key])
        for key in keys
    }


def firms(session: ReadSession) -> dict[str, float]:
    """Return the number of firms of each prefecture: as counted, else as listed."""
    counted = _by_prefecture(session.table(COUNTED).to_pylist())
    return {**_by_prefecture(session.table(LISTED).to_pylist()), **counted}


def _by_prefecture(rows: Iterable[dict[str, object]]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        found[prefecture_of(str(row["region"]))] += float(row["firms"] or 0)  # type: ignore[arg-type]
    return found
