"""Parts of a gap report about what to do: helpers, the plan."""

from collections import Counter

from graph.language import Text, counted
from graph.vocabulary import vocabulary
from queries.allocation.flows import Flow
from queries.expansion.answer import Action, Expansion
from queries.money import money
from viz.chains import chain_name
from viz.numbers import decimals, number, percent
from viz.places import short_name
from viz.report.document import Composer, Value
from viz.report.model import GapReport, ReportScope
from viz.report.summary import place, taken
from viz.report.wording import Headings

FLOWS = 10
"""Flows between prefectures that are listed, the largest."""
ACTIONS = 30
"""Actions that are listed; the others are summed."""
ASSUMED = {"cost": Text("费用", "cost"), "capacity": Text("能力", "capacity"), "use": Text("余量", "use")}
KINDS = {"build": Text("建", "build"), "share": Text("共享", "share"), "upgrade": Text("提升", "upgrade")}


def helpers(report: GapReport, to: Composer) -> None:
    """Who could help: organisations elsewhere for a region, flows between prefectures for the province."""
    to.heading("可以提供帮助的机构与地区", "Who could help")
    if report.helpers is not None and any(p.would_meet != 0 for p in report.helpers.data):
        _partners(report, to)
    elif report.flows is not None and report.flows.flows:
        _flows(report, to)
    elif report.helpers is not None and report.helpers.data:
        most = len(report.helpers.data)
        to.text(
            f"外地有 {number(report.helpers.total)} 家机构符合条件，得分最高的 {most} 家都没有能补上缺口的余量。",
            f"Of {counted(report.helpers.total, 'organisation')} elsewhere the {most} with the highest score have no "
            "spare capacity that would fill any of the gap.",
        )
    else:
        to.text("没有找到可以补上缺口的外部余量。", "No spare capacity elsewhere was found that would fill a gap.")


def _partners(report: GapReport, to: Composer) -> None:
    found = report.helpers
    assert found is not None  # noqa: S101 its caller has looked
    say, helping = Headings(to), [p for p in found.data if p.would_meet != 0]  # what is unknown is not none
    _who_follow(found.total, len(found.data), len(helping), to)
    types = vocabulary("service_types")
    to.table(
        ("可以提供帮助的外地机构", "Organisations elsewhere that could help"),
        (
            say.number("序号", "No.", width=0.5),
            say.text("机构", "Organisation", 3),
            say.text("所在地", "Place", 1.2),
            say.text("服务类型", "Service types", 2.4),
            say.number("可用余量（次/年）", "Spare, a year", decimals(p.spare_capacity for p in helping), 1.1),
            say.number("可补缺口（次/年）", "Would meet, a year", decimals(p.would_meet for p in helping), 1.1),
            say.number("距离（公里）", "km", width=0.9),
            say.number("得分", "Score", 3, 0.8),
        ),
        [
            (
                at,
                p.name,
                to.say(p.region_name or "", short_name(p.region or "", p.region_name or "").en),
                to.say("、", ", ").join(types.text(t, to.lang) for t in p.service_types),
                p.spare_capacity,
                p.would_meet,
                p.distance_km,
                p.score,
            )
            for at, p in enumerate(helping, 1)
        ],
    )


def _who_follow(fitting: int, most: int, helping: int, to: Composer) -> None:
    """Say which of the organisations that fit are listed: of those with the highest score who would fill anything."""
    some = Text(f"中能补上缺口的 {helping} 家", f", {helping} of which would fill any of the gap,")
    zh, en = some if helping < most else Text("", "")
    to.text(
        f"外地有 {number(fitting)} 家机构符合条件，得分最高的 {most} 家{zh}如下。是否愿意、条件如何须另行商定。",
        f"{counted(fitting, 'organisation')} elsewhere {'fits' if fitting == 1 else 'fit'}; the {most} with the "
        f"highest score{en} {'follows' if most == 1 else 'follow'}. Whether they are willing, and on what terms, is "
        "still to be agreed.",
    )


def _flows(report: GapReport, to: Composer) -> None:
    found = report.flows
    assert found is not None  # noqa: S101 its caller has looked
    between = [f for f in found.flows if f.from_ != f.to]
    between.sort(key=lambda f: (-f.quantity, f.from_, f.to, f.service_type, f.industry or ""))
    listed = between[:FLOWS]
    rest = Text("都在市（州）内部即可调剂。", "all of them inside a prefecture.")
    if listed:
        rest = Text(
            f"其中 {number(found.met_inside)} 次在市（州）内部即可调剂，其余须跨市（州）共享。"
            f"数量最大的 {len(listed)} 项跨市（州）调剂如下。",
            f"{number(found.met_inside)} of them inside a prefecture, the rest by sharing between prefectures. The "
            f"{len(listed)} largest of these follow.",
        )
    share = percent(found.met / found.unmet_before)
    to.text(
        f"测算表明，现有余量至多可再满足每年 {number(found.met)} 次需求（占未满足需求的 {share}），{rest.zh}",
        f"Spare capacity could meet {number(found.met)} more services a year at most ({share} of what is unmet), "
        f"{rest.en}",
    )
    if listed:
        _flow_table(listed, to)


def _flow_table(listed: list[Flow], to: Composer) -> None:
    say, types = Headings(to), vocabulary("service_types")
    to.table(
        ("数量最大的跨市（州）余量调剂", "Largest flows of spare capacity between prefectures"),
        (
            say.text("供给地区", "From"),
            say.text("接收地区", "To"),
            say.text("服务类型", "Service type", 1.2),
            say.text("产业链", "Chain", 1.4),
            say.number("数量（次/年）", "Services a year", decimals(f.quantity for f in listed)),
            say.number("距离（公里）", "km"),
        ),
        [
            (
                to.say(f.from_name, short_name(f.from_, f.from_name).en),
                to.say(f.to_name, short_name(f.to, f.to_name).en),
                types.text(f.service_type, to.lang),
                chain_name(f.industry, f.industry_name).get(to.lang),
                f.quantity,
                f.distance_km,
            )
            for f in listed
        ],
    )


def _how_good(made: Expansion) -> Text:
    """Return what is proven of a plan."""
    if made.gap_of_effect == 0:
        return Text("已求证：没有效果更好的方案。", "It is proven that no plan has more effect.")
    off = percent(made.gap_of_effect) if made.gap_of_effect is not None else "—"
    if made.status in ("optimal", "within_gap"):
        return Text(
            f"已求证：任何方案的效果至多高出 {off}。",
            f"It is proven that no plan has more than {off} above its effect.",
        )
    return Text(
        f"方案未必最优：理论上至多还可改善相当于现有效果的 {off}。",
        f"It need not be the best: at most {off} of its effect could be added.",
    )


def plan(report: GapReport, to: Composer) -> None:
    """What to build, share and upgrade, as a table of actions."""
    to.heading("建设、共享与提升建议", "What to build, share and upgrade")
    made = report.plan
    if made is None or not made.actions or made.unmet_after is None:
        to.text(
            "没有可以测算的行动：需求不明、没有缺口，或没有有效果的候选行动。",
            "Nothing can be planned: demand is unknown, nothing is missing, or no candidate has an effect.",
        )
        return
    best, harm, budget, cost = _how_good(made), taken(made), money(report.budget), money(made.cost or 0.0)
    to.text(
        f"假设预算 {budget.zh}，费用取自费用假设表，并非报价；方案共 {len(made.actions)} 项，"
        f"费用 {cost.zh}，未满足需求由每年 {number(made.unmet_before)} 次减至 "
        f"{number(made.unmet_after)} 次{harm.zh}。{best.zh}"
        "效果按行动标识的顺序逐项叠加，合计即总效果，因此并列的候选可互换；责任单位和完成时限由主管部门填写。",
        f"Assumed: a budget of {budget.en} and the costs of the cost table, which are no "
        f"offers. The plan has {counted(len(made.actions), 'action')}, costs {cost.en} and brings unmet demand from "
        f"{number(made.unmet_before)} to {number(made.unmet_after)} services a year{harm.en}. {best.en} "
        f"Effects are added in the order of keys and sum to the whole, so ties may "
        "be exchanged. Who does it and by when is for the authority to fill in.",
    )
    for (out, come), times in Counter((len(p.without), len(p.instead)) for p in made.equal).items():
        others = Text("", "Another plan is") if times == 1 else Text(f" {times} 个", f"{times} other plans are")
        to.text(
            f"另有{others.zh}在容许差距之内同样好的方案：不做其中 {out} 项，改做另外 {come} 项；"
            "各项可用命令 shuniu expand 列出。",
            f"{others.en} as good within the accepted gap: without {out} of these actions and with "
            f"{counted(come, 'other')}; "
            "shuniu expand lists them.",
        )
    label = to.refer()
    to.text(f"各项行动见{label}。", f"The actions are in {label}.")
    to.annex(label, ("行动建议表", "Proposed actions"), lambda: _actions(report, to), wide=True)


def _actions(report: GapReport, to: Composer) -> None:
    made = report.plan
    assert made is not None  # noqa: S101 its caller has looked
    say = Headings(to)
    to.table(
        ("行动建议表", "Proposed actions"),
        (
            say.number("序号", "No.", width=0.5),
            say.text("缺口所在地", "Place of the gap", 1.4),
            say.text("方式", "Way", 0.7 if to.lang == "zh" else 1.0),
            say.text("行动", "Action", 2.8),
            say.number("费用（万元）", "Cost (10,000 yuan)", 0, 0.9),
            say.number("新增或转移能力（次/年）", "Capacity (a year)", 0, 1.1 if to.lang == "zh" else 1.2),
            say.number("减少未满足（次/年）", "Unmet less by", decimals(a.effect for a in made.actions), 1.1),
            say.number("单独做的效果", "Effect alone", decimals(a.alone for a in made.actions), 1),
            say.text("假设", "Assumed", 1.4),
            say.text("责任单位", "Responsible", 1.1 if to.lang == "zh" else 1.35),
            say.text("完成时限", "By when", 1.1),
        ),
        _action_rows(made.actions, report.scope, to),
    )


def _action_rows(actions: list[Action], scope: ReportScope, to: Composer) -> list[tuple[Value, ...]]:
    """Return the actions, those of largest effect first; the last row sums those that are not listed."""
    ranked = sorted(actions, key=lambda a: (-a.effect, a.key))
    rest = ranked[ACTIONS:]
    rows: list[tuple[Value, ...]] = []
    for at, a in enumerate(ranked[:ACTIONS], 1):
        way, what = KINDS[a.kind].get(to.lang) if a.kind in KINDS else a.kind, to.say(a.name, a.name_en)
        where = place(a, scope).get(to.lang)
        rows.append((at, where, way, what, a.cost, a.quantity, a.effect, a.alone, _assumed(a, to), "", ""))
    if rest:
        said = to.say(f"其余 {len(rest)} 项合计", f"{len(rest)} more, together")
        sums = (sum(a.cost for a in rest), sum(a.quantity for a in rest), sum(a.effect for a in rest))
        rows.append((None, "", "", said, *sums, None, "", "", ""))
    return rows


def _assumed(action: Action, to: Composer) -> str:
    return to.say("、", ", ").join(ASSUMED[a].get(to.lang) for a in action.assumed)
