"""Signing in at the identity provider: the authorization code with PKCE (RFC 6749, 7636) in a browser.

What comes back is one of the provider's tokens, which the browser then shows as it would a key; nothing of it is kept.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from api.security.tokens import Provider

SCOPE = "openid"
BYTES = 32


@dataclass(frozen=True)
class Attempt:
    """What a browser keeps while its owner is at the provider: what must come back, and what proves who began."""

    state: str
    verifier: str

    def __str__(self) -> str:
        """Return it as one word."""
        return f"{self.state}.{self.verifier}"


def attempt_of(word: str) -> Attempt | None:
    """Return what :meth:`Attempt.__str__` gave; none where it is no such word."""
    state, dot, verifier = word.partition(".")
    return Attempt(state, verifier) if state and dot and verifier else None


def begin(provider: Provider, client: str, back: str) -> tuple[str, Attempt]:
    """Return the address at the provider, and the attempt to be kept; ``back``: where it sends the browser then.

    Raises:
        ProviderAway: it does not say where to go.
    """
    attempt = Attempt(secrets.token_urlsafe(BYTES), secrets.token_urlsafe(BYTES))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": client, "redirect_uri": back, "scope": SCOPE, "state": attempt.state,
        "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    address = provider.endpoint("authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", attempt


def finish(provider: Provider, client: str, back: str, attempt: Attempt, code: str) -> str | None:
    """Return the token that a code is worth, one that the provider vouches by; none where it gives no such token.

    Raises:
        ProviderAway: it does not answer.
    """
    answer = provider.exchange(
        {
            "grant_type": "authorization_code", "client_id": client, "redirect_uri": back, "code": code,
            "code_verifier": attempt.verifier,
        }
    )  # fmt: skip
    tokens = (answer.get(name) for name in ("id_token", "access_token"))
    return next((t for t in tokens if isinstance(t, str) and t.count(".") == 2 and provider.vouched(t)), None)
