"""Searches are kept and counted."""

from datetime import date
from pathlib import Path

import pytest

from graph.lines import read_lines
from graph.manifest import SIGNALS
from loaders.keep import signals as kept
from loaders.keep.signals import Signal, keep_search, signals

FIRST, LATER, LAST = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


def test_searches_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    assert signals(tmp_path) == []
    keep_search(tmp_path, "partners", {"region": "510700", "industry": "CH01"}, LATER, found=False)
    for day in (LAST, FIRST):
        keep_search(tmp_path, "partners", {"region": "510100"}, day, found=False)
    keep_search(tmp_path, "allocate", {"region": "510700"}, LATER, found=False)
    keep_search(tmp_path, "partners", {"region": "510100"}, LATER, found=True)
    assert signals(tmp_path) == [
        Signal("partners", {"region": "510100"}, 2, FIRST, LAST),
        Signal("allocate", {"region": "510700"}, 1, LATER, LATER),
        Signal("partners", {"industry": "CH01", "region": "510700"}, 1, LATER, LATER),
    ]
    assert signals(tmp_path, found=True) == [Signal("partners", {"region": "510100"}, 1, LATER, LATER)]
    assert read_lines(tmp_path / SIGNALS).events[0] == {
        "day": "2026-02-05", "question": "partners", "asked": {"industry": "CH01", "region": "510700"},
    }  # fmt: skip


def test_the_file_grows_to_its_limit_and_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.MOST_BYTES == 8 * 1024 * 1024
    monkeypatch.setattr(kept, "MOST_BYTES", 100)
    (tmp_path / SIGNALS).write_bytes(b"\n" * 100)
    for _ in range(2):
        keep_search(tmp_path, "partners", {}, FIRST, found=False)
    assert signals(tmp_path) == [Signal("partners", {}, 1, FIRST, FIRST)]
