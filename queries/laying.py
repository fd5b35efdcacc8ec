"""A plan's changes laid over the facts of coverage: frames in, frames out; what was read stays as it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text
from graph.stores.base import Query, ReadSession
from queries.changes import Change, Plan, wrong
from queries.cube import CubeFacts
from queries.supply import SupplyFacts

NAMES = Query(
    "MATCH (o:Organization)-[:PROVIDES]->(s:Resource) OPTIONAL MATCH (k:Carrier)-[:HOSTS]->(s) "
    "RETURN s.key AS resource, s.name AS resource_name, o.key AS organization, o.name AS organization_name, "
    "k.key AS carrier, k.name AS carrier_name ORDER BY s.key",
    {"resource": str, "resource_name": str, "organization": str, "organization_name": str, "carrier": str,
     "carrier_name": str},
)  # fmt: skip
PLANNED = "SYNTHETIC"
"""Data class of what a plan adds: it exists nowhere."""


@dataclass(frozen=True)
class Owned:
    """Who owns which resource: a frame with the columns of NAMES and ``window``, ``window_name``."""

    resources: pd.DataFrame


def read_names(session: ReadSession) -> pd.DataFrame:
    """Return names and owners of resources, a row a resource."""
    return session.frame(NAMES).drop_duplicates("resource").reset_index(drop=True)


def lay(facts: CubeFacts, owned: Owned, plan: Plan, *, as_of: date, where: str) -> list[CubeFacts]:
    """Return the facts after each change of a plan, in order; the last holds all of them.

    Raises:
        BadParameter: a name that is none or several, a move to where it is; names the change and the field.
    """
    steps = []
    for number, change in enumerate(plan.changes, 1):
        layer = Layer(facts, owned, as_of, where, number)
        facts = replace(facts, supply=layer.apply(change))
        if change.action == "add":
            owned = Owned(pd.concat([owned.resources, layer.named(change)], ignore_index=True))
        steps.append(facts)
    return steps


@dataclass(frozen=True)
class Layer:
    """One change at its place in the plan."""

    facts: CubeFacts
    owned: Owned
    as_of: date
    where: str
    number: int

    def apply(self, change: Change) -> SupplyFacts:
        """Return supply with the change laid over it."""
        made: Callable[[Change], SupplyFacts] = {
            "add": self._add, "move": self._move, "close": self._close, "upgrade": self._upgrade, "share": self._share,
        }[change.action]  # fmt: skip
        return made(change)

    def key(self, change: Change) -> str:
        """Return the key of what is added."""
        return f"plan:{self.number}:{change.name}"

    def named(self, change: Change) -> pd.DataFrame:
        """Return the owner row of what is added."""
        key = self.key(change)
        row = {"resource": key, "resource_name": change.name, "organization": key, "organization_name": change.name}
        return pd.DataFrame([row]).reindex(columns=self.owned.resources.columns).astype(object)

    def _fail(self, field: str, value: object, zh: str, en: str) -> BadParameter:
        return wrong(self.where, self.number, field, value, Text(zh, en))

    def place(self, field: str, value: str) -> str:
        """Return the code of a region or economic zone by code or name (``绵阳``, ``绵阳市``, ``绵阳市涪城区``)."""
        regions = self.facts.demand.regions
        name_of = dict(zip(regions["key"], regions["name"], strict=True))
        short = value.removesuffix("市").removesuffix("州")
        found = [
            k for k, n in name_of.items()
            if value in (k, n, f"{name_of.get(prefecture_of(k), '')}{n}")
            or (k.endswith("00") and len(short) > 1 and n.startswith(short))
        ]  # fmt: skip
        exact = [k for k in found if value in (k, name_of[k])] or found
        if len(exact) != 1:
            listed = "、".join(f"{k} {name_of[k]}" for k in exact[:5])
            raise self._fail(field, value, f"应是一个地区；{listed or '没有找到'}", f"one region; {listed or 'none'}")
        return exact[0]

    def chain(self, value: str) -> str:
        """Return the id of a chain by id or name."""
        chains = self.facts.demand.chains
        found = chains.loc[(chains["key"] == value) | (chains["name"] == value), "key"].tolist()
        if len(found) != 1:
            raise self._fail("chains", value, "没有这条产业链", "no such chain")
        return str(found[0])

    def rows(self, change: Change) -> list[str]:
        """Return the resources that a change is about."""
        target = change.target()
        if target is None:
            return []
        kind, value = target
        owned = self.owned.resources
        key = owned[kind] == value
        hit = owned[key if key.any() else owned[f"{kind}_name"] == value]
        keys = hit[kind].unique()
        if len(keys) != 1:
            found = "、".join(map(str, keys[:5]))
            raise self._fail(kind, value, f"应指明一个；{found or '没有找到带资源的'}",
                             f"must be one; {found or 'none with resources'}")  # fmt: skip
        return [str(r) for r in hit["resource"]]

    def _add(self, change: Change) -> SupplyFacts:
        supply, key = self.facts.supply, self.key(change)
        modes = change.modes or ("offline",)
        row = {
            "resource": key, "provider": key, "home": self.place("place", change.place or ""),
            "capacity": change.capacity, "online": "online" in modes, "offline": "offline" in modes,
            "level": change.level, "since": change.since, "until": change.until, "data_class": PLANNED,
        }  # fmt: skip
        return SupplyFacts(
            _append(supply.resources, [row]),
            _append(supply.types, [{"resource": key, "service_type": t} for t in change.service_types]),
            _append(supply.chains, [{"resource": key, "chain": self.chain(c)} for c in change.chains]),
            _append(supply.scopes, [{"resource": key, "region": self.place("serves", p)} for p in change.serves]),
        )

    def _move(self, change: Change) -> SupplyFacts:
        home = self.place("place", change.place or "")
        return self._set(self.rows(change), {"home": home})

    def _close(self, change: Change) -> SupplyFacts:
        """A closed resource is expired the day before, so that the reasons of its cells say so."""
        return self._set(self.rows(change), {"until": self.as_of - timedelta(days=1)})

    def _upgrade(self, change: Change) -> SupplyFacts:
        values: dict[str, Any] = {
            f: v for f in ("capacity", "level", "since", "until") if (v := getattr(change, f)) is not None
        }
        if change.modes:
            values |= {"online": "online" in change.modes, "offline": "offline" in change.modes}
        keys = self.rows(change)
        if change.capacity is not None and len(keys) > 1:
            values["capacity"] = self._split(keys, change.capacity)
        supply = self._set(keys, values)
        if not change.serves:
            return supply
        kept = supply.scopes[~supply.scopes["resource"].isin(keys)]
        places = [self.place("serves", p) for p in change.serves]
        return replace(supply, scopes=_append(kept, [{"resource": k, "region": p} for k in keys for p in places]))

    def _split(self, keys: Sequence[str], capacity: float) -> pd.Series:
        """Return a carrier's new capacity as shares of what its resources have; evenly where none states any."""
        resources = self.facts.supply.resources
        now = resources[resources["resource"].isin(keys)].set_index("resource")["capacity"].fillna(0.0)
        total = float(now.sum())
        return now / total * capacity if total > 0 else now * 0.0 + capacity / max(len(now), 1)

    def _set(self, keys: Sequence[str], values: dict[str, Any]) -> SupplyFacts:
        resources = self.facts.supply.resources.copy()
        hit = resources["resource"].isin(keys)
        for name, value in values.items():
            if isinstance(value, pd.Series):
                resources.loc[hit, name] = resources.loc[hit, "resource"].map(value)
            elif isinstance(value, date):
                days = pd.to_datetime(resources[name]).astype("datetime64[s]")
                resources[name] = days.mask(hit, pd.Timestamp(value))
            else:
                resources.loc[hit, name] = value
        return replace(self.facts.supply, resources=resources)

    def _share(self, change: Change) -> SupplyFacts:
        """Widen scopes; a scope that was implied (the home's prefecture) is stated first, so that it is kept."""
        supply = self.facts.supply
        keys = self._agreed(change) if change.from_region else self.rows(change)
        places = [self.place("to", p) for p in change.to]
        homes = supply.resources.drop_duplicates("resource").set_index("resource")["home"]
        stated = set(supply.scopes["resource"])
        implied = [k for k in keys if k not in stated and isinstance(homes.get(k), str)]
        rows = [{"resource": k, "region": prefecture_of(str(homes[k]))} for k in implied]
        rows += [{"resource": k, "region": p} for k in keys for p in places]
        return replace(supply, scopes=_append(supply.scopes, rows).drop_duplicates())

    def _agreed(self, change: Change) -> list[str]:
        source = self.place("from", change.from_region or "")
        supply = self.facts.supply
        offered = supply.types.loc[supply.types["service_type"].isin(change.service_types), "resource"]
        homes = supply.resources["home"].fillna("")
        lies = (homes == source) | (homes.map(prefecture_of) == source)
        return [str(k) for k in supply.resources.loc[lies & supply.resources["resource"].isin(offered), "resource"]]


def _append(frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return frame
    more = pd.DataFrame(rows, columns=frame.columns).astype(object)
    return pd.concat([frame.astype(object), more], ignore_index=True).infer_objects()
