"""The pages for people: what this service is, and how its API is used; nothing in them comes from outside."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from api.http.problems import asked_language
from api.http.routers.handbook import routes
from graph.language import Lang
from viz import numbers, theme

router = APIRouter(include_in_schema=False)
Drawn = dict[tuple[Lang, str], Response]
"""Handbooks as they were drawn, by language and address of the service: the same as long as the program is."""
MOST_DRAWN = 8
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("api.http"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"number": numbers.number, "percent": numbers.percent}
    return made


def language_of(request: Request) -> Lang:
    """Return the language of a page: the one its switch says, else the one that is set; a browser's is not asked."""
    default: Lang = request.app.state.settings.lang
    return asked_language(request) or default


def page(request: Request, template: str, context: Mapping[str, Any]) -> Response:
    """Return a page of our own under the strict policy of pages."""
    lang = language_of(request)

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    text = (
        _environment()
        .get_template(template)
        .render(lang=lang, own_lang=request.app.state.settings.lang, say=say, path=request.url.path, **context)
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": "zh-CN" if lang == "zh" else "en",
        "Cache-Control": "no-cache",
    }
    return HTMLResponse(text, headers=headers)


@router.get("/docs")
def handbook(request: Request) -> Response:
    """Show every route with its parameters, fields, an example and a form to try it."""
    document = request.app.openapi()
    lang, base = language_of(request), str(request.base_url)
    drawn: Drawn = request.app.state.drawn
    if (lang, base) not in drawn:
        context = {"routes": routes(document, lang), "base": base, "version": document["info"]["version"]}
        drawn[lang, base] = page(request, "handbook.html.j2", context)
        if len(drawn) > MOST_DRAWN:
            drawn.pop(next(iter(drawn)))
    made = Response(drawn[lang, base].body)
    made.raw_headers = list(drawn[lang, base].raw_headers)  # of its own: what is compressed for one is not for all
    return made


@router.get("/openapi.json")
def document(request: Request) -> Response:
    """Give the document of the API; it is rendered once, and not where all other answers wait."""
    return Response(rendered(request.app), media_type="application/json", headers={"Cache-Control": "no-cache"})


def rendered(app: FastAPI) -> bytes:
    """Return the document of the API as it is sent."""
    if app.state.document is None:
        app.state.document = json.dumps(app.openapi(), ensure_ascii=False).encode()
    made: bytes = app.state.document
    return made


@router.get("/assets/theme.css")
def stylesheet() -> Response:
    """Give the theme that pictures, reports and pages share."""
    return Response(theme.stylesheet(), media_type="text/css", headers={"Cache-Control": "no-cache"})


def install(app: FastAPI) -> None:
    """Add the pages and their files to the app."""
    app.state.drawn, app.state.document = {}, None
    app.include_router(router)
    app.mount("/assets", StaticFiles(packages=[("api.http", "assets")]), name="assets")
