"""Telling somebody of new cases: a web address that takes JSON, and e-mail through a server of the office."""

import json
import re
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import parseaddr

from api.posting import ADDRESS, HUNG_UP, SECONDS, is_web_address, post_json, reason_of
from graph.errors import BadParameter, NotDelivered
from graph.language import Lang, Text
from queries.alerts.cases import AlertCase, what_it_is_about
from viz.numbers import INVENTED

NOT_SMTP = Text("它的应答不是 SMTP", "its answer is not SMTP")
LAST_PORT = 65_535
_HOST = re.compile(r"(?=.{1,253}$)[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[\w-]{1,63})*")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


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
        BadParameter: it is no such server, or a recipient no address.
        NotDelivered: the server is not there, or refuses.
    """
    host, colon, port = server.partition(":")
    if not _HOST.fullmatch(host) or (colon and not (port.isdecimal() and 0 < int(port) <= LAST_PORT)):
        raise BadParameter(name="--smtp", value=server, reason="HOST[:PORT]")
    for address in to:
        if not (address.isprintable() and _ADDRESS.fullmatch(parseaddr(address)[1])):
            raise BadParameter(name="--mail-to", value=address, reason=Text("应为邮件地址", "an address of mail"))
    message = EmailMessage()
    title = Text(f"服务网络提醒：{len(found)} 件", f"Service network: {len(found)} new cases")
    message["Subject"], message["From"], message["To"] = title.get(lang), to[0], ", ".join(to)
    message.set_content("\n".join(in_a_line(case, lang) for case in found) + "\n")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=SECONDS) as client:
            client.send_message(message)
    except OSError as error:
        raise NotDelivered(to=host, reason=_refusal(error)) from error


def _refusal(error: OSError) -> Text | str:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return HUNG_UP
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"SMTP {', '.join(str(code) for code, _ in error.recipients.values())}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}" if error.smtp_code > 0 else NOT_SMTP
    return reason_of(error)


def in_a_line(case: AlertCase, lang: Lang) -> str:
    """Return a case as one line of text, marked where it rests on invented facts."""
    said = f"{case.case} {case.finding.subject_name} {what_it_is_about(case).get(lang)}"
    return f"{said} [{INVENTED.get(lang)}]" if "SYNTHETIC" in case.finding.data_class else said
