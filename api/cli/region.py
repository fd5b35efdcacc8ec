"""``shuniu region``: one place, where it lies, what is on record there, and how its services are covered."""

from typing import Any

import typer

from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.regions import REGION
from graph.language import Text
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from queries.answers import Answer
from queries.regions import RegionReport

app = typer.Typer()


@app.command("region")
@derived(REGION, limit=30)
def show_region(made: Answered[Any, Answer[RegionReport]]) -> None:
    """Show the place and what is there, then a line for each service type."""
    found, lang = made.answer.data, made.lang
    for line in (_place(found), _on_record(found), _below(found)):
        if line:
            say(line, lang)
    rows = [REGION.flat(cell) for cell in found.coverage[: made.limit]]
    title = Text("各服务类型的覆盖情况", "Coverage of each service type")
    out().print(table(title.get(lang), REGION.shown, rows, lang))
    tell_more(len(rows), len(found.coverage), lang)
    out().print(meta_line(made.answer.meta, lang))


def _place(found: RegionReport) -> Text:
    """Return the place's name and code, what it lies in, and what is known of its people and economy."""
    within = [Text(ref.region_name, name_in("en", ref.region_name)) for ref in found.parents[:1]]
    within += [vocabulary("economic_zones")[found.zone].label] if found.zone else []
    zh = [f"{found.region_name}（{found.region}）", *(part.zh for part in within)]
    en = [f"{name_in('en', found.region_name)} ({found.region})", *(part.en for part in within)]
    if found.population is not None:
        zh.append(f"人口 {found.population / 1e4:,.1f} 万（2020 年普查）")
        en.append(f"{found.population:,} people (census 2020)")
    if found.gdp is not None:
        zh.append(f"地区生产总值 {found.gdp:,.0f} 亿元（2023 年）")
        en.append(f"GDP {found.gdp / 10:,.1f} billion yuan (2023)")
    return Text(" · ".join(zh), " · ".join(en))


def _on_record(found: RegionReport) -> Text:
    """Return how many windows, carriers, organisations, resources and listed enterprises there are."""
    n = found.counts
    return Text(
        f"已登记：窗口与站点 {n.windows:,}，服务载体 {n.carriers:,}，机构 {n.organizations:,}，"
        f"服务资源 {n.resources:,}，逐家列出的企业 {n.enterprises:,}",
        f"On record: windows and stations {n.windows:,}, carriers {n.carriers:,}, organisations {n.organizations:,}, "
        f"resources {n.resources:,}, enterprises listed one by one {n.enterprises:,}",
    )


def _below(found: RegionReport) -> Text | None:
    """Return what lies right below, by name; that it lies there need not be said of each."""
    if not found.children:
        return None
    number, within = len(found.children), f", {name_in('en', found.region_name)}"
    zh = "、".join(ref.region_name for ref in found.children)
    en = ", ".join(name_in("en", ref.region_name).removesuffix(within) for ref in found.children)
    return Text(f"下辖 {number} 个：{zh}", f"{number} below: {en}")
