"""What a file without a service holds: the cells, and the answers that the page would ask for."""

from collections import Counter
from typing import Any

from pydantic import BaseModel

from graph.stores.base import Store
from queries.answers import Answer, meta
from queries.coverage import CoverageQuestion, cube_of
from queries.kpi import kpi
from queries.network.report import network, network_graph
from queries.rankings.answer import GapQuestion
from queries.rankings.three import gap_rankings
from viz.explorer.cells import cells_document


def explorer_documents(
    store: Store, question: CoverageQuestion, *, reach_km: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the cells of a day, and answers by the address that the page asks; windows reach ``reach_km``.

    Raises:
        BadParameter: a standard or freshness limit that is not positive.
    """
    version, cube = cube_of(store, question)
    parameters = question.model_dump(mode="json", include={"as_of", "standard", "freshness_days"})
    cells = cells_document(cube, meta(version, parameters, cube.facts.data_class()))
    graph = network_graph(store, as_of=question.as_of)
    classes = Counter(c for c in (n.data_class for n in graph.nodes) if c)
    day = {"as_of": question.as_of.isoformat()}
    three = GapQuestion(**question.model_dump(include={"as_of", "standard", "freshness_days", "rates"}))
    answers: dict[str, BaseModel] = {
        "/v1/kpi?": kpi(store, as_of=question.as_of),
        "/v1/network?": network(store, as_of=question.as_of, reach_km=reach_km),
        "/v1/gaps/rankings?first=5": gap_rankings(store, three, first=5),
        "/v1/network?view=graph": Answer(data=graph, meta=meta(version, day, classes)),
    }
    return cells, {address: answer.model_dump(mode="json") for address, answer in answers.items()}
