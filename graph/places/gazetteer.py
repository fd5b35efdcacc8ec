"""Places and chains by any name that people write, from the reference data."""

import re
from collections import defaultdict
from decimal import Decimal
from functools import cache, lru_cache

from opencc import OpenCC
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from graph.errors import AmbiguousRegion, ShuniuError, UnknownCode, UnknownRegion
from graph.language import Text
from graph.places import addresses
from graph.places.divisions import (
    PROVINCE,
    Place,
    departed,
    economic_zones,
    ended,
    full_names,
    level,
    past_codes,
    places,
    reference,
    short_name,
    township_codes,
)  # fmt: skip
from graph.places.english import codes_in_english, in_english, industry_names
from graph.vocabulary import NEAREST, allowed, fold, unnumbered

__all__ = [
    "OTHER_PROVINCES", "PROVINCE", "Place", "chain", "is_outside", "is_place", "level", "places", "places_of_zone",
    "reference", "region", "short_name", "simplified",
]  # fmt: skip

LONGEST = 200
"""Characters of an address; a longer text is no place."""
_SCIENTIFIC = re.compile(r"5\.1\d*e\+?0?(?:5|8|11)")
"""A code that a spreadsheet shows as a number: 5.10704E+05."""
_SEPARATORS = re.compile(r"[/\\\-‐‑–—_>→|,，、。.·•:：;；()“”\"']+")
_WITH_CODE = re.compile(r"(?P<code>51\d{4})(?P<name>\D.*)|(?P<name2>.*\D)(?P<code2>51\d{4})")
OTHER_PROVINCES = (
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南"
    "|重庆|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|台湾|香港|澳门"
)
"""Short names of all other provinces, as alternatives of a pattern."""
_ELSEWHERE = re.compile(f"(?:{OTHER_PROVINCES})(?![东西南北中]?[路街大])")
_PROVINCE_CODES = re.compile("(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[02-4]|6[1-5]|71|8[12])")
_FAR = 0.4
"""Share of a name's characters that a misspelling may miss before it is not suggested any more."""


def simplified(text: str) -> str:
    """Return a text in simplified characters; what GB 2312 can spell is simplified already, 乾 for instance."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_to_simplified().convert(text))
    return text


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1 << 16)
def region(value: str) -> str:
    """Return the current code of a county, prefecture or the province.

    Taken, in any width, in simplified or traditional characters, with or without separators:

    - a GB/T 2260 code, current or former; a township's or village's code (9 or 12 digits) stands for its county;
    - a name, full or short, current or former, with or without what lies above it: 绵阳, 涪城区, 四川-绵阳-涪城,
      新津县, 资阳市简阳市; code and name together, if they agree; 绵阳市本级, 全省;
    - a township's name and an address: the county, where it is named or the township lies in one only; else the
      prefecture, where that is named (成都市天府大道12号);
    - a zone that is no division: the county or prefecture it lies in (成都高新区, 宜宾临港), an unlisted one the place
      before it (成都天府新区, 江油工业园区);
    - a name in English as answers have it: Mianyang, "Fucheng, Mianyang"; a county's alone, where no other has it.

    Refused: what fits several places (市中区, 高新区, 太平镇), contradictions (绵阳市武侯区), economic
    zones (川南, 成都平原经济区), places outside the province, and misspellings, for which the nearest are suggested.

    Raises:
        UnknownRegion, AmbiguousRegion: with suggestions or candidates.
    """
    found = _found(value)
    if len(found) > 1:
        raise AmbiguousRegion(value=value, candidates=_listed(found))
    return next(iter(found))


def division(value: str) -> str:
    """Return the code of a division that a text names and nothing beside; see :func:`region`, which takes addresses.

    It is for what may as well be something else: 绵阳市生产力促进中心 is none.

    Raises:
        UnknownRegion, AmbiguousRegion: with suggestions or candidates.
    """
    code, text = region(value), _SEPARATORS.sub("", fold(value))
    if _is_code(text) or codes_in_english(text) or any(map(addresses.is_named_alone, (text, simplified(text)))):
        return code
    raise UnknownRegion(value=value, suggestion=Text("", ""))


def prefecture(value: str) -> str:
    """Return the code of a place as ``region`` does, where a prefecture is asked for: 阿坝 is no county of that name.

    Raises:
        UnknownRegion, AmbiguousRegion: with suggestions or candidates.
    """
    meant = [code for code in _found(value) if level(code) == 2]
    return meant[0] if len(meant) == 1 else region(value)


def _found(value: str) -> set[str]:
    """Return the codes that a text may mean, one at least."""
    text = fold(value).removesuffix(".0")
    if _SCIENTIFIC.fullmatch(text):
        text = str(int(Decimal(text)))
    if not text or len(text) > LONGEST:
        raise UnknownRegion(value=value[:LONGEST], suggestion=Text("", ""))
    text = text if _is_code(text) else _SEPARATORS.sub("", text)
    if within := economic_zones().get(text):
        raise UnknownRegion(value=value, suggestion=_made_of(within))
    found = _codes(text) or _codes(simplified(text))
    if not found:
        raise UnknownRegion(value=value, suggestion=_suggestion(simplified(text)))
    return found


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _codes(text: str) -> set[str]:
    if _is_code(text):
        return _by_code(text)
    if both := _WITH_CODE.fullmatch(text):
        code, name = both["code"] or both["code2"], both["name"] or both["name2"]
        return _by_code(code) & addresses.find(name)
    return addresses.find(text) or set(codes_in_english(text))


def _by_code(code: str) -> set[str]:
    if len(code) in (9, 12):
        county = township_codes().get(code[:9])
        return {county} if county else _by_code(code[:6]) if not code[6:].strip("0") else set()
    return {code} if code in places() else past_codes().get(code, set())


def _listed(*groups: set[str] | frozenset[str]) -> Text:
    named = [(places()[code].full_name, in_english(code, code), code) for codes in groups for code in sorted(codes)]
    return Text(
        "、".join(f"{zh}（{code}）" for zh, _, code in named), "; ".join(f"{en} ({code})" for _, en, code in named)
    )


def places_of_zone(name: str) -> set[str]:
    """Return the prefectures of which an economic zone is made, none for what is no such zone."""
    return economic_zones().get(fold(name), set())


def _made_of(prefectures: set[str]) -> Text:
    listed = _listed(prefectures)
    return Text(f"这是经济区，由 {listed.zh} 组成。", f"It is an economic zone, made of {listed.en}. ")


@lru_cache(maxsize=1 << 16)
def is_place(value: str) -> bool:
    """Tell whether a text is one place of the province, or the province."""
    try:
        region(value)
    except ShuniuError:
        return False
    return True


def is_outside(value: str) -> bool:
    """Tell whether a text is a place of another province, by its name or code."""
    try:
        region(value)
    except AmbiguousRegion:
        return False
    except UnknownRegion:
        text = fold(value).removesuffix(".0")
        return _is_elsewhere(simplified(text if _is_code(text) else _SEPARATORS.sub("", text)))
    return False


def _is_elsewhere(text: str) -> bool:
    code = _PROVINCE_CODES.match(text) and len(text) in (6, 9, 12)
    return text in departed() or bool(code if _is_code(text) else _ELSEWHERE.match(text))


def _suggestion(text: str) -> Text:
    """Return why a text is no place, or which places come near."""
    if _is_elsewhere(text):
        return Text("该地区不在四川省内。", "It is outside Sichuan. ")
    both = _WITH_CODE.fullmatch(text)
    if both and (meant := _by_code(both["code"] or both["code2"])):
        listed = _listed(meant)
        return Text(f"代码与名称不符：代码为 {listed.zh}。", f"Code and name differ: the code is {listed.en}. ")
    if found := addresses.contradiction(text):
        there, above = _listed(found.codes), places()[found.above].full_name
        en = f"“{found.name}” is {there.en}, not in {in_english(found.above, above)}. "
        return Text(f"“{found.name}”是 {there.zh}，不在{above}。", en)
    if near := _nearest(text):
        listed = _listed(*near)
        return Text(f"是否指 {listed.zh}？", f"Did you mean {listed.en}? ")
    return ended().get(text, Text("", ""))


def _nearest(text: str) -> list[frozenset[str]]:
    """Return up to three places whose name a text, or its beginning, misses by the fewest characters."""
    if not text:
        return []
    score: dict[frozenset[str], int] = {}
    for size, names in _spellings().items():
        for end in {min(len(text), size + more) for more in (-1, 0, 1)}:
            found = process.extract(
                text[:end], names, scorer=Levenshtein.distance, score_cutoff=int(_FAR * size), limit=NEAREST
            )
            for _, misses, codes in found:
                score[codes] = max(size - 2 * int(misses), score.get(codes, 0))
    best = max(score.values(), default=0)
    near = sorted((c for c in score if score[c] >= best - 1), key=lambda c: (-score[c], min(c)[4:] != "00", min(c)))
    return near[:NEAREST] or _mentioned(text)


def _mentioned(text: str) -> list[frozenset[str]]:
    named = (item for names in _spellings().values() for item in names.items())
    return [codes for codes, spelling in named if spelling in text or text in spelling][:NEAREST]


@cache
def _spellings() -> dict[int, dict[frozenset[str], str]]:
    """Return the legal names, alone and behind their prefecture's, by length."""
    full = [(fold(place.full_name), frozenset({code})) for code, place in places().items() if place.is_county]
    by_length: dict[int, dict[frozenset[str], str]] = defaultdict(dict)
    for name, codes in [*((name, frozenset(codes)) for name, codes in full_names().items()), *full]:
        by_length[len(name)][codes] = name
    return by_length


# --- chains -------------------------------------------------------------------------------------------


@cache
def _chain_index() -> dict[str, str]:
    index: dict[str, str] = {}
    rows = reference("industry_chains")
    for chain_id, name in zip(rows["chain_id"], rows["chain"], strict=True):
        plain = re.sub(r"[（(].*?[)）]", "", name)
        spellings = (chain_id, name, plain, name + "产业", name + "产业链", plain + "产业", plain + "产业链")
        for spelling in (*spellings, industry_names().get(chain_id, name)):
            index.setdefault(fold(spelling), chain_id)
    common = reference("chain_names")
    for name, chain_id in zip(common["name"], common["chain_id"], strict=True):
        index.setdefault(fold(name), chain_id)
    return index


@cache
def chain_names() -> dict[str, str]:
    """Return the names of all chains, by chain_id."""
    rows = reference("industry_chains")
    return dict(zip(rows["chain_id"], rows["chain"], strict=True))


@lru_cache(maxsize=1 << 12)
def chain(value: str) -> str:
    """Return the chain_id of a chain's id or name.

    Taken: the id, the name in Chinese or English, also with a number before it or 产业 or 产业链 behind it, what it is
    called in common (生猪 is 川猪), and the beginning or end of a name or of its parts, where no other chain has it:
    白酒 is 优质白酒, 集成电路 is 集成电路与新型显示. Refused: 物流, which ends several, 电子信息, a pillar, and
    misspellings; those that it may be are named.

    Raises:
        UnknownCode: no such chain, or several.
    """
    text = unnumbered(simplified(fold(value)))
    short = re.sub("(?:产业链?|链)$", "", text)
    if found := _chain_index().get(text) or _chain_index().get(short):
        return found
    words = {id_: re.split("[与（）]", name) for id_, name in chain_names().items()}
    ends = [id_ for id_ in words if any(w.startswith(short) or w.endswith(short) for w in words[id_])]
    if len(ends) == 1 and len(short) > 1:
        return ends[0]
    listed = reference("industry_chains")
    ends += listed.loc[listed["pillar"].isin((text, short)), "chain_id"].tolist()
    names = {id_: Text(name, industry_names().get(id_, name)) for id_, name in chain_names().items()}
    labels = {fold(spelling): name for name in names.values() for spelling in name}
    named = allowed(text, labels, first=[names[id_] for id_ in ends] if short else ())
    raise UnknownCode(value=value, list=Text("产业链", "industry chain"), allowed=named)
