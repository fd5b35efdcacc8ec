"""The pages for people: what this service is, and how its API is used; nothing in them comes from outside."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from api.http.parameters import StoreOf
from api.http.problems import asked_language
from api.http.routers.handbook import routes
from graph.errors import StoreProblem
from graph.language import Lang, Text
from graph.places.gazetteer import PROVINCE
from graph.vocabulary import vocabulary
from queries.answers import today
from queries.kpi import TargetStatus, kpi
from queries.regions import region_counts
from viz import numbers, theme

router = APIRouter(include_in_schema=False)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COUNTED: dict[str, Text] = {
    "windows": Text("枢纽与窗口", "Hub, windows, stations"),
    "carriers": Text("服务载体", "Carriers"),
    "organizations": Text("机构", "Organisations"),
    "resources": Text("服务资源", "Resources"),
    "enterprises": Text("列名企业", "Enterprises by name"),
}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("api.http"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"number": numbers.number, "percent": numbers.percent}
    return made


def _language(request: Request) -> Lang:
    """Return the language of a page: the one its switch says, else the one that is set; a browser's is not asked."""
    default: Lang = request.app.state.settings.lang
    return asked_language(request) or default


def _page(request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    lang = _language(request)

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    text = _environment().get_template(template).render(lang=lang, say=say, path=request.url.path, **context)
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": "zh-CN" if lang == "zh" else "en",
        "Cache-Control": "no-cache",
    }
    return HTMLResponse(text, status, headers=headers)


@router.get("/")
def welcome(request: Request, store: StoreOf) -> Response:
    """Show what the service is and what it holds; 503 while the store does not answer."""
    lang = _language(request)
    try:
        answer = region_counts(store, PROVINCE)
        targets = kpi(store, as_of=today()).data
    except StoreProblem:
        return _page(request, "welcome.html.j2", {"answer": None}, status=503)
    context = {
        "answer": answer,
        "counts": [(label.get(lang), getattr(answer.data, name)) for name, label in COUNTED.items()],
        "targets": [(t, _figure(t.actual, t), _figure(t.target, t)) for t in targets],
        "classes": _classes(answer.meta.data_class, lang),
        "generated": numbers.moment(answer.meta.generated_at, lang),
    }
    return _page(request, "welcome.html.j2", context)


def _figure(value: float | None, target: TargetStatus) -> str:
    return numbers.percent(value) if target.unit_en == "share" else numbers.number(value)


def _classes(counts: Mapping[str, int], lang: Lang) -> list[tuple[str, str, int]]:
    return [(id_, vocabulary("data_classes").text(id_, lang), number) for id_, number in counts.items()]


@router.get("/docs")
async def handbook(request: Request) -> Response:
    """Show every route with its parameters, fields, an example and a form to try it."""
    document = request.app.openapi()
    context = {
        "routes": routes(document, _language(request)),
        "base": str(request.base_url),
        "version": document["info"]["version"],
    }
    return _page(request, "handbook.html.j2", context)


@router.get("/assets/theme.css")
async def stylesheet() -> Response:
    """Give the theme that pictures, reports and pages share."""
    return Response(theme.stylesheet(), media_type="text/css", headers={"Cache-Control": "no-cache"})


def install(app: FastAPI) -> None:
    """Add the pages and their files to the app."""
    app.include_router(router)
    app.mount("/assets", StaticFiles(packages=[("api.http", "assets")]), name="assets")
