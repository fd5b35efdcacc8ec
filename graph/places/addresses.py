"""What a text says of a place: names one within the other, and what of an address follows them.

Texts are folded and free of separators (see :func:`graph.places.gazetteer.region`).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from graph.identity import prefecture_of
from graph.places.divisions import (
    PROVINCE,
    full_names,
    past_names,
    places,
    short_name,
    short_names,
    townships,
    zones,
)

_LONGEST = 15
_BEFORE = re.compile("^(?:中国|中华人民共和国)?(?:四川省?)?(?=..)")
_WHOLE_PROVINCE = {"全省", "全川", "省本级"}
_WHOLE_PLACE_ALONE = {"全省", "本级", "全域", "全境", "境内"}
_WHOLE_PLACE = re.compile("(?:[省市州县区]?本级|市辖区|市区|全[市州县区域境]|境内)$")
_WORDS_OF_THEIR_OWN = {"东区", "西区"}
"""Counties whose names, before an address, are as likely to be a part of any town."""
_ZONE = re.compile(
    "^[^区县市州]{0,10}?(?:新区|高新.?区|经开区|(?:开发|保税|功能|集中发?展?|示范|试验|园)区|[业学技]园|科学城)"
)
_ADDRESS = re.compile("^[^区县市州镇乡路街道巷号]{2,12}?(?:路|街(?!道)|大道|巷|号|栋|大厦|广场)")
_STREETS = re.compile("[场政民路街道村大]")
"""Before such a letter a place's name is part of a street's: 江油市场, 新都大道."""


class _Reading(NamedTuple):
    understood: int
    codes: frozenset[str]


class Contradiction(NamedTuple):
    """A name that does not lie where the text puts it."""

    name: str
    codes: frozenset[str]
    above: str


def find(text: str) -> set[str]:
    """Return the codes of the places that a text may mean: none, one, or several that it does not tell apart.

    Of several ways to read it, the one that understands most of it counts.
    """
    if found := _named(text):
        return found
    path = _BEFORE.sub("", text)
    if text in _WHOLE_PROVINCE or (path in _WHOLE_PLACE_ALONE and path != text):
        return {PROVINCE}
    if found := _named(path) or _named(_WHOLE_PLACE.sub("", path)):
        return found
    readings = [*_below_prefectures(path), *_below_counties(path, None), *_towns_and_zones(path, None)]
    most = max((r.understood for r in readings), default=0)
    return {code for r in readings if r.understood == most for code in r.codes}


def contradiction(text: str) -> Contradiction | None:
    """Return the name in a text that lies outside the place before it: 武侯区 in 绵阳市武侯区."""
    path = _BEFORE.sub("", text)
    heads = [(name, c) for name, codes in _prefixes(path, None) for c in codes]
    for head, above in reversed(heads):
        rest = path[len(head) :]
        inner = [(s, _named(s)) for s in _starts(rest) if s == rest or s in full_names() or s in townships()]
        for name, codes in reversed(inner):
            if codes and not any(_related(above, code) for code in codes):
                return Contradiction(name, frozenset(codes), above)
        if further := contradiction(rest):
            return further
    return None


def _named(text: str, prefecture: str | None = None) -> set[str]:
    """Return the places that have this whole name, as far as they lie in the prefecture, if one is given.

    A legal name goes before a short one, that before a former one; zones and townships come last.
    """
    for index in (full_names(), short_names()):
        if found := _inside(index.get(text, set()), prefecture):
            return found
    former = past_names().get(text, [])
    if found := {code for above, code in former if prefecture is None or (above == prefecture and code != prefecture)}:
        return found
    return _inside(zones().get(text, set()), prefecture, zone=True) or _inside(townships().get(text, set()), prefecture)


def _inside(codes: set[str], prefecture: str | None, *, zone: bool = False) -> set[str]:
    if prefecture is None:
        return codes
    return {code for code in codes if prefecture_of(code) == prefecture and (zone or code != prefecture)}


def _starts(text: str) -> list[str]:
    return [text[:length] for length in range(2, min(len(text), _LONGEST) + 1)]


def _prefixes(text: str, prefecture: str | None) -> Iterator[tuple[str, set[str]]]:
    """Yield the names of divisions, present or past, with which a text begins; shortest first."""
    for start in _starts(text):
        if start in full_names() or start in short_names() or start in past_names():
            codes = _named(start, prefecture) - {PROVINCE}
            if codes:
                yield start, codes


def _below_prefectures(path: str) -> Iterator[_Reading]:
    """Yield what a text means that begins with a prefecture."""
    for name, codes in _prefixes(path, None):
        rest = path[len(name) :]
        for code in codes:
            if places()[code].is_county:
                continue
            for reading in (*_below_counties(rest, code), *_towns_and_zones(rest, code)):
                yield _Reading(len(name) + reading.understood, reading.codes)
            if inner := _named(rest, code):
                yield _Reading(len(path), frozenset(inner))
            # Where in the prefecture a street or an unlisted zone is, nobody says here: the prefecture is certain.
            if _ZONE.match(rest) or (_typed(name, code) and _ADDRESS.match(rest)):
                yield _Reading(len(name), frozenset({code}))


def _below_counties(path: str, prefecture: str | None) -> Iterator[_Reading]:
    """Yield what a text means that begins with a county, in a prefecture if one is given, and goes on."""
    for name, codes in _prefixes(path, prefecture):
        rest = path[len(name) :]
        if not rest or (prefecture is None and name in _WORDS_OF_THEIR_OWN):
            continue
        counties = {code for code in codes if places()[code].is_county}
        for town in _starts(rest):
            if within := counties & townships().get(town, set()):
                yield _Reading(len(name) + len(town), frozenset(within))
        sure = {code for code in counties if _typed(name, code) and not _leaves(rest, code)}
        if sure := sure or (counties if _ZONE.match(rest) else set()):
            yield _Reading(len(name), frozenset(sure))


def _towns_and_zones(path: str, prefecture: str | None) -> Iterator[_Reading]:
    """Yield what a text means that begins with a township or a zone; what follows is its address."""
    for start in _starts(path):
        if codes := _inside(townships().get(start, set()), prefecture):
            yield _Reading(len(start), frozenset(codes))
        if start[-1] in "区园城谷" and (codes := _inside(zones().get(start, set()), prefecture, zone=True)):
            yield _Reading(len(start), frozenset(codes))


def _typed(name: str, code: str) -> bool:
    """Tell whether a name says what kind of division it is; without, it may be part of a street's name."""
    return name == places()[code].name or name != short_name(places()[code].name)


def _leaves(rest: str, code: str) -> bool:
    """Tell whether what follows a county is a division elsewhere."""
    for start in _starts(rest):
        others = full_names().get(start, set())
        if others and not _STREETS.match(rest, len(start)):
            return not any(_related(code, other) for other in others)
    return False


def _related(one: str, other: str) -> bool:
    return other in (one, prefecture_of(one), PROVINCE) or prefecture_of(other) == one
