"""The command line ``shuniu``: one command a question; each only asks, and shows the answer.

Exit codes: 0 done, 1 the answer is no (rows were rejected), 2 wrong use, 3 a store or a service is missing; 130 where
the user interrupted.
"""

import logging
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from api import (
    allocating,
    chaining,
    expanding,
    explaining,
    finding,
    keeping,
    loading,
    networking,
    partnering,
    requesting,
    reviewing,
    scenarios,
    snapshotting,
)
from api.asking import ask_coverage, ask_targets, graph_meta
from api.demo import run_demo
from api.explaining import coverage_question
from api.names import region_code
from api.options import (
    Asked,
    Day,
    Form,
    Freshness,
    GroupBy,
    Industry,
    Language,
    Limit,
    Output,
    Place,
    Rates,
    Region,
    Scale,
    ServiceType,
    Standard,
    State,
    StoreUrl,
    opened,
    read_day,
    speak,
)  # fmt: skip
from api.output import STDERR, Format, form_of, out, say, table
from api.progress import sample_progress
from api.settings import read_settings
from api.usage import asked_language, told
from graph.errors import BadParameter, ShuniuError
from graph.identity import prefecture_of
from graph.language import Text
from loaders.lookups import PROVINCE, places
from loaders.reference import ensure_reference
from loaders.sample import write_sample
from loaders.tables import TABLES
from loaders.template import write_template
from queries.network import network_graph
from viz.network import write_network
from viz.report.build import build_report
from viz.report.html import write_gap_report

INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="枢纽：中小企业公共服务网络知识图谱 / the SME public-service network as a knowledge graph",
)
view = typer.Typer(no_args_is_help=True, help="生成图页 / write a picture as a page")
app.add_typer(loading.app)
app.add_typer(networking.app)
app.add_typer(chaining.app)
app.add_typer(finding.app)
app.add_typer(partnering.app)
app.add_typer(allocating.app)
app.add_typer(expanding.app)
app.add_typer(scenarios.app)
app.add_typer(snapshotting.app, name="snapshot")
app.add_typer(keeping.app)
app.add_typer(reviewing.app, name="review")
app.add_typer(requesting.app, name="requests")
app.add_typer(view, name="view")
app.add_typer(explaining.app, name="gaps")


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


@app.command()
def template(path: Place = Path("shuniu-template.xlsx"), lang: Language = None) -> None:
    """写出填报模板 / write a workbook with all tables."""
    speaking = speak(lang)
    if path.suffix.lower() != ".xlsx":
        raise BadParameter(name="PATH", value=path, reason="….xlsx")
    say(Text(f"已写入 {write_template(path)}", f"Written: {path}"), speaking)


@app.command()
def sample(
    folder: Place = Path("sample"),
    scale: Scale = 1.0,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 2020,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="截止日 / last day")] = None,
    lang: Language = None,
) -> None:
    """生成示例省份（虚构）/ write a synthetic province as contract tables."""
    speaking = speak(lang)
    with sample_progress(speaking) as progress:
        summary = write_sample(
            folder, scale=scale, seed=seed, as_of=read_day(as_of) if as_of else None, progress=progress
        )
    rows = [{"table": TABLES[t].label.get(speaking), "read": n} for t, n in summary.rows.items()]
    out().print(
        table(Text("示例省份（虚构）", "A synthetic province").get(speaking), ["table", "read"], rows, speaking)
    )
    say(Text(f"已写入 {folder}", f"Written: {folder}"), speaking)


@app.command()
def report(
    path: Place = Path("gap-report.html"), as_of: Day = None, standard: Standard = 1.0, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """写出缺口报告（HTML）/ write the gap report."""
    speaking, day = speak(lang), read_day(as_of)
    with opened(store) as opened_store:
        written = write_gap_report(build_report(opened_store, as_of=day, standard=standard), path, lang=speaking)
    say(Text(f"已写入 {written}", f"Written: {written}"), speaking)


@view.command("network")
def view_network(
    path: Place = Path("network.html"), region: Region = None, as_of: Day = None, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """枢纽—窗口—载体网络图 / the hub–window–carrier network."""
    speaking, day = speak(lang), read_day(as_of)
    code = region_code(region) if region else PROVINCE
    if code not in places() or prefecture_of(code) != code:
        raise BadParameter(name="--region", value=region, reason=Text("应为市州，如 绵阳市", "a prefecture, as 绵阳市"))
    with opened(store) as opened_store:
        graph = network_graph(opened_store, as_of=day, prefecture=None if code == PROVINCE else code)
        written = write_network(graph, path, lang=speaking, meta=graph_meta(opened_store, graph, day))
    say(Text(f"已写入 {written}", f"Written: {written}"), speaking)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址 / address")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口 / port")] = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """启动 HTTP 服务 / serve the HTTP API."""
    import uvicorn  # noqa: PLC0415 only this command needs the server

    from api.app import create_app  # noqa: PLC0415

    speak(lang)
    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    _check_address(host, port)
    with settings.open_store(store) as opened_store:
        ensure_reference(opened_store)
        uvicorn.run(create_app(settings, opened_store), host=host, port=port)


def _check_address(host: str, port: int) -> None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        why = Text(f"不能在此监听：{error.strerror}", f"cannot listen there: {error.strerror}")
        raise BadParameter(name="--host, --port", value=f"{host}:{port}", reason=why) from error


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", help="输出文件夹 / folder of the results")] = Path("out"),
    scale: Scale = 1.0,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """一条命令看全貌：示例省份、图页与报告 / the whole product on a synthetic province."""
    run_demo(folder, scale, store or read_settings().store, speak(lang))


def main() -> None:
    """Run the command line and exit; every error that is meant for a reader is one message, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal shows what it can; programs get UTF-8, whatever the locale.
        stream.reconfigure(errors="replace", encoding=None if stream.isatty() else "utf-8")  # type: ignore[union-attr]
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough; nothing is left to flush at the very end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    Asked.lang = "zh"
    # What the driver logs, its errors say too; ours tell it once.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    try:
        speak(asked_language(arguments))
        code = typer.main.get_command(app).main(args=arguments, prog_name="shuniu", standalone_mode=False)
    except ShuniuError as error:
        tell(error.say(Asked.lang), error.way_out(Asked.lang))
        return error.exit_code
    except TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):  # nothing was asked: the whole help
            STDERR.print(message, soft_wrap=True)
        else:
            tell(told(message, Asked.lang), Text("用 --help 查看用法。", "See --help.").get(Asked.lang))
        return 2
    if code == INTERRUPTED:
        tell(Text("已中断。", "Interrupted.").get(Asked.lang))
    return code if isinstance(code, int) else 0


def tell(message: str, way_out: str = "") -> None:
    """Say what went wrong on stderr."""
    STDERR.print(f"✗ {message}", style="bold red", soft_wrap=True)
    if way_out:
        STDERR.print(f"  {way_out}", soft_wrap=True)
