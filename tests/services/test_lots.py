"""Goods in lots: the sale names them, expired and recalled ones never go, and none goes twice between two reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pytest

from posbridge.domain.errors import DomainError
from posbridge.domain.inventory import Batch, InventoryKind, StockLevel
from posbridge.services import Services
from posbridge.store import inventory
from tests.services.conftest import Open, cash, variant_of

LOTS = (
    Batch(lot="old", quantity=Decimal(9), expires=date(2026, 3, 1), tag="T-OLD"),
    Batch(lot="soon", quantity=Decimal(2), expires=date(2026, 3, 2), tag="T-SOON"),
    Batch(lot="late", quantity=Decimal(3), expires=date(2027, 1, 1), tag="T-LATE"),
)


@pytest.fixture
async def till(opened: Open) -> AsyncIterator[Services]:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        await read(services)
        yield services


async def read(services: Services, lots: tuple[Batch, ...] = LOTS) -> None:
    """The stock of the mug as the POS tells it now."""
    now = services.house.clock()
    level = StockLevel(variant_id=await variant_of(services, "Mug"), quantity=None, kind=InventoryKind.BATCH,
                       batches=lots, read_at=now)  # fmt: skip
    await services.house.store.write(inventory.put, "hostile", [level], now)


async def sell(services: Services, quantity: int) -> list[tuple[str, str, int]]:
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"), quantity)
    order = await services.checkout.pay(basket.id, [cash(1250 * quantity)], "ann")
    kept = (await services.orders.get(order.id)).order
    return [(lot.lot, lot.tag, int(lot.quantity)) for lot in kept.lines[0].lots]


async def test_a_sale_takes_the_first_to_expire_and_says_so(till: Services) -> None:
    assert await sell(till, 3) == [("soon", "T-SOON", 2), ("late", "T-LATE", 1)]


async def test_what_was_sold_since_the_read_is_not_sold_again(till: Services) -> None:
    await sell(till, 4)
    with pytest.raises(DomainError, match="Mug: Only 1 of 2") as refused:
        await sell(till, 2)
    assert refused.value.code == "no_lot"
    basket = await till.baskets.open()
    assert basket.lines == (), "the basket is as it was"
    await read(till)
    assert await sell(till, 2) == [("soon", "T-SOON", 2)]


async def test_a_recall_blocks_a_lot_at_once_also_one_in_a_basket(till: Services) -> None:
    basket = await till.baskets.open()
    await till.baskets.add(basket.id, await variant_of(till, "Mug"), 4)
    await till.lots.recall(["late"], "meg")
    with pytest.raises(DomainError, match="recalled"):
        await till.checkout.pay(basket.id, [cash(5000)], "ann")
    assert await till.orders.list() == []
    await till.lots.recall(["T-SOON"], "meg")
    assert await till.lots.recalled() == ("late", "T-SOON")
    with pytest.raises(DomainError, match="Only 0 of 1"):
        await till.baskets.set_quantity(basket.id, (await till.baskets.get(basket.id)).lines[0].id, 1)
    await till.lots.release(["T-SOON", "late"], "meg")
    await till.checkout.pay(basket.id, [cash(5000)], "ann")


async def test_two_lines_of_one_article_share_its_lots(till: Services) -> None:
    basket = await till.baskets.open()
    mug = await variant_of(till, "Mug")
    basket = await till.baskets.add(basket.id, mug, 4)
    await till.baskets.note(basket.id, "engraved", basket.lines[0].id)
    await till.baskets.add(basket.id, mug, 1)
    with pytest.raises(DomainError):
        await till.baskets.add(basket.id, mug, 1)


async def test_a_number_read_with_the_products_does_not_take_the_lots_away(till: Services) -> None:
    await till.sync.once(frozenset({"pull"}))
    [level] = (await till.catalog.stock(await variant_of(till, "Mug"))).values()
    assert [lot.lot for lot in level.batches] == ["old", "soon", "late"]
