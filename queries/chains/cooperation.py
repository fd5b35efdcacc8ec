"""Along which chains and dimensions, and between which prefectures, does anybody cooperate? And where nobody?"""

from collections import defaultdict
from datetime import date
from itertools import combinations_with_replacement
from typing import TypeVar

import pandas as pd
from pydantic import Field

from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import Listed, Result, meta
from queries.chains.segments import check_codes, names_of
from queries.chains.structure import ChainFacts, chain_facts, data_classes
from queries.data_classes import BEHIND, by_group
from queries.validity import active


class PartnershipKey(Result):
    """What a partnership is known by."""

    a: str
    b: str
    dimension: str | None


class CooperationCell(Result):
    """A chain and one of the six dimensions."""

    chain: str
    chain_name: str
    dimension: str = Field(description="id in cooperation_dimensions")
    partnerships: int = Field(description="当日有效的合作关系数；0 为空白 / in force on the day; 0 is an empty cell")
    keys: list[PartnershipKey]
    data_class: list[str] = Field(description=BEHIND)


class PairCell(Result):
    """Two prefectures, or one with itself."""

    a: str
    a_name: str
    b: str
    b_name: str
    partnerships: int = Field(description="当日有效的合作关系数；0 为空白 / in force on the day; 0 is an empty cell")
    dimensions: dict[str, int] = Field(description="按合作维度 / by dimension")
    keys: list[PartnershipKey]
    data_class: list[str] = Field(description=BEHIND)


Cell = TypeVar("Cell", CooperationCell, PairCell)


def cooperation(
    store: Store, *, as_of: date, chain: str | None = None, prefecture: str | None = None, empty: bool = False
) -> Listed[CooperationCell]:
    """Return every chain × dimension with its partnerships in force, empty cells among them, in their order.

    A partnership concerns the chains that both parties have: windows and carriers those they serve, organisations
    those that their resources are made for. Where one of them states none, those of the other count; where none
    is left, it stands in no cell.

    Args:
        store: Where the graph is kept.
        as_of: The day; partnerships count while since ≤ day ≤ until.
        chain: Only this chain_id.
        prefecture: Only partnerships with a party there.
        empty: Only cells without any partnership.

    Raises:
        BadParameter: no such chain or prefecture.
    """
    with store.read() as session:
        version, facts = chain_facts(store, session)
    check_codes(facts, chain, prefecture)
    rows = facts.partnership_chains.join(_in_force(facts, as_of, prefecture), on="at", how="inner")
    if chain is not None:
        rows = rows[rows["chain"] == chain]
    keys: dict[tuple[str, str], list[PartnershipKey]] = defaultdict(list)
    for of, a, b, dimension in zip(*(rows[c] for c in ("chain", "a", "b", "dimension")), strict=True):
        keys[of, dimension].append(PartnershipKey(a=a, b=b, dimension=dimension))
    names, _ = names_of(facts)
    behind = by_group(["chain", "dimension"], rows)
    cells = [
        CooperationCell(chain=c, chain_name=name, dimension=d, partnerships=len(keys[c, d]), keys=keys[c, d],
                        data_class=behind.get((c, d), []))
        for c, name in names.items()
        if chain in (None, c)
        for d in vocabulary("cooperation_dimensions").ids
    ]  # fmt: skip
    used = data_classes(rows.drop_duplicates("at")["data_class"])
    asked = {"as_of": as_of.isoformat(), "chain": chain, "prefecture": prefecture, "empty": empty}
    return _listed(cells, version, used, view="cooperation", **asked)


def pairs(
    store: Store, *, as_of: date, chain: str | None = None, prefecture: str | None = None, empty: bool = False
) -> Listed[PairCell]:
    """Return every unordered pair of prefectures (each with itself too) with its partnerships in force.

    A partnership with a party at the province itself, or at no known place, stands in no pair.

    Args:
        store: Where the graph is kept.
        as_of: The day; partnerships count while since ≤ day ≤ until.
        chain: Only partnerships that concern this chain, as in :func:`cooperation`.
        prefecture: Only pairs with this prefecture.
        empty: Only pairs without any partnership.

    Raises:
        BadParameter: no such chain or prefecture.
    """
    with store.read() as session:
        version, facts = chain_facts(store, session)
    check_codes(facts, chain, prefecture)
    rows = _in_force(facts, as_of, prefecture).dropna(subset=["a_prefecture", "b_prefecture"])
    if chain is not None:
        of_chain = facts.partnership_chains
        rows = rows[rows.index.isin(of_chain.loc[of_chain["chain"] == chain, "at"])]
    keys: dict[tuple[str, str], list[PartnershipKey]] = defaultdict(list)
    for one, other, a, b, dimension in zip(
        *(rows[c] for c in ("a_prefecture", "b_prefecture", "a", "b", "dimension")), strict=True
    ):
        keys[min(one, other), max(one, other)].append(PartnershipKey(a=a, b=b, dimension=dimension))
    _, names = names_of(facts)
    ends = rows[["a_prefecture", "b_prefecture"]]
    behind = by_group(["one", "other"], rows.assign(one=ends.min(axis=1), other=ends.max(axis=1)))
    cells = [
        _pair(one, other, names, keys[one, other], behind.get((one, other), []))
        for one, other in combinations_with_replacement(sorted(names), 2)
        if prefecture in (None, one, other)
    ]
    used = data_classes(rows["data_class"])
    asked = {"as_of": as_of.isoformat(), "chain": chain, "prefecture": prefecture, "empty": empty}
    return _listed(cells, version, used, view="pairs", **asked)


def _listed(cells: list[Cell], version: int, used: dict[str, int], **asked: object) -> Listed[Cell]:
    """Return the cells, those with a partnership left out where only ``empty`` ones are asked for."""
    kept = [cell for cell in cells if not (asked["empty"] and cell.partnerships)]
    return Listed(kept, meta(version, {name: value for name, value in asked.items() if value}, used))


def _pair(one: str, other: str, names: dict[str, str], keys: list[PartnershipKey], behind: list[str]) -> PairCell:
    counts = {d: sum(k.dimension == d for k in keys) for d in vocabulary("cooperation_dimensions").ids}
    return PairCell(a=one, a_name=names[one], b=other, b_name=names[other], partnerships=len(keys),
                    dimensions=counts, keys=keys, data_class=behind)  # fmt: skip


def _in_force(facts: ChainFacts, day: date, prefecture: str | None) -> pd.DataFrame:
    rows = facts.partnerships[active(facts.partnerships, day)]
    if prefecture is None:
        return rows
    return rows[(rows["a_prefecture"] == prefecture) | (rows["b_prefecture"] == prefecture)]
