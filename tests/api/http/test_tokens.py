"""Tokens of an identity provider: a real one on loopback; what is not to be believed is refused, 30 of 30."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from api.http.app import create_app
from api.security.callers import Callers
from api.security.tokens import Claims, Provider, ProviderAway
from api.settings import Settings
from graph.errors import BadParameter
from tests.api.http.test_access import Away
from tests.api.support import Client

AUDIENCE = "shuniu"


class Issuer:
    """An identity provider with its keys; ``asked`` counts how often they were fetched."""

    def __init__(self) -> None:
        self.keys = [RSAKey.generate_key(2048, {"kid": "a"}), ECKey.generate_key("P-256", {"kid": "b"})]
        self.asked, self.open = 0, True
        self.code, self.challenge, self.given = "good", "", ""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not issuer.open:
                    self.send_error(503)
                    return
                if self.path == "/.well-known/openid-configuration":
                    told: Any = {"issuer": issuer.address, "jwks_uri": f"{issuer.address}/keys"} | {
                        f"{name}_endpoint": f"{issuer.address}/{name}" for name in ("authorization", "token")
                    }
                else:
                    issuer.asked += 1
                    told = KeySet(issuer.keys).as_dict(private=False)
                self.answer(told)

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                digest = hashlib.sha256(form["code_verifier"].encode()).digest()
                proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
                if (form["code"], proof, form["client_id"]) != (issuer.code, issuer.challenge, AUDIENCE):
                    self.send_error(400)
                    return
                self.answer({"access_token": "opaque", "id_token": issuer.given, "token_type": "Bearer"})

            def answer(self, told: Any) -> None:
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def claims(self, **more: Any) -> dict[str, Any]:
        now = int(time.time())
        usual = {"iss": self.address, "aud": AUDIENCE, "sub": "王小明", "iat": now, "exp": now + 300}
        return {k: v for k, v in {**usual, "shuniu_role": "analyst", **more}.items() if v is not None}

    def token(self, key: Any = None, alg: str = "RS256", head: dict[str, Any] | None = None, **more: Any) -> str:
        signed = key or self.keys[0]
        return jwt.encode(
            {"alg": alg, "kid": signed.kid, **(head or {})}, self.claims(**more), signed, algorithms=[alg]
        )


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def client(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    settings = Settings(processes=0, oidc_issuer=issuer.address, oidc_audience=AUDIENCE)
    with Client(create_app(settings, Away(tmp_path_factory.mktemp("home")))) as made:
        yield made


def status(client: Client, token: str, path: str = "/v1/alerts") -> int:
    return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def bare(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def wrong(issuer: Issuer) -> dict[str, str]:
    good, now = issuer.token(), int(time.time())
    head, body, signature = good.split(".")
    other = RSAKey.generate_key(2048, {"kid": "a"})
    stranger = RSAKey.generate_key(2048, {"kid": "z"})
    by_public = bare({"alg": "HS256", "kid": "a"}, issuer.claims())[:-1]
    mac = hmac.digest(issuer.keys[0].as_pem(private=False), by_public.encode(), "sha256")
    return {
        "alg none": bare({"alg": "none"}, issuer.claims()),
        "alg None": bare({"alg": "None", "kid": "a"}, issuer.claims()),
        "alg NONE with a signature": bare({"alg": "NONE", "kid": "a"}, issuer.claims(), b"x"),
        "no alg": bare({"kid": "a"}, issuer.claims()),
        "alg is a list": bare({"alg": ["RS256"], "kid": "a"}, issuer.claims()),
        "HMAC by the public key": f"{by_public}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}",
        "no signature": f"{head}.{body}.",
        "signature of another": f"{head}.{body}.{issuer.token(sub='b').split('.')[2]}",
        "signature changed": f"{head}.{body}.{signature[:-6]}AAAAAA",
        "claims changed": f"{head}.{bare({}, issuer.claims(shuniu_role='admin')).split('.')[1]}.{signature}",
        "RS512, which is not taken": issuer.token(alg="RS512"),
        "another key of this name": issuer.token(other),
        "unknown key": issuer.token(stranger),
        "key of another kind": issuer.token(issuer.keys[1], "ES256", {"kid": "a"}),
        "key in the header": issuer.token(stranger, head={"jwk": stranger.as_dict(private=False)}),
        "key elsewhere": issuer.token(stranger, head={"jku": "http://127.0.0.1:9/keys"}),
        "wrong audience": issuer.token(aud="other"),
        "no audience": issuer.token(aud=None),
        "audiences without this": issuer.token(aud=["a", "b"]),
        "expired": issuer.token(exp=now - 60),
        "never expires": issuer.token(exp=None),
        "expiry is no number": issuer.token(exp="later"),
        "not yet": issuer.token(nbf=now + 600),
        "issued in the future": issuer.token(iat=now + 600),
        "wrong issuer": issuer.token(iss="https://elsewhere.example"),
        "no issuer": issuer.token(iss=None),
        "issuer with a slash": issuer.token(iss=f"{issuer.address}/"),
        "nobody": issuer.token(sub=None),
        "no role": issuer.token(shuniu_role=None),
        "unknown role": issuer.token(shuniu_role="root"),
        "two roles": issuer.token(shuniu_role=["admin", "public"]),
        "editor of nowhere": issuer.token(shuniu_role="editor"),
        "editor of no place": issuer.token(shuniu_role="editor", shuniu_region="*"),
        "not three parts": f"{head}.{body}",
        "no JSON": "a.b.c",
        "empty": "..",
    }


def test_what_is_not_to_be_believed_is_refused(client: Client, issuer: Issuer) -> None:
    tokens = wrong(issuer)
    assert len(tokens) >= 30
    assert {name: status(client, token) for name, token in tokens.items()} == dict.fromkeys(tokens, 401)
    assert status(client, issuer.token()) == 503  # let in: the store is away


def test_claims_say_role_and_region(client: Client, issuer: Issuer) -> None:
    assert status(client, issuer.token(shuniu_role="public")) == 403
    assert status(client, issuer.token(shuniu_role=["offline_access", "admin"]), "/metrics") == 200
    editor = issuer.token(issuer.keys[1], "ES256", shuniu_role="editor", shuniu_region="510700", aud=["x", AUDIENCE])
    assert status(client, editor, "/v1/coverage?region=绵阳") == 503
    assert status(client, editor, "/v1/coverage?region=成都") == 403
    nested = Provider(issuer.address, AUDIENCE, Claims("realm_access.roles", "address.code"))
    found = nested.vouched(issuer.token(realm_access={"roles": ["editor"]}, address={"code": "510700"}))
    assert found is not None
    assert (found.role.value, found.region) == ("editor", "510700")
    assert "王" not in found.id
    same = nested.vouched(issuer.token(realm_access={"roles": ["admin"]}))
    assert same is not None
    assert same.id == found.id


def test_keys_of_the_provider_are_rotated(issuer: Issuer) -> None:
    provider = Provider(issuer.address, AUDIENCE, Claims(), again=0.0)
    patient = Provider(issuer.address, AUDIENCE, Claims(), again=3600.0)
    old = issuer.keys[0]
    assert provider.vouched(issuer.token())
    assert patient.vouched(issuer.token())
    try:
        issuer.keys[0] = RSAKey.generate_key(2048, {"kid": "c"})
        before = issuer.asked
        assert patient.vouched(issuer.token()) is None  # who makes names up does not make it ask without end
        assert issuer.asked == before
        assert provider.vouched(issuer.token())
        assert issuer.asked == before + 1
        assert provider.vouched(issuer.token(old)) is None
        issuer.open = False
        assert provider.vouched(issuer.token())  # what was fetched still holds
        with pytest.raises(ProviderAway):
            Provider(issuer.address, AUDIENCE, Claims()).vouched(issuer.token())
    finally:
        issuer.keys[0], issuer.open = old, True


def test_a_provider_is_asked_over_https_and_for_somebody(tmp_path: Path) -> None:
    with pytest.raises(BadParameter):
        Provider("http://issuer.example", AUDIENCE, Claims())
    with pytest.raises(BadParameter):
        Callers(tmp_path, Settings(oidc_issuer="https://issuer.example"))


# --- signing in, in a browser -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "state", "role", "led_to"),
    [
        ("good", None, "analyst", "/"),
        ("bad", None, "analyst", "/?refused=1"),
        ("", None, "analyst", "/?refused=1"),
        ("good", "another", "analyst", "/?refused=1"),
        ("good", None, None, "/?refused=1"),
    ],
)
def test_a_browser_signs_in_at_the_provider(
    issuer: Issuer, tmp_path: Path, code: str, state: str | None, role: str | None, led_to: str
) -> None:
    settings = Settings(processes=0, oidc_issuer=issuer.address, oidc_audience=AUDIENCE, oidc_client=AUDIENCE)
    with Client(create_app(settings, Away(tmp_path))) as client:
        client.follow_redirects = False
        assert 'data-sign-in="yes"' in client.get("/").text
        gone = client.get("/explorer/sign-in")
        address, asked = gone.headers["location"].split("?")
        sent = dict(parse_qsl(asked))
        assert (gone.status_code, address) == (303, f"{issuer.address}/authorization")
        assert {k: sent[k] for k in ("response_type", "client_id", "scope", "code_challenge_method")} == {
            "response_type": "code", "client_id": AUDIENCE, "scope": "openid", "code_challenge_method": "S256",
        }  # fmt: skip
        assert urlsplit(sent["redirect_uri"]).path == "/explorer/signed-in"
        assert sent["code_challenge"] not in gone.headers["set-cookie"]
        issuer.challenge, issuer.given = sent["code_challenge"], issuer.token(shuniu_role=role)
        back = client.get("/explorer/signed-in", params={"code": code, "state": state or sent["state"]})
        assert (back.status_code, back.headers["location"]) == (303, led_to)
        assert (client.get("/v1/alerts").status_code == 401) is (led_to != "/")
        assert (
            client.get("/explorer/signed-in", params={"code": code, "state": sent["state"]}).headers["location"]
            == "/?refused=1"
        )


def test_without_a_client_nobody_is_sent_to_the_provider(client: Client) -> None:
    assert "data-sign-in" not in client.get("/").text
    assert client.get("/explorer/sign-in").status_code == client.get("/explorer/signed-in").status_code == 404
