"""Industry chains, pillars and systems by their names in both languages."""

from functools import cache
from pathlib import Path

import yaml

from graph.language import Text
from graph.vocabulary import vocabulary

NAMES = Path(__file__).with_name("chain_names.yml")


@cache
def _english() -> dict[str, str]:
    named: dict[str, str] = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    above = ("industry_pillars", "industry_systems")
    return {**{entry.id: entry.label.en for name in above for entry in vocabulary(name)}, **named}


def chain_name(code: str | None, name: str | None) -> Text:
    """Return what a chain, pillar or system is called; one of a user's own has the name that it was given."""
    return Text(name or "", _english().get(code or "", name or ""))
