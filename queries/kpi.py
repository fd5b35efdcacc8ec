"""How far are the targets of the notice reached? (clause 2; method.md, section 8)"""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
from pydantic import Field

from graph.language import Text
from graph.stores.base import Query, Store
from graph.vocabulary import Entry, vocabulary
from queries.answers import DATA_CLASSES, Answer, Result, meta
from queries.network.gaps import LevelPresence, level_presence
from queries.network.nodes import network_facts

MONTHS = 12
"""Full months that the shares of delivered services look back."""

RESOURCES = Query(
    "MATCH (r:Resource) RETURN r.data_class AS data_class, r.fee_class AS fee_class, "
    "(r.since IS NULL OR r.since <= $day) AND (r.until IS NULL OR r.until >= $day) AS active, "
    "count(r) AS resources, count(r.capacity) AS stated, coalesce(sum(r.capacity), 0.0) AS capacity",
    {"data_class": str, "fee_class": str, "active": bool, "resources": int, "stated": int, "capacity": float},
)
SERVICES = Query(
    "MATCH (m:ServiceMonth) WHERE m.month >= $first AND m.month <= $last "
    "AND m.services IS NOT NULL AND m.online IS NOT NULL "
    "RETURN m.month AS month, m.data_class AS data_class, count(m) AS facts, "
    "sum(m.services) AS whole, sum(m.online) AS part",
    {"month": str, "data_class": str, "facts": int, "whole": int, "part": int},
)
RATINGS = Query(
    "MATCH (m:ServiceMonth) WHERE m.month >= $first AND m.month <= $last "
    "AND m.rated IS NOT NULL AND m.satisfied IS NOT NULL "
    "RETURN m.month AS month, m.data_class AS data_class, count(m) AS facts, "
    "sum(m.rated) AS whole, sum(m.satisfied) AS part",
    {"month": str, "data_class": str, "facts": int, "whole": int, "part": int},
)


class TargetStatus(Result):
    """One target of clause 2 against what the graph knows."""

    id: str = Field(description="id in targets: resources | capacity | online_share | satisfaction | …")
    name_zh: str
    name_en: str
    comparison: str = Field(description="比较：gt 大于，ge 不小于 / comparison: gt more than, ge at least")
    target: float
    actual: float | None = Field(description="实际值，无从得知时为空 / null where nothing is known")
    unit_zh: str
    unit_en: str
    met: bool | None = Field(description="是否达到；实际值不详时为空 / null where the actual value is unknown")
    note_zh: str
    note_en: str
    data_class: dict[str, int] = Field(description="所依据事实按数据性质的计数 / facts behind it by data class")
    fees: dict[str, float] = Field(
        default={},
        description="服务资源各收费类型（公益、低收费、市场化）在写明者中的占比，其他目标为空 / "
        "of resources: the share of each id in fee_classes among those that state one; empty for other targets",
    )


@dataclass(frozen=True)
class Actual:
    """A value, how it came about, and the facts behind it by data class."""

    value: float | None
    note: Text
    facts: Counter[str]
    fees: dict[str, float] = field(default_factory=dict)


def last_full_months(day: date, number: int = MONTHS) -> tuple[str, str]:
    """Return the first and last of the last full months up to a day, as YYYY-MM.

    A month is full on its last day.
    """
    ended = day.day == monthrange(day.year, day.month)[1]
    last = day.year * 12 + day.month - 1 - (not ended)
    return _month(last - number + 1), _month(last)


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _by_class(frame: pd.DataFrame, counted: str) -> Counter[str]:
    return Counter({str(k): int(v) for k, v in frame.groupby("data_class")[counted].sum().items()})


def _resources(frame: pd.DataFrame, day: date) -> Actual:
    if frame.empty:
        return Actual(None, Text("没有已登记的服务资源。", "No resource is known."), Counter())
    now = frame[frame["active"]]
    fees, said = _fees(now)
    note = Text(f"{day} 有效的服务资源数。{said.zh}", f"Resources available on {day}.{said.en}")
    return Actual(float(now["resources"].sum()), note, _by_class(now, "resources"), fees)


def _fees(now: pd.DataFrame) -> tuple[dict[str, float], Text]:
    """Return the share of each class of fee among the resources that state one, and what is said of it."""
    counts = now.groupby("fee_class")["resources"].sum()
    stated, classes = int(counts.sum()), vocabulary("fee_classes")
    if not stated:
        return {}, Text("", "")
    shares = {id_: int(counts.get(id_, 0)) / stated for id_ in classes.ids}
    silent = int(now["resources"].sum()) - stated
    zh = "，".join(f"{classes[id_].label.zh} {share:.0%}" for id_, share in shares.items())
    en = ", ".join(f"{classes[id_].label.en} {share:.0%}" for id_, share in shares.items())
    return shares, Text(
        f"写明收费类型的 {stated:,} 项中：{zh}；{silent:,} 项未写明。",
        f" Of the {stated:,} that state a class of fee: {en}; {silent:,} state none.",
    )


def _capacity(frame: pd.DataFrame, day: date) -> Actual:
    now = frame[frame["active"]]
    stated, silent = int(now["stated"].sum()), int((now["resources"] - now["stated"]).sum())
    if not stated:
        return Actual(None, Text("没有有效资源写明年服务能力。", "No available resource states a capacity."), Counter())
    note = Text(
        f"{day} 有效且写明年服务能力的 {stated:,} 项资源之和；另有 {silent:,} 项未写明，未计入。",
        f"Sum over the {stated:,} resources available on {day} that state a yearly capacity; "
        f"{silent:,} more state none and are left out.",
    )
    return Actual(float(now["capacity"].sum()), note, _by_class(now, "stated"))


def _share(frame: pd.DataFrame, months: tuple[str, str], what: Text) -> Actual:
    """Return Σ part / Σ whole over the months."""
    span, whole = "—".join(months), int(frame["whole"].sum())
    if not whole:
        note = Text(f"{span} 没有{what.zh}的月度汇总。", f"No monthly aggregate of {what.en} in {span}.")
        return Actual(None, note, Counter())
    have = frame["month"].nunique()
    note = Text(
        f"{span} 共 {whole:,} 次{what.zh}（{MONTHS} 个完整月份中有数据的 {have} 个）。",
        f"Of {whole:,} {what.en} in {span} ({have} of {MONTHS} full months have data).",
    )
    return Actual(int(frame["part"].sum()) / whole, note, _by_class(frame, "facts"))


def _coverage(presence: list[LevelPresence], facts: Counter[str]) -> Actual:
    """Return the smallest of the shares of province, prefectures and counties with presence.

    The layout is as complete as its weakest level: a mean would let 183 counties hide a missing hub, or a
    full set of windows hide empty counties.
    """
    levels = [p for p in presence if p.level != "park"]
    shares = [p.share for p in levels if p.share is not None]
    if len(shares) < len(levels):
        return Actual(None, Text("没有平台网络或行政区划数据。", "Network or regions are not known."), Counter())
    counts_zh = "，".join(f"{p.name_zh} {p.with_presence}/{p.total}" for p in levels)
    counts_en = ", ".join(f"{p.name_en} {p.with_presence}/{p.total}" for p in levels)
    note = Text(
        f"取各级有服务存在的比例中最小者：{counts_zh}。",
        f"The smallest share of levels with presence: {counts_en}.",
    )
    return Actual(min(shares), note, facts)


def is_met(comparison: str, actual: float | None, goal: float) -> bool | None:
    """Tell whether a target is reached, by ``gt`` or ``ge``; None where the actual value is unknown."""
    exceeds: Callable[[float, float], bool] = float.__gt__ if comparison == "gt" else float.__ge__
    return None if actual is None else exceeds(actual, goal)


def _status(target: Entry, actual: Actual) -> TargetStatus:
    goal = float(target["value"])
    return TargetStatus(
        id=target.id,
        name_zh=target.label.zh,
        name_en=target.label.en,
        comparison=target["comparison"],
        target=goal,
        actual=actual.value,
        unit_zh=target["unit"]["zh"],
        unit_en=target["unit"]["en"],
        met=is_met(target["comparison"], actual.value, goal),
        note_zh=actual.note.zh,
        note_en=actual.note.en,
        data_class={c: actual.facts[c] for c in DATA_CLASSES},
        fees=actual.fees,
    )


def kpi(store: Store, *, as_of: date) -> Answer[list[TargetStatus]]:
    """Return every target of the vocabulary, in its order, against the actual value.

    - resources: number of resources available on the day; with the shares of free and low-fee ones among those that
      state their class of fee.
    - capacity: Σ stated yearly capacity of those resources; what is not stated is not assumed here.
    - online_share, satisfaction: Σ online / Σ services and Σ satisfied / Σ rated of the monthly aggregates of
      the last 12 full months; a month that ends on the day is full.
    - multi_level_coverage: the smallest of the shares of province (hub), prefectures (window) and counties
      (window, station or carrier) with presence on the day.

    An actual value is None, never 0, where nothing is known.

    Args:
        store: Where the graph is kept.
        as_of: The day.
    """
    version, found, behind = actual_values(store, as_of)
    months = last_full_months(as_of)
    return Answer(
        data=[_status(target, found[target.id]) for target in vocabulary("targets")],
        meta=meta(version, {"as_of": as_of.isoformat(), "first": months[0], "last": months[1]}, behind),
    )


def actual_values(store: Store, as_of: date) -> tuple[int, dict[str, Actual], Counter[str]]:
    """Return the graph version, the actual value of each target as :func:`kpi` defines it, and the facts behind all."""
    months = last_full_months(as_of)
    with store.read() as session:
        version, network = network_facts(store, session)
        resources = session.frame(RESOURCES, day=as_of)
        services = session.frame(SERVICES, first=months[0], last=months[1])
        ratings = session.frame(RATINGS, first=months[0], last=months[1])
    sites = network.sites_on(as_of)
    sites = sites[sites["active"]]
    actuals = {
        "resources": _resources(resources, as_of),
        "capacity": _capacity(resources, as_of),
        "online_share": _share(services, months, Text("服务", "services")),
        "satisfaction": _share(ratings, months, Text("评价", "ratings")),
        "multi_level_coverage": _coverage(level_presence(network, sites), Counter(sites["data_class"].dropna())),
    }
    behind = actuals["resources"].facts + actuals["multi_level_coverage"].facts
    behind += actuals["online_share"].facts | actuals["satisfaction"].facts
    return version, actuals, behind
