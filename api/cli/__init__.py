"""The command line ``shuniu``: one module a command."""

import os
import sys


def main() -> None:
    """Run the command line and exit; who asks for the version, or what was answered before, waits for no command."""
    if "--version" in sys.argv[1:]:
        from importlib.metadata import version  # noqa: PLC0415

        sys.stdout.write(f"shuniu {version('shuniu')}\n")
        return
    from api.cli.kept import KeptAnswer  # noqa: PLC0415

    place = KeptAnswer.of(sys.argv[1:])
    if place and (said := place.said()) is not None:
        _say(*said)
        return
    from api.cli import commands  # noqa: PLC0415

    commands.main(place)


def _say(text: str, notices: list[str]) -> None:
    sys.stderr.reconfigure(  # type: ignore[union-attr]
        errors="replace", encoding=None if sys.stderr.isatty() else "utf-8"
    )
    sys.stderr.writelines(f"{notice}\n" for notice in notices)
    try:
        sys.stdout.reconfigure(  # type: ignore[union-attr]
            errors="replace", encoding=None if sys.stdout.isatty() else "utf-8"
        )
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
