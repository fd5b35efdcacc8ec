"""Commands of questions whose rows say all: derived from the declaration alone."""

from typing import Any

import typer

from api.cli.command import Answered, Show, derived
from api.cli.output import NOTHING_FITS, meta_line, out, table, tell_more
from api.questions.catalogue import QUESTIONS
from api.questions.declaration import Question, paged

LIMIT = 30


def plain_commands() -> dict[str, Question[Any, Any, Any]]:
    """Return the questions that have a command of their own, by its name."""
    return {question.command: question for question in QUESTIONS if question.command}


def plain_command(question: Question[Any, Any, Any]) -> typer.Typer:
    """Return the command of a question."""
    app = typer.Typer()
    app.command(question.command)(derived(question, limit=LIMIT)(_shown(question)))
    return app


def _shown(question: Question[Any, Any, Any]) -> Show:
    """Return what prints the rows of an answer as a table, and how many more there are."""

    def show(made: Answered[Any, Any]) -> None:
        rows = [question.flat(row) for row in made.rows(question)]
        columns = question.shown or question.columns(made.answer)
        out().print(table(question.title.get(made.lang), columns, rows, made.lang, NOTHING_FITS))
        total = paged(made.answer).page(0).total if question.listed else len(question.rows(made.answer))
        tell_more(len(rows), total, made.lang)
        out().print(meta_line(made.answer.meta, made.lang))

    return show
