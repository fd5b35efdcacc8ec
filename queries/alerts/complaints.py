"""Rules on complaints: which are past their deadline, where nobody asked again after they were closed."""

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from graph.language import Text
from graph.places.divisions import PROVINCE
from graph.places.gazetteer import places
from graph.stores.base import Query, Store
from queries.alerts.rules import Rule, RuleHit
from queries.data_classes import among
from queries.kpi import last_full_months

FEEDBACK = Query(
    "MATCH (f:Feedback) WHERE f.kind = $kind AND f.day > $first AND f.day <= $last "
    "OPTIONAL MATCH (f)-[:ADDRESSED_TO]->(s:Window|Carrier)-[:LOCATED_IN]->(r:Region) "
    "OPTIONAL MATCH (f)-[:ADDRESSED_TO]->(o:Organization)-[:LOCATED_IN]->(q:Region) "
    "RETURN f.key AS key, f.record AS id, f.day AS day, f.closed AS closed, "
    "coalesce(r.prefecture, q.prefecture, '') AS region, f.data_class AS data_class ORDER BY key, region",
    {"key": str, "id": str, "day": date, "closed": date, "region": str, "data_class": str},
)
LISTED = 20
"""Complaints that one finding names."""


def _of_year(store: Store, kind: str, day: date) -> pd.DataFrame:
    """Return the feedback of a kind of the year up to a day: key, id of the service, day, closed (none if later),
    the prefecture of whom it is addressed to, and data_class."""
    end = pd.Timestamp(day)
    first = (end - pd.DateOffset(years=1)).date()
    with store.read() as session:
        rows = session.frame(FEEDBACK, kind=kind, first=first, last=day)
    rows = rows.drop_duplicates("key")
    rows = rows.assign(day=pd.to_datetime(rows["day"]), closed=pd.to_datetime(rows["closed"]))
    return rows.assign(closed=rows["closed"].where(rows["closed"] <= end))


def overdue(store: Store, rule: Rule, day: date) -> Iterator[RuleHit]:
    """Complaints of the last year that are not closed and older than the deadline."""
    rows = _of_year(store, "complaint", day)
    pending = rows.loc[rows["closed"].isna(), ["key", "id", "day", "region", "data_class"]]
    for key, id_, made, region, data_class in pending.itertuples(index=False, name=None):
        filed = made.date()
        if (late := (day - filed).days) > rule.days:
            yield RuleHit(
                str(key), filed.isoformat(), "·".join([*_place(region), f"投诉 {id_}"]),
                Text(
                    f"{filed} 提出的投诉 {late} 天未办结，时限 {rule.days} 天。",
                    f"This complaint of {filed} has been open for {late} days; the deadline is {rule.days}.",
                ),
                among([data_class]), region or None,
            )  # fmt: skip


def _place(region: str) -> list[str]:
    return [places()[region].name] if region else []


def unvisited(store: Store, rule: Rule, day: date) -> Iterator[RuleHit]:
    """Prefectures with complaints closed in a month and no return visit on the same service since.

    The month is the last whose every day is longer ago than the rule says: it is looked at once and is complete then.
    """
    rows, visits = _of_year(store, "complaint", day), _of_year(store, "follow_up", day)
    month = last_full_months(day - timedelta(days=rule.days + 1), 1)[1]
    closed = rows[rows["closed"].dt.strftime("%Y-%m") == month]
    last = visits.groupby(visits["id"].astype(object))["day"].max().to_dict()
    visited = pd.to_datetime(closed["id"].astype(object).map(last)) >= closed["closed"]
    for region, of in closed.groupby("region"):
        ids = sorted(of.loc[~visited[of.index], "id"].astype(str))
        if ids:
            named, more = ids[:LISTED], len(ids) > LISTED
            yield RuleHit(
                str(region) or PROVINCE, month, places()[str(region) or PROVINCE].name,
                Text(
                    f"{month} 办结的 {len(of)} 件投诉中，{len(ids)} 件满 {rule.days} 天没有回访记录："
                    f"{'、'.join(named)}{'等' if more else ''}。",
                    f"Of {len(of)} complaints closed in {month}, {len(ids)} had no return visit in {rule.days} days: "
                    f"{', '.join(named)}{' and others' if more else ''}.",
                ),
                among(of["data_class"]),
            )  # fmt: skip
