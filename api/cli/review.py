"""The command ``review``: which organisations are the same."""

from typing import Annotated, Any

import typer

from api.cli.options import Form, Language, Limit, Output, StoreUrl, opened, speak
from api.cli.output import Format, emit, form_of, out, say, table
from graph.language import Lang, Text
from loaders.identify.resolver import Verdict
from loaders.identify.review import Doubt, decide, decided, described, pending

app = typer.Typer(no_args_is_help=False, help="疑似重复机构的判定 / decide which organisations are the same")
OwnKey = Annotated[str, typer.Argument(help="标识，见 review 列表 / key, see the list")]


@app.callback(invoke_without_command=True)
def review_list(
    context: typer.Context,
    limit: Limit = 20, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """列出待判定的机构 / list what waits for a decision."""
    if context.invoked_subcommand:
        return
    speaking, form = speak(lang), form_of(form, output)
    with opened(store) as opened_store:
        doubts, known = pending(opened_store), decided(opened_store)
    rows = [_doubt_row(d, speaking) for d in doubts]
    if form is not Format.table:
        emit(form, rows, {"data": rows, "decided": [vars(d) for d in known], "total": len(rows), "next": None}, output)
        return
    title = Text(f"疑似重复（{len(rows)} 对待判定，{len(known)} 对已判定）",
                 f"Perhaps the same ({len(rows)} pairs wait, {len(known)} are decided)")  # fmt: skip
    out().print(table(title.get(speaking), ["a", "b", "score", "evidence"], rows[:limit], speaking))
    hint = Text(
        "shuniu review same|different A B 作出判定；undo A B 撤销", "decide: shuniu review same|different A B; undo A B"
    )
    say(hint, speaking)


def _doubt_row(doubt: Doubt, lang: Lang) -> dict[str, Any]:
    return {
        "a": f"{described(doubt.a)} [{doubt.a.key}]",
        "b": f"{described(doubt.b)} [{doubt.b.key}]",
        "a_key": doubt.a.key,
        "b_key": doubt.b.key,
        "score": round(doubt.score, 3),
        "evidence": doubt.evidence.get(lang),
        "load": doubt.load,
    }


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
