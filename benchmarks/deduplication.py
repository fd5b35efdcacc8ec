"""Finding one organisation under several spellings, against plain fuzzy matching, on a labelled list.

Certain merges are those that a load makes by itself: equal social credit codes, or equal normal forms in one
prefecture without contradicting codes. What is doubtful is listed for a person. The peer lists every pair of one
prefecture whose names RapidFuzz's ``token_set_ratio`` (on names as they are) finds alike, at three thresholds.

    python -m benchmarks.deduplication [--count 5000] [--seeds 3]
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from benchmarks._organizations import labelled
from benchmarks._setting import machine, say, show
from graph.identity import prefecture_of
from loaders.identify.matching import candidates, plain_name

Pair = tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """What was found among ``count`` organisations, as pairs of keys."""

    count: int
    true: set[Pair]
    certain: set[Pair]
    listed: set[Pair]

    @property
    def wrong(self) -> set[Pair]:
        """Certain merges of different organisations."""
        return self.certain - self.true

    @property
    def recall(self) -> float:
        """Share of the true pairs that are certain or listed."""
        return len(self.true & (self.certain | self.listed)) / len(self.true)

    @property
    def precision(self) -> float:
        """Share of the listed pairs that are true."""
        return len(self.true & self.listed) / max(1, len(self.listed))

    @property
    def length(self) -> float:
        """Length of the list by the number of organisations."""
        return len(self.listed) / self.count


def _pairs(keys: Iterable[str]) -> set[Pair]:
    return set(combinations(sorted(keys), 2))


def true_pairs(table: pd.DataFrame) -> set[Pair]:
    """Return the pairs of keys that are one organisation."""
    return {pair for _, keys in table.groupby("truth")["key"] for pair in _pairs(keys)}


def certain_pairs(table: pd.DataFrame) -> set[Pair]:
    """Return the pairs that a load merges without asking."""
    by_code: dict[str, list[str]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in table.itertuples():
        if row.code:
            by_code[str(row.code)].append(str(row.key))
        by_name[plain_name(str(row.name)), prefecture_of(str(row.region))].append((str(row.key), str(row.code)))
    found = {pair for keys in by_code.values() for pair in _pairs(keys)}
    for same in by_name.values():
        if len({code for _, code in same if code}) <= 1:
            found |= _pairs(key for key, _ in same)
    return found


def measure(table: pd.DataFrame) -> Figures:
    """Return what the matcher finds when everything is new."""
    listed = candidates(table[["key", "name", "region", "code"]], set(table["key"]))
    certain = certain_pairs(table)
    return Figures(len(table), true_pairs(table), certain, set(zip(listed["a"], listed["b"], strict=True)) - certain)


def peer(table: pd.DataFrame, threshold: float) -> Figures:
    """Return what plain fuzzy matching within each prefecture finds."""
    listed = set()
    for _, group in table.groupby(table["region"].map(prefecture_of)):
        keys, names = group["key"].to_numpy(), group["name"].tolist()
        alike = process.cdist(names, names, scorer=fuzz.token_set_ratio, score_cutoff=threshold, workers=-1)
        for i, j in zip(*np.nonzero(np.triu(alike, 1)), strict=True):
            listed.add((min(keys[i], keys[j]), max(keys[i], keys[j])))
    certain = {pair for _, keys in table[table["code"] != ""].groupby("code")["key"] for pair in _pairs(keys)}
    return Figures(len(table), true_pairs(table), certain, listed - certain)


def speed(count: int, fresh: int) -> float:
    """Return the seconds that candidates takes for ``fresh`` new ones among ``count``."""
    table = labelled(count, seed=9)[["key", "name", "region", "code"]]
    began = time.perf_counter()
    candidates(table, set(table["key"][:fresh]))
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000, help="of rows; a fifth of them are duplicates")
    parser.add_argument("--seeds", type=int, default=3, help="lists to measure on")
    arguments = parser.parse_args()
    print(f"{machine()}\n")
    rows = []
    for seed in range(1, arguments.seeds + 1):
        say(f"list {seed} …")
        table = labelled(arguments.count, seed)
        ours = measure(table)
        rows.append(_line(f"shuniu, list {seed}", ours))
        rows += [_line(f"  token_set_ratio ≥ {limit}", peer(table, limit)) for limit in (90, 80, 70)]
    show(["what", "true pairs", "certain", "wrong", "listed", "found", "precision", "list/orgs"], rows)
    _by_variant(table, ours)
    names = labelled(100_000, seed=9)["name"].unique().tolist()
    began = time.perf_counter()
    for name in names:
        plain_name(name)
    print(f"\nplain_name: {len(names) / (time.perf_counter() - began):,.0f} distinct names/s")
    for count, fresh in ((5_000, 5_000), (100_000, 1_000)):
        print(f"candidates: {fresh:,} fresh among {count:,}: {speed(count, fresh):.2f} s")


def _line(what: str, f: Figures) -> list[str]:
    counts = [f"{len(x):,}" for x in (f.true, f.certain, f.wrong, f.listed)]
    return [what, *counts, f"{f.recall:.1%}", f"{f.precision:.1%}", f"{f.length:.1%}"]


def _by_variant(table: pd.DataFrame, figures: Figures) -> None:
    """Print how many of each kind of variant were found."""
    variant = dict(zip(table["key"], table["variant"], strict=True))
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for a, b in figures.true:
        row = rows[variant[a] if variant[a] != "original" else variant[b]]
        row[0] += 1
        row[1] += (a, b) in figures.certain
        row[2] += (a, b) in figures.certain | figures.listed
    print()
    show(["variant", "true pairs", "certain", "found"], [[k, *map(str, v)] for k, v in sorted(rows.items())])


if __name__ == "__main__":
    main()
