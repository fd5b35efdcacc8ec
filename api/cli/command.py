"""A command derived from a question: its options are the question's parameters, and the common ones."""

import inspect
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, Literal, Union, get_args, get_origin

import annotated_types
import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from api.cli.options import Form, Language, Limit, Output, Rates, StoreUrl, opened, read_day, speak
from api.cli.output import Format, form_of
from api.cli.progress import at_work
from api.cli.usage import told
from api.questions.declaration import A, AtTerminal, P, Parameters, Q, Question
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Lang, Text
from graph.stores.base import Store
from queries.demand import read_rates


@dataclass(frozen=True)
class Answered(Generic[Q, A]):
    """A question that was put and answered, and how the answer is wanted: form, file, rows of a table, language."""

    store: Store
    question: Q
    answer: A
    lang: Lang
    form: Format
    output: Path | None
    limit: int


def derived(
    question: Question[P, Q, A], *, limit: int | None, group: bool = False
) -> Callable[[Callable[[Answered[Q, A]], None]], Callable[..., None]]:
    """Return a decorator that makes a command of a function that shows an answer.

    Args:
        question: Whose parameters become options, with their defaults, ranges and descriptions.
        limit: Rows shown in a table; none: it has no such option.
        group: The command has commands of its own, which take no options of this one.
    """
    names = ordered(question.parameters)

    def decorate(show: Callable[[Answered[Q, A]], None]) -> Callable[..., None]:
        def command(**given: Any) -> None:
            context = given.pop("context", None)
            if context and context.invoked_subcommand:
                _refuse_options(context)
                return
            lang, form = speak(given["lang"]), form_of(given["form"], given["output"])
            asked = question.asked(_parameters(question, names, given), _rates(given))
            working = at_work(lang) if question.slow else nullcontext()
            with opened(given["store"]) as store:
                with working:
                    answer = question.answer(store, asked)
                show(Answered(store, asked, answer, lang, form, given["output"], given.get("limit", 0)))

        options = [_option(name, question.parameters.model_fields[name], question) for name in names]
        first = [_parameter("context", typer.Context, inspect.Parameter.empty)] if group else []
        signature = inspect.Signature([*first, *options, *_common(question, limit)])
        command.__signature__ = signature  # type: ignore[attr-defined]
        command.__annotations__ = {}
        command.__doc__ = f"{question.brief.zh} / {question.brief.en}."
        return command

    return decorate


def _refuse_options(context: typer.Context) -> None:
    """Refuse options between a command and its subcommand, which would be asked for nothing."""
    given = [p for p in context.params if str(context.get_parameter_source(p)).endswith("COMMANDLINE")]
    if given:
        word = context.invoked_subcommand
        why = Text(f"选项请写在 {word} 之后", f"options go behind {word}")
        raise BadParameter(name="--" + given[0].replace("_", "-"), value=f"{context.info_name} … {word}", reason=why)


def ordered(model: type[Parameters]) -> list[str]:
    """Return the fields of a model, its own before those of its bases."""
    return [name for kind in model.__mro__ for name in inspect.get_annotations(kind) if name in model.model_fields]


def _common(question: Question[Any, Any, Any], limit: int | None) -> list[inspect.Parameter]:
    taken: list[tuple[str, Any, Any]] = [
        *([("rates", Rates, None)] if question.rated else []), *([("limit", Limit, limit)] if limit else []),
        ("form", Form, Format.table), ("output", Output, None), ("store", StoreUrl, None), ("lang", Language, None),
    ]  # fmt: skip
    return [_parameter(name, annotation, default) for name, annotation, default in taken]


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _option(name: str, field: FieldInfo, question: Question[Any, Any, Any]) -> inspect.Parameter:
    """Return the option of a field; its default is the field's, but where the question has another at a terminal."""
    default = question.at_terminal.get(name, ... if field.is_required() else field.get_default())
    how = next((m for m in field.metadata if isinstance(m, AtTerminal)), AtTerminal())
    kind = _written(field.annotation)
    bounds: dict[str, Any] = {}
    if any(isinstance(m, annotated_types.Ge) for m in field.metadata) and kind in (int, float):  # else the model checks
        bounds["min"] = next(m.ge for m in field.metadata if isinstance(m, annotated_types.Ge))
        bounds["max"] = next((m.le for m in field.metadata if isinstance(m, annotated_types.Le)), None)
    if how.argument:
        info: Any = typer.Argument(metavar=how.metavar, help=field.description, **bounds)
    else:
        spelled = how.spellings or (_spelled(name),)
        metavar = how.metavar or "|".join(_choices(field.annotation)) or None
        info = typer.Option(*spelled, metavar=metavar, help=field.description, **bounds)
    optional = kind if default not in (None, ...) else kind | None
    empty = inspect.Parameter.empty if default is ... else default
    return _parameter(name, Annotated[kind if default is ... else optional, info], empty)


def _spelled(name: str) -> str:
    return "--" + name.replace("_", "-")


def _written(annotation: Any) -> Any:
    """Return how a field is written on a command line: as a number, a switch, a text, or several texts."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _written(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _written(next(part for part in get_args(annotation) if part is not NoneType))
    if origin is list:
        return list[_written(get_args(annotation)[0])]  # type: ignore[misc]
    if origin is Literal or annotation is date:
        return str
    return annotation


def _choices(annotation: Any) -> list[str]:
    """Return the values of a closed list in an annotation."""
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    return [value for part in get_args(annotation) for value in _choices(part)]


def _parameters(question: Question[P, Q, A], names: list[str], given: dict[str, Any]) -> P:
    """Return what is asked.

    Raises:
        BadParameter: an option has a value that cannot be; the option is named.
    """
    values = {name: given[name] for name in names if given[name] is not None}
    if values.get("as_of"):
        values["as_of"] = read_day(values["as_of"])
    try:
        return question.parameters.model_validate(values)
    except ValidationError as error:
        raise _wrong(question.parameters, error) from error


def _rates(given: dict[str, Any]) -> dict[str, float] | None:
    return read_rates(given["rates"]) if given.get("rates") else read_settings().rates()


def _wrong(model: type[Parameters], error: ValidationError) -> BadParameter:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0])
    choices = _choices(model.model_fields[name].annotation)
    said = first["msg"]
    reason: Any = " | ".join(choices) if choices else Text(told(said, "zh"), said)
    return BadParameter(name=_spelled(name), value=first["input"], reason=reason)
