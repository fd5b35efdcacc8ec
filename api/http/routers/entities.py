"""What is around one node."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.http.parameters import DayQuery, PageQuery, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED
from api.questions.declaration import LONGEST
from queries.answers import ListAnswer
from queries.paths.graph import LABELS
from queries.paths.surroundings import MOST_HOPS, Neighbour, neighbours

router = APIRouter(tags=["entities"])

Kind = Annotated[str, Path(max_length=LONGEST, description="节点类别 / label", examples=list(LABELS))]
Key = Annotated[str, Path(max_length=LONGEST, description="标识 / key", examples=["510700"])]


class NeighbourParameters(DayQuery, PageQuery):
    """A question about surroundings, one page of it."""

    hops: int = Field(default=1, ge=1, le=MOST_HOPS, description="步数 / how far, in hops")


@router.get(
    "/entities/{kind}/{key}/neighbours",
    response_model=ListAnswer[Neighbour],
    responses={**documented(400, 404, 409), **CSV_DOCUMENTED},
    summary="周围的节点 / Neighbours",
    openapi_extra={"x-example": {"kind": "Region", "key": "510700", "limit": 3}},
)
def get_neighbours(
    request: Request,
    store: StoreOf,
    settings: SettingsOf,
    kind: Kind,
    key: Key,
    asked: Annotated[NeighbourParameters, Query()],
) -> Response:
    """一个节点若干步以内的节点，近者在前，再按类别、标识。

    The nodes within some hops of one, nearest first, then by label and key.
    """
    listing = Listing.of(request, settings, f"neighbours {kind} {key}", asked)
    return listing.send(neighbours(store, kind, key, as_of=asked.day, hops=asked.hops), list(Neighbour.model_fields))
