"""Signing: against vectors that the platform itself checked, and one renewal at most."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.connectors.auth import Basic, Bearer, HeaderKey, OAuth1, QueryKey, base_string, fixed
from posbridge.connectors.errors import AuthenticationError, TokenRevoked

RECORDED = ["012-auth-oauth1-ok", "016-auth-oauth1-post-json", "017-auth-oauth1-tricky-params"]


def signed(auth: httpx.Auth, url: str = "https://shop.example/a?b=c", method: str = "GET") -> httpx.Request:
    request = httpx.Request(method, url)
    return next(auth.sync_auth_flow(request))


def test_simple_schemes() -> None:
    assert signed(Basic("ck", "cs")).headers["authorization"] == "Basic Y2s6Y3M="
    assert signed(HeaderKey("X-Key", "k", "Token ")).headers["x-key"] == "Token k"
    assert str(signed(QueryKey("key", "a&b")).url) == "https://shop.example/a?b=c&key=a%26b"


@pytest.mark.parametrize(
    "auth", [Basic("ck", "secret"), HeaderKey("a", "secret"), QueryKey("a", "secret"), OAuth1("k", "secret")]
)
def test_no_auth_shows_its_secret(auth: httpx.Auth) -> None:
    assert "secret" not in repr(auth)


@pytest.mark.parametrize("key", ["", "käy", "a\nb"])
def test_keys_that_cannot_be_sent(key: str) -> None:
    for auth in (Basic("u", key), HeaderKey("a", key), QueryKey("a", key), OAuth1(key, "s"), OAuth1("k", key)):
        with pytest.raises(AuthenticationError):
            signed(auth)


def test_oauth1_vector(contracts: Path) -> None:
    vector = json.loads((contracts / "woocommerce/examples/auth.oauth1.vector.json").read_text())
    url = str(httpx.URL(vector["url"], params=vector["query"]))
    auth = OAuth1(
        vector["consumer_key"],
        vector["consumer_secret"],
        now=lambda: int(vector["oauth_timestamp"]),
        nonce=lambda: str(vector["oauth_nonce"]),
    )
    assert signed(auth, url).url.params["oauth_signature"] == vector["oauth_signature"]
    assert auth.signature(vector["base_string"]) == vector["oauth_signature"]


@pytest.mark.parametrize("name", RECORDED)
def test_oauth1_as_a_real_shop_checked_it(contracts: Path, name: str) -> None:
    exchange = json.loads((contracts / f"woocommerce/examples/recorded/{name}.json").read_text())
    vector, sent = exchange["vector"], httpx.URL(f"http://shop.example{exchange['request']['url']}")
    given = dict(sent.params.multi_items())
    auth = OAuth1(
        vector["consumer_key"],
        vector["consumer_secret"],
        now=lambda: int(given["oauth_timestamp"]),
        nonce=lambda: given["oauth_nonce"],
    )
    made = signed(auth, str(sent), exchange["request"]["method"]).url
    assert made.params["oauth_signature"] == given["oauth_signature"]
    unsigned = [(n, v) for n, v in sent.params.multi_items() if n != "oauth_signature"]
    assert base_string(exchange["request"]["method"], sent, unsigned) == vector["base_string"]
    assert sorted(made.params.multi_items()) == sorted(sent.params.multi_items())


def test_oauth1_sha1_and_fresh_nonces() -> None:
    auth = OAuth1("k", "s", method="HMAC-SHA1")
    first, second = signed(auth).url.params, signed(auth).url.params
    assert first["oauth_signature_method"] == "HMAC-SHA1"
    assert len(first["oauth_signature"]) == 28
    assert first["oauth_nonce"] != second["oauth_nonce"]


class Tokens:
    """Gives `old` and renews it to `new`."""

    def __init__(self, new: str = "new") -> None:
        self.current, self.new, self.renewals = "old", new, 0

    async def get(self) -> str:
        return self.current

    async def renew(self, refused: str) -> str:
        self.renewals += 1
        self.current = self.new
        return self.current


def doorman(*good: str) -> Any:
    def handler(request: httpx.Request) -> httpx.Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        return httpx.Response(200 if token in good else 401, json={})

    return handler


@pytest.mark.parametrize(("good", "new", "status", "calls", "renewals"), [
    ("old", "new", 200, 1, 0),
    ("new", "new", 200, 2, 1),
    ("other", "new", 401, 2, 1),
    ("other", "old", 401, 1, 1),
])  # fmt: skip
async def test_one_renewal_at_most(good: str, new: str, status: int, calls: int, renewals: int) -> None:
    tokens, seen = Tokens(new), []
    answer = doorman(good)
    transport = httpx.MockTransport(lambda request: seen.append(1) or answer(request))
    async with httpx.AsyncClient(transport=transport) as client:
        reply = await client.post("https://a.example", auth=Bearer(tokens.get, tokens.renew), content=b"body")
    assert (reply.status_code, len(seen), tokens.renewals) == (status, calls, renewals)


async def test_a_401_reaches_the_caller_as_our_error(far_side: Any) -> None:
    http, transport = far_side(doorman("other"), auth=Bearer(fixed("old")))
    with pytest.raises(AuthenticationError):
        await http.write("POST", "orders", json={})
    assert len(transport.seen) == 1


async def test_a_refused_renewal_passes_through(far_side: Any) -> None:
    async def renew(refused: str) -> str:
        raise TokenRevoked("Access was withdrawn.")

    http, _ = far_side(doorman("other"), auth=Bearer(fixed("old"), renew))
    with pytest.raises(TokenRevoked):
        await http.get("orders")
