"""How good are the methods? Each knows the network up to a day, and is judged by the partnerships that came after.

Rolling splits: on each day a method scores (hard) every pair two or three steps apart, which is what it would
suggest, and (random) the new pairs against random ones; random pairs are mostly strangers and flatter every method
(Lichtenwalter, Lussier & Chawla 2010).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

import numpy as np

from graph.arrays import Bools, Floats, Ints
from graph.clock import today
from graph.errors import BadParameter
from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.answers import Answer, meta
from queries.suggestions.scores import LEAST_NEW, candidates, labels, scored
from queries.suggestions.suggestion import METHODS, BackTest, Measured, Method, MethodQuality
from queries.suggestions.ties import Ties, codes, day_number, ties_of

SPLITS = (0.5, 0.6, 0.7, 0.8)
"""Share of the dated partnerships that each split knows; the next fifth is to be foretold."""
AHEAD = 0.2
RANDOM_EACH = 50
"""Random pairs for each new one."""
FIRST = 50


@dataclass(frozen=True)
class _Split:
    """One day: candidates and random pairs [Q, 2], and which of them came true."""

    day: float
    new: int
    pairs: Ints
    came: Bools
    others: Ints
    others_came: Bools


def back_test(store: Store, as_of: date | None = None) -> Answer[BackTest]:
    """Return how well each method would have foretold the partnerships of this graph.

    A method that has too little to learn from is not listed; where fewer than LEAST_NEW came true, none is.
    """
    day = as_of or today()
    version, ties = ties_of(store)
    with store.read() as session:
        _, made = cached_by_version(store, session, ("back-test", day), lambda _: judged(ties, day))
    return Answer(data=made, meta=meta(version, {"as_of": day}, ties.data_class))


def judged(ties: Ties, day: date) -> BackTest:
    """Return the back-test of a network by what is known on a day."""
    splits = [split for split in _splits(ties, day_number(day)) if split.came.sum() and not split.came.all()]
    total, new = sum(len(split.pairs) for split in splits), sum(split.new for split in splits)
    came = sum(int(split.came.sum()) for split in splits)
    enough = came >= LEAST_NEW
    found = [quality for method in METHODS if (quality := _quality(ties, splits, method))] if enough else []
    return BackTest(
        splits=[date(1970, 1, 1) + timedelta(days=split.day) for split in splits],
        new=new,
        reachable=came / new if new else None,
        candidates=total,
        base_rate=came / total if total else None,
        methods=sorted(found, key=lambda m: (-m.hard.average_precision, m.method)),
    )


def _splits(ties: Ties, day: float) -> list[_Split]:
    dated = np.sort(ties.since[(ties.since <= day) & np.isfinite(ties.since)])
    if not len(dated):
        return []
    made = []
    for share in SPLITS:
        begin, end = (float(dated[min(int(part * len(dated)), len(dated) - 1)]) for part in (share, share + AHEAD))
        linked = ties.known(begin)
        new = ties.begun(begin, end)
        degree = linked.sum(axis=1)
        new = new[(degree[new] > 0).all(axis=1)]  # nobody can foretell a party that is not there
        pairs = candidates(linked)
        others = np.concatenate([new, _strangers(ties, np.flatnonzero(degree), RANDOM_EACH * len(new))])
        count = len(ties.parties)
        made.append(_Split(begin, len(new), pairs, labels(pairs, new, count), others, labels(others, new, count)))
    return made


def _strangers(ties: Ties, present: Ints, number: int) -> Ints:
    """Return random pairs of parties that never become partners."""
    if len(present) < 2:
        return np.empty((0, 2), dtype=np.int64)
    drawn = np.sort(np.random.default_rng(1).choice(present, (2 * number, 2)), axis=1)
    never = ~np.isin(codes(drawn, len(ties.parties)), codes(ties.ends, len(ties.parties)))
    made: Ints = drawn[never & (drawn[:, 0] != drawn[:, 1])][:number]
    return made


def _quality(ties: Ties, splits: list[_Split], method: Method) -> MethodQuality | None:
    hard, easy, first = [], [], []
    for split in splits:
        try:
            _, score = scored(ties, split.pairs, split.day, method)
            _, other = scored(ties, split.others, split.day, method)
        except BadParameter:  # this split has too little to learn from
            return None
        hard.append(_measured(split.came, score))
        easy.append(_measured(split.others_came, other))
        first.append(float(split.came[np.argsort(-score, kind="stable")[:FIRST]].mean()))
    return MethodQuality(
        method=method,
        hard=_mean(hard),
        random=_mean(easy),
        precision_at_50=fmean(first),
        lowest=min(m.average_precision for m in hard),
        highest=max(m.average_precision for m in hard),
    )


def _measured(came: Bools, score: Floats) -> Measured:
    from sklearn.metrics import average_precision_score, roc_auc_score  # noqa: PLC0415 slow to import

    return Measured(
        average_precision=float(average_precision_score(came, score)), auc=float(roc_auc_score(came, score))
    )


def _mean(found: list[Measured]) -> Measured:
    return Measured(average_precision=fmean(m.average_precision for m in found), auc=fmean(m.auc for m in found))
