"""The network itself: which parts of it are missing, how it looks, what hangs on whom."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from api.questions.codes import region_code
from api.questions.declaration import REACH_KM, AtTerminal, FreshParameters, Name, Question, Rates, meta_of_now
from api.questions.held import in_region, whole_province
from api.security.roles import AccessRule, RouteRule
from api.settings import ROWS
from graph.language import Text
from graph.places import gazetteer
from graph.stores.base import Store
from queries.amounts import figure
from queries.answers import Answer, Result, meta
from queries.network.gaps import NetworkGap
from queries.network.matrix import ChainMatrix, MatrixCell, chain_matrix
from queries.network.report import NetworkEdge, NetworkGraph, NetworkReport, network, network_graph
from queries.resilience.impact import KINDS, Loss, Resilience, ResilienceQuestion
from queries.resilience.losses import resilience

NetworkAnswer = Answer[NetworkReport] | Answer[NetworkGraph] | Answer[Resilience] | Answer[ChainMatrix]
ROW_MODELS: dict[type[Result], type[Result]] = {
    NetworkReport: NetworkGap, NetworkGraph: NetworkEdge, Resilience: Loss, ChainMatrix: MatrixCell
}  # fmt: skip
"""What a row of the table of each view is."""


def _as_named_now(view: object) -> object:
    """Return a view by its name; the command line called the report ``gaps``."""
    return "report" if view == "gaps" else view


class NetworkParameters(FreshParameters):
    """A question about the network."""

    view: Annotated[Literal["report", "graph", "resilience", "matrix"], BeforeValidator(_as_named_now)] = Field(
        default="report",
        description="缺口报告、节点与连线、韧性，或窗口×产业链"
        " / report of gaps, nodes and edges, resilience, or windows × chains",
    )
    reach_km: float = Field(
        default=REACH_KM, ge=0, le=1000, allow_inf_nan=False,
        description="窗口可及的公里数（仅 report）/ how far a window reaches, km (report only)",
    )  # fmt: skip
    prefecture: Annotated[Name | None, AtTerminal(("--region", "--prefecture"))] = Field(
        default=None, examples=["510700", "绵阳市"],
        description="只看这个市州，代码或名称（graph、resilience）"
        " / only this prefecture, code or name (graph, resilience)",
    )  # fmt: skip
    kind: Literal["window", "carrier", "organization"] | None = Field(
        default=None, description="只看这类失效（仅 resilience）/ only losses of these (resilience only)"
    )
    limit: int = Field(
        default=100, ge=1, le=ROWS,
        description="每类列出的失效数，最重者在前（仅 resilience）/ losses of each kind, worst first (resilience only)",
    )  # fmt: skip
    pairs: int = Field(
        default=0, ge=0, le=ROWS,
        description="每类列出的同时失去两者的对数（仅 resilience）/ pairs of each kind lost at once (resilience only)",
    )  # fmt: skip

    def question(self, rates: Rates) -> "NetworkParameters | ResilienceQuestion":
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion: a prefecture that is none, or several.
        """
        if self.view != "resilience":
            place = gazetteer.prefecture(self.prefecture) if self.prefecture else None
            return self.model_copy(update={"prefecture": place})
        return ResilienceQuestion(
            as_of=self.day, freshness_days=self.freshness_days, rates=rates,
            kinds=(self.kind,) if self.kind else KINDS, limit=self.limit, pairs=self.pairs,
            region=region_code(self.prefecture, gazetteer.prefecture) if self.prefecture else None,
        )  # fmt: skip


def _answer(store: Store, asked: NetworkParameters | ResilienceQuestion) -> NetworkAnswer:
    if isinstance(asked, ResilienceQuestion):
        return resilience(store, asked)
    if asked.view == "graph":
        return _graph(store, asked)
    if asked.view == "matrix":
        return chain_matrix(store, as_of=asked.day)
    return network(store, as_of=asked.day, reach_km=asked.reach_km)


def _graph(store: Store, asked: NetworkParameters) -> Answer[NetworkGraph]:
    parameters = {"view": "graph", "as_of": asked.day.isoformat(), "prefecture": asked.prefecture}
    about = meta_of_now(store, {name: value for name, value in parameters.items() if value})
    graph = network_graph(store, as_of=asked.day, prefecture=asked.prefecture)
    classes = Counter([n.data_class for n in graph.nodes] + [e.data_class for e in graph.edges])
    return Answer(data=graph, meta=meta(about.graph_version, about.parameters, {c: n for c, n in classes.items() if c}))


def _rows(answer: NetworkAnswer) -> Sequence[Result]:
    found = answer.data
    if isinstance(found, NetworkReport):
        return [*found.vertical, *found.horizontal]
    if isinstance(found, NetworkGraph):
        return found.edges
    return found.losses if isinstance(found, Resilience) else found.cells


def _flat(row: Result) -> Mapping[str, Any]:
    """Return a row of a table; where a loss hits is told in words."""
    if not isinstance(row, Loss):
        return row.model_dump(mode="json")
    return {
        **row.model_dump(exclude={"prefectures", "cells", "coordination"}),
        "coordination": {} if row.coordination is None else row.coordination.model_dump(),
        "prefectures": [f"{p.region_name} {figure(p.unmet_added, 1)}" for p in row.prefectures],
        "cells": [
            f"{c.region_name} {c.industry_name} {c.service_type_name} {figure(c.unmet_added, 1)}" for c in row.cells
        ],
    }


def _held(store: Store, asked: NetworkParameters, own: str) -> NetworkParameters:
    """Hold to the own region where a view can be cut to it."""
    cut = asked.view in ("graph", "resilience")
    held: NetworkParameters = (in_region("prefecture") if cut else whole_province)(store, asked, own)
    return held


NETWORK = Question(
    name="network",
    title=Text("平台网络", "Network"),
    brief=Text("网络：缺口、韧性、窗口与产业链", "the network: gaps, resilience, windows × chains"),
    about="""各级服务存在情况，以及纵向（地区、园区、基地）和横向（产业链）的缺口；view=graph 时给出节点与连线。

    view=resilience：失去任一窗口、载体或机构会新增多少未满足需求及其沙普利值，另有关节点与桥；counted
    为各类总数，limit 为列出数。view=matrix：哪个窗口（自身或其载体）服务哪条产业链。

    Presence by level, and gaps of the network: vertical (places, parks, bases) and horizontal (chains); with
    view=graph its nodes and edges. view=resilience: unmet demand that the loss of each window, carrier or
    organisation would add and its Shapley value, with articulation points and bridges; counted has how many of each
    kind there are, limit how many are listed. view=matrix: which window, itself or by its carriers, serves which chain.
    """,
    parameters=NetworkParameters,
    asked=NetworkParameters.question,
    answer=_answer,
    result=NetworkAnswer,
    columns=lambda answer: list(ROW_MODELS[type(answer.data)].model_fields),
    rows=_rows,
    flat=_flat,
    address="/network",
    access=RouteRule(AccessRule.ASK, _held),
    tag="network",
    slow=True,
    example={"view": "graph", "prefecture": "绵阳市"},
    at_terminal={"limit": 20},
    everything={"limit": 1_000_000},
)
