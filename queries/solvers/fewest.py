"""The fewest givers that together fill a need: whom to ask when nobody can do it alone.

    minimise Σ y_k,   Σ_n x_gn ≤ Σ_k a_kg·y_k,   Σ_g x_gn ≤ b_n,   Σ x_gn ≥ target,   x_gn = 0 where g does not serve n

y is 0 or 1. Givers are pooled in groups g that serve the same needs, so that the flows x do not grow with the givers.
Of the fewest, those of the highest worth; then, with the sets found so far cut off, others that are as few.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from queries.solvers.plan import SLACK, Matrix
from queries.solvers.programme import Programme, open_counted, relaxed, solved
from queries.solvers.transport import solve_transport

FIRST = 0.6
"""Share of the work for the number; the rest is for which of the sets, and for others."""
WORK_A_SECOND, ROOT = 3e5, 100
"""Entries of the programme times nodes that are about a second's work; its first node counts as so many."""
ROUNDING = 1e-6
"""How far a bound on a number of givers may lie above it."""


@dataclass(frozen=True, eq=False)
class FewestGivers:
    """Who fills a need.

    ``chosen``: of K givers, ascending. ``fills``: [K] what each brings, 0 for the others; what a group brings is split
    by what its givers have. ``filled``: Σ fills. ``target``: what was to be filled, of what all together can at most.
    ``bound``: no set of fewer than that many fills it. ``others``: sets that are as small and fill it too, by worth.
    ``only``: it is proven that there is no other but these.
    """

    chosen: Ints
    fills: Floats
    filled: float
    target: float
    bound: int
    others: tuple[Ints, ...]
    only: bool

    @property
    def proven(self) -> bool:
        """Whether no smaller set does."""
        return len(self.chosen) <= self.bound


@dataclass(frozen=True, eq=False)
class Giving:
    """Who has what, and what it is good for.

    ``has``: [K, G] ≥ 0, what each giver has in each group. ``serves``: [G, N] which needs a group serves.
    ``needs``: [N] ≥ 0 in the unit of ``has``. ``worth``: [K] 0 to 1, what decides among sets of equal size. ``fixed``:
    givers that are in every set.
    """

    has: sparse.csr_array
    serves: Bools
    needs: Floats
    worth: Floats
    fixed: Ints

    @property
    def ways(self) -> sparse.coo_array:
        """The groups and needs [G, N] between which anything can go, at no cost."""
        made: sparse.coo_array = sparse.coo_array(self.serves.astype(np.float64))
        made.data[:] = 0.0
        return made

    def filled(self, givers: Ints) -> Floats:
        """Return [G] what each group brings where these give: the most that can be filled together."""
        supply = np.asarray(self.has[givers].sum(axis=0), dtype=np.float64).ravel()
        flow = solve_transport(supply, self.needs, self.ways).flow
        return np.asarray(flow.sum(axis=1), dtype=np.float64).ravel()


def solve_fewest(giving: Giving, target: float, others: int = 2, seconds: float = 10.0) -> FewestGivers:
    """Return the fewest givers that fill ``target``, or as much of it as all of them can.

    Args:
        giving: Who has what.
        target: What is to be filled, in the unit of the needs.
        others: So many other sets of the same size are looked for.
        seconds: Work for all of it, in about seconds, the same on any machine; the best of it is returned with its
            bound.
    """
    work = _Work(seconds * WORK_A_SECOND)
    able = _able(giving)
    most = float(giving.filled(np.arange(len(giving.worth))).sum())
    target = min(target, most)
    if target <= 0:
        return FewestGivers(giving.fixed, *_shared(giving, giving.fixed), 0.0, len(giving.fixed), (), only=True)
    model = _Model.of(giving, able, target)
    chosen, bound = model.fewest(target, work)
    sets, only = model.best(chosen, others + 1, work)
    fills, filled = _shared(giving, sets[0])
    return FewestGivers(sets[0], fills, filled, target, min(bound, len(sets[0])), tuple(sets[1:]), only)


def _able(giving: Giving) -> Ints:
    """Return the givers that can fill something, or are fixed."""
    useful = np.asarray((giving.serves & (giving.needs > 0)).any(axis=1), dtype=np.float64)
    some = np.asarray(giving.has @ useful, dtype=np.float64) > 0
    some[giving.fixed] = True
    return np.flatnonzero(some)


def _shared(giving: Giving, chosen: Ints) -> tuple[Floats, float]:
    """Return what each giver brings, and all of it."""
    brought = giving.filled(chosen)
    own = giving.has[chosen]
    supply = np.asarray(own.sum(axis=0), dtype=np.float64).ravel()
    part = np.divide(brought, supply, out=np.zeros_like(supply), where=supply > 0)
    fills = np.zeros(len(giving.worth))
    fills[chosen] = own @ part
    return fills, float(brought.sum())


@dataclass
class _Work:
    """What may still be done."""

    left: float

    def enough(self, programme: Programme) -> bool:
        """Tell whether it is enough for a programme's first node."""
        return self.left >= ROOT * programme.matrix.nnz

    def solved(self, programme: Programme, known: Floats, share: float) -> tuple[Ints, float]:
        """Solve a programme with a share of what is left; return the whole columns that are 1, and the bound.

        Where that is too little work, they are those of the solution ``known`` [m], and nothing bounds it.
        """
        if not self.enough(programme):
            return np.flatnonzero(known[: programme.whole]), np.inf if programme.most else -np.inf
        size = programme.matrix.nnz
        highs = open_counted(int(self.left * share / size) - ROOT)
        found = solved(programme, known, highs)
        self.left -= (ROOT + max(highs.getInfo().mip_node_count, 0)) * size
        return found


@dataclass(frozen=True, eq=False)
class _Model:
    """The programme: columns are able givers [a], one that gives up, the share of each need that a group fills [f].

    ``rows`` [k, a + 1 + f] are at least ``lower`` [k]; ``group`` and ``need`` [f] tell of whom the last columns are.

    Giving up fills the target and leaves room for nobody, so that there always is a solution.
    """

    giving: Giving
    able: Ints
    rows: Matrix
    lower: Floats
    group: Ints
    need: Ints

    @classmethod
    def of(cls, giving: Giving, able: Ints, target: float) -> "_Model":
        """Return the programme of ``able`` givers [a] and a target; every row in a unit in which it is about 1."""
        group, need = (giving.serves & (giving.needs > 0)).nonzero()
        amount, flows, groups = giving.needs[need], np.arange(len(group)), giving.serves.shape[0]
        has = sparse.csc_array(_useful(giving)[able])
        largest = has.max(axis=0).toarray().ravel()
        unit = np.where(largest > 0, largest, giving.needs.max())
        taken = sparse.csr_array((-amount / unit[group], (group, flows)), shape=(groups, len(group)))
        supply = sparse.hstack([sparse.diags_array(1.0 / unit) @ has.T, sparse.csr_array((groups, 1)), taken])
        parts = sparse.csr_array((-np.ones(len(need)), (need, flows)), shape=(len(giving.needs), len(need)))
        capped = sparse.hstack([sparse.csr_array((len(giving.needs), len(able) + 1)), parts])
        whole = np.concatenate([np.zeros(len(able)), [1.0], amount / target])
        rows = sparse.vstack([supply, capped, sparse.csr_array(whole[None, :])])
        lower = np.concatenate([np.zeros(groups), -np.ones(len(giving.needs)), [1.0]])
        return cls(giving, able, sparse.csr_array(rows), lower, group, need)

    def fewest(self, target: float, work: _Work) -> tuple[Ints, int]:
        """Return the fewest givers found, and how many are needed at least."""
        worth = self._columns(np.ones(len(self.able)))
        shut = np.array([len(self.able)])
        programme = self._programme(self.rows, self.lower, worth, shut, most=False)
        parts, least = relaxed(programme)
        start = self._rounded(parts[: len(self.able)], target)
        found, bound = work.solved(programme, self._known(start), FIRST)
        chosen = self.able[found] if len(found) < len(start) else start
        return chosen, max(int(np.ceil(max(bound, least) - ROUNDING)), len(self.giving.fixed), 1)

    def _rounded(self, parts: Floats, target: float) -> Ints:
        """Return a set that fills the target: whom a relaxation takes most of, without those that are not needed."""
        giving = self.giving
        held = np.isin(self.able, giving.fixed)
        order = self.able[np.lexsort((self.able, -giving.worth[self.able], -parts, ~held))]

        def enough(givers: Ints) -> bool:
            return bool(giving.filled(np.sort(givers)).sum() >= target * (1 - SLACK))

        low, high = int(held.sum()), len(order)
        while low < high:  # the first so many of the order that are enough
            middle = (low + high) // 2
            low, high = (low, middle) if enough(order[:middle]) else (middle + 1, high)
        chosen = order[:low]
        part = dict(zip(self.able.tolist(), parts.tolist(), strict=True))
        for giver in chosen[::-1]:
            fewer = chosen[chosen != giver]
            if part[int(giver)] < 1 - ROUNDING and giver not in giving.fixed and enough(fewer):
                chosen = fewer
        return np.sort(chosen)

    def best(self, chosen: Ints, sets: int, work: _Work) -> tuple[list[Ints], bool]:
        """Return sets of as many givers as ``chosen``, which are enough, best first; and whether these are all."""
        free = ~np.isin(self.able, self.giving.fixed)
        room = len(chosen) - len(self.giving.fixed)
        if room <= 0:
            return [chosen], True
        worth = self._columns(free * (1.0 + self.giving.worth[self.able]))
        cuts, most = [self._columns(free / room, 1.0)], [1.0]
        found: list[Ints] = []
        while len(found) < sets:
            rows: Matrix = sparse.csr_array(sparse.vstack([self.rows, sparse.csr_array(-np.stack(cuts))]))
            lower = np.concatenate([self.lower, -np.array(most)])
            known = (
                self._known(chosen) if not found else self._columns(np.isin(self.able, self.giving.fixed) * 1.0, 1.0)
            )
            programme = self._programme(rows, lower, worth, np.zeros(0, dtype=np.int64), most=True)
            if not work.enough(programme):
                return found or [chosen], False
            picked, bound = work.solved(programme, known, 0.5)
            if len(self.able) in picked:
                return found or [chosen], bool(found) and bound < ROUNDING
            found.append(self.able[picked])
            cuts.append(
                self._columns(np.asarray(np.isin(np.arange(len(free)), picked) & free, dtype=np.float64) / room)
            )
            most.append((room - 1.0) / room)
        return found, False

    def _columns(self, givers: NDArray[np.floating[Any]], give_up: float = 0.0) -> Floats:
        return np.concatenate([givers, [give_up], np.zeros(len(self.group))])

    def _programme(self, rows: Matrix, lower: Floats, worth: Floats, shut: Ints, *, most: bool) -> Programme:
        fixed = np.searchsorted(self.able, self.giving.fixed).astype(np.int64)
        sides = lower, np.full(len(lower), np.inf)
        return Programme(rows, sides, worth, len(self.able) + 1, fixed, shut, most=most)

    def _known(self, chosen: Ints) -> Floats:
        """Return a set as a solution of the programme."""
        supply = np.asarray(self.giving.has[chosen].sum(axis=0), dtype=np.float64).ravel()
        flow = solve_transport(supply, self.giving.needs, self.giving.ways).flow.tocsr()[self.group, self.need]
        parts = np.asarray(flow, dtype=np.float64).ravel() / self.giving.needs[self.need]
        return np.concatenate([np.isin(self.able, chosen).astype(np.float64), [0.0], parts])


def _useful(giving: Giving) -> sparse.csr_array:
    """Return what givers have, without what is beyond all that the group serves: it would loosen the relaxation."""
    made: sparse.csr_array = giving.has.tocsr(copy=True)
    made.data = np.minimum(made.data, (giving.serves @ giving.needs)[made.indices])
    return made
