"""One sentence that says why a candidate stands where it stands, in both languages."""

from typing import Any

from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.partners.candidates import Requester

PART_NAMES = {
    "complementarity": Text("互补性", "complementarity"),
    "reach": Text("可及性", "reach"),
    "relatedness": Text("产业相关", "relatedness"),
    "quality": Text("质量", "quality"),
    "record": Text("合作记录", "record"),
    "openness": Text("开放度", "openness"),
}
TYPES_NAMED = 2


def explained(record: dict[str, Any], who: Requester) -> dict[str, str]:
    """Return the sentences of a row of the ranking."""
    said = _sentence(record, who)
    return {"explanation": said.zh, "explanation_en": said.en}


def _sentence(record: dict[str, Any], who: Requester) -> Text:
    zh, en = _facts(record, who)
    pinned = Text("（指定）", " (pinned)") if record["pinned"] else Text("", "")
    known = [p for p in record["parts"] if record["weights"][p] > 0]
    if len(known) > 1:
        best, worst = (PART_NAMES[of(known, key=record["parts"].__getitem__)] for of in (max, min))
        zh[-1] += f"；最强项{best.zh}，最弱项{worst.zh}"
        en[-1] += f"; strongest in {best.en}, weakest in {worst.en}"
    return Text(
        f"第 {record['rank']} 名{pinned.zh}：{'，'.join(zh)}。",
        f"Rank {record['rank']}{pinned.en}: {', '.join(en)}.",
    )


def _facts(record: dict[str, Any], who: Requester) -> tuple[list[str], list[str]]:
    spare, meets, km, ties = (record[k] for k in ("spare_capacity", "would_meet", "distance_km", "partnerships"))
    types = {lang: _types(record["service_types"], lang) for lang in ("zh", "en")}
    if who.unknown:
        zh = [f"{types['zh']}余量 {spare:,.0f} 次/年（{who.name}的需求不明）"]
        en = [f"{spare:,.0f} services a year of {types['en']} to spare (demand of {who.name} is not known)"]
    else:
        zh = [f"{types['zh']}余量 {spare:,.0f} 次/年，可补{who.name}缺口 {meets:,.0f} 次"]
        en = [f"{spare:,.0f} services a year of {types['en']} to spare would meet {meets:,.0f} that {who.name} lacks"]
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
