"""The closed lists of the notice and of the contract: one reader for ``vocabulary/*.yml``.

A vocabulary owns its labels and aliases. Row models, node properties, query parameters, OpenAPI enums,
legends and report columns all derive from it; adding an entry is one line in its file.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import Indel

from graph.errors import UnknownCode
from graph.language import Lang, Text
from graph.shipped import read_shipped

NEAREST = 3
"""So many terms are suggested for one that is not in its list."""
LIKE = 0.5
"""From this likeness on a term is suggested: 1 − indel distance / the sum of both lengths."""
_KIND = re.compile("[类型级]$")
_NUMBER = re.compile(
    r"^(?:\((?:\d{1,2}|[一二三四五六七八九十]{1,3})\)|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、:)])(?=\D)"
)


def fold(text: str) -> str:
    """Return the form in which names are compared: NFKC, no white space, case folded; a folded text stays as it is."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


@dataclass(frozen=True)
class Entry:
    """One term of a closed list."""

    id: str
    label: Text
    aliases: tuple[str, ...]
    clause: int | None
    extra: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.extra[key]


@dataclass(frozen=True)
class Vocabulary:
    """A closed list in its file's order; behaves as a mapping from id to entry."""

    name: str
    label: Text
    note: Text
    entries: dict[str, Entry]

    def __getitem__(self, id_: str) -> Entry:
        return self.entries[id_]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, id_: object) -> bool:
        return id_ in self.entries

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids, in order."""
        return tuple(self.entries)

    def text(self, id_: str | None, lang: Lang = "zh") -> str:
        """Return the label of ``id_``; an unknown id is shown as it is, none as empty."""
        if id_ is None:
            return ""
        entry = self.entries.get(id_)
        return entry.label.get(lang) if entry else id_

    def resolve(self, value: str) -> str:
        """Return the id of an id, label or alias in any spelling, with or without a number before and 类 behind it.

        Raises:
            UnknownCode: the value is none of them; the nearest terms are named, or all if none comes near.
        """
        text, index = unnumbered(fold(value)), _index(self.name)
        found = index.get(text) or index.get(_KIND.sub("", text))
        if found is None:
            raise UnknownCode(value=value, list=self.label, allowed=allowed(text, _labels(self.name)))
        return found


def unnumbered(text: str) -> str:
    """Return a folded term without the number of a list before it: 1.信息咨询, (一)信息咨询."""
    return _NUMBER.sub("", text)


def allowed(text: str, labels: Mapping[str, Text], first: Sequence[Text] = ()) -> Text:
    """Return which labels to offer for a text that is none of a list's: the nearest three, or all if none comes near.

    Args:
        text: What was written, folded.
        labels: Every folded spelling of the list with its label, in the list's order.
        first: Labels that are known to come near.
    """
    parts = [label for spelling, label in labels.items() if len(text) > 1 and text in spelling]
    close = process.extract(text, labels.keys(), scorer=Indel.normalized_similarity, score_cutoff=LIKE, limit=NEAREST)
    near = list(dict.fromkeys([*first, *(labels[spelling] for spelling, *_ in close), *parts]))[:NEAREST]
    every = list(dict.fromkeys(labels.values()))
    if not near:
        return Text("、".join(label.zh for label in every), ", ".join(label.en for label in every))
    count = len(every)
    return Text(
        f"{'、'.join(f'{label.zh}?' for label in near)}（共 {count} 项中最相近的）",
        f"{', '.join(f'{label.en}?' for label in near)} (the nearest of {count})",
    )


def _load(name: str) -> Vocabulary:
    raw = read_shipped("graph", "vocabulary", f"{name}.yml")
    known = {"id", "zh", "en", "aliases", "clause"}
    entries = {
        e["id"]: Entry(
            id=e["id"],
            label=Text(e["zh"], e["en"]),
            aliases=tuple(e.get("aliases") or ()),
            clause=e.get("clause"),
            extra={k: v for k, v in e.items() if k not in known},
        )
        for e in raw["entries"]
    }
    return Vocabulary(name=name, label=Text(**raw["label"]), note=Text(**raw["note"]), entries=entries)


@cache
def vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary of that file stem, read once.

    Raises:
        FileNotFoundError: no such vocabulary (a programming error).
    """
    return _load(name)


@cache
def _index(name: str) -> dict[str, str]:
    return {fold(t): e.id for e in vocabulary(name) for t in (e.id, e.label.zh, e.label.en, *e.aliases)}


@cache
def _labels(name: str) -> dict[str, Text]:
    return {fold(t): e.label for e in vocabulary(name) for t in (e.label.zh, e.label.en, *e.aliases)}


@cache
def names() -> tuple[str, ...]:
    """Return the names of all vocabularies."""
    folder = files("graph").joinpath("vocabulary")
    return tuple(sorted(f.name.removesuffix(".yml") for f in folder.iterdir() if f.name.endswith(".yml")))
