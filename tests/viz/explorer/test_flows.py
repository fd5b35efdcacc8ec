"""Every part of the explorer is used as a planner would, at a desk and on a phone, in both languages."""

import importlib
import inspect
import math
import pkgutil
from collections import Counter
from collections.abc import Iterator

import tests.viz.explorer
from tests.viz.explorer.planner import SIZES

PARTS = range(1, 12)
"""Overview, matrix, map, network, table, detail, work, one address, files, phrases, and that it suits its readers."""
PLACES = {"desk": ["desk"], "office": ["desk"], "phone": ["phone"], "sized": list(SIZES)}
"""Fixture of a page, and the sizes of SIZES at which it stands."""


def flows() -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield parts and size of every flow, as the marker ``shows`` of the tests says."""
    for found in pkgutil.iter_modules(tests.viz.explorer.__path__, f"{tests.viz.explorer.__name__}."):
        for name, test in inspect.getmembers(importlib.import_module(found.name), inspect.isfunction):
            marks = getattr(test, "pytestmark", []) if name.startswith("test_") else []
            times = math.prod(len(mark.args[1]) for mark in marks if mark.name == "parametrize")
            for mark in (mark for mark in marks if mark.name == "shows"):
                given = [size for fixture in inspect.signature(test).parameters for size in PLACES.get(fixture, [])]
                for size in [mark.kwargs["at"]] if "at" in mark.kwargs else given:
                    yield from ((mark.args, size) for _ in range(times))


def test_each_part_is_used_at_a_desk_and_on_a_phone() -> None:
    found = list(flows())
    used = Counter((part, size) for parts, size in found for part in parts)
    assert sorted(used) == [(part, size) for part in PARTS for size in sorted(SIZES)]
    assert len(found) >= 60
