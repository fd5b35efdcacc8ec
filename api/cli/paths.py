"""Commands that find who could help from elsewhere: paths."""

from typing import Any

import typer

from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table
from api.questions.paths import PATHS
from graph import schema
from graph.language import Lang, Text, counted
from graph.vocabulary import vocabulary
from queries.paths.explanation import Path as FoundPath
from queries.paths.explanation import PathNode
from queries.paths.find import PathAnswer
from queries.paths.missing import NoPath, Reach
from queries.paths.question import PathQuestion
from viz.numbers import number

app = typer.Typer()
OFFERS_NAMED = 3
"""Service types that a line of a path names."""


@app.command("paths")
@derived(PATHS, limit=None)
def show_paths(made: Answered[PathQuestion, PathAnswer]) -> None:
    """Print each path as its steps, with what each adds to the score."""
    answer, lang = made.answer, made.lang
    for rank, path in enumerate(answer.data, start=1):
        title = Text(
            f"路径 {rank}：{path.hops} 步，得分 {number(path.score, 3)}",
            f"Path {rank}: {path.hops} hops, score {number(path.score, 3)}",
        )
        out().print(table(title.get(lang), ["name", "kind", "offers", "adds"], _steps(path, lang), lang))
        out().print()
    if answer.explanation:
        _explain(answer.explanation, lang)
    out().print(meta_line(answer.meta, lang))


def _steps(path: FoundPath, lang: Lang) -> list[dict[str, Any]]:
    """Return the lines of a path: node, edge, node, edge, … node."""
    lines: list[dict[str, Any]] = []
    hubs = [None, *(c.value for c in path.contributions if c.kind == "hub"), None]
    ways = [*zip(path.edges, (c.value for c in path.contributions if c.kind == "edge"), strict=True), None]
    dimensions = vocabulary("cooperation_dimensions")
    for node, hub, way in zip(path.nodes, hubs, ways, strict=True):
        label = schema.nodes()[node.label].label.get(lang)
        said = {"name": node.name or node.key, "kind": label, "offers": _offers(node, lang)}
        lines.append({**said, "adds": _value(hub)})
        if way:
            edge, value = way
            what = schema.relationship_types()[edge.type][0].label.get(lang)
            more = f" · {dimensions.text(edge.dimension, lang)}" if edge.dimension else ""
            arrow = "↓" if edge.from_key == node.key else "↑"
            lines.append({"name": f"  {arrow} {what}{more}", "kind": "", "offers": "", "adds": _value(value)})
    return lines


def _offers(node: PathNode, lang: Lang) -> str:
    """Return what somebody on a path has to exchange."""
    if not node.resources:
        return ""
    named = [vocabulary("service_types").text(id_, lang) for id_ in node.offers[:OFFERS_NAMED]]
    if lang == "zh":
        return f"{'、'.join(named)}{'等' if len(node.offers) > OFFERS_NAMED else ''}（{node.resources:,} 项资源）"
    return (
        f"{', '.join(named)}{' …' if len(node.offers) > OFFERS_NAMED else ''} ({counted(node.resources, 'resource')})"
    )


def _value(value: float | None) -> str:
    return "" if value is None else number(value, 3)


def _called(node: PathNode, lang: Lang) -> str:
    label = schema.nodes()[node.label].label.get(lang)
    return f"{node.name or node.key}（{label}）" if lang == "zh" else f"{node.name or node.key} ({label})"


def _explain(why: NoPath, lang: Lang) -> None:
    """Print why there is no path, and what would change that."""
    say(Text(why.reason_zh, why.reason_en), lang)
    sides = ((Text("起点一侧", "The start"), why.start_reach), (Text("终点一侧", "The end"), why.end_reach))
    for side, far in sides:
        if far:
            say(_reach(side, far, lang), lang)
    for link in why.missing_links:
        a, b = _called(link.a, lang), _called(link.b, lang)
        say(
            Text(
                f"若建立合作：{a} — {b}，即有 {link.hops} 步、得分 {number(link.score, 3)} 的路径",
                f"A partnership of {a} and {b} would make a path of {link.hops} hops, score {number(link.score, 3)}",
            ),
            lang,
        )
    for free in why.relaxations:
        option = f"--{free.drop.replace('_', '-')}"
        say(
            Text(
                f"放宽 {option}，即有 {free.hops} 步、得分 {number(free.score, 3)} 的路径",
                f"Without {option} there is a path of {free.hops} hops, score {number(free.score, 3)}",
            ),
            lang,
        )


def _reach(side: Text, far: Reach, lang: Lang) -> Text:
    if not far.count:
        return Text(f"{side.zh}到不了任何节点", f"{side.en} reaches nothing")
    farthest = _called(far.furthest, lang)
    return Text(
        f"{side.zh}可到 {far.count:,} 个节点，最远 {far.hops} 步：{farthest}",
        f"{side.en} reaches {counted(far.count, 'node')}, the farthest in {counted(far.hops, 'hop')}: {farthest}",
    )
