"""Which node does a name mean?"""

from collections.abc import Callable

from rapidfuzz import process

from graph.errors import AmbiguousNode, UnknownNode, UnknownRegion
from graph.language import Text
from graph.vocabulary import NEAREST, fold
from queries.paths.graph import PathGraph

LISTED = 8
"""Candidates that an ambiguous name lists."""
NEAR = 60
"""How alike of 100 a name must be to be suggested."""

Places = Callable[[str], str]


def node_number(graph: PathGraph, text: str, places: Places | None) -> int:
    """Return the number of the node that a text means.

    Taken: a key (``W07``, ``510700``), a label and key (``Window:W07``), a name in any width and spacing; else any
    name of a place, where ``places`` knows it.

    Args:
        graph: The nodes.
        text: What was written.
        places: Returns the code of a place by any of its names, or raises UnknownRegion; without it none is known.

    Raises:
        UnknownNode, AmbiguousNode: with suggestions or candidates.
        AmbiguousRegion: from ``places``.
    """
    found = graph.names.get(fold(text), [])
    if not found and places is not None:
        try:
            found = graph.names.get(fold(f"Region:{places(text)}"), [])
        except UnknownRegion:
            found = []
    if not found:
        raise UnknownNode(value=text, suggestion=_suggestion(graph, text))
    if len(found) > 1:
        shown = "、".join(_called(graph, number) for number in found[:LISTED])
        more = f" … ({len(found)})" if len(found) > LISTED else ""
        raise AmbiguousNode(value=text, candidates=f"{shown}{more}")
    return found[0]


def _called(graph: PathGraph, number: int) -> str:
    label, key, name = graph.nodes.loc[number, ["label", "key", "name"]]
    return f"{label}:{key}（{name}）"


def _suggestion(graph: PathGraph, text: str) -> Text:
    near = process.extract(fold(text), graph.names.keys(), limit=NEAREST, score_cutoff=NEAR)
    numbers = dict.fromkeys(graph.names[name][0] for name, _, _ in near)
    if not numbers:
        return Text("", "")
    listed = "、".join(_called(graph, number) for number in numbers)
    return Text(f"是否指 {listed}？", f"Did you mean {listed}? ")
