"""The divisions of the province, their townships, their past, and zones that are no divisions, from the reference data.

Every index goes from a folded spelling to the codes of counties, prefectures or the province.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from graph.identity import prefecture_of
from graph.language import Text
from graph.vocabulary import fold, vocabulary

PROVINCE = "510000"
_MINORITIES = "藏族|羌族|彝族|回族|苗族|土家族|蒙古族"
_SHORT_ENDINGS = re.compile(rf"(?:(?:{_MINORITIES})+自治[州县]|[省市州区县])$")
_ENDED = "撤销"
_REASSIGNED = "码位改派"
_ZONE_KINDS = {
    "高新技术产业开发区": ("高新区", "高新技术开发区", "高新技术产业园区"),
    "高新技术产业园区": ("高新区", "高新技术开发区", "高新技术产业开发区"),
    "经济技术开发区": ("经开区", "经济开发区"),
    "经济开发区": ("经开区", "经济技术开发区"),
}

Index = dict[str, set[str]]
Past = dict[str, list[tuple[str, str]]]


def holds_prefectures(region: str | None) -> bool:
    """Tell whether a scope (code; none: the province) is of several prefectures: the province or an economic zone."""
    return region is None or region.endswith("0000") or region in vocabulary("economic_zones")


@cache
def reference(name: str) -> pd.DataFrame:
    """Return a reference table as text; empty cells are empty strings."""
    path = files("graph").joinpath("reference", f"{name}.csv")
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

    @property
    def is_county(self) -> bool:
        """Whether it lies in a prefecture."""
        return self.code != self.prefecture


def level(code: str) -> int:
    """Return 1 for the province's code, 2 for a prefecture's, 3 for a county's."""
    return 1 if code == PROVINCE else 2 if code == prefecture_of(code) else 3


@cache
def places() -> dict[str, Place]:
    """Return the current divisions down to counties, by code."""
    rows = reference("divisions")
    names = dict(zip(rows["adcode"], rows["name"], strict=True))
    full = named_in_full(names)
    return {code: Place(code, name, full[code]) for code, name in names.items()}


def named_in_full(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by code, those of counties with their prefecture's before them: 绵阳市涪城区."""
    above = {code: prefecture_of(code) for code in names}
    return {code: name if above[code] == code else names[above[code]] + name for code, name in names.items()}


def short_name(name: str) -> str:
    """Return a division's name without its type: 绵阳市 -> 绵阳, 北川羌族自治县 -> 北川; two characters stay."""
    short = _SHORT_ENDINGS.sub("", name)
    return short if len(short) > 1 else name


def _index(pairs: Iterable[tuple[str, str]]) -> Index:
    index: Index = defaultdict(set)
    for spelling, code in pairs:
        index[fold(spelling)].add(code)
    return dict(index)


@cache
def full_names() -> Index:
    """Return the legal names of the divisions: 绵阳市, 涪城区, 北川羌族自治县."""
    return _index((place.name, place.code) for place in places().values())


@cache
def short_names() -> Index:
    """Return the names without their type, and with the plain type: 绵阳, 北川, 北川县, 阿坝州."""
    shorts = [(short_name(place.name), place) for place in places().values()]
    return _index((spelling, place.code) for short, place in shorts for spelling in (short, short + place.name[-1]))


@cache
def townships() -> Index:
    """Return names of townships, subdistricts and towns, with the counties that have one of that name."""
    rows = reference("townships")
    return _index(zip(rows["name"], rows["county_adcode"], strict=True))


@cache
def township_codes() -> dict[str, str]:
    """Return the nine-digit codes of townships with the counties where they are."""
    rows = reference("townships")
    return dict(zip(rows["code"], rows["county_adcode"], strict=True))


# --- the past -----------------------------------------------------------------------------------------


@cache
def _past() -> list[tuple[str, str, str]]:
    """Return (old code, old name, code today) of places that went on; a code of 50… went to Chongqing.

    A place is followed by code and name together: codes were used again for other places (码位改派), which have
    nothing to do with those that had them before.
    """
    rows = reference("division_changes")
    rows = rows[(rows["type"] != _REASSIGNED) & (rows["old_name"] != "") & (rows["new_code"] != "")]
    columns = (rows[c] for c in ("old_code", "old_name", "new_code", "new_name"))
    steps = {(code, name): (new, new_name) for code, name, new, new_name in zip(*columns, strict=True)}
    found = []
    for code, name in steps:
        at, seen = (code, name), set()
        while at in steps and at not in seen:
            seen.add(at)
            at = steps[at]
        if (at[0] in places() and places()[at[0]].name == at[1]) or at[0].startswith("50"):
            found.append((code, name, at[0]))
    return found


@cache
def past_codes() -> Index:
    """Return former codes with the places of today; a code may have stood for several."""
    return _index((old, code) for old, _, code in _past() if code in places())


@cache
def past_names() -> Past:
    """Return former names with the prefecture of then (as it is today, "" if it is gone) and the place of today."""
    names: Past = defaultdict(list)
    for old, name, code in _past():
        then = prefecture_of(old)
        above = {then} if then in places() else past_codes().get(then, set())
        for prefecture in {prefecture_of(code), *above}:
            if code in places() and (prefecture, code) not in names[fold(name)]:
                names[fold(name)].append((prefecture, code))
    return {name: found for name, found in names.items() if found}


def is_called(code: str, name: str) -> bool:
    """Tell whether a folded text is a name of a division itself, legal, short or former."""
    if code in full_names().get(name, ()) or code in short_names().get(name, ()):
        return True
    return any(code == of for _, of in past_names().get(name, ()))


@cache
def departed() -> frozenset[str]:
    """Return the former names and codes of places that belong to Chongqing today."""
    return frozenset(fold(word) for *words, code in _past() if code not in places() for word in words)


@cache
def ended() -> dict[str, Text]:
    """Return former codes that stand for no place of today, with what is to be said of each."""
    rows = reference("division_changes")
    rows = rows[(rows["type"] == _ENDED) & ~rows["old_code"].isin({*places(), *past_codes(), *departed()})]
    columns = (rows[c] for c in ("old_code", "old_name", "year"))
    return {
        code: Text(
            f"这是“{name}”的旧代码，{year} 年已撤销；请写今天的区县。",
            f"It was the code of {name}, which ended in {year}; write the county of today. ",
        )
        for code, name, year in zip(*columns, strict=True)
    }


@cache
def economic_zones() -> Index:
    """Return the names of the economic zones, each with the prefectures of which it is made."""
    rows = reference("divisions")
    rows = rows[rows["level"] == "2"]
    made_of = rows.groupby("economic_zone")["adcode"].agg(set)
    zones_ = vocabulary("economic_zones")
    return {fold(word): made_of[e.label.zh] for e in zones_ for word in (*e.label, *e.aliases)}


# --- zones --------------------------------------------------------------------------------------------


@cache
def zones() -> Index:
    """Return names of zones, parks and new areas without their prefecture, with the county or prefecture they lie in.

    高新区 stands for every high-tech zone that is called after its prefecture; 游仙高新区 for that of the county.
    """
    prefectures = [p.name for p in places().values() if not p.is_county]
    above = sorted({s for n in prefectures for s in (n, short_name(n))}, key=len, reverse=True)
    before = re.compile(f"^(?:{'|'.join(above)})?(?=..)")
    listed = [reference("zones"), reference("zone_names")]
    pairs = [pair for rows in listed for pair in zip(rows["name"], rows["adcode"], strict=True)]
    return _index((s, code) for name, code in pairs for s in _zone_spellings(before.sub("", _bare(name))))


def _bare(name: str) -> str:
    return re.sub(r"[（(].*?[)）]|[“”]", "", name.removeprefix("四川"))


def _zone_spellings(name: str) -> set[str]:
    """Return a zone's name with its long and short type, its rank, and without any: 临港国家级经开区, 临港."""
    kind = next((kind for kind in _ZONE_KINDS if name.endswith(kind)), "")
    if not kind:
        return {name}
    head = name.removesuffix(kind)
    kinds = (kind, *_ZONE_KINDS[kind])
    # The State's rank stands before the kind: 泸州国家高新区.
    names = {head + rank + kind for rank in ("", "国家", "国家级", "省级") for kind in kinds}
    # 临港 alone says which zone is meant; 江油 alone is the county.
    return names if len(head) < 2 or head in short_names() else {*names, head}
