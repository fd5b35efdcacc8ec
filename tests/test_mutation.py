"""What ``make mutate`` sows is a bug, and where it looks for who catches it."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.support.mutants import NAMED, mutants, named
from tests.support.mutation import FAST, ROOT, SERVED, arguments, mirrors

SOURCE = '''
"""Text 1."""
LIMIT: int = 3

def f(x: "int | None" = None) -> bool:
    if x:
        raise ValueError(1 + 1)
    return not x and LIMIT >= 2
'''


def test_one_thing_changes_and_prose_stays() -> None:
    made = mutants("m.py", SOURCE.encode())
    assert [(m.line, m.was, m.now) for m in made] == [
        (3, "3", "4"),
        (6, "x", "not x"),
        (8, "not x", "x"),
        (8, "not x and LIMIT >= 2", "None"),
        (8, "not x and LIMIT >= 2", "not x or LIMIT >= 2"),
        (8, "LIMIT >= 2", "LIMIT > 2"),
        (8, "2", "3"),
    ]
    assert made[5].text.decode() == SOURCE.replace("LIMIT >= 2", "(LIMIT > 2)")


def test_every_mutant_of_ours_compiles() -> None:
    for file in (Path("queries/cube.py"), Path("loaders/pipeline.py"), Path("graph/vocabulary.py")):
        for mutant in mutants(str(file), (ROOT / file).read_bytes()):
            ast.parse(mutant.text)


def test_the_tests_of_a_module_mirror_it(tmp_path: Path) -> None:
    texts = {
        "one/test_a.py": "",
        "test_two.py": "",
        "test_two_truth.py": "",
        "test_c.py": "from queries.three import c\nfrom queries.one.b import d\n",
    }
    for name, text in texts.items():
        path = tmp_path / "tests" / "queries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    said = {m: mirrors(f"queries/{m}.py", tmp_path) for m in ("one/a", "one/b", "two/x", "three", "four")}
    two, all_ = ("test_two.py", "test_two_truth.py"), ("one/test_a.py", "test_c.py", "test_two.py", "test_two_truth.py")
    assert said == {
        module: tuple(f"tests/queries/{t}" for t in tests)
        for module, tests in {
            "one/a": all_[:1],
            "one/b": all_[:2],
            "two/x": two,
            "three": all_[1:2],
            "four": all_,
        }.items()
    }


def test_a_module_of_the_stores_must_do_what_every_store_must(tmp_path: Path) -> None:
    """One with tests of its own has those alone, but for the stores themselves; Neo4j is tried against a server."""
    for name in ("conformance/test_delta.py", "graph/stores/test_redo.py", "graph/stores/test_embedded.py"):
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    shared, *room = (
        f"tests/{t}.py" for t in ("conformance/test_delta", "graph/stores/test_embedded", "graph/stores/test_redo")
    )
    assert arguments("graph/stores/redo.py", tmp_path) == ("-m", FAST, room[1])
    assert arguments("graph/stores/embedded.py", tmp_path) == ("-m", FAST, shared, room[0])
    assert arguments("graph/stores/cypher.py", tmp_path) == ("-m", FAST, shared, *room)
    assert arguments("graph/stores/neo4j.py", tmp_path) == ("-m", SERVED, shared, *room)


HANGING = "import subprocess\n\n\ndef test_it() -> None:\n    subprocess.run(['sleep', '3600'])\n"
SHORT_RUN = """
import sys
from pathlib import Path
from tests.support.mutants import NAMED, mutants, named
from tests.support.mutation import Slot, run

slot = Slot(Path(sys.argv[1]))
made = run(iter(mutants("queries/one.py", b"ONE = 1")), 0.05, 10, [slot], slot.home / "worlds")
print(made.outcome, made.busy)
"""


def test_a_run_ends_when_its_time_is_up(tmp_path: Path) -> None:
    """A test that would sleep for an hour, under way when the time is up, is ended with all that it started."""
    for name, text in (("queries/one.py", ""), ("tests/queries/test_one.py", HANGING)):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", SHORT_RUN, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "[] {}\n"


def test_bugs_that_once_went_unseen_can_still_be_sown() -> None:
    sown = [named(file, (ROOT / file).read_bytes(), was, now) for file, was, now in NAMED]
    assert [(m.file, m.was, m.now) for m in sown] == list(NAMED)
    assert all(ast.parse(m.text) for m in sown)
