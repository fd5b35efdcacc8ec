"""What the service is at and how long it takes, for Prometheus, and a line of the log for every answer."""

import logging
import time
from collections.abc import Callable
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access import template_of
from graph.projection import LOOKUPS

log = logging.getLogger("shuniu.access")

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Bounds of the histogram; 0.3 s is what half of the readers should never wait for."""


class Metrics:
    """The figures of one app."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "shuniu_requests", "Answers by route and status", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "shuniu_request_seconds", "Time until an answer was sent, by route", ("method", "route"),
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self.in_flight = Gauge("shuniu_requests_in_flight", "Requests being answered", registry=self._registry)
        self.refused = Counter(
            "shuniu_refused", "Requests that were not answered for want of room or time", ("reason",),
            registry=self._registry,
        )  # fmt: skip
        self._places = Gauge(
            "shuniu_places_taken", "Requests that hold a place or wait for one", ("work",), registry=self._registry
        )
        lookups = Gauge(
            "shuniu_cache_lookups", "Values looked up that were kept, or had to be built, in this process", ("found",),
            registry=self._registry,
        )  # fmt: skip
        for found in LOOKUPS:
            lookups.labels(found).set_function(partial(LOOKUPS.__getitem__, found))
        self.version = Gauge(
            "shuniu_graph_version", "Version of the graph; -1 where the store does not answer", registry=self._registry
        )

    def watch_places(self, work: str, taken: Callable[[], int]) -> None:
        """Show how many places for one kind of work are taken."""
        self._places.labels(work).set_function(taken)

    def text(self) -> bytes:
        """Return all figures in the text form of Prometheus."""
        return generate_latest(self._registry)


class Observed:
    """Counts and times every answer, and notes it in the log: route and status, never what was asked."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        route = scope["shuniu.route"] = template_of(method, scope["path"])
        status, began = 500, time.perf_counter()

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with self._metrics.in_flight.track_inprogress():
                await self._app(scope, receive, observed)
        finally:
            took = time.perf_counter() - began
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(method, route).observe(took)
            fields = {"request": scope.get("shuniu.request_id", ""), "who": scope.get("shuniu.key", "-")}
            answer = {"method": method, "route": route, "status": status, "ms": round(took * 1000, 1)}
            log.info("%s %s %s", method, route, status, extra={"told": {**fields, **answer}})
