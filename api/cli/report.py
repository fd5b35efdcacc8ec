"""``shuniu report``: documents for an office, and the check of their layout."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from api.cli.options import (
    Day,
    Industry,
    Language,
    Rates,
    Region,
    ServiceType,
    StandardA,
    StoreUrl,
    opened,
    read_day,
    speak,
)
from api.cli.output import out, say
from api.cli.progress import at_work
from api.questions.declaration import STANDARD, parts
from api.questions.monitoring import MonitoringParameters, answer
from api.questions.report import asked_scope
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Text
from graph.places.divisions import PROVINCE
from graph.places.gazetteer import places
from queries.demand import read_rates
from queries.monitoring.forecasts import forecasts
from queries.monitoring.monthly import By
from viz.report.build import BUDGET, build_report, report_scope
from viz.report.checking import check_file
from viz.report.compose import gap_document
from viz.report.document import OfficialHead
from viz.report.month import month_document
from viz.report.month_summary import MonthReport
from viz.report.writing import WRITERS, checked_forms, write_report

app = typer.Typer(no_args_is_help=True, help="生成报告文件、检查版式 / write reports, check their layout")

ALL_FORMS = ["docx,pdf,xlsx,html"]
Forms = Annotated[
    list[str],
    typer.Option("--format", help=f"可重复或用逗号分隔 / any of {','.join(WRITERS)}, repeated or comma-separated"),
]
Folder = Annotated[Path, typer.Option("--output", "-o", help="写入的文件夹 / folder to write into")]
Budget = Annotated[float, typer.Option(help="行动建议的预算（万元），属假设 / assumed budget, 10,000 yuan")]
Month = Annotated[
    str | None, typer.Option(metavar="YYYY-MM", help="月份，默认最近一个完整月 / month; default: last full")
]
Since = Annotated[
    str | None, typer.Option(metavar="SNAPSHOT", help="与此快照比较，默认上月或更早最近一个 / compare with")
]
Each = Annotated[bool, typer.Option("--each", help="每个市（州）一份 / one for each prefecture")]
Mark = Annotated[str, typer.Option(help="发文机关标志（红头）/ mark above the title, in red")]
Number = Annotated[str, typer.Option(help="发文字号 / number of the document")]
Signer = Annotated[str, typer.Option(help="签发人 / who signs it")]
Issuer = Annotated[str, typer.Option(help="发文机关署名 / issuing office")]
Copies = Annotated[str, typer.Option(help="抄送机关 / who gets copies")]


@app.command("gaps")
def report_gaps(
    region: Region = None, industry: Industry = None, service_type: ServiceType = None,
    form: Forms = ALL_FORMS, output: Folder = Path(), as_of: Day = None, standard: StandardA = STANDARD,
    budget: Budget = BUDGET, since: Since = None, mark: Mark = "", number: Number = "", signer: Signer = "",
    issuer: Issuer = "", copies_to: Copies = "", rates: Rates = None, each: Each = False, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """写出缺口报告：全省、经济区、市（州），或其中一条产业链、一类服务 / write the gap report."""
    speaking, day, forms = speak(lang), read_day(as_of), checked_forms(parts(form))
    if each and region:
        raise BadParameter(name="--each", value=region, reason=Text("与 --region 不能并用", "not with --region"))
    scopes = [asked_scope(code, industry, service_type) for code in (_prefectures() if each else [region])]
    own = read_rates(rates) if rates else read_settings().rates()
    official = OfficialHead(mark, number, signer, issuer, copies_to)
    with opened(store) as opened_store:
        for at, scope in enumerate(scopes, 1):
            with at_work(speaking):
                made = build_report(
                    opened_store, scope, as_of=day, standard=standard, budget=budget, rates=own, since=since
                )
                document = gap_document(made, speaking, official)
                written = [write_report(document, output / f"{scope.file_name}.{kind}", kind) for kind in forms]
            done = f"{at}/{len(scopes)} " if each else ""
            for path in written:
                say(Text(f"{done}已写入 {path}", f"{done}Written: {path}"), speaking)


def _prefectures() -> list[str | None]:
    """Return the codes of all prefectures."""
    return [code for code, place in sorted(places().items()) if code.endswith("00") and code != PROVINCE]


@app.command("month")
def report_month(
    month: Month = None, region: Region = None, form: Forms = ALL_FORMS, output: Folder = Path(),
    as_of: Day = None, mark: Mark = "", number: Number = "", signer: Signer = "", issuer: Issuer = "",
    copies_to: Copies = "", store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """写出运行简报：一个月的服务、满意度、投诉、回访与窗口成绩单 / write the monthly bulletin."""
    speaking, forms = speak(lang), checked_forms(parts(form))
    asked = MonitoringParameters(as_of=read_day(as_of), month=month, region=region).question()
    with opened(store) as opened_store, at_work(speaking):
        made = {by: answer(opened_store, asked.model_copy(update={"by": by})) for by in get_args(By)}
        looked = forecasts(opened_store, asked)
    bulletin = MonthReport(
        report_scope(asked.region).name,
        asked.region,
        made["region"],
        made["service_type"],
        made["window"],
        made["month"],
        looked,
    )
    document = month_document(bulletin, speaking, OfficialHead(mark, number, signer, issuer, copies_to))
    for kind in forms:
        path = write_report(document, output / f"{bulletin.file_name}.{kind}", kind)
        say(Text(f"已写入 {path}", f"Written: {path}"), speaking)


@app.command("check")
def report_check(
    files: Annotated[list[Path], typer.Argument(help="docx 或 pdf 文件 / .docx or .pdf files")], lang: Language = None
) -> None:
    """按 GB/T 9704-2012 检查版式：有问题时以 1 结束 / check the layout; exit 1 where something is wrong."""
    speaking, faults = speak(lang), 0
    for path in files:
        found = check_file(path)
        faults += len(found)
        for fault in found:
            out().print(f"{path}: {fault.where.get(speaking)}: {fault.what.get(speaking)}", soft_wrap=True)
        if not found:
            say(Text(f"{path}：没有发现版式问题", f"{path}: nothing wrong with the layout"), speaking)
    if faults:
        raise typer.Exit(1)
