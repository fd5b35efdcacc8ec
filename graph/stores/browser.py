"""Cypher that a person pastes into Neo4j Browser to see a part of the graph; it is shown, never run by us."""

from collections.abc import Sequence
from typing import NamedTuple

from graph.stores.cypher import quote

_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class PathStep(NamedTuple):
    """A relationship of a path: its type, its dimension if it has one, whether it leads along the path."""

    type: str
    dimension: str | None
    along: bool


def literal(text: str) -> str:
    """Return a string literal that Neo4j reads as exactly this text, whatever is in it."""
    escaped = "".join(
        _ESCAPES.get(c, c if c.isprintable() else f"\\u{ord(c):04X}" if ord(c) < 0x10000 else c) for c in text
    )
    # Neo4j turns \uXXXX into a character before it reads the text, even after a backslash that stands for itself.
    parts = [""]
    for at, c in enumerate(escaped):
        doubled = c in "uU" and len(parts[-1]) > 1 and _own_backslash(escaped, at)
        parts = [*parts, c] if doubled else [*parts[:-1], parts[-1] + c]
    return " + ".join(f"'{part}'" for part in parts)


def _own_backslash(escaped: str, at: int) -> bool:
    """Tell whether an even number of backslashes, one at least, stands before a position."""
    before = len(escaped[:at]) - len(escaped[:at].rstrip("\\"))
    return before > 0 and before % 2 == 0


def path_text(nodes: Sequence[tuple[str, str]], steps: Sequence[PathStep]) -> str:
    """Return the text that shows one path.

    Args:
        nodes: Label and key of each.
        steps: What leads from each to the next.
    """
    patterns = [f"(:{quote(label)} {{key: {literal(key)}}})" for label, key in nodes]
    text = patterns[0]
    for step, pattern in zip(steps, patterns[1:], strict=True):
        property_ = f" {{dimension: {literal(step.dimension)}}}" if step.dimension else ""
        middle = f"[:{quote(step.type)}{property_}]"
        text += (f"-{middle}->" if step.along else f"<-{middle}-") + pattern
    return f"MATCH path = {text} RETURN path"
