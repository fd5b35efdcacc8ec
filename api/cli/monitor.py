"""``shuniu monitor``: the figures of a month."""

import typer

from api.cli.answers import indicator_figure
from api.cli.command import Answered, derived
from api.cli.output import is_missing, meta_line, out, say, table, tell_more
from api.questions.monitoring import MONITORING
from api.questions.service_records import RECORDS
from graph.language import Text
from graph.vocabulary import vocabulary
from queries.answers import Answer
from queries.assessment.records import FoundRecords, RecordsQuestion
from queries.assessment.scheme import INDICATORS
from queries.monitoring import MonitoringQuestion
from queries.monitoring.monthly import Monitoring
from viz.numbers import number

app = typer.Typer()
SHOWN = (
    "name", "delivered", "year_on_year", "firms", "online_share", "rated", "satisfaction", "satisfaction_low",
    "satisfaction_high", "complaints", "complaints_open", "days_to_close", "return_visits",
)  # fmt: skip


@app.command("monitor")
@derived(MONITORING, limit=30)
def show_month(made: Answered[MonitoringQuestion, Answer[Monitoring]]) -> None:
    """Show the figures of a month: all of it first, then group by group."""
    found, lang = made.answer.data, made.lang
    if found.total.services is None:
        newest = found.newest
        say(
            Text(
                f"{found.month} 没有月度数据" + (f"；有数据的最近月份是 {newest}。" if newest else "。"),
                f"Nothing is known of {found.month}"
                + (f"; the newest month with data is {newest}." if newest else "."),
            ),
            lang,
        )
    serial = found.by == "month"
    rows = [
        {**row.model_dump(), "name": row.month if serial else row.name, "delivered": row.services}
        for row in made.rows(MONITORING)
    ]
    whole = {**found.total.model_dump(), "name": Text("合计", "All").get(lang), "delivered": found.total.services}
    shown = rows if serial else [whole, *rows]
    columns = SHOWN if found.by != "window" else (*SHOWN[:9], "satisfaction_shrunk", "shrunk_error", *SHOWN[9:])
    title = Text(f"{found.month} 服务运行", f"Services in {found.month}")
    if any(row["delivered"] is not None for row in shown):
        out().print(table(title.get(lang), columns, shown, lang))
        tell_more(len(rows), len(found.groups), lang)
    out().print(meta_line(made.answer.meta, lang))


RECORD = (
    "kind",
    "id",
    "day",
    "region_name",
    "site_name",
    "service_type",
    "mode",
    "satisfaction_given",
    "counted",
    "load",
    "where",
)
KINDS = {
    "service": Text("服务", "service"), "complaint": Text("投诉", "complaint"),
    "follow_up": Text("回访", "return visit"),
}  # fmt: skip


@app.command("records")
@derived(RECORDS, limit=30)
def show_records(made: Answered[RecordsQuestion, FoundRecords]) -> None:
    """Show the records behind a figure, and how it comes from them."""
    head, lang = made.answer.page(0), made.lang
    name = INDICATORS[head.indicator]
    rows = [
        {
            **row.model_dump(), "kind": KINDS[row.kind].get(lang),
            "satisfaction_given": None if is_missing(row.satisfaction) else f"{row.satisfaction:g}",
            "mode": vocabulary("modes").text(row.mode, lang) if row.mode else None,
            "where": " ".join(str(p) for p in (row.file, row.sheet, row.row) if p is not None),
        }
        for row in made.rows(RECORDS)
    ]  # fmt: skip
    title = Text(f"{name.zh}背后的记录（{head.months}）", f"Records behind {name.en} ({head.months})")
    out().print(table(title.get(lang), RECORD, rows, lang))
    tell_more(len(rows), head.total, lang)
    value = indicator_figure(head.indicator, head.value)
    say(
        Text(
            f"{name.zh} {value}：计入 {number(head.counted)} 条，分母 {number(head.among)}；"
            f"台账 {number(head.services)} 次服务，月度汇总 {number(head.services_summed)} 次。",
            f"{name.en}: {value}; {number(head.counted)} records count, among {number(head.among)}; "
            f"{number(head.services)} services in the ledger, {number(head.services_summed)} in the monthly sums.",
        ),
        lang,
    )
    out().print(meta_line(head.meta, lang))
