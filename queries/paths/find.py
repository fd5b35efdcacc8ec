"""Who could help from elsewhere, and through whom? The best collaboration paths (method.md, section 5)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import Field

from graph.errors import BadParameter, ShuniuError
from graph.language import Lang, Text
from graph.stores.base import Store
from queries.answers import Answer, ListAnswer, Meta, Result, meta
from queries.paths.explanation import Path, PathNode, PathRoute, described, node_of, route
from queries.paths.graph import PathGraph, path_graph
from queries.paths.missing import NoPath, PathRelaxation, missing_links, reach
from queries.paths.node_lookup import Places
from queries.paths.question import ANY, MOST_HOPS, PathQuestion, ResolvedQuestion, check, understood
from queries.paths.scoring import hub_costs
from queries.paths.search import EXAMINED, different, search
from queries.solvers.arcs import Arcs

LANGUAGES: tuple[Lang, ...] = ("zh", "en")
MOST_PAIRS = 100
FILTERS = ("must_pass", "must_avoid", "through", "edge_types", "dimensions", "cross_region", "industry", "max_hops")
"""What an answer without a path tries to do without."""
FREE: dict[str, Any] = {"max_hops": MOST_HOPS, "through": (ANY,)}
"""What stands for no filter, where the default is one."""


class PathAnswer(ListAnswer[Path]):
    """The best paths, best first; where there is none, why."""

    start: PathNode
    end: PathNode | None = Field(description="终点；寻找提供机构时为空 / null where any provider is looked for")
    explanation: NoPath | None = Field(default=None, description="没有路径时的说明 / why there is none")


class PairPaths(Result):
    """The answer for one pair of a batch, or what is wrong with it."""

    question: PathQuestion
    paths: list[Path]
    explanation: NoPath | None = None
    error_zh: str | None = None
    error_en: str | None = None


def paths(store: Store, question: PathQuestion, places: Places | None = None) -> PathAnswer:
    """Return the k best loopless paths, by score, then by node in the order of the graph (label, then key).

    Args:
        store: Where the graph is kept.
        question: Ends by key or name; codes for the rest.
        places: Tells the code of a place by names that the graph does not know.

    Raises:
        UnknownNode, AmbiguousNode, AmbiguousRegion: an end or a named node is none, or several.
        UnknownCode: an edge type or dimension is none of ours.
        BadParameter: a number out of range, the same node at both ends, or filters that contradict each other.
    """
    check(question)
    with store.read() as session:
        version, graph = path_graph(store, session, question.as_of)
        asked = understood(graph, question, places)
        arcs = graph.arcs(asked.limits, asked.allowed)
        best = described(session, graph, _best(arcs, asked, question))
    end = node_of(graph, int(np.argmax(asked.targets))) if question.end else None
    start = node_of(graph, asked.start)
    return PathAnswer(
        data=best, total=len(best), start=start, end=end, meta=_meta(version, question, best, [start, end]),
        explanation=None if best else _explanation(graph, arcs, asked, question, places),
    )  # fmt: skip


def paths_batch(
    store: Store, questions: Sequence[PathQuestion], places: Places | None = None
) -> Answer[list[PairPaths]]:
    """Answer several questions about one day, in their order; what is wrong with one does not stop the others.

    Raises:
        BadParameter: none or too many questions, or of different days.
    """
    if not 1 <= len(questions) <= MOST_PAIRS:
        raise BadParameter(name="pairs", value=len(questions), reason=f"1 … {MOST_PAIRS}")
    if len({q.as_of for q in questions}) > 1:
        reason = Text("一次只能问同一天", "all must be of one day")
        raise BadParameter(name="as_of", value=len({q.as_of for q in questions}), reason=reason)
    with store.read() as session:
        version, graph = path_graph(store, session, questions[0].as_of)
        answers = [_pair(graph, question, places) for question in questions]
        best = iter(described(session, graph, [r for _, routes in answers for r in routes]))
    data = [answer.model_copy(update={"paths": [next(best) for _ in routes]}) for answer, routes in answers]
    found = [path for answer in data for path in answer.paths]
    return Answer(data=data, meta=_meta(version, questions[0], found, [], pairs=len(questions)))


def _pair(graph: PathGraph, question: PathQuestion, places: Places | None) -> tuple[PairPaths, list[PathRoute]]:
    """Return the answer without its paths, and what they run along."""
    try:
        check(question)
        asked = understood(graph, question, places)
        arcs = graph.arcs(asked.limits, asked.allowed)
        found = _best(arcs, asked, question)
    except ShuniuError as error:
        zh, en = (f"{error.say(lang)} {error.way_out(lang)}".strip() for lang in LANGUAGES)
        return PairPaths(question=question, paths=[], error_zh=zh, error_en=en), []
    explanation = None if found else _explanation(graph, arcs, asked, question, places)
    return PairPaths(question=question, paths=[], explanation=explanation), found


def _meta(
    version: int, question: PathQuestion, found: Sequence[Path], ends: Sequence[PathNode | None], **more: int
) -> Meta:  # fmt: skip
    """Return the meta of an answer: its facts by data class, each counted once; of the ends where there is no path."""
    nodes = {(n.label, n.key): n.data_class for n in [*(n for p in found for n in p.nodes), *ends] if n}
    edges = {(e.type, e.from_key, e.to_key, e.dimension): e.data_class for p in found for e in p.edges}
    facts = Counter(c for c in [*nodes.values(), *edges.values()] if c)
    parameters = question.model_dump(mode="json", exclude_none=True, exclude={"start", "end"} if more else None)
    return meta(version, {**parameters, **more}, facts)


# --- the answer ---------------------------------------------------------------------------------------


def _best(arcs: Arcs, asked: ResolvedQuestion, question: PathQuestion) -> list[PathRoute]:
    k = EXAMINED if question.diverse else question.k
    found = search(arcs, asked.start, asked.targets, asked.groups, k, question.max_hops)
    best = different(found, question.k) if question.diverse else found
    return [route(arcs, path, question.hub_penalty) for path in best]


def _explanation(
    graph: PathGraph, arcs: Arcs, asked: ResolvedQuestion, question: PathQuestion, places: Places | None
) -> NoPath:
    """Return why there is no path."""
    relaxations = _relaxations(graph, question, places)
    if not asked.targets.any():
        zh, en = "没有符合条件的机构提供这样的服务", "No organisation that fits provides such a service"
        return NoPath(reason_zh=zh, reason_en=en, relaxations=relaxations)
    hops = question.max_hops
    zh, en = f"在 {hops} 步以内、所给条件下没有路径", f"There is no path of at most {hops} hops under these conditions"
    start = np.arange(len(graph.nodes)) == asked.start
    if not graph.nodes["active"].to_numpy()[start].all() or not graph.nodes["active"].to_numpy()[asked.targets].any():
        zh, en = "起点或终点在分析日不在服务期内", "One end is not in service on that day"
    return NoPath(
        reason_zh=zh,
        reason_en=en,
        start_reach=reach(graph, arcs, start, hops),
        end_reach=reach(graph, arcs, asked.targets, hops),
        missing_links=[] if asked.groups else missing_links(graph, arcs, asked.start, asked.targets, hops),
        relaxations=relaxations,
    )


def _relaxations(graph: PathGraph, question: PathQuestion, places: Places | None) -> list[PathRelaxation]:
    """Return the filters of which one less would give a path, that of the best path first."""
    found = []
    for name in FILTERS:
        free = FREE.get(name, PathQuestion.model_fields[name].default)
        if getattr(question, name) == free:
            continue
        freer = question.model_copy(update={name: free, "k": 1, "diverse": False})
        asked = understood(graph, freer, places)
        arcs = graph.arcs(asked.limits, asked.allowed)
        for best in _best(arcs, asked, freer):
            hubs = hub_costs(graph.degrees[list(best.nodes[1:-1])], best.penalty)
            score = float(np.log(graph.edges["strength"].to_numpy()[best.edges]).sum() - hubs.sum())
            found.append(PathRelaxation(drop=name, score=score, hops=len(best.edges)))
    return sorted(found, key=lambda relaxation: -relaxation.score)
