"""Postbacks: proved by the secret in their address alone, and only a reason to ask again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.flowhub import webhooks
from posbridge.connectors.flowhub.mapping import to_order
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.serving import mailbox
from tests.connectors.flowhub.bench import bench, example, links

SECRET = "a-sandbox-secret-of-more-than-32-letters"
ORDER = "7c1e6f2a-7b0e-4f3b-9a53-2f6f0c6f4d11"


@pytest.mark.parametrize(
    ("secret", "url", "good"),
    [
        (SECRET, f"https://kiosk.example/hooks/flowhub/{SECRET}/{ORDER}", True),
        (f"new {SECRET}", f"/hooks/flowhub/{SECRET}/{ORDER}", True),
        ([SECRET, "new"], f"/hooks/flowhub/new/{ORDER}", True),
        (SECRET, f"/hooks/flowhub/{SECRET}x/{ORDER}", False),
        (SECRET, f"/hooks/flowhub/{SECRET[:-1]}/{ORDER}", False),
        (SECRET, f"/hooks/flowhub/{ORDER}?secret={SECRET}", False),
        (SECRET, "", False),
        ("", f"/hooks/flowhub//{ORDER}", False),
        ([""], "/hooks", False),
    ],
)
def test_the_secret_stands_in_the_path(secret: str | list[str], url: str, good: bool) -> None:
    assert webhooks.verify(b"{}", {}, secret, url) is good


def test_the_contracts_postback_is_one_event(contracts: Path) -> None:
    body = json.dumps(example(contracts, "webhook.order.postback")).encode()
    (event,) = webhooks.parse(body, {})
    assert (event.key, event.kind, event.object_id) == ("order-001:sold", "order", "order-001")
    (again,) = webhooks.parse(body.replace(b"sold", b"Sold"), {})
    assert again.key == event.key
    assert to_order(json.loads(body)).complete


@pytest.mark.parametrize("body", [b"{}", b'{"orderId": []}', b'{"status": "sold"}', b'{"orderId": ""}', b"\xff", b"9"])
def test_bodies_that_are_none(body: bytes) -> None:
    with pytest.raises(ValidationError):
        webhooks.parse(body, {})


async def test_flowhub_tells_of_an_order_at_its_own_address() -> None:
    async with mailbox() as (url, arrived):
        base = url.removesuffix("/hooks")
        given = bench().simulator.connection_fields()["secrets"]
        far = bench(secrets={**given, "postback_secret": f"{SECRET} older"}, postback_base_url=base)
        far.simulator.counter.staff_s = None
        assert far.services.orders is not None
        assert far.services.webhooks is not None
        order = sale()
        ref = await far.services.orders.create(order, "key", far.context(links(far)))
        far.simulator.counter.move(ref.id, "ready")
        delivery = await asyncio.wait_for(arrived.get(), 10)
        await far.simulator.deliveries.settled()
    (created,) = far.asked("POST", "/order-ahead/v0/create")
    address = json.loads(created.content)["postbackUrl"]
    assert address == f"{base}/hooks/flowhub/{SECRET}/{order.id}"
    assert far.services.webhooks.verify(delivery.body, delivery.headers, address)
    (event,) = far.services.webhooks.parse(delivery.body, delivery.headers)
    assert event.key == f"{ref.id}:ready"


async def test_without_an_address_or_a_secret_none_is_sent() -> None:
    far = bench(postback_base_url="https://relay.example.com")
    assert far.services.orders is not None
    assert far.services.webhooks is not None
    await far.services.orders.create(sale(), "key", far.context(links(far)))
    (created,) = far.asked("POST", "/order-ahead/v0/create")
    assert "postbackUrl" not in json.loads(created.content)
    assert not far.services.webhooks.verify(b"{}", {}, "https://relay.example.com/hooks/flowhub/x/y")


async def test_nothing_can_be_registered() -> None:
    far = bench()
    assert far.services.webhooks is not None
    assert await far.services.webhooks.subscriptions() == []
    with pytest.raises(Unsupported, match="its own address"):
        await far.services.webhooks.subscribe("https://relay.example.com")
