"""What a declared column takes, to the last character and the last degree."""

import pytest

from loaders.parse.issues import CellError
from loaders.read.words.headers import find_column
from loaders.tables import TABLES
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


@pytest.mark.parametrize(
    ("cell", "state"),
    [("是", "closed"), ("√", "closed"), ("否", "open"), ("未解决", "open"), ("对接中", "in_progress")],
)
def test_under_whether_it_is_solved_a_need_is_closed_or_open(cell: str, state: str) -> None:
    column = find_column(TABLES["needs"], "是否解决")
    assert column
    assert (column.name, read(column, cell)) == ("state", state)
