"""Hand-made networks and reports for the pictures' tests: small, in both data classes, with hostile names."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from graph.vocabulary import vocabulary
from queries.answers import Meta
from queries.coverage import Coverage, CoverageCell
from queries.expansion.answer import Action, Expansion
from queries.kpi import TargetStatus
from queries.network.gaps import LevelPresence, NetworkGap
from queries.network.report import NetworkEdge, NetworkGraph, NetworkNode, NetworkReport
from queries.rankings.answer import Gap, GapRankings, Ranking, Remedy, Sort
from queries.rankings.three import concentration
from queries.snapshots.differences import Snapshot
from viz.report.build import report_scope
from viz.report.model import GapReport

REFERENCE = Path(__file__).resolve().parents[2] / "graph" / "reference"
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<svg onload=alert(2)>",
    '"><script>alert(3)</script>',
    "' onmouseover='alert(4)",
    '=HYPERLINK("x","y")',
    "{{ 7*7 }}${7*7}{% raw %}",
    "\u202etxt.exe 从右到左",
    "مركز الخدمات",
    "&lt;b&gt;&amp;",
    "<!--<script>",
    "]]>\u2028甲\u2029",
)


def meta(data_class: dict[str, int] | None = None, **parameters: Any) -> Meta:
    return Meta(
        graph_version=7,
        taxonomy_version="a1b2c3d4",
        parameters={"as_of": "2026-03-31", "standard": 1.0, "freshness_days": 400, **parameters},
        data_class=data_class or {"REAL": 3, "EDITORIAL": 0, "SYNTHETIC": 0},
        generated_at=datetime(2026, 3, 31, 18, 5, tzinfo=UTC),
    )


def counties() -> list[dict[str, str]]:
    with (REFERENCE / "divisions.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["level"] == "3"]


def site(key: str, place: dict[str, str], **changes: Any) -> NetworkNode:
    values: dict[str, Any] = {
        "key": key, "label": "Carrier", "name": key, "kind": "incubator", "level": "city", "region": place["adcode"],
        "region_name": place["name"], "prefecture": place["parent_adcode"], "lon": float(place["seat_lon"]),
        "lat": float(place["seat_lat"]), "active": True, "source": "https://example.org/?a=1&b=<2>",
        "verification": "secondary", "data_class": "REAL",
    }  # fmt: skip
    return NetworkNode(**values | changes)


def network(carriers: int = 300, hostile: tuple[str, ...] = HOSTILE) -> NetworkGraph:
    """One hub, a window of Mianyang, and carriers of every kind, half of them synthetic, in all counties."""
    places, kinds = counties(), vocabulary("carrier_kinds").ids
    seat = next(p for p in places if p["name"] == "涪城区")
    hub = site("hub", places[0], label="Window", kind="hub", region="510000", prefecture=None, region_name="四川省")
    window = site("W6", seat, label="Window", kind="prefecture_window", region="510700", region_name="绵阳市")
    nodes, edges = [hub, window], [NetworkEdge(source="W6", target="hub", type="REPORTS_TO")]
    for i in range(carriers):
        name = hostile[i] if i < len(hostile) else f"示例-载体-{i:03d}" if i % 2 else f"真实载体{i:03d}"
        data_class = "SYNTHETIC" if i % 2 else "REAL"
        place = places[(i * i) % len(places)]
        nodes.append(
            site(f"C{i}", place, name=name, kind=kinds[i % len(kinds)], data_class=data_class, active=i % 9 > 0)
        )
        edges.append(NetworkEdge(source=f"C{i}", target="W6", type="IMPLIED" if i % 3 else "REPORTS_TO"))
    edges.append(NetworkEdge(source="C1", target="C2", type="PARTNERS_WITH", dimension="supply"))
    edges.append(NetworkEdge(source="C1", target="somebody else", type="PARTNERS_WITH", dimension="brand"))
    return NetworkGraph(nodes=nodes, edges=edges)


def cell(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "region": None, "region_name": None, "industry": None, "industry_name": None, "service_type": None,
        "service_type_name": None, "demand": 12345.6, "supply": 9000.0, "ratio": 0.5, "ratio_local": 0.25,
        "unmet": 6172.8, "providers": 42, "state": "partial", "reasons": ["over_capacity"],
        "data_class": ["REAL"],
        "cells_by_state": {"covered": 5, "partial": 4, "empty": 3, "unknown": 2, "not_applicable": 1},
    }  # fmt: skip
    return values | changes


STATES = (("covered", 1.0), ("partial", 0.1), ("partial", 0.4), ("partial", 0.6), ("partial", 0.9), ("empty", 0.0))
UNKNOWN: dict[str, Any] = {
    "state": "unknown", "demand": None, "supply": None, "ratio": None, "ratio_local": None, "unmet": None,
}  # fmt: skip


def prefectures() -> list[dict[str, str]]:
    with (REFERENCE / "divisions.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["level"] == "2"]


def _state(number: int) -> dict[str, Any]:
    if number % 8 == 7:
        return UNKNOWN
    if number % 8 == 6:
        return UNKNOWN | {"state": "not_applicable", "demand": 0.0}
    state, ratio = STATES[number % 8]
    return {"state": state, "ratio": ratio}


def _coverage(cells: list[dict[str, Any]], data_class: dict[str, int]) -> Coverage:
    return Coverage(pd.DataFrame(cells), meta(data_class), row=CoverageCell)


def _plan(name: str) -> Expansion:
    action = Action(
        key="build-513332", kind="build", name=f"在{name}新建窗口", name_en=f"New window in {name}", region="513332",
        region_name=name, demand_known=True, service_type=None, cost=150.0, quantity=780.0, effect=540.6,
        marginal=500.0, gain=500.0, harm=0.0, alone=541.2, assumed=("cost",),
        effect_by_distance={"to_30_km": 540.6, "to_60_km": 0.0, "beyond_60_km": 0.0},
        effect_by_data_class={"REAL": 540.6, "EDITORIAL": 0.0, "SYNTHETIC": 0.0}, data_class=["REAL"],
    )  # fmt: skip
    return Expansion(
        status="within_gap", actions=[action], objective=5631.6, objective_of="unmet", bound=5600.0, gap=0.01,
        gap_of_effect=0.05, unmet_before=6172.8, unmet_after=5632.2, harm_outside=0.0, ratio_before=0.5,
        ratio_after=0.54, worst_ratio_before=0.1, worst_ratio_after=0.2, cost=150.0, budget=500.0, seconds=1.0,
        candidates=9, cells=99, groups=[], assumptions=(),
    )  # fmt: skip


HELP = Remedy(
    kind="partner", key="organization-1", name_zh="示例-甲研究院", name_en="示例-甲研究院", region="510700",
    region_name="绵阳市", quantity=900.0, relief=800.0, share=0.13, net=None, harm=None, cost=None,
    assumptions=["rate"], data_class=["REAL"],
)  # fmt: skip


def ranking(sort: Sort, cells: list[dict[str, Any]]) -> Ranking:
    """An order of gaps as it is given; the first has a remedy."""
    more = {"severity": 1.0, "empty_demand": 321.0, "share": 0.1, "cumulative": 0.1}
    gaps = [Gap(**c, rank=n, remedies=[HELP] if n == 1 else [], **more) for n, c in enumerate(cells, 1)]
    text = concentration(len(gaps), 0.1, sort, per_place=2)
    return Ranking(sort=sort, group_by=["county" if sort == "empty" else "prefecture", "service_type"], per_place=2,
                   floor=100.0 if sort == "depth" else None, total=len(gaps), amount=1e5, gaps=gaps, text_zh=text.zh,
                   text_en=text.en)  # fmt: skip


def rankings(cells: list[dict[str, Any]], empty: list[dict[str, Any]]) -> GapRankings:
    """The three orders of some cells, ten of each at most."""
    known = [c for c in cells if c["unmet"]]
    deep = sorted((c for c in known if c["demand"] >= 100), key=lambda c: (c["ratio"], c["region"] or ""))  # type: ignore[no-any-return]
    size = sorted(known, key=lambda c: (-c["unmet"], c["region"] or ""))
    return GapRankings(
        size=ranking("size", size[:10]), depth=ranking("depth", deep[:10]), empty=ranking("empty", empty[:10])
    )


def report(*, synthetic: bool = True, name: str = "石渠县") -> GapReport:
    """A report with every state in its matrix, an unknown target, a plan and gaps of the network."""
    counts = {"REAL": 10, "EDITORIAL": 0, "SYNTHETIC": 90 if synthetic else 0}
    towns, types = prefectures(), vocabulary("service_types").ids
    by_type = [
        cell(region=p["adcode"], region_name=p["name"], service_type=t, **_state(i * 5 + k))
        for i, p in enumerate(towns)
        for k, t in enumerate(types)
    ]
    empty = cell(region="513332", region_name=name, service_type="SC05", state="empty", reasons=["out_of_reach"],
                 ratio=0.0, supply=0.0)  # fmt: skip
    target = {
        "id": "capacity", "name_zh": "年服务能力", "name_en": "Yearly capacity", "comparison": "ge", "target": 500000.0,
        "actual": 512345.0, "unit_zh": "家次/年", "unit_en": "services a year", "met": True, "note_zh": "注",
        "note_en": "note", "data_class": counts,
    }  # fmt: skip
    share = target | {"id": "online_share", "name_zh": "线上服务占比", "target": 0.5, "unit_en": "share"}
    gap = {"region": "513332", "region_name": "石渠县", "reason_zh": "无", "reason_en": "none", "data_class": "REAL"}
    fixed = {"graph_version": 7, "taxonomy_version": "a1b2c3d4", "unmet": 6172.8, "ratio": 0.5, "data_class": counts}
    return GapReport(
        scope=report_scope(),
        totals=_coverage([cell()], counts),
        by_area=_coverage(
            [cell(region=p["adcode"], region_name=p["name"], **_state(i)) for i, p in enumerate(towns)], counts
        ),
        by_area_type=_coverage(by_type, counts),
        rankings=rankings(by_type, [empty]),
        targets=[
            TargetStatus(**target),
            TargetStatus(**share | {"actual": 0.493, "met": False}),
            TargetStatus(**share | {"id": "satisfaction", "actual": None, "met": None, "data_class": {}}),
        ],
        network=NetworkReport(
            presence=[
                LevelPresence(level="county", name_zh="区县", name_en="Counties", total=183, with_presence=120,
                              share=120 / 183, target=1.0, data_class=["REAL"])
            ],
            stated=[],
            vertical=[NetworkGap(kind="county_without_presence", key="513332", name=name, nearest_km=271.2,
                                 nearest_name=name, **gap)],
            horizontal=[], windows_by_chain=[],
        ),
        helpers=None,
        flows=None,
        plan=_plan(name),
        budget=500.0,
        snapshot=Snapshot(id="2026-03-31-v7-0a1b2c3d", parameters={"as_of": "2026-03-31"}, cells=95160,
                          sha256="0" * 64, **fixed),
        change=None,
        sources=[("示例数据", "SYNTHETIC", 90 if synthetic else 0), ("GB/T 2260", "REAL", 10)],
        meta=meta(counts),
    )  # fmt: skip
