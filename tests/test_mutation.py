"""What ``make mutate`` sows is a bug, and where it looks for who catches it."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.support.mutants import EQUIVALENT, NAMED, mutants, named
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
    assert str(made[6]) == "m.py:8\n    - return not x and LIMIT >= 2\n    + return not x and LIMIT >= (3)"


def test_numbers_of_the_invented_province_stay() -> None:
    source = b"SHARE = {'a': 1.5}\n\ndef f(x: int) -> int:\n    return x + 1\n"
    assert {m.line for m in mutants("loaders/sample/m.py", source)} == {4}
    assert {m.line for m in mutants("loaders/m.py", source)} == {1, 4}


def test_what_only_guards_us_against_ourselves_stays() -> None:
    source = b"Row = dict(model_config=ConfigDict(frozen=True))\nONE = dict(zip(a, b, strict=True), strict=False)\n"
    assert [(m.was, m.now) for m in mutants("m.py", source)] == [("False", "True")]


def test_every_mutant_of_ours_compiles() -> None:
    for file in (Path("queries/cube.py"), Path("loaders/pipeline.py"), Path("graph/vocabulary.py")):
        for mutant in mutants(str(file), (ROOT / file).read_bytes()):
            ast.parse(mutant.text)


def test_the_tests_of_a_module_mirror_it(tmp_path: Path) -> None:
    texts = {
        "one/test_a.py": "",
        "test_two.py": "",
        "test_two_truth.py": "",
        "test_c.py": "from queries import answers, three\nfrom queries.one.b import d\n",
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
    assert arguments("graph/stores/embedded.py", tmp_path) == ("-m", FAST, room[0], shared)
    assert arguments("graph/stores/cypher.py", tmp_path) == ("-m", FAST, *room, shared)
    assert arguments("graph/stores/neo4j.py", tmp_path) == ("-m", SERVED, *room, shared)


HANGING = "import subprocess\n\n\ndef test_it() -> None:\n    subprocess.run(['sleep', '3600'])\n"
SHORT_RUN = """
import sys
from pathlib import Path
from tests.support.mutants import mutants
from tests.support.mutation import Slot, run

slot = Slot(Path(sys.argv[2]))
sown = [mutant for name in sys.argv[3:] for mutant in mutants(f"queries/{name}.py", b"ONE = 1")]
made = run(iter(sown), float(sys.argv[1]), 10, [slot], slot.home / "worlds")
print([(one.mutant.file, one.how, one.by) for one in made.outcome], made.busy)
"""


def short_run(folder: Path, minutes: float, tests: dict[str, str]) -> str:
    """Sow one bug in each of some modules, as few as they are, and return what is printed."""
    for module, text in tests.items():
        for name, content in ((f"queries/{module}.py", "ONE = 1"), (f"tests/queries/test_{module}.py", text)):
            path = folder / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    command = [sys.executable, "-c", SHORT_RUN, str(minutes), str(folder), *tests]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout


def test_a_run_ends_when_its_time_is_up(tmp_path: Path) -> None:
    """A test that would sleep for an hour, under way when the time is up, is ended with all that it started."""
    *said, made = short_run(tmp_path, 0.05, {"one": HANGING}).splitlines()
    assert made == "[] {}"
    assert said[0] == "not counted, as time was up: its mirror was still trying queries/one.py:1"
    assert (tmp_path / "tree" / "queries" / "one.py").read_text(encoding="utf-8") == "ONE = 1"


def test_who_fails_by_itself_has_killed_nobody(tmp_path: Path) -> None:
    """Whom its own tests do not catch others may that lead to it, and then those of its own that take long."""
    bites = "from queries.{} import ONE\n\n\ndef test_it() -> None:\n    assert ONE == 1\n"
    passes = "def test_it() -> None: ...\n"
    slow = "import pytest\n" + bites.replace("def", "@pytest.mark.slow\ndef")
    tests = {"one": bites.format("one"), "two": "def test_it() -> None:\n    assert False\n", "three": passes,
             "four": passes + bites.format("three"), "five": slow.format("five"), "six": passes}  # fmt: skip
    *said, made = short_run(tmp_path, 5.0, tests).splitlines()
    by = {name: (f"tests/queries/test_{name}.py::test_it",) for name in tests}
    outcome = [("one", "killed", by["one"]), ("three", "beyond", by["four"]), ("four", "survived", ()),
               ("five", "beyond", by["five"]), ("six", "survived", ())]  # fmt: skip
    assert made == f"{[(f'queries/{name}.py', how, killers) for name, how, killers in outcome]} {{}}"
    assert [line.split()[:3] for line in said if ".py:" in line and "tests/" not in line] == [
        ["beyond", "queries/three.py:1"],
        ["survived", "queries/four.py:1"],
        ["beyond", "queries/five.py:1"],
        ["survived", "queries/six.py:1"],
        ["not", "counted", "queries/two.py:1"],
    ]


def test_bugs_that_once_went_unseen_can_still_be_sown() -> None:
    sown = [named(file, (ROOT / file).read_bytes(), was, now) for file, was, now in NAMED]
    assert [(m.file, m.was, m.now) for m in sown] == list(NAMED)
    assert all(ast.parse(m.text) for m in sown)


def test_what_no_test_can_kill_is_still_there() -> None:
    for file, line in EQUIVALENT:
        assert line in {mutant.lines[1] for mutant in mutants(file, (ROOT / file).read_bytes())}
