"""Telling a program that a job has ended: a signed message to an address that the operator allows.

The form is that of the Standard Webhooks specification 1.0: ``webhook-id``, ``webhook-timestamp``, and in
``webhook-signature`` the HMAC-SHA256 of ``id.timestamp.body`` under the secret, in base64, after ``v1,``.
"""

import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from huey.exceptions import CancelExecution

from api.posting import ADDRESS, is_web_address, post_json
from graph.errors import BadParameter, NotDelivered
from graph.language import Text

log = logging.getLogger("shuniu.jobs")

HEADER = "Shuniu-Webhook"
NOT_ALLOWED = Text(
    "不在允许的地址之列（SHUNIU_WEBHOOKS），或没有签名密钥（SHUNIU_WEBHOOK_SECRET）",
    "none of the addresses that are allowed (SHUNIU_WEBHOOKS), or there is no secret (SHUNIU_WEBHOOK_SECRET)",
)


def signature(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    """Return the value of ``webhook-signature``."""
    digest = hmac.digest(secret.encode(), f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


class Webhooks:
    """The addresses that may be told, and the secret that messages are signed with."""

    def __init__(self, allowed: str, secret: str | None) -> None:
        self._allowed = [urlsplit(part.strip()) for part in allowed.split(",") if part.strip()]
        self._secret = secret

    def checked(self, address: str | None) -> str | None:
        """Return an address that may be told.

        Raises:
            BadParameter: it may not.
        """
        if address is None:
            return None
        if not is_web_address(address):
            raise BadParameter(name=HEADER, value=address, reason=ADDRESS)
        to = urlsplit(address)
        allowed = any(
            (to.scheme, to.netloc) == (a.scheme, a.netloc) and to.path.startswith(a.path) for a in self._allowed
        )
        if not (allowed and self._secret and ".." not in to.path):
            raise BadParameter(name=HEADER, value=address, reason=NOT_ALLOWED)
        return address

    def tell(self, address: str, id_: str, message: Mapping[str, str]) -> None:
        """Send a message.

        Raises:
            CancelExecution: nobody took it, as the log tells; the queue tries again.
        """
        body, now = json.dumps(message, ensure_ascii=False).encode(), str(int(time.time()))
        signed = signature(self._secret or "", id_, now, body)
        try:
            post_json(address, body, {"webhook-id": id_, "webhook-timestamp": now, "webhook-signature": signed})
        except NotDelivered as error:
            log.warning("%s: %s", id_, error.say("en"))
            raise CancelExecution from error
