"""Whether somebody is let in: a rule for every route, a role for every key; what has no rule is answered to nobody."""

import re
import time
from collections import OrderedDict
from typing import Any, NamedTuple

from anyio import to_thread
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import problems
from api.http.statuses import NotAllowed, TooManyRequests, UnknownKey
from api.questions.catalogue import QUESTIONS
from api.questions.declaration import Question
from api.questions.held import beyond
from api.security.callers import Callers
from api.security.keys import ApiKey
from api.security.roles import ALLOWED, DEEDS, NAMES, AccessRule, Role
from api.security.tokens import Vouched
from api.settings import Settings
from graph.errors import ShuniuError

RULES: dict[AccessRule, tuple[str, ...]] = {
    AccessRule.OPEN: (
        "GET /", "GET /docs", "GET /openapi.json", "GET /health/{probe}", "GET /explorer/catalogue.json",
        "POST /explorer/key", "DELETE /explorer/key", "GET /explorer/sign-in", "GET /explorer/signed-in", "GET /hsds",
    ),
    AccessRule.ASK: (
        "GET /explorer/caller.json", "GET /explorer/cells.json", "GET /explorer/network.json",
        "GET /explorer/cells.xlsx", "POST /mcp", "GET /hsds/{collection}",
        "GET /hsds/{collection}/{id}", "GET /v1/jobs", "GET /v1/jobs/{id}", "DELETE /v1/jobs/{id}",
        "GET /v1/jobs/{id}/result", "GET /v1/jobs/{id}/rejects",
    ),
    AccessRule.COPY: ("GET /v1/export",),
    AccessRule.WORK: ("GET /explorer/silent.json",),
    AccessRule.PLAN: (
        "POST /v1/what-if/compare", "POST /explorer/cells.json", "POST /v1/reports",
        "GET /explorer/catchment.json",
    ),
    AccessRule.OPERATE: ("GET /metrics",),
    AccessRule.CHANGE: ("POST /v1/loads",),
}  # fmt: skip
"""What each route that is no question lets be done; a question says it itself, see :class:`Question.access`."""
HELD = (
    "GET /explorer/caller.json", "GET /explorer/cells.json", "GET /explorer/network.json", "GET /explorer/cells.xlsx",
    "GET /explorer/silent.json", "POST /mcp", "GET /v1/jobs", "GET /v1/jobs/{id}", "DELETE /v1/jobs/{id}",
    "GET /v1/jobs/{id}/result", "GET /v1/jobs/{id}/rejects", "POST /v1/reports", "POST /v1/loads",
    "GET /hsds/{collection}", "GET /hsds/{collection}/{id}",
)  # fmt: skip
"""Those of them that hold somebody of one region to it, by :func:`own_region` or where tools put their questions; the
others refuse whoever has one."""
FILES = re.compile(r"/(?:assets|explorer)/(?:[\w-]+/)*[\w-]+\.(?:css|m?js|svg|png|woff2|json|txt)")
MOST_BUCKETS = 10_000
COOKIE = "shuniu_key"
"""Holds the key of somebody who has signed in to the explorer; no script can read it, no other site sends it."""


def pattern_of(address: str) -> re.Pattern[str]:
    """Return what an address with names in braces looks like when it is asked for; a cell has slashes in its name."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", lambda name: ".+" if name[1] == "cell" else "[^/]+", re.escape(address)))


def routes() -> dict[str, AccessRule]:
    """Return method and address of every route that has a rule, with it."""
    stated = {route: rule for rule, listed in RULES.items() for route in listed}
    return stated | {route: question.access.allows for route, question in _asked().items() if question.access}


def route_of(question: Question[Any, Any, Any]) -> tuple[str, str] | None:
    """Return method and address of a question as the document of the API writes them; none where it has no address."""
    if question.address is None:
        return None
    return "POST" if question.posted else "GET", re.sub(r":\w+}", "}", f"/v1{question.address}")


def _asked() -> dict[str, Question[Any, Any, Any]]:
    """Return the questions by method and address, as a document of the API writes it."""
    return {" ".join(route): question for question in QUESTIONS if (route := route_of(question))}


class KnownRoute(NamedTuple):
    """What there is to know of a route before it is asked."""

    address: str
    """As the document of the API writes it, names in braces."""
    rule: AccessRule
    held: bool
    """Whether it answers somebody of one region."""


def _known_routes() -> dict[tuple[str, str], KnownRoute]:
    holding = {*HELD, *_asked()}
    found = {}
    for route, rule in routes().items():
        method, address = route.split(" ")
        found[method, address] = KnownRoute(address, rule, route in holding)
    return found


_KNOWN = _known_routes()
_PATTERNS = [(method, pattern_of(address), known) for (method, address), known in _KNOWN.items() if "{" in address]


def _route_at(method: str, path: str) -> KnownRoute | None:
    """Return the route at an address, one without names in it first; none where there is none."""
    if known := _KNOWN.get((method, path)):
        return known
    return next((known for of, pattern, known in _PATTERNS if of == method and pattern.fullmatch(path)), None)


def rule_of(method: str, path: str) -> tuple[AccessRule | None, bool]:
    """Return the rule of what is at an address, and whether it answers somebody of one region.

    There is none where nothing is, or nobody said whom it is for.
    """
    asked = "GET" if method == "HEAD" else method
    if known := _route_at(asked, path):
        return known.rule, known.held
    return (AccessRule.OPEN if asked == "GET" and FILES.fullmatch(path) else None), False


def methods_at(path: str) -> list[str]:
    """Return the methods that an address takes; none where nothing is."""
    methods = {method for method, _ in _KNOWN if _route_at(method, path)}
    if "GET" in methods or FILES.fullmatch(path):
        methods |= {"GET", "HEAD"}
    return sorted(methods)


def template_of(method: str, path: str) -> str:
    """Return the address of a route with names in braces, as the document of the API writes it; ``-`` where none is."""
    known = _route_at("GET" if method == "HEAD" else method, path)
    return known.address if known else "/files" if FILES.fullmatch(path) else "-"


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
        try:
            if scope["type"] == "http":
                await self._let_in(scope)
        except ShuniuError as error:
            answer = await problems.problem_response(Request(scope), error)
            if isinstance(error, UnknownKey):
                answer.headers["WWW-Authenticate"] = "Bearer"
            await answer(scope, receive, send)
            return
        except HTTPException as error:
            await (await problems.refused(Request(scope), error))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope) -> None:
        """Refuse whoever may not, and note who asks.

        Raises:
            UnknownKey, NotAllowed, TooManyRequests: no valid key, no right, or too often.
            HTTPException: nothing is there for anybody, or it does not take that method.
        """
        rule, held = rule_of(scope["method"], scope["path"])
        if rule is AccessRule.OPEN:
            return
        callers: Callers | None = getattr(scope["app"].state, "callers", None)
        key = await self._caller(Request(scope), callers) if callers is not None and callers.known() else None
        if key:
            scope["shuniu.key"], scope["shuniu.role"], scope["shuniu.region"] = key.id, key.role.value, key.region
        if rule is None:
            taken = methods_at(scope["path"])
            raise HTTPException(405, headers={"Allow": ", ".join(taken)}) if taken else HTTPException(404)
        if key:
            self._check(key, rule, held=held)

    def _check(self, key: ApiKey | Vouched, rule: AccessRule, *, held: bool) -> None:
        """Refuse whoever may not.

        Raises:
            NotAllowed, TooManyRequests: no right, or too often.
        """
        if rule not in ALLOWED[key.role]:
            raise NotAllowed(role=NAMES[key.role], rule=DEEDS[rule])
        if key.region and not held:
            raise beyond(key.region)
        if not self._rates.take(key.id, time.monotonic()):
            raise TooManyRequests

    async def _caller(self, request: Request, callers: Callers) -> ApiKey | Vouched:
        """Return whose key or token a header shows, else whose key a page shows whose reader has signed in."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            token = request.cookies.get(COOKIE, "")
        elif scheme.lower() != "bearer":
            token = ""
        key = await to_thread.run_sync(callers.of, token.strip()) if token else None
        if key is None:
            raise UnknownKey
        return key


def own_region(request: Request) -> str | None:
    """Return the code of the region to which whoever asks is held; none: to none."""
    region: str | None = request.scope.get("shuniu.region")
    return region


def role_of(request: Request) -> Role | None:
    """Return the role of whoever asks; none where there are no keys, and everybody may do everything."""
    role: str | None = request.scope.get("shuniu.role")
    return Role(role) if role else None


def is_public(request: Request) -> bool:
    """Tell whether whoever asks is one of the public."""
    return role_of(request) is Role.PUBLIC
