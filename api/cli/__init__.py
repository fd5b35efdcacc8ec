"""The command line ``shuniu``: one module a command."""

import sys


def main() -> None:
    """Run the command line and exit; who only asks for the version waits for no command."""
    if "--version" in sys.argv[1:]:
        from importlib.metadata import version  # noqa: PLC0415

        sys.stdout.write(f"shuniu {version('shuniu')}\n")
        return
    from api.cli import commands  # noqa: PLC0415

    commands.main()
