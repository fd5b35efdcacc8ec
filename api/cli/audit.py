"""``shuniu audit``: what was written and who was refused, and whether the log is as it was written."""

import os
from typing import Annotated

import typer

from api.cli.options import Form, Language, Output, StoreUrl, speak
from api.cli.output import STDERR, Format, emit_rows, form_of, say
from api.settings import read_settings
from graph.clock import minute
from graph.language import Text, counted
from graph.stores.address import embedded_path, is_embedded
from graph.stores.swap import home_of
from loaders.keep.audit import AuditLog

app = typer.Typer(help="审计日志 / the audit log", no_args_is_help=True)
FIELDS = ["row", "at", "who", "role", "what", "status", "request", "asked", "about"]
SHOWN = {"what": "done", "status": "code", "request": "request_id", "asked": "query"}
"""Fields whose names head other things in other tables: the columns in which people see them."""


def audit_of(store: str | None) -> AuditLog:
    """Return the audit log of a store, whoever has it open."""
    settings = read_settings()
    url = store or settings.store
    if is_embedded(url):
        return AuditLog(home_of(embedded_path(url)), settings.audit_anchor)
    with settings.open_store(store) as opened_store:
        return AuditLog(opened_store.home, settings.audit_anchor)


def note(store: str | None, what: str, *, role: str = "operator", about: str = "") -> None:
    """Add what was done at this terminal; ``about`` holds ids and codes."""
    more = {"about": about} if about else {}
    audit_of(store).add(who=f"terminal:{os.getuid()}", role=role, what=what, status=0, **more)


@app.command("list")
def list_command(
    limit: Annotated[int, typer.Option("--limit", min=1, help="最近多少条 / how many of the newest")] = 50,
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """列出审计记录，最新的在前 / list the rows, newest first."""
    speaking, form = speak(lang), form_of(form, output)
    rows = [row for row in audit_of(store).rows() if row][: -limit - 1 : -1]
    lines = [{name: row.get(name) for name in FIELDS} for row in rows]
    people = [{SHOWN.get(name, name): row.get(name) for name in FIELDS} | {"at": minute(row["at"])} for row in rows]
    emit_rows(Text("审计日志", "Audit log"), FIELDS, lines, form, output, speaking, rows, people=people)


@app.command("verify")
def verify_command(
    known: Annotated[
        str | None, typer.Option("--hash", help="此前记下的末条散列 / a last hash noted before: is it there?")
    ] = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """核对审计日志：改动、删除、调换、截断都会发现 / is any row changed, removed, moved or cut off? Exit 1 if so."""
    speaking, audit = speak(lang), audit_of(store)
    breaks = audit.breaks()
    rows = list(audit.rows())
    for one in breaks:
        STDERR.print(f"✗ {one.row}: {one.what.get(speaking)}", style="bold red", soft_wrap=True)
    if known and known not in {row["hash"] for row in rows if row}:
        missing = Text("记下的散列不在日志里", "the hash noted before is not in the log")
        STDERR.print(f"✗ {missing.get(speaking)}", style="bold red", soft_wrap=True)
        raise typer.Exit(1)
    if breaks:
        raise typer.Exit(1)
    last = rows[-1]["hash"] if rows and rows[-1] else "–"
    whole = Text(f"{len(rows):,} 条，完整；末条散列 {last}", f"{counted(len(rows), 'row')}, whole; last hash {last}")
    say(whole, speaking)
