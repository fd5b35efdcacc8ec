"""A sum below the rows of a table of amounts, without a word and a place beside it, is no row."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.files.chunks import Note
from loaders.read.rows.blank_sums import BlankSums
from loaders.tables import TABLES


def test_a_sum_alone_below_a_cross_table(reference_store: Store, csv: Callable[..., Path]) -> None:
    text = "所在地区,智能装备,优质白酒\n涪城区,60,1\n游仙区,40,2\n,100,3\n"
    report = load(reference_store, [csv("企业数量.csv", text)], dry_run=True)
    assert [(t.read, t.created, t.rejected) for t in report.tables] == [(4, 4, 0)]
    assert [(n.row, n.kind, n.text) for n in report.notes] == [(4, "total", "100")]


@pytest.mark.parametrize(
    ("rows", "sums"),
    [
        ([("a", "60"), ("b", "40"), ("", "100")], [2]),
        ([("a", "60"), ("", "40"), ("/", "100")], [2]),  # the place of the second is missing, and it counts
        ([("a", "1"), ("b", "2"), ("", "3"), ("c", "4"), ("d", "5"), ("", "9"), ("", "12")], [2, 5, 6]),
        ([("a", "60"), ("", "60")], []),
        ([("a", "60"), ("b", "40"), ("", "101")], []),
        ([("a", "60"), ("b", "40"), ("c", "100")], []),
        ([("a", "六十"), ("b", "40"), ("", "40")], []),
        ([("a", "1,000"), ("b", "1万"), ("", "11000家")], [2]),
    ],
)
def test_sums(rows: list[tuple[str, str]], sums: list[int]) -> None:
    finder = BlankSums(TABLES["demand_counts"], {"region": 0, "count": 1}, ())
    found: list[Note] = []
    for at, row in enumerate(rows):  # in chunks of one row each
        found += finder.find(pa.array([at]).to_numpy(), [pa.array([cell]) for cell in row])
    assert found == [Note(at, "total", rows[at][1]) for at in sums]


def test_other_tables_have_none() -> None:
    columns = {"region": 0, "name": 1}
    cells = [pa.array(["", ""]), pa.array(["1", "1"])]
    assert BlankSums(TABLES["organizations"], columns, ()).find(pa.array([1, 2]).to_numpy(), cells) == []
