"""Is the process alive, and can it answer?"""

from functools import cache
from typing import Literal

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from api.http.metrics import Metrics
from api.http.parameters import StoreOf
from api.http.problems import documented
from api.http.sending import as_json
from api.http.statuses import NotReady
from graph.errors import StoreProblem
from graph.language import Text
from graph.stores.base import Store

router = APIRouter(prefix="/health", tags=["health"])
figures = APIRouter()
READY_SECONDS = 2.0
"""A probe waits no longer than this for the store."""


@cache
def _probes() -> anyio.CapacityLimiter:
    """Return the threads of probes: apart from all others, so that a busy service is not taken for a dead one."""
    return anyio.CapacityLimiter(2)


def _version(store: Store) -> int:
    with store.read(READY_SECONDS) as session:
        return session.version()


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Alive):
    """The store answers and holds the reference data."""

    store: Literal["ok"] = "ok"
    reference: Literal["loaded"] = "loaded"
    graph_version: int = Field(description="图版本 / graph version")


@router.get("/live", response_model=Alive, summary="存活 / Alive", openapi_extra={"x-example": {}})
async def live() -> Response:
    """进程在运行；不访问存储。

    The process runs; the store is not asked.
    """
    return as_json(Alive(), {"Cache-Control": "no-store"})


@figures.get("/metrics", include_in_schema=False)
async def metrics(request: Request, store: StoreOf) -> Response:
    """Give the figures of the service to Prometheus."""
    shown: Metrics = request.app.state.metrics
    try:
        shown.version.set(await anyio.to_thread.run_sync(_version, store, limiter=_probes()))
    except StoreProblem:
        shown.version.set(-1)
    return Response(shown.text(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


@router.get(
    "/ready",
    response_model=Ready,
    responses=documented(),
    summary="就绪 / Ready",
    openapi_extra={"x-example": {}},
)
async def ready(store: StoreOf) -> Response:
    """存储可达、参考数据已载入；否则 503。

    The store answers and the reference data are loaded; otherwise 503.
    """
    version = await anyio.to_thread.run_sync(_version, store, limiter=_probes())
    if not version:
        raise NotReady(reason=Text("参考数据尚未载入", "the reference data are not loaded"))
    return as_json(Ready(graph_version=version), {"Cache-Control": "no-store"})
