"""Commands that keep a store safe: backup, restore, rebuild, doctor, contacts."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from api.cli.audit import audit_of, note
from api.cli.options import Form, Language, Output, StoreUrl, ask_password, open_or_join, opened, speak
from api.cli.output import STDERR, Format, emit_rows, form_of, out, say, table
from api.cli.progress import load_progress
from api.security.keys import KeyRing
from api.settings import read_settings
from graph.errors import (
    AmbiguousNode,
    FileUnwritable,
    HomeDamaged,
    NotFound,
    StoreDamaged,
    StoreNewer,
    StoreOutdated,
    StoreProblem,
)
from graph.home import Home
from graph.language import Lang, Text, counted, listed
from graph.stores.address import embedded_path, is_embedded
from graph.stores.soundness import FolderOfAnother
from graph.stores.swap import home_of
from loaders.keep.adoption import adopt_graph
from loaders.keep.audit import AuditLog
from loaders.keep.backup import backup, restore
from loaders.keep.damage import Finding, audit_findings, examine_home, finding_of, guarded
from loaders.keep.doctor import examine
from loaders.keep.exported import restore_export
from loaders.keep.keys import KEY, sealed_files
from loaders.keep.rebuild import rebuild_file, rebuild_in
from loaders.keep.repair import repair
from loaders.keep.vault import Contacts, Seal

app = typer.Typer()
MARKS = {"good": "✓", "note": "!", "bad": "✗"}


@app.command("backup")
def backup_command(
    path: Annotated[Path, typer.Argument(help="备份文件 / file to write")],
    with_key: Annotated[bool, typer.Option("--with-key", help="连同密钥 / include the key")] = False,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """备份整个存储为一个文件 / write the whole store as one file."""
    speaking = speak(lang)
    with opened(store) as opened_store, load_progress(speaking) as progress:
        written = backup(opened_store, path, with_key=with_key, progress=progress)
        key = opened_store.home / KEY
    say(Text(f"已写入 {written}", f"Written: {written}"), speaking)
    if not with_key and key.exists():
        STDERR.print(
            Text(
                f"备份不含密钥；没有它，联系方式和源文件副本打不开。请另行保存：{key}",
                f"The backup is without the key, which contacts and copies of sources need. Keep it apart: {key}",
            ).get(speaking),
            soft_wrap=True,
        )


@app.command("restore")
def restore_command(
    path: Annotated[
        Path, typer.Argument(help="备份文件，或 Parquet 导出的文件夹 / backup file, or folder of an export as Parquet")
    ],
    replace: Annotated[bool, typer.Option("--replace", help="替换现有内容 / replace what is there")] = False,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """从备份恢复，或把 Parquet 导出装进空的存储 / restore a backup, or an export as Parquet into an empty store."""
    speaking, aside = speak(lang), None
    with read_settings().open_store(store) as opened_store, load_progress(speaking) as progress:
        if path.is_dir():
            aside = restore_export(path, opened_store, progress=progress)
        else:
            restore(path, opened_store, replace=replace, progress=progress)
        key = opened_store.home / KEY
        lacking = not key.exists() and any(True for _ in sealed_files(opened_store.home))
    say(Text(f"已从 {path} 恢复", f"Restored from {path}"), speaking)
    _say_aside([aside] if aside else [], speaking)
    if lacking:
        STDERR.print(
            Text(
                f"备份不含密钥；把另行保存的密钥放到 {key}，联系方式和源文件副本才打得开",
                f"The backup was without the key: put the one that you keep apart at {key}, so that contacts and "
                "copies of sources open.",
            ).get(speaking),
            soft_wrap=True,
        )


@app.command("rebuild")
def rebuild_command(
    from_graph: Annotated[
        bool, typer.Option("--from-graph", help="历史已丢失时，由图重建历史 / make a lost history from the graph")
    ] = False,
    password: Annotated[bool, typer.Option("--password", help="输入加锁工作簿的密码 / ask for a password")] = False,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """用源文件副本和载入日志重建 / make the store again from sources and journal."""
    speaking = speak(lang)
    settings = read_settings()
    if from_graph:
        with settings.open_store(store) as opened_store:
            count, old = adopt_graph(opened_store)
        say(
            Text(f"已由图重建 {count} 次载入的历史", f"A history of {counted(count, 'load')} was made from the graph"),
            speaking,
        )
        _say_aside([old] if old else [], speaking)
        return
    word = ask_password(speaking) if password else ""
    with load_progress(speaking) as progress:
        if is_embedded(store or settings.store):
            rebuilt = rebuild_file(embedded_path(store or settings.store), password=word, progress=progress)
        else:
            with settings.open_store(store) as opened_store:
                rebuilt = rebuild_in(opened_store, password=word, progress=progress)
    n = len(rebuilt.loads)
    say(Text(f"已重建：重做了 {n} 次载入", f"Rebuilt: {counted(n, 'load')} done again"), speaking)
    for load in rebuilt.different:
        text = Text(
            f"{load} 的结果与当时不同，见 shuniu loads", f"{load} came out otherwise than then; see shuniu loads"
        )
        STDERR.print(text.get(speaking), soft_wrap=True)
    _say_aside(rebuilt.aside, speaking)


def _say_aside(aside: Iterable[Path], lang: Lang) -> None:
    if listed := "、".join(map(str, aside)):
        text = Text(
            f"原文件已移开，确认无误后可删除：{listed}", f"The old files are set aside, to be deleted: {listed}"
        )
        say(text, lang)


@app.command()
def doctor(
    thorough: Annotated[bool, typer.Option("--thorough", help="逐字节核对并解密 / read and open every file")] = False,
    mend: Annotated[bool, typer.Option("--repair", help="修复本机能修复的 / mend what can be mended here")] = False,
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """体检：哪里不对，怎么办 / what is wrong, and what to do."""
    speaking, form = speak(lang), form_of(form, output)
    findings = _findings(store, speaking, thorough=thorough, mend=mend)
    findings += guarded(lambda: _beside(audit_of(store)))
    rows = [
        {"mark": MARKS[f.level], "what": f.what.get(speaking), "way_out": f.way_out.get(speaking)} for f in findings
    ]
    data = [{**r, "mark": f.level} for r, f in zip(rows, findings, strict=True)]
    emit_rows(Text("体检", "Examination"), ["mark", "what", "way_out"], rows, form, output, speaking, data=data)
    if any(f.level == "bad" for f in findings):
        raise typer.Exit(1)


def _findings(store: str | None, lang: Lang, *, thorough: bool, mend: bool) -> list[Finding]:
    settings = read_settings()
    url = store or settings.store
    try:
        with open_or_join(settings, store, settle=False) as opened_store:
            if mend:
                with Home(opened_store.home).lock(), opened_store.read(loading=True) as session:
                    for done in repair(opened_store.home, session):
                        STDERR.print(done.get(lang), soft_wrap=True)
            return examine(opened_store, thorough=thorough)
    except FileUnwritable as error:
        if mend:
            raise
        with open_or_join(settings, store, read_only=True, settle=False) as opened_store:
            return [_unwritable(error), *examine(opened_store, thorough=thorough)]
    except (StoreDamaged, StoreOutdated, StoreNewer) as error:
        beside = examine_home(home_of(embedded_path(url)), thorough=thorough) if is_embedded(url) else []
        return [_broken(error), *beside]


def _beside(log: AuditLog) -> Iterator[Finding]:
    """Yield whether the audit log is as it was written, and that the keys of the API are not."""
    yield from audit_findings(log)
    try:
        KeyRing(log.folder.parent).listed()
    except HomeDamaged as error:
        at = error.details["path"]
        way_out = Text(
            f"现在谁也进不来。请移走 {at}，再用 shuniu keys create 重新发放；原有密钥全部作废。",
            f"Nobody is let in now. Move {at} away, then give out others by `shuniu keys create`; those of before end.",
        )
        yield finding_of(error, way_out)


def _unwritable(error: FileUnwritable) -> Finding:
    """Return what a store is that can be read alone, a copy on a read-only disk for instance."""
    return Finding("note", Text(error.say("zh"), error.say("en")))


def _broken(error: StoreProblem) -> Finding:
    if isinstance(error, StoreNewer | FolderOfAnother):
        return finding_of(error)
    way_out = Text(
        "运行 shuniu rebuild，用源文件副本重建。", "Run `shuniu rebuild`: it uses the copies of the sources."
    )
    return Finding("bad", Text(error.say("zh"), error.say("en")), way_out)


@app.command()
def contacts(
    who: Annotated[list[str], typer.Argument(help="机构名称或标识 / names or keys of organisations")],
    forget: Annotated[bool, typer.Option("--forget", help="永久删除 / erase for good")] = False,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """查看或删除联系方式（解密）/ show or erase sealed contacts."""
    speaking = speak(lang)
    with opened(store) as opened_store:
        people = Contacts(opened_store.home, Seal(opened_store.home / KEY))
        found = {one: people.named(one.removeprefix("Organization:")) for one in who}
        keys = sorted({key for several in found.values() for key in several})
        note(store, f"contacts{' --forget' if forget else ''}", about=" ".join(keys or who))
        if forget:
            _refuse_namesakes(found)
            with Home(opened_store.home).lock():
                n = people.forget(keys)
            say(Text(f"已删除 {n} 条联系方式", f"{n} contacts erased"), speaking)
            return
        rows = people.of(keys).to_pylist()
    if not rows:
        raise NotFound(kind=Text("联系方式", "contact"), key=listed(who))
    fields = ["key", "name", "contact_name", "contact_phone", "load", "file", "sheet", "row"]
    out().print(table(Text("联系方式", "Contacts").get(speaking), fields, rows, speaking))


def _refuse_namesakes(found: dict[str, list[str]]) -> None:
    """Raise where a name is that of several: what is erased is gone."""
    for name, keys in found.items():
        if len(keys) > 1:
            raise AmbiguousNode(value=name, candidates=listed(f"Organization:{key}" for key in keys))
