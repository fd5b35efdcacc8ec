"""Whether somebody is let in: a rule for every route, a role for every key; what has no rule is answered to nobody."""

import re
import time
from collections import OrderedDict
from typing import TypeVar

from anyio import to_thread
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import problems
from api.http.statuses import NotAllowed, NotYourRegion, TooManyRequests, UnknownKey
from api.questions.cells import cell_ref
from api.questions.codes import region_code
from api.questions.declaration import Parameters
from api.security.keys import ApiKey, KeyRing
from api.security.roles import ALLOWED, AccessRule, is_within
from api.settings import Settings
from graph.errors import ShuniuError
from graph.places.divisions import PROVINCE

RULES: dict[AccessRule, tuple[str, ...]] = {
    AccessRule.OPEN: (
        "GET /", "GET /docs", "GET /openapi.json", "GET /health/{probe}", "GET /explorer/catalogue.json",
        "POST /explorer/key", "DELETE /explorer/key",
    ),
    AccessRule.ASK: (
        "GET /v1/chains", "GET /v1/coverage", "GET /v1/gaps", "GET /v1/gaps/rankings", "GET /v1/gaps/crowding",
        "GET /v1/gaps/{cell}/why", "GET /v1/network", "GET /v1/regions/{code}", "GET /v1/kpi", "GET /v1/monitoring",
        "GET /v1/paths", "GET /v1/search", "GET /v1/entities/{kind}/{key}", "GET /v1/entities/{kind}/{key}/neighbours",
        "GET /v1/assessment", "GET /v1/partners",
        "GET /v1/partners/matrix", "GET /v1/snapshots", "GET /v1/snapshots/series", "GET /v1/snapshots/{a}/diff/{b}",
        "POST /mcp", "GET /v1/vocabularies", "GET /v1/policy", "GET /v1/policy/targets", "GET /explorer/cells.xlsx",
    ),
    AccessRule.WHOLE: ("GET /explorer/cells.json",),
    AccessRule.WORK: ("GET /v1/requests", "GET /v1/alerts", "GET /v1/signals", "POST /v1/signals"),
    AccessRule.PLAN: (
        "POST /v1/expand", "POST /v1/allocate", "POST /v1/what-if", "POST /v1/what-if/compare", "GET /v1/suggestions",
        "GET /v1/partners/fewest", "GET /v1/suggestions/flows", "GET /v1/suggestions/quality",
        "POST /v1/partners:batch", "POST /v1/paths:batch",
    ),
}  # fmt: skip
"""What each route lets be done; tests/api/http/test_access.py proves that none is lacking."""
FILES = re.compile(r"/(?:assets|explorer)/(?:[\w-]+/)*[\w-]+\.(?:css|m?js|svg|png|woff2|json|txt)")
REGIONS = ("region", "prefecture", "code")
"""Parameters that say which place is meant."""
MOST_BUCKETS = 10_000
COOKIE = "shuniu_key"
"""Holds the key of somebody who has signed in to the explorer; no script can read it, no other site sends it."""
P = TypeVar("P", bound=Parameters)


def pattern_of(address: str) -> re.Pattern[str]:
    """Return what an address with names in braces looks like when it is asked for; a cell has a slash in its name."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(address)))


_PATTERNS = [
    (method, pattern_of(address), rule)
    for rule, routes in RULES.items()
    for method, address in (route.split(" ") for route in routes)
]


def rule_of(method: str, path: str) -> AccessRule | None:
    """Return the rule of what is at an address; none where nothing is, or nobody said whom it is for."""
    asked = "GET" if method == "HEAD" else method
    found = next((rule for m, pattern, rule in _PATTERNS if m == asked and pattern.fullmatch(path)), None)
    return found or (AccessRule.OPEN if asked == "GET" and FILES.fullmatch(path) else None)


class Rates:
    """Requests of each key: so many a minute, of which a second's share flows back each second."""

    def __init__(self, a_minute: int) -> None:
        self._most = float(a_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, now: float) -> bool:
        """Take one; tell whether there was one."""
        left, before = self._left.pop(who, (self._most, now))
        left = min(self._most, left + (now - before) * self._most / 60)
        self._left[who] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MOST_BUCKETS:
            self._left.popitem(last=False)
        return left >= 1


class Access:
    """Lets in whoever has a valid key whose role may; without any key there is nobody to tell apart."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._rates = Rates(settings.requests_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        ring: KeyRing | None = getattr(scope["app"].state, "keys", None) if scope["type"] == "http" else None
        try:
            if ring is not None and ring.listed():
                await self._let_in(scope, ring)
        except ShuniuError as error:
            answer = await problems.told(Request(scope), error)
            if isinstance(error, UnknownKey):
                answer.headers["WWW-Authenticate"] = "Bearer"
            await answer(scope, receive, send)
            return
        except HTTPException as error:
            await (await problems.refused(Request(scope), error))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope, ring: KeyRing) -> None:
        """Refuse whoever may not, and note who asks.

        Raises:
            UnknownKey, NotAllowed, TooManyRequests: no valid key, no right, or too often.
            HTTPException: nothing is there for anybody.
        """
        rule = rule_of(scope["method"], scope["path"])
        if rule is AccessRule.OPEN:
            return
        key = await self._key(Request(scope), ring)
        if rule is None:
            raise HTTPException(404)
        if rule not in ALLOWED[key.role]:
            raise NotAllowed(role=key.role.value, rule=rule.value)
        if not self._rates.take(key.id, time.monotonic()):
            raise TooManyRequests
        scope["shuniu.key"], scope["shuniu.region"] = key.id, key.region

    async def _key(self, request: Request, ring: KeyRing) -> ApiKey:
        """Return the key of a header, else that of a page whose reader has signed in."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            token = request.cookies.get(COOKIE, "")
        elif scheme.lower() != "bearer":
            token = ""
        key = await to_thread.run_sync(ring.owner, token.strip()) if token else None
        if key is None:
            raise UnknownKey
        return key


def of_own_region(parameters: P, own: str | None) -> P:
    """Return what is asked by somebody of one region: about that region, or a part of it.

    Raises:
        NotYourRegion: it is about another one.
    """
    if own is None:
        return parameters
    asked = {name: getattr(parameters, name) for name in REGIONS if name in type(parameters).model_fields}
    if "cell" in type(parameters).model_fields:
        asked["cell"] = cell_ref(parameters.cell).region or PROVINCE  # type: ignore[attr-defined]
    for place in asked.values():
        if place and not is_within(region_code(place), own):
            raise NotYourRegion(region=place, own=own)
    if any(asked.values()) or "region" not in asked:
        return parameters
    return parameters.model_copy(update={"region": own})
