"""The command line ``shuniu``: one command a question; each only asks, and shows the answer.

Exit codes: 0 done, 1 the answer is no (rows were rejected), 2 wrong use, 3 a store or a service is missing; 130 where
the user interrupted, 143 where the command was told to end, 129 where its terminal was closed.
"""

import logging
import os
import sys
from contextlib import redirect_stdout, suppress
from importlib import import_module
from typing import Any

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]
from typer.core import TyperGroup
from typer.exceptions import TyperException

from api.cli.completion import VARIABLE
from api.cli.interrupts import interrupts
from api.cli.kept import KeptAnswer, Recorder
from api.cli.options import Asked, speak
from api.cli.output import STDERR
from api.cli.streams import STOPPED, StreamError, drop_the_rest, for_programs_too
from api.cli.usage import asked_language, translated
from graph.errors import ShuniuError, unwritable
from graph.language import Text

MODULES = {
    "sample": ("demo", "template", "sample"),
    "load": ("load", "loads", "trace"),
    "review": ("review",),
    "maintenance": ("backup", "restore", "rebuild", "doctor", "contacts"),
    "keys": ("keys",),
    "audit": ("audit",),
    "coverage": ("coverage",),
    "region": ("region",),
    "search": ("search",),
    "kpi": ("kpi",),
    "monitor": ("monitor", "records"),
    "policy": ("policy",),
    "alerts": ("alerts",),
    "assess": ("assess",),
    "gaps": ("gaps",),
    "network": ("network",),
    "chains": ("chains",),
    "what_if": ("what-if",),
    "expand": ("expand",),
    "snapshot": ("snapshot",),
    "paths": ("paths",),
    "partners": ("partners",),
    "suggest": ("suggest",),
    "allocate": ("allocate",),
    "requests": ("requests",),
    "report": ("report",),
    "view": ("view",),
    "export": ("export",),
    "serve": ("serve",),
    "mcp": ("mcp",),
    "completion": ("completion",),
}
"""Module of this package -> the commands in it, in the order in which --help shows them."""


GROUPS = ("review", "alerts", "gaps", "snapshot", "requests", "report", "view", "keys", "audit")
"""Commands with commands of their own."""
ALONE = ("review", "gaps", "requests")
"""Those of them that also do something by themselves; the others then show their help."""
WHOLE = 500
"""More characters than what a command is for has."""
PLAIN: dict[str, Any] = {"add_completion": False, "pretty_exceptions_enable": False, "rich_markup_mode": None}


def _plain() -> Any:
    """Return the module of the commands that questions declare; it knows all of them, and takes long to load."""
    return import_module("api.cli.plain")


class Commands(TyperGroup):
    """The commands, each imported when it is asked for: who puts one question does not wait for all the others."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a signal that asks for its end ends it as such."""
        with interrupts():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 the name is the parser's
        """Return the names of all commands."""
        return [*(name for names in MODULES.values() for name in names), *_plain().plain_commands()]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return what is asked for; one that is typed nearly right is proposed, from names that the parser is given."""
        try:
            return super().resolve_command(ctx, args)
        except TyperException:
            names: Any = dict.fromkeys(self.list_commands(ctx))
            self.commands = names
            return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write what each command is for, in both languages and whole: cut at the line's end the second was lost."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, self.get_command(ctx, name).get_short_help_str(limit=WHOLE))
                    for name in self.list_commands(ctx)
                ]
            )

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Return a command, None where there is none of that name."""
        module = next((module for module, names in MODULES.items() if cmd_name in names), None)
        if module:
            app = import_module(f"api.cli.{module}").app
        elif question := _plain().plain_commands().get(cmd_name):
            app = _plain().plain_command(question)
        else:
            return None
        whole = typer.Typer(**PLAIN)
        whole.add_typer(app, name=cmd_name if cmd_name in GROUPS else None)
        return typer.main.get_group(whole).commands[cmd_name]


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    **PLAIN,
    help="枢纽：中小企业公共服务网络知识图谱 / the SME public-service network as a knowledge graph",
    epilog="--lang zh|en 和 --store URL 写在命令前后均可；--version 显示版本；各命令的用法：shuniu 命令 --help\n\n"
    "--lang zh|en and --store URL stand before or after a command; --version; of a command: shuniu COMMAND --help",
)


@app.callback()
def _root() -> None:
    """Make it a group though no command is registered here."""


def main(place: KeptAnswer | None = None) -> None:
    """Run the command line and exit; every error that is meant for a reader is one message, never a traceback.

    What lasts as long as the graph is as it is, is kept in its ``place``.
    """
    for_programs_too()
    before, recorder = None, Recorder(sys.stdout)
    with suppress(OSError):
        before = place.state() if place else None
    with redirect_stdout(recorder):
        code = run(sys.argv[1:])
    if place and before and code == 0 and Asked.lasting and (text := recorder.text()) is not None:
        place.keep(before, text, Asked.notices)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        drop_the_rest()
    except OSError as error:
        code = unwritten(error)
    sys.exit(code)


def unwritten(error: OSError) -> int:
    """Say that an answer cannot be written where it was sent, to a disk that is full for instance; return the code."""
    drop_the_rest()
    wrong = unwritable(Text("标准输出", "standard output"), error)
    tell(wrong.say(Asked.lang), wrong.way_out(Asked.lang))
    return wrong.exit_code


def command_first(arguments: list[str]) -> list[str]:
    """Return the arguments with ``--store`` and ``--lang`` behind the command; they may stand before it or a group."""
    rest, moved = list(arguments), list[str]()
    for at in (0, 1):
        while rest[at:] and (at == 0 or rest[0] in GROUPS) and rest[at].partition("=")[0] in ("--store", "--lang"):
            taken = 1 if "=" in rest[at] else 2
            moved += rest[at : at + taken]
            del rest[at : at + taken]
    if not rest or (len(rest) == 1 and rest[0] in GROUPS and rest[0] not in ALONE):
        return rest  # its help, which is in both languages
    words = 1 + (rest[0] in GROUPS and rest[1:2] > [""] and not rest[1].startswith("-"))
    return [*rest[:words], *moved, *rest[words:]]


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    arguments = command_first(arguments)
    if VARIABLE in os.environ:
        completion_init()
    Asked.lang, Asked.lasting, Asked.notices = "zh", False, []
    # What the driver logs, its errors say too; ours tell it once.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    try:
        speak(asked_language(arguments))
        code = typer.main.get_command(app).main(args=arguments, prog_name="shuniu", standalone_mode=False)
    except ShuniuError as error:
        tell(error.say(Asked.lang), error.way_out(Asked.lang))
        return error.exit_code
    except StreamError as error:
        return unwritten(error)
    except typer.Abort:  # a question met the end of the input
        tell(Text("没有可读的输入，无法询问。", "There is no input to answer from.").get(Asked.lang))
        return 2
    except TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):  # nothing was asked: the whole help
            STDERR.print(message, soft_wrap=True)
        else:
            tell(translated(message, Asked.lang), Text("用 --help 查看用法。", "See --help.").get(Asked.lang))
        return 2
    if isinstance(code, int) and code > STOPPED:
        tell(Text("已中断。", "Interrupted.").get(Asked.lang))
    return code if isinstance(code, int) else 0


def tell(message: str, way_out: str = "") -> None:
    """Say what went wrong on stderr; where that cannot be written either, the exit code alone tells."""
    STDERR.print(f"✗ {message}", style="bold red", soft_wrap=True)
    if way_out:
        STDERR.print(f"  {way_out}", soft_wrap=True)
