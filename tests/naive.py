"""The oracle of coverage: method.md sections 1 to 3, calculated slowly and plainly.

Written from the method alone, with the standard library alone; it shares no line with the product.
Words in quotation marks are the method's own; "Decision n" is the project's ruling where the method leaves
room, as listed here:

1. n stated chains count 1/n each; by code: the chains with a segment whose code is the longest prefix.
2. Any row of enterprises, demand_counts or needs (closed ones too) makes exactly its region reported.
3. A count row, even 0, wins over the enterprises of the same region and chain, and of no other chain.
4. Open needs add their quantity (1); chain: stated, else the enterprise's, else as the region's enterprises.
5. Freshness is the region's: its newest count; rows without a date, enterprises and needs are fresh.
6. Unknown cells have no numbers, but providers; not_applicable cells have ratios, and no reasons.
7. (Count rows are not repeated for a region and chain.)
8. since ≤ day ≤ until, blank is open; the carrier's validity does not matter.
9. Home and scope: see offline_weight and in_scope.
10. ratio_local: the home prefecture is the cell's; a provincial home has none.
11. Reasons: see reasons_of.
12. Roll-up: see group_state and naive_rollup.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.worlds import World

Row = dict[str, str]
Cell = tuple[str, str, str]

REFERENCE = Path(__file__).resolve().parents[1] / "graph" / "reference"
PROVINCE = "510000"
EARTH_RADIUS_KM = 6371.0088
OPEN_NEEDS = {"", "待对接", "对接中"}
CLOSED_NEEDS = {"已完成", "已关闭", "已取消"}
LOW_LEVELS = {"市级", "县级"}
# "single_provider (a covered or partial cell with one provider)": so not a cell empty for want of capacity.
SINGLE_PROVIDER_STATES = {"covered", "partial"}


@dataclass(frozen=True, slots=True)
class NaiveCell:
    """One cell (r, c, t): "numbers null where unknown"; provider_set is kept for the roll-up."""

    demand: float | None
    supply: float | None
    ratio: float | None
    ratio_local: float | None
    unmet: float | None
    providers: int
    state: str
    reasons: set[str]
    provider_set: frozenset[str]


@dataclass(frozen=True, slots=True)
class NaiveGroup:
    """One row of a roll-up: "a coarser answer adds cells_by_state"."""

    demand: float | None
    supply: float | None
    ratio: float | None
    ratio_local: float | None
    unmet: float | None
    providers: int
    state: str
    reasons: set[str]
    cells_by_state: dict[str, int]
    provider_set: frozenset[str]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource "has a capacity, service types, chains (none: any industry), modes (none: offline),
    and a home".
    """

    provider: str
    home: str
    capacity: float
    capacity_assumed: bool
    types: frozenset[str]
    chains: frozenset[str]
    serves: frozenset[str]
    offline: bool
    online: bool
    level: str
    active: bool


# --- reference data ---


def read_reference(name: str) -> list[Row]:
    """The rows of one reference file."""
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


DIVISIONS = {row["adcode"]: row for row in read_reference("divisions.csv")}
COUNTIES = sorted(code for code, row in DIVISIONS.items() if row["level"] == "3")
CHAINS = {row["chain_id"]: row for row in read_reference("industry_chains.csv")}
TYPES = {row["category_id"]: row for row in read_reference("service_types.csv")}


# --- cells as a person types them ---


def split(cell: str) -> list[str]:
    """The contract: "several values in a cell are split by `;` `；` `、`"."""
    return [part.strip() for part in re.split("[;；、]", cell) if part.strip()]


def read_date(cell: str) -> date | None:
    """The contract: "Dates as 2026-01-31, 2026/1/31, 2026年1月31日"; blank is None."""
    if not cell.strip():
        return None
    year, month, day = (int(number) for number in re.findall(r"\d+", cell))
    return date(year, month, day)


def read_region(cell: str) -> str:
    """The contract: "A region is a GB/T 2260 code or a name"; here only full names that fit one place."""
    text = cell.strip()
    if text in DIVISIONS:
        return text
    hits = [code for code, row in DIVISIONS.items() if row["name"] == text]
    if len(hits) != 1:
        raise ValueError(f"region {text!r} fits {hits}")
    return hits[0]


def read_chain(cell: str) -> str:
    """A chain by id or name."""
    text = cell.strip()
    return text if text in CHAINS else next(key for key, row in CHAINS.items() if row["chain"] == text)


def read_type(cell: str) -> str:
    """A service type by id or name."""
    text = cell.strip()
    return text if text in TYPES else next(key for key, row in TYPES.items() if row["category"] == text)


# --- places ---


def prefecture_of(region: str) -> str | None:
    """The prefecture a county or prefecture code belongs to; the province has none (Decision 10)."""
    return None if region == PROVINCE else region[:4] + "00"


def haversine_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """The method: "great-circle distance of the seats (haversine, R = 6371.0088 km)"."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_phi, half_lambda = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    h = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h))


def travel_km(a: str, b: str) -> float:
    """The method: "d = 1.3 × great-circle distance of the seats"."""
    one, two = DIVISIONS[a], DIVISIONS[b]
    seats = (float(one["seat_lon"]), float(one["seat_lat"]), float(two["seat_lon"]), float(two["seat_lat"]))
    return 1.3 * haversine_km(*seats)


def decay_of(region: str, method: str) -> float:
    """60 km; by remoteness "60 km × the mean distance of its five nearest county seats over the median of the
    counties, between 30 and 120 km", seats nearer than 1 km being the place's own.
    """
    if method != "remoteness":
        return 60.0
    return 60.0 * min(max(apart(region) / usual_distance(), 0.5), 2.0)


@cache
def apart(region: str) -> float:
    """Mean distance of the five nearest county seats, km."""
    return sum(sorted(d for county in COUNTIES if (d := travel_km(region, county)) >= 1)[:5]) / 5


@cache
def usual_distance() -> float:
    """The median of the counties."""
    return median(apart(county) for county in COUNTIES)


def offline_weight(home: str, region: str, decay: float = 60.0) -> float:
    """The method: "1 in the home county (anywhere in the prefecture, where the home is known only as
    a prefecture); else exp(−½(d/60 km)²), 0 beyond 180 km". Decision 9: a provincial home has only
    the distance rule.
    """
    if region == home:
        return 1.0
    if home != PROVINCE and home.endswith("00") and prefecture_of(region) == home:
        return 1.0
    d = travel_km(home, region)
    return 0.0 if d > 3 * decay else math.exp(-0.5 * (d / decay) ** 2)


def in_scope(resource: Resource, region: str) -> bool:
    """The method: "Its scope is what it says it serves; else its home prefecture (the whole province
    for a provincial home)". Decision 9: a served region counts for itself and all below it.
    """
    if resource.serves:
        return bool(resource.serves & {region, prefecture_of(region), PROVINCE})
    return resource.home == PROVINCE or prefecture_of(region) == prefecture_of(resource.home)


def offline_part(resource: Resource, region: str, decay: float = 60.0) -> float:
    """The offline weight within scope; 0 for a resource without offline mode (Decision 11)."""
    return offline_weight(resource.home, region, decay) if resource.offline and in_scope(resource, region) else 0.0


def reach(resource: Resource, region: str, decay: float = 60.0) -> float:
    """w(s,r): "offline: … online: 1 anywhere in scope, both modes: the larger"; 0 out of scope."""
    online = 1.0 if resource.online and in_scope(resource, region) else 0.0
    return max(online, offline_part(resource, region, decay))


# --- supply side ---


def read_resources(world: World, as_of: date) -> list[Resource]:
    """The method: "a home: its carrier's region, else its provider's"; "100 and the reason
    capacity_assumed where none is stated"; "while active and within its validity": since ≤ day ≤
    until, blank is open, the carrier's own validity does not matter (Decision 8).
    """
    organisation = {row["name"]: read_region(row["region"]) for row in world.tables.get("organizations", [])}
    carrier = {row["name"]: read_region(row["region"]) for row in world.tables.get("carriers", [])}
    resources = []
    for row in world.tables.get("resources", []):
        at = row.get("carrier", "").strip()
        capacity = row.get("capacity", "").strip()
        modes = split(row.get("modes", ""))
        since, until = read_date(row.get("since", "")), read_date(row.get("until", ""))
        resources.append(
            Resource(
                provider=row["provider"],
                home=carrier[at] if at else organisation[row["provider"]],
                capacity=float(capacity) if capacity else 100.0,
                capacity_assumed=not capacity,
                types=frozenset(read_type(value) for value in split(row["service_types"])),
                chains=frozenset(read_chain(value) for value in split(row.get("chains", ""))) or frozenset(CHAINS),
                serves=frozenset(read_region(value) for value in split(row.get("serves", ""))),
                offline="线下" in modes or not modes,
                online="线上" in modes,
                level=row.get("level", "").strip(),
                active=(since is None or since <= as_of) and (until is None or as_of <= until),
            )
        )
    return resources


# --- demand side ---


def segment_codes(world: World) -> dict[str, set[str]]:
    """GB/T code to the chains "whose segments carry" it: the reference segments and those the world
    brings.
    """
    chains_of: dict[str, set[str]] = defaultdict(set)
    for row in read_reference("chain_nodes.csv"):
        for code in split(row["gbt4754_codes"]):
            chains_of[code].add(row["chain_id"])
    for row in world.tables.get("chain_nodes", []):
        for code in split(row.get("industry", "")):
            chains_of[code].add(read_chain(row["chain"]))
    return chains_of


def enterprise_shares(row: Row, chains_of: dict[str, set[str]]) -> dict[str, float]:
    """The method: "An enterprise without a stated chain belongs to the chains whose segments carry
    its GB/T code (longest prefix), split evenly." Decision 1: 1/n for each of n stated chains;
    unmatched: no chain.
    """
    chains = {read_chain(value) for value in split(row.get("chains", ""))}
    if not chains:
        code = row.get("industry", "").strip()
        for length in range(len(code), 0, -1):
            if code[:length] in chains_of:
                chains = chains_of[code[:length]]
                break
    return {chain: 1 / len(chains) for chain in chains}


def enterprise_numbers(world: World) -> dict[str, dict[str, float]]:
    """enterprises(r,c): "from `enterprises` rows, or from `demand_counts`, which wins where both
    speak of the same (r,c)", even where it says 0 (Decision 3).
    """
    chains_of = segment_codes(world)
    numbers: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in world.tables.get("enterprises", []):
        for chain, share in enterprise_shares(row, chains_of).items():
            numbers[read_region(row["region"])][chain] += share
    for row in world.tables.get("demand_counts", []):
        numbers[read_region(row["region"])][read_chain(row["chain"])] = float(row["count"])
    return numbers


def known_demand(world: World, rate: float) -> dict[Cell, float]:
    """D(r,c,t) = "enterprises(r,c) × rate(t) …, plus open needs where a needs list is loaded"; only
    cells with D > 0.

    Decision 4: a need adds its quantity (default 1); without a chain it takes its enterprise's
    chains, else it is spread by the region's enterprise numbers, else evenly over all chains.
    """
    numbers = enterprise_numbers(world)
    chains_of = segment_codes(world)
    enterprise = {row["name"]: row for row in world.tables.get("enterprises", [])}
    demand: dict[Cell, float] = defaultdict(float)
    for region, by_chain in numbers.items():
        for chain, number in by_chain.items():
            for type_ in TYPES:
                demand[region, chain, type_] += number * rate
    for row in world.tables.get("needs", []):
        state = row.get("state", "").strip()
        if state not in OPEN_NEEDS | CLOSED_NEEDS:
            raise ValueError(f"state {state!r}")
        if state in CLOSED_NEEDS:
            continue
        region, type_ = read_region(row["region"]), read_type(row["service_type"])
        quantity = float(row.get("quantity", "").strip() or 1)
        shares: dict[str, float] = {}
        if row.get("chain", "").strip():
            shares = {read_chain(row["chain"]): 1.0}
        elif row.get("enterprise", "").strip():
            shares = enterprise_shares(enterprise[row["enterprise"]], chains_of)
        if not shares:
            here = numbers.get(region, {})
            total = sum(here.values())
            shares = {c: n / total for c, n in here.items()} if total > 0 else {c: 1 / len(CHAINS) for c in CHAINS}
        for chain, share in shares.items():
            demand[region, chain, type_] += quantity * share
    return {cell: value for cell, value in demand.items() if value > 0}


def unknown_regions(world: World, as_of: date, freshness_days: int) -> tuple[set[str], set[str]]:
    """(regions that reported, those of them that are stale).

    "A region with any demand row has reported … A region with none has not: its cells are unknown";
    "missing or older than the freshness limit". Decisions 2 and 5: rows of all three tables report,
    closed needs too; a region is stale if all its rows are demand_counts with a date and the newest
    is more than freshness_days before the day.
    """
    ages: dict[str, list[int]] = defaultdict(list)
    for row in world.tables.get("enterprises", []) + world.tables.get("needs", []):
        ages[read_region(row["region"])].append(0)
    for row in world.tables.get("demand_counts", []):
        counted = read_date(row.get("as_of", ""))
        ages[read_region(row["region"])].append(0 if counted is None else (as_of - counted).days)
    if PROVINCE in ages:
        raise ValueError("demand cannot be stated for the province")
    return set(ages), {region for region, days in ages.items() if min(days) > freshness_days}


# --- the cells ---


def state_of(a: float, standard: float) -> str:
    """The state of a cell with demand: "empty: no covering resource (A = 0); partial: 0 < A <
    standard; covered: A ≥ standard (within 1e-9)".
    """
    if a == 0:
        return "empty"
    return "covered" if a >= standard - 1e-9 else "partial"


def reasons_of(
    state: str,
    covering: list[Resource],
    matching: list[Resource],
    offline: dict[int, float],
    would_cover: bool,
) -> set[str]:
    """The method: "Reasons, all that apply" for a cell with demand, as Decision 11 settles them."""
    if not covering:
        reasons = {"out_of_reach" if any(s.active for s in matching) else "no_provider"}
        return reasons | {"all_expired"} if would_cover else reasons
    reasons = set()
    if not any(offline[id(s)] > 0 for s in covering):
        reasons.add("online_only")
    if state in ("partial", "empty"):
        reasons.add("over_capacity")
    if state in SINGLE_PROVIDER_STATES and len({s.provider for s in covering}) == 1:
        reasons.add("single_provider")
    if all(s.level in LOW_LEVELS for s in covering):
        reasons.add("low_level_only")
    if any(s.capacity_assumed for s in covering):
        reasons.add("capacity_assumed")
    return reasons


def naive_coverage(
    world: World,
    *,
    as_of: date,
    standard: float = 1.0,
    freshness_days: int = 400,
    rate: float = 0.02,
    method: str = "2sfca",
) -> dict[Cell, NaiveCell]:
    """Every cell: "r a county, or a prefecture code for figures known only for the prefecture"; c a
    chain; t a type.

    "R(s) = K(s) / Σ over covered cells of D(cell)·w(s,r) (0 if the sum is 0); A(cell) = Σ over
    covering s of R(s)·w(s,r); supply = A·D; ratio = min(1, A); unmet = D·(1 − ratio)". Unknown demand
    counts in no sum (Decision 5).

    By another ``method``: "v = w²" (m2sfca); "D split over the suppliers with capacity that cover the cell, as w is,
    and v = w / Σ w over the regions with demand" (bfca); w by the region's own decay (remoteness).
    """
    reported, stale = unknown_regions(world, as_of, freshness_days)
    demand = {cell: d for cell, d in known_demand(world, rate).items() if cell[0] not in stale}
    resources = read_resources(world, as_of)
    regions = sorted(set(COUNTIES) | reported)
    matches = {(c, t): [s for s in resources if c in s.chains and t in s.types] for c in CHAINS for t in TYPES}
    decay = {region: decay_of(region, method) for region in regions}
    w = {region: {id(s): reach(s, region, decay[region]) for s in resources} for region in regions}
    offline = {region: {id(s): offline_part(s, region, decay[region]) for s in resources} for region in regions}
    given = {region: dict(weights) for region, weights in w.items()}
    if method == "m2sfca":
        given = {region: {s: x * x for s, x in weights.items()} for region, weights in w.items()}
    if method == "bfca":
        asking = {region for region, _, _ in demand}
        whole = {id(s): sum(w[region][id(s)] for region in asking) for s in resources}
        given = {r: {s: x / whole[s] if whole[s] > 0 else 0.0 for s, x in weights.items()} for r, weights in w.items()}

    claimed: dict[int, float] = defaultdict(float)  # Σ over covered cells of D(cell)·w(s,r)
    for (region, chain, type_), d in demand.items():
        part = 1.0
        if method == "bfca":
            part = sum(w[region][id(s)] for s in matches[chain, type_] if s.active and s.capacity > 0)
        for s in matches[chain, type_]:
            if s.active and part > 0:
                claimed[id(s)] += d * w[region][id(s)] / part
    r_of = {id(s): s.capacity / claimed[id(s)] if claimed[id(s)] > 0 else 0.0 for s in resources}

    cells: dict[Cell, NaiveCell] = {}
    unknown: dict[tuple[str, frozenset[str]], NaiveCell] = {}
    for region in regions:
        here, home = w[region], prefecture_of(region)
        for (chain, type_), matching in matches.items():
            covering = [s for s in matching if s.active and here[id(s)] > 0]
            providers = frozenset(s.provider for s in covering)
            if region not in reported or region in stale:
                why = "stale" if region in stale else "not_reported"
                if (why, providers) not in unknown:  # most cells of a world are unknown, and many are alike
                    unknown[why, providers] = NaiveCell(
                        None, None, None, None, None, len(providers), "unknown", {why}, providers
                    )
                cell = unknown[why, providers]
            else:
                d = demand.get((region, chain, type_), 0.0)
                gets = given[region]
                a = sum(r_of[id(s)] * gets[id(s)] for s in covering)
                local = sum(r_of[id(s)] * gets[id(s)] for s in covering if prefecture_of(s.home) == home)
                ratio, ratio_local = min(1.0, a), min(1.0, local)
                state, reasons = "not_applicable", set[str]()
                if d > 0:
                    state = state_of(a, standard)
                    would_cover = any(not s.active and here[id(s)] > 0 for s in matching)
                    reasons = reasons_of(state, covering, matching, offline[region], would_cover)
                cell = NaiveCell(
                    d, a * d, ratio, ratio_local, d * (1 - ratio), len(providers), state, reasons, providers
                )
            cells[region, chain, type_] = cell
    return cells


# --- roll-up ---


def group_value(dimension: str, cell: Cell) -> str:
    """The value of one dimension for a cell: "Region (county), rolled up to prefecture, economic
    zone"; "chain, rolled up to pillar and system"; service type. A prefecture's own cell is its own
    county.
    """
    region, chain, type_ = cell
    return {
        "county": region,
        "prefecture": region[:4] + "00",
        "zone": DIVISIONS[region]["economic_zone"],
        "chain": chain,
        "pillar": CHAINS[chain]["pillar"],
        "system": CHAINS[chain]["system"],
        "service_type": type_,
    }[dimension]


def group_state(cells_by_state: Counter[str]) -> str:
    """Decision 12: over cells with known demand: all covered, all empty, else partial; without any:
    unknown if any is unknown ("Unknown … never counts as covered"), else not_applicable.
    """
    with_demand = {state for state in ("covered", "partial", "empty") if cells_by_state[state]}
    if not with_demand:
        return "unknown" if cells_by_state["unknown"] else "not_applicable"
    return with_demand.pop() if len(with_demand) == 1 else "partial"


def naive_rollup(cells: dict[Cell, NaiveCell], group_by: tuple[str, ...]) -> dict[tuple[str, ...], NaiveGroup]:
    """The method: "ratio = Σ ratio·D / ΣD; unmet and providers (distinct) are summed; counts of cells
    by state stand beside."

    Decision 12: sums run over known cells (None if the group has none, ratios also where ΣD = 0);
    providers over all cells; reasons over cells with demand, plus those of unknown cells.
    """
    groups: dict[tuple[str, ...], list[NaiveCell]] = defaultdict(list)
    for key, cell in cells.items():
        groups[tuple(group_value(dimension, key) for dimension in group_by)].append(cell)
    result = {}
    for group, members in groups.items():
        total = supply = unmet = weighted = weighted_local = 0.0
        any_known = False
        reasons: set[str] = set()
        providers: set[str] = set()
        for cell in members:
            providers |= cell.provider_set
            reasons |= cell.reasons  # empty for not_applicable cells
            if cell.demand is None:
                continue
            assert cell.supply is not None and cell.unmet is not None
            assert cell.ratio is not None and cell.ratio_local is not None
            any_known = True
            total += cell.demand
            supply += cell.supply
            unmet += cell.unmet
            weighted += cell.ratio * cell.demand
            weighted_local += cell.ratio_local * cell.demand
        by_state = Counter(cell.state for cell in members)
        result[group] = NaiveGroup(
            demand=total if any_known else None,
            supply=supply if any_known else None,
            ratio=weighted / total if total > 0 else None,
            ratio_local=weighted_local / total if total > 0 else None,
            unmet=unmet if any_known else None,
            providers=len(providers),
            state=group_state(by_state),
            reasons=reasons,
            cells_by_state=dict(by_state),
            provider_set=frozenset(providers),
        )
    return result
