"""What would fill a gap, in one phrase: who or what, how much of it, at what cost, and what of that is assumed."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.language import Lang, Text
from graph.vocabulary import vocabulary


def remedy_text(remedies: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    """Return the best of some remedies (fields of Remedy) in a phrase; an en dash without any."""
    if not remedies:
        return "–"
    best = remedies[0]
    kinds, terms = vocabulary("remedy_kinds"), vocabulary("assumptions")
    partner = best["kind"] == "partner"
    name = best[f"name_{lang}"]
    what = f"{kinds.text('partner', lang)} {name}" if partner else name
    cost = (
        ""
        if best["cost"] is None
        else Text(f"，{best['cost']:,.0f} 万元", f", {best['cost']:,.0f} × 10k CNY").get(lang)
    )
    assumed = [terms.text(a, lang) for a in best["assumptions"]]
    harm = best["harm"] or 0.0
    if harm >= 1:
        cost = Text(f"，别处多缺 {harm:,.0f}", f", {harm:,.0f} more unmet elsewhere").get(lang) + cost
    said = Text(
        f"{what}：补 {best['relief']:,.0f} 次/年（{best['share']:.0%}）{cost}",
        f"{what}: {best['relief']:,.0f} a year ({best['share']:.0%}){cost}",
    )
    note = Text(f"（假设：{'、'.join(assumed)}）", f" (assumed: {', '.join(assumed)})") if assumed else Text("", "")
    return said.get(lang) + note.get(lang)
