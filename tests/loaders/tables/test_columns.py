"""What a declared column takes, to the last character and the last degree."""

import pytest

from loaders.parse.issues import CellError
from loaders.tables.columns import PROSE, Column, coordinates, text

LON, LAT = coordinates()
CELL_OF_EXCEL = 32_767


def read(column: Column, cell: str) -> object:
    """Return the value of a cell, or None where it is refused."""
    assert column.parse
    try:
        return column.parse(cell)
    except CellError:
        return None


@pytest.mark.parametrize(
    ("column", "longest"), [(text("id", "编号"), 1_000), (text("content", "内容", at_most=PROSE), CELL_OF_EXCEL)]
)
def test_a_text_is_taken_up_to_its_length(column: Column, longest: int) -> None:
    assert read(column, "文" * longest) == "文" * longest
    assert read(column, "文" * (longest + 1)) is None


@pytest.mark.parametrize(("column", "low", "high"), [(LON, 97, 109), (LAT, 26, 35)])
def test_a_coordinate_is_taken_within_the_bounds_of_the_province(column: Column, low: int, high: int) -> None:
    assert [read(column, f"{low}"), read(column, f"{high}")] == [low, high]
    assert [read(column, f"{low - 0.01}"), read(column, f"{high + 0.01}")] == [None, None]
