"""A plan's changes applied to the facts of coverage: frames in, frames out; what was read stays as it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text
from queries.cube import Cube, CubeFacts, shares
from queries.supply import ASSUMED_CAPACITY, SupplyFacts
from queries.what_if.agreements import MARK, PLANNED, agreed, shared_fraction, split
from queries.what_if.changes import Scenario, ScenarioChange, contradiction, wrong
from queries.what_if.incremental import joined, part, rows_of, set_aside
from queries.what_if.owners import ResourceOwners


@dataclass(frozen=True)
class ChangedSupply:
    """What a change does: the resources of which a row changed, and their rows before and after."""

    keys: tuple[str, ...]
    before: SupplyFacts
    after: SupplyFacts


def apply_scenario(
    cube: Cube, owned: ResourceOwners, plan: Scenario, *, as_of: date, where: str
) -> tuple[CubeFacts, list[ChangedSupply]]:
    """Return the facts after all changes of a plan, and what each of them does in its turn.

    Raises:
        BadParameter: a name that is none or several, or changes that contradict each other; names the change and field.
    """
    concerned = [
        key
        for number, change in enumerate(plan.changes, 1)
        for key in ScenarioStep(cube, cube.facts.supply, owned, as_of, where, number).concerned(change)
    ]
    rest, supply = set_aside(cube.facts.supply, concerned)
    owned = owned.only(set(concerned))
    steps: list[ChangedSupply] = []
    changed_by: dict[str, tuple[int, ScenarioChange]] = {}
    for number, change in enumerate(plan.changes, 1):
        step = ScenarioStep(cube, supply, owned, as_of, where, number)
        step.check(change, changed_by)
        applied = step.apply(change)
        steps.append(
            ChangedSupply(tuple(applied.keys), rows_of(supply, applied.keys), rows_of(applied.supply, applied.keys))
        )
        supply, owned = applied.supply, applied.owned
    return replace(cube.facts, supply=joined(rest, supply)), steps


@dataclass(frozen=True)
class Applied:
    """What a change makes of supply and owners, and the resources it touches."""

    supply: SupplyFacts
    owned: ResourceOwners
    keys: list[str]


@dataclass(frozen=True)
class ScenarioStep:
    """One change at its place in the plan: the cube before the plan, supply and owners before the change.

    ``supply`` and ``owned`` need no more than the resources that the plan is about.
    """

    cube: Cube
    supply: SupplyFacts
    owned: ResourceOwners
    as_of: date
    where: str
    number: int

    def apply(self, change: ScenarioChange) -> Applied:
        """Return supply once the change is made."""
        if change.action == "share":
            return self._share(change)
        if change.action == "add":
            resources = pd.concat([self.owned.resources, self.named(change)], ignore_index=True)
            return Applied(self._add(change), replace(self.owned, resources=resources), [self.key(change)])
        made: Callable[[ScenarioChange, list[str]], SupplyFacts] = {
            "move": self._move, "close": self._close, "upgrade": self._upgrade,
        }[change.action]  # fmt: skip
        keys = self.rows(change)
        return Applied(made(change, keys), self.owned, keys)

    def check(self, change: ScenarioChange, changed_by: dict[str, tuple[int, ScenarioChange]]) -> None:
        """Refuse what cannot be together with earlier changes of the same resources (``changed_by``, added to).

        A carrier, an organization or a window is its resources, under whatever name it goes.
        """
        for key in self.rows(change):
            number, earlier = changed_by.get(key, (0, change))
            twice = earlier.action == change.action and change.action in ("move", "close")
            if number and (twice or "close" in (earlier.action, change.action)):
                kind, value = change.target() or ("resource", key)
                raise wrong(self.where, self.number, kind, value, contradiction(number, earlier.action, key))
            changed_by[key] = (self.number, change)

    def key(self, change: ScenarioChange) -> str:
        """Return the key of what is added."""
        return f"plan:{self.number}:{change.name}"

    def named(self, change: ScenarioChange) -> pd.DataFrame:
        """Return the owner row of what is added."""
        key = self.key(change)
        row = {"resource": key, "resource_name": change.name, "organization": key, "organization_name": change.name}
        return pd.DataFrame([row]).reindex(columns=self.owned.resources.columns).astype(object)

    def _fail(self, field: str, value: object, zh: str, en: str) -> BadParameter:
        return wrong(self.where, self.number, field, value, Text(zh, en))

    def place(self, field: str, value: str) -> str:
        """Return the code of a region or economic zone by code or name (``绵阳``, ``绵阳市``, ``绵阳市涪城区``)."""
        regions = self.cube.facts.demand.regions
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
        return str(exact[0])

    def chain(self, value: str) -> str:
        """Return the id of a chain by id or name."""
        chains = self.cube.facts.demand.chains
        found = chains.loc[(chains["key"] == value) | (chains["name"] == value), "key"].tolist()
        if len(found) != 1:
            raise self._fail("chains", value, "没有这条产业链", "no such chain")
        return str(found[0])

    def rows(self, change: ScenarioChange) -> list[str]:
        """Return the resources that a change is about."""
        target = change.target()
        if target is None:
            return []
        kind, value = target
        hit = self._named(kind, value)
        keys = hit[kind].unique()
        if len(keys) != 1:
            found = "、".join(map(str, keys[:5]))
            raise self._fail(kind, value, f"应指明一个；{found or '没有找到带资源的'}",
                             f"must be one; {found or 'none with resources'}")  # fmt: skip
        return [str(r) for r in hit["resource"]]

    def _named(self, kind: str, value: str) -> pd.DataFrame:
        """Return the owner rows of whatever has this key, else this name."""
        owned = self.owned.resources
        key = owned[kind] == value
        return owned[key if key.any() else owned[f"{kind}_name"] == value]

    def concerned(self, change: ScenarioChange) -> list[str]:
        """Return the resources that a change is about, as far as they exist before the plan."""
        if change.from_region:
            return self._agreed(change, [self.place("to", p) for p in change.to])
        target = change.target()
        return list(self._named(*target)["resource"]) if target else []

    def _add(self, change: ScenarioChange) -> SupplyFacts:
        supply, key = self.supply, self.key(change)
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

    def _move(self, change: ScenarioChange, keys: list[str]) -> SupplyFacts:
        return self._set(keys, {"home": self.place("place", change.place or "")})

    def _close(self, _: ScenarioChange, keys: list[str]) -> SupplyFacts:
        """A closed resource is expired the day before, so that the reasons of its cells say so."""
        return self._set(keys, {"until": self.as_of - timedelta(days=1)})

    def _upgrade(self, change: ScenarioChange, keys: list[str]) -> SupplyFacts:
        """Regions served are added to the scope; the implied one (the home's prefecture) is stated first."""
        self._in_order(change, keys)
        values: dict[str, Any] = {
            f: v for f in ("capacity", "level", "since", "until") if (v := getattr(change, f)) is not None
        }
        if change.modes:
            values |= {"online": "online" in change.modes, "offline": "offline" in change.modes}
        if change.capacity is not None and len(keys) > 1:
            values["capacity"] = self._split(keys, change.capacity)
        supply = self._set(keys, values)
        if not change.serves:
            return supply
        homes = supply.resources.drop_duplicates("resource").set_index("resource")["home"]
        stated = set(supply.scopes["resource"])
        places = [self.place("serves", p) for p in change.serves]
        implied = [k for k in keys if k not in stated and isinstance(homes.get(k), str)]
        rows = [{"resource": k, "region": prefecture_of(str(homes[k]))} for k in implied]
        rows += [{"resource": k, "region": p} for k in keys for p in places]
        return replace(supply, scopes=_append(supply.scopes, rows).drop_duplicates())

    def _in_order(self, change: ScenarioChange, keys: list[str]) -> None:
        """Refuse a first or last day that crosses the stated other one."""
        if (change.since is None) == (change.until is None):
            return
        field, other = ("since", "until") if change.since else ("until", "since")
        resources = self.supply.resources
        stated = pd.to_datetime(resources.loc[resources["resource"].isin(keys), other]).dropna()
        day = pd.Timestamp(getattr(change, field))
        crossed = stated[stated < day] if field == "since" else stated[stated > day]
        if len(crossed):
            at = crossed.iloc[0].date()
            raise self._fail(field, day.date(), f"与已登记的 {other} {at} 颠倒", f"crosses the stated {other} {at}")

    def _split(self, keys: Sequence[str], capacity: float) -> pd.Series:
        """Return a carrier's new capacity as shares of what its resources count with; evenly where that is nothing."""
        resources = self.supply.resources
        now = resources[resources["resource"].isin(keys)].set_index("resource")["capacity"].fillna(ASSUMED_CAPACITY)
        total = float(now.sum())
        return now / total * capacity if total > 0 else now * 0.0 + capacity / max(len(now), 1)

    def _set(self, keys: Sequence[str], values: dict[str, Any]) -> SupplyFacts:
        resources = self.supply.resources.copy()
        hit = resources["resource"].isin(keys)
        for name, value in values.items():
            if isinstance(value, pd.Series):
                resources.loc[hit, name] = resources.loc[hit, "resource"].map(value)
            else:
                resources.loc[hit, name] = value
        return replace(self.supply, resources=resources)

    def _share(self, change: ScenarioChange) -> Applied:
        """Move spare capacity; a resource that reaches no demand in the regions of the agreement keeps its own."""
        places = [self.place("to", p) for p in change.to]
        keys = self._agreed(change, places) if change.from_region else self.rows(change)
        fraction = shared_fraction() if change.fraction is None else change.fraction
        types, owned = change.service_types, self.owned
        amount = agreed(self.supply, owned, keys, types, fraction, self.as_of)
        moved = amount.sum(axis=1)
        split_supply, parts = split(self.supply, moved, types, places, self.number)
        offered = part(self.cube, rows_of(split_supply, parts.values()), self.as_of)
        asked = shares(offered, self.cube.asked) > 0
        useful = set(offered.resources["resource"][asked]) & set(parts.values())
        moved = moved[[parts[str(k)] in useful for k in moved.index]]
        if moved.empty:
            field, value = change.target() or ("from", change.from_region or "")
            raise self._fail(field, value, "没有可共享到那里的余量：须可共享、供给超出需求、已用能力有余并能到达",
                             "no spare capacity to share there: shareable, beyond demand, not used, near")  # fmt: skip
        split_supply, parts = split(self.supply, moved, types, places, self.number)
        so_far = owned.moved.add(amount.loc[moved.index], fill_value=0.0)
        return Applied(split_supply, replace(owned, moved=so_far), [*parts, *parts.values()])

    def _agreed(self, change: ScenarioChange, places: list[str]) -> list[str]:
        """Return the resources that lie in the source; those of the province belong to no prefecture."""
        source = self.place("from", change.from_region or "")
        inside = [p for p in places if source in (p, prefecture_of(p))]
        if inside:
            raise self._fail("to", inside[0], "在提供方地区之内", "lies within the source")
        resources = self.supply.resources
        homes = resources["home"].fillna("")
        lies = ((homes == source) | (homes.map(prefecture_of) == source)) & ~homes.str.endswith("0000")
        ours = lies & ~resources["resource"].str.contains(MARK, regex=False)
        return list(resources.loc[ours, "resource"].drop_duplicates())


def _append(frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return frame
    return pd.concat([frame, pd.DataFrame(rows, columns=frame.columns, dtype=object)], ignore_index=True)
