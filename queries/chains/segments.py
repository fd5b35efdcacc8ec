"""What does each chain consist of, and where? Its segments with enterprises, resources and clusters by prefecture."""

from collections import defaultdict
from datetime import date

import pandas as pd
from pydantic import Field

from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Listed, Result, meta
from queries.chains.structure import ChainFacts, chain_facts, data_classes, prefecture_or_none
from queries.data_classes import BEHIND, among_lists, by_group
from queries.validity import active


class SegmentPlace(Result):
    """A segment in one prefecture."""

    prefecture: str | None = Field(description="市州代码；空：省本级 / prefecture; null: the province itself")
    prefecture_name: str | None
    enterprises: float = Field(
        description="企业数，跨环节者按份额计 / enterprises; one of several segments is split among them"
    )
    data_class: list[str] = Field(description=BEHIND)


class SegmentRow(Result):
    """A segment of a chain, or (segment null) what of the chain is in none of its segments."""

    chain: str
    chain_name: str
    segment: str | None = Field(description="环节；空：属于本链而不在任何环节 / null: of the chain, in no segment")
    segment_name: str | None
    stage: str | None = Field(description="upstream | midstream | downstream")
    feeds: list[str] = Field(description="供给的下游环节 / segments that it feeds")
    enterprises: float | None = Field(
        description="逐户名录中的企业数；没有名录为空 / enterprises listed by name; null where none of the chain "
        "is, and it is counted alone or nothing is listed at all"
    )
    places: list[SegmentPlace] = Field(description="按市州，多者在前 / by prefecture, most first")
    chain_resources: int = Field(description="适用整条产业链的在用资源数 / active resources made for the whole chain")
    chain_clusters: list[str] = Field(description="名称指明该产业链的产业集群 / clusters whose name names the chain")
    data_class: list[str] = Field(description=BEHIND)


def check_codes(facts: ChainFacts, chain: str | None, prefecture: str | None) -> None:
    """Refuse what is no chain or no prefecture.

    Raises:
        BadParameter: it is none.
    """
    demand = facts.facts.demand
    if chain is not None and chain not in set(demand.chains["key"]):
        raise BadParameter(name="chain", value=chain, reason=Text("应为产业链编号", "must be a chain_id"))
    known = demand.regions.loc[demand.regions["level"] == "prefecture", "key"]
    if prefecture is not None and prefecture not in set(known):
        why = Text("应为市（州）的行政区划代码", "must be the code of a prefecture")
        raise BadParameter(name="prefecture", value=prefecture, reason=why)


def names_of(facts: ChainFacts) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of chains and of prefectures by code, in the order of the codes."""
    demand = facts.facts.demand
    below = demand.regions[demand.regions["level"] == "prefecture"]
    return tuple(dict(zip(f["key"], f["name"], strict=True)) for f in (demand.chains, below))  # type: ignore[return-value]


def segments(
    store: Store, *, as_of: date, chain: str | None = None, prefecture: str | None = None
) -> Listed[SegmentRow]:
    """Return the segments of every chain (or of one), in the order of chain, stage and key.

    Resources and clusters are known for chains, not for segments, so they stand at every segment of their chain.
    With a prefecture all numbers are its own.

    Args:
        store: Where the graph is kept.
        as_of: The day on which resources count.
        chain: Only this chain_id.
        prefecture: Only what is in this prefecture.

    Raises:
        BadParameter: no such chain or prefecture.
    """
    with store.read() as session:
        version, facts = chain_facts(store, session)
    check_codes(facts, chain, prefecture)
    placed = facts.placed.assign(prefecture=prefecture_or_none(facts.placed["region"]))
    resources, clusters = _resources(facts, as_of), facts.clusters
    clusters = clusters.assign(prefecture=prefecture_or_none(clusters["region"])).dropna(subset=["chain"])
    if chain is not None:
        placed, resources, clusters = (f[f["chain"] == chain] for f in (placed, resources, clusters))
    if prefecture is not None:
        placed, resources, clusters = (f[f["prefecture"] == prefecture] for f in (placed, resources, clusters))
    chains = [chain] if chain is not None else None
    rows = _rows(facts, placed, resources, clusters, chains, _unlisted(facts, placed, prefecture))
    used = data_classes(
        placed.drop_duplicates("enterprise")["data_class"],
        resources.drop_duplicates("resource")["data_class"],
        clusters["data_class"],
    )
    asked = {"view": "segments", "as_of": as_of.isoformat(), "chain": chain, "prefecture": prefecture}
    return Listed(rows, meta(version, {k: v for k, v in asked.items() if v}, used))


def _resources(facts: ChainFacts, day: date) -> pd.DataFrame:
    supply = facts.facts.supply
    running = supply.resources[active(supply.resources, day)].drop_duplicates("resource")
    made_for = supply.chains.merge(running[["resource", "home", "data_class"]], on="resource")
    return made_for.assign(prefecture=prefecture_or_none(made_for["home"]))


def _unlisted(facts: ChainFacts, placed: pd.DataFrame, prefecture: str | None) -> set[str]:
    """Return the chains of whose enterprises no list tells: all where nobody is listed, else those only counted."""
    if placed.empty:
        return set(facts.facts.demand.chains["key"])
    counts = facts.facts.demand.counts
    counts = counts[counts["count"] > 0]
    if prefecture is not None:
        counts = counts[prefecture_or_none(counts["region"]) == prefecture]
    return set(counts["chain"]) - set(placed["chain"])


def _where(placed: pd.DataFrame, names: dict[str, str]) -> dict[tuple[str, str | None], list[SegmentPlace]]:
    """Return the places of each chain and segment, that with most enterprises first."""
    by = ["chain", "segment", "prefecture"]
    sums = placed.groupby(by, dropna=False)["share"].sum().reset_index()
    plain = sums.astype(object).where(sums.notna(), None).sort_values("share", ascending=False, kind="stable")
    behind = by_group(by, placed[[*by, "data_class"]].astype(object).fillna(""))
    made: dict[tuple[str, str | None], list[SegmentPlace]] = defaultdict(list)
    for chain, segment, place, share in plain.itertuples(index=False, name=None):
        classes = behind[chain, segment or "", place or ""]
        of_place = SegmentPlace(
            prefecture=place, prefecture_name=names.get(place), enterprises=share, data_class=classes
        )
        made[chain, segment].append(of_place)
    return made


def _rows(
    facts: ChainFacts,
    placed: pd.DataFrame,
    resources: pd.DataFrame,
    clusters: pd.DataFrame,
    only: list[str] | None,
    unlisted: set[str],
) -> list[SegmentRow]:
    chain_names, prefecture_names = names_of(facts)
    feeds: dict[str, list[str]] = defaultdict(list)
    for source, target in zip(facts.feeds["source"], facts.feeds["target"], strict=True):
        feeds[source].append(target)
    where = _where(placed, prefecture_names)
    firms = by_group(["chain", "segment"], placed.assign(segment=placed["segment"].astype(object).fillna("")))
    of_chain = by_group("chain", resources, clusters)
    running, named = resources.groupby("chain").size(), clusters.groupby("chain")["name"].agg(list)
    listed = [(c, s, n, g) for c, s, n, g in
              zip(*(facts.segments[k] for k in ("chain", "segment", "name", "stage")), strict=True)]  # fmt: skip
    listed += [(c, None, None, None) for c, s in where if s is None]
    rows = [
        SegmentRow(
            chain=chain, chain_name=chain_names[chain], segment=segment, segment_name=name, stage=stage,
            feeds=feeds[segment] if segment else [], places=where[chain, segment],
            enterprises=None if chain in unlisted else sum(p.enterprises for p in where[chain, segment]),
            chain_resources=int(running.get(chain, 0)), chain_clusters=named.get(chain, []),
            data_class=among_lists([firms.get((chain, segment or ""), []), of_chain.get(chain, [])]),
        )
        for chain, segment, name, stage in listed
        if only is None or chain in only
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (r.chain, r.segment is None))  # stable: stages stay in order
