"""The problem documents (RFC 9457) that errors become.

An asker is told what they can mend: 4xx speak with the error's own words. What went wrong behind the door
(addresses, paths, the store's own message) goes to the log under the request's id, not to the asker.
"""

import json
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.http.preferences import LANGUAGES, preferred_language
from api.http.statuses import OPEN, TITLES, WITHHELD, WITHHELD_OF, BadForm, status_of
from graph.errors import ShuniuError
from graph.language import Lang, Text
from graph.validation import reason_of

log = logging.getLogger("shuniu.http")

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
OF_KEYS = (401, 403, 429)
"""Where keys are: there is no valid one, its role or region may not, or it is used too often."""
OF_BODIES = (408, 413)
"""What is sent does not arrive whole, or is too much: of every route that takes a document or files."""
NO_HTTP = Text("无法识别的 HTTP 请求。", "This cannot be read as an HTTP request.")
AS_ASCII = Text(
    "地址里的汉字、空格须按 UTF-8 作百分号编码：curl -G --data-urlencode region=绵阳市 http://…/v1/gaps",
    "Chinese characters and spaces in an address are percent-encoded UTF-8: "
    "curl -G --data-urlencode region=绵阳市 http://…/v1/gaps",
)
"""What most often makes a request unreadable: an address as people read it."""
LONGEST_ECHO = 200
"""Characters of an asker's value that are said back."""


class FieldProblem(BaseModel):
    """One parameter that cannot be used."""

    name: str = Field(description="参数名 / parameter")
    value: str | None = Field(default=None, description="收到的值 / value received")
    reason: str = Field(description="原因 / reason")


class Problem(BaseModel):
    """What is wrong, in the asker's language (RFC 9457)."""

    type: str = Field(description="问题类型 urn:shuniu:problem:… / kind of problem")
    title: str = Field(description="类别说明 / what kind of problem it is")
    status: int = Field(description="HTTP 状态码 / HTTP status")
    detail: str = Field(description="这次的具体情况 / what happened this time")
    instance: str = Field(description="请求的路径 / path asked for")
    request_id: str = Field(description="请求编号，反馈时请附上 / id of the request, to quote in reports")
    hint: str | None = Field(default=None, description="怎么办 / the way out")
    details: dict[str, str] | None = Field(default=None, description="错误中的值 / values in the message")
    errors: list[FieldProblem] | None = Field(default=None, description="每个不正确的参数 / each bad parameter")


def asked_language(request: Request) -> Lang | None:
    """Return the language of ``?lang=``; none without one, or where it is not ours."""
    asked = request.query_params.get("lang")
    return next((lang for lang in LANGUAGES if lang == asked), None)


def language_of(request: Request) -> Lang:
    """Return the asker's language: ``?lang=``, else the best of Accept-Language, else the one that is set."""
    if asked := asked_language(request):
        return asked
    default: Lang = request.app.state.settings.lang
    return preferred_language(request.headers.get("accept-language", ""), default)


def _short(value: object) -> str:
    said = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else value
    said = said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else str(said)
    text = said.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"


def _answer(request: Request, status: int, code: str, detail: str, *,
            headers: Mapping[str, str] | None = None, **more: Any) -> Response:  # fmt: skip
    lang = language_of(request)
    problem = Problem(
        type=f"urn:shuniu:problem:{code}",
        title=TITLES[status].get(lang) if status in TITLES else HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=quote(_short(request.url.path), safe="/"),
        request_id=request_id(request),
        **more,
    )
    extra = {
        "Content-Language": "zh-CN" if lang == "zh" else "en",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        **(headers or {}),
    }
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        extra["Retry-After"] = str(RETRY_SECONDS)
    return Response(problem.model_dump_json(exclude_none=True), status, headers=extra, media_type=MEDIA_TYPE)


def request_id(request: Request) -> str:
    """Return the id under which the log knows the request."""
    return str(request.scope.get("shuniu.request_id", ""))


def _shortened(error: ShuniuError) -> ShuniuError:
    """Return the error with its values cut to what may be said back."""
    cut = {k: v if isinstance(v, Text | int | float) else _short(v) for k, v in error.details.items()}
    return type(error)(**cut)


async def problem_response(request: Request, error: ShuniuError) -> Response:
    """Answer an error of ours."""
    status, lang = status_of(type(error)), language_of(request)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        route = request.scope.get("shuniu.route", "-")
        log.error("%s %s: %s: %s", request_id(request), route, error.code, error.say("en"))
        if not isinstance(error, OPEN):
            words = WITHHELD_OF.get(type(error), WITHHELD[status])
            return _answer(request, status, error.code, words.get(lang))
    error = _shortened(error)
    values = {k: v.get(lang) if isinstance(v, Text) else str(v) for k, v in error.details.items()}
    hint = error.way_out(lang) or None
    details = {k: v for k, v in values.items() if v and v != hint} or None
    return _answer(request, status, error.code, error.say(lang), hint=hint, details=details)


def _field_problem(error: Mapping[str, Any], lang: Lang) -> FieldProblem:
    kind = str(error["type"])
    value = None if kind in ("missing", "json_invalid") or kind.startswith("body_") else _short(error.get("input"))
    name = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")  # numbers are places in a list
    return FieldProblem(name=_short(name), value=value, reason=reason_of(error).get(lang))


async def malformed(request: Request, error: RequestValidationError) -> Response:
    """Answer a request whose parameters do not fit the declared ones."""
    lang = language_of(request)
    found = [_field_problem(e, lang) for e in error.errors()]
    between, after = ("：", "；") if lang == "zh" else (" ", "; ")
    said = after.join(f"{f.name}{between}{f.reason}" for f in found)
    return _answer(request, 422, "bad-parameter", said, errors=found)


_ROUTING: dict[int, tuple[str, Text]] = {
    404: ("no-such-page", Text("没有这个地址，接口说明见 /docs。", "Nothing is at this address; see /docs.")),
    405: ("method-not-allowed", Text("这个地址不支持该方法。", "This address does not take that method.")),
}


async def refused(request: Request, error: HTTPException) -> Response:
    """Answer what the framework itself refuses."""
    said = error.detail
    if error.status_code == HTTPStatus.BAD_REQUEST and _is_form(request):
        return await problem_response(request, BadForm())  # the framework tells it in English alone
    other = (
        f"http-{error.status_code}",
        Text(f"请求无法处理（{said}）。", f"The request cannot be answered ({said})."),
    )
    code, text = _ROUTING.get(error.status_code, other)
    taken = (error.headers or {}).get("Allow")
    hint = Text(f"可用：{taken}。", f"It takes {taken}.").get(language_of(request)) if taken else None
    return _answer(request, error.status_code, code, text.get(language_of(request)), headers=error.headers, hint=hint)


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def unforeseen(request: Request) -> Response:
    """Answer an error that nobody foresaw; the caller has logged it."""
    return _answer(request, 500, "internal", WITHHELD[500].get(language_of(request)))


def unreadable(id_: str) -> Response:
    """Answer what cannot be read as HTTP: in both languages, as nothing says who asks, or for what."""
    status = HTTPStatus.BAD_REQUEST
    problem = Problem(
        type="urn:shuniu:problem:no-http", title=f"{TITLES[status].zh} / {TITLES[status].en}", status=status,
        detail=f"{NO_HTTP.zh} / {NO_HTTP.en}", instance="", request_id=id_,
        hint=f"{AS_ASCII.zh} / {AS_ASCII.en}",
    )  # fmt: skip
    extra = {"Content-Language": "zh-CN, en", "Cache-Control": "no-store"}
    return Response(problem.model_dump_json(exclude_none=True), status, headers=extra, media_type=MEDIA_TYPE)


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    ShuniuError: problem_response,
    RequestValidationError: malformed,
    HTTPException: refused,
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the problems that a route may answer with: of keys, 422, 503, 504, and these."""
    shown: Sequence[int] = sorted({*statuses, *OF_KEYS, 422, 503, 504})
    return {s: {"model": Problem, "description": f"{TITLES[s].zh} / {TITLES[s].en}"} for s in shown}


def with_those_of_bodies(responses: Mapping[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI entries of a route that takes a document or files, with the problems which that brings."""
    known = next(entry["content"] for status, entry in responses.items() if status >= "400")
    more = {str(s): {"description": documented(s)[s]["description"], "content": dict(known)} for s in OF_BODIES}
    return dict(sorted({**more, **responses}.items()))
