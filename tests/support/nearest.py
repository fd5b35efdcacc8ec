"""Which tests stand nearest to a module: by how many imports they are from it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx

CODE = ("graph", "loaders", "queries", "viz", "api")


def _imported(file: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


@cache
def imports(root: Path) -> "nx.DiGraph[str]":
    """Return who is imported by whom, as paths below the root: an edge leads from a file to one that imports it."""
    found = [f for folder in CODE for f in (root / folder).rglob("*.py")] + [*(root / "tests").rglob("test_*.py")]
    files = {
        f.relative_to(root).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): f for f in found
    }
    made: nx.DiGraph[str] = nx.DiGraph()
    for file in files.values():
        made.add_node(file.relative_to(root).as_posix())
        for name in _imported(file):
            if of := files.get(name) or files.get(name.rpartition(".")[0]):
                made.add_edge(of.relative_to(root).as_posix(), file.relative_to(root).as_posix())
    return made


def distances(module: str, root: Path) -> dict[str, int]:
    """Return the test files that lead to a module, and by how many imports; what only loads their worlds is no lead."""
    known = imports(root)
    lengths = nx.single_source_shortest_path_length(known, module) if module in known else {}
    return {file: n for file, n in lengths.items() if file.startswith("tests/")}
