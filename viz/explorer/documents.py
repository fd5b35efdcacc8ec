"""What a file without a service holds: the cells, and the answers that the page would ask for."""

from typing import Any

from pydantic import BaseModel

from graph.stores.base import Store
from queries.answers import meta
from queries.chains.segments import segments
from queries.coverage import CoverageQuestion, cube_of
from queries.kpi import kpi
from queries.network.report import network
from queries.rankings.answer import GapQuestion
from queries.rankings.three import gap_rankings
from viz.explorer.cells import cells_document
from viz.explorer.network import network_document

MOST = 1000
"""Rows of a list that the page asks for at once."""


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
    three = GapQuestion(**question.model_dump(include={"as_of", "standard", "freshness_days", "rates"}))
    answers: dict[str, BaseModel] = {
        "/v1/kpi?": kpi(store, as_of=question.as_of),
        "/v1/network?": network(store, as_of=question.as_of, reach_km=reach_km),
        f"/v1/chains?limit={MOST}": segments(store, as_of=question.as_of).page(MOST),
        "/v1/gaps/rankings?first=5": gap_rankings(store, three, first=5),
    }
    answered = {address: answer.model_dump(mode="json") for address, answer in answers.items()}
    return cells, answered | {"/explorer/network.json?": network_document(store, question.as_of)}
