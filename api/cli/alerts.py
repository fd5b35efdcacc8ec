"""The commands ``alerts``: find what should be looked at, list the cases, close them with evidence, open them again."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.command import Answered, derived
from api.cli.options import Day, Language, StoreUrl, opened, read_day, speak
from api.cli.output import meta_line, out, say, table, tell_more
from api.cli.progress import at_work
from api.notifying import mail_cases, post_cases
from api.questions.alerts import ALERTS, flat, meta_of_cases
from api.questions.assessment import AssessmentParameters, assessed
from api.questions.code_words import CASE_STATES
from graph.errors import BadParameter
from graph.home import locked
from graph.language import Lang, Text
from queries.alerts import findings, read_rules
from queries.alerts.cases import (
    CASES,
    AlertCase,
    cases,
    close_case,
    mark_notified,
    open_cases,
    reopen_case,
    what_it_is_about,
)
from queries.answers import Listed
from queries.assessment.appeals import open_appeal

app = typer.Typer(no_args_is_help=True, help="提醒：按规则立案、列出、办结 / alerts: open, list and close cases")
SHOWN = ["case", "opened", "rule", "subject_name", "found", "assign", "state"]
NO_CASE = Text(
    "没有符合条件的案件；shuniu alerts run 按规则查找并立案。",
    "No such case; shuniu alerts run looks by the rules and opens cases.",
)
Rules = Annotated[
    Path | None, typer.Option("--rules", help="规则文件，默认内置 / file of rules; default: the built-in ones")
]
Webhook = Annotated[
    str | None, typer.Option("--webhook", metavar="URL", help="新案件发往此地址（JSON）/ post new cases there")
]
Smtp = Annotated[str | None, typer.Option("--smtp", metavar="HOST[:PORT]", help="邮件服务器 / mail server")]
MailTo = Annotated[list[str] | None, typer.Option("--mail-to", help="收件人，可重复 / who gets mail; may be repeated")]


def _show(title: Text, found: list[AlertCase], lang: Lang) -> None:
    rows = [
        {**flat(case), "rule": Text(case.finding.rule_zh, case.finding.rule_en).get(lang) or case.finding.rule,
         "found": what_it_is_about(case).get(lang),
         "assign": Text(case.finding.assign, case.finding.assign_en or case.finding.assign).get(lang),
         "state": CASE_STATES[case.state].get(lang)}
        for case in found
    ]  # fmt: skip
    out().print(table(title.get(lang), SHOWN, rows, lang, NO_CASE))


@app.command("run")
def alerts_run(
    rules: Rules = None, webhook: Webhook = None, smtp: Smtp = None, mail_to: MailTo = None,
    as_of: Day = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """按规则查找，新发现的立案并通知；同一件事只立一次 / open a case for each new finding, and tell of it."""
    speaking, day, chosen = speak(lang), read_day(as_of), read_rules(rules)
    if bool(smtp) != bool(mail_to):
        raise BadParameter(name="--smtp --mail-to", value=smtp or "", reason=Text("须同时给出", "both or neither"))
    with opened(store) as opened_store, at_work(speaking):
        made = open_cases(opened_store.home, findings(opened_store, chosen, as_of=day), day)
        based_on = meta_of_cases(opened_store, made)
        if webhook:
            _tell(opened_store.home, "webhook", lambda new: post_cases(webhook, new))
        if smtp and mail_to:
            _tell(opened_store.home, "mail", lambda new: mail_cases(smtp, mail_to, new, speaking))
    title = Text(f"新立案件 {len(made)} 件", f"{len(made)} new cases")
    if made:
        _show(title, made[:30], speaking)
        tell_more(min(len(made), 30), len(made), speaking)
        out().print(meta_line(based_on, speaking))
    else:
        say(title, speaking)


def _tell(home: Path, way: str, send: Callable[[list[AlertCase]], None]) -> None:
    """Tell of the open cases of which nobody was told on this way yet; a run at the same time waits, and tells none.

    The lock is that of the cases alone: a slow mail server keeps nobody from loading.
    """
    with locked(home / CASES):
        new = [case for case in cases(home) if case.state == "open" and way not in case.told]
        if new:
            send(new)
            mark_notified(home, new, way)


@app.command("list")
@derived(ALERTS, limit=30)
def alerts_list(made: Answered[Any, Listed[AlertCase]]) -> None:
    """Show the cases."""
    found = made.rows(ALERTS)
    _show(ALERTS.title, found, made.lang)
    tell_more(len(found), len(made.answer.rows), made.lang)
    out().print(meta_line(made.answer.meta, made.lang))


@app.command("close")
def alerts_close(
    case: Annotated[str, typer.Argument(help="案件编号，见列表 / number of the case, see the list")],
    evidence: Annotated[str, typer.Option(help="依据，如回访记录、文号 / evidence")],
    day: Day = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """凭依据办结一案 / close a case on evidence."""
    speaking = speak(lang)
    with opened(store) as opened_store:
        done = close_case(opened_store.home, case, evidence, read_day(day))
    say(Text(f"已办结：{done.case}", f"Closed: {done.case}"), speaking)


@app.command("reopen")
def alerts_reopen(
    case: Annotated[str, typer.Argument(help="案件编号，见列表 / number of the case, see the list")],
    reason: Annotated[str, typer.Option(help="理由，如复查未落实 / reason")],
    day: Day = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """重新立案：已办结的一案查明未落实，原依据保留 / open a closed case again; what it was closed on is kept."""
    speaking = speak(lang)
    with opened(store) as opened_store:
        again = reopen_case(opened_store.home, case, reason, read_day(day))
    say(Text(f"已重新立案：{again.case}", f"Opened again: {again.case}"), speaking)


@app.command("appeal")
def alerts_appeal(
    subject: Annotated[str, typer.Argument(help="被评对象的标识或名称 / key or name of who was assessed")],
    indicator: Annotated[str, typer.Option(help="对哪项指标 / against which indicator")],
    says: Annotated[str, typer.Option(help="理由和依据 / reason and evidence")],
    scheme: Annotated[str | None, typer.Option(help="评分方案 / scheme of assessment")] = None,
    as_of: Day = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """对评分提出申诉并立案；查实后重新载入更正的记录，再凭依据办结 / appeal against points of an assessment."""
    speaking, day = speak(lang), read_day(as_of)
    asked = AssessmentParameters(as_of=day, scheme=scheme).question()
    with opened(store) as opened_store:
        made = assessed(opened_store, asked).data.subjects
        case = open_appeal(opened_store.home, made, subject, indicator, says, day)
    say(Text(f"已立案：{case.case}", f"Opened: {case.case}"), speaking)
