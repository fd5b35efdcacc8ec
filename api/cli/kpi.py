"""``shuniu kpi``: the targets of the notice against actual."""

import typer

from api.cli.answers import ask_targets
from api.cli.options import Day, Form, Language, Output, StoreUrl, opened, read_day, speak
from api.cli.output import Format, form_of

app = typer.Typer()


@app.command()
def kpi(
    as_of: Day = None,
    form: Form = Format.table,
    output: Output = None,
    store: StoreUrl = None,
    lang: Language = None,
) -> None:
    """目标与实际 / targets of the notice against actual."""
    speaking, day, form = speak(lang), read_day(as_of), form_of(form, output)
    with opened(store) as opened_store:
        ask_targets(opened_store, day, form, output, speaking)
