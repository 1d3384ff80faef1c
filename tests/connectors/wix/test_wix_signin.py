"""Signing in to Wix: keys with their sites and rights, an app's tokens that end, an old app's refresh token."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    OutcomeUnknown,
    PermissionDenied,
    ServiceUnavailable,
    TokenRevoked,
)
from posbridge.sandbox.wix.auth import AREAS, REFRESH
from posbridge.security.tokens import TokenService, TokenState
from posbridge.testing.conformance.selling import sale
from tests.connectors.watched import token_service
from tests.connectors.wix.bench import Bench, bench


def app(**secrets: str) -> tuple[Bench, TokenService]:
    """A connection by an app; with `refresh_token` it is an old one."""
    tokens = token_service()
    simulator = bench().simulator
    given = simulator.app_fields()
    fields = {**given["fields"], "site_id": ""}
    return bench(simulator=simulator, fields=fields, secrets={**given["secrets"], **secrets}, tokens=tokens), tokens


@pytest.mark.parametrize("secrets", [{}, {"refresh_token": REFRESH}], ids=["client credentials", "old app"])
async def test_tokens_that_die_are_renewed_once_for_all(secrets: dict[str, str]) -> None:
    """Eight senders meet an expired token: one renewal, nothing rejected."""
    made, tokens = app(**secrets)
    probe = await made.services.probe()
    assert (probe.account, probe.currency) == ("Conformance", "USD")
    before = made.simulator.auth.granted
    made.simulator.expire_tokens()
    orders = [sale(seed) for seed in range(1, 9)]
    contexts = [await bench().context(linked=False) for _ in orders]
    sends: list[Any] = [made.services.orders.create(o, f"k-{o.id}", c) for o, c in zip(orders, contexts, strict=True)]
    await asyncio.gather(*sends)
    assert made.simulator.auth.granted == before + 1
    assert sorted(one["reference"] for one in made.simulator.orders_book()) == sorted(o.reference for o in orders)
    made.simulator.faults.plan("500", path="/oauth", times=9)
    made.simulator.expire_tokens()
    with pytest.raises((ServiceUnavailable, OutcomeUnknown)):
        await made.services.customers.get("X")
    assert tokens.state(made.connection) is TokenState.SIGNED_IN
    made.simulator.faults.planned.clear()
    await made.services.probe()


async def test_an_app_that_was_removed() -> None:
    made, _ = app()
    await made.services.probe()
    made.simulator.own_changes()["uninstall"]({})
    with pytest.raises(AuthenticationError, match="still installed"):
        await made.services.probe()
    old, kept = app(refresh_token=REFRESH)
    await old.services.probe()
    old.simulator.own_changes()["uninstall"]({})
    with pytest.raises(TokenRevoked, match="again"):
        await old.services.probe()
    assert kept.state(old.connection) is TokenState.SIGNED_OUT


async def test_the_key_goes_bare_with_its_site() -> None:
    made = bench()
    await made.services.probe()
    headers = made.wire.sent[-1].headers
    assert headers["authorization"] == "IST.posbridge-sandbox-key-0001"
    assert headers["wix-site-id"] == "64fc2d7e-1585-45ef-b1c3-6081185108c1"


async def test_a_wrong_key_a_wrong_site_and_a_lacking_right_are_told_apart() -> None:
    with pytest.raises(AuthenticationError):
        await bench(secrets={"api_key": "IST.nobody"}).services.probe()
    with pytest.raises(AuthenticationError, match="empty"):
        await bench(secrets={}).services.probe()
    other = {"site_id": "00000000-1585-45ef-b1c3-6081185108c1"}
    with pytest.raises(PermissionDenied, match="not for this site"):
        await bench(fields=other).services.orders.find("P0")
    made = bench()
    made.simulator.auth.add_key("IST.weak", tuple(area for area in AREAS if area not in ("coupons", "contacts")))
    probe = await bench(simulator=made.simulator, secrets={"api_key": "IST.weak"}).services.probe()
    assert probe.missing == ("Manage Contacts", "Manage Coupons")


async def test_a_delivery_for_another_site_of_the_app_is_not_ours() -> None:
    made, _ = app()
    body = made.simulator.hooks.body("AppRemoved", "", "", {"appId": "x"})
    hooks: Any = made.services.webhooks
    assert hooks.verify(body, {}, "")
    fields = {**made.connection.fields, "instance_id": "99999999-3a6f-4dd2-9973-028705762b2c"}
    strange: Any = bench(simulator=made.simulator, fields=fields).services.webhooks
    assert not strange.verify(body, {}, "")
