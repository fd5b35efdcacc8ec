"""The explorer: the page that a planner opens every morning, its files, and the documents it reads besides /v1."""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from api.http import revalidation
from api.http.access import COOKIE, own_region, role_of
from api.http.bodies import JsonRoute
from api.http.cells_workbook import cells_workbook
from api.http.parameters import LanguageQuery, RatesOf, StoreOf
from api.http.routers.pages import language_of, page
from api.http.statuses import UnknownKey
from api.questions.alerts import lying_in
from api.questions.coverage import CoverageParameters
from api.questions.declaration import StandardParameters
from api.questions.held import in_region
from api.questions.what_if import WhatIfParameters
from api.security.roles import ALLOWED, AccessRule
from api.security.sign_in import attempt_of, begin, finish
from api.security.tokens import Provider
from graph.errors import NotFound
from graph.language import Text
from graph.stores.base import Store
from queries.alerts.findings import findings
from queries.alerts.rules import read_rules
from queries.catchments import catchment
from queries.coverage import coverage
from viz.explorer.catalogue import catalogue
from viz.explorer.cells import Only, day_document, plan_document, snapshot_document
from viz.explorer.network import network_document
from viz.explorer.offline import page_script, page_style

router = APIRouter(include_in_schema=False, route_class=JsonRoute)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Of a file whose address changes with what it holds."""
OTHER_CELLS = {"day", "standard", "snapshot", "plan", "real", "mode", "level"}
"""What in the page's address asks for other cells than today's; see ``page/state.js``."""


class StandardQuery(StandardParameters, LanguageQuery):
    """A day, and what counts as covered and as fresh."""


class DayQuery(StandardQuery):
    """Cells of a day, of all facts or some, or of a snapshot."""

    snapshot: str | None = None
    real: bool = False
    mode: Literal["online", "offline"] | None = None
    level: Literal["national", "provincial", "city", "county"] | None = None


class CatchmentQuery(StandardQuery):
    """The catchment of one site."""

    of: str = Field(min_length=1, max_length=200)


class CellsQuery(CoverageParameters, LanguageQuery):
    """Cells under a filter, all of them."""


class SignIn(BaseModel):
    """The key that somebody was given."""

    key: str = Field(min_length=1, max_length=200)


class SignedIn(BaseModel):
    """What the identity provider sends a browser back with."""

    code: str = Field(default="", max_length=4000)
    state: str = Field(default="", max_length=200)


ATTEMPT, ATTEMPT_SECONDS = "shuniu_sign_in", 600
"""Holds what a browser keeps while its owner is at the identity provider, for so long."""


@router.post("/explorer/key", status_code=204)
def sign_in(request: Request, asked: SignIn) -> Response:
    """Let a reader's browser show its key from now on, until it is closed.

    Raises:
        UnknownKey: it is none, or not valid any more.
    """
    if request.app.state.callers.ring.owner(asked.key.strip()) is None:
        raise UnknownKey
    answer = Response(status_code=204)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, asked.key.strip(), httponly=True, samesite="strict", secure=secure)
    return answer


@router.delete("/explorer/key", status_code=204)
def sign_out() -> Response:
    """Forget the key."""
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


@router.get("/explorer/sign-in")
def go_to_provider(request: Request) -> Response:
    """Send a reader's browser to the identity provider.

    Raises:
        NotFound: nobody can sign in here.
        ProviderAway: the provider does not answer.
    """
    provider, client = _sign_in_of(request)
    address, attempt = begin(provider, client, _back(request))
    answer = RedirectResponse(address, status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        ATTEMPT, str(attempt), max_age=ATTEMPT_SECONDS, path="/explorer", httponly=True, samesite="lax", secure=secure
    )
    return answer


@router.get("/explorer/signed-in")
def come_back(request: Request, asked: Annotated[SignedIn, Query()]) -> Response:
    """Take a reader's browser back from the provider, with its token as the key that it shows; or say that it failed.

    Raises:
        NotFound: nobody can sign in here.
        ProviderAway: the provider does not answer.
    """
    provider, client = _sign_in_of(request)
    attempt = attempt_of(request.cookies.get(ATTEMPT, ""))
    token = None
    if attempt and asked.code and secrets.compare_digest(attempt.state.encode(), asked.state.encode()):
        token = finish(provider, client, _back(request), attempt, asked.code)
    answer = RedirectResponse("/" if token else "/?refused=1", status_code=303)
    if token:
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    answer.delete_cookie(ATTEMPT, path="/explorer", httponly=True, samesite="lax")
    return answer


def _sign_in_of(request: Request) -> tuple[Provider, str]:
    found: tuple[Provider, str] | None = request.app.state.callers.sign_in()
    if found is None:
        raise NotFound(kind=Text("身份提供方", "identity provider"), key="SHUNIU_OIDC_CLIENT")
    return found


def _back(request: Request) -> str:
    return str(request.url_for("come_back"))


@router.get("/")
def explorer(request: Request) -> Response:
    """Give the page itself, the same whatever the store holds: what it holds, the page asks for."""
    signs_in = request.app.state.callers.sign_in() is not None
    today = OTHER_CELLS.isdisjoint(request.query_params)
    files = {"script": _digest(page_script()), "style": _digest(page_style())}
    return page(request, "explorer.html.j2", {"signs_in": signs_in, "today": today, **files})


@router.get("/explorer/page.js")
def get_script(request: Request) -> Response:
    """Give all modules of the page as one script: a browser fetches it in one go, where they are fifty."""
    return _file(request, page_script(), "text/javascript")


@router.get("/explorer/page.css")
def get_style(request: Request) -> Response:
    """Give the theme and the page's own style."""
    return _file(request, page_style(), "text/css")


def _file(request: Request, text: str, type_: str) -> Response:
    """Give a file; a browser keeps it where its address is of this very text, and not of another server's version."""
    kept = request.url.query == _digest(text)
    return Response(text, media_type=type_, headers=FOR_GOOD if kept else {"Cache-Control": "no-cache"})


@cache
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@router.get("/explorer/catalogue.json")
def get_catalogue() -> Response:
    """Give places, outlines and closed lists."""
    return _json(_catalogue_text())


@cache
def _catalogue_text() -> bytes:
    return _text(catalogue())


@router.get("/explorer/caller.json")
def get_caller(request: Request) -> Response:
    """Give what whoever asks may do, and the region held to, so that the page offers nothing that would be refused."""
    role = role_of(request)
    return _json(_text({"may": sorted(ALLOWED[role] if role else AccessRule), "region": own_region(request)}))


@router.get("/explorer/cells.json")
def get_cells(request: Request, store: StoreOf, rates: RatesOf, asked: Annotated[DayQuery, Query()]) -> Response:
    """Give all coverage cells of a day, or of a snapshot, as columns; to somebody of one region those of it."""
    own = own_region(request)

    def made() -> dict[str, Any]:
        if asked.snapshot:
            return snapshot_document(store, asked.snapshot, region=own)
        only = Only(asked.real, asked.mode, asked.level)
        return day_document(store, asked.question_of_day(rates), only, region=own)

    return _lasting(request, store, (asked.day, (rates, own)), made)


@router.post("/explorer/cells.json")
def post_cells(
    store: StoreOf, rates: RatesOf, asked: WhatIfParameters, _: Annotated[LanguageQuery, Query()]
) -> Response:
    """Give all coverage cells as they would be after a plan, as columns."""
    put = asked.question(rates)
    return _json(_text(plan_document(store, put.plan, put.of)))


@router.get("/explorer/network.json")
def get_network(request: Request, store: StoreOf, asked: Annotated[StandardQuery, Query()]) -> Response:
    """Give all windows and carriers and their lines as columns; to somebody of one region those of its prefecture."""
    own = own_region(request)
    return _lasting(request, store, (asked.day, own), lambda: network_document(store, asked.day, region=own))


@router.get("/explorer/catchment.json")
def get_catchment(store: StoreOf, rates: RatesOf, asked: Annotated[CatchmentQuery, Query()]) -> Response:
    """Give how far a window, carrier, organisation or resource reaches: a weight for each region, as computed."""
    found = catchment(store, asked.of, asked.question_of_day(rates))
    return _json(found.model_dump_json().encode())


@router.get("/explorer/silent.json")
def get_silent(request: Request, store: StoreOf, asked: Annotated[StandardQuery, Query()]) -> Response:
    """Give the windows of which nothing was reported for long, as the rule of alerts finds them on a day."""
    rules = tuple(rule for rule in read_rules() if rule.kind == "window_silent")
    found = lying_in(store, findings(store, rules, as_of=asked.day), own_region(request))
    return _json(_text({"data": [one.model_dump() for one in found], "total": len(found)}))


@router.get("/explorer/cells.xlsx")
def get_workbook(request: Request, store: StoreOf, rates: RatesOf, asked: Annotated[CellsQuery, Query()]) -> Response:
    """Give the cells under a filter as a workbook."""
    own = own_region(request)
    mine = in_region()(store, asked, own) if own else asked
    text = cells_workbook(coverage(store, mine.question(rates)), language_of(request))
    headers = {"Content-Disposition": 'attachment; filename="shuniu-cells.xlsx"', "Cache-Control": "no-cache"}
    return Response(text, media_type=XLSX_TYPE, headers=headers)


def _lasting(request: Request, store: Store, of: tuple[date, Any], made: Callable[[], dict[str, Any]]) -> Response:
    """Give a document that rests on the graph alone, by the tag of a day and whatever else it depends on."""
    if same := revalidation.still_holds(request, store, "json", *of):
        return same
    document = made()
    return revalidation.tagged(_json(_text(document)), request, store, "json", *of, document["meta"]["graph_version"])


def _text(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _json(text: bytes) -> Response:
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-cache"})


def install(app: FastAPI) -> None:
    """Add the page and its files to the app."""
    app.include_router(router)
    app.mount("/explorer", StaticFiles(packages=[("viz", "explorer/page")]), name="explorer")
