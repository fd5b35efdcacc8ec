"""The one reader of YAML files that users write: rates, costs, plans, rules, schemes."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from graph.errors import BadParameter, FileMissing, NotYaml
from graph.validation import reason_of

M = TypeVar("M", bound=BaseModel)


def read_yaml(path: Path) -> object:
    """Return what a file says.

    Raises:
        FileMissing: there is no such file, or it may not be read.
        NotYaml: it is something else.
    """
    try:
        made: object = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileMissing(path=path) from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise NotYaml(path=path, reason=" ".join(str(error).split())) from error
    return made


def checked(model: type[M], stated: object, where: str) -> M:
    """Return what a file says as a model; ``where`` is how a message calls the file.

    Raises:
        BadParameter: it is none; the first part that is wrong is named.
    """
    try:
        return model.model_validate(stated)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name, given = ".".join(str(part) for part in first["loc"]) or "—", first["input"]
        value = f"{name} = {given}" if isinstance(given, str | int | float) else name
        raise BadParameter(name=where, value=value, reason=reason_of(first)) from error
