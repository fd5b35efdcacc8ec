"""What the rules find on a day. What is unknown finds nothing: silence of a region that never reports is no alarm."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pandas as pd
from pydantic import Field

from graph.errors import NotFound
from graph.language import Text
from graph.places.gazetteer import places
from graph.stores.base import Query, ReadSession, Store
from graph.vocabulary import vocabulary
from queries.alerts.complaints import overdue, unvisited
from queries.alerts.rules import Rule, RuleHit, RuleKind
from queries.answers import Result
from queries.coverage import CoverageQuestion, coverage
from queries.data_classes import BEHIND, among, by_group
from queries.kpi import last_full_months
from queries.network.nodes import network_facts
from queries.recognitions import counting, recognised
from queries.snapshots import DiffQuestion, diff
from queries.validity import active

_ENDING = {"key": str, "name": str, "until": date, "data_class": str}
RESOURCES = Query(
    "MATCH (n:Resource) WHERE n.until >= $first AND n.until <= $last "
    "RETURN n.key AS key, n.name AS name, n.until AS until, n.data_class AS data_class",
    _ENDING,
)
TITLES = Query(
    "MATCH (n:Enterprise)-[h:HOLDS]->(t:Title) WHERE h.until >= $first AND h.until <= $last "
    "RETURN n.key + '/' + t.key AS key, n.name + '·' + t.name AS name, h.until AS until, h.data_class AS data_class",
    _ENDING,
)
RATINGS = Query(
    "MATCH (m:ServiceMonth)-[:LOCATED_IN]->(r:Region) WHERE m.month = $month AND m.services IS NOT NULL "
    "RETURN r.key AS region, m.data_class AS data_class, sum(m.rated) AS rated, sum(m.satisfied) AS satisfied",
    {"region": str, "data_class": str, "rated": int, "satisfied": int},
)
LAST_MONTHS = Query(
    "MATCH (m:ServiceMonth) WHERE m.month <= $last AND m.services > 0 "
    "MATCH (s:Window|Carrier)-[:DELIVERED]->(m) "
    "RETURN s.key AS site, m.data_class AS data_class, max(m.month) AS month",
    {"site": str, "data_class": str, "month": str},
)


class AlertFinding(Result):
    """One thing that a rule found; rule, subject and occasion tell it from any other, for ever."""

    rule: str = Field(description="规则标识 / id of the rule")
    subject: str = Field(description="对象的代码或标识 / code or key of what it is about")
    occasion: str = Field(description="哪一次：月份或日期 / which time: a month or day")
    subject_name: str = Field(description="对象名称 / name of what it is about")
    text_zh: str = Field(description="发现了什么 / what was found, Chinese")
    text_en: str = Field(description="发现了什么（英文）/ what was found")
    assign: str = Field(description="交办对象 / to whom the rule assigns it")
    assign_en: str = Field(default="", description="交办对象（英文）/ the same in English, where the rule says it")
    region: str | None = Field(
        default=None, description="所在市（州），对象本身不说明时 / its prefecture, where the subject does not tell"
    )
    data_class: list[str] = Field(default=[], description=BEHIND)
    rule_zh: str = Field(default="", description="规则名称 / name of the rule, Chinese")
    rule_en: str = Field(default="", description="规则名称（英文）/ name of the rule")

    @property
    def key(self) -> str:
        """What tells it from any other."""
        return "|".join((self.rule, self.subject, self.occasion))


def findings(store: Store, rules: tuple[Rule, ...], *, as_of: date) -> list[AlertFinding]:
    """Return what the rules find on a day, in their order, then by subject.

    Of two rules of one kind that find the same, the one that waits longer does: what is escalated is no second case.
    """
    found = {rule.id: sorted(_KINDS[rule.kind](store, rule, as_of)) for rule in rules}
    made = []
    for rule in rules:
        longer = [r.id for r in rules if r.kind == rule.kind and r.days > rule.days]
        escalated = {one[:2] for id_ in longer for one in found[id_]}
        made += [
            AlertFinding(
                rule=rule.id, subject=one.subject, occasion=one.occasion, subject_name=one.name, text_zh=one.text.zh,
                text_en=one.text.en, assign=rule.assign, assign_en=rule.assign_en,
                region=one.region, data_class=one.data_class,
                rule_zh=rule.name.zh, rule_en=rule.name.en,
            )
            for one in found[rule.id]
            if one[:2] not in escalated
        ]  # fmt: skip
    return made


def _turned_empty(store: Store, rule: Rule, day: date) -> Iterator[RuleHit]:  # noqa: ARG001 every kind takes the same
    """Cells that were partly or wholly covered in the last snapshot of an earlier month and are empty now."""
    try:
        changed = diff(store, DiffQuestion())
    except NotFound:  # there are no two months to compare
        return
    month = str(changed.causes.after.snapshot.parameters["as_of"])[:7]
    cells = changed.cells
    turned = cells[(cells["state_after"] == "empty") & cells["state_before"].isin(["covered", "partial"])]
    for row in turned.to_dict("records"):
        name = f"{row['region_name']}·{row['industry_name']}·{row['service_type_name']}"
        subject = f"{row['region']}-{row['industry']}-{row['service_type']}"
        yield RuleHit(
            subject,
            month,
            name,
            Text("原有服务可及，现为空白。", "It was within reach of a service, and is not any more."),
            row["data_class"],
        )


def _satisfaction(store: Store, rule: Rule, day: date) -> Iterator[RuleHit]:
    month = last_full_months(day, 1)[1]
    with store.read() as session:
        rows = session.frame(RATINGS, month=month)
    behind, sums = by_group("region", rows), rows.groupby("region")[["rated", "satisfied"]].sum()
    for code, rated, satisfied in sums.itertuples(name=None):
        if rated >= rule.least_ratings and satisfied / rated < rule.below:
            share, n = satisfied / rated, int(rated)
            yield RuleHit(
                str(code),
                month,
                places()[str(code)].name,
                Text(
                    f"{month} 满意度 {share:.1%}（评价 {n:,} 条），低于 {rule.below:.0%}。",
                    f"Satisfaction of {month} is {share:.1%} of {n:,} ratings, below {rule.below:.0%}.",
                ),
                behind[code],
            )


def _silent(store: Store, rule: Rule, day: date) -> Iterator[RuleHit]:
    """Windows whose last month with a service, there or at what reports to them, ended long ago.

    A month counts to its end.
    """
    with store.read() as session:
        _, network = network_facts(store, session)
        months = session.frame(LAST_MONTHS, last=day.isoformat()[:7])
    if months.empty:
        return
    months = months.fillna({"data_class": ""}).sort_values(["month", "data_class"])
    last = _heard(
        dict(zip(months["site"], zip(months["month"], months["data_class"], strict=True), strict=True)), network.reports
    )
    sites = network.sites[active(network.sites, day) & (network.sites["label"] == "Window")]
    for key, name, since, own in sites[["key", "name", "since", "data_class"]].itertuples(index=False, name=None):
        month, its = last.get(key, ("", None))
        if not month:
            if pd.isna(since) or (day - pd.Timestamp(since).date()).days > rule.days:
                yield RuleHit(
                    str(key),
                    "never",
                    str(name),
                    Text("从未有服务记录。", "No service was ever recorded there."),
                    among([own]),
                )
        elif (quiet := (day - _end(month)).days) > rule.days:
            yield RuleHit(
                str(key),
                month,
                str(name),
                Text(
                    f"最近有服务的月份是 {month}，至少已 {quiet} 天没有服务记录。",
                    f"The last month with a service is {month}: nothing was recorded for {quiet} days at least.",
                ),
                among([own, its]),
            )


def _heard(last: dict[str, tuple[str, str]], reports: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return the last month of each site, and its class, with that of every site below it.

    A prefecture's window serves by these.
    """
    heard, links = dict(last), list(reports[["source", "target"]].itertuples(index=False, name=None))
    while more := {
        above: month for below, above in links if (month := heard.get(below, ("", ""))) > heard.get(above, ("", ""))
    }:
        heard |= more
    return heard


def _end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def _ending(store: Store, rule: Rule, day: date) -> Iterator[RuleHit]:  # noqa: ARG001
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = _end(first.isoformat()[:7])
    for what, read in ENDING.items():
        with store.read() as session:
            rows = read(store, session, first, last)
        behind = by_group(["key", "until"], rows)
        for key, name, until in rows[["key", "name", "until"]].drop_duplicates().itertuples(index=False, name=None):
            ends = pd.Timestamp(until).date().isoformat()
            yield RuleHit(
                str(key), ends, str(name), Text(f"{what.zh}将于 {ends} 到期。", f"This {what.en} ends on {ends}."),
                behind[key, until],
            )  # fmt: skip


def _recognitions(store: Store, session: ReadSession, first: date, last: date) -> pd.DataFrame:
    """Return the recognitions of carriers that end within some days without one as high that goes on."""
    _, network = network_facts(store, session)
    every = recognised(network.sites[network.sites["label"] == "Carrier"], network.recognitions)
    ranks = {e.id: int(e["rank"]) for e in vocabulary("levels")}
    every = every.assign(rank=every["level"].map(ranks).fillna(0))
    after = counting(every, last + timedelta(days=1))
    kept = after[active(after, last + timedelta(days=1))].set_index("key")["rank"]
    ends = pd.to_datetime(every["until"])
    lost = ends.between(pd.Timestamp(first), pd.Timestamp(last)) & ~(every["key"].map(kept) >= every["rank"])
    return every.loc[lost, list(_ENDING)]


ENDING: dict[Text, Callable[[Store, ReadSession, date, date], pd.DataFrame]] = {
    Text("资源", "resource"): lambda _, session, first, last: session.frame(RESOURCES, first=first, last=last),
    Text("载体认定", "recognition of a carrier"): _recognitions,
    Text("企业资质", "title of a firm"): lambda _, session, first, last: session.frame(TITLES, first=first, last=last),
}


def _unreported(store: Store, rule: Rule, day: date) -> Iterator[RuleHit]:  # noqa: ARG001
    question = CoverageQuestion(as_of=day, group_by=("county",))
    for cell in coverage(store, question).rows():
        if cell.demand is None and "not_reported" in cell.reasons:
            yield RuleHit(
                str(cell.region),
                "never",
                str(cell.region_name),
                Text("从未报送企业、企业数量或需求。", "It never reported enterprises, their number, or needs."),
                [],
            )


_KINDS: dict[RuleKind, Callable[[Store, Rule, date], Iterator[RuleHit]]] = {
    "cell_turned_empty": _turned_empty,
    "satisfaction_below": _satisfaction,
    "window_silent": _silent,
    "ending_next_month": _ending,
    "never_reported": _unreported,
    "complaint_overdue": overdue,
    "visit_missing": unvisited,
}
