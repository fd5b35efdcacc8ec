"""Pairs of organisations that may be one: found by rare pairs of characters, judged by what their names are made of."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from graph.identity import prefecture_of
from graph.places.gazetteer import PROVINCE
from loaders.identify.matching.judging import Named, judge
from loaders.identify.matching.names import plain_names
from loaders.identify.matching.parts import take_apart

COLUMNS = ["a", "b", "score", "reason"]
REACH = 3
"""Characters count as a pair up to this distance: 技转 is in 技术转移."""
MOST = 400
"""A pair of characters that more names of a prefecture have finds nobody."""
NEIGHBOURS = 25
"""So many nearest names of each fresh one are looked at."""
LEAST = 0.2
"""Cosine below which names have nothing in common."""


def candidates(entities: pd.DataFrame, fresh: Collection[str]) -> pd.DataFrame:
    """Return pairs of organisations worth a person's look, the surest first.

    Args:
        entities: columns key (unique), name, region (division code or ""), code (social credit code or "").
        fresh: keys of which every pair has at least one.

    Returns:
        Columns a, b (keys, a < b), score (0 to 1), reason (a key of ``reasons.REASONS``).
    """
    names = plain_names(entities["name"].tolist())
    regions = ["" if region == PROVINCE else region for region in entities["region"].tolist()]
    is_fresh = entities["key"].isin(set(fresh)).to_numpy()
    one, other = _near(names, [prefecture_of(region) if region else "" for region in regions], is_fresh)
    keys, codes = entities["key"].tolist(), entities["code"].tolist()
    found = []
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        a, b = (
            Named(take_apart(names[at]), names[at], regions[at], codes[at])
            for at in sorted((i, j), key=keys.__getitem__)
        )
        verdict = judge(a, b)
        if verdict:
            found.append((*sorted((keys[i], keys[j])), round(verdict.score, 3), verdict.reason))
    table = pd.DataFrame(found, columns=COLUMNS)
    return table.sort_values(["score", "a", "b"], ascending=[False, True, True], ignore_index=True)


@dataclass(frozen=True)
class _Features:
    """Which names have which pairs of characters, one line each, without repetition."""

    name: np.ndarray
    pair: np.ndarray


def _near(names: list[str], prefectures: list[str], fresh: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of fresh names and of the names near to each, every pair once."""
    features = _features([_bare(name) for name in names])
    number, areas = pd.factorize(np.array(prefectures, dtype=object))
    nowhere = np.array([not code for code in prefectures])
    within = _Features(features.name, features.pair * len(areas) + number[features.name])
    found = [_products(within, len(names), fresh, MOST)]
    if nowhere.any():
        # Names without a place meet everybody; the others only those of their own prefecture.
        found += [_products(features, len(names), fresh & nowhere, MOST)]
        found += [_products(features, len(names), fresh, MOST, among=nowhere)]
    pairs = np.concatenate(found, axis=1)
    pairs = np.unique(np.sort(pairs, axis=0), axis=1)
    return pairs[0], pairs[1]


def _bare(plain: str) -> str:
    """Return a normal form without legal form: what is in nearly every name finds nobody."""
    return plain.replace("股份有限公司", "").replace("有限公司", "") or plain


def _features(texts: list[str]) -> _Features:
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    owners, pairs = [], []
    for step in range(1, REACH + 1):
        same = owner[:-step] == owner[step:]
        owners.append(owner[:-step][same])
        pairs.append((points[:-step] << 21 | points[step:])[same])
    return _Features(np.concatenate(owners), np.concatenate(pairs))


def _products(
    features: _Features, count: int, fresh: np.ndarray, most: int, among: np.ndarray | None = None
) -> np.ndarray:
    """Return the nearest names of each fresh one by the cosine of their pairs, weighted by rarity; shape (2, pairs)."""
    wanted = np.unique(features.pair[fresh[features.name]])
    if not len(wanted):
        return np.empty((2, 0), dtype=np.int64)
    at = np.searchsorted(wanted, features.pair).clip(max=len(wanted) - 1)
    here = wanted[at] == features.pair
    has = sparse.csr_matrix((np.ones(here.sum()), (features.name[here], at[here])), shape=(count, len(wanted)))
    has.data[:] = 1
    spread = np.bincount(has.indices, minlength=len(wanted))
    weight = np.where(spread <= most, np.log1p(count / np.maximum(spread, 1)), 0.0)
    total = np.sqrt(np.asarray(has.multiply(weight**2).sum(axis=1)).ravel())
    scaled = sparse.diags_array(1 / np.maximum(total, 1e-9)) @ has @ sparse.diags_array(weight)
    scaled = sparse.csr_matrix(scaled)
    scaled.eliminate_zeros()
    rows = np.flatnonzero(fresh)
    columns = np.arange(count) if among is None else np.flatnonzero(among)
    cosine = sparse.coo_matrix(scaled[rows] @ scaled[columns].T)
    one, other, score = rows[cosine.row], columns[cosine.col], cosine.data
    keep = (score >= LEAST) & (one != other)
    one, other, score = one[keep], other[keep], score[keep]
    order = np.lexsort((-score, one))
    one, other = one[order], other[order]
    starts = np.searchsorted(one, one)
    first = np.arange(len(one)) - starts < NEIGHBOURS
    return np.stack([one[first], other[first]])
