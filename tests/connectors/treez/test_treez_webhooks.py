"""Webhooks: the secret is the last part of the address; a delivery only says where to look."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.treez import webhooks
from posbridge.domain.order import OrderStatus
from posbridge.sandbox.server import running
from posbridge.sandbox.treez import TreezSimulator
from posbridge.sandbox.webhooks import Target
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.serving import mailbox
from posbridge.testing.conformance.shop import shop
from tests.connectors.treez.support import context, treez

SECRET = "a-path-of-thirty-two-letters-or-more"
URL = f"https://till.example/hooks/treez/{SECRET}"


def test_only_the_address_proves_it() -> None:
    assert webhooks.verify(b"{}", {}, SECRET, URL)
    assert webhooks.verify(b"{}", {}, ["old-one", SECRET], f"{URL}/?x=1")
    assert webhooks.verify(b"{}", {}, f"old-one {SECRET}", URL)
    for secret, url in ((SECRET, ""), (SECRET, "https://till.example/hooks"), ("", "https://till.example/"), ([], URL),
                        ([""], "https://till.example/hooks/"), (SECRET[:-1], URL)):  # fmt: skip
        assert not webhooks.verify(b"{}", {}, secret, url)
    assert not webhooks.verify(b" " * (webhooks.MOST_BYTES + 1), {}, SECRET, URL)


def test_the_published_delivery(contracts: Path) -> None:
    body = (contracts / "treez" / "examples" / "webhook.ticket.updated.json").read_bytes()
    (event,) = webhooks.parse(body)
    assert (event.kind, event.topic, event.object_id) == ("order", "TICKET", "13b3097f-a1e7-4383-a427-236c411704b7")
    assert event.at == datetime(2019, 8, 29, 16, 43, 20, tzinfo=UTC)
    assert webhooks.parse(body + b"\n")[0].key == event.key, "a copy"
    moved = body.replace(b'"DRAFT"', b'"IN_PROCESS"')
    assert webhooks.parse(moved)[0].key != event.key


@pytest.mark.parametrize(
    ("body", "kind", "object_id"),
    [
        (b'{"event_type":"PRODUCT","data":{"product_id":"v","catalog_parent_id":"p"}}', "product", "p"),
        (b'{"event_type":"product","data":{"product_id":"v"}}', "product", "v"),
        (b'{"event_type":"CUSTOMER","data":{"customer_id":20}}', "customer", "20"),
        (b'{"event_type":"SOMETHING","data":{}}', "other", ""),
        (b'{"event_type":"TICKET"}', "order", ""),
    ],
)
def test_other_kinds(body: bytes, kind: str, object_id: str) -> None:
    (event,) = webhooks.parse(body)
    assert (event.kind, event.object_id) == (kind, object_id)
    assert event.key


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"data":{}}', b'{"event_type":[]}', b"\xff"])
def test_bodies_that_are_none(body: bytes) -> None:
    with pytest.raises(ValidationError):
        webhooks.parse(body)


async def test_they_are_set_up_by_a_person() -> None:
    far = treez()
    assert far.services.webhooks is not None
    for call in (far.services.webhooks.subscribe(URL), far.services.webhooks.subscriptions()):
        with pytest.raises(Unsupported) as caught:
            await call
        assert "Webhook Integration" in caught.value.next_step


async def test_a_delivery_of_the_store() -> None:
    """Fires when a ticket is made and when it is paid; a cancellation is silent and is polled."""
    simulator = TreezSimulator(shop(), rate=0)
    async with running(simulator), mailbox() as (url, arrived):
        simulator.deliveries.register(Target("till", f"{url}/{SECRET}", ""))
        simulator.set_price("SKU-0001", 1250)
        delivery = await asyncio.wait_for(arrived.get(), 10)
        assert webhooks.verify(delivery.body, delivery.headers, SECRET, f"{url}/{SECRET}")
        assert webhooks.parse(delivery.body, delivery.headers)[0].kind == "product"
        await simulator.settled()


async def test_which_changes_are_told() -> None:
    far = treez()
    told: list[str] = []
    far.simulator.tickets._told = lambda ticket: told.append(ticket.status)
    await far.services.orders.create(sale(1), "key", context())
    assert told == ["AWAITING_PROCESSING", "AWAITING_PROCESSING"]
    far.simulator.faults.plan("500", method="PUT")
    with pytest.raises(Exception, match="failed"):
        await far.services.orders.create(sale(2), "key", context())
    (unpaid,) = [one for one in far.simulator.shop.tickets.values() if not one.paid]
    await far.services.orders.update_status(unpaid.id, OrderStatus.CANCELLED)
    assert told == ["AWAITING_PROCESSING"] * 3
