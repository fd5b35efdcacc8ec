"""What a text says of a place: names one within the other, and what of an address follows them.

Texts are folded and free of separators (see :func:`graph.places.gazetteer.region`).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from graph.identity import prefecture_of
from graph.places.divisions import (
    PROVINCE,
    departed,
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
_WHOLE_PROVINCE = {"全省", "全川", "省本级", "省级", "省直", "省属", "省直属", "省内"}
_WHOLE_PLACE_ALONE = {"全省", "本级", "全域", "全境", "境内"}
_WHOLE_PLACE = re.compile(r"(?:(?<=([市州县区]))\1)?(?:本级|直属|[直属级内]|市辖区|市区|全[市州县区域境]|境内)$")
"""The whole of a place behind its name: 绵阳市本级, 绵阳市市直. 阿坝州本级 is the prefecture, so its kind stays."""
_WORDS_OF_THEIR_OWN = {"东区", "西区"}
"""Counties whose names, before an address, are as likely to be a part of any town."""
_FREE_TRADE = re.compile("(?:中国)?(?:四川省?)?(?:自由贸易(?:试验)?|自贸(?:试验)?)区")
_FREE_TRADE_ZONE = "自由贸易试验区"
_ZONE = re.compile(
    "^[^区县市州]{0,10}?(?:新区|高新.?区|经开区|(?:开发|保税|功能|集中发?展?|示范|试验|度假|合作|园|景|片|先行)区|[业学技发]园"
    "|(?:科学城|科技城|新城|工业港|物流港|空港)(?![东西南北中]?[路街大]))"
)
_TOWN_ITSELF = re.compile("^(?:市?市区|[县中主]?[心城]?城区|县城|城关镇)(?![东西南北中]?[路街大])")
"""The built-up part of a prefecture or county, behind its name."""
_PART = re.compile("^(?:片区|区块)(?=..)")
"""Behind a prefecture: the part of a zone that lies in it, and what follows says where."""
_DISTRICT = re.compile("^[^区县市州镇乡路街道巷号]{2,4}区")
_ADDRESS = re.compile(
    "^(?:[^区县市州镇乡路街道巷号]{2,12}?(?:路|街(?!道)|大道|巷|号|栋|大厦|大楼|广场|中心|小区)"
    "|(?P<town>[^区县市州镇乡路街道巷号]{0,2}镇)[^区县市州镇乡路街道巷号]{0,2}(?:路|街(?!道)|大道|巷))"
)
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
    if (outside := _FREE_TRADE.sub("", path, count=1)) != path:
        return _in_free_trade_zone(outside)
    if path in _WHOLE_PROVINCE or (path in _WHOLE_PLACE_ALONE and path != text):
        return {PROVINCE}
    if found := _named(path) or _named(_WHOLE_PLACE.sub("", path)):
        return found
    return set(_best([*_below_prefectures(path), *_below_counties(path, None), *_towns_and_zones(path, None)]).codes)


def is_named_alone(text: str) -> bool:
    """Tell whether a text is the name of a place, behind those above it or alone, and no address: 绵阳市涪城区."""
    path = _BEFORE.sub("", text)
    rests = [path[len(name) :] for name, _ in _prefixes(path, None)]
    return bool(_named(text) or _named(path)) or any(rest and is_named_alone(rest) for rest in rests)


def _best(readings: list[_Reading]) -> _Reading:
    """Return the reading that understands most of a text; several that do are one that does not tell them apart."""
    most = max((r.understood for r in readings), default=0)
    return _Reading(most, frozenset(code for r in readings if r.understood == most for code in r.codes))


def _in_free_trade_zone(path: str) -> set[str]:
    """Return what a text means that names the pilot free trade zone; its parts lie in two prefectures."""
    if not path:
        return zones()[_FREE_TRADE_ZONE]
    found = find(path)
    if any(_prefixes(path, None)):
        return found
    # What is called after no place is the part that lies in the zone: 临港 is that of 泸州, not of 宜宾.
    holding = {prefecture_of(code) for code in zones()[_FREE_TRADE_ZONE]}
    return {code for code in found if prefecture_of(code) in holding}


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
    return _inside(zones().get(text, set()), prefecture, zone=True) or _inside(_towns(text), prefecture)


def _towns(name: str) -> set[str]:
    """Return the counties with a township of that name, and the county whose seat is so called: 会东镇."""
    return townships().get(name, set()) | _seats().get(name, set())


@cache
def _seats() -> dict[str, set[str]]:
    """Return the towns called after their county, as people call its seat whatever it is named today."""
    counties = [(short_name(place.name), place) for place in places().values() if place.is_county]
    towns: dict[str, set[str]] = {}
    for short, place in counties:
        if place.name[-1] in "县市" and len(short) > 1:
            towns.setdefault(short + "镇", set()).add(place.code)
    return towns


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
        rest = _PART.sub("", path[len(name) :])
        for code in codes:
            if places()[code].is_county:
                continue
            for reading in (*_below_counties(rest, code), *_towns_and_zones(rest, code)):
                yield _Reading(len(name) + reading.understood, reading.codes)
            if inner := _named(rest, code):
                yield _Reading(len(path), frozenset(inner))
            # Where in the prefecture a street or an unlisted zone is, nobody says here: the prefecture is certain.
            if _somewhere(rest) or (_typed(name, code) and _is_address(rest)):
                yield _Reading(len(name), frozenset({code}))


def _below_counties(path: str, prefecture: str | None) -> Iterator[_Reading]:
    """Yield what a text means that begins with a county, in a prefecture if one is given, and goes on."""
    for name, codes in _prefixes(path, prefecture):
        rest = path[len(name) :]
        if not rest or (prefecture is None and name in _WORDS_OF_THEIR_OWN):
            continue
        counties = {code for code in codes if places()[code].is_county}
        for town in _starts(rest):
            if within := counties & _towns(town):
                yield _Reading(len(name) + len(town), frozenset(within))
        sure = {code for code in counties if _typed(name, code) and not _leaves(rest, code)}
        if sure := sure or (counties if _ZONE.match(rest) or _TOWN_ITSELF.match(rest) else set()):
            yield _Reading(len(name), frozenset(sure))


def _towns_and_zones(path: str, prefecture: str | None) -> Iterator[_Reading]:
    """Yield what a text means that begins with a township or a zone; what follows is its address."""
    for start in _starts(path):
        if codes := _inside(_towns(start), prefecture):
            yield _Reading(len(start), frozenset(codes))
        if start[-1] in "区园城谷" and (codes := _inside(zones().get(start, set()), prefecture, zone=True)):
            yield _Reading(len(start), frozenset(codes))
            # Of a zone that no one county holds, what follows tells where: 天府新区眉山市仁寿县.
            inner = _more_closely(path[len(start) :], codes)
            if inner.codes:
                yield _Reading(len(start) + inner.understood, inner.codes)


def _more_closely(rest: str, codes: set[str]) -> _Reading:
    """Return what follows a zone, as far as it lies in those of its prefectures that are not told down to a county."""
    wide = {code for code in codes if not places()[code].is_county}
    readings = [_Reading(len(rest), frozenset(_named(rest))), *_below_prefectures(rest), *_below_counties(rest, None)]
    for prefecture in sorted(wide):
        readings += [_Reading(len(rest), frozenset(_named(rest, prefecture))), *_towns_and_zones(rest, prefecture)]
    inside = [(r.understood, frozenset(c for c in r.codes if prefecture_of(c) in wide)) for r in readings]
    return _best([_Reading(understood, found) for understood, found in inside if rest and found])


def _somewhere(rest: str) -> bool:
    """Tell whether what follows a prefecture is a part of it that is no division: 市区, 科创区, 东部新区."""
    if _ZONE.match(rest) or _TOWN_ITSELF.match(rest):
        return True
    district = _DISTRICT.match(rest)
    return bool(district) and not _like_a_division(district[0])  # type: ignore[index]


def _like_a_division(name: str) -> bool:
    """Tell whether a name is that of a division of the province, then or now, or misses one by a character."""
    known = (*full_names(), *past_names(), *departed())
    return any(Levenshtein.distance(name, other, score_cutoff=1) <= 1 for other in known)


def _is_address(rest: str) -> bool:
    """Tell whether what follows is a street or a building; 镇江路 is one, a town of another place is none."""
    found = _ADDRESS.match(rest)
    if not found:
        return False
    town = found["town"]
    return not town or not (_towns(town) or townships().get(town[:-1] + "街道"))


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
