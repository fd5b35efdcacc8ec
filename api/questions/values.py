"""Values as an asker writes them: what would be taken for something else is refused."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from api.questions.codes import FIRST_DAY, LAST_DAY

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day_as_written(value: Any) -> Any:
    """Return what stands for a day as people write one; seconds since 1970, or a moment, are none."""
    if value is None or isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_form", "a day is written as 2026-01-31")


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY), BeforeValidator(_day_as_written)]
"""A day of an answer."""


class AsStated(BaseModel):
    """Base of what is asked: ``true`` is refused where a number stands, as it would count as 1."""

    @model_validator(mode="before")
    @classmethod
    def _truth_is_no_number(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        numbers = {field.alias or name for name, field in cls.model_fields.items() if _is_numeric(field.annotation)}
        return {name: _spelled(value) if name in numbers else value for name, value in values.items()}


def _is_numeric(annotation: Any) -> bool:
    """Tell whether a field holds numbers, alone, in lists or by name, and no truth."""
    kinds = {*leaves(annotation)}
    return bool(kinds & {int, float}) and bool not in kinds


def leaves(annotation: Any) -> Iterator[type]:
    """Yield the plain types of which an annotation is made."""
    for part in get_args(annotation):
        yield from leaves(part)
    if isinstance(annotation, type):
        yield annotation


def _spelled(value: Any) -> Any:
    """Return a value in which a truth is the word for it, which is no number."""
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    if isinstance(value, dict):
        return {name: _spelled(one) for name, one in value.items()}
    return str(value).lower() if isinstance(value, bool) else value
