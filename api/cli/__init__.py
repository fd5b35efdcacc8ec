"""The command line ``shuniu``: one module a command."""

import signal
import sys


def main() -> None:
    """Run the command line and exit."""
    try:
        _answer()
    except KeyboardInterrupt:  # so early that no command knows yet in which language it is asked
        from api.cli.streams import STOPPED  # noqa: PLC0415

        sys.stderr.write("✗ 已中断。Interrupted.\n")
        sys.exit(STOPPED + signal.SIGINT)


def _answer() -> None:
    """Answer and exit; who asks for the version, or what was answered before, waits for no command."""
    from api.cli.streams import open_streams  # noqa: PLC0415

    open_streams()
    if "--version" in sys.argv[1:]:
        from importlib.metadata import version  # noqa: PLC0415

        sys.exit(_say(f"shuniu {version('shuniu')}\n", []))
    from api.cli.kept import KeptAnswer  # noqa: PLC0415

    place = KeptAnswer.of(sys.argv[1:])
    if place and (said := place.said()) is not None:
        sys.exit(_say(*said))
    from api.cli import commands  # noqa: PLC0415

    commands.main(place)


def _say(text: str, notices: list[str]) -> int:
    """Say what is known already; return the exit code."""
    from api.cli.streams import drop_the_rest, for_programs_too  # noqa: PLC0415

    for_programs_too()
    sys.stderr.writelines(f"{notice}\n" for notice in notices)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        drop_the_rest()
    except OSError as error:
        from api.cli.commands import unwritten  # noqa: PLC0415

        return unwritten(error)
    return 0
