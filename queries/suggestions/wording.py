"""One sentence that says why two could work together, in both languages."""

import pandas as pd

from graph.language import Lang, Text
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from queries.suggestions.suggestion import Suggestion

NAMED = 2


def explained(row: Suggestion, chains: "pd.Series[str]") -> Text:
    """Return the sentence of a suggestion; ``chains`` are names by key."""
    zh, en = _between(row)
    if row.chains:
        names = [str(chains.get(key, key)) for key in row.chains]
        zh.append(f"同在{_listed(names, 'zh')}链")
        en.append(f"both serve {_listed([name_in('en', name) for name in names], 'en')}")
    if row.distance_km is not None:
        near = row.distance_km < 1
        zh.append("同处一地" if near else f"相距约 {row.distance_km:,.0f} 公里")
        en.append("in the same place" if near else f"about {row.distance_km:,.0f} km apart")
    if row.dimensions:
        zh.append(f"可从{_listed(_dimensions(row, 'zh'), 'zh')}谈起")
        en.append(f"could begin with the {_listed(_dimensions(row, 'en'), 'en').lower()}")
    return Text(f"{'，'.join(zh)}。", f"{', '.join(en)}.")


def _between(row: Suggestion) -> tuple[list[str], list[str]]:
    named = {lang: _listed(row.via, lang, row.common or len(row.via)) for lang in ("zh", "en")}
    if row.common:
        number = f"{row.common} partner{'s' if row.common > 1 else ''}"
        return [f"有 {row.common} 个共同伙伴（{named['zh']}）"], [f"{number} in common ({named['en']})"]
    return [f"经 {row.via[0]} 与 {row.via[1]} 相连"], [f"joined through {row.via[0]} and {row.via[1]}"]


def _dimensions(row: Suggestion, lang: Lang) -> list[str]:
    known = vocabulary("cooperation_dimensions")
    return [known.text(d, lang) if d in known else d for d in row.dimensions]


def _listed(names: list[str], lang: Lang, total: int | None = None) -> str:
    shown, total = names[:NAMED], total or len(names)
    joined = ("、" if lang == "zh" else ", ").join(shown)
    if total <= len(shown):
        return joined
    return f"{joined}等 {total} 个" if lang == "zh" else f"{joined} and {total - len(shown)} more"
