"""Names in English: places, spelt as they are said, and chains with their segments, in our own translation."""

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache

from graph.identity import prefecture_of
from graph.places.divisions import places, reference
from graph.vocabulary import fold, vocabulary

_WRITTEN = {"513300": "Garzê"}
_TYPES = re.compile("province|city|prefecture|county|district")
"""Words behind a name in English; no name holds one of them."""
_OPEN = ("a", "e", "o")
"""Beginnings of a syllable that an apostrophe sets off from the one before: Guang'an."""


@cache
def sounds() -> dict[str, list[str]]:
    """Return the syllables of every division's name by code, those of its type at the end."""
    rows = reference("divisions")
    return {code: said.split() for code, said in zip(rows["adcode"], rows["pinyin"], strict=True)}


@cache
def english_names() -> dict[str, str]:
    """Return every division's name by code, without its type: Mianyang, Fucheng, Beichuan."""
    rows = reference("divisions")
    return {
        code: _WRITTEN.get(code) or _spelt(name, sounds()[code])
        for code, name in zip(rows["adcode"], rows["name"], strict=True)
    }


def _spelt(name: str, said: list[str]) -> str:
    own = said[:2] if "自治" in name else said[:-1] if len(said) > 2 else said
    first, *rest = own
    return "".join([first, *(f"'{s}" if s.startswith(_OPEN) else s for s in rest)]).capitalize()


@cache
def codes_by_english_name() -> dict[str, frozenset[str]]:
    """Return the divisions by their English names, folded and without separators.

    What is shown is taken back: Mianyang is the prefecture, "Fucheng, Mianyang" the county; a county's name alone is
    taken, too, where no prefecture has it, with every county that has it.
    """
    shown: dict[str, set[str]] = defaultdict(set)
    alone: dict[str, set[str]] = defaultdict(set)
    for code, name in english_names().items():
        for spelling in {in_english(code, name), unaccented(in_english(code, name))}:
            shown[_plain(spelling)].add(code)
        alone[_plain(name)].add(code)
    return {name: frozenset(codes) for name, codes in (alone | shown).items()}


def unaccented(text: str) -> str:
    """Return a text without accents: Garze for Garzê."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _plain(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalpha())


def codes_in_english(text: str) -> frozenset[str]:
    """Return the divisions that an English name may mean, with or without City, Prefecture, County or District."""
    if any(c.isdigit() for c in text):
        return frozenset()
    plain = _plain(text)
    found = codes_by_english_name()
    return found.get(plain) or found.get(_TYPES.sub("", plain), frozenset())


def in_english(code: str, name: str) -> str:
    """Return a place's name in English, a county with its prefecture: Fucheng, Mianyang; ``name`` of no division."""
    names, above = english_names(), prefecture_of(code)
    if code not in names:
        return name
    return names[code] if code == above else f"{names[code]}, {names[above]}"


@cache
def industry_names() -> dict[str, str]:
    """Return the English names of the chains and of their segments by code; a user's own have none."""
    rows = reference("industry_names_en")
    return dict(zip(rows["code"], rows["name_en"], strict=True))


@cache
def _by_name() -> dict[str, str]:
    """Return English names by the Chinese ones: of places, but for what several are called, of chains and of lists."""
    listed = ("economic_zones", "industry_pillars", "industry_systems", "service_types", "window_kinds")
    chains = reference("industry_chains")
    named = {entry.label.zh: entry.label.en for name in listed for entry in vocabulary(name)}
    named |= {name: industry_names()[code] for code, name in zip(chains["chain_id"], chains["chain"], strict=True)}
    names = Counter(place.name for place in places().values())
    for code, place in places().items():
        english, above = in_english(code, place.name), prefecture_of(code)
        if names[place.name] == 1:
            named[place.name] = english
        if above != code and above in places():
            named[f"{places()[above].name}{place.name}"] = english
    return named


def name_in(lang: str, text: str) -> str:
    """Return a name, or several joined by a middle dot, in English where it is asked for and there is one.

    Places, chains and terms of lists have one; names of organisations and of things stay as they are.
    """
    if lang != "en":
        return text
    return (
        " · ".join(_by_name().get(part, part) for part in text.split("·"))
        if "·" in text
        else _by_name().get(text, text)
    )
