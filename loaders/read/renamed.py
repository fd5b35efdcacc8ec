"""Former names behind the present one: 乙新站（原乙老站）, 乙新站（曾用名：乙老站，2020年更名）."""

import re

import pyarrow as pa
import pyarrow.compute as pc

MENTIONS = ("provider", "operator", "organizer", "a", "b", "enterprise")
"""Columns that mention an organisation or enterprise by its name."""
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


def take_former(texts: pa.Array, former: pa.Array | None) -> tuple[pa.Array, pa.Array, int]:
    """Return names without the former ones behind them, the former names with these, and how many there were."""
    said = pc.match_substring_regex(texts, r"[(（]\s*(?:原|曾用|前身)")
    if not pc.any(said).as_py():
        return texts, former, 0
    names, formers = texts.to_pylist(), former.to_pylist() if former is not None else [""] * len(texts)
    found = 0
    for at, hit in enumerate(said.to_pylist()):
        name, old = split_former(names[at]) if hit else ("", "")
        if old:
            names[at], formers[at] = name, "；".join(filter(None, (formers[at].strip(), old)))
            found += 1
    return pa.array(names, pa.string()), pa.array(formers, pa.string()), found
