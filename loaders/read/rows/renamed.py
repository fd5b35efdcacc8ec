"""What stands around names: numbers and marks of footnotes, and former names: 乙新站（原乙老站，2020年更名）."""

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text
from loaders.tables import Column, Table

RENAMED = Text(
    "{column}：{n} 个括号里的“原…”按曾用名读", "{column}: {n} names in brackets behind 原 are read as former names"
)
MARKED = Text(
    "{column}：{n} 个前面的编号或前后的标记（如 1、★ ①（公章））没有读作名称",
    "{column}: {n} names are read without the numbers or marks around them",
)
ENDED = Text(
    "{column}：{n} 个写着已注销、停业等（第一个：{first}），仍按在营载入；已不存在的请不要列入",
    "{column}: {n} are said to have ended (the first: {first}) and are in as if they stood; leave out what is no more",
)
FORMER = "former_names"
LONGEST = 200
"""Characters of a name that is looked at."""
MENTIONS = ("provider", "operator", "organizer", "a", "b", "enterprise")
"""Columns that mention an organisation or enterprise by its name."""
_AROUND = re.compile(
    r"^\s*(?:[*※★☆▲△●◆■①-⑳]\s*|\d{1,4}(?:[、．)）]|\.(?!\d))\s*|[(（](?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]\s*"
    r"|[一二三四五六七八九十]{1,3}、\s*)+(?=..)|(?<=..)\s*(?:[①-⑳*※★▲△]|\[\d{1,2}\]|[(（](?:加?盖?公章|加?盖章|签章|章|新增)[)）])+\s*$"
)
"""What stands around a name in a list: its number before it (1、, （一）), a mark of a footnote or a seal behind it."""
_MAY_HAVE_MARKS = (
    r"^\s*(?:[*※★☆▲△●◆■①-⑳\d]|[(（]\s*[\d一二三四五六七八九十]|[一二三四五六七八九十]{1,3}、)"
    r"|(?:[①-⑳*※★▲△\]]|[章增][)）])\s*$"
)
_BROKEN = re.compile(r"(?<=[\u4e00-\u9fff）)])\s*\n\s*(?=[\u4e00-\u9fff])")
_GAP = re.compile(
    r"(?<=[\u4e00-\u9fff）)】])\s+(?=[（(【])"
    r"|(?<=[\u4e00-\u9fff）)】])(?<!公司)(?<!中心)(?<!集团)(?<!厂)(?<!院)(?<!所)(?<!会)(?<!局)\s+(?=[\u4e00-\u9fff])"
)
"""White space within a name, put there to fill a line; behind a body's own name another one may begin."""
_ENDED = re.compile(
    r"(?P<name>.{2,}?)\s*[(（](?:已|现已)?(?:注销|吊销|撤销|停业|关闭|关停|歇业|停用|搬离|迁出|倒闭|失联|取消资格)[)）]\s*"
)
_SAID = re.compile(
    r"(?P<name>.{2,}?)[(（]\s*(?:原名称?|曾用名称?|原|前身)为?\s*[:：]?\s*(?P<former>[^()（）]{2,}?)"
    r"(?:[,，;；、\s]+(?P<days>(?:19|20)\d{2}[^()（）]*?)(?:更名|变更|改名)?)?[)）]"
)
_LISTED = re.compile("[;；、\n]")
_BRACKET = re.compile(r"[(（][^()（）]*[)）]?\s*$")
"""Behind a former name: the days on which it was one."""
_BODY = re.compile(
    "(?:公司|集团|厂|社|院|所|站|中心|会|校|局|学院|大学|园|园区|基地|平台|部|处|行|店|馆|联盟|孵化器|空间|室)$"
)
"""How the name of a body ends: 原址已搬迁 and 原则同意 are none."""


def split_former(text: str) -> tuple[str, str]:
    """Return a name and the former one behind it, as the column of former names takes it; empty where there is none."""
    match = _SAID.fullmatch(text.strip())
    if not match or not _BODY.search(match["former"]):
        return text, ""
    days = match["days"]
    return match["name"].strip(), f"{match['former'].strip()}({days}更名)" if days else match["former"].strip()


def names_said(text: str) -> set[str]:
    """Return the names that a cell may hold: as it stands, without what stands around it, and former ones."""
    if len(text) > LONGEST:
        return {text}
    plain = _AROUND.sub("", _GAP.sub("", text.strip()))
    ended = _ENDED.fullmatch(plain)
    name, former = split_former(ended["name"] if ended else plain)
    listed = [_BRACKET.sub("", part).strip() for part in _LISTED.split(f"{name}；{former}")]
    return {text, plain, name, *filter(None, listed)}


def without_marks(texts: pa.Array) -> tuple[pa.Array, int]:
    """Return names without numbers, stars and marks of footnotes around them, and how many had some."""
    there = pc.match_substring_regex(texts, _MAY_HAVE_MARKS)
    if not pc.any(there).as_py():
        return texts, 0
    names, found = texts.to_pylist(), 0
    for at, hit in enumerate(there.to_pylist()):
        if hit and len(names[at]) <= LONGEST and (plain := _AROUND.sub("", names[at])) != names[at]:
            names[at], found = plain, found + 1
    return pa.array(names, pa.string()), found


def without_gaps(texts: pa.Array) -> pa.Array:
    """Return names without white space between their Chinese characters: 绵阳 某某 公司 -> 绵阳某某公司."""
    if not pc.any(pc.match_substring_regex(texts, r"\S\s+\S")).as_py():
        return texts
    names = [_GAP.sub("", name) if len(name) <= LONGEST else name for name in texts.to_pylist()]
    return pa.array([_BROKEN.sub(" ", name) for name in names], pa.string())


def without_ends(texts: pa.Array) -> tuple[pa.Array, list[str]]:
    """Return names without the words behind them that say that they have ended, and these names as they stood."""
    if not pc.any(pc.match_substring_regex(texts, r"[销业闭停用离出联格][)）]\s*$")).as_py():
        return texts, []
    names, ended = texts.to_pylist(), []
    for at, name in enumerate(names):
        if len(name) <= LONGEST and (match := _ENDED.fullmatch(name.strip())):
            ended.append(name.strip())
            names[at] = match["name"]
    return pa.array(names, pa.string()), ended


def take_former(texts: pa.Array, former: pa.Array | None) -> tuple[pa.Array, pa.Array | None, int]:
    """Return names without the former ones behind them, the former names with these, and how many there were."""
    said = pc.match_substring_regex(texts, r"[(（]\s*(?:原|曾用|前身)")
    if not pc.any(said).as_py():
        return texts, former, 0
    names, formers = texts.to_pylist(), former.to_pylist() if former is not None else [""] * len(texts)
    found = 0
    for at, hit in enumerate(said.to_pylist()):
        name, old = split_former(names[at]) if hit and len(names[at]) <= LONGEST else ("", "")
        if old:
            names[at], formers[at] = name, "；".join(filter(None, (formers[at].strip(), old)))
            found += 1
    return pa.array(names, pa.string()), pa.array(formers, pa.string()), found


def plain_names(table: Table, named: dict[str, pa.Array]) -> Iterator[tuple[Text, int, Column]]:
    """Put plain names into the columns of a chunk; yield what is to be said, of how many, and of which column."""
    own = table.naming if table.naming == "name" and not table.bulk else ""
    for name in (name for name in (own, *MENTIONS) if name in named):
        named[name], marked = without_marks(without_gaps(named[name]))
        if marked:
            yield MARKED, marked, table.column(name)
    if own in named:
        named[own], ended = without_ends(named[own])
        if ended:
            yield Text(*(part.replace("{first}", ended[0]) for part in ENDED)), len(ended), table.column(own)
    for name in (*((own,) if table.has(FORMER) else ()), *MENTIONS):
        if name not in named:
            continue
        kept = named.get(FORMER) if name == own else None
        named[name], former, found = take_former(named[name], kept)
        if found:
            yield RENAMED, found, table.column(name)
        if found and name == own:
            named[FORMER] = former
