"""Dear questions as jobs, for whoever does not want to wait: ``Prefer: respond-async`` (RFC 7240)."""

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import problems
from api.http.admission import dear_routes, whole_body
from api.http.job_works import ask_for
from api.http.routers.jobs import taken_up
from api.webhooks import HEADER
from graph.errors import ShuniuError

PREFERENCE = "respond-async"


class RespondAsync:
    """Takes up a dear question as a job where that is preferred."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._dear_routes = dear_routes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not (_prefers(scope) and self._is_dear(scope)):
            await self._app(scope, receive, send)
            return
        body = await whole_body(receive)
        if body is None:
            return
        request = Request(scope)
        try:
            answer = await run_in_threadpool(_taken, request, body)
        except ShuniuError as error:
            answer = await problems.problem_response(request, error)
        await answer(scope, receive, send)

    def _is_dear(self, scope: Scope) -> bool:
        return any(method == scope["method"] and path.fullmatch(scope["path"]) for method, path in self._dear_routes)


def _prefers(scope: Scope) -> bool:
    wishes = ",".join(Headers(scope=scope).getlist("prefer")).lower().split(",")
    return PREFERENCE in (wish.partition(";")[0].strip() for wish in wishes)


def _taken(request: Request, body: bytes) -> Response:
    kind, webhook = request.url.path.removeprefix("/v1/"), request.headers.get(HEADER)
    answer = taken_up(request, request.app.state.store, lambda: ask_for(request, kind, body, webhook))
    answer.headers["Preference-Applied"] = PREFERENCE
    return answer
