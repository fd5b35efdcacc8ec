"""Answers as known after a load: which load or day, and how the answer says so."""

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, Field

from api.questions.declaration import Name, Parameters, Question
from graph.language import Text


class KnownParameters(Parameters):
    """After which load the graph is taken as known."""

    known_at: Name | None = Field(
        default=None, examples=["load-000002"],
        description="按某次载入（load-000002）或某日之后所知，由日志重做；默认现在"
        " / as known after a load or a day, made again from the journal; default: now",
    )  # fmt: skip


def known_then(question: Question[Any, Any, Any]) -> bool:
    """Tell whether a question can be asked as known after a load: one of a day that changes nothing."""
    return question.dear if question.posted else "as_of" in question.parameters.model_fields


def said_of(answer: Any, asked: Text, known_at: str | None) -> Any:
    """Return an answer of which the meta says what was asked and after which load or day it was known."""
    known = {} if known_at is None else {"known_at": known_at}
    update = {"question": f"{asked.zh} / {asked.en}", "parameters": {**answer.meta.parameters, **known}}
    about = answer.meta.model_copy(update=update)
    return answer.model_copy(update={"meta": about}) if isinstance(answer, BaseModel) else replace(answer, meta=about)
