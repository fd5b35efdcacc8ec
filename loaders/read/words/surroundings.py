"""What stands around a table: words of the file, the sheet and the title say what it is, of where, and of what kind.

The noun at the end of a Chinese title says what is listed: 2025年度四川省省级科技企业孵化器名单 lists 科技企业孵化器.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from graph.language import Text
from graph.vocabulary import fold, vocabulary
from loaders.parse import cells
from loaders.parse.issues import CellError, value_of
from loaders.parse.other_titles import ALIKE, left_out, other_title
from loaders.parse.titles import Validity, validity
from loaders.tables import TABLES, Table
from loaders.tables.repeated_counts import DAY

KINDS = {
    "enterprises": ("tags", "enterprise_tags"),
    "carriers": ("kind", "carrier_kinds"),
    "organizations": ("kind", "organization_kinds"),
    "windows": ("kind", "window_kinds"),
    "resources": ("kind", "resource_kinds"),
}
"""The column whose terms say what a list is of, and its vocabulary."""
OTHER = "其他"
"""A kind of carriers that says nothing of what a list is of."""
LISTS_ALONE = ("台账",)
"""A table of ours, and what any list may be called: 机构台账 is one of organisations."""
_LISTS = re.compile(
    "(?:名单|台账|名录|名册|目录|清单|一览表?|汇总表?|统计表?|情况表?|登记表?|信息表?|明细表?|申报表|花名册|公示|公告|基本情况|基本信息"
    "|征集|收集|摸底|调查|采集|排查|填报|上报|报送|反馈|数据|信息|汇总|列表|表|册|样表|模板|最终稿|终稿|定稿|的?(?:通知|公告|决定|函)|附件\\d*|(?:有关|相关)情况"
    "|拟?(?:认定|入[库选围]|推荐|备案|通过|公布|培育|授牌|命名)的?(?:企业|单位|机构|平台|对象)?|复核(?:通过)?"
    "|\\(.*?\\)|[\\d._\\-]+|第.{1,3}批|v\\d+)$"
)
"""How a title ends that says of what it is a list: what is listed stands before."""
_LEVEL = re.compile("(?:国家|省|市|县)级|国家备案")
RECOGNISED = ("carriers", "enterprises")
"""Tables of what is recognised, so that the year of a list is that of the recognition."""
_FILLED_IN = re.compile("填[报表写]|报送|制表|印发|审核")
"""Words of a line that says when a table was written, and not of when its numbers are."""
_AS_OF = re.compile(
    r"(?:截[至止](?:到|日期|时间)?[:：]?)?((?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}日|份?[底末]|份)?|[底末]|[上下]半年|第?[一二三四1-4]季度))"
    r"|^((?:19|20)\d{2}年度?)$|截[至止]到?((?:19|20)\d{2}年度?)"
)
"""The day or period of which numbers are, by their title: 截至2024年12月底; a year must stand alone or behind 截至."""
_MONTH_ALONE = re.compile("(?:\\d{1,2}月份?|[上下]半年|第?[一二三四1-4]季度)[底末]?")
"""A sheet's name that says of which part of a year its numbers are; the year stands elsewhere: 3月, 第一季度."""
LONGEST_CHAIN = 12
"""Characters before 产业链 among which the name of one is looked for."""
_VALID = re.compile("有效期[^()（）,，;；]+")
"""How long what is listed is valid."""
_NOT_HELD = re.compile("推荐|申报|培育|候选|储备|后备|撤销|取消|未通过|不通过|不予|失效|到期|注销|摘牌|移出")
"""Words of a list of those that are to be recognised, or are no more."""
UNHELD = Text(
    "{source}说的是推荐、培育、撤销等，没有按认定读入资质、级别和日期；撤销的请在有效期至一列写明",
    "{source} speaks of candidates or of what ended: nothing is taken as recognised; write last days into their column",
)
_NOT_ALL = re.compile(
    "目标|计划|预测|预计|规划|培育|规上|规模以上|限上|新增|净增|注销|吊销|上市|高新技术|专精特新|小巨人|龙头|骨干"
)
"""Words of a title of numbers that are not those of all firms there are."""
PART = Text(
    "{source}里有“{word}”：企业数量应是现有的全部企业，若是目标数或只是其中一部分，请不要按企业数量载入",
    "{source} has “{word}”: counts are of all firms that there are; do not load aims, or some kinds of firms, as these",
)
_YEAR = re.compile(r"((?:19|20)\d{2})年度?(?!底|末|[0-9一二三四五六七八九十]{1,2}月)(?!.*(?:统计|情况|汇总|台账|运行))")


class TitleWords(NamedTuple):
    """Some words around a table, and where they stand."""

    text: str
    source: Text
    below: bool = False
    """A note under the table, which says units and nothing else."""


def folders(file: PurePosixPath) -> list[TitleWords]:
    """Return the names of the folders and the archive in which a file lies, those nearest to it first."""
    names = [PurePosixPath(part).stem if part.casefold().endswith(".zip") else part for part in file.parent.parts]
    return [TitleWords(name, Text(f"文件夹“{name}”", f"the folder “{name}”")) for name in reversed(names)]


def around(file: str, sheet: str, titles: Iterable[str]) -> list[TitleWords]:
    """Return the words around a table, those nearest to it first."""
    found = [TitleWords(title, Text(f"标题“{title}”", f"the title “{title}”")) for title in titles]
    if sheet:
        found.insert(0, TitleWords(sheet, Text(f"工作表名“{sheet}”", f"the sheet's name “{sheet}”")))
    return [*found, TitleWords(file, Text(f"文件名“{file}”", f"the file's name “{file}”"))]


# --- which table --------------------------------------------------------------------------------------


@cache
def _nouns() -> dict[str, str]:
    """Return the nouns that say which table a list is; one that may be two tables says nothing."""
    own = {fold(n): t.name for t in TABLES.values() for n in (t.label.zh, *t.aliases)}
    terms: dict[str, set[str]] = {}
    for table, (_, list_) in KINDS.items():
        for entry in vocabulary(list_):
            for word in (entry.label.zh, *entry.aliases) if entry.label.zh != OTHER else ():
                terms.setdefault(fold(word), set()).add(table)
    known = {word: next(iter(of)) for word, of in terms.items() if len(of) == 1 and len(word) > 1}
    return {word: table for word, table in {**known, **own}.items() if word not in LISTS_ALONE}


def noun(text: str, known: Mapping[str, str]) -> str | None:
    """Return the longest of some nouns with which a title ends, whatever says that it is a list."""
    return next(filter(None, (_ending(plain, known) for plain in _listed(text))), None)


def _listed(text: str) -> Iterator[str]:
    """Yield a title, then without each of the words at its end that say that it is a list."""
    plain = re.sub("[“”\"'《》]", "", fold(text))
    while plain:
        yield plain
        plain = shorter if (shorter := _LISTS.sub("", plain)) != plain else ""


def unlisted(table: Table, title: str) -> str:
    """Return the title that a list of firms says that they hold, if our list of titles lacks it."""
    if table.name != "enterprises" or _NOT_HELD.search(title):
        return ""
    found = next(filter(None, map(other_title, _listed(title))), "")
    return found if found == ALIKE or not noun(title, _terms(KINDS[table.name][1])) else ""


def is_listing(title: str) -> bool:
    """Tell whether a title ends with a word for a list."""
    return bool(_LISTS.search(fold(title)))


def _ending(plain: str, known: Mapping[str, str]) -> str | None:
    return next((plain[at:] for at in range(len(plain) - 1) if plain[at:] in known), None)


def tables_named(words: Iterable[TitleWords]) -> dict[str, TitleWords]:
    """Return the tables that the words name, with those that do."""
    found: dict[str, TitleWords] = {}
    for said in words:
        if word := noun(said.text, _nouns()):
            found.setdefault(_nouns()[word], TitleWords(word, said.source))
    return found


# --- of what kind, and where --------------------------------------------------------------------------


@cache
def _terms(list_: str) -> dict[str, str]:
    entries = [e for e in vocabulary(list_) if e.label.zh != OTHER]
    return {fold(word): e.label.zh for e in entries for word in (e.label.zh, *e.aliases)}


def constants_said(table: Table, words: Iterable[TitleWords]) -> dict[str, tuple[str, Text]]:
    """Return what the words say of every row by column, and who says so: kind or title, and level."""
    found: dict[str, tuple[str, Text]] = {}
    words = list(words)
    for said in words:
        candidates = table.name in RECOGNISED and (_NOT_HELD.search(said.text) or unlisted(table, said.text))
        if table.name in KINDS and not (candidates and table.name == "enterprises"):
            column, list_ = KINDS[table.name]
            if word := noun(said.text, _terms(list_)):
                found.setdefault(column, (_terms(list_)[word], said.source))
        if table.name in RECOGNISED and (chain := chain_said(said.text)):
            found.setdefault("chains", (chain, said.source))
        if candidates:
            continue
        if table.has("level") and (level := _LEVEL.search(said.text)):
            found.setdefault("level", (level[0], said.source))
        if table.name in RECOGNISED and (valid := _validity(said.text)):
            found.setdefault("until", (valid[0], said.source))
            if valid[1].since:
                continue  # its own first day says more than the year of the list
        if table.name in RECOGNISED and (year := _YEAR.search(said.text)):
            found.setdefault("since", (f"{year[1]}年", said.source))
        if table.has(DAY) and (month := _MONTH_ALONE.fullmatch(said.text.strip())) and (stated := _year_said(words)):
            found.setdefault(DAY, (f"{stated}年{month[0]}", said.source))
        if table.has(DAY) and not _FILLED_IN.search(said.text) and (days := _AS_OF.findall(said.text.strip())):
            found.setdefault(DAY, ("".join(days[-1]), said.source))
    return found


def _year_said(words: Iterable[TitleWords]) -> str:
    """Return the one year that some words name, empty for several or none."""
    years = {year for said in words for year in re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", said.text)}
    return years.pop() if len(years) == 1 else ""


def chain_said(text: str) -> str:
    """Return the industry chain of which a sheet's name or a title speaks, empty for none.

    It stands alone, as a piece of its own (白酒-企业数量), or before its noun (某市白酒产业链企业名单).
    """
    before, chain, _ = text.partition("产业链")
    last = before[-LONGEST_CHAIN:]
    names = (last[at:] for at in range(len(last) - 1)) if chain else (text, *re.split(r"[\W_]+", text))
    return next((name for name in names if _is_chain(name)), "")


def _is_chain(name: str) -> bool:
    try:
        return bool(cells.chain(name.strip()))
    except CellError:
        return False


def unheld(table: Table, words: Iterable[TitleWords]) -> list[Text]:
    """Return what is to be said of a list of those that are to be recognised or are no more, and of counts of some."""
    if table.has(DAY):
        parts = ((said, match[0]) for said in words if (match := _NOT_ALL.search(said.text)))
        return [Text(*(t.format(source=s, word=w) for t, s in zip(PART, of.source, strict=True))) for of, w in parts][
            :1
        ]
    words = list(words)
    found = [said for said in words if table.name in RECOGNISED and _NOT_HELD.search(said.text)]
    others = [(title, said.source) for said in words if (title := unlisted(table, said.text))]
    return [
        Text(*(part.format(source=source) for part, source in zip(UNHELD, said.source, strict=True)))
        for said in found[:1]
    ] + [
        Text(f"{source.zh}中的{left_out(title).zh}", f"{source.en}: {left_out(title).en}")
        for title, source in others[:1]
    ]


def _validity(title: str) -> tuple[str, Validity] | None:
    """Return what a title says of how long what it lists is valid (有效期2023.6-2026.6), as it stands and as read."""
    match = _VALID.search(title)
    try:
        read = value_of(validity(match[0])) if match else None
    except CellError:
        return None
    return (match[0], read) if match and isinstance(read, Validity) else None


def titles(rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield the texts that stand above a header."""
    for row in rows:
        yield from dict.fromkeys(cell.strip() for cell in row if cell.strip())
