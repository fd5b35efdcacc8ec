"""Small bugs, one at a time, in Python source: what ``make mutate`` sows.

A mutant changes one operator, comparison, constant, condition or returned value. What only speaks (docstrings, texts,
errors, annotations, field descriptions) is left alone, and so are the tables of the invented province: numbers that
stand for no others.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
SPEAKS = {"Text", "Field", "BadParameter", "cast", "TypeVar", "isinstance", "field", "Query"}
"""Calls whose arguments are prose, types, or of the store's own language."""

GUARDS = {"strict", "frozen"}
"""Arguments that, where true, refuse what only a mistake of ours would do (zipping columns of two lengths, changing an
answer): as nothing does it, nothing is seen of them."""

INVENTED = "loaders/sample/"


@dataclass(frozen=True)
class Mutant:
    """A bug in a file: the text from one byte of a line to another is replaced."""

    file: str
    source: bytes
    line: int
    begin: int
    end: int
    was: str
    now: str

    @property
    def text(self) -> bytes:
        """The source with the bug in it."""
        return self.source[: self.begin] + f"({self.now})".encode() + self.source[self.end :]

    @property
    def lines(self) -> tuple[str, str]:
        """The lines as they stand, and with the bug in them."""
        start, stop = self.source.rfind(b"\n", 0, self.begin) + 1, self.source.find(b"\n", self.end)
        longer = len(self.text) - len(self.source)
        was, now = self.source[start:stop], self.text[start : stop + longer]
        return " ".join(was.decode().split()), " ".join(now.decode().split())

    def __str__(self) -> str:
        """Return file and line, what stands there, and what stands there instead."""
        was, now = self.lines
        return f"{self.file}:{self.line}\n    - {was}\n    + {now}"


NAMED = (
    (
        "queries/allocation/problem.py",
        "spare.shareable[left.row] if question.shareable else np.ones(left.nnz, dtype=bool)",
        "spare.shareable[left.row] if not question.shareable else np.ones(left.nnz, dtype=bool)",
    ),
    ("queries/partners/filters.py", "rank >= least", "rank > least"),
    (
        "queries/snapshots/causes.py",
        '["added", "removed", "started", "expired", "changed"]',
        '["added", "removed", "expired", "started", "changed"]',
    ),
    (
        "queries/paths/scoring.py",
        "np.maximum(table.age.floor, 0.5 ** (years / table.age.half_life_years))",
        "0.5 ** (years / table.age.half_life_years)",
    ),
    (
        "graph/comparison.py",
        "{_rank('s.verification')} > {_rank('i.verification')}",
        "{_rank('s.verification')} >= {_rank('i.verification')}",
    ),
    (
        "loaders/identify/matching/judging.py",
        "len(shorter) >= 3 and distance == 1",
        "len(shorter) >= 2 and distance == 1",
    ),
)
"""Bugs that once went unseen by the tests beside them: what was, what is sown, in which file."""

EQUIVALENT = {
    (
        "queries/solvers/paths.py",
        "hops = None if max_hops is None or max_hops >= (len(keys) + 1) else max_hops",
    ): "a limit that no path without a loop can reach is none",
    (
        "queries/solvers/paths.py",
        "if not done and (self._whole):",
    ): "the other bound finds the same path, with more work",
    (
        "queries/solvers/transport_proof.py",
        "left, used = (np.flatnonzero((a >= little)) for a in supply)",
    ): "what is as much as nothing to the last digit is neither left nor used",
    (
        "queries/allocation/limited.py",
        "return len(self._costs) <= ARCS and (int(chosen[self._column].sum()) < CHOICES)",
    ): "a programme of just so many choices may be tried or not",
    (
        "queries/optimise/tree.py",
        "return self.best.x is not None and bound >= value - max(self.gap * abs(value), PROVEN * "
        "max((2.0), abs(value)))",
    ): "what is proven is so to the last digits, of which nobody reads the last",
    (
        "queries/solvers/importance.py",
        "game = checked_game(covers, demand, None, None, (2.0))",
    ): "this game has no standard",
    (
        "queries/paths/missing.py",
        "if a != b and cost < found.get((a, b), (np.inf, (1)))[0]:",
    ): "nobody reads how many hops a pair has that was not found",
    (
        "loaders/identify/matching/names.py",
        'known = "|".join(sorted({*plain, *plain.values(), *counties}, key=len, reverse=(False)))',
    ): "looking ahead, a pattern tries every name that it knows",
    (
        "queries/solvers/failures.py",
        "floor = sums[top - 1] if (len(sums) > top) else 0.0",
    ): "a lower floor only lets more candidates be tried",
    (
        "queries/solvers/failures.py",
        "tight = ((game.access[rows] - own - most[rows] <= game.standard)) & (game.demand[rows] > 0)",
    ): "where just enough is left nothing is added, either",
    (
        "queries/expansion/problem.py",
        "weight = np.where(inside, demand, 0.0).reshape(-(2), wide).sum(axis=1)",
    ): "numpy finds the length that any negative number stands for",
    (
        "queries/search/sounds.py",
        "for end in range(at + 1, min(at + LONGEST_SYLLABLE, len(text)) + (2)):",
    ): "no syllable is longer than the longest, and what ends behind the text is the run before it again",
    (
        "queries/expansion/explain.py",
        "return _described(planner, of, needed, reached, unlocked, proven=(found.gap < PROVEN))",
    ): "no search ends with just this gap",
    (
        "loaders/read/grids/stacked.py",
        "above = takewhile(lambda at: _is_title(lines[at], lines[at + 1]), range(header - 1, -(2), -1))",
    ): "the last line is not right above the first",
    (
        "loaders/read/grids/crossed.py",
        "here = (at >= min(self.across)) or (not is_serial(title) and holds_numbers(self.grid.head, self.header, at))",
    ): "the first of those across is known",
    (
        "loaders/parse/marks.py",
        "return (3) * max(map(len, words(kind)))",
    ): "a bound that saves work: no mark is so long",
    (
        "loaders/merge/volume.py",
        "before = last.get((sender, table), (1))",
    ): "no delivery of so few rows is compared",
    (
        "graph/places/gazetteer.py",
        "score[codes] = max(size - 2 * int(misses), score.get(codes, (1)))",
    ): "a name is not near that misses half of itself, so that its score is 1 at least",
    (
        "graph/stores/neo4j_steps.py",
        "phase[label] = (2) + max((phase[other] for other in beyond if other in phase), default=-1)",
    ): "only the order of the phases counts",
    (
        "queries/optimise/reduced.py",
        "at = np.flatnonzero(((v >= 0)) | self._takes)",
    ): "numbers at 0 that give are in no T and add nothing",
    (
        "graph/stores/probe.py",
        "BUFFER_BYTES = 256 * 2**(21)",
    ): "memory that may be used",
    (
        "graph/memory.py",
        "trim((1))",
    ): "one byte more is kept",
    (
        "queries/solvers/fewest.py",
        "made.data[:] = (1.0)",
    ): "where every way costs the same, cost decides nothing",
    (
        "graph/home.py",
        'return b"\\n" if size and os.pread(handle, (2), size - 1) != b"\\n" else b""',
    ): "behind the last byte there is none",
    (
        "loaders/identify/matching/pairs.py",
        "within = _Features(features.name, (features.pair * len(areas) - number[features.name]))",
    ): "any number that differs by pair and area will do",
    (
        "loaders/keep/backup.py",
        "while left > 0 and (piece := file.read(min(left, 1 << (21)))):",
    ): "how much is read at once",
    (
        "loaders/keep/rotation.py",
        "if (sum(map(len, batch.values())) >= AT_ONCE):",
    ): "how much is written at once",
    **dict.fromkeys(
        (
            ("loaders/read/files/encodings.py", "at, alone = at + 1, alone + (2)"),
            ("loaders/read/files/encodings.py", "at, pairs = at + 2, pairs + (2)"),
        ),
        "only whether there is any counts",
    ),
    **dict.fromkeys(
        (
            (
                "queries/monitoring/forecasts.py",
                "most = max(change, key=lambda c: (change[c] / sign)) if change else None",
            ),
            ("queries/monitoring/forecasts.py", "most = most if most and (change[most] / sign) > 0 else None"),
        ),
        "the sign is 1 or -1",
    ),
}
"""File and line of mutants that no test can kill, and why: they are not sown."""


def named(file: str, source: bytes, was: str, now: str) -> Mutant:
    """Return the mutant that replaces a text, which stands once in the file."""
    begin = source.index(was.encode())
    if source.count(was.encode()) != 1:
        raise ValueError(f"{file}: {was}")
    return Mutant(file, source, source.count(b"\n", 0, begin) + 1, begin, begin + len(was.encode()), was, now)


def mutants(file: str, source: bytes) -> list[Mutant]:
    """Return every mutant of a file, in the order of its text."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    made = []
    tree = ast.parse(source)
    if file.startswith(INVENTED):
        tree.body = [node for node in tree.body if not isinstance(node, ast.Assign | ast.AnnAssign)]
    for node, changed in _changes(tree):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        was = " ".join(source[begin:end].decode().split())
        made.append(Mutant(file, source, node.lineno, begin, end, was, ast.unparse(changed)))
    return sorted(set(made), key=lambda m: (m.begin, m.end, m.now))


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield every expression that can be changed below a node, and what takes its place."""
    if isinstance(node, ast.expr):
        yield from ((node, changed) for changed in _instead(node))
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield node.value, ast.Constant(None)
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield node.test, ast.UnaryOp(ast.Not(), node.test)
    for child in _children(node):
        yield from _changes(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands below a node and does something (positions within an f-string are not known)."""
    if isinstance(
        node, ast.JoinedStr | ast.Raise | ast.TypeAlias if hasattr(ast, "TypeAlias") else ast.JoinedStr | ast.Raise
    ):
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SPEAKS:
        return
    if isinstance(node, ast.keyword) and node.arg in GUARDS and getattr(node.value, "value", None) is True:
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params", "bases"):
            continue
        yield from (v for v in (value if isinstance(value, list) else [value]) if isinstance(v, ast.AST))


def _instead(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what can stand in the place of an expression: nothing else in it changes."""
    match node:
        case ast.Compare(left, ops, comparators):
            for at, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:at], COMPARISONS[type(op)](), *ops[at + 1 :]], comparators)
        case ast.BinOp(ast.Name(name), ast.BitOr(), _) if name[:1].isupper():
            pass  # a union of types
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            yield ast.BinOp(left, OPERATORS[type(op)](), right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.Invert() | ast.USub(), operand):
            yield operand
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Constant(value) if isinstance(value, bool):
            yield ast.Constant(not value)
        case ast.Constant(value) if isinstance(value, int | float):
            yield ast.Constant(value + 1)
