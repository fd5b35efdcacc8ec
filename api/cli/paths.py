"""Commands that find who could help from elsewhere: paths."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.options import Day, Form, Industry, Language, Output, ServiceType, StoreUrl, opened, read_day, speak
from api.cli.output import Format, emit, form_of, meta_line, out, say, table
from graph import schema
from graph.language import Lang, Text
from graph.places import gazetteer
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.paths.explanation import Path as FoundPath
from queries.paths.explanation import PathNode
from queries.paths.find import PathAnswer, paths
from queries.paths.missing import NoPath, Reach
from queries.paths.question import PathQuestion
from queries.paths.scoring import HUB_PENALTY

app = typer.Typer()


@app.command("paths")
def paths_command(
    start: Annotated[str, typer.Argument(metavar="FROM", help="起点：名称或标识 / name or key")],
    end: Annotated[str | None, typer.Argument(metavar="[TO]", help="终点；不写则按服务类型找机构 / or none")] = None,
    service_type: ServiceType = None, industry: Industry = None,
    k: Annotated[int, typer.Option("-k", help="条数 / how many")] = 5,
    max_hops: Annotated[int, typer.Option(help="最多步数 / most edges")] = 6,
    hub_penalty: Annotated[float, typer.Option(help="枢纽惩罚，0 为无 / penalty of hubs")] = HUB_PENALTY,
    must_pass: Annotated[list[str] | None, typer.Option(metavar="NODE", help="必经，可重复 / pass through")] = None,
    must_avoid: Annotated[list[str] | None, typer.Option(metavar="NODE", help="避开，可重复 / avoid")] = None,
    edge_types: Annotated[str | None, typer.Option(metavar="TYPE,…", help="只用这些连线 / only these edges")] = None,
    dimensions: Annotated[str | None, typer.Option(metavar="…,…", help="合作维度 / of partnerships")] = None,
    cross_region: Annotated[bool, typer.Option("--cross-region", help="须跨市州 / leave the prefecture")] = False,
    diverse: Annotated[bool, typer.Option("--diverse", help="互不雷同 / unlike each other")] = False,
    as_of: Day = None, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """合作路径：谁能从别处帮上忙 / who could help from elsewhere, and through whom."""
    speaking, form = speak(lang), form_of(form, output)
    question = PathQuestion(
        start=start, end=end, k=k, max_hops=max_hops, hub_penalty=hub_penalty,
        service_type=vocabulary("service_types").resolve(service_type) if service_type else None,
        industry=gazetteer.chain(industry) if industry else None,
        must_pass=tuple(must_pass or ()), must_avoid=tuple(must_avoid or ()), edge_types=tuple(_parts(edge_types)),
        dimensions=tuple(vocabulary("cooperation_dimensions").resolve(d) for d in _parts(dimensions)),
        cross_region=cross_region, diverse=diverse, as_of=read_day(as_of),
    )  # fmt: skip
    with opened(store) as opened_store:
        _answer(opened_store, question, form, output, speaking)


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _answer(store: Store, question: PathQuestion, form: Format, output: Path | None, lang: Lang) -> None:
    answer = paths(store, question, gazetteer.region)
    if form is Format.table:
        _show(answer, lang)
    else:
        rows = [{"rank": rank, **_row(path)} for rank, path in enumerate(answer.data, start=1)]
        emit(form, rows, answer.model_dump(mode="json"), output, ["rank", *_COLUMNS])
    if not answer.data:
        raise typer.Exit(1)


_COLUMNS = ("score", "hops", "nodes", "labels", "edges", "sources", "cypher")


def _row(path: FoundPath) -> dict[str, Any]:
    """Return a path as one row of a table."""
    return {
        "score": path.score,
        "hops": path.hops,
        "nodes": [node.name or node.key for node in path.nodes],
        "labels": [node.label for node in path.nodes],
        "edges": [edge.type for edge in path.edges],
        "sources": path.sources,
        "cypher": path.cypher,
    }


def _show(answer: PathAnswer, lang: Lang) -> None:
    """Print each path as its steps, with what each adds to the score."""
    for rank, path in enumerate(answer.data, start=1):
        title = Text(
            f"路径 {rank}：{path.hops} 步，得分 {path.score:.3f}",
            f"Path {rank}: {path.hops} hops, score {path.score:.3f}",
        )
        out().print(table(title.get(lang), ["name", "kind", "adds"], _steps(path, lang), lang))
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
        lines.append({"name": node.name or node.key, "kind": label, "adds": _value(hub)})
        if way:
            edge, value = way
            what = schema.relationship_types()[edge.type][0].label.get(lang)
            more = f" · {dimensions.text(edge.dimension, lang)}" if edge.dimension else ""
            arrow = "↓" if edge.from_key == node.key else "↑"
            lines.append({"name": f"  {arrow} {what}{more}", "kind": "", "adds": _value(value)})
    return lines


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


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
                f"若建立合作：{a} — {b}，即有 {link.hops} 步、得分 {link.score:.3f} 的路径",
                f"A partnership of {a} and {b} would make a path of {link.hops} hops, score {link.score:.3f}",
            ),
            lang,
        )
    for free in why.relaxations:
        option = f"--{free.drop.replace('_', '-')}"
        say(
            Text(
                f"放宽 {option}，即有 {free.hops} 步、得分 {free.score:.3f} 的路径",
                f"Without {option} there is a path of {free.hops} hops, score {free.score:.3f}",
            ),
            lang,
        )


def _reach(side: Text, far: Reach, lang: Lang) -> Text:
    if not far.count:
        return Text(f"{side.zh}到不了任何节点", f"{side.en} reaches nothing")
    farthest = _called(far.furthest, lang)
    return Text(
        f"{side.zh}可到 {far.count:,} 个节点，最远 {far.hops} 步：{farthest}",
        f"{side.en} reaches {far.count:,} nodes, the farthest in {far.hops} hops: {farthest}",
    )
