"""``shuniu completion``: the script with which a shell completes commands and options."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import get_completion_script  # type: ignore[attr-defined]

from api.cli.options import Language, speak

app = typer.Typer()
VARIABLE = "_SHUNIU_COMPLETE"
"""By this variable the script asks the program what could come next."""


class Shell(StrEnum):
    """Shells that are known."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


@app.command("completion")
def completion_command(
    shell: Annotated[Shell, typer.Argument(help='如 eval "$(shuniu completion bash)" / to be evaluated by it')],
    lang: Language = None,
) -> None:
    """命令与选项的自动补全脚本 / script that completes commands and options."""
    speak(lang)
    sys.stdout.write(get_completion_script(prog_name="shuniu", complete_var=VARIABLE, shell=shell.value) + "\n")
