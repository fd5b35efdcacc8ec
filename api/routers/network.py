"""The network itself: which parts of it are missing, and how it looks."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.parameters import NetworkParameters, StoreOf
from api.problems import documented
from api.routers.sending import as_json
from graph.stores.base import Store
from loaders import lookups
from queries.answers import Answer, meta
from queries.network import NetworkGraph, NetworkReport, network, network_graph

router = APIRouter(tags=["network"])


@router.get(
    "/network",
    response_model=Answer[NetworkReport] | Answer[NetworkGraph],
    responses=documented(),
    summary="平台网络 / Network",
    openapi_extra={"x-example": {"view": "graph", "prefecture": "绵阳市"}},
)
def get_network(store: StoreOf, asked: Annotated[NetworkParameters, Query()]) -> Response:
    """各级服务存在情况，以及纵向（地区、园区、基地）和横向（产业链）的缺口；view=graph 时给出节点与连线。

    Presence by level, and gaps of the network: vertical (places, parks, bases) and horizontal (chains); with
    view=graph its nodes and edges.
    """
    if asked.view == "graph":
        return as_json(_graph(store, asked))
    return as_json(network(store, as_of=asked.day, reach_km=asked.reach_km))


def _graph(store: Store, asked: NetworkParameters) -> Answer[NetworkGraph]:
    prefecture = lookups.region(asked.prefecture) if asked.prefecture else None
    with store.read() as session:
        version = session.version()
    graph = network_graph(store, as_of=asked.day, prefecture=prefecture)
    classes = [n.data_class for n in graph.nodes] + [e.data_class for e in graph.edges]
    facts = Counter(c for c in classes if c)
    parameters = {"view": "graph", "as_of": asked.day.isoformat(), "prefecture": prefecture}
    return Answer(data=graph, meta=meta(version, {k: v for k, v in parameters.items() if v}, facts))
