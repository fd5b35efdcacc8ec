"""The command ``review``: which organisations are the same."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.options import Form, Language, Limit, Output, StoreUrl, opened, speak
from api.cli.output import Format, emit, form_of, out, say, table, tell_more
from api.cli.review_file import read_verdicts, write_list
from api.cli.review_walk import walk_through
from graph.errors import BadParameter
from graph.language import Lang, Text, counted
from loaders.identify.doubts import Doubt, described
from loaders.identify.groups import Group, grouped
from loaders.identify.resolver import Verdict
from loaders.identify.review import decide, decide_all, decided, pending

app = typer.Typer(no_args_is_help=False, help="疑似重复机构的判定 / decide which organisations are the same")
OwnKey = Annotated[str, typer.Argument(help="标识，见 review 列表 / key, see the list")]
Listed = Annotated[bool, typer.Option("--list", help="只列出，不逐组判定 / list, do not walk through")]
Export = Annotated[
    Path | None,
    typer.Option("--export", help="清单写入 .xlsx 或 .csv，填写“判定”列 / list to fill in, .xlsx or .csv"),
]
Import = Annotated[Path | None, typer.Option("--import", help="读入填好的清单 / read the list that was filled in")]


@app.callback(invoke_without_command=True)
def review_list(
    context: typer.Context,
    listed: Listed = False, export: Export = None, import_: Import = None,
    limit: Limit = 20, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """判定疑似重复的机构：在终端中逐组判定，否则列出 / decide in groups in a terminal, else list what waits."""
    if context.invoked_subcommand:
        return
    speaking, form = speak(lang), form_of(form, output)
    if export and import_:
        raise BadParameter(name="--export", value=export, reason="--import")
    if import_:
        _import(import_, store, speaking)
        return
    plain = form is Format.table and not (listed or export)
    if plain and sys.stdin.isatty() and sys.stdout.isatty():
        walk_through(store, speaking)
        return
    with opened(store) as opened_store:
        doubts, known = pending(opened_store), decided(opened_store)
    groups = grouped(doubts)
    rows = [_doubt_row(number, d, speaking) for number, group in enumerate(groups, 1) for d in group.doubts]
    if export:
        write_list(groups, export, speaking)
        say(Text(f"{len(rows)} 对写入 {export}；填写“判定”列后：shuniu review --import {export}",
                 f"{counted(len(rows), 'pair')} in {export}; fill in 判定, then: shuniu review --import {export}"),
            speaking)  # fmt: skip
    elif form is not Format.table:
        whole = {"data": rows, "decided": [vars(d) for d in known], "total": len(rows), "next": None}
        emit(form, rows, whole, output, lang=speaking)
    else:
        _show(groups, len(known), limit, speaking)


def _show(groups: list[Group], known: int, limit: int, lang: Lang) -> None:
    total = sum(len(group.doubts) for group in groups)
    say(Text(f"疑似重复（{total} 对待判定，分 {len(groups)} 组；{known} 对已判定）",
             f"Perhaps the same ({counted(total, 'pair')} to decide, in {counted(len(groups), 'group')}; "
             f"{known} decided)"), lang)  # fmt: skip
    left = limit
    for number, group in enumerate(groups, 1):
        if left > 0:
            rows = [_with_stakes(_doubt_row(number, doubt, lang), doubt, lang) for doubt in group.doubts[:left]]
            left -= len(rows)
            out().print()
            out().print(table(f"{number} {group.title.get(lang)}", ["a", "b", "evidence"], rows, lang))
    tell_more(limit, total, lang)
    hint = Text(
        "shuniu review same|different A B 作出判定；undo A B 撤销；成批判定：--export 文件，填好后 --import 文件",
        "decide: shuniu review same|different A B; undo A B; many at once: --export FILE, fill in, --import FILE",
    )
    say(hint, lang)


def _doubt_row(group: int, doubt: Doubt, lang: Lang) -> dict[str, Any]:
    return {
        "group": group,
        "a": f"{described(doubt.a)} [{doubt.a.key}]",
        "b": f"{described(doubt.b)} [{doubt.b.key}]",
        "a_key": doubt.a.key,
        "b_key": doubt.b.key,
        "score": doubt.score,
        "reason": doubt.reason,
        "evidence": doubt.evidence.get(lang),
        "stakes": [stake._asdict() for stake in doubt.stakes],
        "firms": doubt.firms,
        "load": doubt.load,
    }


def _with_stakes(row: dict[str, Any], doubt: Doubt, lang: Lang) -> dict[str, Any]:
    """Return a row for people, who read under each name what hangs on it."""
    one, other = (stake.sentence.get(lang) for stake in doubt.stakes)
    return {**row, "a": f"{row['a']}\n{one}", "b": f"{row['b']}\n{other}"}


def _import(path: Path, store: str | None, lang: Lang) -> None:
    said = read_verdicts(path)
    with opened(store, write=True) as opened_store:
        known = {(*sorted((d.a.key, d.b.key)), d.verdict) for d in decided(opened_store)}
        fresh = [one for one in said if (*sorted((one.a, one.b)), one.verdict) not in known]
        if fresh:
            decide_all(opened_store, fresh)
    same_, before = sum(one.verdict == "same" for one in fresh), len(said) - len(fresh)
    apart = len(fresh) - same_
    say(Text(f"判定 {len(fresh)} 对：{same_} 对为同一家，{apart} 对不同；另有 {before} 对先前已如此判定",
             f"{counted(len(fresh), 'pair')} decided: {same_} the same, {apart} different; "
             f"{before} more decided so before"),
        lang)  # fmt: skip


def _decide(a: str, b: str, verdict: Verdict, store: str | None, lang: str | None) -> None:
    speaking = speak(lang)
    with opened(store, write=True) as opened_store:
        decision = decide(opened_store, a, b, verdict)
    names = f"{described(decision.a)} / {described(decision.b)}"
    done = {
        "same": Text(f"已合并：{names}", f"Merged: {names}"),
        "different": Text(f"已记为不同机构：{names}", f"Noted as different: {names}"),
        None: Text(f"已撤销判定：{names}", f"Taken back: {names}"),
    }
    say(done[verdict], speaking)


@app.command()
def same(a: OwnKey, b: OwnKey, store: StoreUrl = None, lang: Language = None) -> None:
    """是同一机构：合并 / they are the same: merge."""
    _decide(a, b, "same", store, lang)


@app.command()
def different(a: OwnKey, b: OwnKey, store: StoreUrl = None, lang: Language = None) -> None:
    """不是同一机构 / they are not the same."""
    _decide(a, b, "different", store, lang)


@app.command()
def undo(a: OwnKey, b: OwnKey, store: StoreUrl = None, lang: Language = None) -> None:
    """撤销判定 / take a decision back."""
    _decide(a, b, None, store, lang)
