"""Whether two near names may mean one organisation, and the reasons in words."""

import re
from dataclasses import dataclass

from rapidfuzz.distance import Indel, LCSseq, Levenshtein

from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import places
from loaders.identify.matching.branches import branch
from loaders.identify.matching.parts import Parts, take_apart, words

_SCHOOL_FORM = re.compile("^(?:民办|公办)|职业(?:技术)?(?:学院|大学)$|高等专科学校$")
"""What a school drops or changes without becoming another: 职业学院 is raised to 职业技术学院, that to 职业技术大学."""
ENOUGH = 0.6
"""Score from which a pair is worth a look."""


@dataclass(frozen=True)
class Named:
    """An organisation to judge: its name's parts and normal form, its place and code ("" where unknown)."""

    parts: Parts
    plain: str
    region: str
    code: str


@dataclass(frozen=True)
class Verdict:
    """How likely a pair is one organisation (0 to 1), and why."""

    score: float
    evidence: Text


def judge(a: Named, b: Named, alike: float) -> Verdict | None:
    """Return the verdict on a pair whose names are ``alike`` (0 to 1), or None where something decides against it."""
    if a.code and a.code == b.code:
        return Verdict(1.0, _evidence(a, b, alike))
    if a.plain == b.plain:
        return Verdict(0.95, _evidence(a, b, alike))
    one, other = a.parts, b.parts
    if one.marks != other.marks or _apart(a, b) or _other_body(one, other) or _other_branch(a.plain, b.plain):
        return None
    if all(words().schools.search(named.plain) for named in (a, b)):
        score = 0.85 if _one_school(a.plain, b.plain) else 0.0
    else:
        score = _likeness(a, b, alike)
    return Verdict(score, _evidence(a, b, alike)) if score >= ENOUGH else None


def _apart(a: Named, b: Named) -> bool:
    """Tell whether the places in the names, or those of the organisations, exclude each other."""
    one, other = a.parts.place, b.parts.place
    if one and other and not _holds(one, other):
        return True
    # Where only one name has a place, the other organisation must be there, too.
    return bool(
        (one and b.region and prefecture_of(one) != prefecture_of(b.region))
        or (other and a.region and prefecture_of(other) != prefecture_of(a.region))
    )


def _holds(one: str, other: str) -> bool:
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


def _one_school(one: str, other: str) -> bool:
    """Tell whether two schools are one, with a slip of the pen, without its place, or raised in rank."""
    shorter, longer = sorted((_SCHOOL_FORM.sub("", name) for name in (one, other)), key=len)
    if sorted(shorter) == sorted(longer):
        return True
    core = take_apart(longer).core
    if longer.endswith(shorter):
        return core == shorter
    slips = [(slip.tag, slip.src_pos) for slip in Levenshtein.editops(longer, shorter)]
    return len(slips) == 1 and slips[0][0] == "delete" and slips[0][1] != len(longer) - len(core)


def _companies(one: Parts, other: Parts) -> bool:
    return {one.head, other.head} == {"有限公司", "集团有限公司"} or {one.head, other.head} == {
        "有限公司",
        "股份有限公司",
    }


def _likeness(a: Named, b: Named, alike: float) -> float:
    """Return 0 to 1 from what the two are called and what they do."""
    one, other = a.parts, b.parts
    if not (one.trade and other.trade) and (one.place or a.region) != (other.place or b.region):
        return 0.0  # only their place tells such names apart: 绵阳市中小企业服务中心
    if one.core == other.core:
        return 0.93 if one.head == other.head else 0.88
    if sorted(one.core) == sorted(other.core):
        return 0.85
    if not one.trade or not other.trade:
        return _of_shared_words(one, other)
    trade = _trade(one.trade, other.trade)
    if trade < 1 and _shortened(one.core, other.core):
        return 0.75
    rest = _rest(one.rest, other.rest)
    if not trade or not rest:
        return 0.0
    return 0.6 * trade + 0.3 * rest + 0.1 * alike


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
    """Tell whether one name is made of characters of the other, in order, beginning and ending alike."""
    shorter, longer = sorted((one, other), key=len)
    return (
        3 <= len(shorter) < len(longer)
        and LCSseq.similarity(shorter, longer) == len(shorter)
        and shorter[-1] == longer[-1]
        and len(longer) <= 3 * len(shorter)
    )


def _of_shared_words(one: Parts, other: Parts) -> float:
    """Compare names of one place that say little but what the body does: shortened, or with a slip of the pen."""
    if _shortened(one.core, other.core):
        return 0.7
    slips = Levenshtein.distance(one.core, other.core)
    return 0.8 if slips == 1 and len(one.core) >= 5 else 0.0


def _evidence(a: Named, b: Named, alike: float) -> Text:
    """Say what speaks for a pair and what against it."""
    said = [Text("名称的规范形相同", "equal normalised names")] if a.plain == b.plain else [
        Text(f"名称相近 {alike:.2f}", f"names alike {alike:.2f}")
    ]  # fmt: skip
    if a.plain != b.plain and a.parts.core == b.parts.core:
        said.append(Text("仅地名或法律形式不同", "only place or legal form differ"))
    elif a.plain != b.plain and a.parts.trade and a.parts.trade == b.parts.trade:
        said.append(Text(f"字号同为「{a.parts.trade}」", f"same trade name {a.parts.trade}"))
    said += [_where(a.region, b.region), _codes(a.code, b.code)]
    return Text("；".join(t.zh for t in said), "; ".join(t.en for t in said))


def _where(one: str, other: str) -> Text:
    if not one or not other:
        return Text("至少一方无市州", "a prefecture is not known")
    if prefecture_of(one) != prefecture_of(other):
        return Text("市州不同", "different prefectures")
    name = _named(one) if one == other else _named(prefecture_of(one))
    if one == other or _holds(one, other):
        return Text(f"同在{name}", f"both in {name}")
    return Text(f"同在{name}，区县不同", f"both in {name}, different counties")


def _named(code: str) -> str:
    return places()[code].name if code in places() else code


def _codes(one: str, other: str) -> Text:
    if one and one == other:
        return Text("信用代码相同", "same credit code")
    if one and other:
        return Text("信用代码不同，其一有误", "different credit codes, one of them wrong")
    if one or other:
        return Text("一方无信用代码", "one has no credit code")
    return Text("双方均无信用代码", "neither has a credit code")
