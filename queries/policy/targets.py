"""The targets of one or all packs against what is, for the province and, where they are shares, by prefecture."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

import pandas as pd
from pydantic import Field

from graph.language import Text
from graph.places.divisions import PROVINCE
from graph.places.gazetteer import places
from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.data_classes import BEHIND, counted
from queries.kpi import Actual, actual_values, is_met, last_full_months
from queries.monitoring.aggregates import read_monitoring_facts
from queries.network.nodes import NetworkFacts, network_facts
from queries.policy.comparisons import OtherRule, same_subject, why
from queries.policy.packs import INDICATORS, Pack, PackTarget
from queries.policy.target_paths import PathMonth, due_on, followed
from queries.validity import active


class PlaceStatus(Result):
    """One prefecture against a target that is a share."""

    region: str = Field(description="市（州）代码 / code of the prefecture")
    region_name: str
    actual: float | None = Field(description="实际值，无从得知时为空 / null where nothing is known")
    met: bool | None = Field(description="是否达到 / null where the actual value is unknown")


class PolicyTarget(Result):
    """One target of a pack, against what is."""

    pack: str = Field(description="规定或标尺的标识 / id of the pack")
    pack_name_zh: str = Field(description="规定名称 / title of the pack, Chinese")
    pack_name_en: str = Field(description="规定名称（英文）/ title of the pack")
    kind: str = Field(description="policy 规定 | benchmark 参照 | own 自定 / what the pack is")
    issued: date | None = Field(description="发布日期 / when it was published")
    until: date | None = Field(description="规定的止期，没有的为空 / last day of the rule; null without")
    in_force: bool = Field(description="分析日规定是否有效 / whether the rule is in force on the day")
    id: str = Field(description="目标标识 / id of the target")
    name_zh: str
    name_en: str
    indicator: str = Field(description="所用指标，同一指标在各规定下同一口径 / which figure it is about")
    definition_zh: str = Field(description="口径 / definition, Chinese")
    definition_en: str = Field(description="口径（英文）/ definition")
    comparison: str = Field(description="比较：gt 大于，ge 不小于 / comparison: gt more than, ge at least")
    target: float
    unit_zh: str
    unit_en: str
    by: int | None = Field(description="期限（年）/ year by which")
    clause: int | None = Field(description="通知条款 / clause of the notice")
    actual: float | None = Field(description="实际值，无从得知时为空 / null where nothing is known")
    met: bool | None = Field(description="是否达到；实际值不详时为空 / null where the actual value is unknown")
    note_zh: str
    note_en: str
    source: str
    verification: str
    data_class: list[str] = Field(description=BEHIND)
    due: float | None = Field(
        description="分析日应达到的值：有路径的按路径，没有的到期后为目标值；未到期为空"
        "，规定未发布或已到期的为空"
        " / due on the day: by the path, or the target once its year is over; null before, and of rules not in force"
    )
    due_met: bool | None = Field(description="是否达到应达到的值 / whether what is due is reached")
    path: list[PathMonth] = Field(description="按月路径与各月末实际值，没有的为空 / the path by month; empty without")
    prefectures: list[PlaceStatus] = Field(description="各市（州），只有占比类指标才有 / by prefecture, of shares only")
    others: list[OtherRule] = Field(description="同一数据在其他规定下 / the same data under other rules")


def policy_targets(
    store: Store, chosen: Iterable[Pack], *, as_of: date, against: Iterable[Pack] = ()
) -> Answer[list[PolicyTarget]]:
    """Return the targets of some packs in their order; one figure, one definition, whatever rule asks for it.

    Args:
        store: where the graph is kept.
        chosen: the packs.
        as_of: the day.
        against: packs under which the same data are looked at, too.
    """
    chosen, against = list(chosen), list(against)
    version, actuals, behind = actual_values(store, as_of)
    with store.read() as session:
        _, network = network_facts(store, session)
        _, facts = cached_by_version(store, session, "monitoring", read_monitoring_facts)
    institutions, by_place = _institutions(network, as_of)
    known, below = actuals | institutions, by_place | _delivered(facts.months, as_of)

    @cache
    def on(day: date) -> dict[str, Actual]:
        return known if day == as_of else actual_values(store, day)[1] | _institutions(network, day)[0]

    rows = [
        _row(pack, t, known[t.indicator], below.get(t.indicator, {}), as_of).model_copy(update={
            "path": followed(t, as_of, lambda day, t=t: on(day)[t.indicator].value),  # type: ignore[misc]
            "others": _others(pack, t, against, known),
        })
        for pack in chosen
        for t in pack.targets
    ]  # fmt: skip
    return Answer(data=rows, meta=meta(version, {"as_of": as_of.isoformat()}, behind))


def _others(pack: Pack, target: PackTarget, against: list[Pack], known: Mapping[str, Actual]) -> list[OtherRule]:
    found = []
    for other in against:
        for its in other.targets if other.id != pack.id else ():
            if same_subject(target.indicator, its.indicator):
                actual, alike = known[its.indicator].value, (its.comparison, its.value)
                said = why(
                    target.indicator, its.indicator, INDICATORS,
                    same_target=alike == (target.comparison, target.value),
                )  # fmt: skip
                found.append(
                    OtherRule(
                        pack=other.id, id=its.id, target=its.value, actual=actual,
                        met=is_met(its.comparison, actual, its.value), why_zh=said.zh, why_en=said.en,
                    )
                )  # fmt: skip
    return found


def _row(pack: Pack, target: PackTarget, actual: Actual, below: dict[str, float | None], day: date) -> PolicyTarget:
    note, definition, unit = target.note, INDICATORS[target.indicator], target.said_unit
    standing = pack.standing(day)
    due = None if standing else due_on(target, day)
    return PolicyTarget(
        pack=pack.id, pack_name_zh=pack.title.zh, pack_name_en=pack.title.en or pack.title.zh, kind=pack.kind,
        issued=pack.issued, until=pack.until, in_force=standing is None,
        id=target.id, name_zh=target.name.zh, name_en=target.name.en or target.name.zh,
        indicator=target.indicator, definition_zh=definition.zh, definition_en=definition.en,
        comparison=target.comparison, target=target.value, unit_zh=unit.zh, unit_en=unit.en,
        by=target.by, clause=target.clause, actual=actual.value,
        met=is_met(target.comparison, actual.value, target.value),
        note_zh=" ".join(said.zh for said in (standing, actual.note, note) if said and said.zh),
        note_en=" ".join(said.en for said in (standing, actual.note, note) if said and said.en),
        source=pack.source, verification=pack.verification, data_class=counted(actual.facts), due=due, path=[],
        others=[],
        due_met=None if due is None else is_met(target.comparison, actual.value, due),
        prefectures=[
            PlaceStatus(region=code, region_name=places()[code].name, actual=value,
                        met=is_met(target.comparison, value, target.value))
            for code, value in sorted(below.items())
            if code != PROVINCE
        ],
    )  # fmt: skip


def _institutions(network: NetworkFacts, day: date) -> tuple[dict[str, Actual], dict[str, dict[str, float | None]]]:
    """Return institution coverage by level, and of the counties of each prefecture."""
    running = network.sites[active(network.sites, day) & (network.sites["label"] == "Window")]
    facts = Counter({str(k): int(v) for k, v in running["data_class"].value_counts().items()})
    levels = network.places["region_level"]
    codes = {level: set(levels.index[levels == level]) for level in ("province", "prefecture", "county")}
    hubs = running["kind"] == "hub"
    have = {
        "province": codes["province"] if hubs.any() else set(),
        "prefecture": set(running.loc[running["kind"] == "prefecture_window", "prefecture"].dropna()),
        "county": set(running.loc[~hubs, "county"].dropna()),
    }
    known = len(network.sites) > 0

    def share(*of: str) -> Actual:
        whole = sum(len(codes[level]) for level in of)
        present = sum(len(codes[level] & have[level]) for level in of)
        if not (whole and known):
            return Actual(None, Text("没有平台网络或行政区划数据。", "Network or regions are not known."), Counter())
        return Actual(present / whole, Text(f"{whole} 个中有 {present} 个。", f"{present} of {whole}."), facts)

    found = {
        "institutions_province": share("province"),
        "institutions_prefecture": share("prefecture"),
        "institutions_prefecture_up": share("province", "prefecture"),
        "institutions_county": share("county"),
    }
    below: dict[str, float | None] = {}
    for code in codes["prefecture"] if known else ():
        own = set(network.places.index[(levels == "county") & (network.places["prefecture"] == code)])
        below[code] = len(own & have["county"]) / len(own) if own else None
    return found, {"institutions_county": below}


def _delivered(months: pd.DataFrame, day: date) -> dict[str, dict[str, float | None]]:
    """Return the shares of the last 12 full months by prefecture; None where none was delivered, or rated."""
    first, last = last_full_months(day)
    rows = months[months["month"].between(first, last)]
    found: dict[str, dict[str, float | None]] = {}
    for name, part, whole in (("online_share", "online", "services"), ("satisfaction", "satisfied", "rated")):
        both = rows.dropna(subset=[part, whole])
        sums = both.astype({"region": object}).groupby("region")[[part, whole]].sum()
        found[name] = {str(c): float(p / w) if w else None for c, p, w in sums.itertuples(name=None)}
    return found
