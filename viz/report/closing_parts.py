"""Parts of a gap report that let a reader judge it: method, parameters, sources, the figures behind the charts."""

import json
import re
from typing import Any

from graph.language import Text, capital, counted
from graph.vocabulary import vocabulary
from queries.methods import NAMES as METHODS
from viz.chains import chain_name
from viz.numbers import number
from viz.report.document import Composer, ReportFigure
from viz.report.model import GapReport
from viz.report.wording import Headings, class_shares, state_text

PARAMETERS = {
    "as_of": Text("分析日", "Day of analysis"),
    "standard": Text("达标线（每次需求应有的能力）", "Standard: capacity per service asked for"),
    "freshness_days": Text("数据时效（天）", "Freshness limit, days"),
    "region": Text("地区", "Region"),
    "industry": Text("产业", "Industry"),
    "service_type": Text("服务类型", "Service type"),
    "reach_km": Text("园区、基地的服务半径（公里）", "Reach of windows and stations, km"),
    "rates": Text("每家企业年需求次数", "Services a year per enterprise"),
    "method": Text("可及性方法", "Method of accessibility"),
}
"""Names of the parameters that a reader meets; any other is shown by its own name."""
_OPTION = re.compile(r"（--[^）]*）| \(--[^)]*\)")
"""What a command line would put in place of a default: nothing for a document."""
METHOD = (
    Text(
        "单元为地区（区县，或只知市（州）的市本级）× 产业链 × 服务类型。",
        "A cell is a region (county, or prefecture where no more is known), an industry chain and a service type.",
    ),
    Text(
        "需求 D = 企业数 × 每家企业年需求次数 + 需求清单中未办结的数量（次/年）。",
        "Demand D = enterprises × services asked for a year by each, plus open needs of a needs list.",
    ),
    Text(
        "供给按两步移动搜寻法：先算资源的供需比 R = K ÷ Σ(D·w)，再算单元的可及能力 A = Σ(R·w)；可及供给 = A·D。"
        "K 为年服务能力，w 为随距离衰减的权重（线下 60 公里高斯衰减、180 公里为限；"
        "线上在服务范围内为 1）。同一能力不重复计算。",
        "Supply by two-step floating catchment: R = K ÷ Σ(D·w) for each resource, A = Σ(R·w) for each cell, supply = "
        "A·D. K is yearly capacity, w the weight of distance (offline: Gaussian, 60 km, none beyond 180 km; online: 1 "
        "within scope). No capacity is counted twice.",
    ),
    Text(
        "覆盖率 = min(1, A)，汇总时按需求加权；未满足需求 = D ×（1 − 覆盖率）；本地覆盖率只计本市（州）的资源。",
        "Share met = min(1, A), weighted by demand where rolled up; unmet = D × (1 − share met); met locally counts "
        "resources of the same prefecture only.",
    ),
    Text(
        "状态：已覆盖为 A 不低于达标线；部分覆盖为 A 大于 0、低于达标线；空白为没有资源可及；"
        "数据不明为需求未报送或数据超过时效，"
        "不计为零，也不计为已覆盖；不适用为已知需求为 0。",
        "States: covered, A at or above the standard; partly covered, above 0; not covered, no resource within reach; "
        "unknown, demand not reported or older than the limit, neither zero nor covered; not applicable, demand known "
        "to be 0.",
    ),
)


def assumed(report: GapReport, to: Composer) -> None:
    """What stands in the report although nobody stated it, and what of the report rests on it."""
    parts = [(Text("覆盖与缺口的全部数字", "all figures of coverage and gaps"), report.assumptions)]
    if report.flows is not None:
        parts.append((Text("地区间余量调剂", "spare capacity between prefectures"), report.flows.assumptions))
    if report.plan is not None:
        parts.append((Text("行动建议", "proposed actions"), report.plan.assumptions))
    known = {a.text_zh for a in report.assumptions}
    rows = [
        (to.say(_OPTION.sub("", a.text_zh).removeprefix("假设："), _stated(_OPTION.sub("", a.text_en))), to.say(*of))
        for of, found in parts
        for a in found
        if found is report.assumptions or a.text_zh not in known
    ]
    if not rows:
        return
    to.heading("假设及其影响", "Assumptions and what rests on them")
    to.text(
        "下列各项没有人写明，由默认值代替；查实后数字会变。",
        "Nobody stated what follows; defaults stand for it, and figures will change once it is known.",
    )
    say = Headings(to)
    to.table(
        ("本报告的假设", "Assumptions of this report"),
        (say.text("假设", "Assumption", 4), say.text("涉及内容", "What rests on it", 2)),
        [*rows],
    )


def _stated(assumption: str) -> str:
    """Return an assumption in English without the word that the table's title says."""
    return capital(assumption.removeprefix("Assumed: "))


def method(report: GapReport, to: Composer) -> None:
    """How figures are defined, and the parameters that they depend on."""
    to.heading("口径与方法", "Definitions and method")
    for said in METHOD:
        to.text(*said)
    given = report.totals.meta.parameters | report.meta.parameters
    rows = [
        (PARAMETERS[k].get(to.lang) if k in PARAMETERS else k, _written(k, v, report, to))
        for k, v in given.items()
        if k != "group_by"
    ]
    rows += [
        (to.say("图版本", "Graph version"), str(report.meta.graph_version)),
        (to.say("分类与模型版本", "Taxonomy version"), report.meta.taxonomy_version),
        (to.say("快照", "Snapshot"), report.snapshot.id),
    ]
    say = Headings(to)
    to.table(
        ("本报告使用的参数", "Parameters of this report"),
        (say.text("参数", "Parameter", 2), say.text("取值", "Value", 2)),
        [*rows],
    )


def _written(name: str, value: Any, report: GapReport, to: Composer) -> str:
    """Return a parameter as a reader knows it: what codes stand for, numbers without a needless decimal."""
    match name:
        case "region":
            return report.scope.name.get(to.lang)
        case "industry":
            return chain_name(report.scope.industry, report.scope.industry_name).get(to.lang) or str(value)
        case "service_type":
            return vocabulary("service_types").text(value, to.lang)
        case "method":
            return METHODS[value].get(to.lang)
    if isinstance(value, str | float):
        return value if isinstance(value, str) else f"{value:g}"
    return json.dumps(value, ensure_ascii=False)


def origins(report: GapReport, to: Composer) -> None:
    """Data classes of the facts, and the public names of their sources."""
    to.heading("数据来源与性质", "Sources and data classes")
    shares = class_shares(report.meta.data_class, to.lang)
    to.text(f"本报告的数字所依据的事实：{shares}。", f"Facts behind the figures of this report: {shares}.")
    if report.synthetic:
        to.text(
            "其中的演示虚构数据由程序按公开的总量和分布生成，不对应任何真实机构或企业。",
            "The synthetic part was generated from published totals and distributions and stands for no real "
            "organisation or enterprise.",
        )
    if not report.sources:
        to.text("没有登记来源。", "No source is on record.")
        return
    classes, say = vocabulary("data_classes"), Headings(to)
    columns = (say.text("来源", "Source", 5), say.text("数据性质", "Data class", 1.2), say.number("条目数", "Entries"))
    rows = [(source, classes.text(c, to.lang), n) for source, c, n in report.sources]
    whole, title = number(sum(n for *_, n in report.sources)), ("来源（全图）", "Sources (whole graph)")
    label = to.refer()
    to.text(
        f"来源共 {len(rows)} 个、条目 {whole} 条，名称见{label}。百分数保留一位小数，合计可能因四舍五入略有出入；"
        "“—”表示不明或不适用，不等于零。",
        f"{counted(len(rows), 'source')} gave {whole} entries; their names are in {label}. Percentages have one "
        "decimal, so sums may differ slightly; “—” means unknown or not applicable, never zero.",
    )
    to.annex(label, title, lambda: to.table(title, columns, [*rows]), wide=False)


def figure_data(report: GapReport, to: Composer) -> None:  # noqa: ARG001 the figures say what they draw
    """Write every number behind a chart into an annex, in full precision for a workbook."""
    figures = [b for b in to.body if isinstance(b, ReportFigure)]
    if not figures:
        return
    label = to.refer()
    to.text(f"各图的数据见{label}。", f"The data behind the figures are in {label}.")
    to.annex(label, ("图中数据", "Data behind the figures"), lambda: _data_tables(figures, to), wide=False)


def _data_tables(figures: list[ReportFigure], to: Composer) -> None:
    say = Headings(to)
    for figure in figures:
        name = figure.caption.split(to.say("　", "."))[0]
        bars = figure.drawn.bars
        to.table(
            (f"{name}的数据", f"Data of {name.lower()}"),
            (
                say.text("地区", "Place", 2),
                say.percent(figure.drawn.axis, figure.drawn.axis),
                say.text("状态", "State"),
            ),
            [(b.label, b.value, state_text(b.state, to.lang)) for b in bars],
            states=[(None, None, b.state) for b in bars],
        )
