"""The graph as Turtle, and beside it the SHACL shapes that it keeps to: ``graph.ttl``, ``shapes.ttl``."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from graph.export import shapes
from graph.export.parts import Part
from graph.export.rdf import Description, Literal, Name, Word, descriptions, prefixes
from graph.export.shapes import Blank, Items, Shape, Value


def write_turtle(parts: Iterable[Part], folder: Path) -> None:
    """Write the graph and its shapes."""
    _write(folder / "graph.ttl", prefixes(), descriptions(parts))
    _write(folder / "shapes.ttl", {**prefixes(), **shapes.PREFIXES}, shapes.shapes())


def _write(path: Path, known: Mapping[str, str], described: Iterable[Description | Shape]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in known.items())
        for one in described:
            said = " ;\n    ".join(f"{word} {term(value)}" for word, value in one.said)
            file.write(f"\n<{one.subject}> {said} .\n")


def term(value: Value) -> str:
    """Return a value as Turtle writes it."""
    match value:
        case Name(iri=name):
            return f"<{name}>"
        case Word(curie=word):
            return word
        case Literal(text=text, language=language, datatype=datatype):
            quoted = json.dumps(text, ensure_ascii=False)  # every escape of JSON is one of Turtle
            return quoted + (f"@{language}" if language else f"^^{datatype}" if datatype else "")
        case Blank(said=said):
            return f"[ {' ; '.join(f'{word} {term(one)}' for word, one in said)} ]"
        case Items(values=values):
            return f"( {' '.join(map(term, values))} )"
