"""Every part of the explorer is used as a planner would, at a desk and on a phone, in both languages at each."""

import importlib
import inspect
import math
import pkgutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

import tests.viz.explorer
from tests.viz.explorer.planner import SIZES

PARTS = range(1, 12)
"""Overview, matrix, map, network, table, detail, work, one address, files, phrases, and that it suits its readers."""
PLACES = {"desk": ["desk-zh"], "office": ["desk-zh"]}
"""Fixture of a page that is one of SIZES; which of them ``reader`` is, a flow says itself."""


def flows() -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield parts and size of every flow, as the marker ``shows`` of the tests says."""
    for found in pkgutil.iter_modules(tests.viz.explorer.__path__, f"{tests.viz.explorer.__name__}."):
        for name, test in inspect.getmembers(importlib.import_module(found.name), inspect.isfunction):
            marks = getattr(test, "pytestmark", []) if name.startswith("test_") else []
            tried = [mark for mark in marks if mark.name == "parametrize"]
            told = [size for mark in tried for size in sizes(mark.args)]
            times = 1 if told else math.prod(len(mark.args[1]) for mark in tried)
            for mark in (mark for mark in marks if mark.name == "shows"):
                given = [size for fixture in inspect.signature(test).parameters for size in PLACES.get(fixture, [])]
                for size in [mark.kwargs["at"]] if "at" in mark.kwargs else told or given:
                    yield from ((mark.args, size) for _ in range(times))


def sizes(arguments: tuple[Any, Any]) -> list[str]:
    """Return at which of SIZES a flow is tried, where what it is tried with says so."""
    values = [value if isinstance(value, tuple) else (value,) for value in arguments[1]]
    return [part for value in values for part in value if part in list(SIZES)]


def test_each_part_is_used_at_a_desk_and_on_a_phone_in_both_languages() -> None:
    found = list(flows())
    used = Counter((part, size) for parts, size in found for part in parts)
    assert sorted(used) == [(part, size) for part in PARTS for size in sorted(SIZES)]
    assert len(found) >= 60
