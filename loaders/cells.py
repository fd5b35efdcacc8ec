"""How a cell is read: one small parser for each kind of value.

A parser sees one trimmed, non-empty text and returns the value or raises CellError. Columns are read by
their distinct texts, so a parser runs once for each different cell, not for each row.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

from graph.errors import ShuniuError
from graph.identity import is_uscc
from graph.vocabulary import fold, vocabulary
from loaders import lookups
from loaders.issues import CellError, reason_of

Parser = Callable[[str], object]

SEPARATORS = re.compile(r"[;；、]")
YES, NO = {"是", "有", "可", "yes", "y", "true", "1", "√"}, {"否", "无", "不可", "no", "n", "false", "0", "×"}
LARGEST = 1e15
"""Up to here a number is exact in every store, and beyond it nobody counts anything here."""
_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?$")
_NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$")


def text(value: str) -> str:
    """Return the text in NFKC: full-width digits and letters become plain ones."""
    return unicodedata.normalize("NFKC", value).strip()


def at_most(length: int) -> Parser:
    """Return a parser that takes a text as it stands, up to a number of characters."""

    def parse(value: str) -> object:
        if len(value) > length:
            raise CellError(f"超过 {length} 个字符（{len(value)}）", f"longer than {length} characters ({len(value)})")
        return value

    return parse


def term(name: str) -> Parser:
    """Return a parser of one term of a vocabulary."""

    def parse(value: str) -> object:
        return _ours(vocabulary(name).resolve, value)

    return parse


def region(value: str) -> object:
    """Read a place; the value is its division code."""
    return _ours(lookups.region, value)


def chain(value: str) -> object:
    """Read an industry chain; the value is its chain_id."""
    return _ours(lookups.chain, value)


def many(parse: Parser) -> Parser:
    """Return a parser of several values in one cell; the value is a sorted tuple without doubles."""

    def parse_all(value: str) -> object:
        parts = [p.strip() for p in SEPARATORS.split(value) if p.strip()]
        if not parts:
            raise CellError("只有分隔符", "nothing but separators")
        return tuple(sorted({parse(p) for p in parts}))  # type: ignore[type-var]

    return parse_all


def modes(value: str) -> object:
    """Read one or both modes; people also write 线上线下, 线上+线下 or 线上/线下 for both."""
    plain = fold(value).replace("线上线下", "线上;线下")
    return many(term("modes"))(re.sub(r"[+/&和与]", ";", plain))


def number(low: float | None = None, high: float | None = None) -> Parser:
    """Return a parser of a number within bounds; thousands separators are allowed."""

    def parse(value: str) -> object:
        plain = text(value).replace(",", "").casefold()
        if not _NUMBER.match(plain):
            raise CellError(f"“{value}”不是数字", f"“{value}” is not a number")
        found = float(plain)
        if abs(found) > LARGEST:
            raise CellError(f"{value} 超出范围", f"{value} is out of range")
        if (low is not None and found < low) or (high is not None and found > high):
            limits = f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}"
            raise CellError(f"{value} 超出范围 {limits}", f"{value} is outside {limits}")
        return found

    return parse


def integer(low: int | None = None, high: int | None = None) -> Parser:
    """Return a parser of a whole number within bounds."""
    parse_number = number(low, high)

    def parse(value: str) -> object:
        found = parse_number(value)
        if found != int(found):  # type: ignore[call-overload]
            raise CellError(f"“{value}”不是整数", f"“{value}” is not a whole number")
        return int(found)  # type: ignore[call-overload]

    return parse


def day(value: str) -> object:
    """Read a date as 2026-01-31, 2026/1/31, 2026年1月31日 or 20260131."""
    plain = text(value)
    if re.fullmatch(r"\d{8}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    match = _DATE.match(plain)
    if match:
        try:
            return dt.date(*(int(g) for g in match.groups()))
        except ValueError as error:
            raise CellError(f"“{value}”不是有效日期", f"“{value}” is no valid date") from error
    raise CellError(f"“{value}”不是日期，请写作 2026-01-31", f"“{value}” is no date; write 2026-01-31")


def yes_no(value: str) -> object:
    """Read 是 or 否."""
    plain = fold(value)
    if plain in YES or plain in NO:
        return plain in YES
    raise CellError(f"“{value}”应为 是 或 否", f"“{value}” should be 是 (yes) or 否 (no)")


def uscc(value: str) -> object:
    """Read a unified social credit code and check its last character."""
    plain = text(value).upper().replace(" ", "")
    if not is_uscc(plain):
        raise CellError(
            f"“{value}”不是有效的统一社会信用代码（18 位，末位为校验码）",
            f"“{value}” is not a valid social credit code (18 characters, the last one a check)",
        )
    return plain


def industry_code(value: str) -> object:
    """Read a GB/T 4754 code: a letter, or two to four digits, perhaps with its letter before."""
    plain = text(value).upper()
    match = re.fullmatch(r"([A-T])?(\d{2,4})?", plain)
    if not plain or not match:
        raise CellError(f"“{value}”不是 GB/T 4754 行业代码", f"“{value}” is not a GB/T 4754 code")
    return match[2] or plain


def _ours(resolve: Callable[[str], object], value: str) -> object:
    try:
        return resolve(value)
    except ShuniuError as error:
        raise CellError(*reason_of(error)) from error
