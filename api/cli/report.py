"""``shuniu report``: documents for an office, and the check of their layout."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import (
    Day,
    Industry,
    KnownAt,
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
from api.cli.output import check_writable, out, say
from api.cli.progress import at_work
from api.questions.assessment import AssessmentParameters
from api.questions.declaration import STANDARD, parts
from api.questions.monitoring import MonitoringParameters
from api.questions.report import asked_scope, assessment_report, month_report, rules
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Text, counted
from graph.places.divisions import PROVINCE
from graph.places.gazetteer import places
from graph.whole_file import write_whole
from queries.coverage import CoverageQuestion
from queries.demand import read_rates
from viz.report.assessment import assessment_document
from viz.report.build import BUDGET, build_reports
from viz.report.checking import check_file
from viz.report.compose import gap_document
from viz.report.document import ReportDocument
from viz.report.month import month_document
from viz.report.official import OfficialHead
from viz.report.template.files import read_template
from viz.report.template.fill import fill_template
from viz.report.template.sample import Kind, sample_template
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
Template = Annotated[
    Path | None,
    typer.Option(
        help="本单位的 Word 模板或上期文件（或其所在文件夹），填好即为 docx"
        " / the office's own Word file, or the last edition, or a folder of them: filled, it is the docx"
    ),
]
Scheme = Annotated[
    str | None,
    typer.Option(help="评分方案的标识，默认 SHUNIU_ASSESSMENT 所指或通知 / id of a scheme of assessment"),
]
Copies = Annotated[str, typer.Option(help="抄送机关 / who gets copies")]


@app.command("gaps")
def report_gaps(
    region: Region = None, industry: Industry = None, service_type: ServiceType = None,
    form: Forms = ALL_FORMS, output: Folder = Path(), as_of: Day = None, known_at: KnownAt = None,
    standard: StandardA = STANDARD, budget: Budget = BUDGET, since: Since = None, mark: Mark = "",
    number: Number = "", signer: Signer = "", issuer: Issuer = "", copies_to: Copies = "", template: Template = None,
    rates: Rates = None, each: Each = False, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """写出缺口报告：全省、经济区、市（州），或其中一条产业链、一类服务 / write the gap report."""
    speaking, day, forms = speak(lang), read_day(as_of), _forms(form, template)
    if each and region:
        raise BadParameter(name="--each", value=region, reason=Text("与 --region 不能并用", "not with --region"))
    scopes = [asked_scope(code, industry, service_type) for code in (_prefectures() if each else [region])]
    for scope in scopes:
        check_writable(_file(output / scope.file_name, forms[0]))
    own = read_rates(rates) if rates else read_settings().rates()
    asked = CoverageQuestion(as_of=day, standard=standard, rates=own)
    official = OfficialHead(mark, number, signer, issuer, copies_to, read_settings().fonts)
    with opened(store, known_at=known_at) as opened_store:
        reports = build_reports(opened_store, scopes, asked, budget=budget, since=since, rules=rules())
        for at, scope in enumerate(scopes, 1):
            with at_work(speaking):
                document = gap_document(next(reports), speaking, official)
                notices = [_written(document, output / scope.file_name, kind, template) for kind in forms]
            done = f"{at}/{len(scopes)} " if each else ""
            for one in notices:
                say(Text(f"{done}{one.zh}", f"{done}{one.en}"), speaking)


def _forms(asked: list[str], template: Path | None) -> list[str]:
    """Return the forms asked for; a template is filled where none or docx is."""
    forms = checked_forms(parts(asked))
    if template and "docx" not in forms:
        raise BadParameter(name="--template", value=template, reason=Text("用于 docx", "goes with docx"))
    return forms


def _written(document: ReportDocument, path: Path, form: str, template: Path | None) -> Text:
    """Write one file of a report and return what is said of it."""
    to = _file(path, form)
    if form != "docx" or template is None:
        write_report(document, to, form)
        return Text(f"已写入 {to}", f"Written: {to}")
    last = template / to.name if template.is_dir() else template
    made = fill_template(document, read_template(last))
    write_whole(to, made.content)
    return Text(
        f"已写入 {to}：填写 {made.places} 处，保留手写 {made.kept} 段，标出变动的数 {made.changed} 个、"
        f"待核对的数 {made.check} 个",
        f"Written: {to}: {counted(made.places, 'place')} filled, {counted(made.kept, 'paragraph')} of yours kept, "
        f"{made.changed} changed "
        f"figures marked, {made.check} to be checked",
    )


def _file(path: Path, form: str) -> Path:
    return path.with_name(f"{path.name}.{form}")


def _prefectures() -> list[str | None]:
    """Return the codes of all prefectures."""
    return [code for code, place in sorted(places().items()) if code.endswith("00") and code != PROVINCE]


@app.command("month")
def report_month(
    month: Month = None, region: Region = None, form: Forms = ALL_FORMS, output: Folder = Path(),
    as_of: Day = None, known_at: KnownAt = None, mark: Mark = "", number: Number = "", signer: Signer = "",
    issuer: Issuer = "", copies_to: Copies = "", template: Template = None, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """写出运行简报：一个月的服务、满意度、投诉、回访与窗口成绩单 / write the monthly bulletin."""
    speaking, forms = speak(lang), _forms(form, template)
    asked = MonitoringParameters(as_of=read_day(as_of), month=month, region=region)
    official = OfficialHead(mark, number, signer, issuer, copies_to, read_settings().fonts)
    asked.question()  # a name that is none is told before the store is opened
    check_writable(_file(output / "report", forms[0]))
    with opened(store, known_at=known_at) as opened_store, at_work(speaking):
        bulletin = month_report(opened_store, asked)
    document = month_document(bulletin, speaking, official)
    for kind in forms:
        say(_written(document, output / bulletin.file_name, kind, template), speaking)


@app.command("assessment")
def report_assessment(
    scheme: Scheme = None, form: Forms = ALL_FORMS, output: Folder = Path(), as_of: Day = None,
    known_at: KnownAt = None, mark: Mark = "", number: Number = "", signer: Signer = "", issuer: Issuer = "",
    copies_to: Copies = "", template: Template = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """写出评分报告：得分、等次、名次及其稳定性、各项得分 / write the report on an assessment."""
    speaking, forms = speak(lang), _forms(form, template)
    official = OfficialHead(mark, number, signer, issuer, copies_to, read_settings().fonts)
    asked = AssessmentParameters(as_of=read_day(as_of), scheme=scheme)
    asked.question()  # a scheme that is none is told before the store is opened
    with opened(store, known_at=known_at) as opened_store, at_work(speaking):
        judged = assessment_report(opened_store, asked)
    document = assessment_document(judged, speaking, official)
    for kind in forms:
        say(_written(document, output / judged.file_name, kind, template), speaking)


@app.command("template")
def report_template(
    output: Annotated[Path, typer.Option("--output", "-o", help="写入的文件 / file to write")] = Path("template.docx"),
    kind: Annotated[Kind, typer.Option(help="gaps 缺口报告 | month 运行简报 / which report")] = "gaps",
    lang: Language = None,
) -> None:
    """写出一份 Word 模板样例，其中的内容控件由 --template 填写 / write a sample of an office's Word template."""
    speaking = speak(lang)
    write_whole(output, sample_template(kind, speaking))
    say(Text(f"已写入 {output}", f"Written: {output}"), speaking)


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
