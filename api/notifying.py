"""Telling somebody of new cases: a web address that takes JSON, and e-mail through a server of the office."""

import json
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage

from api.posting import ADDRESS, SECONDS, is_web_address, post_json
from graph.errors import BadParameter, NotDelivered
from graph.language import Lang, Text
from queries.alerts.cases import AlertCase, what_it_is_about


def post_cases(address: str, found: Sequence[AlertCase]) -> None:
    """Send cases to a web address, as one JSON document ``{"cases": [...]}``.

    Raises:
        BadParameter: the address is none of the web.
        NotDelivered: nobody there took them.
    """
    if not is_web_address(address):
        raise BadParameter(name="--webhook", value=address, reason=ADDRESS)
    body = {"cases": [case.model_dump(mode="json") for case in found]}
    post_json(address, json.dumps(body, ensure_ascii=False).encode())


def mail_cases(server: str, to: Sequence[str], found: Sequence[AlertCase], lang: Lang) -> None:
    """Send cases as one message through an SMTP server, ``host`` or ``host:port``; nothing is encrypted on the way.

    Raises:
        BadParameter: the port is no number.
        NotDelivered: the server is not there, or refuses.
    """
    host, _, port = server.partition(":")
    if port and not port.isdecimal():
        raise BadParameter(name="--smtp", value=server, reason="HOST[:PORT]")
    message = EmailMessage()
    title = Text(f"服务网络提醒：{len(found)} 件", f"Service network: {len(found)} new cases")
    message["Subject"], message["From"], message["To"] = title.get(lang), to[0], ", ".join(to)
    message.set_content("\n".join(in_a_line(case, lang) for case in found) + "\n")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=SECONDS) as client:
            client.send_message(message)
    except OSError as error:
        raise NotDelivered(to=host, reason=error) from error


def in_a_line(case: AlertCase, lang: Lang) -> str:
    """Return a case as one line of text."""
    return f"{case.case} {case.finding.subject_name} {what_it_is_about(case).get(lang)}"
