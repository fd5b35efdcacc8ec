"""The page's own modules, hand-written, and the libraries they stand on."""

from functools import cache
from importlib.resources import files


@cache
def modules() -> tuple[str, ...]:
    """Return the paths of all modules below ``page/``, libraries first, so that a browser fetches them at once."""
    folder = files("viz").joinpath("explorer", "page")
    own = sorted(f.name for f in folder.iterdir() if f.name.endswith(".js"))
    libraries = sorted(f"vendor/{f.name}" for f in folder.joinpath("vendor").iterdir() if f.name.endswith(".mjs"))
    return (*libraries, *own)


def text_of(name: str) -> str:
    """Return the text of a file below ``page/``."""
    return files("viz").joinpath("explorer", "page", name).read_text(encoding="utf-8")
