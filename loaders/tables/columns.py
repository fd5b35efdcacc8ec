"""The columns of input tables: what a header stands for, how its cells are read, and what may go wrong with them."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.language import Text
from graph.vocabulary import fold, vocabulary
from loaders.keep.privacy import mask_text
from loaders.parse import cells
from loaders.parse.scores import score
from loaders.parse.standing import Standing, plain_names, valid_codes
from loaders.parse.titles import validity

LINE, PROSE = 1_000, 32_767
"""Characters a name, id or mention may have (an index of Neo4j holds 8 kB), and any other text (a cell of Excel)."""
PREFECTURES = (
    "市州", "市(州)", "所属市州", "所在市州", "所属市(州)", "地市", "地市州", "所属地市", "所在地市", "州市", "设区市",
    "市", "所在市", "所属市", "市级", "地级市", "城市", "所在城市", "所属城市",
)  # fmt: skip
PROVINCES = (
    "省份", "省", "省市", "省(区、市)", "省(市、区)", "省(自治区、直辖市)", "省区市", "所在省份", "所属省份", "所在省",
    "所属省", "所在省市", "所属省市", "所在省(区、市)", "所属省(区、市)",
)  # fmt: skip
COUNTIES = (
    "区县", "县区", "县(市、区)", "县(市区)", "县市区", "县(区)", "区(县)", "区(市)县", "区市县", "市县区",
    "所属区县", "所在区县", "所属县区", "所在县区", "所属县(市、区)", "所在县(市、区)", "所属县市区",
    "所属区(市)县", "所在区(市)县",
)  # fmt: skip
PLACES = (
    "地区", "所在地区", "所属地区", "属地", "所属地", "所在地", "行政区划", "行政区域", "区域", "所属区域",
    *PROVINCES, *PREFECTURES, *COUNTIES,
)  # fmt: skip
"""Headers of places; where one column has the prefecture and another the county, both make the place."""
CHAINS = ("产业链名称", "所属产业链", "重点产业链", "产业链类别", "所属产业链名称")
"""Headers of the chain of a row."""
_ALL_CHAINS = re.compile(
    "(?:不限|不分|不区分|全部|所有|各个?|各类|任何|任意|跨|(?:面向|服务)?全(?=.))定?(?:重点|优势|特定|具体)?"
    "(?:产业链?|行业|领域|企业|类型|类别)?(?:均可|通用|适用)?|通用|综合|均可|都可以?|无限制"
)
"""What stands for any chain where one is asked for."""
RECORDS = frozenset(("id", "record", "voucher"))
"""Columns of numbers of records, which are no telephone numbers however long they are."""
NONE = frozenset(("无",))
"""Says that there is none, and not that nothing was said."""
NO_MONEY = NONE | {"0"}
"""As :data:`NONE`, of what something costs."""


def named(list_: str) -> tuple[str, ...]:
    """Return headers of a name after the terms of a list: 孵化器名称."""
    words = {word for entry in vocabulary(list_) for word in (entry.label.zh, *entry.aliases)}
    return tuple(f"{word}名称" for word in sorted(words))


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    Without ``parse`` the text is taken as it stands, trimmed.
    """

    name: str
    zh: str
    parse: cells.Parser | None = None
    required: bool = False
    vocabulary: str | None = None
    many: bool = False
    aliases: tuple[str, ...] = ()
    note: Text = Text("", "")
    personal: bool = False
    """Says who somebody is or how to reach them: kept sealed, shown masked."""
    identifies: bool = False
    """A part of what the row's subject is known by: a row is rejected where it is bad, though it may be empty."""
    unbounded: bool = False
    """Left empty, it bounds nothing: of a row whose cell cannot be read it is told that it counts as such till then."""
    provenance: bool = False
    """Says where a row is from, in the place of what its delivery says of all."""
    place: bool = False
    """Holds one place, which may be written in several columns or need the delivery's own place to be understood."""
    quantity: bool = False
    """Holds an amount of which there is one: in cells merged downwards it is not each row's."""
    lowest: float | None = None
    """Holds marks from here to 5, which another scale would turn into wrong ones."""
    stands: Standing | None = None
    """Tells which of many texts are values as they stand, so that none of them needs a look of its own."""
    answers: frozenset[str] = frozenset()
    """Marks of an empty cell that are an answer here, as 无 is where conditions are asked for."""
    happened: bool = False
    """Holds the day of something that has happened, so that one to come is a slip."""

    @property
    def needed(self) -> bool:
        """Tell whether a row cannot be in with a bad cell here."""
        return self.required or self.identifies

    @cached_property
    def headers(self) -> frozenset[str]:
        """All spellings of the header that are taken, folded."""
        return frozenset(fold(h.rstrip("*")) for h in (self.name, self.zh, *self.aliases))


def text(name: str, zh: str, *, at_most: int = LINE, **more: Any) -> Column:
    """Declare a column of plain text of a limited length; numbers of people in prose are masked, in names told."""
    parse = cells.at_most(at_most)
    if at_most == PROSE:
        return Column(name, zh, lambda value: mask_text(str(parse(value))), **more)
    if name in RECORDS or more.get("personal"):
        return Column(name, zh, parse, stands=plain_names, **more)
    said = cells.called if name == "name" else cells.named
    return Column(name, zh, said(at_most), stands=plain_names, **more)


def codes(name: str = "uscc", zh: str = "统一社会信用代码") -> Column:
    """Declare the column of social credit codes."""
    return Column(name, zh, cells.uscc, stands=valid_codes, aliases=("社会信用代码", "信用代码"))


def term(name: str, zh: str, list_: str, **more: Any) -> Column:
    """Declare a column of one term of a vocabulary."""
    return Column(name, zh, cells.term(list_), vocabulary=list_, **more)


def terms(name: str, zh: str, list_: str, **more: Any) -> Column:
    """Declare a column of several terms of a vocabulary."""
    return Column(name, zh, cells.many(cells.term(list_)), vocabulary=list_, many=True, **more)


def region(name: str = "region", zh: str = "所在地区", **more: Any) -> Column:
    """Declare a column of one place."""
    return Column(name, zh, cells.place, place=True, **more)


def chain(name: str = "chain", zh: str = "产业链", **more: Any) -> Column:
    """Declare a column of one industry chain."""
    return Column(name, zh, cells.chain, aliases=CHAINS, **more)


def chains(name: str = "chains", zh: str = "服务产业", *, unbounded: bool = False) -> Column:
    """Declare a column of several industry chains; where it may be ``unbounded``, 不限 and 各行业 are as empty."""
    listed = cells.many(cells.chain)

    def parse(value: str) -> object:
        return None if unbounded and _ALL_CHAINS.fullmatch(fold(value)) else listed(value)

    aliases = ("产业链", "服务产业链", *CHAINS)
    return Column(name, zh, parse, many=True, aliases=aliases, unbounded=unbounded)


def number(name: str, zh: str, low: float | None = 0, high: float | None = None, **more: Any) -> Column:
    """Declare a column of numbers within bounds."""
    return Column(name, zh, cells.number(low, high), **more)


def amount(name: str, zh: str, parse: cells.Parser | None = None, **more: Any) -> Column:
    """Declare a column of amounts, no less than nothing: of things that are counted, unless it has its own parser."""
    return Column(name, zh, parse or cells.number(0, units=cells.COUNTS), quantity=True, **more)


def marks(name: str, zh: str, low: float, **more: Any) -> Column:
    """Declare a column of marks from ``low`` to 5."""
    return Column(name, zh, score(low), lowest=low, **more)


def coordinates() -> tuple[Column, Column]:
    """Declare longitude and latitude, in degrees, within the province, which lies in 97.4–108.5° E, 26.1–34.3° N."""
    return Column("lon", "经度", cells.degrees(97, 109)), Column("lat", "纬度", cells.degrees(26, 35))


def day(name: str, zh: str, **more: Any) -> Column:
    """Declare a column of the days on which something happened."""
    return Column(name, zh, cells.day, happened=True, **more)


def begun_day(name: str, zh: str, **more: Any) -> Column:
    """Declare a column of the days on which something was done; what took a few days is of the first."""
    return Column(name, zh, cells.begun_day, happened=True, **more)


def since(zh: str, **more: Any) -> Column:
    """Declare the first day of something; of a year or month it is the first day."""
    return Column("since", zh, cells.first_day, **more)


def until(zh: str, **more: Any) -> Column:
    """Declare the last day of something; of a year or month it is the last day."""
    return Column("until", zh, cells.last_day, unbounded=True, **more)


def valid(zh: str, **more: Any) -> Column:
    """Declare how long something is valid: a last day, a first and a last day, or a number of years (三年)."""
    return Column("until", zh, validity, unbounded=True, **more)


def allowed(column: Column) -> list[str]:
    """Return the labels that a column of a closed list takes."""
    return [e.label.zh for e in vocabulary(column.vocabulary)] if column.vocabulary else []
