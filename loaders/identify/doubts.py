"""Pairs that may be one organisation, as a person is asked about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import places
from loaders.identify.matching.judging import judge, named
from loaders.identify.matching.reasons import differing_part, evidence, where
from loaders.identify.resolver import Entity
from loaders.identify.stakes import Stake


@dataclass(frozen=True)
class Doubt:
    """A pair that may be one organisation.

    ``lie`` is how their places lie to each other, a key of ``reasons.WHERE``; ``differing`` are the characters in
    which their names differ. ``stakes`` are those of ``a`` and ``b``, ``firms`` those of their prefectures.
    """

    label: str
    a: Entity
    b: Entity
    score: float
    reason: str
    lie: str
    differing: tuple[str, str]
    evidence: Text
    load: str
    stakes: tuple[Stake, Stake] = field(default=(Stake(), Stake()))
    firms: float = 0.0

    @property
    def pair(self) -> tuple[str, str]:
        """The keys of both."""
        return self.a.key, self.b.key

    @property
    def rank(self) -> tuple[float, float, float, float, str, str]:
        """What moves when they are one, what stands under both, the firms that they may serve; the surer first."""
        weights = [stake.weight for stake in self.stakes]
        return -min(weights), -sum(weights), -self.firms, -self.score, *self.pair


def doubt_of(label: str, a: Entity, b: Entity, load: str) -> Doubt | None:
    """Return the doubt about a pair as it is today, None where nothing speaks for it any more."""
    one, other = (named(e.name, e.region, e.code) for e in (a, b))
    verdict = judge(one, other)
    if verdict is None:
        return None
    score, reason = verdict
    lie, (_, *differing) = where(one.region, other.region), differing_part(one.plain, other.plain)
    return Doubt(
        label, a, b, round(score, 3), reason, lie, (differing[0], differing[1]), evidence(one, other, reason), load
    )


def firms_around(firms: Mapping[str, float], *regions: str) -> float:
    """Return the number of firms in the prefectures of some places."""
    return sum(firms.get(code, 0.0) for code in {prefecture_of(region) for region in regions if region})


def described(entity: Entity) -> str:
    """Return an entity as a person tells it from others."""
    place = places().get(entity.region)
    return "，".join(filter(None, (entity.name, place.full_name if place else "", entity.code)))
