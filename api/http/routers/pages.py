"""The pages for people: what this service is, and how its API is used; nothing in them comes from outside."""

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
async def handbook(request: Request) -> Response:
    """Show every route with its parameters, fields, an example and a form to try it."""
    document = request.app.openapi()
    context = {
        "routes": routes(document, language_of(request)),
        "base": str(request.base_url),
        "version": document["info"]["version"],
    }
    return page(request, "handbook.html.j2", context)


@router.get("/assets/theme.css")
async def stylesheet() -> Response:
    """Give the theme that pictures, reports and pages share."""
    return Response(theme.stylesheet(), media_type="text/css", headers={"Cache-Control": "no-cache"})


def install(app: FastAPI) -> None:
    """Add the pages and their files to the app."""
    app.include_router(router)
    app.mount("/assets", StaticFiles(packages=[("api.http", "assets")]), name="assets")
