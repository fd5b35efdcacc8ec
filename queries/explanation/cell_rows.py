"""The rows behind a cell: demand rows of its region, and resources as seen from it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from graph.arrays import Bools, Floats, Ints
from graph.geography import road_km
from graph.identity import prefecture_of
from graph.projection import cached_by_version
from graph.stores.base import Query, ReadSession, Store
from queries.cube import STATES, Cube
from queries.explanation.parts import ResourceRow
from queries.rollup import region_names

COUNT_ROWS = Query(
    "MATCH (n:EnterpriseCount)-[:LOCATED_IN]->(r:Region) WHERE r.key = $region "
    "MATCH (n)-[:BELONGS_TO]->(c:Chain) RETURN n.key AS key, n.name AS name, c.key AS industry, "
    "n.count AS number, n.as_of AS as_of, n.source AS source, n.verification AS verification, "
    "n.data_class AS data_class ORDER BY n.key",
    {"key": str, "name": str, "industry": str, "number": float, "as_of": date, "source": str,
     "verification": str, "data_class": str},
)  # fmt: skip
ENTERPRISE_ROWS = Query(
    "MATCH (n:Enterprise)-[:LOCATED_IN]->(r:Region) WHERE r.key = $region "
    "RETURN n.key AS key, n.name AS name, n.source AS source, n.verification AS verification, "
    "n.data_class AS data_class ORDER BY n.key",
    {"key": str, "name": str, "source": str, "verification": str, "data_class": str},
)
NEED_ROWS = Query(
    "MATCH (n:Need)-[:LOCATED_IN]->(r:Region) WHERE r.key = $region "
    "RETURN n.key AS key, n.name AS name, n.day AS as_of, n.source AS source, n.verification AS verification, "
    "n.data_class AS data_class ORDER BY n.key",
    {"key": str, "name": str, "as_of": date, "source": str, "verification": str, "data_class": str},
)
RESOURCE_NAMES = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(s:Resource) OPTIONAL MATCH (k:Carrier)-[:HOSTS]->(s) "
    "RETURN s.key AS resource, o.key AS provider, s.name AS name, o.name AS provider_name, "
    "k.name AS carrier_name, s.used AS used, s.source AS source, s.verification AS verification "
    "ORDER BY s.key, o.key, k.key",
    {"resource": str, "provider": str, "name": str, "provider_name": str, "carrier_name": str, "used": float,
     "source": str, "verification": str},
)  # fmt: skip
Row = TypeVar("Row", bound=ResourceRow)


@dataclass(frozen=True)
class RegionRows:
    """What demand of one region rests on, with where each row comes from."""

    counts: pd.DataFrame
    enterprises: pd.DataFrame
    needs: pd.DataFrame


def read_region_rows(session: ReadSession, region: str) -> RegionRows:
    """Read the demand rows of a region."""
    return RegionRows(*(session.frame(q, region=region) for q in (COUNT_ROWS, ENTERPRISE_ROWS, NEED_ROWS)))


def read_resource_names(store: Store, session: ReadSession) -> pd.DataFrame:
    """Return names and sources of all resources by (resource, provider), read once a version."""

    def build(session: ReadSession) -> pd.DataFrame:
        frame = session.frame(RESOURCE_NAMES).drop_duplicates(["resource", "provider"])
        return frame.set_index(["resource", "provider"])

    return cached_by_version(store, session, "resource names", build)[1]


@dataclass(frozen=True)
class CellPosition:
    """A cell's place in the cube: row ``r`` and column ``n``, and its codes."""

    cube: Cube
    r: int
    n: int

    @property
    def region(self) -> str:
        """Code of its region."""
        return str(self.cube.grid.regions["key"].iloc[self.r])

    @property
    def chain(self) -> str:
        """Its chain_id."""
        return str(self.cube.grid.chains["key"].iloc[self.n // len(self.cube.grid.types)])

    @property
    def service_type(self) -> str:
        """Its category_id."""
        return str(self.cube.grid.types[self.n % len(self.cube.grid.types)])

    @property
    def access(self) -> float:
        """A of the cell."""
        return float(self.cube.access[self.r, self.n])

    @property
    def services(self) -> float:
        """D of the cell, NaN where unknown."""
        return float(self.cube.demand[self.r, self.n])

    @property
    def state(self) -> str:
        """State of the cell."""
        return str(STATES[self.cube.state[self.r, self.n]])

    def matching(self) -> Ints:
        """Return the rows of all resources made for its chain and type, active or not."""
        return np.sort(self.cube.offered.matches[:, [self.n]].tocoo().row).astype(np.int64)

    def of_type(self) -> Ints:
        """Return the rows of all resources of its service type, for whatever chain."""
        types = len(self.cube.grid.types)
        columns = np.arange(self.n % types, self.cube.offered.matches.shape[1], types)
        return np.unique(self.cube.offered.matches[:, columns].tocoo().row).astype(np.int64)


def reached(cube: Cube, rows: Ints, values: Floats, weight: Floats) -> Floats:
    """Return, for some resources, Σ over the cells that match of values[r, n]·weight[profile of s, r]; [len(rows)]."""
    offered = cube.offered
    by_region: Floats = np.asarray(offered.matches[rows] @ values.T)
    summed: Floats = (by_region * weight[offered.profile[rows]]).sum(axis=1)
    return summed


def resource_frame(at: CellPosition, names: pd.DataFrame, rows: Ints) -> pd.DataFrame:
    """Return ``rows`` [n] of the supply as seen from a cell: ResourceRow's columns, ``given_weight`` and ``active``."""
    cube, offered = at.cube, at.cube.offered
    stored = offered.resources.iloc[rows].reset_index(drop=True)
    named = names.reindex(pd.MultiIndex.from_frame(stored[["resource", "provider"]])).reset_index(drop=True)
    profile, active = offered.profile[rows], offered.active[rows]
    weight, offline = offered.weight[profile, at.r], offered.offline_weight[profile, at.r]
    is_online, is_offline = _modes(stored)
    asked = np.where(active, reached(cube, rows, cube.asked, offered.weight), np.nan)
    frame = pd.DataFrame(
        {
            "key": stored["resource"],
            "provider": stored["provider"],
            "home": stored["home"],
            "home_name": stored["home"].map(region_names(cube)),
            "local": offered.local[profile, at.r],
            "modes": [[m for m, has in (("online", on), ("offline", off)) if has]
                      for on, off in zip(is_online, is_offline, strict=True)],
            # Of both modes the larger weight counts, and the nearer one where they are equal.
            "mode": np.select([offline >= weight, weight > 0], ["offline", "online"], default=""),
            "level": stored["level"],
            "capacity": offered.capacity[rows],
            "capacity_assumed": stored["capacity"].isna(),
            "asked": asked,
            "capacity_per_demand": np.where(active, cube.share[rows], np.nan),
            "weight": weight,
            "given_weight": offered.given_weight[profile, at.r],
            "distance_km": _distance(at, stored["home"]),
            "in_scope": _in_scope(at, stored),
            "since": stored["since"],
            "until": stored["until"],
            "data_class": stored["data_class"],
            "active": active,
        }
    )  # fmt: skip
    frame["mode"] = frame["mode"].astype(object).where(weight > 0, None)
    columns = ["name", "provider_name", "carrier_name", "used", "source", "verification"]
    return pd.concat([frame, named[columns]], axis=1).set_axis(rows, axis=0)


def _modes(stored: pd.DataFrame) -> tuple[list[bool], list[bool]]:
    online = stored["online"].astype("boolean").fillna(False).astype(bool)
    offline = stored["offline"].astype("boolean").fillna(False).astype(bool) | ~online
    return online.tolist(), offline.tolist()


def _distance(at: CellPosition, homes: pd.Series) -> Floats:
    seats = at.cube.facts.demand.regions.set_index("key").loc[homes, ["lon", "lat"]].to_numpy()
    here = at.cube.grid.regions.iloc[at.r]
    return road_km(seats[:, 0], seats[:, 1], float(here["lon"]), float(here["lat"]))


def _in_scope(at: CellPosition, stored: pd.DataFrame) -> Bools:
    """Tell whether the cell lies in each resource's scope: what it states, else its home's prefecture."""
    above = {at.region, prefecture_of(at.region), at.region[:2] + "0000"}
    scopes = at.cube.facts.supply.scopes
    scopes = scopes[scopes["resource"].isin(stored["resource"])]
    stating = stored["resource"].isin(scopes["resource"])
    serving = stored["resource"].isin(scopes.loc[scopes["region"].isin(above), "resource"])
    by_home = stored["home"].map(prefecture_of).isin(above)
    chosen: Bools = serving.where(stating, by_home).to_numpy(dtype=bool)
    return chosen


def as_rows(frame: pd.DataFrame, model: type[Row]) -> list[Row]:
    """Return a frame of resources as result models."""
    return [model(**row) for row in records(frame[list(model.model_fields)])]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries of plain values: None where one is missing, days for times."""
    columns = [[_plain(v) for v in frame[c].tolist()] for c in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, list | dict):
        return value
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - not a number, not a time
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
