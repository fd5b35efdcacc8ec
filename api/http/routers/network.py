"""The network itself: which parts of it are missing, how it looks, what hangs on whom."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.parameters import NetworkParameters, RatesOf, SettingsOf, StoreOf, check_limit
from api.http.problems import documented
from api.http.routers.sending import as_json
from api.questions.codes import region_code
from graph.places import gazetteer
from graph.stores.base import Store
from queries.answers import Answer, meta
from queries.network.matrix import ChainMatrix, chain_matrix
from queries.network.report import NetworkGraph, NetworkReport, network, network_graph
from queries.resilience.impact import KINDS, Resilience, ResilienceQuestion
from queries.resilience.losses import resilience

router = APIRouter(tags=["network"])


Views = Answer[NetworkReport] | Answer[NetworkGraph] | Answer[Resilience] | Answer[ChainMatrix]


@router.get(
    "/network",
    response_model=Views,
    responses=documented(),
    summary="平台网络 / Network",
    openapi_extra={"x-example": {"view": "graph", "prefecture": "绵阳市"}},
)
def get_network(
    store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Annotated[NetworkParameters, Query()]
) -> Response:
    """各级服务存在情况，以及纵向（地区、园区、基地）和横向（产业链）的缺口；view=graph 时给出节点与连线。

    view=resilience：失去任一窗口、载体或机构会新增多少未满足需求及其沙普利值，另有关节点与桥；counted
    为各类总数，limit 为列出数。view=matrix：哪个窗口（自身或其载体）服务哪条产业链。

    Presence by level, and gaps of the network: vertical (places, parks, bases) and horizontal (chains); with
    view=graph its nodes and edges. view=resilience: unmet demand that the loss of each window, carrier or
    organisation would add and its Shapley value, with articulation points and bridges; counted has how many of each
    kind there are, limit how many are listed. view=matrix: which window, itself or by its carriers, serves which chain.
    """
    if asked.view == "graph":
        return as_json(_graph(store, asked))
    if asked.view == "matrix":
        return as_json(chain_matrix(store, as_of=asked.day))
    if asked.view == "resilience":
        check_limit(asked.limit, settings)
        question = ResilienceQuestion(
            as_of=asked.day, freshness_days=asked.freshness_days, rates=rates,
            kinds=(asked.kind,) if asked.kind else KINDS, limit=asked.limit, pairs=asked.pairs,
            region=region_code(asked.prefecture) if asked.prefecture else None,
        )  # fmt: skip
        return as_json(resilience(store, question))
    return as_json(network(store, as_of=asked.day, reach_km=asked.reach_km))


def _graph(store: Store, asked: NetworkParameters) -> Answer[NetworkGraph]:
    prefecture = gazetteer.region(asked.prefecture) if asked.prefecture else None
    with store.read() as session:
        version = session.version()
    graph = network_graph(store, as_of=asked.day, prefecture=prefecture)
    classes = [n.data_class for n in graph.nodes] + [e.data_class for e in graph.edges]
    facts = Counter(c for c in classes if c)
    parameters = {"view": "graph", "as_of": asked.day.isoformat(), "prefecture": prefecture}
    return Answer(data=graph, meta=meta(version, {k: v for k, v in parameters.items() if v}, facts))
