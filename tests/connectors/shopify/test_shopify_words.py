"""Errors, points and webhooks: each word of the contract has its meaning."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.shopify import CONNECTOR, errors, webhooks
from posbridge.domain.errors import ConfigurationError
from tests.connectors.shopify.bench import bench

# errors
EXPECTED = {
    "error.401.response": (401, AuthenticationError),
    "error.402.response": (402, ServiceUnavailable),
    "error.423.response": (423, ServiceUnavailable),
    "error.access_denied.response": (200, PermissionDenied),
    "error.auth.invalid_client.response": (400, AuthenticationError),
    "error.change_from_missing.response": (200, ValidationError),
    "error.customer.create.response": (200, ValidationError),
    "error.customer.empty_identifier.response": (200, ValidationError),
    "error.giftcard.currency.response": (200, ValidationError),
    "error.giftcard.deactivated.response": (200, ValidationError),
    "error.giftcard.expired.response": (200, ValidationError),
    "error.giftcard.insufficient.response": (200, ValidationError),
    "error.idempotency_missing.response": (200, ValidationError),
    "error.internal.response": (200, OutcomeUnknown),
    "error.invalid_variable.response": (200, ValidationError),
    "error.inventory.legacy_shape.response": (200, ValidationError),
    "error.inventory.unknown_item.response": (200, NotFound),
    "error.order.create.no_lines.response": (200, ValidationError),
    "error.order.create.validation.response": (200, ValidationError),
    "error.order.refund.over.response": (200, ValidationError),
    "error.throttled.response": (200, RateLimitExceeded),
    "error.webhook.http_uri.response": (200, ValidationError),
}


def test_every_error_of_the_contract_has_its_name(contracts: Path) -> None:
    folder = contracts / "shopify" / "examples"
    there = {path.stem for path in folder.glob("error.*.response.json")}
    assert there == {*EXPECTED, "error.custom_id_undefined.response"}
    for name, (status, kind) in EXPECTED.items():
        found = errors.error(Reply(status, (folder / f"{name}.json").read_bytes()))
        assert type(found) is kind, name
    undefined = folder / "error.custom_id_undefined.response.json"
    assert errors.error(Reply(200, undefined.read_bytes())) is None


def test_a_missing_right_says_which(contracts: Path) -> None:
    text = (contracts / "shopify" / "examples" / "error.access_denied.response.json").read_bytes()
    found = errors.error(Reply(200, text))
    assert isinstance(found, PermissionDenied)
    assert "write_orders" in found.next_step


def test_an_app_that_is_not_installed_is_told_from_a_wrong_key() -> None:
    found = errors.error(Reply(400, b'{"error":"app_not_installed","error_description":"x"}'))
    assert isinstance(found, PermissionDenied)
    assert "Install" in found.next_step
    taken = {"data": {"customerCreate": {"userErrors": [{"message": "Email has already been taken"}]}}}
    assert isinstance(errors.error(Reply(200, json.dumps(taken).encode())), Conflict)
    assert isinstance(errors.error(Reply(404, b"<html>")), NotFound)


def test_throttled_names_the_time(contracts: Path) -> None:
    """400 points wanted, 300 there, 50 a second: two seconds."""
    text = (contracts / "shopify" / "examples" / "error.throttled.response.json").read_bytes()
    found = errors.error(Reply(200, text))
    assert isinstance(found, RateLimitExceeded)
    assert found.retry_at is not None
    assert timedelta(seconds=1) < found.retry_at - datetime.now(UTC) <= timedelta(seconds=2)


def points(available: float, asked: int = 25, rate: float = 100.0) -> Reply:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": asked, "actualQueryCost": asked, "throttleStatus": status}
    return Reply(200, json.dumps({"data": {}, "extensions": {"cost": cost}}).encode())


def test_points_hold_the_connection_before_they_are_used_up() -> None:
    assert errors.limits(Reply(200, b'{"data": {}}')) is None
    plenty = errors.limits(points(1900))
    assert plenty is not None
    assert plenty.remaining > 0
    scarce = errors.limits(points(20))
    assert scarce is not None
    assert scarce.remaining <= 0
    assert scarce.reset_s == pytest.approx(0.8)
    assert getattr(CONNECTOR, "limits")(points(20)) == scarce  # noqa: B009 - the contract does not name it


# webhooks
def test_signatures_of_the_contract(contracts: Path) -> None:
    examples = contracts / "shopify" / "examples"
    for vector in json.loads((examples / "webhook.signature.vector.json").read_text("utf-8"))["vectors"]:
        body, headers = vector["body"].encode(), {"X-Shopify-Hmac-Sha256": vector["signature"]}
        assert webhooks.verify(body, headers, vector["secret"])
        assert webhooks.verify(body, {k.lower(): v for k, v in headers.items()}, ["other", vector["secret"]])
        assert webhooks.verify(body, {"shopify-hmac-sha256": vector["signature"]}, vector["secret"])
        assert not webhooks.verify(body + b" ", headers, vector["secret"])
        assert not webhooks.verify(body, headers, ["other", ""])
        assert not webhooks.verify(body, {}, vector["secret"])


@pytest.mark.parametrize(
    ("name", "topic", "kind", "object_id"),
    [
        ("webhook.order.created", "orders/create", "order", "gid://shopify/Order/820982911946154508"),
        ("webhook.refund.created", "refunds/create", "refund", "gid://shopify/Order/820982911946154508"),
        ("webhook.product.updated", "products/update", "product", "gid://shopify/Product/788032119674292922"),
        ("webhook.product.deleted", "products/delete", "product", "gid://shopify/Product/788032119674292922"),
        ("webhook.customer.created", "customers/create", "customer", "gid://shopify/Customer/706405506930370084"),
        ("webhook.app.uninstalled", "app/uninstalled", "token_revoked", ""),
        (
            "webhook.inventory_level.updated",
            "inventory_levels/update",
            "inventory",
            "gid://shopify/InventoryItem/271878346596884015",
        ),
    ],
)
def test_deliveries_of_the_contract(contracts: Path, name: str, topic: str, kind: str, object_id: str) -> None:
    examples = contracts / "shopify" / "examples"
    headers = json.loads((examples / "webhook.headers.example.json").read_text("utf-8")) | {"X-Shopify-Topic": topic}
    body = (examples / f"{name}.json").read_bytes()
    (event,) = webhooks.parse(body, headers)
    assert (event.topic, event.kind, event.object_id) == (topic, kind, object_id)
    assert event.key == f"{topic}:98880550-7158-44d4-b7cd-2c97c8a091b5"
    assert event.at == datetime(2026, 11, 5, 16, 20, tzinfo=UTC)
    (bare,) = webhooks.parse(body, {})
    assert bare.kind == kind or name in ("webhook.product.deleted", "webhook.app.uninstalled")


async def test_a_subscription_that_vanished_is_made_again() -> None:
    shopify = bench()
    hooks: Any = shopify.services.webhooks
    made = await hooks.subscribe("http://127.0.0.1:9/hooks")
    assert {one.topics[0] for one in made} == set(webhooks.TOPICS)
    shopify.simulator.hooks.rows.pop(made[0].id)
    again = await hooks.subscribe("http://127.0.0.1:9/hooks")
    assert len(again) == len(made)
    assert {one.id for one in again[1:]} == {one.id for one in made[1:]}
    with pytest.raises(ValidationError):
        await hooks.subscribe("http://till.example.com/hooks")


async def test_without_a_client_secret_nothing_is_subscribed() -> None:
    shopify = bench(secrets={"admin_token": "shpat_" + "a" * 32})
    with pytest.raises(ConfigurationError):
        await shopify.services.webhooks.subscribe("http://127.0.0.1:9/hooks")  # type: ignore[union-attr] # it is there
