"""An assessment as a document: who has which score, grade and rank, of what points, and how firm the order is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from graph.language import Lang, Text, capital, counted
from graph.vocabulary import vocabulary
from queries.answers import Answer
from queries.assessment.assess import DRAWS, Assessed, Assessment, part_name
from queries.assessment.scheme import INDICATORS, SHARES, Scheme
from viz.numbers import day, number, percent
from viz.places import short_name
from viz.report.document import Composer, ReportDocument, Value
from viz.report.official import OfficialHead
from viz.report.wording import Headings, class_shares

FIRM = 0.95
"""Share of the draws from which on an order of two is called firm."""
SUBJECTS = {"region": Text("市（州）", "prefecture"), "window": Text("窗口和载体", "window or carrier")}
SEVERAL = {"window": "windows and carriers"}
"""What several of them are called in English, where no s makes it so."""


@dataclass(frozen=True)
class AssessmentReport:
    """What is shown: all subjects by a scheme, and the scheme.

    Attributes:
        answer: the assessment of all subjects, best first.
        scheme: by which they are judged.
    """

    answer: Answer[Assessment]
    scheme: Scheme

    @property
    def as_of(self) -> date:
        """The day on which it is made."""
        return date.fromisoformat(str(self.answer.meta.parameters["as_of"]))

    @property
    def file_name(self) -> str:
        """What a file of it is called, without its ending."""
        return f"assessment-{self.scheme.id}-{self.as_of}"


def assessment_document(
    report: AssessmentReport, lang: Lang = "zh", official: OfficialHead | None = None
) -> ReportDocument:
    """Return the assessment in one language, with what the office puts above and below its documents."""
    to, head, found = Composer(lang), official or OfficialHead(), report.answer.data
    to.section("notice")
    _notices(report, to)
    for name, part in PARTS.items():
        to.section(name)
        part(report, to)
    body, annexes = to.finish()
    title = to.say("中小企业公共服务绩效评分报告", "Assessment of public services for small firms")
    version = report.answer.meta.graph_version
    subtitle = (
        to.say(found.title_zh, found.title_en),
        to.say(
            f"{found.months}　数据截至{day(report.as_of, 'zh')}　图版本 {version}",
            f"{found.months} · as of {day(report.as_of, 'en')} · graph version {version}",
        ),
    )
    return ReportDocument(
        title=title, subtitle=(*([head.issuer] if head.issuer else []), *subtitle), body=body, annexes=annexes,
        lang=lang, as_of=report.as_of, meta=report.answer.meta, official=head, sections=to.sections(),
        values={
            "title": title, "as_of": day(report.as_of, lang), "graph_version": str(version),
        }, mark=to.mark,
    )  # fmt: skip


def _notices(report: AssessmentReport, to: Composer) -> None:
    if not report.answer.data.checked:
        to.text(
            "评分方案未经核定，仅供试算，不得作为考核结果使用。",
            "Nobody approved this scheme: a trial only, no result of an appraisal.",
            "warning",
        )
    if report.answer.meta.data_class.get("SYNTHETIC"):
        shares = class_shares(report.answer.meta.data_class, to.lang)
        to.invented(
            f"本报告含示例（虚构）数据，仅供演示，不得作为事实引用或用于决策。数据性质：{shares}。",
            f"This report contains synthetic data: for demonstration only, not to be cited. Data classes: {shares}.",
        )


def _name(subject: Assessed, lang: Lang) -> str:
    return short_name(subject.key, subject.name).get(lang)


def _summary(report: AssessmentReport, to: Composer) -> None:
    to.heading("总体情况", "Summary")
    found, who = report.answer.data, SUBJECTS[report.scheme.of]
    judged = [s for s in found.subjects if s.rank is not None]
    if not judged:
        to.text(
            f"{found.months} 没有可以评分的{who.zh}：没有月度服务数据。没有数据不等于零分。",
            f"Nobody can be assessed for {found.months}: nothing is known of services, which is no score of zero.",
        )
        return
    silent = len(found.subjects) - len(judged)
    counts = Counter(s.grade for s in judged)
    grades = [
        Text(f"{g.grade} {n} 个", f"{n} {g.en or g.grade}") for g in report.scheme.grades if (n := counts[g.grade])
    ]
    if below := counts[None]:
        grades.append(Text(f"不足最低等次 {below} 个", f"{below} below every grade"))
    ends = _ends(judged)
    several = (
        f"{counted(len(judged), who.en, SEVERAL.get(report.scheme.of, ''))} {'was' if len(judged) == 1 else 'were'}"
    )
    to.text(
        f"{found.months} 共评分 {len(judged)} 个{who.zh}：" + "、".join(g.zh for g in grades)
        + f"。{ends.zh}。"
        + (f"另有 {silent} 个没有可评的指标，不评分，也不按零分计。" if silent else ""),
        f"{several} assessed for {found.months}: " + ", ".join(g.en for g in grades) + f". {ends.en}."
        + (f" {silent} more {'has' if silent == 1 else 'have'} no figure to be judged by: no score, and not zero."
           if silent else ""),
    )  # fmt: skip
    _firmness(judged, to)
    for subject in (s for s in found.subjects if s.appeals):
        to.text(
            f"{_name(subject, 'zh')}有未办结的申诉：{'、'.join(subject.appeals)}，分数可能更正。",
            f"{_name(subject, 'en')} has open appeals ({', '.join(subject.appeals)}): its points may be corrected.",
        )


def _ends(judged: list[Assessed]) -> Text:
    """Name the highest and the lowest score; of one alone, its score."""
    first, last = judged[0], judged[-1]
    high, low = number(first.score, 1), number(last.score, 1)
    if first is last:
        return Text(f"{_name(first, 'zh')}得 {high} 分", f"{_name(first, 'en')} has {high} points")
    return Text(
        f"最高的是{_name(first, 'zh')}（{high} 分），最低的是{_name(last, 'zh')}（{low} 分）",
        f"Highest is {_name(first, 'en')} ({high} points), lowest {_name(last, 'en')} ({low})",
    )


def _firmness(judged: list[Assessed], to: Composer) -> None:
    pairs = [(s.holds_over_next, s, after) for s, after in pairwise(judged)]
    known = [(holds, s, after) for holds, s, after in pairs if holds is not None]
    if not known:
        return
    firm = sum(holds >= FIRM for holds, *_ in known)
    holds, one, other = min(known, key=lambda pair: pair[0])
    to.text(
        f"权重随机变动 {number(DRAWS)} 次，相邻两名的 {len(known)} 对中，先后次序在 {FIRM:.0%} 以上的变动中不变的有 "
        f"{firm} 对；最不稳的是{_name(one, 'zh')}与{_name(other, 'zh')}，次序只在 {percent(holds)} 的变动中不变。"
        "名次相近的，不宜只凭先后区别对待。",
        f"Of {counted(len(known), 'pair')} of neighbours {firm} keep their order in {FIRM:.0%} or more of "
        f"{number(DRAWS)} draws of the weights; least firm are {_name(one, 'en')} and {_name(other, 'en')}, whose "
        f"order holds in {percent(holds)}. Close ranks alone are no reason to treat two differently.",
    )


def _ranks(report: AssessmentReport, to: Composer) -> None:
    if not report.answer.data.subjects:
        return
    to.heading("得分与名次", "Scores and ranks")
    say = Headings(to)
    to.table(
        ("得分、等次与名次", "Scores, grades and ranks"),
        (
            say.number("名次", "Rank", width=0.7), say.text("名称", "Name", 2.4), say.number("总分", "Score", 1),
            say.text("等次", "Grade", 1), say.number("加分", "Bonus", 1, 0.8),
            say.percent("有数据的权重", "Weight known", 1.1), say.percent("不低于下一名", "Holds over next", 1.1),
            say.number("名次下限", "Rank, best", width=0.9), say.number("名次上限", "Rank, worst", width=0.9),
            say.number("服务次数", "Services", width=1.1),
        ),
        [
            (s.rank, _name(s, to.lang), s.score, report.scheme.grade_text(s.grade).get(to.lang),
             s.bonus, s.known_weight, s.holds_over_next,
             s.rank_low, s.rank_high, s.services)
            for s in report.answer.data.subjects
        ],
        note=to.say(
            "总分为已知指标得分除以其权重，加上加分；“不低于下一名”是随机权重下次序不变的比例，名次下限、上限为随机权重下"
            "名次的第 5、第 95 百分位。",
            "Score: points by the weight that is known, and the bonus. “Holds over next”: share of draws of the "
            "weights in which the order holds; ranks: 5th and 95th percentile over the draws.",
        ),
    )  # fmt: skip


def _indicators(report: AssessmentReport, to: Composer) -> None:
    scheme, subjects = report.scheme, report.answer.data.subjects
    to.heading("指标与得分构成", "Indicators and points")
    say = Headings(to)
    unrecorded = sum(u.weight for u in scheme.unrecorded)
    whole = unrecorded + sum(i.weight for i in scheme.indicators)
    rows: list[tuple[Value, ...]] = [
        (capital(INDICATORS[i.id].get(to.lang)), i.weight / whole, _bound(i.id, i.floor), _bound(i.id, i.full),
         *_reached([s.parts[at].reached for s in subjects]))
        for at, i in enumerate(scheme.indicators)
    ]  # fmt: skip
    rows += [
        (capital(to.say(u.name.zh, u.name.en or u.name.zh)), u.weight / whole, None, None, None, None)
        for u in scheme.unrecorded
    ]
    to.table(
        ("评分方案的指标", "Indicators of the scheme"),
        (
            say.text("指标", "Indicator", 2), say.percent("权重", "Weight"), say.text("得零分", "No points at"),
            say.text("得满分", "All points at"), say.number("有数据的", "Known of", width=1.1),
            say.percent("平均达到", "Reached, mean", 1.2),
        ),
        rows,
    )  # fmt: skip
    if unrecorded:
        to.text(
            f"方案要求而本图不记录的指标占权重的 {percent(unrecorded / whole)}，其得分不知道，因此总分只反映其余部分。",
            f"{percent(unrecorded / whole)} of the weight is on indicators that the graph does not record; scores "
            "speak of the rest alone.",
        )
    if subjects:
        label = to.refer()
        to.text(f"各对象各项得分见{label}。", f"Points of each by indicator are in {label}.")
        to.annex(label, ("各项得分", "Points by indicator"), lambda: _points(report, to), wide=True)


def _reached(values: list[float | None]) -> tuple[int, float | None]:
    known = [v for v in values if v is not None]
    return len(known), sum(known) / len(known) if known else None


def _bound(indicator: str, value: float) -> str:
    if indicator in SHARES:
        return percent(value)
    return number(value, int(value != round(value)))


def _points(report: AssessmentReport, to: Composer) -> None:
    say, subjects = Headings(to), report.answer.data.subjects
    seen = [p for p in subjects[0].parts if p.indicator != "unrecorded"]
    columns = [say.number(part_name(p).zh, capital(part_name(p).en), 1, 1.1) for p in seen]

    def row(s: Assessed) -> tuple[Value, ...]:
        return (_name(s, to.lang), *(p.points for p in s.parts[: len(seen)]), s.bonus, s.score)

    to.table(
        ("各项得分（百分制）", "Points by indicator, of 100"),
        (say.text("名称", "Name", 2.2), *columns, say.number("加分", "Bonus", 1), say.number("总分", "Score", 1)),
        [row(s) for s in subjects],
        note=to.say(
            "各项得分按全部权重折算；没有数据的写“—”，其权重不计入总分。",
            "Points are of all weights; “—”: unknown, its weight is left out of the score.",
        ),
    )


def _method(report: AssessmentReport, to: Composer) -> None:
    found = report.answer.data
    to.heading("口径", "Definitions")
    seen = vocabulary("verifications")
    to.text(
        f"方案：{found.title_zh}。依据：{found.source}。所依据的文件：{seen.text(found.verification, 'zh')}。"
        "各项指标自“得零分”到“得满分”线性折算，超出的按两端计；没有数据的指标不计入，也不按零分计。"
        "每一分背后的服务记录可用命令 shuniu records 列出，申诉用 shuniu alerts appeal 提出。",
        f"Scheme: {found.title_en}. Source: {found.source_en}. The document it is after: "
        f"{seen.text(found.verification, 'en')}. Points are linear between “no points at” and "
        "“all points at”; an indicator without data counts neither for nor against. "
        "shuniu records lists the services behind each point; shuniu alerts appeal takes an appeal.",
    )
    classes = class_shares(report.answer.meta.data_class, to.lang)
    to.text(f"依据的月度汇总：{classes}。", f"Aggregates behind this report: {classes}.")


PARTS = {"summary": _summary, "ranks": _ranks, "indicators": _indicators, "method": _method}
"""The parts, by the names that a template has for them."""
