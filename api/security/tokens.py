"""Bearer tokens of an identity provider (OpenID Connect): whoever it vouches for has the role and region of the claims.

The provider's keys are fetched where its discovery document says, kept, and fetched again when a token names one that
is not among them; so keys are rotated without a word to this service. Which algorithms count is fixed here, not in
tokens.
"""

import hashlib
import json
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from api.security.roles import Role
from graph.errors import BadParameter, StoreProblem
from graph.language import Text
from graph.places.divisions import places

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS = 30
"""Clocks differ by so much."""
KEPT_SECONDS, AGAIN_SECONDS, FETCH_SECONDS = 600.0, 10.0, 5.0
MOST_BYTES = 1_000_000
SERVER_FAULT = 500
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ProviderAway(StoreProblem):
    """The identity provider does not say by which keys its tokens are known."""

    message = Text("身份提供方没有应答，无法核对令牌", "The identity provider does not answer: no token can be checked")
    hint = Text("请稍后重试，或改用密钥。", "Try again shortly, or use a key.")


@dataclass(frozen=True)
class Claims:
    """Which claims say what somebody may: names, with dots for what lies inside."""

    role: str = "shuniu_role"
    region: str = "shuniu_region"


@dataclass(frozen=True)
class Vouched:
    """Somebody whom the provider vouches for."""

    id: str
    role: Role
    region: str | None


class Provider:
    """An identity provider, and the audience that its tokens must be for."""

    def __init__(self, issuer: str, audience: str, claims: Claims, *, again: float = AGAIN_SECONDS) -> None:
        """Take its address; ``again``: so long after its keys were fetched nobody makes them be fetched again.

        Raises:
            BadParameter: the address is neither https nor on this machine.
        """
        _check_address(issuer)
        self._issuer, self._claims, self._again = issuer, claims, again
        self._registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS, iss={"essential": True, "value": issuer}, aud={"essential": True, "value": audience},
            exp={"essential": True}, sub={"essential": True},
        )  # fmt: skip
        self._kept: tuple[float, KeySet] | None = None
        self._fetching = threading.Lock()

    def vouched(self, token: str) -> Vouched | None:
        """Return for whom a token speaks; none where it is not to be believed, or gives no role of ours.

        Raises:
            ProviderAway: its keys cannot be had.
        """
        try:
            claims = self._verified(token)
            self._registry.validate(claims)
        except (JoseError, ValueError):
            return None
        roles = {role for role in Role if role.value in _listed(_claim(claims, self._claims.role))}
        region = _claim(claims, self._claims.region)
        placed = isinstance(region, str) and region in places()
        if len(roles) != 1 or placed is not (Role.EDITOR in roles) or (region is not None and not placed):
            return None
        subject = hashlib.sha256(f"{self._issuer} {claims['sub']}".encode()).hexdigest()
        return Vouched(f"oidc:{subject[:12]}", roles.pop(), region)

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._keys(), algorithms=ALGORITHMS).claims
        except InvalidKeyIdError:  # perhaps a new one
            return jwt.decode(token, self._keys(anew=True), algorithms=ALGORITHMS).claims

    def _keys(self, *, anew: bool = False) -> KeySet:
        kept, now = self._kept, time.monotonic()
        if kept and now - kept[0] < (self._again if anew else KEPT_SECONDS):
            return kept[1]
        if not self._fetching.acquire(blocking=kept is None):
            return kept[1] if kept else KeySet([])
        try:
            if self._kept is not kept:  # somebody was first
                return self._kept[1] if self._kept else KeySet([])
            self._kept = (now, self._fetched())
        except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
            if kept is None:
                raise ProviderAway from error
            self._kept = (now, kept[1])
        finally:
            self._fetching.release()
        return self._kept[1]

    def _fetched(self) -> KeySet:
        return KeySet.import_key_set(_get(self._discovered()["jwks_uri"]))

    def _discovered(self) -> dict[str, Any]:
        discovered: dict[str, Any] = _get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if discovered["issuer"] != self._issuer:
            raise ValueError(discovered["issuer"])
        return discovered

    def endpoint(self, name: str) -> str:
        """Return an address of the discovery document, as ``authorization_endpoint``.

        Raises:
            ProviderAway: it cannot be had.
        """
        try:
            address = str(self._discovered()[name])
            _check_address(address)
        except (OSError, ValueError, KeyError, TypeError, BadParameter) as error:
            raise ProviderAway from error
        return address

    def exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Return what the provider gives for a code; nothing where it refuses.

        Raises:
            ProviderAway: it does not answer, or with what is no answer.
        """
        address = self.endpoint("token_endpoint")
        try:
            return dict(_get(address, urlencode(form).encode()))
        except HTTPError as error:
            if error.code < SERVER_FAULT:
                return {}
            raise ProviderAway from error
        except (OSError, ValueError, TypeError) as error:
            raise ProviderAway from error


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadParameter(name="SHUNIU_OIDC_ISSUER", value=address, reason="https://…")


def _get(address: str, form: bytes | None = None) -> Any:
    _check_address(address)
    with urllib.request.urlopen(address, form, timeout=FETCH_SECONDS) as answer:  # noqa: S310 checked above
        return json.loads(answer.read(MOST_BYTES))


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
