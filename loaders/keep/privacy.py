"""Masks: what may be shown of a person wherever the data are not sealed."""

import re
import unicodedata
from datetime import date

from graph.clock import today

_GAP = r"[\s.·‐-―−\-\u200b\ufeff]{0,2}"
_SAID = r"(?:(?<![A-Za-z])(?i:tel|phone|mobile|mob|wx|vx|weixin)|(?<![0-9A-Za-z])(?<!\d[.,]))"
"""What stands before a number: one of these words, or nothing that could belong to a code or a record number."""
_MOBILE = re.compile(
    rf"({_SAID})(?:(?:\+|00)?86{_GAP})?(1[3-9]\d){_GAP}(\d{{4}}){_GAP}(\d{{4}})(?![0-9A-Za-z]|\.\d)", re.ASCII
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z\-])(\(?0\d{2,3}\)?|\+?86[ \-]\d{2,3})([ ‐-―\-]|(?<=\)))(\d{3,4})(\d{4})"
    r"((?:[/、,;]\d{7,8})*)(?=-\d{1,6}(?!\d)|(?![0-9A-Za-z\-]))"
)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})[ \-]?(\d{8})[ \-]?(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_OLD_IDENTITY = re.compile(r"(?<![0-9A-Za-z])([1-6]\d{5})(\d{6})(\d{3})(?![0-9A-Za-z])")
_EMAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+\-]{0,254}+@([A-Za-z0-9.\-]+\.[A-Za-z]{2,})")
_MAY_TELL = re.compile(r"\d(?:[\s.·‐-―−\-\u200b\ufeff()+]{0,2}+\d){6}|@")
"""In each number and address above; what has none of it is not looked at further."""
_RUN = re.compile(r"(?<![\d*])\d{7,12}(?!\d)")
_WORDS = re.compile(r"([\u4e00-\u9fff])[\u4e00-\u9fff]+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
STARS = "****"
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯")


def is_masked(value: str) -> bool:
    """Tell whether a value has been masked already."""
    return "*" in value


def mask(column: str, value: str) -> str:
    """Return what may be shown of a personal cell: 138****1234, 0816-****678, 张*; masked stays as it is.

    ``column`` is the field name; one that ends in ``name`` holds a person's name, any other a way to reach them.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if not text or is_masked(text):
        return text
    if column.endswith("name"):
        kept = 2 if text.startswith(DOUBLE_SURNAMES) else 1
        return text[:kept] + "*" * max(len(text) - kept, 1)
    if (masked := mask_text(text)) != text:
        rest = _RUN.sub(lambda m: f"{STARS}{m[0][-3:]}", masked)
        return _WORDS.sub(lambda m: m[1] + "*" * (len(m[0]) - 1), rest)
    digits = re.sub(r"\D", "", text)
    return f"{digits[:3]}{STARS}{digits[-4:]}" if len(digits) > 8 else f"{STARS}{digits[-3:]}" if digits else STARS


def mask_text(text: str) -> str:
    """Mask telephone and identity numbers and e-mail addresses inside a text, whatever their width and gaps.

    Social credit codes, division codes, dates, amounts and record numbers stay; so does a text without any such
    number, to the letter.
    """
    plain = unicodedata.normalize("NFKC", text)
    if not _MAY_TELL.search(plain):
        return text
    masked = _IDENTITY.sub(_identity, plain)
    masked = _OLD_IDENTITY.sub(_old_identity, masked)
    masked = _MOBILE.sub(rf"\1\2{STARS}\4", masked)
    masked = _LANDLINE.sub(_landline, masked)
    if "@" in masked:
        masked = _EMAIL.sub(rf"\1{STARS}@\2", masked)
    return text if masked == plain else masked


def _landline(match: re.Match[str]) -> str:
    more = re.sub(r"\d+", lambda m: f"{STARS}{m[0][-3:]}", match[5])
    return f"{match[1]}{match[2]}{STARS}{match[4][-3:]}{more}"


def _identity(match: re.Match[str]) -> str:
    number = (match[1] + match[2] + match[3]).upper()
    total = sum(int(c) * w for c, w in zip(number, _WEIGHTS, strict=False))
    sure = _is_day(match[2]) and "10X98765432"[total % 11] == number[-1]
    return f"{match[1][:3]}{'*' * 11}{match[3]}" if sure else match[0]


def _old_identity(match: re.Match[str]) -> str:
    return f"{match[1][:3]}{'*' * 8}{match[3][-4:]}" if _is_day("19" + match[2]) else match[0]


def _is_day(text: str) -> bool:
    try:
        return 1880 <= date(int(text[:4]), int(text[4:6]), int(text[6:])).year <= today().year
    except ValueError:
        return False
