"""Snapshots: which there are, and what changed between two."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.parameters import LONGEST, Parameters, StoreOf
from api.problems import documented
from api.routers.sending import as_json
from queries.answers import Answer, ListAnswer, meta
from queries.snapshots import Diff, Snapshot, diff, snapshots

router = APIRouter(tags=["snapshots"])
Id = Annotated[str, Path(max_length=LONGEST, description="快照标识 / id of a snapshot")]


@router.get(
    "/snapshots",
    response_model=ListAnswer[Snapshot],
    responses=documented(),
    summary="快照列表 / Snapshots",
    openapi_extra={"x-example": {}},
)
def get_snapshots(store: StoreOf, _: Annotated[Parameters, Query()]) -> Response:
    """已固定的快照及其参数和校验和。

    The snapshots there are, with parameters and checksums.
    """
    found = snapshots(store)
    with store.read() as session:
        version = session.version()
    return as_json(ListAnswer(data=found, meta=meta(version, {}, {}), total=len(found)))


@router.get(
    "/snapshots/{a}/diff/{b}",
    response_model=Answer[Diff],
    responses=documented(),
    summary="快照比较 / Diff of two snapshots",
)
def get_diff(store: StoreOf, a: Id, b: Id, _: Annotated[Parameters, Query()]) -> Response:
    """两个快照之间新增、消失、变好、变差的单元及原因。

    Cells new, closed, better and worse between two snapshots, with causes.
    """
    return as_json(diff(store, a, b))
