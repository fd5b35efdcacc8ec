"""The command that suggests partnerships: who never worked together, and could."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Day, Form, Industry, Language, Limit, Output, Region, StoreUrl, opened, read_day, speak
from api.cli.output import Format, emit, form_of, meta_line, out, say, table, tell_more
from api.cli.progress import at_work
from api.questions.codes import industry_code, region_code
from graph.errors import BadParameter
from graph.language import Lang, Text
from graph.stores.base import Store
from queries.suggestions import SuggestionQuestion, back_test, flow_gaps, suggestions
from queries.suggestions.suggest import SuggestionAnswer
from queries.suggestions.suggestion import METHODS, BackTest, FlowGap, MethodQuality, Suggestion

app = typer.Typer()
METHOD_NAMES = {
    "supervised": Text("监督学习", "supervised"),
    "adamic_adar": Text("Adamic–Adar 指数", "Adamic–Adar"),
    "resource_allocation": Text("资源分配指数", "resource allocation"),
    "jaccard": Text("Jaccard 系数", "Jaccard"),
    "common_neighbours": Text("共同伙伴数", "common neighbours"),
    "local_path": Text("局部路径指数", "local path"),
    "preferential_attachment": Text("优先连接", "preferential attachment"),
}
SCORE = Text("得分", "Score")
SIDES = ("a_name", "a_region_name", "b_name", "b_region_name")


@app.command("suggest")
def suggest_command(
    party: Annotated[str | None, typer.Argument(help="机构、载体或窗口 / organisation, carrier or window")] = None,
    region: Region = None, industry: Industry = None,
    cross_region: Annotated[bool, typer.Option("--cross-region", help="只要跨市（州）的 / across prefectures")] = False,
    method: Annotated[str | None, typer.Option(help="方法，不写为检验最好者 / method; else the best one")] = None,
    flows: Annotated[bool, typer.Option("--flows", help="改列尚无合作的调剂流向 / flows without partners")] = False,
    quality: Annotated[bool, typer.Option("--quality", help="改列各方法的回测质量 / how good each method is")] = False,
    as_of: Day = None, limit: Limit = 20, form: Form = Format.table, output: Output = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """建议的合作：谁还没有合作而可以合作 / who could work together and does not."""
    speaking, form, day = speak(lang), form_of(form, output), read_day(as_of)
    narrowed = party or region or industry or cross_region or method
    if ((flows or quality) and narrowed) or (flows and quality):
        reason = Text("--flows 与 --quality 不与其他筛选同用", "--flows and --quality stand alone")
        raise BadParameter(name="--flows" if flows else "--quality", value=narrowed or "", reason=reason)
    if method and method not in METHODS:
        raise BadParameter(name="--method", value=method, reason=" | ".join(METHODS))
    with opened(store) as opened_store:
        if quality:
            _quality(opened_store, day, form, output, speaking)
        elif flows:
            _flows(opened_store, day, form, output, limit, speaking)
        else:
            question = SuggestionQuestion.model_validate(
                {
                    "party": party, "region": region_code(region) if region else None, "method": method,
                    "industry": industry_code(industry) if industry else None, "cross_region": cross_region,
                    "as_of": day,
                }
            )  # fmt: skip
            with at_work(speaking):
                answer = suggestions(opened_store, question)
            _pairs(answer, form, output, limit, speaking)


def _pairs(answer: SuggestionAnswer, form: Format, output: Path | None, limit: int, lang: Lang) -> None:
    if form is not Format.table:
        page = answer.page(max(len(answer.pairs), 1))
        emit(form, [row.model_dump(mode="json") for row in page.data], page.model_dump(mode="json"), output,
             list(Suggestion.model_fields))  # fmt: skip
        return
    found = answer.rows(0, limit)
    heads = [Text("排名", "Rank"), Text("甲方", "One"), Text("所在地", "Place"), Text("乙方", "Other"),
             Text("所在地 ", "Place "), SCORE]  # fmt: skip
    columns = [head.get(lang) for head in heads]
    rows = [
        dict(zip(columns, (r.rank, *(getattr(r, name) for name in SIDES), f"{r.score:.3f}"), strict=True))
        for r in found
    ]
    used = METHOD_NAMES[answer.method]
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
    if not rows:
        raise typer.Exit(1)


def _flows(store: Store, day: date, form: Format, output: Path | None, limit: int, lang: Lang) -> None:
    with at_work(lang):
        answer = flow_gaps(store, day)
    if form is not Format.table:
        rows = [row.model_dump(mode="json") for row in answer.data]
        emit(form, rows, answer.model_dump(mode="json"), output, list(FlowGap.model_fields))
        return
    title = Text("宜建立合作的流向：调剂所需而两地尚无合作", "Flows of the allocation without a partnership")
    shown = [
        {
            **row.model_dump(),
            "quantity": f"{row.quantity:,.0f}",
            "service_type": row.service_types,
            "distance_km": f"{row.distance_km:,.0f}",
        }
        for row in answer.data[:limit]
    ]
    columns = ("from_name", "to_name", "service_type", "quantity", "distance_km")
    if shown:
        out().print(table(title.get(lang), columns, shown, lang))
    else:
        say(Text("调剂流向的两地之间都已有合作。", "All flows are between partners."), lang)
    out().print(meta_line(answer.meta, lang))


def _quality(store: Store, day: date, form: Format, output: Path | None, lang: Lang) -> None:
    with at_work(lang):
        answer = back_test(store, day)
    if form is not Format.table:
        rows = [_flat(row) for row in answer.data.methods]
        emit(form, rows, answer.model_dump(mode="json"), output)
        return
    heads = [Text("方法", "Method"), Text("平均精度（难例）", "AP, hard"), Text("最低–最高", "lowest–highest"),
             Text("AUC（难例）", "AUC, hard"), Text("前 50 命中", "True of first 50"),
             Text("平均精度（随机负例）", "AP, random")]  # fmt: skip
    columns = [head.get(lang) for head in heads]
    rows = [
        dict(
            zip(
                columns,
                (METHOD_NAMES[m.method].get(lang), f"{m.hard.average_precision:.3f}", f"{m.lowest:.3f}–{m.highest:.3f}",
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
    if not rows:
        raise typer.Exit(1)


def _base(made: BackTest) -> Text:
    """Return what the figures of all methods rest on."""
    splits, reachable, chance = len(made.splits), made.reachable or 0.0, made.base_rate or 0.0
    return Text(
        f"{splits} 次切分，新结成 {made.new:,} 对，其中 {reachable:.0%} 当时相隔两三步；"
        f"候选 {made.candidates:,} 对，随机猜中 {chance:.1%}",
        f"{splits} splits, {made.new:,} new pairs, {reachable:.0%} of them two or three steps apart; "
        f"{made.candidates:,} candidates, {chance:.1%} by chance",
    )


def _flat(row: MethodQuality) -> dict[str, object]:
    of = {"hard": row.hard, "random": row.random}
    split = {f"{name}_{k}": v for name, part in of.items() for k, v in part.model_dump().items()}
    return {"method": row.method, **split, **row.model_dump(exclude={"method", "hard", "random"})}
