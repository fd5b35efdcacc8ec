"""Industry chains, pillars and systems by their names in both languages."""

from functools import cache

from graph.language import Text
from graph.places.english import industry_names
from graph.vocabulary import vocabulary


@cache
def _english() -> dict[str, str]:
    above = ("industry_pillars", "industry_systems")
    return {**{entry.id: entry.label.en for name in above for entry in vocabulary(name)}, **industry_names()}


def chain_name(code: str | None, name: str | None) -> Text:
    """Return what a chain, pillar or system is called; one of a user's own has the name that it was given."""
    return Text(name or "", _english().get(code or "", name or ""))
