"""How the parameters of questions are written on a command line, and read from it."""

import inspect
import keyword
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import typer
from pydantic import Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from api.cli.options import read_day
from api.cli.usage import translated
from api.questions.declaration import AtTerminal, NumberForEach, Parameters, parts
from api.questions.values import leaves
from graph.errors import BadParameter
from graph.language import Text
from graph.settings_files import read_yaml


def ordered(model: type[Parameters]) -> list[str]:
    """Return the fields of a model: arguments first, then its own before those of its bases."""
    named = [name for kind in model.__mro__ for name in inspect.get_annotations(kind) if name in model.model_fields]
    return sorted(dict.fromkeys(named), key=lambda name: not _how(model.model_fields[name]).argument)


def at_own_machine(model: type[Parameters]) -> type[Parameters]:
    """Return the model with the largest values that hold where nobody else waits for the machine."""
    raised: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if most := _how(field).most:
            rest = [m for m in field.metadata if not isinstance(m, annotated_types.Le)]
            kind: Any = field.annotation
            raised[name] = (
                Annotated[kind, *rest, annotated_types.Le(most)],
                Field(default=field.default, description=field.description),
            )
    made: type[Parameters] = create_model(model.__name__, __base__=model, **raised) if raised else model
    return made


def _is_day(field: FieldInfo) -> bool:
    return date in leaves(field.annotation)


def _how(field: FieldInfo) -> AtTerminal:
    return next((m for m in field.metadata if isinstance(m, AtTerminal)), AtTerminal())


def variable(name: str, field: FieldInfo) -> str:
    """Return the name under which the parser gives an option's value: that of its spelling, as two may differ so."""
    spellings = _how(field).spellings
    long = [_bare(s).removeprefix("--").replace("-", "_") for s in spellings if s.startswith("--")]
    return long[0] if long and not keyword.iskeyword(long[0]) else name


def _bare(spelling: str) -> str:
    """Return a spelling without that of its contrary: ``--by-chain`` of ``--by-chain/--across-chains``."""
    return spelling.partition("/")[0]


def option(name: str, field: FieldInfo, at_terminal: Mapping[str, Any]) -> inspect.Parameter:
    """Return the option of a field; its default is the field's, but where there is another at a terminal."""
    default = at_terminal.get(name, ... if field.is_required() else field.get_default())
    how = _how(field)
    mapping = any(isinstance(m, NumberForEach) for m in field.metadata)
    kind: Any = list[str] if mapping or how.separated else Path if how.file else _written(field.annotation)
    bounds: dict[str, Any] = {}
    if any(isinstance(m, annotated_types.Ge) for m in field.metadata) and kind in (int, float):  # else the model checks
        bounds["min"] = next(m.ge for m in field.metadata if isinstance(m, annotated_types.Ge))
        bounds["max"] = how.most or next((m.le for m in field.metadata if isinstance(m, annotated_types.Le)), None)
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
    if _how(field).separated:
        return parts(value)
    if _how(field).file:
        content = read_yaml(value)
        return "" if content is None else content
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
    if how.argument:
        return (how.metavar or name).strip("[]").upper()
    return _bare(next(iter(how.spellings), spelled(name)))


def files_of(model: type[Parameters], values: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the files that stand for the values of fields."""
    held = (name for name, field in model.model_fields.items() if _how(field).file)
    return {name: str(values[name]) for name in held if values.get(name) is not None}


def wrong(model: type[Parameters], error: ValidationError, files: Mapping[str, str]) -> BadParameter:
    """Return what is wrong with what was written, or stands in one of the ``files``; the option is named."""
    first = error.errors(include_url=False)[0]
    stated = str(first["loc"][0])
    name, field = next((n, f) for n, f in model.model_fields.items() if stated in (n, f.alias))
    if first["type"] == "missing":
        return BadParameter(name=_named(name, field), value="–", reason=Text("必填", "required"))
    choices = _choices(field.annotation)
    said = first["msg"]
    reason: Any = " | ".join(choices) if choices else Text(translated(said, "zh"), said)
    return BadParameter(name=_named(name, field), value=files.get(name, first["input"]), reason=reason)
