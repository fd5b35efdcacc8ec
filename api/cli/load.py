"""Commands that bring data in and tell where they came from: load, loads, trace."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.cli.fields import field_text, value_text, what_text
from api.cli.load_explanation import show_explanation
from api.cli.load_report import show_load
from api.cli.options import Form, Language, Limit, Output, StoreUrl, ask_password, opened, speak
from api.cli.output import STDERR, Format, emit, form_of, out, table
from api.cli.parameters import wrong
from api.cli.progress import load_progress
from api.questions.loads import LoadParameters, keep_month_after, load_files
from api.settings import read_settings
from graph.clock import minute
from graph.comparison import ABOUT
from graph.language import Lang, Text
from loaders.keep.events import Kind, LoadEvent, State
from loaders.keep.journal import Journal
from loaders.keep.tracing import Statement, trace
from loaders.read.explaining import explain as explain_files
from loaders.read.words.delivery import read_note

app = typer.Typer()


@app.command("load")
def load_command(
    paths: Annotated[list[Path], typer.Argument(help="文件、文件夹或 zip / files, folders or zips")],
    strict: Annotated[bool, typer.Option("--strict", help="有坏行则一行不入 / nothing if any row is bad")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只报告 / only report")] = False,
    source: Annotated[str | None, typer.Option(help="来源 / where the rows come from")] = None,
    data_class: Annotated[str, typer.Option(help="数据性质 / REAL, EDITORIAL or SYNTHETIC")] = "REAL",
    sender: Annotated[Path | None, typer.Option(help="报送单位的对照文件 / mapping file of the sender, YAML")] = None,
    replace: Annotated[str | None, typer.Option(metavar="TABLE", help="该表为完整交付 / the table is complete")] = None,
    region: Annotated[str | None, typer.Option("--for", help="完整交付的地区 / region that it is complete for")] = None,
    shrink: Annotated[bool, typer.Option("--shrink", help="允许大幅减少 / much less than before is right")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="只说明会怎样读，不载入 / only say what it reads")] = False,
    password: Annotated[bool, typer.Option("--password", help="输入加锁工作簿的密码 / ask for a password")] = False,
    prefer: Annotated[str, typer.Option(metavar="newest|official", help="以谁为准 / which source shows")] = "newest",
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """载入数据表 / load tables (CSV, XLSX, JSON lines, Parquet, zip)."""
    speaking, form = speak(lang), form_of(form, output)
    note = read_note(sender) if sender else None
    word = ask_password(speaking) if password else ""
    if explain:
        show_explanation(explain_files(paths, note, word), paths, form, output, speaking)
        return
    asked = _asked(
        strict=strict, dry_run=dry_run, source=source, data_class=data_class, replace=replace, complete_for=region,
        shrink=shrink, prefer=prefer,
    )  # fmt: skip
    with opened(store, write=True) as opened_store, load_progress(speaking) as progress:
        report = load_files(opened_store, paths, asked, progress, note=note, password=word)
        if unkept := keep_month_after(opened_store, report, read_settings().rates()):
            STDERR.print(unkept.say(speaking), soft_wrap=True)
    show_load(report, form, output, speaking, dry_run=dry_run)
    if report.rejected or (strict and report.issues):
        raise typer.Exit(1)


def _asked(**stated: Any) -> LoadParameters:
    try:
        return LoadParameters(**stated).checked()
    except ValidationError as error:
        raise wrong(LoadParameters, error, {}) from error


@app.command()
def loads(
    limit: Limit = 30, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """载入历史 / all loads, newest first."""
    speaking, form = speak(lang), form_of(form, output)
    with opened(store) as opened_store:
        events = list(reversed(Journal(opened_store.home).loads()))
    rows = [_load_row(event, speaking) for event in events]
    if form is not Format.table:
        emit(form, rows, {"data": events, "total": len(events), "next": None}, output, lang=speaking)
        return
    fields = ["load", "at", "kind", "state", "files", "read", "created", "updated", "unchanged", "merged", "rejected"]
    out().print(table(Text("载入历史", "Loads").get(speaking), fields, rows[:limit], speaking))


KINDS: dict[Kind, Text] = {
    "load": Text("载入", "load"),
    "reference": Text("内置数据", "reference data"),
    "review": Text("判定", "decision"),
    "request": Text("合作请求", "partner request"),
    "adopted": Text("接管图谱", "adopted graph"),
}
STATES: dict[State, Text] = {
    "begun": Text("未见结束", "never ended"),
    "done": Text("完成", "done"),
    "failed": Text("失败", "failed"),
    "read": Text("无变化", "no change"),
}


def _load_row(event: LoadEvent, lang: Lang) -> dict[str, Any]:
    tables = event.get("tables", [])
    counts = {c: sum(t[c] for t in tables) for c in ("read", "created", "updated", "unchanged", "merged", "rejected")}
    return {
        "load": event["load"],
        "at": minute(event["at"]),
        "kind": KINDS[event.get("kind", "load")].get(lang),
        "state": STATES[event["state"]].get(lang),
        "files": "、".join(Path(f).name for f in event.get("files", {})),
        **(counts if tables else {}),
    }


@app.command("trace")
def trace_command(
    key: Annotated[str, typer.Argument(help="名称、标识或服务记录编号 / name or key of a node, id of a record")],
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """一条事实的来历：何时、由谁、哪个文件哪一行 / the history of one fact."""
    speaking, form = speak(lang), form_of(form, output)
    with opened(store) as opened_store:
        statements = trace(opened_store, key)
    rows = [_statement_row(s, speaking) for s in statements]
    if form is not Format.table:
        whole = {"data": [vars(s) for s in statements], "total": len(statements), "next": None}
        emit(form, rows, whole, output, lang=speaking)
        return
    fields = ["load", "at", "where", "source", "what", "said"]
    out().print(table(Text(f"{key} 的来历", f"History of {key}").get(speaking), fields, rows, speaking))


HIDDEN = {*ABOUT, "site_label"}
"""What a statement says of itself, and what its key says as well."""


def _statement_row(statement: Statement, lang: Lang) -> dict[str, Any]:
    sheet = f"[{statement.sheet}]" if statement.sheet else ""
    row = Text(f" 第 {statement.row} 行", f" row {statement.row}").get(lang) if statement.row else ""
    what = statement.what

    def text(field: str, value: Any) -> str:
        return value_text(what, field, value, lang)

    said = [
        f"{field_text(what, k, lang)}: {f'{text(k, old)} → ' if old is not None else ''}{text(k, new)}"
        for k, (old, new) in statement.changes.items()
        if k not in HIDDEN
    ]
    if not statement.changes:
        said = [f"{field_text(what, k, lang)}: {text(k, v)}" for k, v in statement.fields.items() if k not in HIDDEN]
    if statement.retired:
        said = [Text("停用", "retired").get(lang)]
    return {
        "load": statement.load,
        "at": minute(statement.at),
        "where": f"{statement.file}{sheet}{row}",
        "source": statement.source,
        "what": what_text(what, lang),
        "said": "；".join(said),
    }
