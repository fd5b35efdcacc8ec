"""Which table a name stands for, and which column is which: headers in Chinese or by field name, in any order."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from graph.places.gazetteer import simplified
from graph.vocabulary import fold
from loaders.read.words.marked_titles import LEAST_LEVELS, may_be_across, title_headed, titles_headed
from loaders.tables import TABLES, Column, Table
from loaders.tables.columns import COUNTIES, PREFECTURES, PROVINCES

REASON = "退回原因"
PLACE = "原文件位置"
"""The two columns that a rejects workbook adds; they say nothing when it is loaded again."""
SERIALS = frozenset(("序号", "序", "顺序", "顺序号", "行号", "项次", "no", "№"))
"""Headers, folded, of the running number of the rows of one list: it is no part of what the rows say."""
NEAR = 0.6
"""From this likeness on (difflib's ratio) a header is suggested for a column."""
IN_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
_PROVINCES, _PREFECTURES, _COUNTIES = (
    frozenset(fold(word) for word in words) for words in (PROVINCES, PREFECTURES, COUNTIES)
)
_WHOSE = re.compile(
    r"^(?:企业|机构|单位|项目)?(?:(?:所属|所在|所处|归属|隶属|注册|登记)(?:地(?=[市州区县]{2}))?)?(?=.)|名称$"
)
_UPPER = frozenset(("市", "州", "市州", "州市", "地市", "地级市"))
_COUNTY = frozenset(("县", "区", "县区", "区县", "县市区", "区市县", "市县区", "县级", "县级市", "县市"))
_ANY = frozenset(("地区", "区域", "行政区", "行政区域", "行政区划", "属地", "市县", "地州市"))
"""Words for places of any level: 所在区域, 所属市县."""
_INSTEAD = re.compile(
    "(?:企业|机构|单位|项目)?(?:所在|(?:注册|登记|推荐|申报|落户)(?:地?所[在属])?)(?:地区?|区域|市州|[区县]{1,2}|县市区)"
)
"""Headers of places that are asked where no other is: 注册地, 推荐市州."""
_ADDRESS = re.compile(
    "(?:企业|机构|单位|公司)?(?:(?:注册|登记|经营|生产|办公|通讯|通信|联系|详细|所在)地?)?(?:地址|住所)"
)
"""Headers of addresses, which say where a row is if nothing else does."""
_LOWER = _COUNTY | {"园区", "功能区", "开发区", "新区", "街道", "乡镇", "镇街"}
"""Words of places of which headers are made, with strokes between them: 区/县, 市（州）/县（市、区）."""
_UPPER_HEADER, _LOWER_HEADER, _PLACE_HEADER = "市州", "区县", "所在地区"
_WHERE = re.compile("(?:企业|机构|单位|项目)?(?:所属|所在|归属|注册|登记)(?:地|地区|地址)|属地|地区")
"""Headers of places whose brackets may say of what: 注册地（县）."""
_HAN = re.compile("[\u4e00-\u9fff]")
_ORDINAL = re.compile(r"^\d{1,2}[.、](?=\D)")
"""The number of a column before its header: 1.名称."""
_REQUIRED = re.compile(r"(?:[*-]?(?:必填项?|选填项?|可不填|可选))+$")
_ENGLISH = re.compile(r"[a-z][a-z.,'&/|_-]{2,}")
_BEFORE, _BEHIND = (
    re.compile(rf"^{_ENGLISH.pattern}(?={_HAN.pattern})"),
    re.compile(rf"(?<={_HAN.pattern})[/|,_-]*(?:{_ENGLISH.pattern}|(?<=编号)no\.?)$"),
)
"""English before or behind a Chinese header, folded: 名称/Name, Region 所在地区."""
_FURTHER = re.compile(r"mail|wechat|weixin|^[/|,_-]*(?:gdp|url|web|www|app|kpi|ipo|iso)$")
"""Words that say of what the Chinese ones are, instead of saying the same: 联系人Email."""
_NOT_NOW = re.compile(r"[(\[【〔](?:上|去|前|往|同期|基期|同比|环比|增|净增|新增|占比|比重|计划|目标|预计|预期)")
"""Behind the header of an amount: it is another one than that of now, 企业数（上年同期）, or how it grew."""
_MARKS = "*★☆:;,.、。·#"


class Matched(NamedTuple):
    """Position of each known column, the headers that fit none, and those that fit a column already taken.

    ``parts`` are the positions of further columns of the place: of its county, where the first has its prefecture.
    """

    columns: dict[str, int]
    ignored: tuple[str, ...]
    doubled: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()


def find_table(name: str) -> Table | None:
    """Return the table that a file stem or sheet name stands for: its name, label or alias, whole or as a part."""
    known = {fold(n): t for t in TABLES.values() for n in (t.name, t.label.zh, t.label.en, *t.aliases)}
    name = simplified(name)
    if fold(name) in known:
        return known[fold(name)]
    parts = [fold(p) for marks in (r"[\s\-.·（）()\[\]]+", r"[\W_]+") for p in re.split(marks, name)]
    return next((known[p] for p in parts if p in known), None)


def plain_header(title: str) -> str:
    """Return a header's folded form without marks such as ``*``; 县（市、区）/园区 is one of counties, as is 所在县."""
    plain = fold(simplified(title)).strip(_MARKS)
    bare = IN_BRACKETS.sub("", plain)
    said = plain[len(bare) + 1 : -1] if _WHERE.fullmatch(bare) and plain != bare else bare
    pieces = {_WHOSE.sub("", piece) for piece in re.split("[/|、及和]", said)}
    if not pieces <= (_UPPER | _ANY | (_LOWER if len(pieces) > 1 else _COUNTY)):
        return plain
    return _UPPER_HEADER if pieces <= _UPPER else _LOWER_HEADER if pieces <= _LOWER else _PLACE_HEADER


@lru_cache(1024)
def spellings(title: str) -> tuple[str, str]:
    """Return a header as it stands and without what is in brackets: 经度（度）, 名称（必填）; both folded."""
    plain = plain_header(title)
    return plain, _bare(plain)


def _bare(plain: str) -> str:
    """Return a folded header without what clerks put around it: brackets, a number, 必填, the same in English."""
    bare = IN_BRACKETS.sub("", plain)
    if not _HAN.search(bare) and (inside := [one for one in IN_BRACKETS.findall(plain) if _HAN.search(one)]):
        bare = inside[0][1:-1] if _ENGLISH.fullmatch(bare) else bare  # Type（类型）
    bare = _REQUIRED.sub("", _ORDINAL.sub("", bare)).strip(_MARKS)
    if _HAN.search(bare):
        words = {*_BEFORE.findall(bare), *_BEHIND.findall(bare)}
        if words and not any(_FURTHER.search(word) for word in words):
            bare = _BEHIND.sub("", _BEFORE.sub("", bare))
    return (plain_header(bare) if bare and bare != plain else bare) or plain


def is_serial(title: str) -> bool:
    """Tell whether a header is that of running numbers: 序号, No."""
    return not SERIALS.isdisjoint(spellings(title))


def find_column(table: Table, title: str) -> Column | None:
    """Return the column that a header stands for: its name, Chinese header or alias, in any spelling."""
    return next((c for s in spellings(title) for c in table.columns if s in c.headers), None)


def match(table: Table, header: Sequence[str], renamed: Mapping[str, str]) -> Matched:
    """Return which column is where, see :func:`_match`: the rows at the top of a sheet are asked again and again."""
    return _match(table.name, tuple(header), tuple(renamed.items()))


@lru_cache(4096)
def _match(name_of_table: str, header: tuple[str, ...], named: tuple[tuple[str, str], ...]) -> Matched:
    """Return which column is where; ``renamed`` is what the sender's note says, folded header -> column name.

    The sender's word goes before an exact header, and that before one with something in brackets; of several equal
    ones the first counts. A place may stand in two columns, the prefecture's and the county's.
    """
    table, renamed = TABLES[name_of_table], dict(named)
    columns: dict[str, int] = {}
    names: dict[int, str] = {}
    marks = _levels_across(table, header)
    forms = [("", "") if at in marks else spellings(title) for at, title in enumerate(header)]
    for known, form in ((renamed, 0), (table.headers, 0), (table.headers, 1)):
        for at, spelt in enumerate(forms):
            name = known.get(spelt[form])
            if form and name and table.column(name).quantity and _NOT_NOW.search(fold(header[at])):
                continue
            if name and at not in names:
                names[at] = name
                columns.setdefault(name, at)
    if table.place and table.place not in columns and (instead := _instead(header, names)):
        names[instead[0]], columns[table.place] = table.place, instead[0]
    parts = _parts(table, header, columns, names, renamed)
    names = {at: name for at, name in names.items() if at not in parts}
    left = [
        (at, t.strip())
        for at, t in enumerate(header)
        if t.strip() and at not in parts and columns.get(names.get(at, "")) != at
    ]
    ignored = tuple(title for _, title in left if title not in (REASON, PLACE))
    return Matched(columns, ignored, tuple(title for at, title in left if at in names), parts)


def _levels_across(table: Table, header: Sequence[str]) -> frozenset[int]:
    """Return where levels stand across, a column of marks each (国家级 | 省级 | 市级), among which 市级 is no place."""
    at = [at for at, title in enumerate(header) if title.rstrip().endswith("级")]
    at = [one for one in at if (headed := title_headed(table, header[one])) and headed[0].name == "level"]
    if len(at) < LEAST_LEVELS:
        return frozenset()
    rest = {name for n, title in enumerate(header) if n not in at and (name := table.headers.get(spellings(title)[1]))}
    national = any(fold(header[one]).startswith("国") for one in at)
    return frozenset(at) if table.place in rest or national else frozenset()


def _parts(
    table: Table, header: Sequence[str], columns: dict[str, int], names: dict[int, str], renamed: Mapping[str, str]
) -> tuple[int, ...]:
    """Return the further columns of the place, after putting the prefecture's first."""
    place = table.place
    at = sorted((at for at, name in names.items() if name == place), key=lambda at: (_level(header[at]), at))
    mapped = sum(renamed.get(spellings(header[at])[0]) == place for at in at)
    if mapped < 2:
        # A province's column goes before the two others, and says least.
        at = [position for _, (position, *_) in groupby(at, key=lambda at: _level(header[at]))]
        at = at[: 3 if at and not _level(header[at[0]]) else 2]
    if len(at) < 2:
        return ()
    columns[place] = at[0]
    return tuple(at[1:])


def _instead(header: Sequence[str], known: Mapping[int, str]) -> list[int]:
    """Return which headers say where rows are, in a list without a column of places: 注册地, else 注册地址."""
    plain = {at: fold(title).strip(_MARKS) for at, title in enumerate(header)}
    addresses = [at for at, title in plain.items() if known.get(at, "address") == "address" and is_address(title)]
    return [at for at, title in plain.items() if _INSTEAD.fullmatch(title)] or addresses


@lru_cache(4096)
def is_address(title: str) -> bool:
    """Tell whether a header is that of addresses: where one is blank, the title may say where its row is."""
    return bool(_ADDRESS.fullmatch(fold(title).strip(_MARKS)))


def is_of_prefectures(title: str) -> bool:
    """Tell whether a header asks for prefectures: 市州, 所属地市."""
    return _level(title) == 1


def _level(title: str) -> int:
    """Return 0 for a header of provinces, 1 of prefectures, 2 for another one of places, 3 for one of counties."""
    forms = {*spellings(title)}
    return next((n for n, known in ((0, _PROVINCES), (1, _PREFECTURES), (3, _COUNTIES)) if forms & known), 2)


def lacking(table: Table, matched: Matched, given: Collection[str] = ()) -> list[Column]:
    """Return the required columns that are neither there, nor ``given`` as constants, nor stand across as marks."""
    missing = _missing(table, matched, given)
    # Where more than one other is lacking the row is no header, whatever its cells may be values of.
    asked = any(map(may_be_across, missing)) and sum(not may_be_across(c) for c in missing) < 2
    titles = matched.ignored if matched.columns and asked else ()
    across = {column.name for column, _ in titles_headed(table, titles).values()}
    return [column for column in missing if column.name not in across]


def is_complete(table: Table, matched: Matched, given: Collection[str] = ()) -> bool:
    """Tell whether nothing is lacking, without a look at what stands across where that cannot decide it."""
    missing = _missing(table, matched, given)
    return all(map(may_be_across, missing)) and not lacking(table, matched, given)


def _missing(table: Table, matched: Matched, given: Collection[str]) -> list[Column]:
    return [c for c in table.required if c.name not in matched.columns and c.name not in given]


def suggested(table: Table, header: Sequence[str]) -> list[tuple[str, str]]:
    """Return the unknown headers that come near to columns which are not there, with our headers for these."""
    matched = match(table, header, {})
    free = [c for c in table.columns if c.name not in matched.columns]
    pairs: dict[str, str] = {}
    for column in sorted(free, key=lambda c: not c.required):
        for title in near_titles(column, [t for t in matched.ignored if t not in pairs]):
            pairs[title] = column.zh
    return list(pairs.items())


def nearness(table: Table, header: Sequence[str]) -> float:
    """Return how well a row fits a table as its header: known columns, required ones twice, near ones a half."""
    matched = match(table, header, {})
    known = len(matched.columns) + len(matched.parts) + sum(c.name in matched.columns for c in table.required)
    return known - len(lacking(table, matched)) / 10 + (len(suggested(table, header)) / 2 if not known else 0)


def near_titles(column: Column, titles: Sequence[str]) -> list[str]:
    """Return the one unknown header nearest to a column, if any comes near."""

    def likeness(title: str) -> float:
        form = spellings(title)[1]
        if not _fields(form) <= {column.name}:
            return 0.0
        return max(difflib.SequenceMatcher(None, form, known).ratio() for known in column.headers)

    return [t for t in sorted(titles, key=likeness, reverse=True) if likeness(t) >= NEAR][:1]


@lru_cache(4096)
def _fields(form: str) -> frozenset[str]:
    """Return the fields that a header is of in any table: 联系方式 is of contacts and comes near no 方式."""
    return frozenset(c.name for table in TABLES.values() for c in table.columns if form in c.headers)
