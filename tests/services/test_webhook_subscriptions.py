"""Subscribing to webhooks against the simulated platforms: what they tell is kept, and deliveries are proved by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from posbridge import app, sandbox
from posbridge.connectors.errors import Unsupported
from posbridge.domain.errors import ConfigurationError, PosbridgeError, VaultLocked
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.services import Services
from posbridge.services.connections import connection_of
from posbridge.store import audit, tokens
from tests.services.conftest import GivenKey

URL = "https://till.example.com/hooks"


class Listener:
    """A door on loopback that takes deliveries: `(headers, body)` of each."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:]
        headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in head if line)}
        size = int(next((value for name, value in headers.items() if name.lower() == "content-length"), "0"))
        self.heard.append((headers, await reader.readexactly(size)))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def first(self) -> tuple[dict[str, str], bytes]:
        """The first delivery that is signed; a ping is not."""
        async with asyncio.timeout(10):
            while True:
                for headers, body in self.heard:
                    if not body.startswith(b"webhook_id="):
                        return headers, body
                await asyncio.sleep(0.02)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    async with server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
        yield made


def house(tmp_path: Path, key: GivenKey | None = None) -> AbstractAsyncContextManager[Services]:
    """The house of this test with every system that there is; may be opened again."""
    return app.running(tmp_path / "home", sync=False, sources=(key or GivenKey(),), environ={}, unlimited=True)


async def connected(services: Services, simulator: Any, **secrets: str) -> str:
    known = simulator.oauth_fields() if isinstance(simulator, SquarespaceSimulator) else simulator.connection_fields()
    given = {**known["secrets"], **secrets}
    probe = await services.connections.locations(simulator.name, known["fields"], given)
    place = probe.locations[0].id if probe.locations else None
    connect = services.connections.connect
    return (await connect(simulator.name, known["fields"], given, place, simulator.name)).connection


@asynccontextmanager
async def hooks_of(tmp_path: Path, connection_id: str) -> AsyncIterator[Any]:
    """The connection's webhooks in a program that was started anew."""
    async with house(tmp_path) as services:
        row = await services.connections.get(connection_id)
        yield (await services.house.registry.services(connection_of(row))).webhooks


def something_happens(simulator: Any) -> None:
    if simulator.name == "squarespace":
        simulator.own_changes()["sell"]({"sku": simulator.seed.products[0].variants[0].sku, "quantity": 1})
    else:
        simulator.set_stock(simulator.seed.products[0].variants[0].sku, 3)


#: Which platform → what a person entered for webhooks, and whether the platform tells a secret.
SIGNED = {
    "square": ({}, True),
    "squarespace": ({}, True),
    "woocommerce": ({"webhook_secret": ""}, True),
    "shopify": ({}, False),
    "bigcommerce": ({}, False),
}


@pytest.mark.parametrize("name", SIGNED)
async def test_a_delivery_is_proved_after_a_restart(name: str, tmp_path: Path, listener: Listener) -> None:
    entered, tells = SIGNED[name]
    simulator = sandbox.create(name)
    async with sandbox.running(simulator):
        async with house(tmp_path) as services:
            connection = await connected(services, simulator, **entered)
            made = await services.connections.subscribe(connection, listener.url)
            assert made.secret_kept is tells
            assert {one.url for one in made.subscriptions} == {listener.url}
            listed = await services.connections.subscriptions(connection)
            assert {one.id for one in made.subscriptions} <= {one.id for one in listed}
            assert all(one.secret == "" for one in listed)
            again = await services.connections.subscribe(connection, listener.url)
            assert ([one.id for one in again.subscriptions], again.secret_kept) == (
                [one.id for one in made.subscriptions], False,
            )  # fmt: skip
        something_happens(simulator)
        headers, body = await listener.first()
        async with hooks_of(tmp_path, connection) as hooks:
            assert hooks.verify(body, headers, listener.url)
            assert not hooks.verify(body + b" ", headers, listener.url)


async def test_a_told_secret_is_sealed_and_outlives_the_secrets_that_are_entered_anew(tmp_path: Path) -> None:
    simulator = sandbox.create("square")
    async with sandbox.running(simulator), house(tmp_path) as services:
        connection = await connected(services, simulator)
        made = await services.connections.subscribe(connection, URL, who="ann")
        (told,) = (one.secret for one in made.subscriptions)
        assert told
        assert told not in f"{made!r} {made.json()}"
        assert await secret_of(services, connection) == told
        assert told.encode() not in (await whole_database(services))
        entry = (await services.house.store.read(audit.latest, 1))[0]
        assert (entry.action, entry.who, entry.object_id) == ("webhooks", "ann", connection)
        await connected(services, simulator, webhook_signature_key="entered-by-hand")
        assert await secret_of(services, connection) == f"{told} entered-by-hand"
        await connected(services, simulator)
        assert await secret_of(services, connection) == told, "a field left empty takes away what was entered only"


async def test_two_secrets_are_live_while_one_is_replaced_and_no_more(tmp_path: Path) -> None:
    simulator: Any = sandbox.create("square")
    async with sandbox.running(simulator), house(tmp_path) as services:
        connection = await connected(services, simulator)
        keys: list[str] = []
        for _ in range(3):
            await services.connections.subscribe(connection, URL)
            (row,) = simulator.webhooks.rows.values()
            keys.insert(0, row["signature_key"])
            simulator.webhooks.rotate(type("Asked", (), {"params": {"id": row["id"]}})())
        assert await secret_of(services, connection) == " ".join(keys[:2])


async def test_a_secret_of_another_account_is_forgotten(tmp_path: Path) -> None:
    simulator: Any = sandbox.create("square")
    async with sandbox.running(simulator), house(tmp_path) as services:
        connection = await connected(services, simulator)
        await services.connections.subscribe(connection, URL)
        simulator.shop.merchant_id = "ANOTHERMERCHANT"
        assert await connected(services, simulator) == connection
        assert await secret_of(services, connection) == ""


async def test_a_lost_answer_is_mended_by_asking_again(tmp_path: Path, listener: Listener) -> None:
    """The shop was given a secret that was made up, and the answer never came: the next one replaces it."""
    simulator: Any = sandbox.create("woocommerce")
    async with sandbox.running(simulator):
        async with house(tmp_path) as services:
            connection = await connected(services, simulator, webhook_secret="")
            simulator.faults.plan("lost", path="/wp-json/wc/v3/webhooks", method="POST", times=1)
            with pytest.raises(PosbridgeError):
                await services.connections.subscribe(connection, listener.url)
            assert await secret_of(services, connection, "webhook_secret") == ""
        async with house(tmp_path) as services:
            assert (await services.connections.subscribe(connection, listener.url)).secret_kept
        kept = {hook.secret for hook in simulator.hooks.hooks.values()}
        async with house(tmp_path) as services:
            assert kept == {await secret_of(services, connection, "webhook_secret")}
        assert len(simulator.hooks.hooks) == 11, "none was made twice"


@pytest.mark.parametrize("name", ["magento", "prestashop", "sylius", "leaflogix", "cova", "dutchie"])
async def test_a_system_without_webhooks_says_so(name: str, tmp_path: Path) -> None:
    simulator = sandbox.create(name)
    async with sandbox.running(simulator), house(tmp_path) as services:
        connection = await connected(services, simulator)
        for asked in (services.connections.subscribe(connection, URL), services.connections.subscriptions(connection)):
            with pytest.raises(Unsupported, match="sends no webhooks") as refused:
                await asked
            assert "asks by itself" in refused.value.next_step


@pytest.mark.parametrize("name", ["wix", "toast", "treez", "flowhub"])
async def test_where_programs_cannot_subscribe_a_person_is_told_how(name: str, tmp_path: Path) -> None:
    simulator = sandbox.create(name)
    async with sandbox.running(simulator), house(tmp_path) as services:
        connection = await connected(services, simulator)
        with pytest.raises(Unsupported) as refused:
            await services.connections.subscribe(connection, URL)
        assert len(refused.value.next_step) > 30
        with pytest.raises(ConfigurationError, match="nobody"):
            await services.connections.subscribe("nobody", URL)


NOBODYS = (
    "", "till.example.com", "http://till.example.com", "ftp://x.example", "https://", "http://[::1",
    "https://a:b@x.example/",
)  # fmt: skip


@pytest.mark.parametrize("url", NOBODYS)
async def test_an_address_that_nobody_would_call_is_refused(url: str, services: Services) -> None:
    with pytest.raises(ConfigurationError) as refused:
        await services.connections.subscribe("hostile", url)
    assert refused.value.detail["field"] == "url"


async def test_nothing_is_asked_while_no_secret_can_be_kept(tmp_path: Path) -> None:
    simulator: Any = sandbox.create("squarespace")
    async with sandbox.running(simulator):
        async with house(tmp_path) as services:
            connection = await connected(services, simulator)
        async with house(tmp_path, GivenKey(None)) as services:
            with pytest.raises(VaultLocked):
                await services.connections.subscribe(connection, URL)
        assert simulator.webhooks.rows == {}


async def secret_of(services: Services, connection: str, field: str = "webhook_signature_key") -> str:
    house = services.house
    return (await house.store.read(tokens.get_secrets, connection, house.vault)).get(field, "")


async def whole_database(services: Services) -> bytes:
    folder = services.house.store.path.parent
    files = [file for file in folder.rglob("*") if file.is_file()]
    return b"".join(await asyncio.gather(*(asyncio.to_thread(file.read_bytes) for file in files)))
