"""``shuniu policy``: the notice clause by clause, and the targets of rules."""

from typing import Any

import typer

from api.cli.answers import in_language
from api.cli.command import Answered, Instead, derived
from api.cli.output import meta_line, out, table
from api.questions.policy import POLICY, TARGETS
from graph.language import Text
from queries.policy.clauses import ClauseState
from queries.policy.targets import PolicyTarget
from viz.numbers import number, percent

app = typer.Typer()
STATES = {
    "evidence": Text("有依据", "evidence"),
    "no_data": Text("没有数据", "no data"),
    "not_in_graph": Text("本图不记录", "not recorded"),
}


def _show_targets(made: Answered[Any, Any]) -> None:
    found: list[PolicyTarget] = made.answer.data
    rows = [
        {
            **in_language(t.model_dump(), made.lang),
            "pack": Text(t.pack_name_zh, t.pack_name_en).get(made.lang),
            "target": ("> " if t.comparison == "gt" else "≥ ") + _figure(t, t.target),
            "target_due": _figure(t, t.due),
            "actual": _figure(t, t.actual),
        }
        for t in found
    ]
    columns = ["pack", "name", "target", "target_due", "actual", "due_met"]
    out().print(table(TARGETS.title.get(made.lang), columns, rows, made.lang))
    names = {(t.pack, t.id): Text(t.name_zh, t.name_en).get(made.lang) for t in found}
    colon = Text("：", ": ").get(made.lang)
    compared: set[frozenset[tuple[str, str]]] = set()
    for pack, named in {t.pack: Text(t.pack_name_zh, t.pack_name_en) for t in found if not t.in_force}.items():
        over = Text("不在有效期内，分析日没有应达到的值", "not in force: nothing is due on the day")
        out().print(f"{named.get(made.lang)} ({pack}): {over.get(made.lang)}", soft_wrap=True)
    for t in found:
        name = names[t.pack, t.id]
        for month in t.path:
            met = {True: "✓", False: "×", None: "?"}[month.met]
            out().print(f"{name} {month.month}: {_figure(t, month.due)} / {_figure(t, month.actual)} {met}")
        for other in t.others:
            pair = frozenset({(t.pack, t.id), (other.pack, other.id)})
            if pair not in compared:
                compared.add(pair)
                said = Text(other.why_zh, other.why_en).get(made.lang)
                there = f"{names.get((other.pack, other.id), other.id)} {_figure(t, other.actual)}"
                out().print(f"{name} {_figure(t, t.actual)} ↔ {there}{colon}{said}", soft_wrap=True)
    out().print(meta_line(made.answer.meta, made.lang))


def _figure(target: PolicyTarget, value: float | None) -> str:
    return percent(value) if target.unit_en == "share" else number(value)


@app.command("policy")
@derived(POLICY, limit=None, instead={"targets": Instead(TARGETS, _show_targets)})
def show_policy(made: Answered[Any, Any]) -> None:
    """Show the clauses, each with its figures and with what cannot be said."""
    found: list[ClauseState] = made.answer.data
    lang, between = made.lang, "；" if made.lang == "zh" else "; "
    rows = [
        {
            **in_language(c.model_dump(), lang),
            "state_said": STATES[c.state].get(lang),
            "on_record": between.join(
                f"{f.name_zh if lang == 'zh' else f.name_en} {number(f.value)}" for f in c.findings
            ),
        }
        for c in found
    ]
    out().print(table(POLICY.title.get(lang), ["clause", "name", "state_said", "on_record", "cannot"], rows, lang))
    out().print(meta_line(made.answer.meta, lang))
