"""The commands that measure: coverage in any grouping, and the targets."""

import typer

from api.asking import ask_coverage, ask_targets
from api.explaining import coverage_question
from api.options import (
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
    read_day,
    speak,
)  # fmt: skip
from api.output import Format, form_of

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
