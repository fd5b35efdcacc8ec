"""The command that allocates: who could give how much to whom."""

from typing import Any

import typer

from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.allocation import ALLOCATE
from api.questions.code_words import LEVELS
from graph.language import Text
from queries.allocation.flows import Allocation, AllocationQuestion
from queries.amounts import figure
from queries.answers import Answer

app = typer.Typer()
FLOWS = ("from_name", "to_name", "industry_name", "service_type", "quantity", "distance_km")
LIMITS = {
    "limit_km": Text("距离不超过 {} 公里", "no flow beyond {} km"),
    "max_partners": Text("每县每链每类最多 {} 个供给地", "at most {} givers for each county, chain and type"),
    "within": Text("不出{}", "not beyond the {}"),
}
REASONS = {
    "no_spare": Text("没有余量", "nothing to spare"),
    "limited": Text("受限制", "kept away by a limit"),
    "exhausted": Text("余量用尽", "used up"),
}


@app.command("allocate")
@derived(ALLOCATE, limit=20)
def show_allocation(made: Answered[AllocationQuestion, Answer[Allocation]]) -> None:
    """Print the sums, the largest flows, what remains most, and what limits cost."""
    answer, limit, lang = made.answer, made.limit, made.lang
    data = answer.data
    out().print(_summary(data).get(lang), soft_wrap=True)
    moved = [flow for flow in data.flows if flow.from_ != flow.to]
    flows = [_flow(flow.model_dump()) for flow in moved[:limit]]
    by_chain = any([*(flow.industry for flow in data.flows), *(rest.industry for rest in data.remainder)])
    columns = [c for c in FLOWS if by_chain or c != "industry_name"]
    title = Text("两地之间的流向，量大者在前", "Flows from place to place, largest first").get(lang)
    if flows:
        out().print(table(title, columns, flows, lang))
    tell_more(len(flows), len(moved), lang)
    left = [{**r.model_dump(), "reason": REASONS[r.reason].get(lang)} for r in data.remainder[:limit]]
    if left:
        title = Text("仍缺，最多者在前", "Still unmet, most first").get(lang)
        shown = [c for c in ("region_name", "industry_name", "service_type", "unmet", "left", "reason") if c in columns
                 or c not in FLOWS]  # fmt: skip
        out().print(table(title, shown, left, lang))
        tell_more(len(left), len(data.remainder), lang)
    for cost in data.limits:
        value = LEVELS[str(cost.value)].get(lang) if cost.limit == "within" else f"{cost.value:g}"
        said = Text(
            f"少满足 {figure(cost.met_lost, 1)} 次/年，少走 {cost.service_km_saved:,.0f} 次·公里",
            f"{figure(cost.met_lost, 1)} services a year fewer met, {cost.service_km_saved:,.0f} service-km less",
        )
        out().print(f"· {LIMITS[cost.limit].get(lang).format(value)}: {said.get(lang)}", soft_wrap=True)
    for assumed in data.assumptions:
        say(Text(assumed.text_zh, assumed.text_en), lang)
    out().print(meta_line(answer.meta, lang))


def _summary(data: Allocation) -> Text:
    if data.unmet_before <= 0:
        return Text(
            f"所问范围没有已知的缺口（需求没有报送，或都已满足），无可调剂；余量 {data.spare:,.0f}。",
            f"No unmet demand is known in what was asked about (none reported, or all met): nothing to allocate; "
            f"{data.spare:,.0f} to spare.",
        )
    far, apart = _kilometres(data.mean_km), _kilometres(data.mean_km_between)
    share = f"{data.met / data.unmet_before:.1%}" if data.unmet_before > 0 else "–"
    proven = Text("已证明最优", "proven optimal") if data.gap <= 1e-6 else Text(
        f"与上界相差 {data.gap:.1%}", f"{data.gap:.1%} below the bound"
    )  # fmt: skip
    between = data.met - data.met_inside
    return Text(
        f"缺口 {data.unmet_before:,.0f} 次/年，余量 {data.spare:,.0f}；可调剂 {data.met:,.0f}（{share}，{proven.zh}）"
        f"{far.zh}：市州之内 {data.met_inside:,.0f}，市州之间 {between:,.0f}{apart.zh}；"
        f"仍缺 {data.unmet_after:,.0f}。",
        f"{data.unmet_before:,.0f} services a year unmet, {data.spare:,.0f} to spare: {data.met:,.0f} can be met "
        f"({share}, {proven.en}){far.en}: {data.met_inside:,.0f} within prefectures, {between:,.0f} between them"
        f"{apart.en}; {data.unmet_after:,.0f} stay unmet.",
    )


def _kilometres(mean: float | None) -> Text:
    """Say over how many kilometres services go on average; of what does not flow nothing is said."""
    if mean is None:
        return Text("", "")
    return Text(f"（平均 {mean:,.0f} 公里）", f" (over {mean:,.0f} km on average)")


def _flow(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "distance_km": f"{row['distance_km']:,.0f}"}
