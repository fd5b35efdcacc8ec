"""Who owns which resource: the names by which plans speak of resources, and what agreements can move."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from graph.stores.base import Query, ReadSession

NAMES = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(s:Resource) OPTIONAL MATCH (k:Carrier)-[:HOSTS]->(s) "
    "RETURN s.key AS resource, s.name AS resource_name, o.key AS organization, o.name AS organization_name, "
    "k.key AS carrier, k.name AS carrier_name, s.shareable AS shareable, s.used AS used ORDER BY s.key",
    {"resource": str, "resource_name": str, "organization": str, "organization_name": str, "carrier": str,
     "carrier_name": str, "shareable": bool, "used": float},
)  # fmt: skip


@dataclass(frozen=True)
class ResourceOwners:
    """Who owns which resource: a frame with the columns of NAMES, ``window`` and ``window_name``.

    ``spare``: resource × service type, what agreements can move before the plan; ``moved``: alike, what those of the
    plan took so far.
    """

    resources: pd.DataFrame
    spare: pd.DataFrame
    moved: pd.DataFrame

    def only(self, keys: Collection[str]) -> "ResourceOwners":
        """Return what is known of some resources."""
        among = self.resources[self.resources["resource"].isin(keys)]
        spare = self.spare[self.spare.index.isin(keys)]
        return ResourceOwners(among, spare, self.moved.reindex(spare.index))


def read_names(session: ReadSession) -> pd.DataFrame:
    """Return names and owners of resources, a row a resource."""
    return session.frame(NAMES).drop_duplicates("resource").reset_index(drop=True)
