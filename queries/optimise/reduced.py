"""The loss of a plan with what is certain taken out, and the valid inequalities that describe the rest (pure arrays).

A cell's loss max(0, n − Σ a·x) is a sum where no plan within the budget can meet it whole, and nothing where every
plan does. Most cells of a province are the one or the other: an agreement takes a little from many cells that lack
already, a station gives a little to many. They become costs of the actions, exactly. Cells of equal effects and need
are one row. For the cells that are left, whole actions allow more than the slope of the loss says:

    u ≥ r − Σ_{v∉T} min(a_v, r)·v,   r = n − Σ_{v∈T} a_v·m_v

for any set T of whole numbers 0 ≤ v ≤ m_v (knapsack covers: Carr, Fleischer, Leung, Phillips 2000): an action that
gives more than a cell lacks gives no more than that. Where an action takes, m − v gives.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from queries.optimise.loss import LossProblem

CERTAIN = 1e-9
"""Services a year by which a cell may be called certain."""
LEVELS = (1.0 - 1e-9, 0.8, 0.5, 0.2, np.inf)
"""From which share of its most, and above 0, a number is in T; the best of these sets is taken for each row."""
FEW = 2
"""Basis effects on which more actions draw alike are counted: one column instead of theirs."""
SEED = 2000
AT_ONCE = 1_000_000
"""Effects that are worked on together: all at once take ten arrays as long as they are."""


@dataclass(frozen=True)
class Counted:
    """The V whole numbers that rows are about: J actions, then how many actions draw on each shared basis effect.

    ``of``: [V − J, J], 1 where an action counts. ``most``: [V]. ``price``: [V] the least cost of one.
    """

    of: sparse.csr_array
    most: Floats
    price: Floats

    def numbers(self, x: Floats) -> Floats:
        """Return [V] for actions [J]."""
        return np.concatenate([x, self.of @ x])


@dataclass(frozen=True)
class Reduced:
    """Loss of group k = ``constant``[k] + ``slope``[k]·x + Σ over its rows of demand·max(0, need − effects·v).

    ``constant``: [K]. ``slope``: [K, J]. ``need``, ``demand``, ``group``: [Q]. ``effects``: [Q, V].
    """

    counted: Counted
    constant: Floats
    slope: sparse.csr_array
    need: Floats
    demand: Floats
    group: Ints
    effects: sparse.csr_array

    @cached_property
    def _blocks(self) -> list[tuple[slice, slice, Ints]]:
        """Rows that are worked on together, their entries in ``effects``, and the row in the block of each entry."""
        starts = self.effects.indptr
        return [
            (slice(a, b), slice(starts[a], starts[b]), np.repeat(np.arange(b - a), np.diff(starts[a : b + 1])))
            for a, b in pairwise(_block_ends(self.effects))
        ]

    @cached_property
    def total(self) -> Floats:
        """[J] what an action costs in losses that are certain."""
        return np.asarray(self.slope.sum(axis=0), dtype=np.float64).ravel()

    @cached_property
    def _covers(self) -> Floats:
        """[Q] the need once everything that takes has taken its most."""
        takes = (np.minimum(self.effects.data, 0.0), self.effects.indices, self.effects.indptr)
        covers: Floats = self.need - sparse.csr_array(takes, shape=self.effects.shape) @ self.counted.most
        return covers

    def losses(self, x: Floats) -> Floats:
        """Return [K], as :meth:`LossProblem.losses` where the budget is kept."""
        short = self.demand * np.maximum(0.0, self.need - self.effects @ self.counted.numbers(x))
        rows = np.bincount(self.group, short, minlength=len(self.constant)).astype(np.float64)
        losses: Floats = self.constant + self.slope @ x + rows
        return losses

    def gains(self, x: Floats, groups: Bools | None = None) -> Floats:
        """Return [J]: by how much the loss falls if one action joins ``x``; about that where it gives and takes.

        ``groups``: [K], those that count; all where none are given.
        """
        if groups is not None:
            return self._among(groups).gains(x)
        short = self.need - self.effects @ self.counted.numbers(x)
        each = np.zeros(self.effects.shape[1])
        for rows, entries, of in self._blocks:
            now = short[rows][of]
            left = np.maximum(now - self.effects.data[entries], 0.0)
            saved = self.demand[rows][of] * (np.maximum(now, 0.0) - left)
            each += np.bincount(self.effects.indices[entries], saved, minlength=len(each))
        joint: Floats = each[: len(x)] + self.counted.of.T @ each[len(x) :] - self.total
        return joint

    def _among(self, groups: Bools) -> "Reduced":
        """Return the loss of some groups [K] alone."""
        rows, kept = np.flatnonzero(groups[self.group]), groups.astype(np.float64)
        return Reduced(
            counted=self.counted, constant=self.constant * kept,
            slope=sparse.csr_array(sparse.diags_array(kept) @ self.slope), need=self.need[rows],
            demand=self.demand[rows], group=self.group[rows], effects=sparse.csr_array(self.effects[rows]),
        )  # fmt: skip

    def cuts(self, v: Floats, least: Floats | None = None) -> tuple[Floats, sparse.csr_array]:
        """Return [K] b and [K, V] c: rows of group k lose at least b[k] − c[k]·v, as tight at ``v`` as is known.

        ``least``: [K]; of groups that lose no more than that at ``v``, b and c are 0.
        """
        best, residue, level = self._covers_at(v)
        value = np.bincount(self.group, self.demand * best, minlength=len(self.constant))
        wanted = (best > 0) & (True if least is None else (value > least)[self.group])
        constant, parts = np.zeros(len(self.need)), []
        for rows, _, _ in self._blocks:
            at = rows.start + np.flatnonzero(wanted[rows])
            constant[at], slopes = self._cut(v, at, residue[at], level[at])
            pick = (np.ones(len(at)), (self.group[at], np.arange(len(at))))
            parts.append(sparse.csr_array(pick, shape=(len(self.constant), len(at))) @ slopes)
        bound: Floats = np.bincount(self.group, constant, minlength=len(self.constant)).astype(np.float64)
        none = sparse.csr_array((len(self.constant), self.effects.shape[1]))
        return bound, sparse.csr_array(sum(parts, none))

    def _covers_at(self, v: Floats) -> tuple[Floats, Floats, Floats]:
        """Return of each row [Q] the most that a cut says at ``v``, and r and the level of LEVELS of that cut.

        Numbers at 0 that give are in no T and add nothing, so their entries need not be looked at.
        """
        at = np.flatnonzero((v > 0) | self._takes)
        part = self._by_column[:, at]
        column = np.repeat(at, np.diff(part.indptr))
        there = np.where(part.data > 0, v[column], self.counted.most[column] - v[column])
        some = np.flatnonzero(there)
        of, column, size, there = part.indices[some], column[some], np.abs(part.data[some]), there[some]
        most = self.counted.most[column]
        share, whole = there / np.maximum(most, 1e-300), size * most
        best, residue, chosen = (np.zeros(len(self.need)) for _ in range(3))
        before = -1
        for level in LEVELS:
            inside = share >= level
            taken = np.flatnonzero(inside)
            if len(taken) == before:  # T is that of the level before
                continue
            before, rest = len(taken), np.flatnonzero(~inside)
            left = np.maximum(self._covers - np.bincount(of[taken], whole[taken], len(best)), 0.0)
            row = of[rest]
            lifted = np.minimum(size[rest], left[row]) * there[rest]
            value = left - np.bincount(row, lifted, len(best))
            better = value > best
            for kept, now in ((best, value), (residue, left), (chosen, np.full(len(best), level))):
                kept[better] = now[better]
        return best, residue, chosen

    @cached_property
    def _by_column(self) -> sparse.csc_array:
        return sparse.csc_array(self.effects)

    @cached_property
    def _takes(self) -> Bools:
        """[V] which numbers take from some row."""
        return np.bincount(self.effects.indices[self.effects.data < 0], minlength=self.effects.shape[1]) > 0

    def _cut(self, v: Floats, rows: Ints, residue: Floats, level: Floats) -> tuple[Floats, sparse.csr_array]:
        """Return the constant of each of some rows, and the slopes of all of their entries."""
        made = sparse.csr_array(self.effects[rows])
        of = np.repeat(np.arange(len(rows)), np.diff(made.indptr))
        data, most, demand = made.data, self.counted.most[made.indices], self.demand[rows]
        gives = data > 0
        there = np.where(gives, v[made.indices], most - v[made.indices])
        inside = there / np.maximum(most, 1e-300) >= level[of]
        taken = np.where(inside, 0.0, np.minimum(np.abs(data), residue[of]))
        # What takes gives m − v: a constant, and a cost of v.
        constant = demand * (residue - np.bincount(of, np.where(gives, 0.0, taken * most), len(rows)))
        made.data = np.where(gives, taken, -taken) * demand[of]
        return constant, made


def reduced(problem: LossProblem, budget: float) -> Reduced:
    """Return the loss for plans that cost no more than ``budget``."""
    counted, effects = _columns(problem)
    need = problem.need - problem.floor / problem.demand
    certain = CERTAIN / problem.demand
    never = _never_below(-certain, -need, effects, -1.0, counted, budget)
    always = _never_below(-certain, need, effects, 1.0, counted, budget) & ~never
    k = problem.groups
    constant = np.bincount(problem.group[always], (problem.demand * need)[always], minlength=k).astype(np.float64)
    at = np.flatnonzero(always)
    pick = sparse.csr_array((-problem.demand[at], (problem.group[at], at)), shape=(k, len(need)))
    slope = sparse.csr_array(sparse.csr_array(pick @ problem.effects) @ problem.made_of)
    of, demand = _merged(effects, need, problem.demand, problem.group, np.flatnonzero(~never & ~always))
    rows = sparse.csr_array(effects[of])
    return Reduced(counted, constant, slope, need[of], demand, problem.group[of], rows)


def _columns(problem: LossProblem) -> tuple[Counted, sparse.csr_array]:
    """Return the numbers that cells depend on, and by how much, [M, V]."""
    made_of, actions = problem.made_of, len(problem.cost)
    starts, stops = made_of.indptr[:-1], made_of.indptr[1:]
    shared = np.array([z for z, (a, b) in enumerate(zip(starts, stops, strict=True))
                       if b - a > FEW and np.ptp(made_of.data[a:b]) == 0], dtype=np.int64)  # fmt: skip
    unit = made_of.data[starts[shared]]
    kept = np.ones(made_of.shape[0])
    kept[shared] = 0.0
    own = sparse.csr_array(problem.effects @ sparse.csr_array(sparse.diags_array(kept) @ made_of))
    drawn = sparse.csr_array(problem.effects[:, shared] @ sparse.diags_array(unit)) if len(shared) else None
    effects = sparse.csr_array(sparse.hstack([own, drawn])) if drawn is not None else own
    effects.eliminate_zeros()
    of = sparse.csr_array(made_of[shared])
    of.data = np.ones(of.nnz)
    by_column = sparse.csc_array(problem.limits)
    most = np.ones(actions + len(shared))
    price = np.concatenate([problem.cost, np.zeros(len(shared))])
    for at in range(len(shared)):
        which = of.indices[of.indptr[at] : of.indptr[at + 1]]
        price[actions + at] = problem.cost[which].min()
        uses = by_column[:, which].toarray()
        rows = np.flatnonzero((uses > 0).all(axis=1))
        # A limit on all of them: no more than fit even if each uses as little as any.
        fit = [np.floor(problem.at_most[r] / uses[r].min() + 1e-9) for r in rows]
        most[actions + at] = max(0.0, min([float(len(which)), *fit]))
    return Counted(of, most, price), effects


def _never_below(
    least: Floats, now: Floats, effects: sparse.csr_array, sign: float, counted: Counted, budget: float
) -> Bools:
    """Tell of which cells ``now`` [M] stays at ``least`` or above, whatever is added (sign −1: taken) within budget."""
    size = np.maximum(sign * effects.data, 0.0)
    every = sparse.csr_array((size, effects.indices, effects.indptr), shape=effects.shape) @ counted.most
    stays = now - every >= least
    # Only where all together would be too much does it matter what the budget pays for.
    open_ = np.flatnonzero(~stays & (now >= least))
    stays[open_] = now[open_] - _most(sparse.csr_array(effects[open_]), sign, counted, budget) >= least[open_]
    made: Bools = stays
    return made


def _most(effects: sparse.csr_array, sign: float, counted: Counted, budget: float) -> Floats:
    """Return [M] the most that actions within the budget add to a cell, or with sign −1 take from it."""
    parts = [_most_of(effects[a:b], sign, counted, budget) for a, b in pairwise(_block_ends(effects))]
    return np.concatenate([*parts, np.zeros(0)])


def _block_ends(effects: sparse.csr_array) -> list[int]:
    """Return the rows between which there are about ``AT_ONCE`` effects: first 0, last all."""
    ends = np.searchsorted(effects.indptr, np.arange(AT_ONCE, effects.nnz, AT_ONCE))
    return sorted({0, *(int(end) for end in ends), int(effects.shape[0])})


def _most_of(effects: sparse.csr_array, sign: float, counted: Counted, budget: float) -> Floats:
    row = np.repeat(np.arange(effects.shape[0]), np.diff(effects.indptr))
    at = np.flatnonzero(sign * effects.data > 0)
    column = effects.indices[at]
    value, price = (part * counted.most[column] for part in (sign * effects.data[at], counted.price[column]))
    order = np.lexsort((-value / np.maximum(price, 1e-300), row[at]))
    value, price, of = value[order], price[order], row[at][order]
    spent = np.cumsum(price)
    first = np.searchsorted(of, of, side="left")
    before = spent - price - np.where(first > 0, spent[first - 1], 0.0)
    part = np.clip((budget * (1 + 1e-9) - before) / np.maximum(price, 1e-300), 0.0, 1.0)
    most: Floats = np.bincount(of, value * part, minlength=effects.shape[0]).astype(np.float64)
    return most


def _merged(effects: sparse.csr_array, need: Floats, demand: Floats, group: Ints, left: Ints) -> tuple[Ints, Floats]:
    """Return one of each set of equal rows among ``left``, and the demand of the set."""
    if not len(left):
        return left, np.zeros(0)
    rows = effects[left]
    marks = rows @ np.random.default_rng(SEED).random((effects.shape[1], 2))
    size = np.maximum(np.abs(marks).max(axis=1), 1e-300)
    # Rows are told apart by 11 digits of two random sums.
    rounded = np.round(np.column_stack([need[left], marks / size[:, None], np.log(size)]), 11)
    keys = np.column_stack([group[left], np.diff(rows.indptr), rounded])
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return left[first], np.bincount(inverse.ravel(), demand[left], minlength=len(first)).astype(np.float64)
