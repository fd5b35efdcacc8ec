"""The one reader of YAML files that users write: rates, costs, plans."""

from pathlib import Path

import yaml

from graph.errors import FileMissing, NotYaml


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
