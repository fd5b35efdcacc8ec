"""The rows of a list in another order than its own, by any of its plain columns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from api.questions.declaration import Question, paged
from graph.errors import BadParameter
from graph.language import Text, listed
from queries.answers import ListAnswer, Listed
from queries.coverage import Coverage

PLAIN = (str, int, float, date, type(None))


def sortable(question: Question[Any, Any, Any]) -> bool:
    """Tell whether rows of an answer may come in any order: a list of rows and nothing more, with no order asked."""
    models = get_args(question.result) or (question.result,)
    origins = {getattr(model, "__pydantic_generic_metadata__", {}).get("origin") for model in models}
    return question.listed and origins == {ListAnswer} and "sort" not in question.parameters.model_fields


def in_order(question: Question[Any, Any, Any], answer: Any, keys: Sequence[str]) -> Any:
    """Return an answer whose rows are sorted by columns; ``-`` before one turns its order; unknown comes last.

    Rows that are alike keep the order that the list has of its own.

    Raises:
        BadParameter: a column that the list does not have, or whose values have no order.
    """
    if not keys:
        return paged(answer)
    columns = question.columns(answer)
    wanted = [(key.removeprefix("-"), key.startswith("-")) for key in keys]
    for name, _ in wanted:
        if name not in columns:
            raise BadParameter(name="sort", value=name, reason=listed(columns))
    if isinstance(answer, Coverage):
        return replace(answer, cells=_frame_in_order(answer, wanted))
    rows = list(question.rows(answer))
    for name, down in reversed(wanted):
        values = [question.flat(row)[name] for row in rows]
        _check(name, values)
        known = [i for i, value in enumerate(values) if value is not None]
        unknown = [i for i, value in enumerate(values) if value is None]
        known.sort(key=values.__getitem__, reverse=down)
        rows = [rows[i] for i in (*known, *unknown)]
    return Listed(rows, answer.meta)


def _frame_in_order(answer: Coverage, wanted: Sequence[tuple[str, bool]]) -> Any:
    cells = answer.cells
    for name, down in reversed(wanted):
        if cells[name].dtype == object:
            _check(name, cells[name].tolist())
        cells = cells.sort_values(name, ascending=not down, kind="stable", na_position="last")
    return cells.reset_index(drop=True)


def _check(name: str, values: Sequence[Any]) -> None:
    if not all(isinstance(value, PLAIN) for value in values):
        raise BadParameter(name="sort", value=name, reason=Text("这一列没有次序", "this column has no order"))
