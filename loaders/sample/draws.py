"""Seeded random draws, vectorised; each table has its own generator, so that none disturbs another."""

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from graph.arrays import Floats, Ints

CHUNK_ROWS = 50_000
"""No table holds more rows than this in memory while it is written."""

_ROUNDING = 1e-9


def generator(seed: int, table: str) -> np.random.Generator:
    """Return the generator of one table: the same for a seed, whatever other tables draw."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(table.encode()),)))


def slices(rows: int) -> Iterator[slice]:
    """Cut ``rows`` into slices of at most ``CHUNK_ROWS``."""
    for start in range(0, rows, CHUNK_ROWS):
        yield slice(start, min(start + CHUNK_ROWS, rows))


def largest_remainder(total: int, weights: Floats) -> Ints:
    """Split ``total`` into whole parts in proportion to ``weights``, exactly (Hamilton's method)."""
    quotas = weights.ravel() * (total / weights.sum())
    parts = np.maximum(np.floor(quotas - _ROUNDING), 0).astype(np.int64)
    missing = total - int(parts.sum())
    first = np.argsort(parts - quotas, kind="stable")[:missing]
    parts[first] += 1
    return np.asarray(parts.reshape(weights.shape))


def choose(rng: np.random.Generator, weights: Floats | Sequence[float], size: int) -> Ints:
    """Draw ``size`` indices with probability in proportion to ``weights``."""
    cumulated = np.cumsum(np.asarray(weights, dtype=np.float64))
    found = np.searchsorted(cumulated, rng.random(size) * cumulated[-1], side="right")
    return np.asarray(np.minimum(found, len(cumulated) - 1))


def choose_distinct(rng: np.random.Generator, weights: Floats, counts: Ints) -> Ints:
    """Draw ``counts[i]`` distinct columns for row i of ``weights``; shape (rows, max(counts)), -1 fills up.

    Gumbel top-k: the largest of log-weight plus Gumbel noise are a weighted sample without replacement.
    """
    width = int(counts.max(initial=1))
    with np.errstate(divide="ignore"):
        keys = np.log(weights) + rng.gumbel(size=weights.shape)
    picked = np.argsort(-keys, axis=1, kind="stable")[:, :width]
    possible = np.take_along_axis(weights, picked, axis=1) > 0
    wanted = np.arange(width) < counts[:, None]
    return np.where(wanted & possible, picked, -1)


def within(rng: np.random.Generator, starts: Ints, counts: Ints) -> Ints:
    """Draw one of the ``counts[i]`` indices from ``starts[i]`` on; -1 where there are none."""
    drawn = starts + (rng.random(len(starts)) * counts).astype(np.int64)
    return np.where(counts > 0, drawn, -1)


def running_number(groups: Ints) -> Ints:
    """Return 1, 2, 3 … for the members of each group, in order of appearance."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    new = np.r_[True, ordered[1:] != ordered[:-1]] if len(groups) else np.zeros(0, dtype=bool)
    positions = np.arange(len(groups))
    starts = np.maximum.accumulate(np.where(new, positions, 0))
    numbers = np.empty(len(groups), dtype=np.int64)
    numbers[order] = positions - starts + 1
    return numbers


def days_before(rng: np.random.Generator, day: int, nearest: int, farthest: int, size: int) -> Ints:
    """Draw ``size`` days from ``nearest`` to ``farthest`` days before ``day`` (negative: after it)."""
    return day - rng.integers(nearest, farthest + 1, size)


def scaled(count: float, scale: float) -> int:
    """Return a volume at that scale, at least one."""
    return max(1, round(count * scale))
