"""How titles are read: what an enterprise or carrier was recognised as, at what level, since when and until when.

``专精特新(省级,2024-03-01~2027-03-01)；高新技术企业``: a word alone is a title of which no date is known.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from graph.language import Text
from graph.vocabulary import fold
from loaders.parse.cells import SEPARATORS, WEAK_SEPARATORS, WEAKEST_SEPARATORS, term
from loaders.parse.dates import first_day, last_day
from loaders.parse.issues import CellError, NotedValue
from loaders.parse.other_titles import left_out, other_title
from loaders.parse.quantities import text

_DAY = r"(?:(?:19|20)\d{2}(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?|年度?)?)"
_TO = r"\s*(?:~|～|—+|–|-{1,2}|至|到)\s*"
_PERIOD = re.compile(rf"(?:有效期限?|自|从)?[:：]?\s*(?P<first>{_DAY})起?{_TO}(?P<last>{_DAY})(?:止|为止)?")
_ENDING = re.compile(rf"(?:有效期?|有效期限)?(?:至|到|截至|截止|~)[:：]?\s*(?P<last>{_DAY})(?:止|为止)?")
_BEGUN = re.compile(rf"(?:自|从)?(?P<first>{_DAY})(?:起|认定|获评|入库|公布|通过|认证)?(?:~|至今)?")
_YEARS = re.compile(
    "(?:自?(?:认定|发布|公布|发文|发证|备案|批准|评定|命名)?(?:之日|日)?[起后]?)?(?:有效期限?|有效)?[为:]?"
    r"(?:(?P<years>\d{1,2}|[一二三四五])年|(?P<months>12|24|36|48|60)个月)(?:期|有效|内有效)?"
)
LEAP = dt.date(2024, 2, 29)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_SILENT = re.compile(
    r"第.{1,4}批|复核(?:通过)?|新?认定|有效|在库|通过|gr\d{8,12}|(?:证书)?(?:编号|号|编码)[:：]?(?:gr)?\d{6,14}",
    re.IGNORECASE,
)
_YEARED = re.compile(r"(?P<before>(?:19|20)\d{2}年度?)?(?P<name>\D+?)(?P<after>(?:19|20)\d{2}(?:年度?)?)?")
"""A title with its year before or behind its name: 2023年专精特新, 高企2022."""
_LEVEL = re.compile("^(国家|四川省|省|市|县|区(?=级))级?")
_BRACKETED = re.compile(r"(?P<name>[^(（【\[]+)[(（【\[](?P<inside>.*)[)）】\]]")
_INSIDE = re.compile(r"[,，;；、\s]+")
_ANY = re.compile(f"{SEPARATORS.pattern}|{WEAK_SEPARATORS.pattern}")
_AROUND = re.compile(r"\s*(~|～|—+|–|至|到)\s*")


class HeldTitle(NamedTuple):
    """One title: ids of its list and of ``levels.yml``, first and last day; what is not said is None or empty."""

    kind: str
    level: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


class Validity(NamedTuple):
    """What a cell says of how long something is valid: a first day, a last day, or a number of years."""

    since: dt.date | None = None
    until: dt.date | None = None
    years: int | None = None

    def __str__(self) -> str:
        return f"{self.years}年" if self.years else "～".join(str(day or "") for day in (self.since, self.until))

    def last(self, since: dt.date | None) -> dt.date | None:
        """Return the last day of something that began on a day."""
        if self.until or not self.years or not since:
            return self.until
        leap = since.month == LEAP.month and since.day == LEAP.day
        again = dt.date(since.year + self.years, 3, 1) if leap else since.replace(year=since.year + self.years)
        return again - dt.timedelta(days=1)


def titles(value: str) -> object:
    """Read the titles of an enterprise; the value is a tuple of :class:`HeldTitle`, in order.

    Titles that the list is known to lack are left out, with a word: 专精特新；绿色工厂.
    """
    reader = _Reader("enterprise_tags", "专精特新")
    if any(map(other_title, _ANY.split(re.sub(r"[(（【\[].*?[)）】\]]", "", value)))):
        value = "；".join(part for part in filter(None, _outside(_ANY, value)) if not reader.leave_out(part))
    return _held(value, reader) if value else reader.noted(None)


def recognitions(value: str) -> object:
    """Read the recognitions of a carrier, as :func:`titles`; one that says a level alone has no kind."""
    return _held(value, _Reader("carrier_kinds", "科技企业孵化器", kind_needed=False))


def recognition(value: str) -> object:
    """Read the kind of a carrier, with the level and days that may stand around it: 省级众创空间, 众创空间(省级)."""
    if found := _term("carrier_kinds", value):
        return HeldTitle(found, _level(value))
    reader = _Reader("carrier_kinds", "科技企业孵化器")
    return reader.noted(reader.one(value))


def _held(value: str, reader: "_Reader") -> object:
    found = {title for part in filter(None, _outside(SEPARATORS, value)) for title in reader.several(part)}
    if not found:
        raise CellError("只有分隔符", "nothing but separators")
    return reader.noted(tuple(sorted(found, key=str)))


def validity(value: str) -> object:
    """Read how long something is valid: a last day, a first and a last day, 长期, or a number of years."""
    reader, plain = _Reader(), text(value)
    if years := _YEARS.fullmatch("".join(plain.split())):
        if years["months"]:
            return Validity(years=int(years["months"]) // 12)
        return Validity(years=_NUMERALS.get(years["years"]) or int(years["years"]))
    if period := _PERIOD.fullmatch(plain):
        return reader.noted(Validity(reader.day(period["first"]), reader.day(period["last"], last=True)))
    ending = _ENDING.fullmatch(plain)
    return reader.noted(Validity(until=reader.day(ending["last"] if ending else value, last=True)))


class _Reader:
    """Reads one cell, and keeps what is to be said of its dates."""

    def __init__(self, list_: str = "", example: str = "", *, kind_needed: bool = True) -> None:
        self._said: list[Text] = []
        self._list, self._example, self._kind_needed = list_, example, kind_needed

    def noted(self, value: object) -> object:
        """Return the value, with a word where a date of it lacked its day."""
        return NotedValue(value, self._said[0]) if self._said else value

    def leave_out(self, part: str) -> bool:
        """Leave out a title that is known to be none of the list, with a word."""
        match = _BRACKETED.fullmatch(part)
        name = match["name"] if match else part
        title = "" if _term(self._list, name) else other_title(name)
        if title:
            self._said.append(left_out(title))
        return bool(title)

    def day(self, value: str, *, last: bool = False) -> dt.date | None:
        found = (last_day if last else first_day)(value)
        if isinstance(found, NotedValue):
            self._said.append(found.how)
            found = found.value
        return found  # type: ignore[return-value]

    def several(self, part: str) -> list[HeldTitle]:
        """Read one title, or several with a weak separator between them."""
        try:
            return [self.one(part)]
        except CellError:
            parts = list(filter(None, _outside(WEAK_SEPARATORS, part)))
            if len(parts) > 1:
                return [self.one(p) for p in parts]
            if found := self._listed(list(filter(None, _outside(WEAKEST_SEPARATORS, part)))):
                return found
            raise

    def _listed(self, parts: list[str]) -> list[HeldTitle]:
        """Return several titles, none where one of the parts is no title."""
        try:
            return [self.one(p) for p in parts] if len(parts) > 1 else []
        except CellError:
            return []

    def one(self, part: str) -> HeldTitle:
        match = _BRACKETED.fullmatch(part.strip())
        if match is None:
            return self._alone(part.strip())
        title = HeldTitle(self._kind(part, match["name"]), _level(match["name"]))
        for piece in filter(None, _INSIDE.split(_AROUND.sub(r"\1", match["inside"]))):
            title = self._inside(title, text(piece))
        if title.since and title.until and title.until < title.since:
            raise CellError(f"“{part}”的截止日早于起始日", f"“{part}” ends before it begins")
        return title

    def _alone(self, part: str) -> HeldTitle:
        """Read a title without brackets; a year that its list's name does not have is that of its beginning."""
        yeared = _YEARED.fullmatch(part)
        year = yeared and (yeared["before"] or yeared["after"])
        if yeared and year and _term(self._list, part) is None and (kind := _term(self._list, yeared["name"])):
            return HeldTitle(kind, _level(yeared["name"]), self.day(year))
        return HeldTitle(self._kind(part), _level(part))

    def _inside(self, title: HeldTitle, piece: str) -> HeldTitle:
        if level := _term("levels", piece):
            return title._replace(level=level)
        if period := _PERIOD.fullmatch(piece):
            return title._replace(since=self.day(period["first"]), until=self.day(period["last"], last=True))
        if ending := _ENDING.fullmatch(piece):
            return title._replace(until=self.day(ending["last"], last=True))
        if begun := _BEGUN.fullmatch(piece):
            return title._replace(since=self.day(begun["first"]))
        if _SILENT.fullmatch(piece) or _term(self._list, piece):
            return title
        example = f"{self._example}(省级,2024-03-01~2027-03-01)"
        raise CellError(
            f"“{piece}”不是级别或有效期，请写作 {example}",
            f"“{piece}” is neither a level nor a period; write {example}",
        )

    def _kind(self, whole: str, name: str = "") -> str:
        """Return the kind of a title: brackets may be a part of its name, as in 专精特新（省级）."""
        if name and (found := _term(self._list, whole)):
            return found
        if not self._kind_needed and _term("levels", name or whole):
            return ""
        return str(term(self._list)(name or whole))


def _level(name: str) -> str | None:
    match = _LEVEL.match(fold(name))
    return _term("levels", match[1].removeprefix("四川") + "级") if match else None


def _term(list_: str, value: str) -> str | None:
    try:
        return str(term(list_)(value))
    except CellError:
        return None


def _outside(separators: re.Pattern[str], value: str) -> Iterator[str]:
    """Yield the parts of a text between separators that stand in no brackets."""
    depth, part = 0, ""
    for character in value:
        depth += (character in "(（【[") - (character in ")）】]")
        if depth <= 0 and separators.fullmatch(character):
            yield part.strip()
            part = ""
        else:
            part += character
    yield part.strip()
