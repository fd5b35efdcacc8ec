"""Sources by the names under which the public may read of them: without the notes of whoever compiled the data."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from graph.shipped import read_shipped


@cache
def source_rules() -> tuple[list[re.Pattern[str]], list[tuple[re.Pattern[str], str]]]:
    """Return what is cut from a source, then whole texts with what stands for them; each is put in turn."""
    stated: Mapping[str, Any] = read_shipped("queries", "public_sources.yml")
    cut = [re.compile(pattern) for pattern in stated["cut"]]
    return cut, [(re.compile(rule["pattern"]), rule["name"]) for rule in stated["names"]]


@cache
def public_name(source: str) -> str:
    """Return the public name of a source; one without notes is told as it stands."""
    text = _cut(source)
    for pattern, name in source_rules()[1]:
        text = pattern.sub(name, text)
    return text.strip() or source


def where_to_look(source: str) -> str:
    """Return an address in full, without notes; of any other source the public name."""
    text = _cut(source).strip()
    return text if text.startswith(("http://", "https://")) else public_name(source)


def _cut(source: str) -> str:
    for pattern in source_rules()[0]:
        source = pattern.sub("", source)
    return source
