"""The command that finds partners: who could help from elsewhere."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.options import (
    Day,
    Form,
    Freshness,
    Industry,
    Language,
    Limit,
    Output,
    Rates,
    StoreUrl,
    opened,
    read_day,
    speak,
)  # fmt: skip
from api.cli.output import Format, emit, form_of, meta_line, out, say, table, tell_more
from api.questions.codes import industry_code, region_code
from api.questions.declaration import FRESHNESS_DAYS
from api.questions.signals import note_in_vain
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Lang, Text
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion
from queries.demand import read_rates
from queries.partners.candidates import PARTS, Partner, PartnerQuestion, RegionPair
from queries.partners.find import PartnerAnswer, partners
from queries.partners.matrix import complementarity_matrix
from queries.partners.wording import PART_NAMES

app = typer.Typer()
Several = list[str] | None
SCORE = Text("得分", "Score")
FILTERS = {
    "service_types": Text("服务类型", "service type"), "industry": Text("产业", "industry"),
    "dimensions": Text("合作维度", "dimension"), "level": Text("级别", "level"), "mode": Text("方式", "mode"),
    "max_km": Text("距离", "distance"), "shareable": Text("可共享", "shareable"),
    "min_spare": Text("余量", "spare capacity"),
}  # fmt: skip


@app.command("partners")
def partners_command(
    requester: Annotated[str | None, typer.Argument(help="求助方：代码、标识或名称 / who asks")] = None,
    matrix: Annotated[bool, typer.Option("--matrix", help="地区互补矩阵 / complementarity of regions")] = False,
    matrix_level: Annotated[str, typer.Option(help="矩阵层级 / prefecture or zone")] = "prefecture",
    candidates: Annotated[str, typer.Option(help="organization, carrier 或 all / whom to take")] = "organization",
    service_type: Annotated[Several, typer.Option(help="服务类型，可重复 / service type, repeatable")] = None,
    industry: Industry = None,
    dimension: Annotated[Several, typer.Option(help="合作维度，可重复 / dimension, repeatable")] = None,
    level: Annotated[str | None, typer.Option(help="最低级别 / lowest level")] = None,
    mode: Annotated[str | None, typer.Option(help="online 或 offline / mode")] = None,
    max_km: Annotated[float | None, typer.Option(min=0, help="最远公里数 / farthest, km")] = None,
    shareable: Annotated[bool, typer.Option("--shareable", help="只要可共享的 / only shareable")] = False,
    min_spare: Annotated[float | None, typer.Option(min=0, help="最少余量 / least spare capacity")] = None,
    weight: Annotated[Several, typer.Option(help="权重，如 reach=30，可重复 / weight, e.g. reach=30")] = None,
    pin: Annotated[Several, typer.Option(help="指定候选 / candidate that stands first")] = None,
    exclude: Annotated[Several, typer.Option(help="排除候选 / candidate to leave out")] = None,
    as_of: Day = None, freshness_days: Freshness = FRESHNESS_DAYS, rates: Rates = None, limit: Limit = 10,
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """合作伙伴：别处谁能帮上忙 / who could help from elsewhere."""
    speaking, form = speak(lang), form_of(form, output)
    day, used = read_day(as_of), read_rates(rates) if rates else read_settings().rates()
    if matrix == (requester is not None):
        reason = Text("求助方与 --matrix 二者取一", "a requester or --matrix, one of them")
        raise BadParameter(name="REQUESTER", value=requester or "", reason=reason)
    if matrix:
        asked = CoverageQuestion(as_of=day, freshness_days=freshness_days, rates=used)
        with opened(store) as opened_store:
            _matrix(opened_store, asked, matrix_level, form, output, limit, speaking)
        return
    for name, value, allowed in (
        ("--candidates", candidates, ("organization", "carrier", "all")), ("--mode", mode, (None, "online", "offline"))
    ):  # fmt: skip
        if value not in allowed:
            raise BadParameter(name=name, value=value, reason=" | ".join(a for a in allowed if a))
    question = PartnerQuestion.model_validate(
        {
            "requester": requester, "candidates": candidates, "mode": mode, "max_km": max_km, "shareable": shareable,
            "service_types": tuple(vocabulary("service_types").resolve(t) for t in service_type or ()),
            "industry": industry_code(industry) if industry else None,
            "dimensions": tuple(vocabulary("cooperation_dimensions").resolve(d) for d in dimension or ()),
            "level": vocabulary("levels").resolve(level) if level else None,
            "min_spare": min_spare, "weights": _weights(weight), "pins": tuple(pin or ()),
            "exclude": tuple(exclude or ()), "as_of": day, "freshness_days": freshness_days, "rates": used,
        }
    )  # fmt: skip
    with opened(store) as opened_store:
        answer = partners(opened_store, question, region_code)
        note_in_vain(opened_store, question, answer)
        _answer(answer, form, output, limit, speaking)


def _weights(given: Several) -> dict[str, float] | None:
    """Return weights from texts such as reach=30."""
    found: dict[str, float] = {}
    for text in given or ():
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            raise BadParameter(name="--weight", value=text, reason=f"{'|'.join(PARTS)}=…") from error
    return found or None


def _answer(answer: PartnerAnswer, form: Format, output: Path | None, limit: int, lang: Lang) -> None:
    if form is Format.table:
        show(answer, limit, lang)
    else:
        rows = [row.model_dump(mode="json") for row in answer.rows()]
        page = answer.page(max(len(rows), 1))
        emit(form, rows, page.model_dump(mode="json"), output, list(Partner.model_fields))
    if not len(answer.ranked):
        raise typer.Exit(1)


def show(answer: PartnerAnswer, limit: int, lang: Lang) -> None:
    """Print the best candidates, a sentence for each; or what to drop where nobody fits."""
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


def _matrix(
    store: Store, asked: CoverageQuestion, level: str, form: Format, output: Path | None, limit: int, lang: Lang
) -> None:
    """Print which regions complete each other."""
    if level not in ("prefecture", "zone"):
        raise BadParameter(name="--matrix-level", value=level, reason="prefecture | zone")
    answer = complementarity_matrix(store, asked, level="zone" if level == "zone" else "prefecture")
    if form is not Format.table:
        rows = [pair.model_dump(mode="json") for pair in answer.data]
        emit(form, rows, answer.model_dump(mode="json"), output, list(RegionPair.model_fields))
        return
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
        for p in answer.data[:limit]
    ]  # fmt: skip
    title = Text("地区互补（次/年），互补最多者在前", "What regions can do for each other, services a year")
    out().print(table(title.get(lang), heads, rows, lang))
    out().print(meta_line(answer.meta, lang))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
