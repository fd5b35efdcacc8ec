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
    "{column}：{n} 个前面的编号或前后的标记（如 1、★ ①）没有读作名称",
    "{column}: numbers or marks around {n} names are not read as parts of them",
)
FORMER = "former_names"
LONGEST = 200
"""Characters of a name that is looked at."""
MENTIONS = ("provider", "operator", "organizer", "a", "b", "enterprise")
"""Columns that mention an organisation or enterprise by its name."""
_AROUND = re.compile(
    r"^\s*(?:[*※★☆▲△●◆■]\s*|\d{1,4}(?:[、．]|\.(?!\d))\s*)+(?=..)|(?<=..)\s*(?:[①-⑳*※★▲△]|\[\d{1,2}\])+\s*$"
)
"""What stands around a name in a list: its number before it (1、), a mark of a footnote behind it."""
_SAID = re.compile(
    r"(?P<name>.{2,}?)[(（]\s*(?:原名称?|曾用名称?|原|前身)为?\s*[:：]?\s*(?P<former>[^()（）]{2,}?)"
    r"(?:[,，;；、\s]+(?P<days>(?:19|20)\d{2}[^()（）]*?)(?:更名|变更|改名)?)?[)）]"
)
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


def without_marks(texts: pa.Array) -> tuple[pa.Array, int]:
    """Return names without numbers, stars and marks of footnotes around them, and how many had some."""
    there = pc.match_substring_regex(texts, r"^\s*[*※★☆▲△●◆■\d]|[①-⑳*※★▲△\]]\s*$")
    if not pc.any(there).as_py():
        return texts, 0
    names, found = texts.to_pylist(), 0
    for at, hit in enumerate(there.to_pylist()):
        if hit and len(names[at]) <= LONGEST and (plain := _AROUND.sub("", names[at])) != names[at]:
            names[at], found = plain, found + 1
    return pa.array(names, pa.string()), found


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
    if own in named:
        named[own], marked = without_marks(named[own])
        if marked:
            yield MARKED, marked, table.column(own)
    for name in (*((own,) if table.has(FORMER) else ()), *MENTIONS):
        if name not in named:
            continue
        kept = named.get(FORMER) if name == own else None
        named[name], former, found = take_former(named[name], kept)
        if found:
            yield RENAMED, found, table.column(name)
        if found and name == own:
            named[FORMER] = former
