"""Notifications: proved by a password alone, read as hints, and what they tell of orders is remembered."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from posbridge.connectors.contract import WebhookService
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.lightspeed import webhooks
from posbridge.sandbox.lightspeed.app import PASSWORD
from posbridge.sandbox.server import running
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.serving import mailbox
from tests.connectors.lightspeed.bench import Lab, bench, links, orders_of


def hooks(lab: Lab) -> WebhookService:
    assert lab.services.webhooks is not None
    return lab.services.webhooks


def test_the_vector(contracts: Path) -> None:
    vector = json.loads((contracts / "lightspeed" / "examples" / "webhook.basic_auth.vector.json").read_text("utf-8"))
    headers = {vector["header"]: vector["value"]}
    assert webhooks.verify(b"{}", headers, vector["password"], user=vector["username"])
    assert webhooks.verify(b"{}", {"authorization": vector["value"]}, ["old", "s3cret"])
    assert webhooks.verify(b"{}", headers, "posbridge:s3cret")
    assert not webhooks.verify(b"{}", headers, "s3cret", user="somebody")
    assert not webhooks.verify(b"{}", headers, "")
    assert not webhooks.verify(b"{}", headers, [])


@pytest.mark.parametrize("given", ["", "Basic", "Basic !!!", "Bearer cG9zYnJpZGdlOnMzY3JldA==", "Basic Og=="])
def test_what_is_no_password(given: str) -> None:
    assert not webhooks.verify(b"{}", {"authorization": given}, "s3cret")


async def test_the_endpoint_is_made_mended_and_joined(contracts: Path) -> None:
    lab, address = bench(), "https://relay.example.com/lightspeed"
    (made,) = await hooks(lab).subscribe(address)
    (sent,) = lab.asked("PUT", "/webhook")
    sample = json.loads((contracts / "lightspeed" / "examples" / "webhook.endpoint.create.request.json").read_text())
    body = json.loads(sent.content)
    assert set(body) == set(sample)
    assert body["subscribeTo"] == sample["subscribeTo"]
    assert (made.url, made.id) == (address, "POSBRIDGE-1")
    assert lab.simulator.webhooks.joined == {"POSBRIDGE-1"}
    await hooks(lab).subscribe(address)
    assert lab.asked("POST", "/webhook") == [], "it was right already"
    await hooks(lab).subscribe(address + "/new")
    assert json.loads(lab.asked("POST", "/webhook")[0].content)["url"] == address + "/new"
    assert [one.url for one in await hooks(lab).subscriptions()] == [address + "/new"]


async def test_no_endpoint_without_a_password() -> None:
    lab = bench(secrets={"client_secret": "x", "refresh_token": "y"})
    with pytest.raises(ValidationError, match="password"):
        await hooks(lab).subscribe("https://relay.example.com")


async def test_a_delivery_of_the_register() -> None:
    """The sale's outcome arrives, is proved, and says which account it became."""
    lab = bench()
    order = sale()
    async with running(lab.simulator), mailbox() as (url, arrived):
        await hooks(lab).subscribe(url)
        await orders_of(lab).create(order, "key", lab.context(await links(lab)))
        deliveries = [await asyncio.wait_for(arrived.get(), 10) for _ in range(4)]
        await lab.simulator.deliveries.settled()
    assert all(hooks(lab).verify(one.body, one.headers, url) for one in deliveries)
    events = [event for one in deliveries for event in hooks(lab).parse(one.body, one.headers)]
    assert {event.topic for event in events} >= {"ORDER.SUCCESS", "ORDER.CLOSED", "ITEM.RESTRICTED"}
    assert {event.object_id for event in events if event.kind == "order"} == {order.reference}
    assert len({event.key for event in events}) == 4
    strange = bench(secrets={"webhook_password": "other"})
    assert not any(hooks(strange).verify(one.body, one.headers, url) for one in deliveries)
    both = bench(secrets={"webhook_password": f"new {PASSWORD}"})
    assert all(hooks(both).verify(one.body, one.headers, url) for one in deliveries)
    nobody = bench(secrets={"client_secret": "x"})
    assert not any(hooks(nobody).verify(one.body, one.headers, url) for one in deliveries)
