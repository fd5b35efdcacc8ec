"""The gap report as one HTML file: no script at all, one style sheet, nothing from outside."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.kpi import TargetStatus
from queries.network.gaps import GAP_REASONS, NetworkGap
from viz import numbers, pages, places, theme
from viz.report.drawing import prefecture_map, state_class
from viz.report.model import GapReport
from viz.report.summary import gap_name, place, sentences

PARAMETERS = {
    "as_of": Text("分析日", "Day of analysis"),
    "standard": Text("达标线（每次需求应有的能力）", "Standard: capacity per service asked for"),
    "freshness_days": Text("数据时效（天）", "Freshness limit, days"),
    "group_by": Text("汇总方式", "Grouping"),
    "region": Text("地区", "Region"),
    "industry": Text("产业", "Industry"),
    "service_type": Text("服务类型", "Service type"),
    "reach_km": Text("园区、基地的服务半径（公里）", "Reach of windows and stations, km"),
    "rates": Text("每家企业年需求次数", "Services a year per enterprise"),
}
"""Names of the parameters that a reader meets; any other is shown by its own name."""


def write_gap_report(
    report: GapReport, path: Path, *, lang: Lang = "zh", outlines: tuple[places.Outline, ...] | None = None
) -> Path:
    """Write the report to ``path`` and return it.

    Args:
        report: what it shows.
        path: the file, replaced if it exists; its folder is made.
        lang: language of the whole report; names of places and organisations stay as they are.
        outlines: prefecture borders of a reviewed map, instead of the packaged ones.

    Raises:
        FileUnwritable: the file cannot be written.
    """
    policy = pages.Policy()
    context = _context(report, lang, outlines)
    context |= {"style": policy.style(theme.stylesheet("report")), "policy": policy}
    return pages.write_page("report.html.j2", path, lang, context)


def _context(report: GapReport, lang: Lang, outlines: tuple[places.Outline, ...] | None) -> dict[str, Any]:
    """Return what the template needs besides its style."""
    return {
        "report": report,
        "sentences": sentences(report),
        "matrix": list(report.matrix()),
        "map": prefecture_map(report.coverage_by_prefecture.rows(), outlines or places.outlines()),
        "review_note": None if outlines else places.REVIEW_NOTE,
        "types": vocabulary("service_types"),
        "states": theme.marks("coverage_states"),
        "reasons": vocabulary("coverage_reasons"),
        "classes": vocabulary("data_classes"),
        "class_colours": theme.DATA_CLASS_COLOURS,
        "verdicts": {
            True: Text("✓ 达到", "✓ met"),
            False: Text("✗ 未达到", "✗ missed"),
            None: Text("? 无法判断", "? unknown"),
        },
        "network_gaps": _network_gaps(report),
        "parameters": _parameters(report, lang),
        "day": numbers.day(report.as_of, lang),
        "moment": numbers.moment(report.meta.generated_at, lang),
        "state_class": state_class,
        "place": place,
        "gap_name": gap_name,
        "target_value": target_value,
        "class_shares": lambda counted: class_shares(counted, lang),
        "bands": theme.BANDS,
    }


def target_value(target: TargetStatus, value: float | None) -> str:
    """Return a target's value as its unit asks: a share as percent, a number grouped."""
    return numbers.percent(value) if target.unit_en == "share" else numbers.number(value)


def class_shares(counted: dict[str, int], lang: Lang) -> str:
    """Return shares of the data classes in words; a dash where no fact stands behind a figure."""
    whole = sum(counted.values())
    labels = vocabulary("data_classes")
    said = [f"{labels.text(c, lang)} {numbers.share(n, whole)}" for c, n in counted.items() if n]
    return ("；" if lang == "zh" else "; ").join(said) or numbers.UNKNOWN


def _network_gaps(report: GapReport) -> list[tuple[Text, list[NetworkGap]]]:
    """Return the gaps of the network by kind, in the order of their declaration, kinds without any left out."""
    headings = {
        "prefecture_without_window": Text("没有窗口的市（州）", "Prefectures without a window"),
        "county_without_presence": Text("没有窗口、站点和载体的区县", "Counties without window, station or carrier"),
        "park_out_of_reach": Text(
            "服务半径内没有窗口或站点的园区、开发区", "Parks and zones out of reach of a window or station"
        ),
        "base_out_of_reach": Text("服务半径内没有窗口或站点的双创基地", "Bases out of reach of a window or station"),
        "chain_unserved": Text("既无集群窗口又无载体的产业链", "Chains with neither cluster window nor carrier"),
        "chain_without_window": Text("没有集群窗口的产业链", "Chains without a cluster window"),
        "chain_without_carrier": Text("没有服务载体的产业链", "Chains without a carrier"),
    }
    gaps = [*report.network.vertical, *report.network.horizontal]
    counts = Counter(g.kind for g in gaps)
    kinds = [k for k in GAP_REASONS if counts[k]] + sorted(set(counts) - set(GAP_REASONS))
    return [(headings.get(k, Text(k, k)), [g for g in gaps if g.kind == k]) for k in kinds]


def _parameters(report: GapReport, lang: Lang) -> list[tuple[str, str]]:
    """Return name and value of everything that the figures depend on."""
    given = report.totals.meta.parameters | report.meta.parameters
    return [
        (
            PARAMETERS[k].get(lang) if k in PARAMETERS else k,
            v if isinstance(v, str) else json.dumps(v, ensure_ascii=False),
        )
        for k, v in given.items()
        if k != "group_by"
    ]
