"""The HTTP door: one factory, its middleware and its store's life."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.middleware import Middleware
from starlette.concurrency import run_in_threadpool
from starlette_compress import CompressMiddleware

from api.http import logs, problems
from api.http.access import Access
from api.http.addresses import ReadableAddress
from api.http.admission import Admission
from api.http.auditing import Audited, Recordable
from api.http.body_limit import BodyLimit
from api.http.guard import Guard
from api.http.head import HeadAsGet
from api.http.hosts import OwnNames
from api.http.idempotency import Idempotency
from api.http.job_works import jobs_at_work
from api.http.kept_answers import KeptAnswers
from api.http.masks import Masks
from api.http.metrics import Metrics, Observed
from api.http.respond_async import RespondAsync
from api.http.revalidation import program
from api.http.routers import explorer, export, health, hsds, jobs, loads, mcp, pages, questions, reports, what_if
from api.http.workers import Workers
from api.questions.glossary import described
from api.security.callers import Callers
from api.settings import Settings, read_settings
from graph.delta import Delta
from graph.stores.base import READ_SECONDS, ReadSession, Store
from loaders.keep.audit import AuditLog
from loaders.reference.graph import ensure_reference

TITLE = "枢纽 shuniu"
ABOUT = (
    "四川省中小企业公共服务网络知识图谱：哪里缺服务、谁能补上、下一步建什么。"
    " / The SME public-service network of Sichuan as a knowledge graph: where service is missing, who could "
    "fill it, what to build next."
)


class LimitedStore:
    """A store whose reads end at the limit of the HTTP door, whatever the query would allow itself."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._seconds = seconds

    @property
    def url(self) -> str:
        """Its address."""
        return self._store.url

    @property
    def home(self) -> Path:
        """Its folder."""
        return self._store.home

    def read(self, seconds: float = READ_SECONDS) -> AbstractContextManager[ReadSession]:
        """Open a read session with the shorter of both limits."""
        return self._store.read(min(seconds, self._seconds))

    def apply(self, delta: Delta) -> None:
        """Write a delta."""
        self._store.apply(delta)

    def close(self) -> None:
        """Give the store back."""
        self._store.close()

    def __enter__(self) -> "LimitedStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _middleware(settings: Settings, metrics: Metrics, *, inner: bool) -> list[Middleware]:
    """Return what every request passes, outermost first; an ``inner`` app is asked by a server's alone."""
    if inner:
        return [Middleware(Guard)]
    names = [name.strip() for name in settings.hosts.split(",") if name.strip()]
    return [
        Middleware(Guard),
        Middleware(Observed, metrics=metrics),
        Middleware(Audited),
        Middleware(OwnNames, names=names),
        Middleware(Access, settings=settings),
        Middleware(Recordable),
        Middleware(ReadableAddress),
        Middleware(BodyLimit),
        Middleware(HeadAsGet),
        Middleware(KeptAnswers),
        Middleware(CompressMiddleware, minimum_size=1000, zstd_level=3, brotli_quality=4, gzip_level=4),
        Middleware(Masks),
        Middleware(Idempotency),
        Middleware(RespondAsync),
        Middleware(Admission, settings=settings, metrics=metrics),
    ]


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def _lifespan(settings: Settings, given: Store | None) -> Lifespan:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        store = given if given is not None else await run_in_threadpool(settings.open_store)
        try:
            if not given:
                await run_in_threadpool(ensure_reference, store)
                app.state.store, app.state.owned = LimitedStore(store, settings.read_seconds), store
            _keep_by(app, store.home)
            async with _computing(app, settings, store), jobs_at_work(app, settings, store, _inner_app):
                yield
        finally:
            if not given:
                await run_in_threadpool(store.close)

    return life


def _keep_by(app: FastAPI, home: Path) -> None:
    """Take the keys and the audit log of a store."""
    settings: Settings = app.state.settings
    app.state.callers, app.state.audit = Callers(home, settings), AuditLog(home, settings.audit_anchor)


def _inner_app(settings: Settings, store: Store) -> FastAPI:
    logs.configure()
    return create_app(settings, store, inner=True)


@asynccontextmanager
async def _computing(app: FastAPI, settings: Settings, store: Store) -> AsyncIterator[None]:
    """Have processes that compute, as many as are set."""
    if not settings.processes:
        yield
        return
    app.state.workers = workers = Workers(store, settings, _inner_app)
    await run_in_threadpool(workers.prepare)
    try:
        yield
    finally:
        app.state.workers = None
        await run_in_threadpool(workers.close)


def _openapi(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return the app's OpenAPI, with errors under their own media type, fields described, examples shown."""
    plain = app.openapi

    def with_problems() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path in plain()["paths"].values():
                for operation in path.values():
                    if "requestBody" in operation:
                        operation["responses"] = problems.with_those_of_bodies(operation["responses"])
                    _name_problems(operation["responses"])
                    _show_example(operation)
            for model in plain()["components"]["schemas"].values():
                for name, field in model.get("properties", {}).items():
                    field["description"] = described(name, field.get("description", ""))
        return plain()

    return with_problems


def _name_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status >= "400" and "application/json" in response.get("content", {}):
            response["content"] = {problems.MEDIA_TYPE: response["content"]["application/json"]}


def _show_example(operation: dict[str, Any]) -> None:
    """Give the example of a document where its readers look for it."""
    if "requestBody" in operation and "x-example" in operation:
        operation["requestBody"]["content"]["application/json"]["example"] = operation["x-example"]


def create_app(settings: Settings | None = None, store: Store | None = None, *, inner: bool = False) -> FastAPI:
    """Return the app.

    Args:
        settings: Without them those of the environment.
        store: An open store with its reference data, which stays the caller's; without one the app opens the
            one of the settings when it starts, fills it with the reference data, and closes it at the end.
        inner: It answers for another app, in a process of its own.

    Raises:
        BadParameter, FileUnreadable: a setting, or the file of demand rates, cannot be.
    """
    settings, metrics = settings or read_settings(), Metrics()
    app = FastAPI(
        title=TITLE,
        description=ABOUT,
        version=program(),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=None if inner else _lifespan(settings, store),
        exception_handlers=problems.HANDLERS,
        middleware=_middleware(settings, metrics, inner=inner),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings, app.state.metrics, app.state.owned = settings, metrics, store
    app.state.rates = settings.rates()
    if store:
        _keep_by(app, store.home)
        app.state.store = LimitedStore(store, settings.read_seconds)
    _install_routes(app, inner=inner)
    app.openapi = _openapi(app)  # type: ignore[method-assign]
    return app


def _install_routes(app: FastAPI, *, inner: bool) -> None:
    """Add the routes; those derived from the questions come first."""
    made_here = reports.making if inner else reports.router
    for router in (questions.router, what_if.router, export.router, jobs.router, loads.router, made_here):
        app.include_router(router, prefix="/v1")
    for router in (hsds.router, health.router, health.figures):
        app.include_router(router)
    pages.install(app)
    explorer.install(app)
    if not inner:
        mcp.install(app)


def prepare(app: FastAPI) -> None:
    """Make ready what is made once a process, before anybody waits: the log, the document of the API."""
    logs.configure()
    pages.rendered(app)
