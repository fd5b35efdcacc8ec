"""Who is the same: from the keys that rows have of themselves to the keys of the graph's nodes.

A row's own key follows from the row alone: the social credit code, else name and prefecture. Two rules make
several own keys one node:

- certain: a row without a code is the one organisation with a code that has its normalised name in its prefecture,
  if there is exactly one; where nobody has that name any more, the one that says it was called so before;
- decided: a person said so in the review list, or said that they differ, which the first rule respects.

Nothing of this is written over: statements keep their own keys, so every merge can be undone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from operator import eq
from pathlib import Path
from typing import Any, Literal, NamedTuple

from graph.errors import HomeDamaged
from graph.home_files import NOT_WHOLE, read_json
from graph.identity import is_uscc
from loaders.keep.history import History

DECISION = "decision.json"


class Entity(NamedTuple):
    """An organisation or enterprise as its own rows name it."""

    key: str
    name: str
    region: str
    code: str


Verdict = Literal["same", "different"] | None


@dataclass(frozen=True)
class Decision:
    """What a person said of two entities; the last word on a pair counts, and ``verdict`` None takes it back."""

    label: str
    a: Entity
    b: Entity
    verdict: Verdict
    at: str

    @property
    def pair(self) -> tuple[str, str, str]:
        """The label and both keys, smaller first."""
        return (self.label, *sorted((self.a.key, self.b.key)))  # type: ignore[return-value]


def decisions(history: History) -> list[Decision]:
    """Return the decisions in force, oldest first."""
    last: dict[tuple[str, str, str], Decision] = {}
    for folder in history.folders():
        file = folder / DECISION
        for decision in _decisions(file) if file.exists() else ():
            last.pop(decision.pair, None)
            last[decision.pair] = decision
    return [decision for decision in last.values() if decision.verdict]


def _decisions(file: Path) -> list[Decision]:
    """Read the decisions of a load; those of earlier versions were one each."""
    stated = read_json(file, dict[str, Any])
    try:
        listed = stated.get("decisions", [stated])
        return [Decision(**{**one, "a": Entity(*one["a"]), "b": Entity(*one["b"])}) for one in listed]
    except (TypeError, KeyError) as error:
        raise HomeDamaged(path=file, reason=NOT_WHOLE) from error


def as_json(decision: Decision) -> dict[str, object]:
    """Return a decision as it is stored."""
    return vars(decision)


class Resolver:
    """The mapping from own keys to canonical keys of one label."""

    def __init__(self, label: str, decided: list[Decision]) -> None:
        self._own = [d for d in decided if d.label == label]
        self._parent: dict[str, str] = {}
        self.distinct = {d.pair[1:] for d in self._own if d.verdict == "different"}
        for decision in self._own:
            if decision.verdict == "same":
                self.join(decision.a.key, decision.b.key)

    def entities(self) -> Iterator[Entity]:
        """Yield the entities of all decisions: those merged away are in no graph."""
        for decision in self._own:
            yield decision.a
            yield decision.b

    def canonical(self, key: str) -> str:
        """Return the key of the node that an own key belongs to."""
        while (parent := self._parent.get(key, key)) != key:
            key = parent
        return key

    def join(self, a: str, b: str, last: bool = False) -> None:
        """Make two own keys one node; a code is its key before a digest, the smaller before the larger.

        Where ``b`` is the ``last`` name of the two, it goes before a digest that is smaller.
        """
        mine = self.canonical(b) if last else ""
        both = {self.canonical(a), self.canonical(b)}
        first, *others = sorted(both, key=lambda key: (not is_uscc(key), key != mine, key))
        self._parent.update(dict.fromkeys([first, *others], first))

    def open_among(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """Tell of pairs whether no decision speaks of them: of the two, or of what they are one with."""
        apart = {tuple(sorted(map(self.canonical, pair))) for pair in self.distinct}
        nodes = [tuple(sorted(map(self.canonical, pair))) for pair in pairs]
        return [one != other and (one, other) not in apart for one, other in nodes]

    def mapping(self) -> dict[str, str]:
        """Return the canonical key of every own key that has another one."""
        return {key: self.canonical(key) for key in self._parent if self.canonical(key) != key}

    def cluster(self, key: str) -> set[str]:
        """Return all own keys of the node that ``key`` belongs to."""
        groups: dict[str, set[str]] = defaultdict(set)
        for own in self._parent:
            groups[self.canonical(own)].add(own)
        return {self.canonical(key), key} | groups[self.canonical(key)]

    def certain(self, bare: str, coded: set[str], left: Set[str] = frozenset()) -> str | None:
        """Return the one key to which rows without a code, known as ``bare``, certainly belong.

        It is that of the one organisation with a code that has the name; where nobody has it, of the one that ``left``
        it for another. Of a name that one left and another took over, nothing is certain.
        """
        fitting = coded | left
        nodes = set(map(self.canonical, fitting))  # of two renamings in a row, both are those of the last
        if len(nodes) != 1 or any(tuple(sorted((bare, key))) in self.distinct for key in fitting):
            return None
        return min(nodes & fitting or fitting)


class Namesakes:
    """Own keys of one label by normalised name and prefecture, before a load and with it.

    A name may be borne, or have been borne: ``bare`` is the key of the rows that have it and no code.
    """

    def __init__(self) -> None:
        self._before: dict[str, set[str]] = defaultdict(set)
        self._met: list[tuple[list[str], list[str]]] = []
        self._grouped: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, str] = {}
        self._left_before: dict[str, set[str]] = defaultdict(set)
        self._left: dict[str, set[str]] = defaultdict(set)
        self._was: dict[str, set[str]] = defaultdict(set)

    def stored(self, namesake: str, key: str) -> None:
        """Enter a node of the graph, or what a decision merged into one."""
        self._before[namesake].add(key)
        self._of[key] = namesake

    def met(self, namesakes: list[str], keys: list[str]) -> None:
        """Enter the subjects of rows."""
        self._met.append((namesakes, keys))
        self._of.update(zip(keys, namesakes, strict=True))

    @property
    def _now(self) -> dict[str, set[str]]:
        """Keys of rows by namesake; put together when first asked for, as many a load never needs it."""
        met, self._met = self._met, []
        for namesakes, keys in met:
            for namesake, key in zip(namesakes, keys, strict=True):
                self._grouped[namesake].add(key)
        return self._grouped

    def was(self, namesake: str, key: str, *, stored: bool) -> None:
        """Enter who bore a name before and has another one now, in the graph or by a row."""
        if self._of.get(key) == namesake:
            return  # it has that name again
        if stored:
            self._left_before[namesake].add(key)
        self._left[namesake].add(key)
        self._was[key].add(namesake)

    def of(self) -> dict[str, str]:
        """Return the key by name and prefecture of every own key."""
        return self._of

    def borne(self, key: str) -> set[str]:
        """Return the keys of rows without a code that have the name, or one of the former names, of a row's subject."""
        return {self._of.get(key, key), *self._was.get(key, ())} - {key}

    def node(self, key: str, resolver: Resolver) -> str:
        """Return the key of the node that an own key belongs to, as far as it is known by now."""
        return resolver.canonical(self._one(key, resolver) or key)

    def former(self, resolver: Resolver) -> set[str]:
        """Return the keys of rows that have but the former name of their node."""
        return {bare for bare in self._left if self._one(bare, resolver) in self._left[bare]}

    def _one(self, bare: str, resolver: Resolver) -> str | None:
        coded = (self._before.get(bare, set()) | self._now.get(bare, set())) - {bare}
        return resolver.certain(bare, coded, self._left.get(bare, set()))

    def resolve(self, resolver: Resolver) -> set[str]:
        """Join what is certain and return the keys whose statements must be put together anew.

        These are of groups where a row without a code was, or was to be, another node before this load.
        """
        again: set[str] = set()
        if not (self._before or self._left or self._grouped or any(any(map(eq, *rows)) for rows in self._met)):
            return again  # nothing but rows with codes, and nobody there before
        for bare in dict.fromkeys([*self._now, *self._left]):
            met, stored = self._now.get(bare, set()), self._before.get(bare, set())
            left = self._left.get(bare, set())
            if not left and bare not in met | stored and not (stored and met - stored):
                continue  # only rows with codes, as before
            left_before = self._left_before.get(bare, set())
            before = resolver.certain(bare, stored, left_before) if bare not in stored else None
            now = self._one(bare, resolver)
            if now:
                resolver.join(bare, now, last=now in left)
            if before != now and (bare in stored or before):
                again |= {bare, before or bare, now or bare}
        return again

    def closure(self, keys: set[str], resolver: Resolver) -> set[str]:
        """Return all own keys of the nodes that ``keys`` belong to, joining what is certain."""
        found: set[str] = set()
        while fresh := keys - found:
            found |= fresh
            for key in fresh:
                for bare in {key, self._of.get(key, key), *self._was.get(key, ())}:
                    if one := self._one(bare, resolver):
                        resolver.join(bare, one, last=one in self._left.get(bare, ()))
                keys = keys | resolver.cluster(key)
        return found
