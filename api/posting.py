"""Sending to a web address: somebody there takes it, or it is told why not. Nobody is followed elsewhere."""

from collections.abc import Mapping
from http.client import HTTPException, RemoteDisconnected
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from graph.errors import NotDelivered
from graph.language import Text

SECONDS = 10.0
"""Whoever does not answer within that is taken as not there."""
ADDRESS = Text(
    "须为 http(s)://主机[:端口]/路径，空格和汉字写成 %XX",
    "http(s)://HOST[:PORT]/PATH, with blanks and what is not ASCII as %XX",
)
NO_ANSWER = Text(f"{SECONDS:g} 秒内没有应答", f"no answer within {SECONDS:g} s")
HUNG_UP = Text("没有应答就断开了", "it hung up without an answer")
NOT_HTTP = Text("它的应答不是 HTTP", "its answer is not HTTP")


def _opener() -> OpenerDirector:
    """Return what follows nobody elsewhere: that address was not allowed, and a POST would lose its body on the way."""
    opener = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPErrorProcessor, HTTPDefaultErrorHandler):
        opener.add_handler(handler())
    return opener


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address that can be posted to, whoever is there."""
    try:
        to = urlsplit(text)
        port_is_one = to.port != 0
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return plain and port_is_one and to.scheme in ("http", "https") and bool(to.hostname)


def post_json(address: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    """Post a JSON document to what :func:`is_web_address`.

    Raises:
        NotDelivered: nobody there took it: none is there, or what answers refuses, sends elsewhere, or speaks no HTTP.
    """
    sent = {"Content-Type": "application/json", **(headers or {})}
    request = Request(address, body, sent)  # noqa: S310 an address of the web
    to = urlsplit(address).hostname
    try:
        with _opener().open(request, timeout=SECONDS):
            pass
    except HTTPError as refusal:
        with refusal:  # it holds the connection
            raise NotDelivered(to=to, reason=f"HTTP {refusal.code}") from refusal
    except (OSError, HTTPException) as error:
        raise NotDelivered(to=to, reason=reason_of(error)) from error


def reason_of(error: OSError | HTTPException) -> Text | str:
    """Return in words why somebody on the network took nothing."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return NO_ANSWER
    if isinstance(cause, RemoteDisconnected):
        return HUNG_UP
    if isinstance(cause, HTTPException):
        return NOT_HTTP
    return (isinstance(cause, OSError) and cause.strerror) or str(cause)
