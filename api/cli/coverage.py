"""``shuniu coverage``: coverage in any grouping."""

import typer

from api.cli.answers import tell_cells
from api.cli.command import Answered, derived
from api.questions.coverage import COVERAGE
from queries.coverage import Coverage, CoverageQuestion

app = typer.Typer()


@app.command("coverage")
@derived(COVERAGE, limit=30)
def show_coverage(made: Answered[CoverageQuestion, Coverage]) -> None:
    """Show coverage."""
    tell_cells(made, COVERAGE.title)
