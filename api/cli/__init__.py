"""The command line ``shuniu``: one module a command."""


def main() -> None:
    """Run the command line and exit."""
    from api.cli import commands  # noqa: PLC0415 who only asks for the version waits for no command

    commands.main()
