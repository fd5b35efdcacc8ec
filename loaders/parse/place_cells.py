"""A cell that holds one place: what several, some or a part of one mean is refused, what lies within it is no other."""

import re

from graph.errors import ShuniuError
from graph.identity import prefecture_of
from graph.language import Text
from graph.places import gazetteer
from graph.places.english import in_english
from graph.vocabulary import fold
from loaders.parse.issues import CellError, NotedValue, ours


def region(value: str) -> object:
    """Read a place; the value is its division code.

    Raises:
        CellError: it is none, or one that stands for others, too: 雨城区等8个县区.
    """
    value = _without_parts(value)
    if _AND_OTHERS.search(value):
        raise CellError(
            f"“{value}”不止一个地方，没有写全；请每处一行，或写市州",
            f"“{value}” is several places and does not name all",
        )
    if _LESS.search(value):
        raise CellError(
            f"“{value}”除去了一部分；请逐一写出其余的地方，每处一行",
            f"“{value}” leaves a part out; name each of the places that remain",
        )
    code = ours(gazetteer.region, value)
    if any(_is_apart(value[: mark.start()], value[mark.end() :]) for mark in _AND.finditer(value)):
        raise CellError(f"“{value}”不止一个地方；请每处一行", f"“{value}” is several places; write a row for each")
    return code


def place(value: str) -> object:
    """Read a place as :func:`region`, with a word where it is given by a code that is no more."""
    code, plain = str(region(value)), fold(value).removesuffix(".0")[:6]
    if not plain.isdecimal() or plain in gazetteer.places():
        return code
    zh = gazetteer.places()[code].full_name
    en = in_english(code, zh)
    how = Text(f"{plain} 是旧代码，按 {zh}（{code}）读入", f"{plain} is a former code, read as {en} ({code})")
    return NotedValue(code, how)


_AND_OTHERS = re.compile(
    r"(?:等\s*(?:[\d一二两三四五六七八九十]+\s*个?)?(?:[市州县区(（）)、]{1,9}|地区?|地方)|及(?:周边|其他).{0,6})\s*$"
)


_LESS = re.compile("除外|不[包含]|除了|除.{2,}外")
_INCLUDING = re.compile(r"[(（](?:包?含|包括)(?P<parts>[^()（）]+)[)）]\s*$")
_OWN_PARTS = re.compile("[市州县区]?本级|(?:所辖|下辖|各|全部)*(?:县区|区县|县市区|县|区)")
_AND = re.compile(r"以?及|[和与跟+&]|[(（]?含")
"""Between two places; 涪城区和平路 has no place behind it, and 绵阳市（含三台县） one that is a part."""


def _above(code: str) -> set[str]:
    return {prefecture_of(code), gazetteer.PROVINCE} - {code}


def _without_parts(value: str) -> str:
    """Return a place without those in it that are said to be included: 绵阳市（含三台县、市本级） is 绵阳市."""
    if not (said := _INCLUDING.search(value)):
        return value
    whole = value[: said.start()].strip()
    parts = [
        part for part in re.split("[、，,和及与]", said["parts"].removesuffix("等")) if not _OWN_PARTS.fullmatch(part)
    ]
    return whole if all(any(_is_in(name, whole) for name in (part, whole + part)) for part in parts) else value


def _is_in(part: str, whole: str) -> bool:
    """Tell whether two texts are places of which the first lies in the other."""
    try:
        return gazetteer.division(whole) in _above(gazetteer.division(part))
    except ShuniuError:
        return False


def _is_apart(one: str, other: str) -> bool:
    """Tell whether two texts are places of which neither lies in the other."""
    try:
        here, there = gazetteer.division(one.strip()), gazetteer.division(other.strip(" )）"))
    except ShuniuError:
        return False
    return there != here and not (_above(here) | _above(there)) & {here, there}


def place_or_zone(value: str) -> object:
    """Read a place or an economic zone, whose name is the value: its row may be the sum of others."""
    return fold(value) if gazetteer.places_of_zone(value) else place(value)
