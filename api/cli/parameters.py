"""How the parameters of questions are written on a command line, and read from it."""

import inspect
import keyword
from collections.abc import Mapping
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from api.cli.options import read_day
from api.cli.usage import told
from api.questions.declaration import AtTerminal, NumberForEach, Parameters
from graph.errors import BadParameter
from graph.language import Text


def ordered(model: type[Parameters]) -> list[str]:
    """Return the fields of a model: arguments first, then its own before those of its bases."""
    named = [name for kind in model.__mro__ for name in inspect.get_annotations(kind) if name in model.model_fields]
    return sorted(named, key=lambda name: not _how(model.model_fields[name]).argument)


def _is_day(field: FieldInfo) -> bool:
    return date in (field.annotation, *get_args(field.annotation))


def _how(field: FieldInfo) -> AtTerminal:
    return next((m for m in field.metadata if isinstance(m, AtTerminal)), AtTerminal())


def variable(name: str, field: FieldInfo) -> str:
    """Return the name under which the parser gives an option's value: that of its spelling, as two may differ so."""
    spellings = _how(field).spellings
    long = [s.removeprefix("--").replace("-", "_") for s in spellings if s.startswith("--")]
    return long[0] if long and not keyword.iskeyword(long[0]) else name


def option(name: str, field: FieldInfo, at_terminal: Mapping[str, Any]) -> inspect.Parameter:
    """Return the option of a field; its default is the field's, but where there is another at a terminal."""
    default = at_terminal.get(name, ... if field.is_required() else field.get_default())
    how = _how(field)
    mapping = any(isinstance(m, NumberForEach) for m in field.metadata)
    kind: Any = list[str] if mapping else _written(field.annotation)
    bounds: dict[str, Any] = {}
    if any(isinstance(m, annotated_types.Ge) for m in field.metadata) and kind in (int, float):  # else the model checks
        bounds["min"] = next(m.ge for m in field.metadata if isinstance(m, annotated_types.Ge))
        bounds["max"] = next((m.le for m in field.metadata if isinstance(m, annotated_types.Le)), None)
    if how.argument:
        info: Any = typer.Argument(metavar=how.metavar, help=field.description, **bounds)
    else:
        metavar = how.metavar or ("YYYY-MM-DD" if _is_day(field) else "|".join(_choices(field.annotation)) or None)
        info = typer.Option(*(how.spellings or (spelled(name),)), metavar=metavar, help=field.description, **bounds)
    default = None if default == [] else default
    optional = kind if default not in (None, ...) else kind | None
    empty = inspect.Parameter.empty if default is ... else default
    annotation: Any = Annotated[kind if default is ... else optional, info]
    return inspect.Parameter(
        variable(name, field), inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=empty
    )


def spelled(name: str) -> str:
    """Return the option of a name."""
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


def read(name: str, field: FieldInfo, value: Any) -> Any:
    """Return a value as the model takes it: days as people write them, numbers for each of several names."""
    if _is_day(field):
        return read_day(value, _named(name, field))
    if any(isinstance(m, NumberForEach) for m in field.metadata):
        return _numbers(_named(name, field), value, field) or None
    return value


def _numbers(spelled: str, texts: list[str], field: FieldInfo) -> dict[str, float]:
    """Return numbers from texts such as reach=30."""
    found: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            names = next(m.names for m in field.metadata if isinstance(m, NumberForEach))
            raise BadParameter(name=spelled, value=text, reason=f"{'|'.join(names)}=…") from error
    return found


def _named(name: str, field: FieldInfo) -> str:
    """Return how a message calls a parameter."""
    how = _how(field)
    return (how.metavar or name).strip("[]").upper() if how.argument else next(iter(how.spellings), spelled(name))


def wrong(model: type[Parameters], error: ValidationError) -> BadParameter:
    """Return what is wrong with what was written; the option is named."""
    first = error.errors(include_url=False)[0]
    at = str(first["loc"][0])
    name, field = next((n, f) for n, f in model.model_fields.items() if at in (n, f.alias))
    if first["type"] == "missing":
        return BadParameter(name=_named(name, field), value="–", reason=Text("必填", "required"))
    choices = _choices(field.annotation)
    said = first["msg"]
    reason: Any = " | ".join(choices) if choices else Text(told(said, "zh"), said)
    return BadParameter(name=_named(name, field), value=first["input"], reason=reason)
