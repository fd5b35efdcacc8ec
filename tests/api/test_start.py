"""What is loaded before anything is asked, and where the options of every command may stand."""

import subprocess
import sys
from importlib.metadata import version

import pytest
from typer.main import get_command

from api.cli.commands import ALONE, GROUPS, app, command_first
from tests.support.terminal import PROJECT, apart

COMMAND = "from api.cli import main; main()"
FOR_SCREENS = {"typer", "rich"}
FOR_PICTURES_AND_LEARNING = {"matplotlib", "sklearn", "pyvis"}


SOLVERS = {"scipy.optimize", "ortools", "sklearn", "networkx", "statsmodels"}


def loaded(code: str, *arguments: str) -> set[str]:
    """Return the modules that a piece of code loads in a process of its own."""
    printed = f"import atexit, sys\natexit.register(lambda: sys.stderr.write(' '.join(sys.modules)))\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", printed, *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_the_server_loads_nothing_of_the_command_line_and_no_pictures() -> None:
    found = loaded("import api.http")
    assert "fastapi" in found
    assert found & (FOR_SCREENS | FOR_PICTURES_AND_LEARNING) == set()


def test_the_version_waits_for_no_library() -> None:
    found = loaded(COMMAND, "--version")
    assert "api" in found
    assert found & (FOR_SCREENS | {"numpy", "pandas", "pydantic", "queries", "graph"}) == set()


@pytest.mark.parametrize("command", ["load", "loads", "doctor", "coverage", "gaps", "what-if", "snapshot"])
def test_what_plans_nothing_loads_no_solver(command: str) -> None:
    found = loaded(COMMAND, command, "--help")
    assert "pandas" in found
    assert found & SOLVERS == set()


@pytest.mark.parametrize("arguments", [["--version"], ["gaps", "--version"]])
def test_the_version_before_and_behind_a_command(arguments: list[str]) -> None:
    assert apart(*arguments) == (0, f"shuniu {version('shuniu')}\n", "")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["--lang", "en", "kpi"], ["kpi", "--lang", "en"]),
        (["--store=x", "--lang", "en", "gaps", "why", "a"], ["gaps", "why", "--store=x", "--lang", "en", "a"]),
        (["--store", "x", "trace", "--", "--key"], ["trace", "--store", "x", "--", "--key"]),
        (["kpi", "--lang", "en"], ["kpi", "--lang", "en"]),
        (["--help"], ["--help"]),
        (["--lang", "en"], []),
        (["--lang", "en", "report"], ["report"]),
        (["--lang", "en", "gaps"], ["gaps", "--lang", "en"]),
        (["--store", "x", "requests"], ["requests", "--store", "x"]),
        (["--store=x", "gaps", "--lang", "en", "why", "a"], ["gaps", "why", "--store=x", "--lang", "en", "a"]),
        (["gaps", "--lang=en", "--limit"], ["gaps", "--lang=en", "--limit"]),
        (["--lang", "en", "kpi", "--format"], ["kpi", "--lang", "en", "--format"]),
        (["requests", "--store"], ["requests", "--store"]),
        ([], []),
    ],
)
def test_store_and_language_may_stand_before_the_command(given: list[str], read: list[str]) -> None:
    assert command_first(given) == read


def test_groups_that_do_something_by_themselves_are_known() -> None:
    commands = {name: get_command(app).get_command(None, name) for name in GROUPS}
    assert [name for name, command in commands.items() if command.invoke_without_command] == [*ALONE]


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    script = apart("completion", shell)
    assert (script.code, "_SHUNIU_COMPLETE" in script.out) == (0, True)


@pytest.mark.parametrize(
    ("shell", "typed", "offered"),
    [
        ("bash", "shuniu coverage --stand", {"--standard"}),
        ("bash", "shuniu snapshot d", {"diff"}),
        ("fish", "shuniu kp", {"kpi"}),
    ],
)
def test_a_shell_completes_commands_and_options(shell: str, typed: str, offered: set[str]) -> None:
    last = str(len(typed.split()) - 1)
    asked = {"COMP_WORDS": typed, "COMP_CWORD": last, "_TYPER_COMPLETE_ARGS": typed}
    if shell == "fish":
        asked["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    said = apart(_SHUNIU_COMPLETE=f"complete_{shell}", **asked)
    assert {line.partition("\t")[0] for line in said.out.splitlines()} == offered
