"""What would fill a gap, in one phrase: who or what, how much of it, at what cost, and what of that is assumed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from graph.language import Lang, Text
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from queries.amounts import services, share
from queries.money import money

ALL_BUT = 0.999
"""As much of a gap's demand is called met at most: 100.0 % beside what is not met would contradict it."""


def remedy_text(remedies: Sequence[Mapping[str, Any]], lang: Lang, *, with_assumed: bool = True) -> str:
    """Return the best of some remedies (fields of Remedy) in a phrase; an en dash without any.

    What is assumed stands behind it, unless somebody says it once for many.
    """
    if not remedies:
        return "–"
    best = remedies[0]
    kinds, terms = vocabulary("remedy_kinds"), vocabulary("assumptions")
    partner = best["kind"] == "partner"
    name = best[f"name_{lang}"]
    what = f"{kinds.text('partner', lang)} {name}" if partner else name
    cost = "" if best["cost"] is None else Text("，约 ", ", ").get(lang) + money(best["cost"]).get(lang)
    assumed = [terms.text(a, lang) for a in best["assumptions"]] if with_assumed else []
    harm, more = best["harm"] or 0.0, 0.0 if best["net"] is None else best["net"] - best["relief"]
    net = f"{best['net'] or 0.0:,.0f}"
    if harm < 1 <= more:
        cost = Text(f"，全省共补 {net} 次", f", {net} in the whole province").get(lang) + cost
    if harm >= 1:
        cost = (
            Text(
                f"，扣除别处多缺 {harm:,.0f} 次，全省净补 {net} 次",
                f", {net} net in the whole province after {harm:,.0f} more unmet elsewhere",
            ).get(lang)
            + cost
        )
    percent, relief = share(best["share"]), services(best["relief"])
    said = Text(
        f"{what}：补 {relief} 次/年（{percent}）{cost}",
        f"{what}: {relief} a year ({percent}){cost}",
    )
    note = Text(f"（假设：{'、'.join(assumed)}）", f" (assumed: {', '.join(assumed)})") if assumed else Text("", "")
    return said.get(lang) + note.get(lang)


def _ranked(gap: Mapping[str, Any], sort: str) -> float:
    """Return by what a gap is ranked."""
    if sort == "depth":
        return float(gap["unmet"] / gap["demand"] if gap["demand"] else 0.0)
    return float(gap[{"empty": "empty_demand", "severity": "severity"}.get(sort, "unmet")])


def first_said(gaps: Sequence[Mapping[str, Any]], sort: str, lang: Lang) -> str:
    """Return the first of some ranked gaps (fields of Gap) as a sentence to be read aloud, and how many equal it."""
    gap, equal = gaps[0], sum(math.isclose(_ranked(one, sort), _ranked(gaps[0], sort)) for one in gaps)
    types = vocabulary("service_types")
    of = {
        at: (
            *(name_in(at, name) for name in (gap["region_name"], gap["industry_name"]) if name),
            types.text(t, at) if (t := gap["service_type"]) else None,
        )
        for at in ("zh", "en")
    }
    zh, en = ("·".join(n for n in of["zh"] if n), ", ".join(n for n in of["en"] if n))
    if equal > 1:
        zh, en = f"{zh}（所列 {equal} 处并列）", f"{en} (one of {equal} equals among those listed)"
    demand = services(gap["demand"])
    if sort == "empty":
        return Text(
            f"最空白的是{zh}：需求 {demand} 次/年，其中 {services(gap['empty_demand'])} 次无人可及。",
            f"Emptiest: {en}; of {demand} services a year nothing reaches {services(gap['empty_demand'])}.",
        ).get(lang)
    lead = {"depth": Text("满足得最少的是", "Met least"), "size": Text("缺得最多的是", "Largest")}
    said = lead.get(sort, Text("排在最前的是", "First"))
    met = min(1.0 - gap["unmet"] / gap["demand"], ALL_BUT) if gap["demand"] else 0.0
    return Text(
        f"{said.zh}{zh}：需求 {demand} 次/年，满足 {met:.1%}，缺 {services(gap['unmet'])} 次。",
        f"{said.en}: {en}; of {demand} services a year {met:.1%} are met, {services(gap['unmet'])} are not.",
    ).get(lang)
