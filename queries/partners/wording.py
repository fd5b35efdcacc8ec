"""One sentence that says why a candidate stands where it stands, in both languages."""

from typing import Any

from graph.language import Lang, Text
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from queries.amounts import services, share
from queries.partners.candidates import PartnerSet, Requester

PART_NAMES = {
    "complementarity": Text("互补性", "complementarity"),
    "reach": Text("可及性", "reach"),
    "relatedness": Text("产业相关", "relatedness"),
    "quality": Text("质量", "quality"),
    "record": Text("合作记录", "record"),
    "openness": Text("开放度", "openness"),
}
TYPES_NAMED = 2
LANGS: tuple[Lang, ...] = ("zh", "en")
WEAK = 1 / 3
"""Below such a standing somebody is behind; above its counterpart ahead."""


def explained(record: dict[str, Any], who: Requester, candidates: int) -> dict[str, str]:
    """Return the sentences of a row of the ranking, which has so many candidates."""
    said = _sentence(record, who, candidates)
    return {"explanation": said.zh, "explanation_en": said.en}


def _sentence(record: dict[str, Any], who: Requester, candidates: int) -> Text:
    zh, en = _facts(record, who)
    pinned = Text("（指定）", " (pinned)") if record["pinned"] else Text("", "")
    apart = {p: s for p, s in record["standings"].items() if record["weights"][p] > 0 and s is not None}
    best, worst = (of(apart, key=apart.__getitem__, default=None) for of in (max, min))
    others = 1.0 - 1.0 / candidates  # standings are among the others
    if best is not None and apart[best] > 1.0 - WEAK:
        ahead = min(round(apart[best] * others * 100), 99)  # nobody is ahead of all: they are one of them
        zh[-1] += f"；胜在{PART_NAMES[best].zh}（高于 {ahead}% 的候选）"
        en[-1] += f"; ahead in {PART_NAMES[best].en} (of {ahead}% of the candidates)"
    if worst is not None and apart[worst] < WEAK:
        zh[-1] += f"；弱在{PART_NAMES[worst].zh}（仅高于 {apart[worst] * others:.0%}）"
        en[-1] += f"; behind in {PART_NAMES[worst].en} (ahead of {apart[worst] * others:.0%} only)"
    return Text(
        f"第 {record['rank']} 名{pinned.zh}：{'，'.join(zh)}。",
        f"Rank {record['rank']}{pinned.en}: {', '.join(en)}.",
    )


def _facts(record: dict[str, Any], who: Requester) -> tuple[list[str], list[str]]:
    spare, meets, km, ties = (record[k] for k in ("spare_capacity", "would_meet", "distance_km", "partnerships"))
    types = {lang: _types(record["service_types"], lang) for lang in LANGS}
    if who.unknown:
        zh = [f"{types['zh']}余量 {services(spare)} 次/年（{who.name}的需求不明）"]
        en = [
            f"{services(spare)} services a year of {types['en']} to spare "
            f"(demand of {name_in('en', who.name)} is not known)"
        ]
    else:
        zh = [f"{types['zh']}余量 {services(spare)} 次/年，可补{who.name}缺口 {services(meets)} 次"]
        en = [
            f"{services(spare)} services a year of {types['en']} to spare would meet {services(meets)} that "
            f"{name_in('en', who.name)} lacks"
        ]
    if km is not None:
        zh.append(f"相距约 {km:,.0f} 公里")
        en.append(f"about {km:,.0f} km away")
    if ties:
        zh.append(f"已有 {ties} 项合作")
        en.append(f"{ties} partnership{'s' if ties > 1 else ''} already")
    return zh, en


def _types(ids: list[str], lang: Lang) -> str:
    names = [vocabulary("service_types").text(i, lang) for i in ids[:TYPES_NAMED]]
    more = len(ids) - len(names)
    joined = ("、" if lang == "zh" else ", ").join(names)
    if not more:
        return joined
    return f"{joined}等 {len(ids)} 类" if lang == "zh" else f"{joined} and {more} more"


def said_of_set(found: PartnerSet, lang: Lang) -> list[str]:
    """Return what a set of partners amounts to, in sentences that can be read aloud."""
    return [each.get(lang) for each in (_amount(found), _proof(found), *_others(found)) if each.get(lang)]


def _amount(found: PartnerSet) -> Text:
    who, count = found.requester, len(found.members)
    if not count:
        return Text(
            f"{who.name}：没有候选能补上所问的缺口。", f"{name_in('en', who.name)}: no candidate fills any of the gap."
        )
    part, of = share(found.filled / who.unmet), {lang: _types(found.service_types, lang) for lang in LANGS}
    lacking, filled = services(who.unmet), services(found.filled)
    zh = f"{who.name}{of['zh']}缺 {lacking} 次/年，{count} 家合力可补 {filled} 次（{part}）。"
    named = f" of {of['en']}" if of["en"] else ""
    en = f"{name_in('en', who.name)} lacks {lacking} services a year{named}; "
    en += f"{count} together fill {filled} ({part})."
    if found.wanted > found.possible * (1 + 1e-9):
        most, wanted = _apart(found.possible / who.unmet, found.share)
        zh = f"全部候选合力最多补 {most}，达不到所求的 {wanted}。" + zh
        en = f"All candidates together fill {most} at most, not the {wanted} asked for. " + en
    return Text(zh, en)


def _apart(one: float, other: float) -> tuple[str, str]:
    """Return two shares with as few decimals as tell them apart, one that is nearly the other as less than that."""
    for decimals in range(4):
        first, second = f"{one:.{decimals}%}", f"{other:.{decimals}%}"
        if first != second and (one <= 0 or float(first[:-1])):
            return first, second
    return f"<{other:.0%}", f"{other:.0%}"


def _proof(found: PartnerSet) -> Text:
    if not found.members:
        return Text("", "")
    if found.proven:
        return Text("已证明：再少一家就补不到。", "Proven: one fewer would not do.")
    return Text(
        f"时限内未证明最少：至少要 {found.least} 家（--time-limit 可加大）。",
        f"Not proven smallest in time: {found.least} are needed at least (raise --time-limit).",
    )


def _others(found: PartnerSet) -> list[Text]:
    """Return whom other sets of the same size have instead."""
    made = [
        Text(
            f"同样少的组合：以{'、'.join(o.instead)}代替{'、'.join(o.without)}。",
            f"As few: {', '.join(o.instead)} instead of {', '.join(o.without)}.",
        )
        for o in found.others
    ]
    if found.members and found.only:
        more = Text("没有其他同样少的组合。", "No other set is as small.")
        made.append(more if not made else Text("此外没有同样少的组合。", "No more are as small."))
    return made
