"""Pairs of one kind together, so that a person decides them with one word; what most hangs on comes first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from graph.language import Text
from loaders.identify.doubts import Doubt
from loaders.identify.matching.reasons import REASONS, TELLING, WHERE

Shape = tuple[str, str, tuple[str, str]]


@dataclass(frozen=True)
class Group:
    """Pairs that are doubtful for one reason, lie to each other alike, and may differ in the very same characters."""

    reason: str
    lie: str
    differing: tuple[str, str]
    doubts: tuple[Doubt, ...]

    @property
    def title(self) -> Text:
        """Say what the pairs have in common."""
        why, lie = REASONS[self.reason], WHERE[self.lie]
        zh, en = f"{why.zh}，{lie.zh}", f"{why.en}, {lie.en}"
        if any(self.differing):
            one, other = (text or "—" for text in self.differing)
            return Text(f"{zh}：「{one}」与「{other}」", f"{en}: “{one}” and “{other}”")
        return Text(zh, en)


def grouped(doubts: Iterable[Doubt]) -> list[Group]:
    """Return the pairs in groups, both in the order of what is at stake.

    Where the same characters differ in several pairs, these are a group; the others of a reason are one together.
    """
    doubts = list(doubts)
    often = Counter(map(_shape, doubts))
    found: dict[Shape, list[Doubt]] = {}
    for doubt in doubts:
        reason, lie, differing = _shape(doubt)
        together = reason in TELLING and often[reason, lie, differing] > 1
        found.setdefault((reason, lie, differing if together else ("", "")), []).append(doubt)
    return [Group(*shape, tuple(some)) for shape, some in found.items()]


def _shape(doubt: Doubt) -> Shape:
    one, other = sorted(doubt.differing)
    return doubt.reason, doubt.lie, (one, other)
