"""The exporter: numbers stay numbers, text never becomes a formula."""

import csv
import io
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.export import csv_bytes
from graph.export.cells import FORMULA_STARTS, cell

ROW = st.dictionaries(st.sampled_from("abc"), st.one_of(st.text(), st.none(), st.integers(), st.floats()), min_size=1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (math.nan, ""),
        (pd.NaT, ""),
        (True, "true"),
        (-1.5, "-1.5"),
        (-3, "-3"),
        (np.float64(-0.1), "-0.1"),
        (np.int64(-2), "-2"),
        (date(2026, 1, 31), "2026-01-31"),
        ("绵阳", "绵阳"),
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        (["=a", "b"], "'=a;b"),
        ([], ""),
        ("a=b", "a=b"),
    ],
)
def test_a_cell(value: object, text: str) -> None:
    assert cell(value) == text


@given(st.lists(ROW, min_size=1))
def test_no_text_begins_like_a_formula_and_nothing_is_lost(rows: list[dict]) -> None:
    data = csv_bytes(rows).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(data, newline="")))
    assert len(read) == len(rows)
    for given_, got in zip(rows, read, strict=True):
        for name, value in given_.items():
            if isinstance(value, str):
                assert not got[name].startswith(FORMULA_STARTS)
                assert got[name] in (value, "'" + value)


def test_mappings_become_columns() -> None:
    data = csv_bytes([{"a": {"x": 1, "y": None}}, {"a": {"x": 2}}]).decode("utf-8-sig")
    assert data == "a.x,a.y\r\n1,\r\n2,\r\n"


def test_a_table_without_rows_has_its_header() -> None:
    assert csv_bytes([], ["a", "b"]).decode("utf-8-sig") == "a,b\r\n"
