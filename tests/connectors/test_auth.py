"""Signing: against vectors that the platform itself checked, and one renewal at most."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from posbridge.connectors.auth import Basic, Bearer, BearerWithRefresh, HeaderKey, OAuth1, QueryKey, base_string, fixed
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
    """As the TokenService: gives `old` and renews it once to `new` when it is refused."""

    def __init__(self, new: str = "new") -> None:
        self.current, self.new, self.renewals = "old", new, 0

    async def with_token_refresh(self, connection: Any, call: Any) -> Any:
        try:
            return await call(SecretStr(self.current))
        except TokenRevoked:
            raise
        except AuthenticationError:
            self.renewals += 1
            self.current = self.new
            return await call(SecretStr(self.current))


def doorman(*good: str) -> Any:
    def handler(request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return httpx.Response(200 if token in good else 401, json={})

    return handler


@pytest.mark.parametrize(("good", "calls", "renewals"), [("old", 1, 0), ("new", 2, 1), ("other", 2, 1)])
async def test_one_renewal_at_most(far_side: Any, good: str, calls: int, renewals: int) -> None:
    tokens = Tokens()
    http, transport = far_side(doorman(good), auth=BearerWithRefresh(tokens))  # type: ignore[arg-type] # stands in
    try:
        assert (await http.write("POST", "orders", json={"a": 1})).status == 200
    except AuthenticationError:
        assert good == "other"
    assert (len(transport.seen), tokens.renewals) == (calls, renewals)
    assert {request.content for request in transport.handled} == {b'{"a":1}'}


async def test_a_401_reaches_the_caller_as_our_error(far_side: Any) -> None:
    http, transport = far_side(doorman("other"), auth=Bearer(fixed("old")))
    with pytest.raises(AuthenticationError):
        await http.write("POST", "orders", json={})
    assert len(transport.seen) == 1


async def test_a_call_may_go_unsigned(far_side: Any) -> None:
    http, transport = far_side(doorman(""), auth=Bearer(fixed("old")))
    await http.write("POST", "oauth/token", json={}, signed=False)
    assert "authorization" not in transport.seen[0].headers


async def test_a_token_that_cannot_be_had_passes_through(far_side: Any) -> None:
    async def token() -> str:
        raise TokenRevoked("Access was withdrawn.")

    http, transport = far_side(doorman("other"), auth=Bearer(token))
    with pytest.raises(TokenRevoked):
        await http.get("orders")
    assert not transport.seen
