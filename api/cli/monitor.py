"""``shuniu monitor``: the figures of a month."""

import typer

from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.monitoring import MONITORING
from graph.language import Text
from queries.answers import Answer
from queries.monitoring import MonitoringQuestion
from queries.monitoring.monthly import Monitoring

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
    out().print(table(title.get(lang), columns, shown, lang))
    tell_more(len(rows), len(found.groups), lang)
    out().print(meta_line(made.answer.meta, lang))
