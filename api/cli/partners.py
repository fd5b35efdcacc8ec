"""The command that finds partners: who could help from elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from api.cli.command import Answered, Instead, derived
from api.cli.output import ROOMY, meta_line, out, say, table, tell_more
from api.questions.partner_sets import FEWEST
from api.questions.partners import MATRIX, PARTNERS
from graph.language import Lang, Text
from graph.places.english import name_in
from queries.answers import Answer, ListAnswer
from queries.partners.candidates import PARTS, Partner, PartnerQuestion, PartnerSet, RegionPair
from queries.partners.find import PartnerAnswer
from queries.partners.wording import PART_NAMES, said_of_set
from viz.numbers import amount

app = typer.Typer()
SCORE = Text("得分", "Score")
WAYS: tuple[tuple[str, Lang], ...] = (("，", "zh"), (", ", "en"))
MEETS, OF_GAP, KM = Text("可补", "Would meet"), Text("占缺口", "of the gap"), Text("公里", "km")
FILLS, ALONE = Text("合力补", "Fills"), Text("单独可补", "Alone")
FILTERS = {
    "service_types": Text("服务类型", "service type"), "industry": Text("产业", "industry"),
    "dimensions": Text("合作维度", "dimension"), "level": Text("级别", "level"), "mode": Text("方式", "mode"),
    "max_km": Text("距离", "distance"), "shareable": Text("可共享", "shareable"),
    "min_spare": Text("余量", "spare capacity"),
}  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _amount(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _services(value: float | None) -> str:
    return "–" if value is None else amount(value)


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
                (p.a_name, p.b_name, _services(p.a_to_b), _share(p.a_to_b_share), _services(p.b_to_a),
                 _share(p.b_to_a_share), _amount(p.distance_km)),
                strict=True,
            )
        )
        for p in answer.data[: made.limit]
    ]  # fmt: skip
    title = Text("地区互补（次/年），互补最多者在前", "What regions can do for each other, services a year")
    out().print(table(title.get(lang), heads, rows, lang))
    tell_more(len(rows), len(answer.data), lang)
    out().print(meta_line(answer.meta, lang))


def _show_fewest(made: Answered[Any, Answer[PartnerSet]]) -> None:
    """Print the fewest partners, how much they fill, and how sure it is that fewer cannot."""
    found, lang = made.answer.data, made.lang
    rows = [
        {**m.model_dump(include={"name", "region_name"}), SCORE.get(lang): f"{m.score:.3f}",
         KM.get(lang): _amount(m.distance_km),
         FILLS.get(lang): _services(m.fills), ALONE.get(lang): _services(m.would_meet)}
        for m in found.members[: made.limit]
    ]  # fmt: skip
    for line in said_of_set(found, lang):
        out().print(line, soft_wrap=True)
    if rows:
        columns = ["name", "region_name", KM.get(lang), FILLS.get(lang), ALONE.get(lang), SCORE.get(lang)]
        title = Text(
            f"{found.requester.name}：最少的伙伴组合（次/年）",
            f"Fewest partners for {name_in('en', found.requester.name)}",
        )
        out().print(table(title.get(lang), columns, rows, lang))
    tell_more(len(rows), len(found.members), lang)
    out().print(meta_line(made.answer.meta, lang))


@app.command("partners")
@derived(PARTNERS, limit=10, instead={"matrix": Instead(MATRIX, _show_matrix), "fewest": Instead(FEWEST, _show_fewest)})
def show_partners(made: Answered[PartnerQuestion, PartnerAnswer]) -> None:
    """Print the best candidates, a sentence for each; or what to drop where nobody fits."""
    answer, limit, lang = made.answer, made.limit, made.lang
    found, total = answer.rows(0, limit), len(answer.ranked)
    title = Text(f"{answer.who.name}：可求助的伙伴", f"Partners for {name_in('en', answer.who.name)}")
    rows = [_row(row, lang) for row in found]
    apart, same = parts_apart(found)
    shown = apart if out().width >= ROOMY else []
    figures = [text.get(lang) for text in (MEETS, OF_GAP, KM)]
    columns = ["rank", "name", "region_name", SCORE.get(lang), *figures, *(PART_NAMES[p].get(lang) for p in shown)]
    if rows:
        out().print(table(title.get(lang), columns, rows, lang))
        if same:
            say(_alike(same), lang)
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


def parts_apart(found: Sequence[Partner]) -> tuple[list[str], dict[str, float | None]]:
    """Return the parts in which those who are shown differ, and the value of the others, which tell nobody apart."""
    values = {part: {None if (v := row.parts[part]) is None else round(v, 2) for row in found} for part in PARTS}
    alike = {part: next(iter(v)) for part, v in values.items() if len(v) == 1} if len(found) > 1 else {}
    return [part for part in PARTS if part not in alike], alike


def _alike(same: Mapping[str, float | None]) -> Text:
    parts = [(PART_NAMES[part], "–" if value is None else f"{value:.2f}") for part, value in same.items()]
    zh, en = (joined.join(f"{name.get(lang)} {value}" for name, value in parts) for joined, lang in WAYS)
    return Text(f"所列各家相同：{zh}。", f"The same for all listed: {en}.")


def _row(row: Partner, lang: Lang) -> dict[str, Any]:
    parts = {PART_NAMES[part].get(lang): "–" if value is None else f"{value:.2f}" for part, value in row.parts.items()}
    said = {SCORE.get(lang): f"{row.score:.3f}", MEETS.get(lang): _services(row.would_meet),
            OF_GAP.get(lang): _share(row.share_met),
            KM.get(lang): _amount(row.distance_km)}  # fmt: skip
    return {"rank": row.rank, "name": row.name, "region_name": row.region_name, **said, **parts}
