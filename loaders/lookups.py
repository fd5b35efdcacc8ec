"""Places and chains by any name that people write, from the reference data."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from graph.errors import AmbiguousRegion, UnknownCode, UnknownRegion
from graph.identity import prefecture_of
from graph.language import Text
from graph.vocabulary import fold

PROVINCE = "510000"
_MINORITIES = "藏族|羌族|彝族|回族|苗族|土家族|蒙古族"
_SHORT_ENDINGS = re.compile(rf"(?:(?:{_MINORITIES})+自治[州县]|[省市州区县])$")


@cache
def reference(name: str) -> pd.DataFrame:
    """Return a reference table as text; empty cells are empty strings."""
    path = files("loaders").joinpath("reference", f"{name}.csv")
    with path.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


@dataclass(frozen=True)
class Place:
    """A county, prefecture or the province."""

    code: str
    name: str
    full_name: str

    @property
    def prefecture(self) -> str:
        """Code of its prefecture (its own for a prefecture, the province's for the province)."""
        return prefecture_of(self.code)


@cache
def places() -> dict[str, Place]:
    """Return the current divisions down to counties, by code."""
    rows = reference("divisions")
    names = dict(zip(rows["adcode"], rows["name"], strict=True))
    return {
        code: Place(code, name, name if code == prefecture_of(code) else names[prefecture_of(code)] + name)
        for code, name in names.items()
    }


@cache
def _renamings() -> list[tuple[str, str, str]]:
    """Return (old code, old name, new code) of places that went on under another name or code.

    Where a code was merely given to another place (码位改派), the places have nothing to do with each other.
    """
    rows = reference("division_changes")
    rows = rows[(rows["type"] != "码位改派") & rows["new_code"].str.startswith("51") & (rows["old_name"] != "")]
    return list(zip(rows["old_code"], rows["old_name"], rows["new_code"], strict=True))


@cache
def _successors() -> dict[str, str]:
    """Historical code -> current code, following chains of changes."""
    step = {old: new for old, _, new in _renamings() if old != new}
    current: dict[str, str] = {}
    for old in step:
        code, seen = old, {old}
        while code not in places() and code in step and step[code] not in seen:
            code = step[code]
            seen.add(code)
        if code in places():
            current[old] = code
    return current


def short_name(name: str) -> str:
    """Return a division's name without its type: 绵阳市 -> 绵阳, 北川羌族自治县 -> 北川; two characters stay."""
    short = _SHORT_ENDINGS.sub("", name)
    return short if len(short) > 1 else name


def _spellings(place: Place) -> tuple[set[str], set[str]]:
    """Return the exact and the loose spellings of a place."""
    own, short = place.name, short_name(place.name)
    kind = place.name[-1]
    loose = {short, short + kind}
    exact = {own}
    if place.code != PROVINCE:
        exact.add("四川省" + place.full_name)
        loose |= {"四川省" + own, "四川" + own, "四川" + short}
    if place.full_name != own:
        parent = places()[place.prefecture].name
        before = {parent, short_name(parent), short_name(parent) + parent[-1]}
        exact.add(place.full_name)
        loose |= {f"{p}{s}{o}" for p in ("", "四川", "四川省") for s in before for o in (own, short, short + kind)}
    return exact, loose


@cache
def _place_index() -> tuple[dict[str, set[str]], ...]:
    """Return spellings -> codes in the order in which they are tried: exact, loose, historical."""
    exact: dict[str, set[str]] = defaultdict(set)
    loose: dict[str, set[str]] = defaultdict(set)
    past: dict[str, set[str]] = defaultdict(set)
    for place in places().values():
        for index, spellings in zip((exact, loose), _spellings(place), strict=True):
            for spelling in spellings:
                index[fold(spelling)].add(place.code)
    for _, name, new in _renamings():
        code = new if new in places() else _successors().get(new)
        if code:
            parent = places()[prefecture_of(code)].name
            for spelling in (name, parent + name, short_name(parent) + name):
                past[fold(spelling)].add(code)
    return exact, loose, past


@cache
def _townships() -> dict[str, str]:
    rows = reference("townships")
    return dict(zip(rows["code"], rows["county_adcode"], strict=True))


@cache
def region(value: str) -> str:
    """Return the current code of a county, prefecture or the province.

    Takes a GB/T 2260 code (current or historical, or a township's, which stands for its county) or a name
    (full or short, with or without its prefecture, current or historical).

    Raises:
        UnknownRegion, AmbiguousRegion: with suggestions or candidates.
    """
    text = fold(value).removesuffix(".0")
    if text.isdigit():
        code = _townships().get(text[:9], text) if len(text) in (9, 12) else text
        code = _successors().get(code, code)
        if code in places():
            return code
        raise UnknownRegion(value=value, suggestion="")
    for index in _place_index():
        found = index.get(text)
        if found and len(found) > 1:
            raise AmbiguousRegion(value=value, candidates="、".join(_named(code) for code in sorted(found)))
        if found:
            return next(iter(found))
    raise UnknownRegion(value=value, suggestion=_suggestion(text))


def _named(code: str) -> str:
    return f"{places()[code].full_name}（{code}）"


def _suggestion(text: str) -> Text:
    near = [p for p in places().values() if text and (text in fold(p.full_name) or short_name(p.name) in text)][:3]
    if not near:
        return Text("", "")
    listed = "、".join(_named(p.code) for p in near)
    return Text(f"是否指 {listed}？", f"Did you mean {listed}? ")


@cache
def _chain_index() -> dict[str, str]:
    index: dict[str, str] = {}
    rows = reference("industry_chains")
    for chain_id, name in zip(rows["chain_id"], rows["chain"], strict=True):
        plain = re.sub(r"[（(].*?[)）]", "", name)
        for spelling in (chain_id, name, plain, name + "产业", name + "产业链"):
            index.setdefault(fold(spelling), chain_id)
    return index


@cache
def chain(value: str) -> str:
    """Return the chain_id of a chain's id or name.

    Raises:
        UnknownCode: no such chain.
    """
    found = _chain_index().get(fold(value))
    if found is None:
        names = "、".join(reference("industry_chains")["chain"])
        raise UnknownCode(value=value, list=Text("产业链", "industry chain"), allowed=names)
    return found
