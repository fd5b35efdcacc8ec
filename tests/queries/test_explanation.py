"""An explanation adds up to the cell, names the rows that the tables have, and what closes a gap closes it."""

import copy
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from graph.errors import BadParameter
from graph.language import counted
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.pipeline import load
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.crowding import CrowdingQuestion, crowding, loads_of
from queries.explanation.cell import NEAREST, explain
from queries.explanation.cell_rows import read_resource_names
from queries.explanation.closing import seat_of
from queries.explanation.parts import CellRef, Closing, Explanation, GroupExplanation, Reason, ResourceRow
from queries.sharing import spare_of
from tests.naive import (
    DIVISIONS,
    PROVINCE,
    TYPES,
    Cell,
    NaiveCell,
    naive_coverage,
    offline_weight,
    prefecture_of,
    reach,
    read_resources,
    travel_km,
)
from tests.support.soak import trials
from tests.support.stores import loaded_store, new_store
from tests.worlds import AS_OF, CHAINS, World, random_world

QUICK, ALL = 1, trials(2, 8)
SEEDS = [pytest.param(seed, marks=[pytest.mark.slow] if seed >= QUICK else []) for seed in range(ALL)]
ASKED = CoverageQuestion(as_of=AS_OF)


class LoadedWorld(NamedTuple):
    """A loaded world and its naive cells."""

    store: Store
    world: World
    naive: dict[Cell, NaiveCell]

    def some(self, wanted: int = 20) -> list[Cell]:
        """Return cells with every state and reason that the world has, and some more."""
        rng = random.Random(7)
        first: dict[object, Cell] = {}
        cells = sorted(self.naive)
        rng.shuffle(cells)
        for cell in cells:
            for sort in (self.naive[cell].state, *sorted(self.naive[cell].reasons)):
                first.setdefault(sort, cell)
        known = [c for c in cells if self.naive[c].demand]
        return list(dict.fromkeys([*first.values(), *known[:wanted]]))


@contextmanager
def loaded(world: World, folder: Path) -> Iterator[Store]:
    with loaded_store(world.write(folder / "tables"), folder / "store") as store:
        yield store


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"world{seed}")
def loaded_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoadedWorld]:
    world = random_world(request.param)
    with loaded(world, tmp_path_factory.mktemp("world")) as store:
        yield LoadedWorld(store, world, naive_coverage(world, as_of=AS_OF))


def ref(cell: Cell) -> CellRef:
    return CellRef(region=cell[0], industry=cell[1], service_type=cell[2])


@cache
def why(store: Store, cell: Cell, rows: int = 1000) -> Explanation:
    answer = explain(store, ref(cell), ASKED, rows=rows).data
    assert isinstance(answer, Explanation)
    return answer


def near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def test_only_what_is_asked_is_said_to_be(loaded_world: LoadedWorld) -> None:
    said = explain(loaded_world.store, ref(next(iter(loaded_world.some()))), ASKED, rows=1).meta.parameters
    assert said["as_of"] == AS_OF.isoformat()
    assert [name for name, value in said.items() if value is None] == []


def test_the_parts_of_a_cell_add_up_to_the_naive_one(loaded_world: LoadedWorld) -> None:
    for cell in loaded_world.some():
        theirs, ours = loaded_world.naive[cell], why(loaded_world.store, cell)
        assert near(ours.cell.demand, theirs.demand), cell
        assert near(ours.cell.unmet, theirs.unmet), cell
        if theirs.demand is not None:
            assert near(sum(p.services for p in ours.demand.parts), theirs.demand), cell
            assert near(sum(r.services or 0 for p in ours.demand.parts for r in p.rows), theirs.demand), cell
        if theirs.demand:
            assert near(sum(c.contribution for c in ours.contributors) * theirs.demand, theirs.supply), cell
        if ours.access > 0:
            assert near(sum(c.share or 0 for c in ours.contributors), 1.0)
        split = ours.access_part
        assert near(split.local + split.other, ours.access)
        assert near(split.online + split.offline, ours.access)


def test_contributors_are_those_of_the_tables(loaded_world: LoadedWorld) -> None:
    resources = read_resources(loaded_world.world, AS_OF)
    names = [row["name"] for row in loaded_world.world.tables["resources"]]
    for cell in loaded_world.some(20):
        region, chain, type_ = cell
        ours = {c.name: c for c in why(loaded_world.store, cell).contributors}
        covering = {
            name: s
            for name, s in zip(names, resources, strict=True)
            if s.active and chain in s.chains and type_ in s.types and reach(s, region) > 0
        }
        assert set(ours) == set(covering), cell
        for name, s in covering.items():
            c = ours[name]
            assert (c.home, c.capacity, c.capacity_assumed) == (s.home, s.capacity, s.capacity_assumed)
            assert near(c.weight, reach(s, region))
            assert c.in_scope
            assert c.provider_name == s.provider


def test_every_reason_has_the_rows_that_show_it(loaded_world: LoadedWorld) -> None:
    seen = set()
    for cell in loaded_world.some():
        ours = why(loaded_world.store, cell)
        assert {r.reason for r in ours.reasons} == loaded_world.naive[cell].reasons
        for reason in ours.reasons:
            seen.add(reason.reason)
            rows = reason.resources
            assert reason.text_zh
            assert reason.text_en
            assert len(rows) == reason.resources_total
            match reason.reason:
                case "all_expired":
                    late = [(r.since and r.since > AS_OF) or (r.until and r.until < AS_OF) for r in rows]
                    assert rows
                    assert all(late)
                    assert all(r.weight > 0 for r in rows)
                case "out_of_reach":
                    assert rows
                    assert all(r.weight == 0 and (not r.in_scope or r.distance_km > 180) for r in rows)
                    assert [r.distance_km for r in rows] == sorted(r.distance_km for r in rows)
                case "online_only":
                    assert rows
                    assert all(r.mode == "online" for r in rows)
                case "over_capacity":
                    assert all((r.capacity_per_demand or 0) < 1 for r in rows)
                case "single_provider":
                    assert len({r.provider for r in rows}) == 1
                case "low_level_only":
                    assert rows
                    assert {r.level for r in rows} <= {"city", "county"}
                case "capacity_assumed":
                    assert rows
                    assert all(r.capacity_assumed and r.capacity == 100 for r in rows)
                case "stale":
                    assert reason.demand_rows
                    assert all((r.age_days or 0) > 400 for r in reason.demand_rows)
                case "no_provider" | "not_reported":
                    assert not rows
    assert len(seen) >= 6


Tell = Callable[[ResourceRow], tuple[str, str]]


def in_words(rows: list[ResourceRow], tell: Tell) -> tuple[str, str]:
    """The first three rows, and how many more there are."""
    zh, en = zip(*map(tell, rows[:3]), strict=True)
    more = len(rows) - 3
    return "；".join(zh) + (f"；另有 {more} 条" if more > 0 else ""), "; ".join(en) + (
        f"; {more} more" if more > 0 else ""
    )


def of_row(row: ResourceRow) -> tuple[str, str]:
    return f"{row.name}（{row.provider_name}）", f"{row.name} ({row.provider_name})"


def when(row: ResourceRow) -> tuple[str, str]:
    if row.until and row.until < AS_OF:
        return f"{of_row(row)[0]} {row.until} 到期", f"{of_row(row)[1]} expired on {row.until}"
    return f"{of_row(row)[0]} {row.since} 才生效", f"{of_row(row)[1]} begins only on {row.since}"


def how_far(row: ResourceRow) -> tuple[str, str]:
    km, (zh, en) = row.distance_km, of_row(row)
    zh, en = f"{zh}距 {km:,.0f} 公里", f"{en} is {km:,.0f} km away"
    if km > 180 and "offline" in row.modes:
        zh, en = f"{zh}，超出 180 公里上限 {km - 180:,.0f} 公里", f"{en}, {km - 180:,.0f} km beyond the limit of 180 km"
    return (zh, en) if row.in_scope else (f"{zh}，服务范围不含本地", f"{en}, its scope leaves this place out")


def how_full(row: ResourceRow) -> tuple[str, str]:
    assert row.asked is not None
    asked = f"{row.asked:,.0f}" if row.asked >= 100 else f"{row.asked:,.1f}"
    zh, en = of_row(row)
    return (f"{zh}所及需求 {asked}、能力 {row.capacity:,.0f}",
            f"{en}: {asked} asked within its reach, capacity {row.capacity:,.0f}")  # fmt: skip


def sentence(reason: Reason, cell: Explanation, others: int) -> tuple[str, str]:
    rows, n, terms = reason.resources, reason.resources_total, vocabulary("levels")
    some = counted(n, "resource")
    tell: dict[str, Tell] = {"all_expired": when, "out_of_reach": how_far, "over_capacity": how_full}
    zh, en = in_words(rows, tell.get(reason.reason, of_row)) if rows else ("", "")
    match reason.reason:
        case "no_provider":
            return (
                f"分析日全省没有为该产业链提供这类服务的资源；为其他产业链提供这类服务的有 {others} 条，见“附近”。",
                "No resource in the province offers this service to this chain now; to others it is offered by "
                f"{counted(others, 'resource')}: see near.",
            )
        case "all_expired":
            return (f"能到达的匹配资源有 {n} 条，分析日都不在有效期内：{zh}。",
                    f"{counted(n, 'matching resource')} would reach it, none valid on the day: {en}.")  # fmt: skip
        case "out_of_reach":
            return (f"省内有 {n} 条匹配资源，都到不了本地。最近的：{zh}。",
                    f"Of {counted(n, 'matching resource')} in the province none reaches this place. "
                    f"Nearest: {en}.")  # fmt: skip
        case "online_only":
            return (f"到达本地的 {n} 条资源都只能线上服务：{zh}。",
                    f"All that reaches it ({some}) does so online only: {en}.")  # fmt: skip
        case "over_capacity":
            full = (f"其中能力小于所及需求的 {n} 条：{zh}。", f"Capacity is below what is asked at {some}: {en}.")
            if not n:
                full = ("各资源能力都够，只是距离使其打了折扣。", "Each has capacity enough; distance takes its part.")
            each = "services of capacity for each asked, below the standard of 1."
            return f"每次需求只有 {cell.access:.3f} 次能力，达标线 1。{full[0]}", f"{cell.access:.3f} {each} {full[1]}"
        case "single_provider":
            return (f"只靠{rows[0].provider_name}一家（{n} 条资源），一旦停止即无服务。",
                    f"{rows[0].provider_name} alone ({some}); nothing is left if it stops.")  # fmt: skip
        case "low_level_only":
            counts = [(level, sum(r.level == level for r in rows)) for level in ("city", "county")]
            zh = "、".join(f"{terms.text(i, 'zh')} {k} 条" for i, k in counts if k)
            en = ", ".join(f"{k} of {terms.text(i, 'en')} level" for i, k in counts if k)
            return f"到达本地的资源级别都偏低：{zh}。", f"Every resource that reaches it is of a low level: {en}."
        case "capacity_assumed":
            return (f"{n} 条资源未填年服务能力，按 100 次计：{zh}。",
                    f"{some} without a stated capacity, taken as 100 services a year: {en}.")  # fmt: skip
        case "not_reported":
            en = "The region has no counts, enterprises or needs; load one of these tables with `shuniu load`."
            return "该地区没有企业数量、企业名录或服务需求；请用 shuniu load 载入其中任一张表。", en
    newest = max(row.as_of for row in reason.demand_rows if row.as_of)
    days = (AS_OF - newest).days
    en = f"Its newest count is of {newest}, {days} days before the day, beyond the limit of 400; update it."
    return f"该地区最新的统计是 {newest}，距分析日 {days} 天，超过时效 400 天；请更新。", en


def test_a_reason_is_shown_by_its_rows_in_their_order(loaded_world: LoadedWorld) -> None:
    resources, reasons_met = read_resources(loaded_world.world, AS_OF), set()
    for cell in loaded_world.some():
        ours = why(loaded_world.store, cell)
        others = sum(s.active and cell[2] in s.types and cell[1] not in s.chains for s in resources)
        for reason in ours.reasons:
            if reason.reason not in {name for name, _ in reasons_met}:
                few = next(r for r in why(loaded_world.store, cell, rows=1).reasons if r.reason == reason.reason)
                short = {"resources": reason.resources[:1], "demand_rows": reason.demand_rows[:1]}
                assert few == reason.model_copy(update=short)
            reasons_met.add((reason.reason, min(reason.resources_total, 4)))
            assert (reason.text_zh, reason.text_en) == sentence(reason, ours, others), cell
            term = next(e for e in vocabulary("coverage_reasons") if e.id == reason.reason)
            assert (reason.label_zh, reason.label_en) == (term.label.zh, term.label.en)
            order: dict[str, Callable[[ResourceRow], Any]] = {
                "all_expired": lambda r: (-r.until.toordinal() if r.until else 0, r.key),
                "out_of_reach": lambda r: (r.distance_km, r.key),
                "over_capacity": lambda r: (r.capacity_per_demand, -(r.asked or 0), r.key),
            }
            if by := order.get(reason.reason):
                assert reason.resources == sorted(reason.resources, key=by)
            counts = [(-(row.as_of or AS_OF).toordinal(), row.key) for row in reason.demand_rows]
            assert counts == sorted(counts)
    assert len(reasons_met) > 12


def test_what_is_near_is_nearest_first_and_one_a_provider(loaded_world: LoadedWorld) -> None:
    resources = read_resources(loaded_world.world, AS_OF)
    _, has = spare_of(loaded_world.store, ASKED)  # what partners and allocate tell
    columns = [(chain, type_) for chain in has.cube.grid.chains["key"] for type_ in has.cube.grid.types]
    spare = pd.DataFrame(has.left.toarray(), index=has.resources["resource"], columns=columns)
    for cell in loaded_world.some(5):
        region, chain, type_ = cell
        nearest: dict[str, float] = {}
        for s in resources:
            if s.active and type_ in s.types:
                nearest[s.provider] = min(travel_km(s.home, region), nearest.get(s.provider, math.inf))
        ours = why(loaded_world.store, cell).near
        assert [n.distance_km for n in ours] == pytest.approx(sorted(nearest.values())[:NEAREST], abs=1e-6), cell
        assert {n.provider_name: n.distance_km for n in ours} == pytest.approx(
            {n.provider_name: nearest[n.provider_name] for n in ours}, abs=1e-6
        )
        suiting = {s.provider for s in resources if s.active and type_ in s.types and chain in s.chains}
        assert {n.provider_name for n in ours if n.same_chain} <= suiting
        of_type = spare[[column for column in spare if column[1] == type_]].sum(axis=1)
        assert {n.key: n.spare for n in ours} == pytest.approx({n.key: of_type[n.key] for n in ours}, abs=1e-9)


# --- what closes a gap --------------------------------------------------------------------------------


def closed(world: World, cell: Cell, way: Closing, home: str, folder: Path) -> float:
    """Return A of the cell in a world where that capacity was added."""
    more = copy.deepcopy(world)
    assert way.capacity is not None
    if way.way == "raise":
        row = next(r for r in more.tables["resources"] if r["name"] == way.name)
        row["capacity"] = repr(float(row.get("capacity") or 100) + way.capacity)
    else:
        more.tables["organizations"].append({"name": "新增机构", "region": home, "kind": "服务机构"})
        more.tables["resources"].append(
            {
                "name": "新增资源", "kind": "服务产品", "service_types": cell[2], "provider": "新增机构",
                "chains": cell[1], "serves": way.scope[0], "capacity": repr(way.capacity),
                "modes": "线上" if way.mode == "online" else "线下",
            }
        )  # fmt: skip
    folder.mkdir()
    changed = World({name: more.tables[name] for name in ("organizations", "resources")})
    with loaded(world, folder) as store:
        assert not load(store, [changed.write(folder / "more")]).issues
        return why(store, cell).access


@pytest.mark.slow
def test_what_closes_a_gap_closes_it_exactly(loaded_world: LoadedWorld, tmp_path: Path) -> None:
    partial = [c for c in sorted(loaded_world.naive) if loaded_world.naive[c].state == "partial"]
    cell = max(partial, key=lambda c: loaded_world.naive[c].unmet or 0)
    ways = why(loaded_world.store, cell).closing
    by_way = {w.way: w for w in ways if w.capacity is not None}
    assert "raise" in by_way
    assert "prefecture_online" in by_way
    for number, way in enumerate(by_way.values()):
        access = closed(loaded_world.world, cell, way, way.region, tmp_path / str(number))
        assert math.isclose(access, 1.0, rel_tol=0, abs_tol=1e-9), way


def test_nothing_closes_what_is_covered_or_unknown(loaded_world: LoadedWorld) -> None:
    for cell in loaded_world.some(10):
        ours = why(loaded_world.store, cell)
        assert bool(ours.closing) == (ours.cell.state in ("partial", "empty")), cell
        for way in ours.closing:
            if way.capacity is not None and way.relief is not None:
                assert way.relief >= (ours.cell.unmet or 0) - 1e-9


def test_the_seat_of_a_prefecture_is_its_nearest_county(loaded_world: LoadedWorld) -> None:
    cube = cube_of(loaded_world.store, ASKED)[1]
    assert seat_of(cube, "510700")[:4] == "5107"
    assert offline_weight("510700", seat_of(cube, "510700")) == 1.0


# --- groups -------------------------------------------------------------------------------------------

REGIONS = ["chengdu_plain", "northwest_sichuan"]
INDUSTRIES = [None, "5+1", "4+6", "CH06", "CH17"]
SOME_TYPES = [None, "SC01", "SC03"]


@pytest.mark.parametrize("seed", range(6))
def test_a_group_is_the_sum_of_its_cells(loaded_world: LoadedWorld, seed: int) -> None:
    rng = random.Random(seed)
    known = sorted({c[0] for c in loaded_world.naive if loaded_world.naive[c].demand})
    prefectures = sorted({k[:4] + "00" for k in known})
    region = rng.choice([*REGIONS, *known[:3], *prefectures[:5]])
    cell = CellRef(region=region, industry=rng.choice(INDUSTRIES[1:]), service_type=rng.choice(SOME_TYPES))
    made = explain(loaded_world.store, cell, ASKED, rows=100_000, whole=True).data
    if isinstance(made, Explanation):
        return
    assert isinstance(made, GroupExplanation)
    cells = [c.cell for c in made.cells]
    assert len(cells) == made.cells_total == sum((made.group.cells_by_state or {}).values())
    for figure in ("demand", "supply", "unmet"):
        whole = getattr(made.group, figure)
        assert near(sum(getattr(c, figure) or 0 for c in cells), whole or 0), (cell, figure)
    met = sum((c.ratio or 0) * (c.demand or 0) for c in cells)
    assert near(met, (made.group.ratio or 0) * (made.group.demand or 0))
    assert near(sum(c.supply for c in made.contributors), made.group.supply or 0)
    if made.group.unmet:
        assert near(sum(c.share or 0 for c in made.cells), 1.0)
    for reason, number in (made.group.cells_by_reason or {}).items():
        assert number == sum(reason in c.reasons for c in cells)
    assert {r for r, n in (made.group.cells_by_reason or {}).items() if n} == set(made.group.reasons)


GROUPINGS = [("prefecture", "pillar"), ("zone", "system", "service_type"), ("prefecture", "chain"), ("pillar",)]


@pytest.mark.parametrize("group_by", GROUPINGS, ids="+".join)
def test_a_drill_down_by_filter_gives_the_cells_of_a_group(
    loaded_world: LoadedWorld, group_by: tuple[str, ...]
) -> None:
    groups = coverage(loaded_world.store, ASKED.model_copy(update={"group_by": group_by})).records()
    rng = random.Random(1)
    for group in rng.sample(groups, 4):
        drilled = ASKED.model_copy(update={k: group[k] for k in ("region", "industry", "service_type")})
        cells = coverage(loaded_world.store, drilled).records()
        assert len(cells) == sum(group["cells_by_state"].values())
        for figure in ("demand", "supply", "unmet"):
            assert near(sum(c[figure] or 0 for c in cells), group[figure] or 0), (group, figure)


def test_the_listed_and_the_rest_are_the_whole(loaded_world: LoadedWorld) -> None:
    made = explain(loaded_world.store, CellRef(service_type="SC03"), ASKED, rows=3).data
    assert isinstance(made, GroupExplanation)
    assert len(made.cells) == 3
    assert near(sum(c.cell.unmet or 0 for c in made.cells) + (made.rest_unmet or 0), made.group.unmet)
    unmet = [c.cell.unmet or 0 for c in made.cells]
    assert unmet == sorted(unmet, reverse=True)
    assert near(sum(c.supply for c in made.contributors) + made.rest_supply, made.group.supply)


# --- crowding -----------------------------------------------------------------------------------------


def test_what_is_turned_away_is_the_unmet_demand_of_covered_cells(loaded_world: LoadedWorld) -> None:
    loads = loads_of(cube_of(loaded_world.store, ASKED)[1])
    unmet = sum(c.unmet or 0 for c in loaded_world.naive.values() if c.supply)
    assert near(float(loads["turned_away"].sum()), unmet)


class Load(NamedTuple):
    """What is asked of a resource by one service type, from the formulas of the method's section 2."""

    resource: str
    provider: str
    home: str
    service_type: str
    share: float
    asked: float
    capacity: float
    turned_away: float


def zone_of(region: str) -> str | None:
    """The id of the economic zone of a region; the province is in none."""
    name = DIVISIONS[region]["economic_zone"]
    return next((e.id for e in vocabulary("economic_zones") if name in (e.label.zh, *e.aliases)), None)


def naive_loads(loaded_world: LoadedWorld) -> list[Load]:
    asked: dict[tuple[str, str], float] = defaultdict(float)
    lost: dict[tuple[str, str], float] = defaultdict(float)
    resources = read_resources(loaded_world.world, AS_OF)
    names = [row["name"] for row in loaded_world.world.tables["resources"]]
    for (region, chain, type_), cell in loaded_world.naive.items():
        for name, s in zip(names, resources, strict=True) if cell.demand else ():
            if s.active and chain in s.chains and type_ in s.types and (w := reach(s, region)):
                assert cell.demand and cell.unmet is not None and cell.supply is not None
                asked[name, type_] += cell.demand * w
                lost[name, type_] += w * cell.unmet * cell.demand / cell.supply if cell.supply else 0.0
    made = []
    for name, s in zip(names, resources, strict=True):
        whole = sum(a for (of, _), a in asked.items() if of == name)
        made += [
            Load(name, s.provider, s.home, t, s.capacity / whole, a, s.capacity * a / whole,
                 s.capacity / whole * lost[name, t])
            for (of, t), a in asked.items() if of == name
        ]  # fmt: skip
    return made


def test_what_is_asked_of_a_resource_is_that_of_the_formulas(loaded_world: LoadedWorld) -> None:
    with loaded_world.store.read() as session:
        names = read_resource_names(loaded_world.store, session).reset_index()
    name = dict(zip(names["resource"], names["name"], strict=True))
    loads = loads_of(cube_of(loaded_world.store, ASKED)[1])
    rows = loads.astype(object).where(loads.notna(), None).to_dict("records")
    ours = {(name[one["resource"]], one["service_type"]): one for one in rows}
    theirs = {(one.resource, one.service_type): one for one in naive_loads(loaded_world)}
    assert ours.keys() == theirs.keys()
    assert len(loads) == len(theirs) > 0
    for key, one in theirs.items():
        for figure in ("share", "asked", "capacity", "turned_away"):
            assert near(ours[key][figure], getattr(one, figure)), (key, figure)
        home = tuple(ours[key][of] for of in ("home", "prefecture", "zone"))
        assert home == (one.home, prefecture_of(one.home) or PROVINCE, zone_of(one.home)), key


def crowded_as(loaded_world: LoadedWorld, question: CrowdingQuestion) -> list[dict[str, Any]]:
    """Return the crowded loads summed by what is asked for, each group with its names."""
    groups: dict[tuple[str, ...], list[Load]] = defaultdict(list)
    for one in naive_loads(loaded_world):
        here = question.region in (None, PROVINCE, one.home, prefecture_of(one.home), zone_of(one.home))
        if one.share < question.standard - 1e-9 and here and question.service_type in (None, one.service_type):
            of = {"resource": one.resource, "provider": one.provider, "service_type": one.service_type,
                  "prefecture": prefecture_of(one.home) or PROVINCE}  # fmt: skip
            groups[tuple(of[b] for b in question.by)].append(one)
    rows = []
    for group, loads in groups.items():
        of = dict(zip(question.by, group, strict=True))
        own = loads[0] if "resource" in of else None
        region = of.get("prefecture") or (own and (prefecture_of(own.home) or PROVINCE))
        asked, capacity = sum(one.asked for one in loads), sum(one.capacity for one in loads)
        rows.append({
            "resource_name": of.get("resource"), "provider_name": of.get("provider") or (own and own.provider),
            "region": region, "region_name": region and DIVISIONS[region]["name"],
            "service_type": of.get("service_type"),
            "service_type_name": of.get("service_type") and TYPES[of["service_type"]]["category"],
            "resources": len({one.resource for one in loads}), "asked": pytest.approx(asked),
            "capacity": pytest.approx(capacity), "pressure": pytest.approx(asked / capacity) if capacity else None,
            "turned_away": pytest.approx(sum(one.turned_away for one in loads), abs=1e-9), "data_class": ["SYNTHETIC"],
        })  # fmt: skip
    return rows


@pytest.mark.parametrize(
    "cut",
    [{}, {"by": ("provider",)}, {"by": ("prefecture", "service_type")}, {"by": ("service_type",), "region": PROVINCE},
     {"by": ("resource", "service_type"), "service_type": "SC03"}, {"region": "of one"}, {"region": "zone of one"},
     {"standard": 3.0}],
    ids=str,
)  # fmt: skip
def test_crowding_is_that_of_the_formulas_however_it_is_cut(loaded_world: LoadedWorld, cut: dict[str, Any]) -> None:
    home = max(naive_loads(loaded_world), key=lambda one: one.turned_away).home
    if region := {"of one": home, "zone of one": zone_of(home)}.get(cut.get("region", "")):
        cut = {**cut, "region": region}
    question = CrowdingQuestion(as_of=AS_OF, **cut)
    answer = crowding(loaded_world.store, question)
    ours = [row.model_dump() for row in answer.data]
    theirs = crowded_as(loaded_world, question)
    named = ("resource_name", "provider_name", "region", "service_type")
    order = {tuple(row[n] for n in named): row for row in theirs}
    assert len(ours) == len(theirs) > 0
    assert [{n: row[n] for n in theirs[0]} for row in ours] == [order[tuple(row[n] for n in named)] for row in ours]
    ranks = [(-row["turned_away"], -row["pressure"] if row["pressure"] else 0.0) for row in ours]
    assert ranks == sorted(ranks)
    assert [row["rank"] for row in ours] == list(range(1, answer.total + 1))
    assert all((row[n] is None) == (row[f"{n}_name"] is None) for row in ours for n in ("resource", "provider"))


# --- nonsense -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", [{"region": "999999"}, {"industry": "CH99"}, {"service_type": "SC99"}, {"region": "mars"}], ids=str
)
def test_unknown_codes_are_refused(loaded_world: LoadedWorld, wrong: dict[str, str]) -> None:
    with pytest.raises(BadParameter):
        explain(loaded_world.store, CellRef(**wrong), ASKED)


def test_nonsense_is_refused(loaded_world: LoadedWorld) -> None:
    with pytest.raises(BadParameter):
        explain(loaded_world.store, CellRef(), ASKED, rows=0)
    with pytest.raises(BadParameter):
        crowding(loaded_world.store, CrowdingQuestion(by=("planet",)))
    with pytest.raises(BadParameter):
        explain(loaded_world.store, CellRef(), ASKED.model_copy(update={"standard": 0.0}))


def test_a_store_without_demand_says_so(tmp_path: Path) -> None:
    with new_store(tmp_path / "r.lbug") as store:
        made = explain(store, CellRef(region="510703", industry="CH06", service_type="SC03")).data
        assert isinstance(made, Explanation)
        assert made.demand.services is None
        assert made.demand.parts == made.contributors == made.closing == []
        assert [r.reason for r in made.reasons] == ["not_reported"]
        assert crowding(store).data == []


def test_a_need_without_a_chain_is_spread_evenly_where_no_enterprise_is_known(tmp_path: Path) -> None:
    need = {"id": "XQ-001", "region": "510703", "service_type": "SC03", "quantity": "40", "date": AS_OF.isoformat()}
    with loaded(World({"needs": [need]}), tmp_path) as store:
        for chain in CHAINS:
            demand = why(store, ("510703", chain, "SC03")).demand
            (part,) = demand.parts
            assert (part.kind, [row.services for row in part.rows]) == ("need", [pytest.approx(40 / len(CHAINS))])
            assert demand.services == pytest.approx(40 / len(CHAINS))


def test_what_has_expired_is_offered_to_no_other_chain(tmp_path: Path) -> None:
    provider = {"name": "示例-甲中心", "kind": "服务机构", "region": "510703"}
    offered = {"kind": "服务产品", "service_types": "SC03", "provider": "示例-甲中心", "chains": "CH08"}
    tables = {
        "organizations": [provider],
        "resources": [
            {"name": "示例-一", **offered},
            {"name": "示例-二", "until": AS_OF.isoformat(), **offered},
            {"name": "示例-三", "until": (AS_OF - timedelta(days=1)).isoformat(), **offered},
            {"name": "示例-四", "since": (AS_OF + timedelta(days=1)).isoformat(), **offered},
        ],
        "demand_counts": [{"region": "510703", "chain": "CH06", "count": "100", "as_of": AS_OF.isoformat()}],
    }
    with loaded(World(tables), tmp_path) as store:
        (reason,) = why(store, ("510703", "CH06", "SC03")).reasons
    assert (reason.reason, reason.text_en) == (
        "no_provider",
        "No resource in the province offers this service to this chain now; to others it is offered by 2 resources: "
        "see near.",
    )
