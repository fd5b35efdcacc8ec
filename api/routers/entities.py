"""What is around one node."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.parameters import LONGEST, DayParameters, SettingsOf, StoreOf, check_limit
from api.problems import documented
from api.routers.cursors import Pager
from api.routers.sending import as_json
from api.settings import ROWS
from queries.answers import ListAnswer
from queries.paths.graph import LABELS
from queries.paths.surroundings import MOST_HOPS, Neighbour, neighbours

router = APIRouter(tags=["entities"])

Kind = Annotated[str, Path(max_length=LONGEST, description="节点类别 / label", examples=list(LABELS))]
Key = Annotated[str, Path(max_length=LONGEST, description="标识 / key", examples=["510700"])]


class NeighbourParameters(DayParameters):
    """A question about surroundings, one page of it."""

    hops: int = Field(default=1, ge=1, le=MOST_HOPS, description="步数 / how far, in hops")
    limit: int = Field(default=100, ge=1, le=ROWS, description="每页行数 / rows of a page")
    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="上一页的 next / `next` of the previous page"
    )


@router.get(
    "/entities/{kind}/{key}/neighbours",
    response_model=ListAnswer[Neighbour],
    responses=documented(400, 404, 409),
    summary="周围的节点 / Neighbours",
    openapi_extra={"x-example": {"kind": "Region", "key": "510700", "limit": 3}},
)
def get_neighbours(
    store: StoreOf, settings: SettingsOf, kind: Kind, key: Key, asked: Annotated[NeighbourParameters, Query()]
) -> Response:
    """一个节点若干步以内的节点，近者在前，再按类别、标识。

    The nodes within some hops of one, nearest first, then by label and key.
    """
    check_limit(asked.limit, settings)
    question = asked.model_copy(update={"cursor": None, "as_of": asked.day, "lang": None})
    pager = Pager(f"neighbours {kind} {key}", question)
    mark = pager.mark(asked.cursor)
    page = neighbours(
        store, kind, key, as_of=asked.day, hops=asked.hops, limit=asked.limit, start=mark.position
    )  # fmt: skip
    version = page.meta.graph_version
    following = pager.cursor(mark.start(version) + asked.limit, version) if page.next else None
    return as_json(page.model_copy(update={"next": following}))
