"""A question about paths, and what it means in the graph."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from pydantic import Field

from graph.arrays import Bools, Ints
from graph.clock import today
from graph.errors import BadParameter, UnknownCode
from graph.language import Text, listed
from queries.answers import Result
from queries.paths.graph import LABELS, PathGraph, PathLimits
from queries.paths.node_lookup import Places, node_number
from queries.paths.scoring import HUB_PENALTY, strengths

ACTORS = frozenset({"Window", "Carrier", "Organization"})
"""Who can be asked to help; what paths run through where nothing else is asked for."""
MATTERS = {
    "Chain": frozenset({"Resource", "Chain", "ChainSegment"}),
    "ChainSegment": frozenset({"Resource", "Chain", "ChainSegment"}),
}
"""What paths that begin or end at such a node run through as well: else nobody but a few comes to a chain."""
ANY = "any"
MOST_PATHS, MOST_HOPS, MOST_VIA, MOST_PENALTY = 100, 12, 3, 10.0


class PathQuestion(Result):
    """What is asked: two ends, or one and whom to look for; and which paths count."""

    start: str = Field(description="起点：名称、标识或 类别:标识 / where paths begin: name, key or label:key")
    end: str | None = Field(default=None, description="终点；不写则按 service_type 找提供机构 / where they end")
    service_type: str | None = Field(default=None, description="寻找此类服务的任一提供机构 / any provider of this type")
    industry: str | None = Field(default=None, description="服务须适用此产业链 / the service must suit this chain")
    k: int = Field(default=5, description="路径条数 / how many paths, 1–100")
    max_hops: int = Field(default=6, description="最多步数 / most edges of a path, 1–12")
    hub_penalty: float = Field(default=HUB_PENALTY, description="枢纽惩罚，0 为不惩罚 / weight of log degree; 0: none")
    must_pass: tuple[str, ...] = Field(default=(), description="必经节点，最多 3 个 / nodes to pass through, at most 3")
    must_avoid: tuple[str, ...] = Field(default=(), description="避开的节点 / nodes to keep away from")
    through: tuple[str, ...] = Field(
        default=(), description="中间节点只用这些类别；不写按问题选择，any 为不限 / labels of inner nodes; none: chosen"
    )
    edge_types: tuple[str, ...] = Field(default=(), description="只用这些连线类型 / only these types of edges")
    dimensions: tuple[str, ...] = Field(default=(), description="合作限于这些维度 / partnerships of these only")
    cross_region: bool = Field(default=False, description="须跨市州 / must leave the prefecture of the start")
    diverse: bool = Field(
        default=False, description="任两条共有的中间节点不过半 / no two share more than half of their inner nodes"
    )
    as_of: date = Field(default_factory=today, description="分析日 / day of analysis")


@dataclass(frozen=True)
class ResolvedQuestion:
    """A question in node numbers; ``allowed``: which nodes a path may touch, None for any."""

    start: int
    targets: Bools
    groups: tuple[Bools, ...]
    limits: PathLimits
    allowed: Bools | None


def check(question: PathQuestion) -> None:
    """Refuse what cannot be, whatever is in the graph.

    Raises:
        BadParameter: a number out of its bounds, or what contradicts itself.
        UnknownCode: no such type, kind or dimension.
    """
    for name, least, most in (("k", 1, MOST_PATHS), ("max_hops", 1, MOST_HOPS), ("hub_penalty", 0.0, MOST_PENALTY)):
        if not least <= getattr(question, name) <= most:
            raise BadParameter(name=name, value=getattr(question, name), reason=f"{least:g} … {most:g}")
    if len(question.must_pass) > MOST_VIA:
        raise BadParameter(name="must_pass", value=len(question.must_pass), reason=f"≤ {MOST_VIA}")
    if (question.end is None) == (question.service_type is None):
        reason = Text("终点与服务类型须且只能给出一个", "give either an end or a service type")
        raise BadParameter(name="to", value=question.end or "—", reason=reason)
    if question.industry and question.end is not None:
        reason = Text("只在按服务类型寻找提供机构时有用", "only where any provider of a service type is looked for")
        raise BadParameter(name="industry", value=question.industry, reason=reason)
    for value in question.edge_types:
        if value not in strengths().types:
            what = Text("连线类型", "type of edge")
            raise UnknownCode(value=value, list=what, allowed=listed(strengths().types))
    if wrong := [value for value in question.through if value not in (*LABELS, ANY)]:
        what = Text("节点类别", "label of nodes")
        raise UnknownCode(value=listed(wrong), list=what, allowed=listed((*LABELS, ANY)))
    if question.dimensions and question.edge_types and "PARTNERS_WITH" not in question.edge_types:
        reason = Text("允许的连线类型中没有合作关系", "no partnerships are among the types allowed")
        raise BadParameter(name="dimensions", value=listed(question.dimensions), reason=reason)


def understood(graph: PathGraph, question: PathQuestion, places: Places | None) -> ResolvedQuestion:
    """Return a question in node numbers.

    Raises:
        UnknownNode, AmbiguousNode, AmbiguousRegion: a node is none, or several.
        BadParameter: the same node at both ends, or one that is to be avoided as well.
    """
    start = node_number(graph, question.start, places)
    if question.end is not None:
        end = node_number(graph, question.end, places)
        if end == start:
            raise BadParameter(name="to", value=question.end, reason=Text("与起点是同一节点", "is where paths begin"))
        targets = np.arange(len(graph.nodes)) == end
    else:
        targets = graph.providers(question.service_type or "", question.industry)
        targets[start] = False
    avoided = frozenset(node_number(graph, text, places) for text in question.must_avoid)
    passed = dict.fromkeys(node_number(graph, text, places) for text in question.must_pass)
    ends = {start, *np.flatnonzero(targets).tolist()} if question.end else {start}
    for name, numbers in (("must_pass", set(passed)), ("from, to", ends)):
        if both := avoided & numbers:
            reason = Text("也在须避开的节点之中", "it is also among the nodes to keep away from")
            raise BadParameter(name=name, value=graph.nodes.loc[min(both), "name"], reason=reason)
    groups = [np.arange(len(graph.nodes)) == number for number in passed if number not in ends]
    if question.cross_region:
        elsewhere = _elsewhere(graph, start)
        if question.end is None:
            targets &= elsewhere
        if not elsewhere[targets].all():
            groups.append(elsewhere)
    limits = PathLimits(frozenset(question.edge_types), frozenset(question.dimensions), avoided, question.hub_penalty)
    allowed = _allowed(graph, question, np.array([start, *passed]), targets)
    return ResolvedQuestion(start, targets, tuple(groups), limits, allowed)


def _allowed(graph: PathGraph, question: PathQuestion, named: Ints, targets: Bools) -> Bools | None:
    """Return flags: which nodes a path may touch; None: any.

    Where nothing is asked for, paths run through those who can act, through places only in the prefectures of their
    ends, and through resources and segments only where it is about a chain: two places that one resource serves, or
    two firms in one county, are no way to each other.
    """
    if ANY in question.through:
        return None
    labels, homes = graph.nodes["label"], graph.nodes["prefecture"]
    ends = targets.copy() if question.end else np.zeros(len(labels), dtype=bool)
    ends[named] = True
    if question.through:
        allowed = labels.isin(question.through).to_numpy()
    else:
        matters = {label for end in labels[ends].unique() for label in MATTERS.get(end, ())}
        near = (labels == "Region") & homes.isin(homes[ends].dropna().unique())
        allowed = (labels.isin(ACTORS | matters) | near).to_numpy()
    found: Bools = allowed | targets | ends
    return found


def _elsewhere(graph: PathGraph, start: int) -> Bools:
    """Return flags: whose home is in another prefecture than the start's."""
    home = graph.nodes.loc[start, "prefecture"]
    if not isinstance(home, str):
        reason = Text("起点不属于任何地区", "the start belongs to no region")
        raise BadParameter(name="cross_region", value=graph.nodes.loc[start, "name"], reason=reason)
    return (graph.nodes["prefecture"].notna() & (graph.nodes["prefecture"] != home)).to_numpy(bool)
