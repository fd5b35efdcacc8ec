"""The command that suggests partnerships: who never worked together, and could."""

from typing import Any

import typer

from api.cli.command import Answered, Instead, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.code_words import METHODS
from api.questions.suggestions import FLOWS, QUALITY, SUGGESTIONS
from graph.language import Text
from queries.answers import Answer, ListAnswer
from queries.suggestions import SuggestionQuestion
from queries.suggestions.suggest import SuggestionAnswer
from queries.suggestions.suggestion import BackTest, FlowGap

app = typer.Typer()
SCORE = Text("得分", "Score")
SIDES = ("a_name", "a_region_name", "b_name", "b_region_name")


def _show_flows(made: Answered[Any, ListAnswer[FlowGap]]) -> None:
    answer, lang = made.answer, made.lang
    title = Text("宜建立合作的流向：调剂所需而两地尚无合作", "Flows of the allocation without a partnership")
    shown = [
        {
            **row.model_dump(),
            "service_type": row.service_types,
            "distance_km": f"{row.distance_km:,.0f}",
        }
        for row in answer.data[: made.limit]
    ]
    columns = ("from_name", "to_name", "service_type", "quantity", "distance_km")
    if shown:
        out().print(table(title.get(lang), columns, shown, lang))
    else:
        none = Text(
            "没有尚无合作的调剂流向：没有可调剂的，或两地之间都已有合作。",
            "No flow lacks a partnership: nothing can be allocated, or all flows are between partners.",
        )
        say(none, lang)
    out().print(meta_line(answer.meta, lang))


def _show_quality(made: Answered[Any, Answer[BackTest]]) -> None:
    answer, lang = made.answer, made.lang
    heads = [Text("方法", "Method"), Text("平均精度（难例）", "AP, hard"), Text("最低–最高", "lowest–highest"),
             Text("AUC（难例）", "AUC, hard"), Text("前 50 命中", "True of first 50"),
             Text("平均精度（随机负例）", "AP, random")]  # fmt: skip
    columns = [head.get(lang) for head in heads]
    rows = [
        dict(
            zip(
                columns,
                (METHODS[m.method].get(lang), f"{m.hard.average_precision:.3f}", f"{m.lowest:.3f}–{m.highest:.3f}",
                 f"{m.hard.auc:.3f}", f"{m.precision_at_50:.0%}", f"{m.random.average_precision:.3f}"),
                strict=True,
            )
        )
        for m in answer.data.methods
    ]  # fmt: skip
    title = Text(
        "各方法的回测：只用切分日以前的合作，看以后是否成真", "Back-test: known up to a day, judged by what came later"
    )
    if rows:
        out().print(table(title.get(lang), columns, rows, lang))
        out().print(_base(answer.data).get(lang), soft_wrap=True)
    else:
        say(Text("有起始日期的合作太少，无法回测。", "Too few partnerships with a first day for a back-test."), lang)
    out().print(meta_line(answer.meta, lang))


def _base(made: BackTest) -> Text:
    """Return what the figures of all methods rest on."""
    splits, reachable, chance = len(made.splits), made.reachable or 0.0, made.base_rate or 0.0
    return Text(
        f"{splits} 次切分，新结成 {made.new:,} 对，其中 {reachable:.0%} 当时相隔两三步；"
        f"候选 {made.candidates:,} 对，随机猜中 {chance:.1%}",
        f"{splits} splits, {made.new:,} new pairs, {reachable:.0%} of them two or three steps apart; "
        f"{made.candidates:,} candidates, {chance:.1%} by chance",
    )


@app.command("suggest")
@derived(
    SUGGESTIONS,
    limit=20,
    instead={"flows": Instead(FLOWS, _show_flows), "quality": Instead(QUALITY, _show_quality)},
)
def show_suggestions(made: Answered[SuggestionQuestion, SuggestionAnswer]) -> None:
    """Show suggested partnerships, each with its reason."""
    answer, limit, lang = made.answer, made.limit, made.lang
    found = answer.rows(0, limit)
    heads = [Text("排名", "Rank"), Text("甲方", "One"), Text("所在地", "Place"), Text("乙方", "Other"),
             Text("所在地 ", "Place "), SCORE]  # fmt: skip
    columns = [head.get(lang) for head in heads]
    rows = [
        dict(zip(columns, (r.rank, *(getattr(r, name) for name in SIDES), f"{r.score:.3f}"), strict=True))
        for r in found
    ]
    used = METHODS[answer.method]
    if rows:
        title = Text(f"建议的合作（{used.zh}）", f"Suggested partnerships ({used.en})")
        out().print(table(title.get(lang), columns, rows, lang))
        for row in found:
            said = row.explanation if lang == "zh" else row.explanation_en
            out().print(f"{row.rank}. {said}", soft_wrap=True)
    else:
        say(Text("没有相隔两三步而尚未合作的一对。", "No pair two or three steps apart fits."), lang)
    tell_more(len(found), len(answer.pairs), lang)
    out().print(meta_line(answer.meta, lang))
