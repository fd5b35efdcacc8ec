"""One fault of a layout: what is wrong, where, and what it should be."""

from typing import NamedTuple

from graph.language import Text


class Fault(NamedTuple):
    """A fault; ``code`` says its kind."""

    code: str
    where: Text
    what: Text


def differs(code: str, where: Text, name: Text, found: object, wanted: object) -> Fault:
    """Return a fault of a measure that is not what it should be."""
    what = Text(f"{name.zh}为 {found}，应为 {wanted}", f"{name.en} is {found}, should be {wanted}")
    return Fault(code, where, what)
