"""Rules of the house that a machine can check, so that nobody has to."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("graph", "loaders", "queries", "viz", "api")
STORES = ROOT / "graph" / "stores"
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
CYPHER = re.compile(r"\b(MATCH|MERGE|UNWIND|DETACH)\b|\bCREATE\s*\(|\bRETURN\s+\w+\.")
MODULE_LINES, FUNCTION_LINES = 300, 40
LONGER = {"graph/model.py": 760, "graph/errors.py": 600}
"""Each of these is one list of declarations: cut up, it does not read as one."""

OUTSIDE_STORES = [file for file in FILES if STORES not in file.parents]


def offenders(files: Iterable[Path], found: Callable[[Path], Any]) -> dict[str, Any]:
    """Return what was found in each file that breaks a rule, by its path."""
    return {str(file.relative_to(ROOT)): what for file in files if (what := found(file))}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def texts(node: ast.AST) -> str:
    """Return all literal text below a node."""
    return " ".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def put_together(module: ast.AST) -> Iterator[ast.expr]:
    """Yield every expression that makes a text of parts: f-strings, +, %, format, join, replace."""
    for node in ast.walk(module):
        calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (
            isinstance(node, ast.JoinedStr)
            or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod))
            or (calls and node.func.attr in ("format", "format_map", "join", "replace", "substitute"))
        ):
            yield node


def cypher_of_parts(module: ast.AST) -> list[int]:
    """Return the lines where Cypher is put together from strings."""
    return sorted({node.lineno for node in put_together(module) if CYPHER.search(texts(node))})


def questions(module: ast.AST) -> Iterator[ast.Call]:
    """Yield every making of a store's Query (web frameworks have one, too)."""
    nodes = list(ast.walk(module))
    ours = {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "graph.stores.base"
        for alias in node.names
        if alias.name == "Query"
    }
    for node in nodes:
        if isinstance(node, ast.Call) and (
            getattr(node.func, "id", "") in ours or ast.unparse(node.func).endswith("base.Query")
        ):
            yield node


def test_cypher_is_put_together_in_the_stores_alone() -> None:
    assert offenders(OUTSIDE_STORES, lambda file: cypher_of_parts(tree(file))) == {}


def test_the_text_of_a_query_is_a_constant() -> None:
    def composed(file: Path) -> list[int]:
        made = questions(tree(file))
        return [call.lineno for call in made if not call.args or not isinstance(call.args[0], ast.Constant)]

    assert offenders(OUTSIDE_STORES, composed) == {}


def test_a_stores_own_library_is_imported_in_the_stores_alone() -> None:
    def imported(file: Path) -> set[str]:
        found = set()
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
        return found & {"neo4j", "ladybug", "kuzu"}

    assert offenders(OUTSIDE_STORES, imported) == {}


def test_a_module_is_small() -> None:
    def surplus(file: Path) -> int:
        limit = LONGER.get(str(file.relative_to(ROOT)), MODULE_LINES)
        return max(0, len(file.read_text(encoding="utf-8").splitlines()) - limit)

    assert offenders(FILES, surplus) == {}


def test_functions_are_short() -> None:
    def long(file: Path) -> dict[str, int]:
        return {
            node.name: node.end_lineno - _begin(node) + 1
            for node in ast.walk(tree(file))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno
            and node.end_lineno - _begin(node) + 1 > FUNCTION_LINES
        }

    assert offenders(FILES, long) == {}


def names_of_modules() -> dict[str, Path]:
    """Return our modules by dotted name."""
    named = {file.relative_to(ROOT).with_suffix("").parts: file for file in FILES}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): file for parts, file in named.items()}


def test_a_class_name_stands_for_one_thing() -> None:
    found = defaultdict(list)
    for name, file in names_of_modules().items():
        for node in tree(file).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(name)
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


def test_no_module_imports_itself_by_a_detour() -> None:
    """Imports within functions count, too."""
    modules = names_of_modules()
    imports = nx.DiGraph()
    for name, file in modules.items():
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                imports.add_edges_from((name, other) for other in inner or {node.module} & modules.keys())
            elif isinstance(node, ast.Import):
                imports.add_edges_from((name, a.name) for a in node.names if a.name in modules)
    assert imports.number_of_edges() > len(modules)
    assert [sorted(c) for c in nx.strongly_connected_components(imports) if len(c) > 1] == []


def test_types_of_arrays_are_named_in_one_place() -> None:
    aliases = re.compile(r"^\w+ = (?:npt?\.)?(?:typing\.)?NDArray\[", re.MULTILINE)
    found = {str(f.relative_to(ROOT)) for f in FILES if aliases.search(f.read_text(encoding="utf-8"))}
    assert found == {"graph/arrays.py"}


def _begin(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the line where a function's work begins: what its docstring says is no work."""
    first = node.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return (first.end_lineno or first.lineno) + 1 if told else node.lineno


# --- that the checks see what they are for ------------------------------------------------------------

SNEAKY = [
    'f"MATCH (n:{label}) RETURN n"',
    '"MATCH (n:" + label + ") RETURN n"',
    '"MATCH (n:%s) RETURN n" % label',
    '"MATCH (n:{}) RETURN n".format(label)',
    '" ".join(["MATCH (n)", where, "RETURN n.key"])',
    '"MATCH (n:LABEL)".replace("LABEL", label)',
    'f"{prefix} MERGE (n:Need {{key: 1}})"',
    'f"CREATE ({x})"',
    'f"UNWIND {rows} AS row"',
    'f"(n) DETACH DELETE {x}"',
]


@pytest.mark.parametrize("text", SNEAKY)
def test_the_check_finds(text: str) -> None:
    assert cypher_of_parts(ast.parse(text)) == [1]


@pytest.mark.parametrize(
    "text", ['"MATCH (n:Need) " "RETURN n.key"', 'f"CREATE TEMP TABLE {x} AS SELECT 1"', '"a" + b']
)
def test_the_check_lets_pass(text: str) -> None:
    assert cypher_of_parts(ast.parse(text)) == []
