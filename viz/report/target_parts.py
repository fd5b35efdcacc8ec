"""The part of a gap report about targets: the notice's, and those of other rules and the office's own."""

from graph.language import Text
from queries.policy.targets import PolicyTarget
from viz.numbers import UNKNOWN
from viz.report.document import Composer
from viz.report.model import GapReport
from viz.report.wording import Headings, class_shares, target_value

MET = {True: Text("✓ 达到", "✓ met"), False: Text("× 未达到", "× missed"), None: Text("? 无法判断", "? unknown")}


def targets(report: GapReport, to: Composer) -> None:
    """Targets against actual, and presence by level; both are the province's."""
    to.heading("目标与实际", "Targets and actual values")
    to.text(
        "目标见 2020 年 12 月 22 日通知第二条（到 2023 年），均就全省而言。实际值无从得知的，写“无法判断”，不写零。",
        "Targets are those of clause 2 of the notice of 22 December 2020, for 2023, and speak of the whole province. "
        "Where the actual value is not known the table says so; it does not say zero.",
    )
    say = Headings(to)
    to.table(
        ("目标任务完成情况（全省）", "Targets (whole province)"),
        (
            say.text("目标", "Target", 1.4),
            say.text("要求", "Required", 1.3),
            say.text("实际", "Actual"),
            say.text("是否达到", "Met", 1.2),
            say.text("说明", "Note", 3.4),
            say.text("数据性质", "Data class", 1.5),
        ),
        [
            (
                to.say(t.name_zh, t.name_en),
                f"{'>' if t.comparison == 'gt' else '≥'} {target_value(t, t.target)}"
                + ("" if t.unit_en == "share" else f" {to.say(t.unit_zh, t.unit_en)}"),
                target_value(t, t.actual),
                MET[t.met].get(to.lang),
                to.say(t.note_zh, t.note_en),
                class_shares(t.data_class, to.lang),
            )
            for t in report.targets
        ],
    )

    if report.rules:
        _rules(report.rules, to)


def _rules(rules: list[PolicyTarget], to: Composer) -> None:
    """Targets of other rules: what is due on the day, and month by month where a rule states a path."""
    say = Headings(to)
    to.text(
        "其他规定和自定目标如下；“应达到”按其写明的按月路径，没有路径的，到期后为目标值，未到期写“—”。",
        "Targets of other rules and of the office's own follow. “Due” is what their path by month asks for; without a "
        "path the target once its year is over, and “—” before.",
    )
    to.table(
        ("其他规定与自定目标（全省）", "Targets of other rules (whole province)"),
        (
            say.text("规定", "Rule", 2), say.text("目标", "Target", 1.6), say.text("要求", "Required", 1.1),
            say.text("应达到", "Due", 1.1), say.text("实际", "Actual", 1.1), say.text("是否达到", "Met", 1.2),
            say.text("达标市（州）", "Prefectures that do", 1.3),
        ),
        [
            (
                to.say(t.pack_name_zh, t.pack_name_en), to.say(t.name_zh, t.name_en), _at_least(t, t.target),
                _at_least(t, t.due), target_value(t, t.actual), _due_met(t, to), _share_met(t),
            )
            for t in rules
        ],
    )  # fmt: skip
    if differing := _differing(rules, to):
        listed = "、".join(differing) if to.lang == "zh" else ", ".join(differing)
        to.text(
            f"下列指标在有效的规定中有不同要求，逐项分列，不作取舍：{listed}。",
            f"Rules in force ask for different values of these; each stands for itself: {listed}.",
        )
    for target in rules:
        if target.path:
            name = Text(target.name_zh, target.name_en)
            to.table(
                (f"目标路径：{name.zh}", f"Path by month: {name.en}"),
                (say.text("月末", "End of", 1), say.text("应达到", "Due"), say.text("实际", "Actual"),
                 say.text("是否达到", "Met")),
                [
                    (m.month, _at_least(target, m.due), target_value(target, m.actual), MET[m.met].get(to.lang))
                    for m in target.path
                ],
            )  # fmt: skip


def _due_met(target: PolicyTarget, to: Composer) -> str:
    if not target.in_force:
        return to.say("规定不在有效期内", "not in force")
    return UNKNOWN if target.due is None else MET[target.due_met].get(to.lang)


def _differing(rules: list[PolicyTarget], to: Composer) -> list[str]:
    """Return the indicators of which rules in force ask for different values by the same year, with what they ask."""
    asked: dict[tuple[str, int | None], list[PolicyTarget]] = {}
    for target in rules:
        if target.in_force:
            asked.setdefault((target.indicator, target.by), []).append(target)
    said = []
    for those in asked.values():
        values = list(dict.fromkeys(_at_least(t, t.target) for t in those))
        if len(values) > 1:
            said.append(f"{to.say(those[0].name_zh, those[0].name_en)} {' / '.join(values)}")
    return said


def _at_least(target: PolicyTarget, value: float | None) -> str:
    said = target_value(target, value)
    return said if value is None else f"{'>' if target.comparison == 'gt' else '≥'} {said}"


def _share_met(target: PolicyTarget) -> str:
    known = [p for p in target.prefectures if p.met is not None]
    return f"{sum(bool(p.met) for p in known)}/{len(known)}" if known else "—"
