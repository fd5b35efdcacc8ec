"""How likely are two parties to become partners? Indices of the network, and a model that learns from the past.

The supervised method is a logistic regression on all indices, distance, and chains and service types in common. It
learns from the latest window: what was known at its beginning, against what came within it.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from graph.geography import road_km
from graph.language import Text
from queries.solvers.links import METHODS as INDICES
from queries.solvers.links import link_scores
from queries.suggestions.suggestion import Method
from queries.suggestions.ties import Ties, codes

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

DEFAULT: Final = "supervised"
"""The best of the back-test, see docs/planning.md; where there is too little to learn from, FALLBACK."""
FALLBACK: Final = "adamic_adar"
WINDOW = 0.2
"""Share of the partnerships that the latest window holds."""
LEAST_NEW = 30
"""Pairs that must have come within the window for a model to learn from them."""
DIGITS = 9
"""Scores closer than that are equal: the order of a sum must not rank."""
MOST_WALKS = 20_000_000
"""Above so many walks of three steps only pairs two steps apart are candidates: that many are never read."""


def candidates(linked: sparse.csr_array) -> Ints:
    """Return the pairs, [Q, 2], a < b, that are two or three steps apart in a network [P, P], in order."""
    two = linked @ linked
    degree = linked.sum(axis=1)
    near = two if float(degree @ (linked @ degree)) > MOST_WALKS else two + two @ linked
    apart = sparse.triu(near > 0, 1, format="csr") > (linked > 0)
    pairs: Ints = np.stack(apart.nonzero(), axis=1).astype(np.int64)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def features(ties: Ties, linked: sparse.csr_array, pairs: Ints) -> Floats:
    """Return [Q, F]: log(1 + each index), log(1 + km) (0 unknown), same prefecture, chains and types in common."""
    one, other = pairs.T
    lon, lat = (ties.parties[c].to_numpy(dtype=np.float64) for c in ("seat_lon", "seat_lat"))
    prefecture = ties.parties["prefecture"].to_numpy(dtype=object)
    columns = [np.log1p(link_scores(linked, pairs, index)) for index in INDICES]
    columns += [
        np.nan_to_num(np.log1p(road_km(lon[one], lat[one], lon[other], lat[other]))),
        (prefecture[one] == prefecture[other]).astype(np.float64),
        shared(ties.chains, pairs),
        shared(ties.types, pairs),
    ]
    return np.stack(columns, axis=1)


def shared(has: sparse.csr_array, pairs: Ints) -> Floats:
    """Return [Q] what both have of what either has (Jaccard), 0 where neither has anything; ``has``: [P, V]."""
    both = np.asarray(has[pairs[:, 0]].multiply(has[pairs[:, 1]]).sum(axis=1), dtype=np.float64).ravel()
    each = np.asarray(has.sum(axis=1), dtype=np.float64).ravel()
    either = each[pairs[:, 0]] + each[pairs[:, 1]] - both
    return np.divide(both, either, out=np.zeros(len(pairs)), where=either > 0)


def window_before(ties: Ties, day: float) -> float:
    """Return the first day of the latest window before a day."""
    dated = np.sort(ties.since[(ties.since <= day) & np.isfinite(ties.since)])
    return float(dated[int((1 - WINDOW) * len(dated))]) if len(dated) else day


def labels(pairs: Ints, new: Ints, count: int) -> Bools:
    """Return [Q] which pairs are among the new ones."""
    return np.isin(codes(pairs, count), codes(new, count))


def learn(ties: Ties, day: float) -> "Pipeline | None":
    """Return a model that learned from the window before a day, None where there is too little to learn from."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 slow to import, and only this method needs it
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    begin = window_before(ties, day)
    linked = ties.known(begin)
    pairs = candidates(linked)
    came = labels(pairs, ties.begun(begin, day), len(ties.parties))
    if came.sum() < LEAST_NEW or came.all():
        return None
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(features(ties, linked, pairs), came)


def scored(ties: Ties, pairs: Ints, day: float, method: Method | None) -> tuple[Method, Floats]:
    """Return the method used and the score of each pair, [Q], by what is known on a day.

    Raises:
        BadParameter: the supervised method was asked for and there is too little to learn from.
    """
    linked = ties.known(day)
    if method is None or method == "supervised":
        model: Any = learn(ties, day)
        if model is not None:
            chances = model.predict_proba(features(ties, linked, pairs))[:, 1] if len(pairs) else np.zeros(0)
            return "supervised", np.round(chances, DIGITS)
        if method:
            reason = Text(
                f"近期新结成且当时相隔两三步的合作不足 {LEAST_NEW} 对，无从学习；请用 {FALLBACK}",
                f"fewer than {LEAST_NEW} recent partnerships to learn from; use {FALLBACK}",
            )
            raise BadParameter(name="method", value=method, reason=reason)
        method = FALLBACK
    return method, np.round(link_scores(linked, pairs, method), DIGITS)
