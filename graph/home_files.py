"""What is read beside a store: a small file, and which files a folder holds. Whatever is in the way is named."""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from graph.errors import HomeDamaged, unreadable
from graph.language import Text

NOT_WHOLE = Text("内容不完整", "it is not whole")

T = TypeVar("T")


def read_json(path: Path, shape: type[T]) -> T:
    """Return what a small file of the folder holds, as a type that pydantic knows to make.

    Raises:
        HomeDamaged: it cannot be read, is no JSON, or not of this shape.
        HomeForbidden: it is not for this user to read.
    """
    try:
        return TypeAdapter(shape).validate_python(json.loads(path.read_bytes()))
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # pydantic's is one, too
        raise HomeDamaged(path=path, reason=NOT_WHOLE) from error


def files_in(folder: Path, ending: str = "") -> list[Path]:
    """Return what lies in a folder under a name of that ending, by name; nothing where there is no folder.

    Raises:
        HomeDamaged: it is no folder.
        HomeForbidden: it is not for this user to read.
    """
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(ending))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(folder, error) from error
