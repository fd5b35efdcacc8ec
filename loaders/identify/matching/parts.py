"""What a name is made of: the place before it, what it is called, what it does, what kind of body it is."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from graph.places.gazetteer import PROVINCE, places, short_name
from graph.shipped import read_shipped


@dataclass(frozen=True)
class Parts:
    """A name taken apart; ``trade`` is what remains without places and words that many names share (the 字号).

    ``place`` is the code of the place before it ("" without any; the province does not count), ``core`` the name
    without place, branch, ordinals and legal form, ``rest`` its shared words in their order, ``head`` the kind of
    body, ``marks`` ordinals, branches and other words that make another body.
    """

    place: str
    core: str
    trade: str
    rest: str
    head: str
    marks: frozenset[str]


@dataclass(frozen=True)
class Words:
    """The words of words.yml, ready for use."""

    heads: dict[str, str]
    ends: re.Pattern[str]
    shared: re.Pattern[str]
    branch: re.Pattern[str]
    local: re.Pattern[str]
    schools: re.Pattern[str]
    telling: re.Pattern[str]
    directions: frozenset[str]
    contrasts: dict[str, int]


@cache
def words() -> Words:
    """Return the lists of shared words."""
    lists = read_shipped("loaders.identify", "matching", "words.yml")
    heads = {spelling: row[0] for row in lists["heads"] for spelling in row}
    return Words(
        heads,
        re.compile(f"({_any(heads)})$"),
        re.compile(_any([*lists["generic"], *heads])),
        re.compile(_any(lists["branches"])),
        re.compile(f"(?:(?<=..)中心)?({_any([*lists['branches'], *lists['local']])})$"),
        re.compile(f"(?:{_any(lists['schools'])})$"),
        re.compile(_any(lists["telling"])),
        frozenset(lists["directions"]),
        {c: number for number, row in enumerate(lists["contrasts"]) for c in row},
    )


def _any(listed: list[str] | dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, listed), key=len, reverse=True))


_ORDINAL = re.compile(
    r"第?([零一二三四五六七八九十百]+|\d+)(?=[号期分院所中小医建局队店厂站处区园])|第([零一二三四五六七八九十百]+|\d+)|(\d+)"
)
_LEGAL = re.compile("(?:集团)?(?:股份)?有限公司|集团公司|公司")


@cache
def _place_names() -> tuple[dict[str, list[str]], re.Pattern[str]]:
    codes: dict[str, list[str]] = {}
    for place in places().values():
        if place.code != PROVINCE:
            # 东区 and 西区 without their type are words of their own.
            short = short_name(place.name)
            for spelling in {place.name, short, short + place.name[-1]} - {"东区", "西区", "市中区", "市中"}:
                codes.setdefault(spelling, []).append(place.code)
    known = "|".join(sorted(codes, key=len, reverse=True))
    return codes, re.compile(rf"(?:四川)?\(?({known})\)?(?:({known})(?=..))?(?=..)")


def _place(plain: str) -> tuple[str, str]:
    """Return the code of the place before a name, and what follows it."""
    codes, before = _place_names()
    found = before.match(plain)
    if not found:
        return "", plain.removeprefix("四川")
    within = {code[:4] for code in codes[found[1]]}
    inner = [code for code in codes.get(found[2], ()) if code[:4] in within]
    # 宝兴 is no part of 成都: in 成都宝兴机械 it is what the firm is called.
    end = found.end() if inner or not found[2] else found.start(2)
    # 阿坝 is the county or the prefecture: the wider place contradicts neither.
    return min(inner or codes[found[1]], key=lambda code: not code.endswith("00")), plain[end:]


@lru_cache(maxsize=1 << 17)
def take_apart(plain: str) -> Parts:
    """Return the parts of a name in its normal form."""
    known = words()
    place, rest = _place(plain)
    named = {*known.branch.findall(rest), *known.telling.findall(rest)}
    marks = frozenset(named | {_number(found) for found in _ORDINAL.finditer(rest)})
    ending = known.ends.search(rest.removesuffix(")"))
    core = re.sub(r"\((?:四川|中国)\)|[()]", "", _LEGAL.sub("", known.branch.sub("", _ORDINAL.sub("", rest)))) or rest
    trade = known.shared.sub("", core)
    shared = "".join(known.shared.findall(core))
    return Parts(place, core, trade, shared, known.heads[ending[1]] if ending else "", marks)


def _number(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    return number if not number.isdigit() or int(number) > 10 else "零一二三四五六七八九十"[int(number)]
