"""Why a cell is in its state: each reason with the rows that show it, in words (method, section 3)."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from graph.language import Text, counted
from graph.vocabulary import vocabulary
from queries.amounts import below
from queries.coverage import CoverageQuestion
from queries.cube import LOW_LEVELS, REASONS, TOLERANCE
from queries.explanation.cell_rows import CellPosition, RegionRows, as_rows
from queries.explanation.demand import COLUMNS, to_rows
from queries.explanation.parts import DemandRow, Reason, ResourceRow
from queries.methods import LIMIT_DECAYS, decay_km
from queries.supply import ASSUMED_CAPACITY

NAMED = 3
"""How many rows a sentence names."""
WHOLE = 100.0
"""From here on services are told without decimals."""


@dataclass(frozen=True)
class CellEvidence:
    """What the reasons of a cell are told from.

    ``rows``: its region's demand rows. ``matching``, ``covering``: the resources made for its chain and type, and
    those of them that count and reach it, as of :func:`resource_frame`. ``others``: how many of its type count for
    other chains.
    """

    at: CellPosition
    rows: RegionRows
    matching: pd.DataFrame
    covering: pd.DataFrame
    others: int
    question: CoverageQuestion
    limit: int


def explain_reasons(cell: CellEvidence) -> list[Reason]:
    """Return every reason of a cell in the vocabulary's order."""
    applies = cell.at.cube.reasons[:, cell.at.r, cell.at.n]
    return [_reason(reason, cell) for reason, holds in zip(REASONS, applies, strict=True) if holds]


def _reason(reason: str, cell: CellEvidence) -> Reason:
    term = next(e for e in vocabulary("coverage_reasons") if e.id == reason)
    frame, said = _EVIDENCE[reason](cell)
    return Reason(
        reason=reason, label_zh=term.label.zh, label_en=term.label.en, text_zh=said.zh, text_en=said.en,
        resources=as_rows(frame.head(cell.limit), ResourceRow), resources_total=len(frame),
        demand_rows=_newest_counts(cell) if reason == "stale" else [],
    )  # fmt: skip


def _newest_counts(cell: CellEvidence) -> list[DemandRow]:
    counts = cell.rows.counts.sort_values(["as_of", "key"], ascending=[False, True]).head(cell.limit)
    return to_rows(counts.assign(kind="enterprise_count").reindex(columns=COLUMNS), cell.question.as_of)


def _named(frame: pd.DataFrame, tell: Callable[[pd.Series], Text]) -> Text:
    """Return the first rows as words."""
    named = [tell(row) for _, row in frame.head(NAMED).iterrows()]
    more = len(frame) - len(named)
    zh, en = "；".join(t.zh for t in named), "; ".join(t.en for t in named)
    return Text(f"{zh}；另有 {more} 条", f"{en}; {more} more") if more else Text(zh, en)


def _who(row: pd.Series) -> Text:
    name, provider = (row[n] if isinstance(row[n], str) else row[k] for n, k in WHO)
    return Text(f"{name}（{provider}）", f"{name} ({provider})")


WHO = (("name", "key"), ("provider_name", "provider"))
"""What names a resource and its provider, and what does where there is no name."""


Evidence = tuple[pd.DataFrame, Text]


def _no_provider(cell: CellEvidence) -> Evidence:
    others = cell.others
    return cell.matching.head(0), Text(
        f"分析日全省没有为该产业链提供这类服务的资源；为其他产业链提供这类服务的有 {others} 条，见“附近”。",
        f"No resource in the province offers this service to this chain now; to others it is offered by "
        f"{counted(others, 'resource')}: see near.",
    )


def _all_expired(cell: CellEvidence) -> Evidence:
    frame = cell.matching[~cell.matching["active"] & (cell.matching["weight"] > 0)]
    frame = frame.sort_values(["until", "key"], ascending=[False, True], kind="stable")
    day = pd.Timestamp(cell.question.as_of)

    def tell(row: pd.Series) -> Text:
        if pd.notna(row["until"]) and pd.Timestamp(row["until"]) < day:
            until = pd.Timestamp(row["until"]).date()
            return Text(f"{_who(row).zh} {until} 到期", f"{_who(row).en} expired on {until}")
        since = pd.Timestamp(row["since"]).date()
        return Text(f"{_who(row).zh} {since} 才生效", f"{_who(row).en} begins only on {since}")

    named = _named(frame, tell)
    return frame, Text(
        f"能到达的匹配资源有 {len(frame)} 条，分析日都不在有效期内：{named.zh}。",
        f"{counted(len(frame), 'matching resource')} would reach it, none valid on the day: {named.en}.",
    )


def _out_of_reach(cell: CellEvidence) -> Evidence:
    frame = cell.matching[cell.matching["active"]].sort_values(["distance_km", "key"], kind="stable")
    cube, r = cell.at.cube, cell.at.r
    decay = decay_km(cube.method, cube.facts.demand.regions, cube.grid.regions.iloc[[r]])
    limit = LIMIT_DECAYS * float(decay[0])

    def tell(row: pd.Series) -> Text:
        km, beyond = row["distance_km"], row["distance_km"] - limit
        zh, en = [f"{_who(row).zh}距 {km:,.0f} 公里"], [f"{_who(row).en} is {km:,.0f} km away"]
        if beyond > 0 and "offline" in row["modes"]:
            zh.append(f"超出 {limit:.0f} 公里上限 {beyond:,.0f} 公里")
            en.append(f"{beyond:,.0f} km beyond the limit of {limit:.0f} km")
        if not row["in_scope"]:
            zh.append("服务范围不含本地")
            en.append("its scope leaves this place out")
        return Text("，".join(zh), ", ".join(en))

    named = _named(frame, tell)
    return frame, Text(
        f"省内有 {len(frame)} 条匹配资源，都到不了本地。最近的：{named.zh}。",
        f"Of {counted(len(frame), 'matching resource')} in the province none reaches this place. Nearest: {named.en}.",
    )


def _online_only(cell: CellEvidence) -> Evidence:
    frame = cell.covering
    named = _named(frame, _who)
    return frame, Text(
        f"到达本地的 {len(frame)} 条资源都只能线上服务：{named.zh}。",
        f"All that reaches it ({counted(len(frame), 'resource')}) does so online only: {named.en}.",
    )


def _over_capacity(cell: CellEvidence) -> Evidence:
    crowded = cell.covering["capacity_per_demand"] < cell.question.standard - TOLERANCE
    frame = cell.covering[crowded].sort_values(
        ["capacity_per_demand", "asked", "key"], ascending=[True, False, True], kind="stable"
    )

    def tell(row: pd.Series) -> Text:
        asked, capacity = f"{row['asked']:,.{0 if row['asked'] >= WHOLE else 1}f}", f"{row['capacity']:,.0f}"
        return Text(
            f"{_who(row).zh}所及需求 {asked}、能力 {capacity}",
            f"{_who(row).en}: {asked} asked within its reach, capacity {capacity}",
        )

    named, access = _named(frame, tell), cell.at.access
    full = Text(
        f"其中能力小于所及需求的 {len(frame)} 条：{named.zh}。",
        f"Capacity is below what is asked at {counted(len(frame), 'resource')}: {named.en}.",
    )
    if not len(frame):
        full = Text("各资源能力都够，只是距离使其打了折扣。", "Each has capacity enough; distance takes its part.")
    standard = cell.question.standard
    told = below(access, standard, 3)
    return frame, Text(
        f"每次需求只有 {told} 次能力，达标线 {standard:g}。{full.zh}",
        f"{told} services of capacity for each asked, below the standard of {standard:g}. {full.en}",
    )


def _single_provider(cell: CellEvidence) -> Evidence:
    frame = cell.covering
    first = frame.iloc[0]
    who = first["provider_name"] or first["provider"]
    return frame, Text(
        f"只靠{who}一家（{len(frame)} 条资源），一旦停止即无服务。",
        f"{who} alone ({counted(len(frame), 'resource')}); nothing is left if it stops.",
    )


def _low_level_only(cell: CellEvidence) -> Evidence:
    frame = cell.covering
    terms = vocabulary("levels")
    counts = frame["level"][frame["level"].isin(LOW_LEVELS)].value_counts(sort=False).sort_index()
    zh = "、".join(f"{terms.text(str(level), 'zh')} {n} 条" for level, n in counts.items())
    en = ", ".join(f"{n} of {terms.text(str(level), 'en')} level" for level, n in counts.items())
    return frame, Text(f"到达本地的资源级别都偏低：{zh}。", f"Every resource that reaches it is of a low level: {en}.")


def _capacity_assumed(cell: CellEvidence) -> Evidence:
    frame = cell.covering[cell.covering["capacity_assumed"]]
    named = _named(frame, _who)
    return frame, Text(
        f"{len(frame)} 条资源未填年服务能力，按 {ASSUMED_CAPACITY:.0f} 次计：{named.zh}。",
        f"{counted(len(frame), 'resource')} without a stated capacity, taken as {ASSUMED_CAPACITY:.0f} services a "
        f"year: {named.en}.",
    )


def _not_reported(cell: CellEvidence) -> Evidence:
    return cell.matching.head(0), Text(
        "该地区没有企业数量、企业名录或服务需求；请用 shuniu load 载入其中任一张表。",
        "The region has no counts, enterprises or needs; load one of these tables with `shuniu load`.",
    )


def _stale(cell: CellEvidence) -> Evidence:
    newest = pd.Timestamp(cell.rows.counts["as_of"].max()).date()
    age = (cell.question.as_of - newest).days
    return cell.matching.head(0), Text(
        f"该地区最新的统计是 {newest}，距分析日 {age} 天，超过时效 {cell.question.freshness_days} 天；请更新。",
        f"Its newest count is of {newest}, {age} days before the day, beyond the limit of "
        f"{cell.question.freshness_days}; update it.",
    )


_EVIDENCE: dict[str, Callable[[CellEvidence], Evidence]] = {
    "no_provider": _no_provider,
    "all_expired": _all_expired,
    "online_only": _online_only,
    "out_of_reach": _out_of_reach,
    "over_capacity": _over_capacity,
    "single_provider": _single_provider,
    "low_level_only": _low_level_only,
    "capacity_assumed": _capacity_assumed,
    "not_reported": _not_reported,
    "stale": _stale,
}
