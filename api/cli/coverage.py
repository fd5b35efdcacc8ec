"""``shuniu coverage``: coverage in any grouping."""

import typer

from api.cli.answers import ask_coverage
from api.cli.gaps import coverage_question
from api.cli.options import (
    Day,
    Form,
    Freshness,
    GroupBy,
    Industry,
    Language,
    Limit,
    Output,
    Rates,
    Region,
    ServiceType,
    Standard,
    State,
    StoreUrl,
    opened,
    speak,
)  # fmt: skip
from api.cli.output import Format, form_of

app = typer.Typer()


@app.command()
def coverage(
    group_by: GroupBy = "prefecture,service_type", region: Region = None, industry: Industry = None,
    service_type: ServiceType = None, state: State = None, as_of: Day = None, standard: Standard = 1.0,
    freshness_days: Freshness = 400, rates: Rates = None, limit: Limit = 30, form: Form = Format.table,
    output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """覆盖情况：任意汇总 / coverage of any grouping."""
    speaking, form = speak(lang), form_of(form, output)
    asked = coverage_question(group_by, region, industry, service_type, state, as_of, standard, freshness_days, rates)
    with opened(store) as opened_store:
        ask_coverage(opened_store, asked, form, output, limit, speaking)
