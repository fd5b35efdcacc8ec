"""Which chain segments does a prefecture not have, but is close to? (Hidalgo et al. 2007; method.md, section 4)"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.language import Text
from graph.projection import cached_by_version
from graph.stores.base import ReadSession, Store
from queries.answers import Listed, Result, meta
from queries.chains.segments import check_codes, names_of
from queries.chains.structure import ChainFacts, chain_facts, data_classes, prefecture_or_none
from queries.data_classes import BEHIND, counted
from queries.ordering import largest_first
from queries.solvers.relatedness import density, proximity, revealed_comparative_advantage

Level = Literal["segment", "chain"]
EXPLAINED = 5
"""How many present activities a suggestion names; the rest is summed in ``rest``."""


class Related(Result):
    """An activity that the prefecture has, and its part of the density."""

    key: str
    name: str
    proximity: float = Field(description="邻近度 φ / proximity, 0 to 1")
    contribution: float = Field(description="对密度的贡献 φ/Σφ / its part of the density")
    data_class: list[str] = Field(description=BEHIND)


class Holder(Result):
    """A prefecture that has what is missing."""

    prefecture: str
    prefecture_name: str
    rca: float
    enterprises: float
    data_class: list[str] = Field(description=BEHIND)


class MissingLink(Result):
    """A segment (or chain) that a prefecture has no advantage in (RCA < 1) but is close to."""

    rank: int = Field(description="在本答案中的名次 / rank in this answer")
    prefecture: str
    prefecture_name: str
    chain: str
    chain_name: str
    segment: str | None = Field(description="环节；空：整条产业链 / null: the whole chain")
    segment_name: str | None
    density: float = Field(description="密度 ω：相近活动中本市州已具备的份额 / share of what is close that is there")
    rca: float = Field(description="显示性比较优势，小于 1 / revealed comparative advantage, below 1")
    enterprises: float = Field(description="该市州已有企业数 / enterprises that the prefecture has of it")
    because: list[Related] = Field(description="贡献最大的已有活动 / the present activities that explain most")
    rest: float = Field(
        description="其余已有活动的贡献；与上列之和为密度 / of all others; with these it is the density"
    )
    had_by: list[Holder] = Field(
        description="具备者（RCA ≥ 1），优势大者在前 / prefectures that have it, highest RCA first"
    )
    data_class: list[str] = Field(description=BEHIND)


@dataclass(frozen=True)
class _Table:
    """Enterprises by prefecture (rows) and activity (columns: key, chain, name)."""

    level: Level
    prefectures: list[str]
    activities: pd.DataFrame
    x: Floats
    data_class: dict[str, int]


def missing_links(
    store: Store, *, chain: str | None = None, prefecture: str | None = None, level: Level | None = None
) -> Listed[MissingLink]:
    """Return what each prefecture lacks but is close to: highest density first, ties by prefecture and key.

    RCA, proximity and density are of the whole province, whatever is asked for. A prefecture without any number is
    not known and gets no suggestion; nor is suggested what no prefecture has.

    Args:
        store: Where the graph is kept.
        chain: Only this chain_id, or its segments.
        prefecture: Only for this prefecture.
        level: ``segment`` counts the enterprises listed by name; ``chain`` the published numbers of enterprises,
            and those listed where there is none. Default: segments, or chains where no enterprise is in a segment.

    Raises:
        BadParameter: no such chain, prefecture or level.
    """
    if level not in (None, "segment", "chain"):
        raise BadParameter(name="level", value=level, reason="segment | chain")
    with store.read() as session:
        version, facts = chain_facts(store, session)
        check_codes(facts, chain, prefecture)
        if level is None:
            level = "segment" if facts.placed["segment"].notna().any() else "chain"
        table, rows = _ranked(store, session, facts, level)
    asked = {"view": "missing", "level": level, "chain": chain, "prefecture": prefecture}
    kept = [r for r in rows if chain in (None, r.chain) and prefecture in (None, r.prefecture)]
    if len(kept) < len(rows):
        kept = [r.model_copy(update={"rank": rank}) for rank, r in enumerate(kept, 1)]
    return Listed(kept, meta(version, {k: v for k, v in asked.items() if v}, table.data_class))


def nothing_missing(store: Store, level: Level, prefecture: str | None) -> Text:
    """Say why no link is missing: too little is known to compare, or nothing is close to what is there."""
    with store.read() as session:
        _, facts = chain_facts(store, session)
        table, _ = _ranked(store, session, facts, level)
    known = [p for p, row in zip(table.prefectures, table.x, strict=True) if row.sum() > 0]
    what = {
        "segment": Text("能归入环节的企业名录", "enterprises listed by name that are of a segment"),
        "chain": Text("企业数量或企业名录", "enterprise counts or lists"),
    }[level]
    if prefecture is not None and prefecture not in known:
        return Text(f"该市州没有{what.zh}，缺什么不明。", f"Unknown: the prefecture has no {what.en}.")
    if len(known) < 2:
        return Text(f"不明：有{what.zh}的市州不足两个，无从比较。",
                   f"Unknown: fewer than two prefectures have {what.en}, so there is nothing to compare.")  # fmt: skip
    return Text("没有缺失而相近的。", "Nothing is missing that is close.")


def _ranked(store: Store, session: ReadSession, facts: ChainFacts, level: Level) -> tuple[_Table, list[MissingLink]]:
    def build(_: ReadSession) -> tuple[_Table, list[MissingLink]]:
        table = (_by_segment if level == "segment" else _by_chain)(facts)
        return table, _suggestions(facts, table)

    return cached_by_version(store, session, ("missing links", level), build)[1]


def _by_segment(facts: ChainFacts) -> _Table:
    placed = facts.placed.dropna(subset=["segment"])
    activities = facts.segments[["segment", "chain", "name"]].rename(columns={"segment": "key"})
    rows = placed.assign(key=placed["segment"], count=placed["share"])
    used = data_classes(placed.drop_duplicates("enterprise")["data_class"])
    return _table("segment", facts, activities, rows, used)


def _by_chain(facts: ChainFacts) -> _Table:
    demand = facts.facts.demand
    counts = demand.counts[["region", "chain", "count", "data_class"]]
    stated = pd.MultiIndex.from_frame(counts[["region", "chain"]].astype(object))
    firms = demand.enterprises.dropna(subset=["chain"])
    # As for demand: where a number is published, the names listed add nothing to it.
    counted = pd.MultiIndex.from_frame(firms[["region", "chain"]].astype(object)).isin(stated)
    firms = firms[~counted]
    own = firms.assign(count=firms["share"])[["region", "chain", "count"]]
    rows = pd.concat([counts[["region", "chain", "count"]].astype({"region": object, "chain": object}),
                      own.astype({"region": object, "chain": object})])  # fmt: skip
    used = data_classes(counts["data_class"], firms.drop_duplicates("enterprise")["data_class"])
    activities = demand.chains[["key", "name"]].assign(chain=demand.chains["key"])
    return _table("chain", facts, activities, rows.assign(key=rows["chain"]), used)


def _table(
    level: Level, facts: ChainFacts, activities: pd.DataFrame, rows: pd.DataFrame, used: dict[str, int]
) -> _Table:
    _, names = names_of(facts)
    codes, activities = sorted(names), activities.reset_index(drop=True)
    x = np.zeros((len(codes), len(activities)))
    at = pd.Index(codes).get_indexer(pd.Index(prefecture_or_none(rows["region"]), dtype=object))
    of = pd.Index(activities["key"].astype(object)).get_indexer(pd.Index(rows["key"].astype(object)))
    known = (at >= 0) & (of >= 0)  # what is known for the province alone belongs to no prefecture
    np.add.at(x, (at[known], of[known]), rows["count"].to_numpy(dtype=float)[known])
    return _Table(level, codes, activities, x, used)


def _suggestions(facts: ChainFacts, table: _Table) -> list[MissingLink]:
    rca = revealed_comparative_advantage(table.x)
    present = np.asarray(rca >= 1)
    close = proximity(present)
    near = density(present, close)
    wanted = (
        ~present & np.asarray(table.x.sum(axis=1) > 0)[:, None] & np.asarray(present.any(axis=0))[None, :] & (near > 0)
    )
    regions, columns = np.nonzero(wanted)
    order = largest_first(near[regions, columns])
    chain_names, names = names_of(facts)
    keys, labels = table.activities["key"].tolist(), table.activities["name"].tolist()
    chains = table.activities["chain"].tolist()
    share = close / np.maximum(close.sum(axis=1), 1)[:, None]
    behind = counted(table.data_class)  # RCA and proximity compare each with the whole province
    holders = [_holders(table, rca, present, c, names, behind) for c in range(len(keys))]
    return [
        MissingLink(
            rank=rank, prefecture=table.prefectures[r], prefecture_name=names[table.prefectures[r]],
            chain=chains[c], chain_name=chain_names[chains[c]],
            segment=keys[c] if table.level == "segment" else None,
            segment_name=labels[c] if table.level == "segment" else None,
            density=float(near[r, c]), rca=float(rca[r, c]), enterprises=float(table.x[r, c]),
            had_by=holders[c], data_class=behind, **_explained(share[c] * present[r], close[c], keys, labels, behind),
        )
        for rank, (r, c) in enumerate(zip(regions[order].tolist(), columns[order].tolist(), strict=True), 1)
    ]  # fmt: skip


def _explained(
    parts: Floats, close: Floats, keys: list[str], labels: list[str], behind: list[str]
) -> dict[str, object]:
    """Return the largest parts of a density, and the sum of the others."""
    largest = [c for c in largest_first(parts)[:EXPLAINED].tolist() if parts[c] > 0]
    because = [
        Related(key=keys[c], name=labels[c], proximity=float(close[c]), contribution=float(parts[c]), data_class=behind)
        for c in largest
    ]
    rest = float(parts.sum() - parts[largest].sum())
    return {"because": because, "rest": max(rest, 0.0)}


def _holders(
    table: _Table, rca: Floats, present: object, column: int, names: dict[str, str], behind: list[str]
) -> list[Holder]:
    having = np.flatnonzero(np.asarray(present)[:, column])
    order = having[largest_first(rca[having, column])]
    return [
        Holder(prefecture=table.prefectures[r], prefecture_name=names[table.prefectures[r]],
               rca=float(rca[r, column]), enterprises=float(table.x[r, column]), data_class=behind)
        for r in order.tolist()
    ]  # fmt: skip
