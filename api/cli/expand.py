"""``shuniu expand``: what should we build, share or upgrade next?"""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import (
    Day,
    Form,
    Freshness,
    Industry,
    Language,
    Limit,
    Output,
    Rates,
    Region,
    ServiceType,
    StoreUrl,
    opened,
    read_day,
    speak,
)
from api.cli.output import Format, emit, form_of, meta_line, out, say, table, tell_more
from api.cli.progress import at_work
from api.questions.codes import industry_code, region_code
from api.questions.declaration import FRESHNESS_DAYS
from api.questions.expansion import asked_budget, budgets, one_of
from api.settings import read_settings
from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.answers import Answer
from queries.demand import read_rates
from queries.expansion.answer import HARMS, OBJECTIVES, Expansion, ExpansionQuestion
from queries.expansion.costs import default_costs, read_costs
from queries.expansion.expand import expand

app = typer.Typer()

PLACES_SHOWN = 8
CHANGED = 0.05
Budget = Annotated[float | None, typer.Option("--budget", help="预算（万元），默认 1000 / budget, 10,000 yuan")]
Goal = Annotated[str, typer.Option("--objective", help="目标 / goal: " + "|".join(OBJECTIVES))]
Actions = Annotated[Path | None, typer.Option("--actions", help="行动费用文件 / costs of actions (YAML)")]
Kinds = Annotated[str, typer.Option("--kinds", help="类别，如 share,station / kinds, e.g. share,station")]
HarmMode = Annotated[
    str, typer.Option("--harm", help="别处因此多缺：price 计入目标，allow 只列出，forbid 不许 / unmet added elsewhere")
]
HarmPrice = Annotated[
    float, typer.Option("--harm-price", min=0, max=999, help="别处多缺一次抵这里几次 / weight of unmet added elsewhere")
]
Unknown = Annotated[bool, typer.Option("--with-unknown", help="也考虑需求未知之地 / places of unknown demand, too")]
Keys = Annotated[
    list[str] | None, typer.Option("--fix", help="必选：行动、站点或地区，可重复 / must be in: action, site, place")
]
Without = Annotated[list[str] | None, typer.Option("--exclude", help="排除：行动、站点或地区，可重复 / must not be in")]
Target = Annotated[float | None, typer.Option("--target-ratio", help="要达到的覆盖率 0–1 / ratio to reach")]
WhyNot = Annotated[str | None, typer.Option("--why-not", help="为何不选：行动、站点或地区 / why is this not chosen")]
Curve = Annotated[str, typer.Option("--curve", help="多个预算，如 100,200,500 / effect of several budgets")]
Sites = Annotated[int | None, typer.Option("--sites", min=1, help="新建至多几处 / new stations and windows at most")]
Cover = Annotated[float, typer.Option("--reach-km", min=0.1, max=1000, help="覆盖半径（公里）/ covering distance")]
Seconds = Annotated[
    float,
    typer.Option(
        "--time-limit",
        min=0.1,
        max=3600,
        help="求解的计算量，约合秒数，与机器快慢无关 / work of the search, in about seconds",
    ),
]
Gap = Annotated[float, typer.Option("--gap", min=0, max=0.5, help="可接受的相对差距 / accepted relative gap")]


@app.command("expand")
def expand_command(
    budget: Budget = None, objective: Goal = "unmet", region: Region = None, industry: Industry = None,
    service_type: ServiceType = None, kinds: Kinds = "build,share,upgrade", fix: Keys = None, exclude: Without = None,
    target_ratio: Target = None, why_not: WhyNot = None, curve: Curve = "", sites: Sites = None,
    reach_km: Cover = 60.0, time_limit: Seconds = 6.0, gap: Gap = 1e-4, actions: Actions = None, as_of: Day = None,
    freshness_days: Freshness = FRESHNESS_DAYS, rates: Rates = None, limit: Limit = 30, form: Form = Format.table,
    output: Output = None, with_unknown: Unknown = False, harm: HarmMode = "price", harm_price: HarmPrice = 1.0,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """扩展方案：预算内建什么、共享什么、升级什么 / what to build, share or upgrade under a budget."""
    speaking, form = speak(lang), form_of(form, output)
    question = ExpansionQuestion(
        budget=asked_budget(budget, objective, target_ratio, curve, sites),
        objective=one_of("objective", objective, OBJECTIVES), region=region_code(region) if region else None,
        industry=industry_code(industry) if industry else None,
        service_type=vocabulary("service_types").resolve(service_type) if service_type else None,
        kinds=tuple(k.strip() for k in kinds.split(",") if k.strip()),
        fixed=tuple(fix or ()), excluded=tuple(exclude or ()), with_unknown=with_unknown,
        harm=one_of("harm", harm, HARMS), harm_price=harm_price,
        target_ratio=target_ratio, why_not=why_not, curve=budgets(curve), sites=sites,
        reach_km=reach_km, time_limit=time_limit, gap=gap, as_of=read_day(as_of), freshness_days=freshness_days,
        rates=read_rates(rates) if rates else read_settings().rates(),
        costs=read_costs(actions) if actions else default_costs(),
    )  # fmt: skip
    with opened(store) as opened_store, at_work(speaking, Text("求解中", "solving")):
        answer = expand(opened_store, question)
    if form is Format.table:
        show(answer, limit, speaking)
    else:
        emit(form, [a.model_dump(mode="json") for a in answer.data.actions], answer.model_dump(mode="json"), output)
    if answer.data.status in ("infeasible", "not_found"):
        raise typer.Exit(1)


STATUS = {
    "optimal": Text("已证明最优", "proven best"),
    "within_gap": Text("在容许差距内", "within the accepted gap"),
    "best_found": Text("时限内找到的最好方案，未证明最优", "best found in time, not proven best"),
    "not_found": Text("时限内没有找到方案，请加大 --time-limit", "none found in time: raise --time-limit"),
    "infeasible": Text("没有满足全部限制的方案", "no plan keeps every limit"),
}
GOALS = {
    "unmet": Text("未满足需求（次/年）", "unmet demand, a year"),
    "cost": Text("费用（万元）", "cost, 10,000 yuan"),
    "max-min": Text("最差地区覆盖率", "worst-served ratio"),
    "max-cover": Text("半径内的需求（次/年）", "demand within reach, a year"),
    "set-cover": Text("覆盖全部地区的费用（万元）", "cost of covering all, 10,000 yuan"),
    "p-median": Text("需求到最近窗口的平均公里数", "mean km of demand to its nearest window"),
    "kolm-pollak": Text("兼顾公平的等价公里数", "equally distributed equivalent km"),
}


def show(answer: Answer[Expansion], limit: int, lang: Lang) -> None:
    """Print the plan: what to do, what it brings in sum and by prefecture, and the explanations asked for."""
    data = answer.data
    names = {"name": "name" if lang == "zh" else "name_en"}
    unknown = Text("（当地需求未知）", " (demand there is unknown)").get(lang)
    rows = [
        {**a.model_dump(), "name": getattr(a, names["name"]) + ("" if a.demand_known else unknown)}
        for a in data.actions
    ]
    if rows:
        ranked = sorted(rows, key=lambda r: (-r["marginal"], r["key"]))
        title = Text(f"建议行动（{len(rows)} 项）", f"Actions ({len(rows)})").get(lang)
        columns = ["name", "cost", "gain", "harm", "alone", "key"]
        out().print(table(title, columns, ranked[:limit], lang))
        tell_more(limit, len(rows), lang)
        out().print()
    _sum(data, lang)
    if data.groups:
        changed = [g for g in data.groups if abs(g.unmet_after - g.unmet_before) >= CHANGED]
        best = sorted(changed, key=lambda g: (g.unmet_after - g.unmet_before, g.region))[:PLACES_SHOWN]
        title = Text("改善最多的市州", "Prefectures that gain most").get(lang)
        columns = ["region_name", "demand", "unmet_before", "unmet_after", "ratio_before", "ratio_after"]
        out().print()
        out().print(table(title, columns, [g.model_dump() for g in best], lang))
    if data.curve:
        title = Text("预算与效果", "Effect of budgets").get(lang)
        columns = ["budget", "actions", "cost", "unmet_after", "ratio_after", "gap"]
        out().print()
        out().print(table(title, columns, [p.model_dump() for p in data.curve], lang))
    for assumed in data.assumptions:
        say(Text(assumed.text_zh, assumed.text_en), lang)
    out().print(meta_line(answer.meta, lang))


def _sum(data: Expansion, lang: Lang) -> None:
    say(STATUS[data.status], lang)
    if data.objective is not None and data.bound is not None and data.gap is not None:
        of = GOALS[data.objective_of]
        # No digit that the proof leaves open.
        whole = abs(data.objective - data.bound) >= 1
        form = ".2%" if data.objective_of == "max-min" else ",.0f" if whole else ",.1f"
        value, bound = format(data.objective, form), format(data.bound, form)
        share = Text("", "")
        if data.gap_of_effect is not None:
            share = Text(f"（为方案效果的 {data.gap_of_effect:.1%}）", f" ({data.gap_of_effect:.1%} of the effect)")
        say(Text(f"目标：{of.zh} {value}，界 {bound}，差距 {data.gap:.2%}{share.zh}，用时 {data.seconds:.1f} 秒",
                 f"Goal: {of.en} {value}, bound {bound}, gap {data.gap:.2%}{share.en}, {data.seconds:.1f} s"),
            lang)  # fmt: skip
    if data.unmet_after is not None and data.cost is not None:
        say(Text(
            f"费用 {data.cost:,.0f} 万元；未满足需求 {data.unmet_before:,.0f} → {data.unmet_after:,.0f} 次/年，"
            f"覆盖率 {data.ratio_before:.1%} → {data.ratio_after:.1%}",
            f"Cost {data.cost:,.0f} (10,000 yuan); unmet {data.unmet_before:,.0f} → {data.unmet_after:,.0f} a year, "
            f"covered {data.ratio_before:.1%} → {data.ratio_after:.1%}"), lang)  # fmt: skip
    if data.harm_outside:
        say(Text(f"范围外因能力移出多缺 {data.harm_outside:,.1f} 次/年",
                 f"Outside the scope {data.harm_outside:,.1f} more are unmet"), lang)  # fmt: skip
    for plan in data.equal:
        say(Text(f"同样好（目标 {plan.objective:,.1f}，在容许差距内）：{plan.text_zh}",
                 f"As good (goal {plan.objective:,.1f}, within the gap): {plan.text_en}"), lang)  # fmt: skip
    for relaxed in data.relaxations:
        say(Text(f"可行的办法：{relaxed.text_zh}", f"A way out: {relaxed.text_en}"), lang)
    if data.why_not:
        say(Text(f"为何不选“{data.why_not.name}”：{data.why_not.text_zh}",
                 f"Why not {data.why_not.key}: {data.why_not.text_en}"), lang)  # fmt: skip
