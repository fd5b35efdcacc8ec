"""Sources by the names under which the public may read of them: without the notes of whoever compiled the data."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from graph.shipped import read_shipped


@cache
def _rules() -> tuple[list[re.Pattern[str]], list[tuple[re.Pattern[str], str]]]:
    stated: Mapping[str, Any] = read_shipped("queries", "public_sources.yml")
    cut = [re.compile(pattern) for pattern in stated["cut"]]
    return cut, [(re.compile(rule["pattern"]), rule["name"]) for rule in stated["names"]]


@cache
def public_name(source: str) -> str:
    """Return the public name of a source; one without notes is told as it stands."""
    cut, names = _rules()
    text = source
    for pattern in cut:
        text = pattern.sub("", text)
    for pattern, name in names:
        text = pattern.sub(name, text)
    return text.strip() or source
