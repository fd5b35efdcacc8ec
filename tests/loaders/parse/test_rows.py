"""Which marks of an empty cell are an answer: 无 where conditions are asked for, a term that its list has."""

import pytest

from loaders.parse.rows import _answers
from loaders.tables import TABLES


@pytest.mark.parametrize(
    ("table", "column", "mark", "answers"),
    [
        ("resources", "terms", "无", True), ("resources", "fee", "无", True), ("resources", "name", "无", False),
        ("needs", "state", "未办理", True), ("needs", "state", "无", False),
        ("needs", "quantity", "未办理", False), ("organizations", "address", "未办理", False),
    ],
)  # fmt: skip
def test_a_mark_is_a_value_where_it_answers(table: str, column: str, mark: str, answers: bool) -> None:
    assert _answers(TABLES[table].column(column), mark) is answers
