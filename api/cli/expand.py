"""``shuniu expand``: what should we build, share or upgrade next?"""

import typer

from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.expansion import EXPAND
from graph.language import Lang, Text
from graph.places.english import name_in
from graph.places.gazetteer import places
from graph.vocabulary import vocabulary
from queries.amounts import NOTHING, services
from queries.answers import Answer
from queries.expansion.answer import Expansion, ExpansionQuestion
from queries.money import millions, money

app = typer.Typer()

PLACES_SHOWN = 8
NAMED = 3
"""Actions that are named in the sentence."""
BETWEEN: dict[Lang, str] = {"zh": "、", "en": ", "}
CHANGED = 0.05
STATUS = {
    "optimal": Text("已证明最优", "proven best"),
    "within_gap": Text("在容许差距内", "within the accepted gap"),
    "best_found": Text("时限内找到的最好方案，未证明最优", "best found in time, not proven best"),
    "not_found": Text("时限内没有找到方案，请加大 --time-limit", "none found in time: raise --time-limit"),
    "infeasible": Text("没有满足全部限制的方案", "no plan keeps every limit"),
}
GOALS = {
    "unmet": Text("未满足需求（次/年）", "unmet demand, a year"),
    "cost": Text("费用（万元）", "cost, million yuan"),
    "max-min": Text("最差地区覆盖率", "worst-served ratio"),
    "max-cover": Text("半径内的需求（次/年）", "demand within reach, a year"),
    "set-cover": Text("覆盖全部地区的费用（万元）", "cost of covering all, million yuan"),
    "p-median": Text("需求到最近窗口的平均公里数", "mean km of demand to its nearest window"),
    "kolm-pollak": Text("兼顾公平的等价公里数", "equally distributed equivalent km"),
}


@app.command("expand")
@derived(EXPAND, limit=30)
def show_plan(made: Answered[ExpansionQuestion, Answer[Expansion]]) -> None:
    """Print the plan: what to do, what it brings in sum and by prefecture, and the explanations asked for."""
    answer, limit, lang = made.answer, made.limit, made.lang
    data = answer.data
    names = {"name": "name" if lang == "zh" else "name_en"}
    unknown = Text("（当地需求未知）", " (demand there is unknown)").get(lang)
    rows = [
        {**a.model_dump(), "name": getattr(a, names["name"]) + ("" if a.demand_known else unknown)}
        for a in data.actions
    ]
    ranked = sorted(rows, key=lambda r: (-r["marginal"], r["key"]))
    if rows:
        title = Text(f"建议行动（{len(rows)} 项）", f"Actions ({len(rows)})").get(lang)
        columns = ["name", "cost", "gain", "harm", "alone", "key"]
        out().print(table(title, columns, ranked[:limit], lang))
        tell_more(limit, len(rows), lang)
        out().print()
    if data.unmet_after is not None:
        out().print(_said(data, made.question.region, [row["name"] for row in ranked], lang), soft_wrap=True)
    _sum(data, made.question, lang)
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


def _sum(data: Expansion, asked: ExpansionQuestion, lang: Lang) -> None:
    say(STATUS[data.status], lang)
    if data.objective is not None and data.bound is not None and data.gap is not None:
        of = _goal(data, asked)
        # No digit that the proof leaves open.
        whole = abs(data.objective - data.bound) >= 1
        form = ".2%" if data.objective_of == "max-min" else ",.0f" if whole else ",.1f"
        value, bound = (_told(data.objective_of, n, form, lang) for n in (data.objective, data.bound))
        share = Text("", "")
        if data.gap_of_effect is not None:
            share = Text(f"（为方案效果的 {data.gap_of_effect:.1%}）", f" ({data.gap_of_effect:.1%} of the effect)")
        say(Text(f"目标：{of.zh} {value}，界 {bound}，差距 {data.gap:.2%}{share.zh}，用时 {data.seconds:.1f} 秒",
                 f"Goal: {of.en} {value}, bound {bound}, gap {data.gap:.2%}{share.en}, {data.seconds:.1f} s"),
            lang)  # fmt: skip
    if data.effect_by_distance:
        _echo_parts(data, lang)
    for plan in data.equal:
        say(Text(f"同样好（在容许差距内）：{plan.text_zh}", f"As good (within the gap): {plan.text_en}"), lang)
    for relaxed in data.relaxations:
        say(Text(f"可行的办法：{relaxed.text_zh}", f"A way out: {relaxed.text_en}"), lang)
    if data.why_not:
        say(Text(f"为何不选“{data.why_not.name}”：{data.why_not.text_zh}",
                 f"Why not {data.why_not.key}: {data.why_not.text_en}"), lang)  # fmt: skip


def _goal(data: Expansion, asked: ExpansionQuestion) -> Text:
    """Return what the goal is; one that counts what is added elsewhere, too, is no figure of the scope alone."""
    priced = data.objective_of == "unmet" and asked.harm == "price" and asked.harm_price
    if not priced or (data.harm_outside or 0.0) < CHANGED:
        return GOALS[data.objective_of]
    taken = services(data.harm_outside or 0.0)
    times = f" × {asked.harm_price:g}" if asked.harm_price != 1 else ""
    return Text(
        f"未满足需求，连同别处多缺的 {taken}{times}（次/年）",
        f"unmet demand and the {taken}{times} more elsewhere, a year",
    )


def _said(data: Expansion, region: str | None, names: list[str], lang: Lang) -> str:
    """Return what is proposed and what it brings, to be read aloud."""
    none = _idle(data)
    more = Text(f" 等 {len(names)} 项", f" and {len(names) - NAMED} more") if len(names) > NAMED else Text("", "")
    first = names[:NAMED] or [none.get(lang)]
    named = ("、" if lang == "zh" else "; ").join(first) + more.get(lang)
    place = _place(region)
    saved, cost, taken = (
        data.unmet_before - (data.unmet_after or 0.0),
        money(data.cost or 0.0),
        data.harm_outside or 0.0,
    )
    harm = Text("", "")
    if taken >= 1:
        harm = Text(f"；别处因此多缺 {taken:,.0f} 次", f"; elsewhere {taken:,.0f} more are unmet because of it")
    return Text(
        f"建议：{named}。共 {cost.zh}，{place.zh}每年少缺 {saved:,.0f} 次（{data.unmet_before:,.0f} → "
        f"{data.unmet_after:,.0f}），覆盖率 {data.ratio_before:.1%} → {data.ratio_after:.1%}{harm.zh}。",
        f"Proposed: {named}. For {cost.en} {saved:,.0f} fewer services a year are unmet in "
        f"{place.en} ({data.unmet_before:,.0f} → {data.unmet_after:,.0f}), "
        f"covered {data.ratio_before:.1%} → {data.ratio_after:.1%}{harm.en}.",
    ).get(lang)


def _idle(data: Expansion) -> Text:
    """Say why nothing is proposed."""
    demand = sum(group.demand for group in data.groups)
    if data.objective_of == "set-cover" or (data.objective_of == "max-cover" and (data.objective or 0.0) >= demand):
        why = Text("现有窗口、站点已覆盖全部有需求的地区", "what stands already covers every place with demand")
    elif not data.unmet_before:
        why = Text("没有已知的未满足需求", "no demand is known to be unmet")
    elif not data.candidates:
        why = Text("没有能减少未满足的候选行动", "no candidate would meet any of it")
    else:
        why = Text("限制之内没有能改善目标的行动", "none within the limits brings the goal nearer")
    return Text(f"不采取行动（{why.zh}）", f"no action ({why.en})")


def _told(goal: str, value: float, form: str, lang: Lang) -> str:
    """Return the value of a goal; costs are counted in 10,000 yuan, and told in millions in English."""
    return millions(value) if lang == "en" and goal in ("cost", "set-cover") else format(value, form)


def _place(region: str | None) -> Text:
    """Return the name of what is asked about: the province, an economic zone, a division."""
    zones = vocabulary("economic_zones")
    if region is None:
        return Text("全省", "the province")
    if region in zones:
        return Text(zones.text(region, "zh"), zones.text(region, "en"))
    name = places()[region].full_name
    return Text(name, name_in("en", name))


def _echo_parts(data: Expansion, lang: Lang) -> None:
    near, middle, far = data.effect_by_distance.values()
    classes, parts = vocabulary("data_classes"), [(c, n) for c, n in data.effect_by_data_class.items() if n > NOTHING]
    zh, en = (
        between.join(f"{classes.text(c, of)} {services(n)}" for c, n in parts) or "–" for of, between in BETWEEN.items()
    )
    harm = (data.harm_outside or 0.0) >= CHANGED
    net = Text("（已扣去别处多缺）", ", less what is added elsewhere") if harm else Text("", "")
    say(Text(
        f"效果按远近{net.zh}：30 公里以内 {services(near)}，30–60 公里 {services(middle)}，更远 {services(far)}；"
        f"按需求的数据性质：{zh}",
        f"Effect by distance{net.en}: within 30 km {services(near)}, 30 to 60 km {services(middle)}, farther "
        f"{services(far)}; by class of the demand's data: {en}"), lang)  # fmt: skip
