"""The normal form of a legal name: spellings that are surely the same become equal, nothing else does."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from opencc import OpenCC

from graph.places.gazetteer import PROVINCE, places, short_name

PUNCTUATION = "·•・‧∙⋅-‐‑‒–—―−_~～、，。；：！？‘’“”\"'`´.,;:!?|/\\*…"
OPENING, CLOSING = "([{<〔【《〈「『〖", ")]}>〕】》〉」』〗"

_MARKS = frozenset(PUNCTUATION)
_SEPARATORS = re.compile(rf"(?<![\d{re.escape(PUNCTUATION)}])[{re.escape(PUNCTUATION)}]++"
                         rf"|[{re.escape(PUNCTUATION)}]++(?!\d)")  # fmt: skip
_BETWEEN_DIGITS = re.compile(rf"[{re.escape(PUNCTUATION)}]+")
_LIMITED = re.compile("(?:责任)*有限(?:责任)*公司")
_SETTLED = re.compile(r"[0-9a-z()\u4e00-\u9fff-]*")
"""Text of these characters cannot change any more under NFKC or case folding."""

_SPACES = re.compile(r"[^\S\n]+")

# 省 and 市 also begin words (省级机关, 市场, 市政工程): those stay whole.
_PROVINCE = re.compile("^四川省(?![省级内直外属])(?=..)", re.MULTILINE)
_CITY_WORDS = "市(?!中区)|场|政(?!务|府)|民(?!营|族|宗|政|生|办)|中区|区|级|域|直|属|容|井|值|郊|售|州"


@cache
def _characters() -> dict[int, str]:
    """Return the table from traditional characters and brackets to their plain ones, where these are others.

    Characters of GB 2312 stay, 乾 and 著 for instance: they are simplified spelling, too, and are not 干 and 着.
    """
    to_simplified = OpenCC("t2s").convert
    table = {}
    for code in range(0x3400, 0xA000):
        simplified = to_simplified(chr(code))
        if simplified != chr(code) and not _in_gb2312(chr(code)):
            table[code] = to_simplified(simplified)
    return table | dict.fromkeys(map(ord, OPENING[1:]), "(") | dict.fromkeys(map(ord, CLOSING[1:]), ")")


@cache
def _changing() -> re.Pattern[str]:
    """Return the pattern of a character that has a plain one: most names have none, and to see that takes no time."""
    return re.compile(f"[{re.escape(''.join(map(chr, _characters())))}]")


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _prefectures() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """Return full prefecture names with their plain ones, and the patterns of such a name and of a needless 四川."""
    plain = {}
    counties = []
    for place in places().values():
        if place.code == PROVINCE:
            continue
        if place.code != place.prefecture:
            counties += [place.name] if len(place.name) > 2 and place.name != "市中区" else []
            continue
        # 阿坝 and 甘孜 are counties, too: the prefecture keeps its 州.
        plain[place.name] = short_name(place.name) + ("" if place.name.endswith("市") else "州")
    known = "|".join(sorted({*plain, *plain.values(), *counties}, key=len, reverse=True))
    full = "|".join(plain)
    beginning = re.compile(rf"^({full})(?!{_CITY_WORDS})(?=..)", re.MULTILINE)
    return plain, beginning, re.compile(rf"^四川(?=(?:{known})..)", re.MULTILINE)


def plain_name(name: str) -> str:
    """Return the normal form of an organisation's name; idempotent.

    Two names with one normal form are surely the same legal name: width, case, white space, brackets, punctuation
    and traditional characters do not count, nor does 责任 in 有限责任公司, nor how a prefecture before the name is
    written (四川省成都市 = 四川成都 = 成都市 = 成都). Ordinals, branches and 股份 do count; so does 四川 where no place
    follows it.
    """
    return plain_names([name])[0]


def plain_names(names: Sequence[str]) -> list[str]:
    """Return the normal forms of several names at once: of thousands in a tenth of the time."""
    spaceless = ["".join(name.split()) for name in names]
    return list(map(_settled, spaceless, _pass("\n".join(spaceless)).split("\n")))


def _settled(name: str, plain: str) -> str:
    while not _SETTLED.fullmatch(plain) and (again := _pass(plain)) != plain:
        plain = again
    return plain or name  # a name of nothing but punctuation


def _pass(text: str) -> str:
    """Return names without white space, a line each, in their normal form but for what only shows in that."""
    if not unicodedata.is_normalized("NFKC", text):
        text = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    text = text.casefold()
    plain = _characters()
    text = _changing().sub(lambda found: plain[ord(found[0])], text)
    if not _MARKS.isdisjoint(text):
        text = _BETWEEN_DIGITS.sub("-", _SEPARATORS.sub("", text))
    if "责任" in text:
        text = _LIMITED.sub("有限公司", text)
    return _without_needless_places(text)


def _without_needless_places(text: str) -> str:
    plain, full, needless = _prefectures()
    text = needless.sub("", _PROVINCE.sub("四川", text))
    return full.sub(lambda found: plain[found[1]], text)
