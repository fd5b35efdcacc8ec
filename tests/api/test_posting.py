"""Sending to a web address: who is not there, hangs up, sends elsewhere or speaks no HTTP has not taken it."""

import logging
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from huey.exceptions import CancelExecution

from api.notifying import NOT_SMTP, mail_cases, post_cases
from api.posting import ADDRESS, HUNG_UP, NOT_HTTP, is_web_address, post_json
from api.webhooks import Webhooks
from graph.errors import BadParameter, NotDelivered
from graph.language import Text

ANSWERS: list[tuple[bytes, Text | str]] = [
    (b"", HUNG_UP),
    (b"mumble\r\n", NOT_HTTP),
    (b"\xff\xfe\x00", NOT_HTTP),
    (b"HTTP/1.1 many\r\n\r\n", NOT_HTTP),
    (b"HTTP/1.1 200 OK\r\n" + b"x" * 70_000, NOT_HTTP),
    (b"HTTP/1.1 500 no\r\n\r\n", "HTTP 500"),
    *((b"HTTP/1.1 %d away\r\nLocation: http://[\r\n\r\n" % code, f"HTTP {code}") for code in (301, 302, 303, 307, 308)),
]

MAIL_ANSWERS: list[tuple[bytes, Text | str]] = [
    (b"", HUNG_UP),
    (b"\xff\xfe\r\n", NOT_SMTP),
    (b"mumble\r\n", NOT_SMTP),
    (b"550 go away\r\n", "SMTP 550"),
    (b"220 yes\r\n250 yes\r\n250 yes\r\n553 nobody\r\n250 yes\r\n", "SMTP 553"),
]


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Yield the address of a server that reads a request and answers this, whatever was asked."""

    class Receiver(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.rfile.read(2)
            self.wfile.write(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        thread.join()


@pytest.mark.parametrize(("answer", "reason"), ANSWERS)
def test_an_answer_that_takes_nothing_is_told(answer: bytes, reason: Text | str) -> None:
    with answering(answer) as address, pytest.raises(NotDelivered) as told:
        post_json(address, b"{}")
    assert told.value.details == {"to": "127.0.0.1", "reason": reason}


def test_who_is_not_there_is_told() -> None:
    with pytest.raises(NotDelivered) as told:
        post_json("http://127.0.0.1:1/", b"{}")
    assert told.value.say("en") == "127.0.0.1 could not be told: Connection refused"


def test_what_is_taken_is_taken() -> None:
    with answering(b"HTTP/1.1 204 thanks\r\n\r\n") as address:
        post_json(address, b"{}")


def test_a_job_of_which_nobody_took_the_end_is_told_of_again(caplog: pytest.LogCaptureFixture) -> None:
    with answering(b"mumble\r\n") as address, caplog.at_level(logging.WARNING), pytest.raises(CancelExecution):
        Webhooks(address, "secret").tell(address, "job-1", {})
    assert caplog.messages == ["job-1: 127.0.0.1 could not be told: its answer is not HTTP"]


@pytest.mark.parametrize(
    "address",
    ["", "x", "file:///etc/passwd", "ftp://a/", "http://", "http:///a", "http://[", "http://a:b/", "http://a:99999/",
     "http://a:0/", "http://a b/", "http://a/b\r\nX: y", "http://a/钩"],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    assert not is_web_address(address)
    with pytest.raises(BadParameter) as refused:
        post_cases(address, [])
    assert refused.value.details == {"name": "--webhook", "value": address, "reason": ADDRESS}
    with pytest.raises(BadParameter) as refused:
        Webhooks("http://a", "secret").checked(address)
    assert refused.value.details == {"name": "Shuniu-Webhook", "value": address, "reason": ADDRESS}


def test_an_address_of_the_web_is_one() -> None:
    assert is_web_address("https://hooks.example.org:8443/a/%E9%92%A9?b=c")
    assert Webhooks("http://a/x", "secret").checked("http://a/x/y") == "http://a/x/y"


@pytest.mark.parametrize(("answer", "reason"), MAIL_ANSWERS)
def test_a_mail_server_that_takes_nothing_is_told(answer: bytes, reason: Text | str) -> None:
    class Server(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(answer)
            self.request.shutdown(socket.SHUT_WR)
            self.rfile.read()

    with socketserver.TCPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(NotDelivered) as told:
            mail_cases(f"127.0.0.1:{server.server_address[1]}", ["a@example.org"], [], "en")
        thread.join()
    assert told.value.details == {"to": "127.0.0.1", "reason": reason}


@pytest.mark.parametrize("server", ["", ":25", "a:", "a:0", "a:65536", "a:" + "9" * 20, "a b", "::1", "a" * 300, "a:x"])
def test_what_is_no_mail_server_is_refused(server: str) -> None:
    with pytest.raises(BadParameter) as refused:
        mail_cases(server, ["a@example.org"], [], "zh")
    assert refused.value.details == {"name": "--smtp", "value": server, "reason": "HOST[:PORT]"}


@pytest.mark.parametrize("address", ["", "张三", "a@", "@b", "a@b\nBcc: c@d", "a b"])
def test_what_is_no_address_of_mail_is_refused(address: str) -> None:
    with pytest.raises(BadParameter) as refused:
        mail_cases("127.0.0.1:1", ["a@example.org", address], [], "en")
    assert refused.value.say("en") == f"Bad parameter --mail-to: {address} (an address of mail)"
