"""Branches and local bodies: which one it is stands between whose it is and what it is.

中国工商银行股份有限公司 | 绵阳涪城 | 支行 and 三台县 | 潼川镇 | 卫生院: two that differ there are two.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from graph.places.gazetteer import PROVINCE, places, short_name
from loaders.identify.matching.parts import take_apart, words

_OWNER = re.compile(
    "(?:.+?公司(?=..)|.+?(?:银行|[工农中建交]行|联社|信用社|大学|学院|医院|学校|协会|局|厂|集团)(?=..))"
)
_LEGAL = re.compile("(?:股份)?有限公司|公司")
_NATION = re.compile("^(?:中国|四川)(?=.{4})")
_LONG = 5
"""From more characters on, two may be wrong in an owner's name."""
_TOWN = re.compile("(?<=..)(?:镇|乡|街道|街道办事处)$")
_OF_TOWN = re.compile(
    "(?!.?(?:乡[镇村]|[城村]镇))(.{1,6}?(?:镇|乡|街道)(?!企业))(?:办事处)?(.{3,})(?<!公司)(?<!合作社)"
)
"""A body of a township that none of the words names: 芦溪镇 | 退役军人服务站."""
_SAME_TRADE = re.compile("银行|[工农中建交]行|保险|证券|信用|石油|石化|联社")
"""Their owners have names so near to each other that a slip of the pen is none."""


@dataclass(frozen=True)
class Branch:
    """Whose it is, which of them (without the prefecture before it), and what it is called."""

    owner: str
    which: str
    kind: str

    def may_be(self, other: "Branch") -> bool:
        """Tell whether two may be one branch: one owner, perhaps with a slip of the pen, one place, one kind."""
        if self.kind != other.kind:
            return False
        if self.owner and other.owner:
            return self.which == other.which and _one_owner(self.owner, other.owner)
        whole, known = sorted((self, other), key=lambda b: bool(b.owner))
        if not known.owner or not whole.which.endswith(known.which):
            return whole.which == known.which
        # Without its legal form nothing marks where the owner's name ends: 鑫源科技成都分公司.
        return _one_owner(whole.which.removesuffix(known.which), known.owner)


def _one_owner(one: str, other: str) -> bool:
    one, other = _without_form(one), _without_form(other)
    if one == other:
        return True
    if _SAME_TRADE.search(one + other):
        return False
    return sorted(one) == sorted(other) or Levenshtein.distance(one, other) <= (
        2 if min(len(one), len(other)) > _LONG else 1
    )


def _without_form(owner: str) -> str:
    plain = _LEGAL.sub("", owner)
    if not _SAME_TRADE.search(plain):
        plain = _prefectures().sub("", plain)
    return _NATION.sub("", plain)


@cache
def _prefectures() -> re.Pattern[str]:
    names = [p.name for p in places().values() if not p.is_county and p.code != PROVINCE]
    known = sorted({*names, *map(short_name, names)}, key=len, reverse=True)
    return re.compile(f"^(?:四川省?)?(?:{'|'.join(known)})(?=..)")


@lru_cache(maxsize=1 << 17)
def branch(plain: str) -> Branch | None:
    """Return what tells a branch from others, from the normal form of its name; None for what is none."""
    ending = words().local.search(plain)
    if not ending:
        town = _OF_TOWN.fullmatch(take_apart(plain).core)
        return Branch("", _TOWN.sub("", town[1]), town[2]) if town else None
    rest = plain[: ending.start()]
    owner = _OWNER.match(rest + "支行")
    whose = owner[0] if owner and len(owner[0]) <= len(rest) else ""
    which = _TOWN.sub("", _prefectures().sub("", rest[len(whose) :]))
    return Branch(whose, which, ending[1])
