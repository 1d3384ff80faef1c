"""Signing in to Squarespace: keys and their permissions, codes, tokens that end, and the one refresh for all."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    OutcomeUnknown,
    PermissionDenied,
    ServiceUnavailable,
    TokenRevoked,
    Unsupported,
)
from posbridge.connectors.squarespace.signin import SCOPES, sign_in_url
from posbridge.sandbox.squarespace.oauth import API_KEY, CLIENT_ID, CLIENT_SECRET
from posbridge.security.tokens import TokenService, TokenState
from posbridge.testing.conformance.selling import sale
from tests.connectors.squarespace.bench import Bench, bench
from tests.connectors.watched import token_service


def signed_in(**secrets: str) -> tuple[Bench, TokenService]:
    """A connection by OAuth, with a refresh token or with the secrets given."""
    tokens = token_service()
    simulator = bench().simulator
    given = simulator.oauth_fields()
    fields = {**given["fields"], "redirect_uri": "https://till.example/cb"}
    return bench(fields=fields, secrets=secrets or given["secrets"], tokens=tokens, simulator=simulator), tokens


async def test_tokens_that_die_are_renewed_once_for_all() -> None:
    """Eight senders meet an expired token: one refresh, nothing rejected; revoked in truth, a person is asked."""
    made, tokens = signed_in()
    await made.services.probe()
    before = made.simulator.oauth.refreshed
    made.simulator.expire_tokens()
    orders = [sale(seed) for seed in range(1, 9)]
    contexts = [await bench().context(linked=False) for _ in orders]
    made_all = [made.services.orders.create(o, f"key-{o.id}", c) for o, c in zip(orders, contexts, strict=True)]
    await asyncio.gather(*made_all)
    assert made.simulator.oauth.refreshed == before + 1
    assert sorted(one["reference"] for one in made.simulator.orders_book()) == sorted(o.reference for o in orders)
    made.simulator.faults.plan("500", path="/api/1/login", times=3)
    made.simulator.expire_tokens()
    with pytest.raises((ServiceUnavailable, OutcomeUnknown)):
        await made.services.customers.get("X")
    assert tokens.state(made.connection) is TokenState.SIGNED_IN
    made.simulator.faults.planned.clear()
    await made.services.probe()
    made.simulator.expire_tokens()
    made.simulator.oauth.refreshes.clear()
    with pytest.raises(TokenRevoked) as caught:
        await made.services.probe()
    assert "week" in caught.value.message
    assert tokens.state(made.connection) is TokenState.SIGNED_OUT


async def test_each_refresh_token_is_used_once() -> None:
    made, _ = signed_in()
    for _ in range(3):
        made.simulator.expire_tokens()
        await made.services.probe()
    asked = [sent.body for sent in made.wire.sent if sent.path.endswith("/tokens")]
    used = [body["refresh_token"] for body in asked]
    assert len(used) == len(set(used)) == 3
    assert all(body["grant_type"] == "refresh_token" for body in asked)


async def test_signing_in_by_code() -> None:
    first, tokens = signed_in()
    address = sign_in_url({**first.connection.fields}, "state-1")
    asked = parse_qs(urlsplit(address).query)
    assert asked["scope"] == [",".join(SCOPES)]
    assert asked["access_type"] == ["offline"]
    async with httpx.AsyncClient(transport=first.wire) as browser:
        answer = await browser.get(address)
    back = httpx.URL(answer.headers["location"])
    assert back.params["state"] == "state-1"
    secrets = {"authorization_code": back.params["code"], "client_secret": CLIENT_SECRET}
    made = bench(fields=dict(first.connection.fields), secrets=secrets, tokens=tokens, simulator=first.simulator)
    assert not (await made.services.probe()).missing
    made.simulator.expire_tokens()
    await made.services.probe()
    kinds = [sent.body["grant_type"] for sent in made.wire.sent if sent.path.endswith("/tokens")]
    assert kinds == ["authorization_code", "refresh_token"]


async def test_nobody_has_signed_in_or_the_client_is_wrong() -> None:
    made, _ = signed_in(client_secret=CLIENT_SECRET)
    with pytest.raises(AuthenticationError, match="signed in"):
        await made.services.probe()
    assert made.wire.sent == []
    wrong, tokens = signed_in(client_secret="not it", refresh_token="x")
    with pytest.raises(AuthenticationError) as caught:
        await wrong.services.probe()
    assert not isinstance(caught.value, TokenRevoked)
    assert tokens.state(wrong.connection) is TokenState.SIGNED_IN
    assert CLIENT_ID in wrong.connection.fields.values()


async def test_a_key_that_lacks_permissions_is_told_which() -> None:
    weak = "6f1c9d0e-5a7e-4b0e-9a53-000000000009"
    made = bench(secrets={"api_key": weak})
    made.simulator.oauth.add_key(
        "6f1c9d0e-5a7e-4b0e-9a53-000000000009", ("website.products.read", "website.orders.read")
    )
    probe = await made.services.probe()
    assert probe.missing == (
        "Inventory (Read and Write)", "Contacts (Read and Write)", "Discounts (Read)", "Orders (Read and Write)",
    )  # fmt: skip
    with pytest.raises(PermissionDenied) as caught:
        await made.services.orders.create(sale(), "key-1", await made.context(linked=False))
    assert "Orders (Read and Write)" in caught.value.message
    assert "Developer API Keys" in caught.value.message


async def test_a_site_whose_plan_ran_out_is_no_wrong_key() -> None:
    made = bench()
    made.simulator.oauth.expired_site = True
    with pytest.raises(AuthenticationError) as caught:
        await made.services.probe()
    assert "plan" in caught.value.message
    assert "Billing" in caught.value.next_step
    made.simulator.oauth.bearers.pop(API_KEY)
    with pytest.raises(AuthenticationError, match="does not know this key"):
        await made.services.probe()


async def test_webhooks_need_oauth() -> None:
    made = bench()
    with pytest.raises(Unsupported, match="OAuth"):
        await made.services.webhooks.subscribe("https://till.example.com/hooks")
    assert await made.services.webhooks.subscriptions() == []
    assert made.wire.sent == []
