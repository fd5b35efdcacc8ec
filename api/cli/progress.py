"""Progress on stderr for work that takes its time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from api.cli.output import STDERR
from graph.language import Lang, Text
from loaders.tables import TABLES

STEPS = {
    "delta": Text("与库中比较", "comparing with the store"),
    "write": Text("写入图", "writing the graph"),
}
COMPUTING = Text("计算中", "computing")


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(), console=STDERR, transient=True, disable=not STDERR.is_terminal,
    )  # fmt: skip


@contextmanager
def at_work(lang: Lang, what: Text = COMPUTING) -> Iterator[None]:
    """Show that something is at work, and for how long, where nobody can say how much is left."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=STDERR, transient=True, disable=not STDERR.is_terminal) as bar:
        bar.add_task(f"{what.get(lang)} …", total=None)
        yield


@contextmanager
def load_progress(lang: Lang) -> Iterator[Callable[[str, int], None]]:
    """Show a load's tables and steps as they come; the yielded function takes (what, rows done since)."""
    with _bar() as bar:
        tasks: dict[str, TaskID] = {}

        def step(what: str, rows: int) -> None:
            label = TABLES[what].label if what in TABLES else STEPS.get(what, Text(what, what))
            if what not in tasks:
                tasks[what] = bar.add_task(label.get(lang), total=None)
            bar.advance(tasks[what], rows)

        yield step


@contextmanager
def sample_progress(lang: Lang) -> Iterator[Callable[[str, int, int], None]]:
    """Show the tables of a sample as they are written; the yielded function takes (table, done, expected)."""
    with _bar() as bar:
        tasks: dict[str, TaskID] = {}

        def step(name: str, done: int, expected: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(TABLES[name].label.get(lang), total=expected)
            bar.update(tasks[name], completed=done, total=expected)

        yield step
