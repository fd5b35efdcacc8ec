"""Why two organisations may be one, in sentences that a clerk reads."""

from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import places
from loaders.identify.matching.judging import Named, holds

REASONS = {
    "same_code": Text("信用代码相同", "one credit code"),
    "same_name": Text("两个名称只是写法不同", "two spellings of one name"),
    "place": Text("名称只差地名", "only the place in the names differs"),
    "form": Text("名称只差法律形式", "only the legal form in the names differs"),
    "swapped": Text("名称中有字前后颠倒", "characters of the names are swapped"),
    "slip": Text("名称只差一两个字，像是笔误", "a character or two differ, as by a slip of the pen"),
    "short": Text("其中一个像是另一个的简称", "one looks like the short form of the other"),
    "rank": Text("像是同一学校改名或升格前后的名称", "one school, it seems, before and after it was raised or renamed"),
    "trade": Text("字号相同，其余用词相近", "one trade name, and like words beside it"),
}
"""Verdicts' reasons, the surest kinds first."""
WHERE = {
    "here": Text("在同一区县", "in one county"),
    "near": Text("在同一市州", "in one prefecture"),
    "counties": Text("在同一市州的不同区县", "in different counties of one prefecture"),
    "unknown": Text("至少一家没有写明市州", "a prefecture is not stated"),
    "far": Text("在不同市州", "in different prefectures"),
}
TELLING = {"slip", "short", "trade", "form"}
"""Reasons of which the very characters that differ say more: 中小企业服务中心 for 企服中心."""


def where(one: str, other: str) -> str:
    """Return how two places lie to each other: a key of ``WHERE``."""
    if not one or not other:
        return "unknown"
    if prefecture_of(one) != prefecture_of(other):
        return "far"
    if one == other:
        return "near" if one.endswith("00") else "here"
    return "near" if holds(one, other) else "counties"


def differing_part(one: str, other: str) -> tuple[int, str, str]:
    """Return where two names begin to differ, and what each has there before they end alike."""
    begin = _common(one, other)
    rest, others = one[begin:], other[begin:]
    end = _common(rest[::-1], others[::-1])
    return begin, rest[: len(rest) - end], others[: len(others) - end]


def _common(one: str, other: str) -> int:
    return next((n for n, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), min(len(one), len(other)))


def evidence(a: Named, b: Named, reason: str) -> Text:
    """Say in a sentence what speaks for a pair and what against it."""
    why, here, codes = REASONS[reason], _where(a.region, b.region), _codes(a.code, b.code)
    return Text(f"{why.zh}，{here.zh}；{codes.zh}。", f"{why.en}, {here.en}; {codes.en}.".capitalize())


def _where(one: str, other: str) -> Text:
    lie = where(one, other)
    names = [places()[code].name if code in places() else code for code in (one, other) if code]
    match lie:
        case "here":
            above = places()[prefecture_of(one)].name
            return Text(f"都在{above}{names[0]}", f"both in {above}{names[0]}")
        case "near" | "counties":
            above = places()[prefecture_of(one)].name
            if lie == "near":
                return Text(f"都在{above}", f"both in {above}")
            listed = "、".join(names)
            return Text(f"都在{above}，区县不同（{listed}）", f"both in {above}, in different counties ({listed})")
        case "far":
            listed = "、".join(places()[prefecture_of(code)].name for code in (one, other))
            return Text(f"市州不同（{listed}）", f"in different prefectures ({listed})")
    return WHERE[lie]


def _codes(one: str, other: str) -> Text:
    if one and one == other:
        return Text("信用代码一致", "their codes agree")
    if one and other:
        return Text("信用代码不同，其中至少一个有误", "their credit codes differ, so that one at least is wrong")
    if one or other:
        return Text("只有一家有信用代码，可向另一家核对", "only one has a credit code: ask the other for its own")
    return Text("两家都没有信用代码", "neither has a credit code")
