"""How numbers are read: what is beyond doubt is taken, everything else is refused with what to write."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from loaders.parse.issues import CellError
from loaders.parse.marks import is_mark

LARGEST = 1e15
"""Up to here a number is exact in every store."""
MOST_COUNTED = 1e8
"""So much of nothing is counted here: all the country has fewer firms, and 1.2亿 is an amount of money."""
COUNTS = frozenset("家户次个人名位项件台套场期条笔单份张起例所") | {
    "家企业",
    "户企业",
    "个企业",
    "家次",
    "户次",
    "人次",
    "场次",
    "台套",
    "台次",
    "件次",
    "项次",
    "批次",
}
"""Words for things that are counted."""
YUAN = frozenset(("元", "块", "元整", "元人民币", "人民币", "rmb", "cny", "yuan"))
"""Words for money, whose unit is the yuan."""
POINTS = frozenset(("分", "星"))
"""Words for marks, as in 4.5分."""
HIGHEST_MARK = 5
DEGREES = frozenset(("°", "度"))
_DMS = re.compile(
    r"(?:东经|西经|北纬|南纬|[ensw])?\s*(?P<degrees>\d{1,3})\s*[°度º]\s*(?P<minutes>\d{1,2}(?:\.\d+)?)\s*[′'’分]"
    r"\s*(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[″\"”秒]|''|′′))?\s*[ensw]?"
)
_EAST_OR_NORTH = re.compile(r"^(?:东经|北纬|[en])\s*|(?<=[\d°度])\s*[en]$")
SIXTY = 60
"""Minutes of a degree, seconds of a minute."""
_TIMES = {"十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d*)?|\.\d+"
_NUMBER = re.compile(
    rf"(?:¥|rmb|cny|人民币)?\s*(?P<number>[+-]?(?:{_DIGITS})(?:e[+-]?\d+)?)\s*(?P<times>[十百千万]?[万亿]|百|千)?"
    r"\s*(?P<unit>[^\d\s/%]*?)\s*(?P<yearly>/\s*年|每年|一年)?"
)
_OF_PART = re.compile(
    r"(?:(?P<before>[每按月日周季]{0,2}[月日天周季](?:均|度|平均)?)\s*)?[\d.,\s]+[万千百]?\s*[^\d\s/每]{0,3}\s*(?:(?:/|每|一)\s*个?(?P<behind>月|日|天|周|星期|季度?))?"
)
"""A number of a month, a week or a day, where that of a year or of all is wanted: 200次/月, 每月20次."""
_YEARLY_BEFORE = re.compile(r"(?:每年|一年|年)\s*(?=\d)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})*\.\d{2}0")
"""1.200 is 1200 where a point parts the thousands, and 1.2 elsewhere."""
_PERCENT = re.compile(rf"(?:(?P<number>[+-]?(?:{_DIGITS}))\s*%|百分之(?P<words>\d+(?:\.\d+)?))")
_ROUGH = re.compile(r"约|大概|近|余|多|左右|以上|以下|以内|不足|不少于|不低于|超|至少|最多|上下|几|[≥≤<>～~≈±+]")
_RANGE = re.compile(r"\d[^\d.,-]*(?:-|—|–|~|至|到)\s*\d")
_HANZI = re.compile("[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟点]+")


def text(value: str) -> str:
    """Return the text in NFKC: full-width digits and letters become plain ones."""
    return unicodedata.normalize("NFKC", value).strip()


# --- numbers ------------------------------------------------------------------------------------------


def number(
    low: float | None = None, high: float | None = None, units: frozenset[str] | None = None
) -> Callable[[str], object]:
    """Return a parser of a number within bounds.

    Taken: digits of any width with thousands separators (1,200 and 1 200), 万 and 亿 (1.2万, 3百万), a unit word
    (200家次, 0.5万元 = 5000), per year (200次/年, 每年200次); 85% where the bounds are 0 and 1.

    Refused: about (约200, ≥500, 200余), ranges (200-300), numerals in characters (三百), any other unit, and
    percentages where the column is no share.

    Args:
        low, high: Bounds, in the column's unit.
        units: Words that may follow, such as COUNTS or YUAN; None takes those of counts and money where there is no
            upper bound, of marks where it is 5, of degrees elsewhere.

    Raises:
        CellError: by the parser: it is refused, or out of bounds.
    """
    words = _words(high) if units is None else units

    def parse(value: str) -> object:
        plain = _YEARLY_BEFORE.sub("", text(value).casefold().lstrip("'’‘`"), count=1)
        _refuse_unclear(value, plain, grouped=high is None)
        percent = _PERCENT.fullmatch(plain)
        if percent and (low, high) != (0, 1):
            raise _no_share(value, low, high)
        share = percent and _decimal(percent["number"] or percent["words"]) / 100
        found = _amount(plain, value, words) if share is None else float(share)
        if abs(found) > (MOST_COUNTED if words == COUNTS else LARGEST):
            raise CellError(
                f"{value} 太大，不会是这一列的数，请核对单位", f"{value} is too large for this column; look at its unit"
            )
        if high is None and low is not None and found < low:
            raise CellError(f"{value} 小于 {low:g}，请核对", f"{value} is below {low:g}; look at it again")
        if (low is not None and found < low) or (high is not None and found > high):
            limits = f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}"
            raise CellError(f"{value} 超出范围 {limits}", f"{value} is outside {limits}")
        return found

    return parse


def _refuse_unclear(value: str, plain: str, *, grouped: bool) -> None:
    """Refuse a number with a mark at its digits, and one whose point may part thousands where it can be so large."""
    if _ornate(value):
        raise CellError(
            f"“{value}”带有角标或序号，请只写数字", f"“{value}” has a raised or circled digit; write the number alone"
        )
    if not grouped or not _GROUPED.fullmatch(plain):
        return
    if plain.count(".") > 1:
        raise _no_number(plain, value)
    raise CellError(
        f"“{value}”的点可能是千分位，请写作 {plain.replace('.', '')} 或 {float(plain):g}",
        f"the point of “{value}” may part thousands; write {plain.replace('.', '')} or {float(plain):g}",
    )


def _ornate(value: str) -> bool:
    """Tell whether a digit of a text is no plain one but a mark behind it: 1200①, 1200²."""
    return any(unicodedata.decomposition(c).startswith(("<circle>", "<super>", "<sub>")) for c in value)


def slack(value: str) -> float:
    """Return by how much a number that is taken may have been rounded: half of its last place, 500 of 12.3万.

    A whole number is what it says, however many zeros it has.
    """
    match = _NUMBER.fullmatch(_YEARLY_BEFORE.sub("", text(value).casefold(), count=1))
    if not match:
        return 0.0
    last = _factor(match["times"] or "") / 10 ** len(match["number"].partition(".")[2])
    return 0.0 if last == 1 else last / 2


def _words(high: float | None) -> frozenset[str]:
    if high is None:
        return COUNTS | YUAN
    return POINTS if high == HIGHEST_MARK else DEGREES


def degrees(low: int, high: int) -> Callable[[str], object]:
    """Return a parser of a coordinate within bounds: a number (东经104.75, 104.75E), or degrees with minutes
    and seconds (104°41′).

    0, which maps give where they know no place, is none.

    Raises:
        CellError: by the parser: it is no coordinate, or out of bounds.
    """
    parse_number = number(None, None, DEGREES)

    def parse(value: str) -> object:
        match = _DMS.fullmatch(value.strip().casefold())
        if not match:
            plain = _EAST_OR_NORTH.sub("", value.strip().casefold())
            found = float(parse_number(plain))  # type: ignore[arg-type]
            return _within(found, value) if found else None
        minutes, seconds = float(match["minutes"]), float(match["seconds"] or 0)
        found = int(match["degrees"]) + minutes / SIXTY + seconds / SIXTY**2
        return _within(found if max(minutes, seconds) < SIXTY else -1, value)

    def _within(found: float, value: str) -> float:
        if not low <= found <= high:
            raise CellError(
                f"{value} 超出四川省的范围 {low}–{high}，请核对经纬度是否填反或有误",
                f"{value} is outside {low}–{high}, where the province lies; see whether the coordinates are swapped",
            )
        return round(found, 6)

    return parse


def money(value: str) -> object:
    """Read an amount in yuan; 免费 is 0."""
    return 0.0 if is_mark(value, "free") else number(0, units=YUAN)(value)


def integer(
    low: int | None = None, high: int | None = None, units: frozenset[str] | None = None
) -> Callable[[str], object]:
    """Return a parser of a whole number within bounds, read like :func:`number`.

    Raises:
        CellError: by the parser: it is no whole number, or out of bounds.
    """
    parse_number = number(low, high, units)

    def parse(value: str) -> object:
        found = parse_number(value)
        if found != int(found):  # type: ignore[call-overload]
            raise CellError(
                f"“{value}”不是整数，请写作 1200 或 1.2万", f"“{value}” is not a whole number; write 1200 or 1.2万"
            )
        return int(found)  # type: ignore[call-overload]

    return parse


def _amount(plain: str, value: str, units: frozenset[str]) -> float:
    match = _NUMBER.fullmatch(plain)
    if not match or _ROUGH.search(match["unit"]) or _of_part(plain):
        raise _no_number(plain, value)
    unit = re.sub("[()]", "", match["unit"])
    if (unit and unit not in units) or (match["yearly"] and unit in YUAN):
        said = unit + (match["yearly"] or "")
        raise CellError(
            f"“{value}”的单位“{said}”不适用于此列，请只写数字",
            f"the unit “{said}” of “{value}” is not this column's; write the number alone",
        )
    return float(_decimal(match["number"]) * _factor(match["times"] or ""))


def _factor(times: str) -> int:
    factor = 1
    for character in times:
        factor *= _TIMES[character]
    return factor


def _decimal(digits: str) -> Decimal:
    return Decimal(re.sub("[, ]", "", digits))


def _no_share(value: str, low: float | None, high: float | None) -> CellError:
    limits = "" if low is None or high is None else f" {low:g}–{high:g} 的"
    between = "" if low is None or high is None else f" {low:g}–{high:g}"
    return CellError(
        f"“{value}”是百分数，此列请写{limits}数值", f"“{value}” is a percentage; write a number{between} here"
    )


def _of_part(plain: str) -> str:
    """Return the part of a year of which a number is, empty for another: 月 of 200次/月."""
    match = _OF_PART.fullmatch(plain)
    return re.sub("[每按均度]|平均", "", match["before"] or match["behind"] or "") if match else ""


def _no_number(plain: str, value: str) -> CellError:
    """Return why a text is no number, and what to write."""
    if span := _of_part(plain):
        return CellError(
            f"“{value}”是按{span}计的数，请换算成全年的或总的，只写数字，如 2400",
            f"“{value}” is a number of a part of the year; write that of the year or of all, such as 2400",
        )
    if _RANGE.search(plain):
        return CellError(f"“{value}”是区间，请写一个确定的数", f"“{value}” is a range; write one number")
    if _ROUGH.search(plain) and any(map(str.isdigit, plain)):
        return CellError(
            f"“{value}”不是确定的数，请只写数字，如 200", f"“{value}” is not exact; write a number such as 200"
        )
    if _HANZI.fullmatch(plain.rstrip("".join(COUNTS) + "元")):
        return CellError(
            f"“{value}”请改用阿拉伯数字，如 300 或 1.2万", f"write “{value}” in digits, such as 300 or 1.2万"
        )
    return CellError(f"“{value}”不是数字，请写作 1200 或 1.2万", f"“{value}” is not a number; write 1200 or 1.2万")
