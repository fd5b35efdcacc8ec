"""docs/cli.md, written from the commands themselves.

``python -m tests.support.cli_reference docs/cli.md`` writes the page; tests/test_docs.py proves that it is current.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from api.cli.commands import app
from api.settings import PREFIX, Settings

HEAD = """\
# 命令行 · The command line

由程序自身生成（`python -m tests.support.cli_reference docs/cli.md`），请勿手改。
Generated from the program; do not edit by hand.

答案写到标准输出，进度和提示写到标准错误。`--format json|csv|xlsx` 供程序使用。
退出码：0 完成；1 答案为否（如有行被退回）；2 用法有误；3 存储或服务不可用；
130、143、129 被中断（Ctrl-C、SIGTERM、终端关闭），做到一半的已清除。

Answers go to stdout, progress and messages to stderr; `--format json|csv|xlsx` is for programs. Exit codes: 0 done,
1 the answer is no (rows were rejected), 2 wrong use, 3 a store or a service is missing; 130, 143, 129 it was stopped
(Ctrl-C, SIGTERM, its terminal was closed), and what was half done is taken away.
"""


def root() -> Any:
    """Return the command ``shuniu``."""
    return typer.main.get_command(app)


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with its words after ``shuniu``."""
    group = command or root()
    for name in group.list_commands(None):
        child = group.get_command(None, name)
        if hasattr(child, "commands"):
            if child.invoke_without_command:
                yield (*path, name), child
            yield from commands(child, (*path, name))
        else:
            yield (*path, name), child


def options(command: Any) -> set[str]:
    """Return every spelling of a command's options."""
    return {"--help", *(o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("-"))}


def _context(words: tuple[str, ...], command: Any) -> Any:
    context = root().context_class(root(), info_name="shuniu")
    return command.context_class(command, info_name=" ".join(words), parent=context)


def _split(text: str) -> tuple[str, str]:
    """Return the Chinese and the English half of a help text."""
    zh, _, en = re.sub(r"\s*/ (?=[A-Za-z`])", "\0", text, count=1).partition("\0")
    return zh.strip(), en.strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rows(command: Any, context: Any) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or "--help" in parameter.opts:
            continue
        name, text = record
        zh, en = _split(text)
        # The default stands at the end of the text, whatever language that is in.
        words, bracket, default = (en or zh).partition("  [")
        zh, en = (zh, words) if en else (words, en)
        yield f"| `{_cell(name)}` | {_cell(zh)} | {_cell(en)} | {_cell(bracket and default.rstrip(']'))} |"


def page() -> str:
    """Return docs/cli.md."""
    lines = [HEAD]
    for words, command in commands():
        context = _context(words, command)
        zh, en = _split(" ".join((command.help or "").split()))
        usage = " ".join(["shuniu", *words, *command.collect_usage_pieces(context)])
        lines += [f"## shuniu {' '.join(words)}", "", f"{zh} · {en}", "", "```text", usage, "```", ""]
        lines += ["| 参数 parameter | 含义 | meaning | 默认与范围 default, range |", "|---|---|---|---|"]
        lines += [*_rows(command, context), ""]
    lines += ["## 环境变量 · Settings", "", "| 变量 variable | 默认 default | meaning |", "|---|---|---|"]
    lines += [
        f"| `{PREFIX}{name.upper()}` | {'' if field.default is None else field.default} | {field.description or ''} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
