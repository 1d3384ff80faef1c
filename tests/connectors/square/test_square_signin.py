"""Signing in to Square by OAuth: codes, tokens that end, and the one refresh for all."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import replace

import httpx
import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    OutcomeUnknown,
    ServiceUnavailable,
    TokenRevoked,
)
from posbridge.sandbox.square.oauth import APPLICATION_ID
from posbridge.security.tokens import TokenService, TokenState
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.square.bench import Bench, bench
from tests.connectors.watched import token_service


def signed_in(mode: str, **secrets: str) -> tuple[Bench, TokenService]:
    tokens = token_service()
    first = bench(replace(shop(), gift_cards=()))
    given = first.simulator.oauth_fields()
    fields = {**given["fields"], "auth_mode": mode, "redirect_uri": "https://till.example/cb"}
    made = bench(fields=fields, secrets=secrets or given["secrets"], tokens=tokens, simulator=first.simulator)
    return made, tokens


async def test_tokens_that_die_are_renewed_once_for_all() -> None:
    """Eight senders meet an expired token: one refresh, nothing rejected; revoked in truth, a person is asked."""
    square, tokens = signed_in("oauth")
    await square.services.probe()
    before = square.simulator.oauth.refreshed
    square.simulator.expire_tokens()
    orders = [sale(seed) for seed in range(1, 9)]
    made = [square.services.orders.create(order, f"key-{order.id}", bench().context()) for order in orders]
    await asyncio.gather(*made)
    assert square.simulator.oauth.refreshed == before + 1
    assert sorted(one["reference"] for one in square.simulator.orders_book()) == sorted(o.reference for o in orders)
    assert all(one["paid"] == one["total"] for one in square.simulator.orders_book())
    square.simulator.faults.plan("500", path="/oauth2/token", times=3)
    square.simulator.expire_tokens()
    with pytest.raises((ServiceUnavailable, OutcomeUnknown)):
        await square.services.customers.get("X")
    assert tokens.state(square.connection) is TokenState.SIGNED_IN
    square.simulator.faults.planned.clear()
    await square.services.probe()
    square.simulator.expire_tokens()
    square.simulator.oauth.refreshes.clear()
    with pytest.raises(TokenRevoked):
        await square.services.probe()
    assert tokens.state(square.connection) is TokenState.SIGNED_OUT


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


async def code_of(square: Bench, **more: str) -> str:
    """What Square's page sends the person back with."""
    asked = {"client_id": APPLICATION_ID, "scope": "ITEMS_READ MERCHANT_PROFILE_READ", "state": "s", **more}
    async with httpx.AsyncClient(transport=square.wire, base_url="http://127.0.0.1") as browser:
        answer = await browser.get("/oauth2/authorize", params={**asked, "redirect_uri": "https://till.example/cb"})
    return str(httpx.URL(answer.headers["location"]).params["code"])


@pytest.mark.parametrize("mode", ["oauth", "oauth_pkce"])
async def test_signing_in_by_code(mode: str) -> None:
    """The code flow with a secret, and PKCE without one, whose refresh tokens work once."""
    verifier = "ehcfZ5phFVRoEqeXyC0Rr8cRnhcKqvP1GqIY8bcYxMw"
    first, tokens = signed_in(mode)
    more = {"code_challenge": challenge_of(verifier)} if mode == "oauth_pkce" else {}
    secrets = {"authorization_code": await code_of(first, **more), "code_verifier": verifier}
    secrets["application_secret"] = first.simulator.oauth_fields()["secrets"]["application_secret"]
    fields = dict(first.connection.fields)
    square = bench(fields=fields, secrets=secrets, tokens=tokens, simulator=first.simulator)
    probe = await square.services.probe()
    assert probe.missing, "only two scopes were asked for"
    (body,) = square.bodies("POST", "/oauth2/token")
    assert ("client_secret" in body, "code_verifier" in body) == (mode == "oauth", mode == "oauth_pkce")
    for _ in range(2):
        square.simulator.expire_tokens()
        await square.services.probe()
    used = [one["refresh_token"] for one in square.bodies("POST", "/oauth2/token")[1:]]
    assert len(set(used)) == (1 if mode == "oauth" else 2)


async def test_nobody_has_signed_in() -> None:
    square, _ = signed_in("oauth", application_secret="x")
    with pytest.raises(AuthenticationError, match="signed in"):
        await square.services.probe()
    assert square.wire.sent == []
