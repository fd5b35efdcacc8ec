"""How a value becomes a cell, and what no spreadsheet may run."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from graph.export.cells import FORMULA_STARTS, cell, safe_text

CELLS = [
    (None, ""), (float("nan"), ""), (np.float64("nan"), ""), (pd.NaT, ""), (True, "true"), (False, "false"),
    (0, "0"), (-1.5, "-1.5"), (np.int64(7), "7"), (0.1 + 0.2, "0.30000000000000004"), (date(2026, 6, 3), "2026-06-03"),
    (datetime(2026, 6, 3, 1, 2), "2026-06-03T01:02:00"), ("文字", "文字"), ("=1+1", "'=1+1"), ([], ""),
    (["a", 1], "a;1"), (("=1", "b"), "'=1;b"), ([{"name": "甲"}, {"name": "a", "name_zh": "乙"}], "甲;乙"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), CELLS, ids=repr)
def test_a_value_as_a_cell(value: object, text: str) -> None:
    assert cell(value) == text


def test_text_that_would_run_gets_an_apostrophe() -> None:
    assert [safe_text(f"{sign}x") for sign in FORMULA_STARTS] == [f"'{sign}x" for sign in FORMULA_STARTS]
    assert [safe_text(text) for text in ("x=", " =", "", "1")] == ["x=", " =", "", "1"]
