"""The command that finds partners: who could help from elsewhere."""

from typing import Any

import typer

from api.cli.command import Answered, Instead, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.partners import MATRIX, PARTNERS
from graph.language import Lang, Text
from queries.answers import ListAnswer
from queries.partners.candidates import PARTS, Partner, PartnerQuestion, RegionPair
from queries.partners.find import PartnerAnswer
from queries.partners.wording import PART_NAMES

app = typer.Typer()
SCORE = Text("得分", "Score")
FILTERS = {
    "service_types": Text("服务类型", "service type"), "industry": Text("产业", "industry"),
    "dimensions": Text("合作维度", "dimension"), "level": Text("级别", "level"), "mode": Text("方式", "mode"),
    "max_km": Text("距离", "distance"), "shareable": Text("可共享", "shareable"),
    "min_spare": Text("余量", "spare capacity"),
}  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _show_matrix(made: Answered[Any, ListAnswer[RegionPair]]) -> None:
    """Print which regions complete each other."""
    answer, lang = made.answer, made.lang
    heads = {
        "zh": ("甲", "乙", "甲补乙", "占乙缺口", "乙补甲", "占甲缺口", "公里"),
        "en": ("A", "B", "A to B", "of B's unmet", "B to A", "of A's unmet", "km"),
    }[lang]
    rows = [
        dict(
            zip(
                heads,
                (p.a_name, p.b_name, f"{p.a_to_b:,.0f}", _share(p.a_to_b_share), f"{p.b_to_a:,.0f}",
                 _share(p.b_to_a_share), f"{p.distance_km:,.0f}"),
                strict=True,
            )
        )
        for p in answer.data[: made.limit]
    ]  # fmt: skip
    title = Text("地区互补（次/年），互补最多者在前", "What regions can do for each other, services a year")
    out().print(table(title.get(lang), heads, rows, lang))
    out().print(meta_line(answer.meta, lang))


@app.command("partners")
@derived(PARTNERS, limit=10, instead={"matrix": Instead(MATRIX, _show_matrix)})
def show_partners(made: Answered[PartnerQuestion, PartnerAnswer]) -> None:
    """Print the best candidates, a sentence for each; or what to drop where nobody fits."""
    answer, limit, lang = made.answer, made.limit, made.lang
    found, total = answer.rows(0, limit), len(answer.ranked)
    title = Text(f"{answer.who.name}：可求助的伙伴", f"Partners for {answer.who.name}")
    rows = [_row(row, lang) for row in found]
    headings = [PART_NAMES[part].get(lang) for part in PARTS]
    columns = ["rank", "name", "region_name", SCORE.get(lang), *headings]
    if rows:
        out().print(table(title.get(lang), columns, rows, lang))
        for row in found:
            out().print(row.explanation if lang == "zh" else row.explanation_en, soft_wrap=True)
    else:
        say(Text("没有符合条件的候选。", "Nobody fits."), lang)
    between = "、" if lang == "zh" else ", "
    for way in answer.relaxations:
        dropped = between.join(FILTERS[name].get(lang) for name in way.drop)
        said = Text(f"· 去掉“{dropped}”：{way.candidates:,} 个候选", f"· drop {dropped}: {way.candidates:,} candidates")
        out().print(said.get(lang))
    tell_more(len(rows), total, lang)
    out().print(meta_line(answer.meta, lang))


def _row(row: Partner, lang: Lang) -> dict[str, Any]:
    parts = {PART_NAMES[part].get(lang): "–" if value is None else f"{value:.2f}" for part, value in row.parts.items()}
    said = {SCORE.get(lang): f"{row.score:.3f}"}
    return {"rank": row.rank, "name": row.name, "region_name": row.region_name, **said, **parts}
