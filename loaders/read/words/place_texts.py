"""Places as clerks write them: in two columns, short within their prefecture, or as all of it (全市, 市本级)."""

import re
from collections.abc import Iterable
from functools import cache

from graph.identity import prefecture_of
from graph.places import gazetteer
from graph.places.gazetteer import PROVINCE, is_place, level, places, short_name
from graph.vocabulary import fold
from loaders.parse.marks import is_mark

OWN = frozenset(
    ("本级", "市本级", "州本级", "市辖区", "市直", "州直", "市属", "州属", "直属", "市级", "州级", "市直属", "州直属")
)
WHOLE = OWN | {"全市", "全州", "全域", "全县", "全区", "本市", "本州", "全市总体", "全州总体"}
"""Stand for the place itself where its counties might stand; of those in ``OWN`` it is what the place itself has."""
_COUNTED = re.compile(r"\s*[(（]\s*(?:共|计|合计)?\s*\d+\s*[家户个所项条]?\s*[)）]\s*$")
"""Behind a place: how many rows follow, 绵阳市（12家）."""


def is_blank(text: str) -> bool:
    """Tell whether a cell says nothing."""
    return not text.strip() or is_mark(text, "empty")


def join_places(above: str, below: str) -> str:
    """Return one place of a prefecture's and a county's cell, which may repeat each other or be empty."""
    above, below = ("" if is_blank(part) else _COUNTED.sub("", part).strip() for part in (above, below))
    if not below or fold(below) in WHOLE:
        said = f"{above}本级" if fold(below) in OWN else above + below
        return said if above and below and is_place(said) else above or below
    repeats = fold(below).startswith((fold(above), short_name(fold(above)))) if above else True
    alone = is_place(below) and (repeats or _is_finer(below, above + below))
    return below if alone or (repeats and not is_place(above + below)) else above + below


def _is_finer(below: str, joined: str) -> bool:
    """Tell whether a county is lost where it stands behind what is more than its prefecture's name: 绵阳市经信局."""
    code = gazetteer.region(below)
    return is_place(joined) and gazetteer.region(joined) == prefecture_of(code) != code


@cache
def _shared_names() -> tuple[str, ...]:
    """Return the short names that prefectures share with a county of theirs: 广安, 阿坝, 甘孜."""
    shorts = [short_name(place.name) for place in places().values()]
    own = [short_name(place.name) for place in places().values() if level(place.code) == 2]
    return tuple(name for name in own if shorts.count(name) > 1)


def whole_province() -> str:
    """Return the full name of the province, within which short names are those of its prefectures."""
    return places()[PROVINCE].full_name


def province_of(texts: Iterable[str]) -> str:
    """Return the province where prefectures of it are listed, among which 广安 is one; empty for any other places."""
    distinct = set(texts)
    if not any(name in text for text in distinct for name in _shared_names()):
        return ""
    codes = {gazetteer.region(text) for text in distinct if is_place(text)} - {PROVINCE}
    listed = bool(codes) and all(level(code) == 2 for code in codes)
    return whole_province() if listed else ""


def prefecture_meant(text: str) -> str:
    """Return the short name of a prefecture that may be its county as the prefecture's: 广安 -> 广安市."""
    name = next((name for name in _shared_names() if fold(text).startswith(name)), "")
    rest = fold(text).removeprefix(name)
    if not name or (rest and rest not in OWN):
        return text
    return places()[gazetteer.prefecture(name)].full_name + ("本级" if rest else "")


def within(text: str, place: str) -> str:
    """Return a text as it is understood within a place: itself, or with the place before it where that alone is one.

    Within the province short names are those of its prefectures.
    """
    plain = fold(text)
    if not plain or is_mark(text, "empty"):
        return text
    if place == whole_province():
        return prefecture_meant(text)
    if plain in WHOLE:
        whole = place + plain
        return f"{place}本级" if plain in OWN else whole if is_place(whole) else place
    if is_place(text) or gazetteer.places_of_zone(text):
        return text
    return place + text.strip() if is_place(place + text.strip()) else text
