"""Whether two near names may mean one organisation, and for which reason."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Indel, LCSseq, Levenshtein

from graph.identity import is_uscc, prefecture_of
from graph.places.gazetteer import PROVINCE
from loaders.identify.matching.branches import branch
from loaders.identify.matching.names import plain_name
from loaders.identify.matching.parts import Parts, take_apart, words

_SCHOOL_FORM = re.compile("^(?:民办|公办)|职业(?:技术)?(?:学院|大学)$|高等专科学校$")
"""What a school drops or changes without becoming another: 职业学院 is raised to 职业技术学院, that to 职业技术大学."""
LEAST_OWN = 3
"""Characters of what a body is called behind the name of the one that it belongs to."""
_LEGAL = re.compile("(?:科技)?(?:集团|股份|有限|责任|公司)+")
ENOUGH = 0.6
"""Score from which a pair is worth a look."""


@dataclass(frozen=True)
class Named:
    """An organisation to judge: its name's parts and normal form, its place and code ("" where unknown)."""

    parts: Parts
    plain: str
    region: str
    code: str


class Verdict(NamedTuple):
    """How likely a pair is one organisation (0 to 1), and why: a key of ``reasons.REASONS``."""

    score: float
    reason: str


def named(name: str, region: str, code: str) -> Named:
    """Return an organisation to judge; the province as its place says nothing."""
    plain = plain_name(name)
    return Named(take_apart(plain), plain, "" if region == PROVINCE else region, code)


_NOT = Verdict(0.0, "")


def judge(a: Named, b: Named) -> Verdict | None:
    """Return the verdict on a pair, or None where something decides against it."""
    if a.code != b.code and is_uscc(a.code) and is_uscc(b.code):
        return None
    if a.code and a.code == b.code:
        return Verdict(1.0, "same_code")
    if a.plain == b.plain:
        return Verdict(0.95, "same_name")
    one, other = a.parts, b.parts
    if one.marks != other.marks or _apart(a, b) or _other_body(one, other) or _other_branch(a.plain, b.plain):
        return None
    if _one_of_the_others(*sorted((a.plain, b.plain), key=len)):
        return None
    if all(words().schools.search(school.plain) for school in (a, b)):
        verdict = _one_school(a.plain, b.plain)
    else:
        verdict = _likeness(a, b)
    return verdict if verdict.score >= ENOUGH else None


def _apart(a: Named, b: Named) -> bool:
    """Tell whether the places in the names, or those of the organisations, exclude each other."""
    one, other = a.parts.place, b.parts.place
    if one and other and not holds(one, other):
        return True
    # Where only one name has a place, the other organisation must be there, too.
    return bool(
        (one and b.region and prefecture_of(one) != prefecture_of(b.region))
        or (other and a.region and prefecture_of(other) != prefecture_of(a.region))
    )


def holds(one: str, other: str) -> bool:
    """Tell whether one place is the other or holds it."""
    return one == other or (prefecture_of(one) == prefecture_of(other) and (one.endswith("00") or other.endswith("00")))


def _other_body(one: Parts, other: Parts) -> bool:
    """Tell whether the kinds of body differ, or the names by just what tells namesakes apart."""
    if one.head != other.head and one.head and other.head and not _companies(one, other):
        return True
    contrasts = words().contrasts
    x, y = one.core, other.core
    for step in Levenshtein.opcodes(x, y):
        before, after = x[step.src_start : step.src_end], y[step.dest_start : step.dest_end]
        if step.tag == "replace" and len(before) == 1 and contrasts.get(before, -1) == contrasts.get(after, -2):
            return True
        if step.tag != "replace" and step.src_start == 0 and before + after in words().directions:
            return True
    return False


def _other_branch(one: str, other: str) -> bool:
    """Tell whether both are branches, or local bodies, and not the same one."""
    first, second = branch(one), branch(other)
    return bool(first and second) and not first.may_be(second)  # type: ignore[union-attr, arg-type]


def _one_of_the_others(whole: str, part: str) -> bool:
    """Tell whether a body belongs to another, by whose whole name its own begins: 某科学院某分院 | 职工大学."""
    own = part.removeprefix(whole)
    known = words()
    if own == part or len(own) < LEAST_OWN or _LEGAL.fullmatch(own):
        return False
    return all(known.ends.search(name) or known.local.search(name) for name in (whole, own))


def _one_school(one: str, other: str) -> Verdict:
    """Compare two schools: raised in rank, with a slip of the pen, or without its place; others differ."""
    shorter, longer = sorted((_SCHOOL_FORM.sub("", name) for name in (one, other)), key=len)
    if shorter == longer:
        return Verdict(0.85, "rank")
    if sorted(shorter) == sorted(longer):
        return Verdict(0.85, "swapped")
    core = take_apart(longer).core
    if core == shorter:
        return Verdict(0.85, "place")
    slips = [(tag, at) for tag, at, _ in Levenshtein.editops(longer, shorter).as_list()]
    lost = len(slips) == 1 and slips[0][0] == "delete" and slips[0][1] != len(longer) - len(core)
    return Verdict(0.85, "slip") if lost else _NOT


def _companies(one: Parts, other: Parts) -> bool:
    return {one.head, other.head} == {"有限公司", "集团有限公司"} or {one.head, other.head} == {
        "有限公司",
        "股份有限公司",
    }


def _likeness(a: Named, b: Named) -> Verdict:
    """Compare what two are called and what they do."""
    one, other = a.parts, b.parts
    if not (one.trade and other.trade) and (one.place or a.region) != (other.place or b.region):
        return _NOT  # only their place tells such names apart: 绵阳市中小企业服务中心
    if one.core == other.core:
        return Verdict(0.93, "place") if one.head == other.head else Verdict(0.88, "form")
    if sorted(one.core) == sorted(other.core):
        return Verdict(0.85, "swapped")
    if not one.trade or not other.trade:
        return _of_shared_words(one, other)
    trade = _trade(one.trade, other.trade)
    if trade < 1 and _shortened(one.core, other.core):
        return Verdict(0.75, "short")
    rest = _rest(one.rest, other.rest)
    if not trade or not rest:
        return _NOT
    score = 0.6 * trade + 0.3 * rest + 0.1 * Indel.normalized_similarity(a.plain, b.plain)
    slip = trade < 1 or Levenshtein.distance(one.core, other.core) == 1
    return Verdict(score, "slip" if slip else "trade")


def _trade(one: str, other: str) -> float:
    """Compare what two are called: equal, a slip of one character in three or more, or swapped; else 0."""
    if one == other:
        return 1.0
    shorter, longer = sorted((one, other), key=len)
    if sorted(one) == sorted(other):
        return 0.9
    distance = Levenshtein.distance(one, other)
    if len(shorter) >= 3 and distance == 1:
        return 0.85
    if len(shorter) >= 2 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return 0.8
    return 0.85 if len(shorter) >= 5 and distance <= 2 else 0.0


def _rest(one: str, other: str) -> float:
    """Compare what two do: 0 where they share nothing, a middle value where one says nothing of it."""
    if not one or not other:
        return 0.55
    if LCSseq.similarity(one, other) == min(len(one), len(other)):
        return 0.6 + 0.4 * min(len(one), len(other)) / max(len(one), len(other))
    same = Indel.normalized_similarity(one, other)
    return same if same >= 0.6 else 0.0


def _shortened(one: str, other: str) -> bool:
    """Tell whether one name is made of characters of the other, in order, ending alike."""
    shorter, longer = sorted((one, other), key=len)
    return (
        3 <= len(shorter) < len(longer)
        and LCSseq.similarity(shorter, longer) == len(shorter)
        and shorter[-1] == longer[-1]
        and len(longer) <= 3 * len(shorter)
    )


def _of_shared_words(one: Parts, other: Parts) -> Verdict:
    """Compare names of one place that say little but what the body does: shortened, or with a slip of the pen."""
    if _shortened(one.core, other.core):
        return Verdict(0.7, "short")
    slips = Levenshtein.distance(one.core, other.core)
    return Verdict(0.8, "slip") if slips == 1 and len(one.core) >= 5 else _NOT
