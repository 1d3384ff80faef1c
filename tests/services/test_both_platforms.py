"""The whole way over both simulated platforms: connect, read, sell every kind, and each order once at each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from posbridge import app, sandbox
from posbridge.domain.catalog import ProductVariant
from posbridge.domain.errors import AuthenticationError, DomainError, PosbridgeError, ServiceUnavailable
from posbridge.domain.money import Money
from posbridge.domain.order import Tender, TenderKind
from posbridge.sandbox import SimulatedPlatform, demo_seed
from posbridge.services import Services, gift_cards
from posbridge.services.drafts import draft_of
from posbridge.store import connections
from posbridge.sync.timings import Timings
from tests.services.conftest import GivenKey, cash

TIMINGS = Timings(settle_s=0.5, lease_s=10, backoff_first_s=0.1, backoff_most_s=1, read_back_s=0.1, ping_s=1)
CARD = "7783000000000001"


@pytest.fixture
async def platforms() -> AsyncIterator[dict[str, SimulatedPlatform]]:
    async with AsyncExitStack() as stack:
        made = {name: sandbox.create(name, demo_seed(40)) for name in ("square", "woocommerce")}
        for platform in made.values():
            await stack.enter_async_context(sandbox.running(platform))
        yield made


async def connect(services: Services, name: str, platform: SimulatedPlatform) -> None:
    fields, secrets = form_of(services, name, platform)
    await services.connections.connect(name, fields, secrets)


def form_of(services: Services, name: str, platform: SimulatedPlatform) -> tuple[dict[str, str], dict[str, str]]:
    """What the simulator tells of itself, as far as the connector's form asks for it."""
    form, known = platform.connection_fields(), {field.name for field in services.connections.facts(name).fields}
    return {key: value for key, value in form["fields"].items() if key in known}, form["secrets"]


async def an_article(services: Services, at_least: int) -> ProductVariant:
    """One that costs more than that."""
    products = await services.catalog.page(limit=60)
    return next(v for product in products for v in product.variants if v.price and v.price.amount > at_least)


@pytest.fixture
async def till(tmp_path: Path, platforms: dict[str, SimulatedPlatform]) -> AsyncIterator[Services]:
    """Sells at both, with its goods read; nothing is sent by itself."""
    async with app.running(tmp_path, sync=False, timings=TIMINGS, sources=(GivenKey(),), environ={}) as services:
        for name, platform in platforms.items():
            await connect(services, name, platform)
        await services.sync.once(frozenset({"pull"}))
        yield services


async def emptied(services: Services, seconds: float = 30) -> None:
    """Rounds until every order is everywhere."""
    async with asyncio.timeout(seconds):
        while rows := await services.queue.list():
            assert [row for row in rows if row.state == "rejected"] == []
            await services.sync.once(frozenset({"drain"}))
            await asyncio.sleep(0.05)


async def test_every_kind_of_sale_is_at_both_once(till: Services, platforms: dict[str, SimulatedPlatform]) -> None:
    articles = [variant for product in await till.catalog.page(limit=12) for variant in product.variants[:1]]
    references = set()
    for number, variant in enumerate(article for article in articles if article.sellable):
        basket = await till.baskets.open()
        await till.baskets.add(basket.id, variant.id, 1 + number % 3)
        if number % 3 == 1:
            assert (await till.baskets.apply_code(basket.id, "WELCOME10")).valid
        total = (await till.baskets.priced(basket.id)).totals.total
        tenders = [cash(total, total + 500)]
        if number % 3 == 2:
            card = Tender(id="card", kind=TenderKind.CARD, amount=total - 100, last_four="4242")
            tenders = [card, cash(100, number=2)]
        references.add((await till.checkout.pay(basket.id, tenders, "cashier-1")).reference)
    await emptied(till)
    for platform in platforms.values():
        assert sorted(row["reference"] for row in platform.orders_book() if row["reference"]) == sorted(references)
    for row in await till.orders.list():
        assert row.synced
        assert [target.difference for target in row.targets] == [None, None]


async def test_a_platforms_gift_card_pays_and_is_charged_once(
    till: Services, platforms: dict[str, SimulatedPlatform]
) -> None:
    variant = next(
        v for p in await till.catalog.page(limit=60) for v in p.variants if v.price and v.price.amount > 1500
    )
    before = (await till.gift_cards.balance(CARD)).card.balance
    draft = draft_of({
        "id": "gift-1", "lines": [{"variant_id": variant.id}],
        "tenders": [{"kind": "gift_card", "code": CARD, "amount": 1000}, {"kind": "cash"}],
    })  # fmt: skip
    first = await till.checkout.capture(draft)
    assert await till.checkout.capture(draft) == first
    left = Money(amount=before.amount - 1000, currency="USD")
    assert (await till.gift_cards.balance(CARD)).card.balance == left
    await emptied(till)
    assert (await till.gift_cards.balance(CARD)).card.balance == left


async def test_a_sale_that_fails_gives_the_gift_card_back(till: Services) -> None:
    variant = next(
        v for p in await till.catalog.page(limit=60) for v in p.variants if v.price and v.price.amount > 1500
    )
    before = (await till.gift_cards.balance(CARD)).card.balance
    basket = await till.baskets.open()
    await till.baskets.add(basket.id, variant.id)
    hold = await till.gift_cards.hold(basket.id, CARD, Money(amount=1000, currency="USD"))
    with pytest.raises(DomainError, match="not paid"):
        await till.checkout.pay(basket.id, [gift_cards.tender(hold, "g")])
    await till.gift_cards.release(hold.id)
    assert (await till.gift_cards.balance(CARD)).card.balance == before


async def test_wrong_keys_and_wrong_addresses_are_told_apart(
    tmp_path: Path, platforms: dict[str, SimulatedPlatform]
) -> None:
    async with app.running(tmp_path, sync=False, timings=TIMINGS, sources=(GivenKey(),), environ={}) as services:
        for name, platform in platforms.items():
            fields, secrets = form_of(services, name, platform)
            wrong = {field: value[:-4] + "0000" for field, value in secrets.items()}
            with pytest.raises(AuthenticationError) as caught:
                await services.connections.connect(name, fields, wrong)
            assert caught.value.code == "key_wrong"
            away = {
                field: "http://127.0.0.1:9" if str(value).startswith("http") else value
                for field, value in fields.items()
            }
            with pytest.raises(ServiceUnavailable) as gone:
                await services.connections.connect(name, away, secrets)
            assert gone.value.code == "cannot_reach"
        assert await services.connections.list() == []


async def test_a_captive_portals_page_is_no_platform(tmp_path: Path, platforms: dict[str, SimulatedPlatform]) -> None:
    """Status 200 and HTML for everything, as the sign-in page of a guest network answers."""
    async with (
        portal() as address,
        app.running(tmp_path, sync=False, timings=TIMINGS, sources=(GivenKey(),), environ={}) as services,
    ):
        for name, platform in platforms.items():
            fields, secrets = form_of(services, name, platform)
            there = {key: address if str(value).startswith("http") else value for key, value in fields.items()}
            with pytest.raises(PosbridgeError) as caught:
                await services.connections.connect(name, there, secrets)
            assert caught.value.code == "cannot_reach", caught.value
            assert "guest network" in caught.value.next_step
        assert await services.connections.list() == []


async def test_behind_a_captive_portal_orders_wait_and_then_go_once(
    till: Services, platforms: dict[str, SimulatedPlatform]
) -> None:
    article = await an_article(till, 100)
    basket = await till.baskets.open()
    await till.baskets.add(basket.id, article.id)
    total = (await till.baskets.priced(basket.id)).totals.total
    house = till.house
    rows = {row.id: row for row in await till.connections.list()}
    async with portal() as address:
        for row in rows.values():
            away = {key: address if value.startswith("http") else value for key, value in row.fields.items()}
            await house.store.write(connections.put, replace(row, fields=away), house.clock())
        order = await till.checkout.pay(basket.id, [cash(total)])
        for _ in range(3):
            await till.sync.once(frozenset({"drain"}))
            await asyncio.sleep(0.2)
        assert {target.state for target in (await till.orders.get(order.id)).targets} <= {"ready", "unknown"}
    for row in rows.values():
        await house.store.write(connections.put, row, house.clock())
        house.health.signed_in(row.id)
    await emptied(till)
    for platform in platforms.values():
        assert [row["reference"] for row in platform.orders_book() if row["reference"]] == [order.reference]


@asynccontextmanager
async def portal() -> AsyncIterator[str]:
    """The address of something that answers every request with the same page."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            page = b"<!doctype html><title>Welcome</title><form action=/accept><button>Accept</button></form>"
            head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(page)}\r\n"
            writer.write(head.encode() + b"connection: close\r\n\r\n" + page)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
