"""What can be found by name: every named thing of a graph version, its names as one array of characters."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.arrays import Bools, Ints
from graph.projection import Projection, cached_by_version, project
from graph.stores.base import Query, ReadSession, Store
from graph.vocabulary import fold
from queries.search.sounds import means, segments

LABELS = (
    "Region", "EconomicZone", "Window", "Carrier", "Organization", "Resource", "Enterprise", "Chain", "ChainSegment",
    "Industry", "Park", "Cluster", "ServiceType", "Dimension", "Brand", "Activity", "Title", "Target", "Clause", "Need",
    "Pillar", "System",
)  # fmt: skip
"""What is searched, what is asked for most often first."""
_OTHERS = {"key": str, "uscc": str, "former": list[str]}
OTHERS = {
    "Organization": Query(
        "MATCH (n:Organization) WHERE n.uscc IS NOT NULL OR n.former_names IS NOT NULL "
        "RETURN n.key AS key, n.uscc AS uscc, n.former_names AS former",
        _OTHERS,
    ),
    "Enterprise": Query(
        "MATCH (n:Enterprise) WHERE n.uscc IS NOT NULL OR n.former_names IS NOT NULL "
        "RETURN n.key AS key, n.uscc AS uscc, n.former_names AS former",
        _OTHERS,
    ),
}
"""By what else than its name somebody is known: the credit code, former names."""
DAYS = re.compile(r"\([\d~-]+\)$")
"""The days of a former name, at its end."""
PLACES = ("province", "prefecture", "county")
"""Levels of places that are asked for often."""
HOMES = (("LOCATED_IN", "target", "source"), ("PROVIDES", "source", "target"), ("HOSTS", "source", "target"))
"""Where something is: a resource at its carrier, else at its provider."""


class Names:
    """Many names as one array of characters in which a word is looked for at once.

    Attributes:
        owners: Number of the entry of each name.
    """

    def __init__(self, names: list[str], owners: Ints) -> None:
        joined = "".join(f"\n{name}" for name in names)
        codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        distinct, self._ids = np.unique(codes, return_inverse=True)
        self._alphabet = [chr(code) for code in distinct]
        self._starts = np.flatnonzero(codes == ord("\n")) + 1
        self.owners = owners

    def find(self, word: str, *, sounding: bool) -> tuple[Ints, Bools]:
        """Return the numbers of the names that hold a folded word, ascending, and whether each begins with it.

        ``sounding``: letters may also stand for the sound of characters.
        """
        here = self._from(word, 0, {}, sounding)
        places = np.flatnonzero(here)
        names = np.searchsorted(self._starts, places, side="right") - 1
        found, first = np.unique(names, return_index=True)
        return found, places[first] == self._starts[found]

    def _from(self, word: str, at: int, known: dict[int, Bools], sounding: bool) -> Bools:
        """Return at which characters the rest of a word can begin."""
        if at not in known:
            if at == len(word):
                known[at] = np.ones(len(self._ids), dtype=bool)
            else:
                total = np.zeros(len(self._ids), dtype=bool)
                for meant, length in self._readings(word, at, sounding):
                    rest = self._from(word, at + length, known, sounding)
                    total[:-1] |= meant[self._ids[:-1]] & rest[1:]
                    if at + length == len(word):
                        total[-1:] |= meant[self._ids[-1:]]
                known[at] = total
        return known[at]

    def _readings(self, word: str, at: int, sounding: bool) -> list[tuple[Bools, int]]:
        """Return what can stand at a place of a word: flags by character, and how much of the word that takes."""
        literal = np.array([character == word[at] for character in self._alphabet], dtype=bool)
        found = [(literal, 1)]
        for segment, last in segments(word, at) if sounding else ():
            meant = np.array([means(segment, character, last=last) for character in self._alphabet], dtype=bool)
            found.append((meant | literal if len(segment) == 1 else meant, len(segment)))
        return [(meant, length) for meant, length in found if meant.any()]


@dataclass(frozen=True)
class SearchIndex:
    """Every named thing; shared between callers, not to be changed.

    Attributes:
        entries: A row a thing: label, key, name, kind, level, data_class, region (code of where it is, if anywhere),
            ``order`` of its label among LABELS and of its level among places. The index is its number.
        regions: Names of places by code.
        others: Credit codes and former names, by number of the entry.
    """

    entries: pd.DataFrame
    regions: dict[str, str]
    others: list[tuple[int, str]]

    @cached_property
    def names(self) -> Names:
        """The names of all entries, in their order."""
        return Names([fold(name) for name in self.entries["name"].fillna("")], self.entries.index.to_numpy())

    @cached_property
    def other_names(self) -> Names:
        """By what else some are known."""
        return Names([fold(text) for _, text in self.others], np.array([n for n, _ in self.others], dtype=np.int64))

    @cached_property
    def exact(self) -> dict[str, list[int]]:
        """Numbers by folded name, by key, by label and key, and by credit code."""
        found: dict[str, list[int]] = defaultdict(list)
        columns = (self.entries[c].tolist() for c in ("label", "key", "name"))
        for number, (label, key, name) in enumerate(zip(*columns, strict=True)):
            for text in {fold(key), fold(f"{label}:{key}"), fold(name) if isinstance(name, str) else fold(key)}:
                found[text].append(number)
        for number, text in self.others:
            if number not in found[fold(text)]:
                found[fold(text)].append(number)
        return dict(found)


def search_index(store: Store, session: ReadSession) -> tuple[int, SearchIndex]:
    """Return the graph version and what can be found in it, built once a version."""
    return cached_by_version(store, session, "search", lambda seen: _build(store, seen))


def _build(store: Store, session: ReadSession) -> SearchIndex:
    whole = project(store, LABELS, [type_ for type_, _, _ in HOMES])
    entries = whole.nodes[["label", "key", "name", "kind", "level", "data_class"]].assign(
        label=whole.nodes["label"].astype(str), kind=whole.nodes["kind"].astype(object), region=_regions(whole)
    )
    numbers = {(label, key): n for n, label, key in entries[["label", "key"]].itertuples(name=None)}
    others = [
        (numbers[label, row["key"]], text)
        for label, query in OTHERS.items()
        for row in session.table(query).to_pylist()
        for text in (row["uscc"], *(DAYS.sub("", former) for former in row["former"] or ()))
        if text
    ]
    places = entries[entries["label"] == "Region"]
    return SearchIndex(
        entries.assign(order=_order(entries)), dict(zip(places["key"], places["name"], strict=True)), others
    )


def _order(entries: pd.DataFrame) -> pd.Series:
    """Return what comes first of two that fit alike: the label, of places the level; townships come last of all."""
    labels = entries["label"].map({label: at * len(PLACES) for at, label in enumerate(LABELS)})
    levels = entries["level"].map({level: at for at, level in enumerate(PLACES)}).fillna(len(LABELS) * len(PLACES))
    return (labels + levels.where(entries["label"] == "Region", 0)).astype(int)


def _regions(whole: Projection) -> NDArray[np.object_]:
    """Return the code of where each thing is, None where nobody says."""
    keys, found = whole.nodes["key"].to_numpy(dtype=object), np.full(len(whole.nodes), None, dtype=object)
    is_region = (whole.nodes["label"] == "Region").to_numpy()
    for type_, owner, owned in HOMES:
        edges = whole.edges[whole.edges["type"] == type_]
        owners = edges[owner].to_numpy()
        homes = np.where(is_region[owners], keys[owners], found[owners])
        stated = np.array([home is not None for home in homes], dtype=bool)
        found[edges[owned].to_numpy()[stated]] = homes[stated]
    found[is_region] = keys[is_region]
    return found
