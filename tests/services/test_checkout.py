"""Payment: once, whole, and queued for every target."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from posbridge.connectors.facts import Service
from posbridge.domain.basket import Basket
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.errors import DomainError
from posbridge.domain.ids import uuid7
from posbridge.domain.order import Tender, TenderKind
from posbridge.services import Services
from posbridge.services.drafts import read_draft
from posbridge.services.targets import require_carried
from posbridge.store.connections import ConnectionRow
from tests.services.conftest import START, Open, Shops, cash, sold, until, variant_of


async def test_a_sale_is_on_disk_numbered_and_queued_for_its_target(services: Services) -> None:
    order = await sold(services, quantity=2)
    view = await services.orders.get(order.reference)
    assert view.order == order
    assert (order.totals.total, order.receipt_number, order.cashier) == (2500, "T1-000001", "cashier-1")
    assert [(target.connection, target.state) for target in view.targets] == [("hostile", "ready")]
    assert (await sold(services)).receipt_number == "T1-000002"


async def test_a_double_click_sells_once(services: Services) -> None:
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    first, second = await asyncio.gather(*(services.checkout.pay(basket.id, [cash(1250)]) for _ in range(2)))
    assert first == second
    assert len(await services.orders.list()) == 1


async def test_an_undone_sale_gives_its_receipt_number_back(services: Services) -> None:
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    with pytest.raises(DomainError, match="not paid in full"):
        await services.checkout.pay(basket.id, [cash(1000)])
    assert (await services.baskets.open()).id == basket.id
    order = await services.checkout.pay(basket.id, [cash(1250, 2000)])
    assert (order.receipt_number, order.change) == ("T1-000001", 750)
    assert (await services.baskets.open()).id != basket.id


async def test_it_reaches_both_platforms_once(opened: Open, shops: Shops) -> None:
    async with opened(sync=True) as services:
        for name in ("hostile", "parlour"):
            await services.connections.connect(name, {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        order = await sold(services)

        async def there() -> bool:
            return all(target.state == "done" for target in (await services.orders.get(order.id)).targets)

        await until(there)
        assert (await services.status()).queued == 0
    for shop in (shops.pos, shops.shop):
        assert [made.order.reference for made in shop.orders.values()] == [order.reference]


async def test_what_was_sold_before_anything_was_connected_is_queued_then(opened: Open) -> None:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        await services.connections.disconnect("hostile")
        order = await sold(services)
        assert (await services.orders.get(order.id)).targets == ()
        connected = await services.connections.connect("parlour", {}, {"key": "open sesame"})
        assert connected.queued == 1
        assert [t.connection for t in (await services.orders.get(order.id)).targets] == ["parlour"]


@pytest.mark.parametrize("note", ["4111 1111 1111 1111", "paid with 5555555555554444 by phone"])
async def test_card_numbers_are_refused_everywhere(services: Services, note: str) -> None:
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    card = Tender(id="t1", kind=TenderKind.CARD, amount=1250, reference=note)
    for paying in (
        services.checkout.pay(basket.id, [cash(1250)], note=note),
        services.checkout.pay(basket.id, [card]),
        services.baskets.note(basket.id, note),
    ):
        with pytest.raises(DomainError, match="card number") as caught:
            await paying
        assert caught.value.next_step
    assert await services.orders.list() == []


async def test_a_target_that_takes_one_tender_refuses_two_before_money_is_taken(opened: Open, shops: Shops) -> None:
    facts = shops.connectors[0].facts
    one = facts.capabilities.model_copy(update={"split_tender": False})
    shops.connectors[0].facts = facts.model_copy(update={"capabilities": one})
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        basket = await services.baskets.open()
        await services.baskets.add(basket.id, await variant_of(services, "Mug"))
        tenders = [cash(1000), cash(250, number=2)]
        with pytest.raises(DomainError) as caught:
            await services.checkout.ready(basket.id, tenders)
        assert caught.value.code == "split_tender"
        with pytest.raises(DomainError):
            await services.checkout.pay(basket.id, tenders)
        await services.checkout.pay(basket.id, [cash(1250)])


async def test_a_discount_that_a_target_cannot_take_is_said_before_the_money_is_taken(
    opened: Open, shops: Shops
) -> None:
    facts = shops.connectors[0].facts
    can = facts.capabilities.model_copy(update={"cart_discounts": False, "line_discounts": False})
    services = tuple(each for each in facts.services if each != "discounts")
    shops.connectors[0].facts = facts.model_copy(update={"capabilities": can, "services": services})
    by_hand = Discount(name="Scratched", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    async with opened() as house:
        await house.connections.connect("hostile", {}, {"key": "open sesame"})
        await house.sync.once(frozenset({"pull"}))
        basket = await house.baskets.open()
        basket = await house.baskets.add(basket.id, await variant_of(house, "Mug"))
        await house.baskets.discount_line(basket.id, basket.lines[0].id, by_hand)
        for act in (house.checkout.ready(basket.id), house.checkout.pay(basket.id, [cash(1125)])):
            with pytest.raises(DomainError, match="given by hand") as caught:
                await act
            assert caught.value.code == "line_discounts"
        assert await house.orders.list() == []
    coded = Basket(id=uuid7(START), currency="USD", discounts=(Discount(code="TEN", kind="percentage", percent=10),))
    row = ConnectionRow("hostile", "hostile", "pos")
    with pytest.raises(DomainError, match="whole basket"):
        require_carried([(row, shops.connectors[0].facts)], coded, [])
    asked = facts.model_copy(update={"capabilities": can, "services": (*services, Service.DISCOUNTS)})
    require_carried([(row, asked)], coded, [])


async def test_a_draft_is_sold_and_its_own_id_sells_once(services: Services) -> None:
    text = """{"id": "web-77", "lines": [{"sku": "SKU-0001", "quantity": 2}, {"barcode": "2000000000022",
      "quantity": "0.250"}], "tenders": [{"kind": "card", "amount": 2000, "last_four": "4242"}, {"kind": "cash",
      "tendered": 1000}], "note": "by file"}"""
    order = await services.checkout.capture(read_draft(text))
    again = await services.checkout.capture(read_draft(text))
    assert again == order
    assert order.totals.total == 2575
    assert [(t.kind.value, t.amount, t.change) for t in order.tenders] == [("card", 2000, 0), ("cash", 575, 425)]
    assert len(await services.orders.list()) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"lines": [{"sku": "SKU-0001"}, {"sku": "NOPE-1"}]}', "line 2.*NOPE-1"),
        ('{"lines": [{"sku": "SKU-0003"}]}', "line 1.*no price"),
        ('{"lines": [{"sku": "SKU-0001", "quantity": 1.5}]}', "line 1, quantity.*decimal point"),
        ('{"lines": [{"sku": "SKU-0001", "unit_price": 12.50}]}', "line 1, unit_price.*decimal point"),
        ('{"lines": [{"sku": "SKU-0001"}], "tenders": [{"kind": "cash", "amount": 12.5}]}', "tender 1, amount.*point"),
        ('{"lines": [{"quantity": 1}]}', "line 1.*sku or barcode"),
        ('{"lines": []}', "lines"),
        ('{"lines": [{"sku": "SKU-0001", "quantity": -1}]}', "line 1, quantity"),
        ('{"lines": [{"sku": "SKU-0001", "price_each": 1}]}', "line 1, price_each"),
        ('{"lines": [{"sku": "SKU-0001"}], "codes": ["NOPE"]}', "NOPE"),
        ('{"lines": [{"sku": "SKU-0001"}], "tenders": [{"kind": "card", "amount": 1000}]}', "not paid in full"),
        ('{"lines": [{"sku": "SKU-0001"}], "currency": "EUR"}', "EUR"),
        ("{nonsense", "not JSON"),
    ],
)
async def test_a_wrong_draft_says_where_and_sells_nothing(services: Services, text: str, place: str) -> None:
    with pytest.raises(DomainError, match=f"(?s){place}") as caught:
        await services.checkout.capture(read_draft(text))
    assert caught.value.next_step or caught.value.code == "not_paid"
    assert await services.orders.list() == []


async def test_an_unknown_basket_and_an_empty_one_are_not_sold(services: Services) -> None:
    from posbridge.domain.errors import PosbridgeError

    with pytest.raises(PosbridgeError):
        await services.checkout.pay(uuid7(services.house.clock()), [cash(1)])
    assert await services.orders.list() == []
